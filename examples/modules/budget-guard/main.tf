# Compares the spend of an account with its budgets. Nothing is created: checks warn in
# every plan, and the outputs go into reports.

locals {
  today = coalesce(var.today, formatdate("YYYY-MM-DD", timeadd(plantimestamp(), "9h")))
  month = substr(local.today, 0, 7)

  # Whole days only: the usage of today is not complete.
  days          = tonumber(substr(local.today, 8, 2)) - 1
  first         = "${local.month}-01"
  yesterday     = formatdate("YYYY-MM-DD", timeadd("${local.today}T00:00:00Z", "-24h"))
  next_first    = formatdate("YYYY-MM-01", timeadd("${local.first}T00:00:00Z", "768h"))
  days_in_month = tonumber(formatdate("D", timeadd("${local.next_first}T00:00:00Z", "-24h")))

  # The same days of the month before. Where it is shorter, both months count as many
  # days as it has.
  before         = timeadd("${local.first}T00:00:00Z", "-24h")
  before_month   = formatdate("YYYY-MM", local.before)
  compared_days  = min(local.days, tonumber(formatdate("D", local.before)))
  compared_until = format("%02d", local.compared_days)

  accounts = length(var.account_ids) == 0 ? null : var.account_ids

  ranges = merge(
    { for name, range in {
      month    = { start = local.first, end = local.yesterday }
      before   = { start = "${local.before_month}-01", end = "${local.before_month}-${local.compared_until}" }
      compared = { start = local.first, end = "${local.month}-${local.compared_until}" }
    } : name => range if local.days > 0 && (name != "compared" || local.compared_days < local.days) },
    # An overall budget counts from its start month on.
    { for start in distinct([for budget in local.budgets : budget.start_month if budget.unit == "OVERALL"]) :
      "since ${start}" => { start = "${start}-01", end = local.yesterday }
      if tonumber(replace("${start}-01", "-", "")) <= tonumber(replace(local.yesterday, "-", ""))
    },
  )

  budgets = { for budget in data.scpbilling_account_budgets.all.budgets : budget.name => budget }
}

data "scpbilling_account_budgets" "all" {}

data "scpbilling_usage_summary" "spend" {
  for_each = local.ranges

  start_date  = each.value.start
  end_date    = each.value.end
  account_ids = local.accounts
}

locals {
  nothing = { krw = "0", usd = "0" }
  spend   = { for name in ["month", "before", "compared"] : name => try(data.scpbilling_usage_summary.spend[name].total.amounts, local.nothing) }
  same    = local.compared_days == local.days ? local.spend.month : local.spend.compared

  # Exact decimal strings are for people; a comparison may round.
  projection = local.days < var.minimum_days ? null : tonumber(local.spend.month.krw) / local.days * local.days_in_month
  change     = tonumber(local.spend.before.krw) == 0 ? null : 100 * (tonumber(local.same.krw) - tonumber(local.spend.before.krw)) / tonumber(local.spend.before.krw)

  against = {
    for name, budget in local.budgets : name => {
      id     = budget.id
      amount = budget.amount
      unit   = budget.unit
      spend  = budget.unit == "OVERALL" ? try(data.scpbilling_usage_summary.spend["since ${budget.start_month}"].total.amounts.krw, "0") : local.spend.month.krw
    }
  }
  percent   = { for name, budget in local.against : name => 100 * tonumber(budget.spend) / budget.amount }
  projected = { for name, budget in local.against : name => local.projection == null || budget.unit == "OVERALL" ? null : 100 * local.projection / budget.amount }

  shown = { for name, percent in local.percent : name => "${name}: ${provider::scpbilling::format_amount(local.against[name].spend, 0)} of ${provider::scpbilling::format_amount(local.against[name].amount, 0)} won (${format("%.1f", percent)} %)" }
}

check "below_the_warning" {
  assert {
    condition     = alltrue([for percent in values(local.percent) : percent < var.warn_at || percent >= 100])
    error_message = "In ${local.month} the account has spent ${var.warn_at} % of a budget or more. ${join("; ", [for name, percent in local.percent : local.shown[name] if percent >= var.warn_at && percent < 100])}."
  }
}

check "within_the_budget" {
  assert {
    condition     = alltrue([for percent in values(local.percent) : percent < 100])
    error_message = "In ${local.month} the account has completely spent a budget. ${join("; ", [for name, percent in local.percent : local.shown[name] if percent >= 100])}."
  }
}

check "projection_is_within_the_budget" {
  assert {
    condition     = alltrue([for name, percent in local.projected : percent == null ? true : percent <= 100 || local.percent[name] >= 100])
    error_message = "If ${local.month} continues like its first ${local.days} days, the account will spend ${provider::scpbilling::format_amount(coalesce(local.projection, 0), 0)} won, which is more than: ${join(", ", [for name, percent in local.projected : "${name} (${provider::scpbilling::format_amount(local.against[name].amount, 0)} won)" if percent == null ? false : percent > 100 && local.percent[name] < 100])}."
  }
}

# Budgets are in the currency of the account, which is assumed to be won here.
check "spend_is_in_won" {
  assert {
    condition     = tonumber(local.spend.month.usd) == 0
    error_message = "In ${local.month} ${local.spend.month.usd} dollars were charged, which this module does not compare with budgets in won."
  }
}
