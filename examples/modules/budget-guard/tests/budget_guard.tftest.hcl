# terraform test (1.8 and later), without an account:
#
#   scp-emulator -listen 127.0.0.1:8080    paste its export lines into your shell
#   terraform init && terraform test
#
# The local SCP has usage in dollars and accounts that no team has, so two of the
# checks fail in every run with usage.

variables {
  teams = {
    platform = {
      amount      = 900000000000
      account_ids = ["0e0a0c1e5a3f4c1b9d2e7f6a5b4c3d2e"]
      receivers   = ["platform@example.com"]
    }
  }
}

run "far_below" {
  expect_failures = [check.every_account_has_a_team, check.spend_is_in_won]

  assert {
    condition     = output.spend["platform"].percent < 1 && tonumber(output.spend["platform"].krw) > 0
    error_message = "There is some spend, and it is far below the budget."
  }

  assert {
    condition     = scpbilling_account_budget.team["platform"].amount == 900000000000 && scpbilling_account_budget.team["platform"].notifications.receivers == toset(["platform@example.com"])
    error_message = "The budget is as the team says."
  }

  assert {
    condition     = length(regexall("^[0-9]{4}-[0-9]{2}$", output.month)) == 1
    error_message = "Without a month it is the current one."
  }
}

run "spent" {
  variables {
    teams = {
      platform = {
        amount      = 1
        account_ids = ["0e0a0c1e5a3f4c1b9d2e7f6a5b4c3d2e"]
      }
    }
  }

  expect_failures = [check.spend_is_within_the_budget, check.every_account_has_a_team, check.spend_is_in_won]

  assert {
    condition     = output.spend["platform"].percent > 100
    error_message = "One won is spent quickly."
  }
}

# A budget that the spend of the first run fills to nine tenths.
run "close" {
  variables {
    teams = {
      platform = {
        amount      = ceil(tonumber(run.far_below.spend["platform"].krw) / 0.9)
        account_ids = ["0e0a0c1e5a3f4c1b9d2e7f6a5b4c3d2e"]
      }
    }
  }

  expect_failures = [check.spend_is_below_the_warning, check.every_account_has_a_team, check.spend_is_in_won]

  assert {
    condition     = output.spend["platform"].percent > 85 && output.spend["platform"].percent <= 90
    error_message = "Nine tenths are spent."
  }
}

run "close_but_nobody_minds" {
  variables {
    warn_at = 95
    teams = {
      platform = {
        amount      = ceil(tonumber(run.far_below.spend["platform"].krw) / 0.9)
        account_ids = ["0e0a0c1e5a3f4c1b9d2e7f6a5b4c3d2e"]
      }
    }
  }

  expect_failures = [check.every_account_has_a_team, check.spend_is_in_won]
}

# A team without usage has spent nothing, and no check can fail for it.
run "nothing_spent" {
  variables {
    month = "2000-02"
  }

  assert {
    condition     = output.spend["platform"].krw == "0" && output.spend["platform"].percent == 0
    error_message = "No usage is no spend."
  }
}

run "an_account_of_two_teams" {
  command = plan

  variables {
    teams = {
      a = { amount = 1, account_ids = ["x"] }
      b = { amount = 1, account_ids = ["x", "y"] }
    }
  }

  expect_failures = [var.teams]
}

run "a_month_that_is_none" {
  command = plan

  variables {
    month = "2026-13"
  }

  expect_failures = [var.month]
}

run "a_percentage_that_is_none" {
  command = plan

  variables {
    month   = "2000-02"
    warn_at = 0
  }

  expect_failures = [var.warn_at]
}
