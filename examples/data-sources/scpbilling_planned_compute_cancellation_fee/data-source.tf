data "scpbilling_planned_compute_cancellation_fee" "web" {
  planned_compute_ids = ["5f3688a192094ddeb0c94166a3e88935"]
}

output "cancelling_today" {
  description = "What cancelling today would cost."
  value = format("%s %s, billed in %s",
    data.scpbilling_planned_compute_cancellation_fee.web.cancellation_fee,
    data.scpbilling_planned_compute_cancellation_fee.web.currency.code,
    data.scpbilling_planned_compute_cancellation_fee.web.bill_year_month,
  )
}
