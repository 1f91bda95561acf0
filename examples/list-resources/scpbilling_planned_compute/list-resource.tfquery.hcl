# Every contract of the account that runs.
list "scpbilling_planned_compute" "running" {
  provider = scpbilling

  config {
    states = ["ACTIVE"]
  }
}

# Contracts of three and five years that end within a period, with all their values.
list "scpbilling_planned_compute" "long" {
  provider         = scpbilling
  include_resource = true

  config {
    contract_types = ["03", "05"]
    service_ids    = ["VIRTUAL_SERVER"]
    start_date     = "2026-01-01"
    end_date       = "2031-12-31"
    sort           = "end_date:asc"
  }
}
