# Usages of a quarter, summed by month and account. The sums are exact, and memory use
# does not depend on the number of usages.
data "scpbilling_usage_summary" "by_account" {
  start_date = "2026-01-01"
  end_date   = "2026-03-31"
  group_by   = ["usage_month", "account_id"]
}

output "by_account" {
  description = "Cost by account and month."
  value = {
    for group in data.scpbilling_usage_summary.by_account.groups :
    "${group.keys.account_id} ${group.keys.usage_month}" => group.amounts
  }
}

output "total" {
  description = "Number and sum of all usages."
  value = {
    usages  = data.scpbilling_usage_summary.by_account.total.row_count
    amounts = data.scpbilling_usage_summary.by_account.total.amounts
  }
}
