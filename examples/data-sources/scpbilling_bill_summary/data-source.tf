# Bills of a year, summed by month and service.
data "scpbilling_bill_summary" "by_service" {
  start_year_month = "2026-01"
  end_year_month   = "2026-12"
  group_by         = ["bill_year_month", "service_category"]
}

output "by_service" {
  description = "Amount, discounts and charge for planned computes in won, by month and service."
  value = {
    for group in data.scpbilling_bill_summary.by_service.groups :
    "${group.keys.bill_year_month} ${coalesce(group.keys.service_category, "other")}" => {
      bills           = group.row_count
      amount          = try(group.amounts.krw, null)
      discounts       = try(group.discount_amounts.krw, null)
      planned_compute = try(group.planned_compute.krw, null)
    }...
  }
}
