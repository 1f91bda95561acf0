# What `make demo` applies: a budget with emails and a block on new resources, a
# contract, look-ups of both, and a summary of what was used. Against the real
# service, set the credentials (see README.md) and run it as it stands: the budget
# costs nothing, and no contract is bought unless buy_contract is set.

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

variable "buy_contract" {
  description = "Whether to buy a contract. On the real service it costs money; `make demo` sets this for the local service."
  type        = bool
  default     = false
}

resource "scpbilling_account_budget" "team" {
  name   = "make demo budget"
  amount = 3000000
  unit   = "MONTHLY"

  notifications = {
    receivers  = ["finops@example.com", "team@example.com"]
    thresholds = [80, 100]
  }

  # At this percentage, new servers and databases are blocked for the whole account.
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

# Terms that a contract is offered for.
data "scpbilling_contract_types" "offered" {
  service_id  = "VIRTUAL_SERVER"
  server_type = "s1v1m2"
}

resource "scpbilling_planned_compute" "web" {
  count = var.buy_contract ? 1 : 0

  service_id    = "VIRTUAL_SERVER"
  os_type       = "opensource"
  server_type   = "s1v1m2"
  contract_type = "01"
  tags          = { team = "demo" }

  # With the default, PREVENT, destroying fails. Cancelling costs a fee, probably except
  # on the day of the purchase.
  deletion_policy = "CANCEL"
}

data "scpbilling_planned_compute_cancellation_fee" "web" {
  count = var.buy_contract ? 1 : 0

  planned_compute_ids = scpbilling_planned_compute.web[*].id
}

# Usages of any number become one line for each category.
data "scpbilling_usage_summary" "by_category" {
  group_by = ["service_category"]
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
  description = "Names of the budgets that contain \"make demo\"."
  value       = data.scpbilling_account_budgets.demo.budgets[*].name
}

output "terms" {
  description = "Contract terms that are offered, by code."
  value       = { for term in data.scpbilling_contract_types.offered.contract_types : term.code => term.display_name }
}

output "contract" {
  description = "The contract, and what cancelling it today would cost."
  value = [for i, contract in scpbilling_planned_compute.web : {
    contract_id      = contract.contract_id
    runs             = "${contract.start_date} to ${contract.end_date}"
    cancellation_fee = "${data.scpbilling_planned_compute_cancellation_fee.web[i].cancellation_fee} ${data.scpbilling_planned_compute_cancellation_fee.web[i].currency.code}"
  }]
}

output "used_this_month_krw" {
  description = "What was used, in won, by service category."
  value       = { for group in data.scpbilling_usage_summary.by_category.groups : coalesce(group.keys["service_category"], "none") => group.amounts.krw }
}
