data "scpbilling_contract_types" "linux" {
  service_id  = "VIRTUAL_SERVER"
  server_type = "s1v1m2"
}

output "periods" {
  description = "Names of the periods by code."
  value = {
    for period in data.scpbilling_contract_types.linux.contract_types :
    period.code => period.display_name
  }
}
