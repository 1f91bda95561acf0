# What has been paid, and what has not.
data "scpbilling_monthly_payments" "all" {}

output "unpaid" {
  description = "Amounts that are still open, by payer and month."
  value = {
    for payment in data.scpbilling_monthly_payments.all.payments :
    "${payment.payer_account_id} ${payment.bill_year_month}" => payment.unpaid_amount
    if try(tonumber(payment.unpaid_amount.krw) > 0 || tonumber(payment.unpaid_amount.usd) > 0, false)
  }
}
