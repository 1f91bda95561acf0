data "scpbilling_service_types" "all" {}

output "services" {
  description = "Services for which contracts are offered."
  value = {
    for service in data.scpbilling_service_types.all.services :
    service.service_id => service.display_name
  }
}
