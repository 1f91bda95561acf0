# Applying this buys a contract of one year.
resource "scpbilling_planned_compute" "web" {
  service_id    = "VIRTUAL_SERVER"
  os_type       = "opensource"
  server_type   = "s1v2m4"
  contract_type = "01"

  # A one-year follow-up, which starts automatically. It is a purchase, too.
  next_contract_type = "01"

  # Sent with the purchase; they cannot be changed later.
  tags = {
    team = "web"
  }

  # The default: a plan that would destroy or replace this resource fails.
  deletion_policy = "PREVENT"

  # Stop, rather than warn, if an identical contract was bought recently.
  purchase_guard = "REFUSE"
}
