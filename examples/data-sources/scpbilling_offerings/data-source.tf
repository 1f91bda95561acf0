data "scpbilling_offerings" "all" {}

output "offerings" {
  description = "Offerings of the price list, by the service's names."
  value       = data.scpbilling_offerings.all.offerings
}
