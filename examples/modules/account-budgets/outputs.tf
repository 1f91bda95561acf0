output "budgets" {
  description = "The budgets by name: id, amount, unit, start month, and, if new servers and databases are blocked, at which percentage and why."
  value = {
    for name, budget in scpbilling_account_budget.this : name => {
      id           = budget.id
      amount       = budget.amount
      unit         = budget.unit
      start_month  = budget.start_month
      block_at     = local.budgets[name].block_at
      block_reason = local.budgets[name].block_reason
    }
  }

  precondition {
    condition     = length(local.problems) == 0
    error_message = "${basename(var.file)} cannot be used:\n  - ${join("\n  - ", local.problems)}"
  }
}
