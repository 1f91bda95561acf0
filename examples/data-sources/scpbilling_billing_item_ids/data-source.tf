data "scpbilling_billing_item_ids" "all" {}

output "billing_items" {
  description = "Possible values of billing_item_id in scpbilling_prices."
  value       = data.scpbilling_billing_item_ids.all.billing_item_ids
}
