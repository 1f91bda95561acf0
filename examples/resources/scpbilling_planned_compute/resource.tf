# Applying this buys a contract of one year.
resource "scpbilling_planned_compute" "web" {
  service_id    = "VIRTUAL_SERVER"
  os_type       = "opensource"
  server_type   = "s1v2m4"
  contract_type = "01"

  # A follow-up of one year, which starts by itself. It is a purchase too.
  next_contract_type = "01"

  # Sent with the purchase; they cannot be changed later.
  tags = {
    team = "web"
  }

  # The default: a plan that would end the contract is an error.
  deletion_policy = "PREVENT"

  # Stop, rather than warn, when an identical contract was bought lately.
  purchase_guard = "REFUSE"
}
