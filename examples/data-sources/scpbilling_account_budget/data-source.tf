data "scpbilling_account_budget" "platform" {
  name = "platform 2026"
}

output "platform_budget" {
  description = "The amount, and the percentage at which new servers are blocked."
  value = {
    amount     = data.scpbilling_account_budget.platform.amount
    unit       = data.scpbilling_account_budget.platform.unit
    blocked_at = data.scpbilling_account_budget.platform.prevention.threshold
  }
}
