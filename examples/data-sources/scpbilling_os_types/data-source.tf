data "scpbilling_os_types" "virtual_server" {
  service_id = "VIRTUAL_SERVER"
}

output "os_types" {
  description = "Possible values of os_type in a contract."
  value       = data.scpbilling_os_types.virtual_server.os_types[*].os_type_value
}
