# Run by `make demo` after it destroyed everything: looks for what ../main.tf
# made and lists what is still there.

terraform {
  required_version = ">= 1.5"
  required_providers {
    scpbilling = {
      source = "scpbilling/scpbilling"
    }
  }
}

data "scpbilling_account_budgets" "demo" {
  search_name = "make demo"
}

output "left_behind" {
  description = "Names of the objects that are still there. Empty when all is well."
  value       = [for budget in data.scpbilling_account_budgets.demo.budgets : "account budget ${budget.name}"]
}
