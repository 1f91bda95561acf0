# Budgets for exactly_100_percent.tftest.hcl.

terraform {
  required_providers {
    scpbilling = { source = "scpbilling/scpbilling" }
  }
}

resource "scpbilling_account_budget" "this" {
  for_each = { "exact" = 1500000, "one won more" = 1500001 }

  name   = each.key
  amount = each.value
  unit   = "MONTHLY"
}
