output "budgets" {
  description = "The budget of each team: its id, its name, its amount, and the percentage at which new resources are blocked (null for never)."
  value = {
    for team, budget in scpbilling_account_budget.team : team => {
      id       = budget.id
      name     = budget.name
      amount   = budget.amount
      block_at = try(budget.prevention.threshold, null)
    }
  }
}

output "monthly_total" {
  description = "Sum of all monthly budgets."
  value       = local.monthly
}
