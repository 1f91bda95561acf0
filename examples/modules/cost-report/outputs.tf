output "markdown" {
  description = "The report, made to be posted into a pull request or an issue."
  value = templatefile("${path.module}/report.md.tftpl", {
    title         = var.title
    month         = local.month
    months        = local.months
    previous      = local.previous
    rows          = data.scpbilling_usage_summary.all.total.row_count
    unit          = local.unit
    currency      = var.currency
    cell          = local.cell
    shown         = local.shown
    others        = local.others
    other_amounts = provider::scpbilling::sum_amounts([for name in local.others : local.by_service[name].now])
    by_service    = local.by_service
    by_month      = local.by_month
    by_budget     = local.by_budget
    budgets       = var.budgets
    budget_number = local.budget_number
    change        = local.change
    share_chart   = local.share_chart
    months_chart  = local.months_chart
    budgets_chart = local.budgets_chart
  })
}

output "charts" {
  description = "The charts alone, in Mermaid: share by service, month over month, spend against budget. Those without data are left out."
  value       = [for chart in [local.share_chart, data.scpbilling_usage_summary.all.total.row_count == 0 ? "" : local.months_chart, data.scpbilling_usage_summary.all.total.row_count == 0 ? "" : local.budgets_chart] : chart if chart != ""]
}

output "total" {
  description = "Exact sums of the month of the report."
  value       = local.by_month[local.month]
}
