# A budget with emails. It watches the spend of its whole account.
resource "scpbilling_account_budget" "platform" {
  name   = "platform 2026"
  amount = 3000000
  unit   = "MONTHLY"

  notifications = {
    notification_send_period = "FIRST"
    receivers                = ["finops@example.com", "platform@example.com"]
    thresholds               = [80, 100]
  }
}
