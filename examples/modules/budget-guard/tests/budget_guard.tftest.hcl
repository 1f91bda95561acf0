# Without an account, with Terraform 1.8 or OpenTofu 1.8 and later:
#
#   scp-emulator exec -seed demo -now 2026-03-16T03:00:00Z -- terraform test
#
# OpenTofu knows only the latest run in an assertion, so each run stands alone.

run "middle_of_a_month" {
  command = plan

  variables {
    today = "2026-03-16"
  }

  assert {
    condition     = output.days == { month = "2026-03", counted = 15, compared = 15, in_month = 31 }
    error_message = "The days before today have to be counted."
  }

  assert {
    condition     = tonumber(output.spend.krw) > 0 && abs(output.projection - tonumber(output.spend.krw) / 15 * 31) <= 1
    error_message = "The projection has to go on like the days so far."
  }

  assert {
    condition     = output.comparison.month == output.spend.krw && tonumber(output.comparison.before) > 0 && abs(output.comparison.change_percent - 100 * (tonumber(output.comparison.month) / tonumber(output.comparison.before) - 1)) < 0.1
    error_message = "The same days of both months have to be compared."
  }

  assert {
    condition     = length(output.budgets) > 0 && alltrue([for budget in output.budgets : budget.unit == "OVERALL" || budget.spend == output.spend.krw])
    error_message = "Each budget of a month has to be compared with the whole account's spend."
  }

  expect_failures = [check.below_the_warning, check.projection_is_within_the_budget, check.spend_is_in_won]
}

# No usage counts yet, and no check may fail for that.
run "first_day_of_a_month" {
  command = plan

  variables {
    today = "2026-03-01"
  }

  assert {
    condition     = output.days == { month = "2026-03", counted = 0, compared = 0, in_month = 31 } && output.spend == { krw = "0", usd = "0" } && output.projection == null && output.comparison.change_percent == null
    error_message = "The spend of the first day has to be 0, without a projection."
  }
}

run "month_of_28_days" {
  command = plan

  variables {
    today = "2026-02-28"
  }

  assert {
    condition     = output.days == { month = "2026-02", counted = 27, compared = 27, in_month = 28 }
    error_message = "February 2026 has 28 days."
  }

  expect_failures = [check.within_the_budget, check.spend_is_in_won]
}

# The month before has only 28 days, so both months count as many.
run "longer_than_the_month_before" {
  command = plan

  variables {
    today = "2026-03-31"
  }

  assert {
    condition     = output.days == { month = "2026-03", counted = 30, compared = 28, in_month = 31 }
    error_message = "Days that the month before does not have may not be compared."
  }

  expect_failures = [check.within_the_budget, check.spend_is_in_won]
}

run "no_day" {
  command = plan

  variables {
    today = "2026-02-30"
  }

  expect_failures = [var.today]
}

run "wrong_percentage" {
  command = plan

  variables {
    warn_at = 0
  }

  expect_failures = [var.warn_at]
}
