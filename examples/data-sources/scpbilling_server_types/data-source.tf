data "scpbilling_server_types" "upgrades" {
  service_id          = "VIRTUAL_SERVER"
  os_type             = "OPEN_SOURCE"
  current_server_type = "s1v1m2"
}

output "upgrades" {
  description = "Server types that a contract for s1v1m2 can change to."
  value = [
    for candidate in data.scpbilling_server_types.upgrades.server_types :
    candidate.server_type if candidate.scale_up_yn == true
  ]
}

output "large_upgrades" {
  description = "Those with at least 16 cores and 32 GB. The service may return no numbers."
  value = {
    for candidate in data.scpbilling_server_types.upgrades.server_types :
    candidate.server_type => "${candidate.core} cores, ${candidate.memory_gb} GB"
    if candidate.scale_up_yn == true && try(candidate.core >= 16 && candidate.memory_gb >= 32, false)
  }
}
