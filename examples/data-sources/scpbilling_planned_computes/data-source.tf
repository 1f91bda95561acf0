# The running one-year contracts for Linux servers.
data "scpbilling_planned_computes" "linux" {
  service_ids    = ["VIRTUAL_SERVER"]
  os_types       = ["OPEN_SOURCE"]
  contract_types = ["01"]
  states         = ["ACTIVE"]
  sort           = "created_at:desc"
}

output "ending_without_follow_up" {
  description = "Last day of each contract that has no follow-up."
  value = {
    for contract in data.scpbilling_planned_computes.linux.planned_computes :
    contract.id => contract.end_date
    if contract.next_contract_type == null
  }
}
