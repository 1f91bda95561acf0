output "month" {
  description = "Month whose spend was compared."
  value       = local.month
}

output "budgets" {
  description = "Id of the budget of each team."
  value       = { for name, budget in scpbilling_account_budget.team : name => budget.id }
}

output "spend" {
  description = "Spend of each team: exact texts in won and in dollars, and the percentage of the budget in won."
  value = {
    for name, spend in local.spend : name => {
      krw     = spend.krw
      usd     = spend.usd
      percent = floor(10 * local.share[name]) / 10
    }
  }
}
