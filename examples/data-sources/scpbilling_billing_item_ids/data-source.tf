data "scpbilling_billing_item_ids" "all" {}

output "billing_items" {
  description = "What scpbilling_prices can be asked for."
  value       = data.scpbilling_billing_item_ids.all.billing_item_ids
}
