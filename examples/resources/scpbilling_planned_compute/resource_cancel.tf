# A contract that destroying cancels, for a fee. The policy has to be applied before the
# resource is removed: Terraform takes it from the state.
resource "scpbilling_planned_compute" "batch" {
  service_id      = "VIRTUAL_SERVER"
  os_type         = "opensource"
  server_type     = "s1v4m8"
  contract_type   = "01"
  deletion_policy = "CANCEL"
}
