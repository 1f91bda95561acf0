data "scpbilling_contract_types" "linux" {
  service_id  = "VIRTUAL_SERVER"
  server_type = "s1v1m2"
}

output "terms" {
  description = "Names of the terms by code."
  value = {
    for term in data.scpbilling_contract_types.linux.contract_types :
    term.code => term.display_name
  }
}
