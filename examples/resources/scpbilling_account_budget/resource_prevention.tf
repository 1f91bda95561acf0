# A budget with a block: from the threshold on, nobody in the whole account can start new
# servers or databases. Agree on it with everybody who works there.
resource "scpbilling_account_budget" "sandbox" {
  name   = "sandbox"
  amount = 500000
  unit   = "MONTHLY"

  prevention = {
    receivers = ["finops@example.com"]
    threshold = 100
  }
}
