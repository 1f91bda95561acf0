data "scpbilling_planned_compute_instances" "march" {
  service_id  = "VIRTUAL_SERVER"
  os_type     = "OPEN_SOURCE"
  server_type = "s1v1m2"
  start_date  = "2026-03-01"
  end_date    = "2026-03-31"
}

output "hours_by_server" {
  description = "Hours that each server used, and the contract that covers it."
  value = [
    for coverage in data.scpbilling_planned_compute_instances.march.coverages : {
      server   = coverage.resource_name
      contract = coverage.contract_id
      hours    = coverage.used_time
    }
  ]
}
