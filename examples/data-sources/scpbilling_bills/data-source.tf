# The bills of two regions in the first half of a year, row by row.
data "scpbilling_bills" "computing" {
  start_year_month   = "2026-01"
  end_year_month     = "2026-06"
  service_categories = ["COMPUTE"]
  regions            = ["kr-west1", "kr-east1"]
  max_rows           = 20000
}

output "cancellation_fees" {
  description = "Bills that include a fee for a cancelled contract."
  value = {
    for bill in data.scpbilling_bills.computing.bills :
    bill.id => { resource = bill.resource_name, month = bill.bill_year_month, fee = bill.cancellation_fee.krw }
    if try(tonumber(bill.cancellation_fee.krw) > 0, false)
  }
}
