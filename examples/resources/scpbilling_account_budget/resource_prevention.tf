# A budget with prevention: once spend passes the threshold, nobody in the whole account can
# create new servers or databases. Agree on it with everyone who uses the account.
resource "scpbilling_account_budget" "sandbox" {
  name   = "sandbox"
  amount = 500000
  unit   = "MONTHLY"

  prevention = {
    receivers = ["finops@example.com"]
    threshold = 100
  }
}
