resource "scpbilling_account_budget" "platform" {
  name   = "platform 2026"
  amount = 3000000
  unit   = "MONTHLY"

  notifications = {
    notification_send_period = "FIRST"
    receivers                = ["finops@example.com", "platform@example.com"]
    thresholds               = [80, 100]
  }

  # From here on nobody in the account can start new servers or databases.
  prevention = {
    receivers = ["finops@example.com"]
    threshold = 100
  }
}
