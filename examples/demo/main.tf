# What `make demo` applies: a budget with mails and a block on new resources,
# and two look-ups of it. Against the real service, set the credentials (see
# README.md) and run it as it stands; budgets cost nothing.

terraform {
  required_version = ">= 1.5"
  required_providers {
    scpbilling = {
      source = "scpbilling/scpbilling"
    }
  }
}

# Everything comes from SCP_TF_... variables or from ~/.scpconf.
provider "scpbilling" {}

resource "scpbilling_account_budget" "team" {
  name        = "make demo budget"
  amount      = 3000000
  unit        = "MONTHLY"
  start_month = "2026-01"

  notifications = {
    receivers  = ["finops@example.com", "team@example.com"]
    thresholds = [80, 100]
  }

  # From here on nobody in the account can start new servers or databases.
  prevention = {
    receivers = ["finops@example.com"]
    threshold = 100
  }
}

data "scpbilling_account_budget" "by_id" {
  id = scpbilling_account_budget.team.id
}

data "scpbilling_account_budgets" "demo" {
  search_name = "make demo"
  depends_on  = [scpbilling_account_budget.team]
}

output "budget" {
  description = "The budget as the service shows it."
  value = {
    name       = data.scpbilling_account_budget.by_id.name
    amount     = data.scpbilling_account_budget.by_id.amount
    unit       = data.scpbilling_account_budget.by_id.unit
    thresholds = data.scpbilling_account_budget.by_id.notifications.thresholds
    blocked_at = data.scpbilling_account_budget.by_id.prevention.threshold
  }
}

output "found_by_name" {
  description = "Names of the budgets that have \"make demo\" in their name."
  value       = data.scpbilling_account_budgets.demo.budgets[*].name
}
