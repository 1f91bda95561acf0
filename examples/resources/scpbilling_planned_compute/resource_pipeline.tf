# A contract bought by an unattended pipeline: with known_contracts, the guard raises no false alarms,
# even with saved plans, on other machines or in containers.
data "scpbilling_planned_computes" "all" {}

resource "scpbilling_planned_compute" "api" {
  service_id      = "VIRTUAL_SERVER"
  os_type         = "windows"
  server_type     = "s1v2m4"
  contract_type   = "01"
  purchase_guard  = "REFUSE"
  known_contracts = data.scpbilling_planned_computes.all.planned_computes[*].id
}
