locals {
  # Everything that the report shows, rounded and grouped, by its exact text.
  shown_amounts = distinct(concat(
    [for amounts in values(local.total) : amounts[var.currency]],
    flatten([for row in local.rows : values(row.sums)]),
    [for budget in local.budgets : tostring(budget.amount)],
    [for row in local.accounts : row.amount],
    local.projection == null ? [] : [tostring(local.projection)],
  ))
}

output "markdown" {
  description = "The report, ready to post to a pull request or an issue."
  value = templatefile("${path.module}/report.md.tftpl", {
    title          = coalesce(var.title, local.words.title)
    words          = local.words
    month          = local.month
    days           = local.days
    days_in_month  = local.days_in_month
    range_of       = { for range in ["month", "before", "compared"] : range => local.days == 0 ? "" : "${try(local.ranges[range], local.ranges.month).start} – ${substr(try(local.ranges[range], local.ranges.month).end, 8, 2)}" }
    unit           = local.unit
    total          = { for range, amounts in local.total : range => amounts[var.currency] }
    projection     = local.projection == null ? null : tostring(local.projection)
    other_currency = local.other_currency
    other_spend    = tonumber(local.total.month[local.other_currency]) == 0 ? null : provider::scpbilling::format_amount(local.total.month[local.other_currency], var.currency == "krw" ? 2 : 0)
    amount         = { for text in local.shown_amounts : text => provider::scpbilling::format_amount(text, local.digits) }
    cell           = local.cell
    rows           = local.rows
    change         = local.change
    budgets        = [for budget in local.budgets : merge(budget, { amount = tostring(budget.amount) })]
    over           = local.over
    accounts       = var.by_account ? local.accounts : []
    services_chart = local.services_chart
    budgets_chart  = local.budgets_chart
  })
}

output "charts" {
  description = "Only the charts, in Mermaid: spend by service, and spend compared with budgets. Charts without data are omitted."
  value       = compact([local.services_chart, local.budgets_chart])
}

output "total" {
  description = "Exact sums over the days of the report, in won and in dollars."
  value       = local.total.month
}

output "summary" {
  description = "The numbers of the summary: the days counted and compared, the exact spend of the compared days of both months, the change in percent as shown, and the projection, rounded."
  value = {
    days           = local.days
    compared_days  = local.compared_days
    compared       = local.total.compared[var.currency]
    before         = local.total.before[var.currency]
    change         = local.change.total
    projection     = local.projection == null ? null : floor(local.projection + 0.5)
    budgets_over   = local.over
    budgets_in_all = length(local.budgets)
  }
}
