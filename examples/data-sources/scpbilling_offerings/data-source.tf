data "scpbilling_offerings" "all" {}

output "offerings" {
  description = "Offerings of the price list."
  value       = data.scpbilling_offerings.all.offerings
}
