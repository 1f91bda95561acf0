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

# The local SCP comes with contracts of its own, but with none of this server type.
data "scpbilling_planned_computes" "demo" {
  server_type = "s1v1m2"
}

output "left_behind" {
  description = "Names of the objects that are still there. Empty when all is well."
  value = concat(
    [for budget in data.scpbilling_account_budgets.demo.budgets : "account budget ${budget.name}"],
    [for contract in data.scpbilling_planned_computes.demo.planned_computes : "contract ${contract.contract_id}" if !contract.delete_yn],
  )
}
