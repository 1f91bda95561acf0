data "scpbilling_planned_compute" "web" {
  id = "5f3688a192094ddeb0c94166a3e88935"
}

output "web_contract" {
  description = "When the contract ends, and what follows it."
  value = {
    contract_id = data.scpbilling_planned_compute.web.contract_id
    end_date    = data.scpbilling_planned_compute.web.end_date
    follow_up   = data.scpbilling_planned_compute.web.next_contract_type
  }
}
