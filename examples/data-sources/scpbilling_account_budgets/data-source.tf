data "scpbilling_account_budgets" "platform" {
  search_name = "platform"
  sort        = "created_at:desc"
}

output "platform_budgets" {
  description = "Amounts by budget name."
  value = {
    for budget in data.scpbilling_account_budgets.platform.budgets :
    budget.name => budget.amount
  }
}
