# A budget for each team, and warnings in the plan when its spend comes close.

resource "scpbilling_account_budget" "team" {
  for_each = var.teams

  name   = each.key
  amount = each.value.amount
  unit   = "MONTHLY"

  notifications = length(each.value.receivers) == 0 ? null : {
    receivers  = each.value.receivers
    thresholds = [80, 100]
  }
}

locals {
  month      = coalesce(var.month, formatdate("YYYY-MM", timeadd(plantimestamp(), "9h")))
  next_month = formatdate("YYYY-MM", timeadd("${local.month}-28T00:00:00Z", "120h"))
}

# One read for all teams, whatever the number of usages is.
data "scpbilling_usage_summary" "spend" {
  start_date = "${local.month}-01"
  end_date   = formatdate("YYYY-MM-DD", timeadd("${local.next_month}-01T00:00:00Z", "-24h"))
  group_by   = ["account_id"]
}

locals {
  # The budget of the service is for the whole account it is made in; which accounts
  # make up a team is known here alone.
  spend = {
    for name, team in var.teams : name => provider::scpbilling::sum_amounts([
      for group in data.scpbilling_usage_summary.spend.groups : group.amounts
      if group.keys.account_id == null ? false : contains(team.account_ids, group.keys.account_id)
    ])
  }

  # Exact text is for people; a comparison may round.
  share = {
    for name, team in var.teams : name => 100 * tonumber(coalesce(local.spend[name].krw, "0")) / team.amount
  }

  close = [for name, share in local.share : "${name} (${format("%.1f", share)} %)" if share >= var.warn_at && share < 100]
  over  = [for name, share in local.share : "${name} (${format("%.1f", share)} %)" if share >= 100]

  in_dollars = [for name, spend in local.spend : name if tonumber(coalesce(spend.usd, "0")) != 0]

  all_accounts = flatten([for team in values(var.teams) : tolist(team.account_ids)])
  nobodys = [
    for group in data.scpbilling_usage_summary.spend.groups : coalesce(group.keys.account_id, "without an account")
    if !contains(local.all_accounts, coalesce(group.keys.account_id, "-"))
  ]
}

check "spend_is_below_the_warning" {
  assert {
    condition     = length(local.close) == 0
    error_message = "In ${local.month} these teams have spent ${var.warn_at} % of their budget or more: ${join(", ", local.close)}."
  }
}

check "spend_is_within_the_budget" {
  assert {
    condition     = length(local.over) == 0
    error_message = "In ${local.month} these teams have spent their whole budget: ${join(", ", local.over)}."
  }
}

# Budgets are in won, so what is charged in dollars is missing in the comparison.
check "spend_is_in_won" {
  assert {
    condition     = length(local.in_dollars) == 0
    error_message = "In ${local.month} these teams have usage in dollars, which no budget counts: ${join(", ", local.in_dollars)}."
  }
}

check "every_account_has_a_team" {
  assert {
    condition     = length(local.nobodys) == 0
    error_message = "In ${local.month} these accounts have usage and no team: ${join(", ", local.nobodys)}."
  }
}
