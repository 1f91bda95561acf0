# What one resource cost on each day of a month.
data "scpbilling_usages" "web" {
  start_date    = "2026-02-01"
  end_date      = "2026-02-28"
  resource_name = "web-09"
}

output "by_day" {
  description = "Cost in won by day, exactly as the service returns it; null on days without an amount."
  value = {
    for usage in data.scpbilling_usages.web.usages :
    substr(usage.usage_date, 0, 10) => try(usage.amounts.krw, null)...
  }
}
