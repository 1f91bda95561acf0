output "days" {
  description = "What is counted: the month, its whole days so far, the days compared with the month before, and the number of days in the month."
  value = {
    month    = local.month
    counted  = local.days
    compared = local.compared_days
    in_month = local.days_in_month
  }
}

output "spend" {
  description = "Exact spend of the month so far, in won and in dollars."
  value       = local.spend.month
}

output "comparison" {
  description = "Exact spend in won on the same days of this month and of the month before, and the change in percent; null if there is no spend to compare with."
  value = {
    month          = local.same.krw
    before         = local.spend.before.krw
    change_percent = local.change == null ? null : floor(local.change * 10 + 0.5) / 10
  }
}

output "projection" {
  description = "Projected spend in won at the end of the month if it continues like its days so far, rounded; null if there are too few days."
  value       = local.projection == null ? null : floor(local.projection + 0.5)
}

output "budgets" {
  description = "By the name of each budget: its id, amount and unit, the spend that counts, the percentage of the amount, and the projected percentage."
  value = {
    for name, budget in local.against : name => merge(budget, {
      percent           = floor(local.percent[name] * 10) / 10
      projected_percent = local.projected[name] == null ? null : floor(local.projected[name] * 10) / 10
    })
  }
}
