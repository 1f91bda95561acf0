# terraform apply -invoke=action.scpbilling_cancel_planned_compute.web
#
# This ends the contract and costs the fee that the run reports.
action "scpbilling_cancel_planned_compute" "web" {
  config {
    id = "5f3688a192094ddeb0c94166a3e88935"
  }
}
