# Destroying this resource cancels the contract, for a fee. Apply the policy before you
# remove the resource: Terraform reads the policy from the state.
resource "scpbilling_planned_compute" "batch" {
  service_id      = "VIRTUAL_SERVER"
  os_type         = "opensource"
  server_type     = "s1v4m8"
  contract_type   = "01"
  deletion_policy = "CANCEL"
}
