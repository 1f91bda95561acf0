# terraform test (1.6 and later), without an account:
#
#   scp-emulator -listen 127.0.0.1:8080    paste its export lines into your shell
#   terraform init && terraform test

variables {
  file        = "teams.csv"
  start_month = "2026-01"
  receivers   = ["finops@example.com"]
}

run "budgets_from_csv" {
  assert {
    condition     = keys(output.budgets) == ["data", "migration", "sandbox", "web"]
    error_message = "Every row is a budget."
  }

  assert {
    condition     = scpbilling_account_budget.team["data"].notifications.receivers == toset(["finops@example.com", "data@example.com", "lead@example.com"])
    error_message = "The receivers of the row come on top of those of the module."
  }

  assert {
    condition     = scpbilling_account_budget.team["data"].notifications.thresholds == toset([70, 90, 100]) && scpbilling_account_budget.team["web"].notifications.thresholds == toset([80, 100])
    error_message = "The thresholds of the row win over those of the module."
  }

  assert {
    condition     = output.budgets["sandbox"].block_at == 100 && output.budgets["web"].block_at == null
    error_message = "Only a row that asks for it blocks new resources."
  }

  assert {
    condition     = scpbilling_account_budget.team["migration"].unit == "OVERALL" && scpbilling_account_budget.team["migration"].start_month == "2026-03"
    error_message = "Unit and start month can be given in a row."
  }

  assert {
    condition     = output.monthly_total == 11500000
    error_message = "The budget over several months is no part of the monthly total."
  }
}

# The same teams in YAML are the same budgets: nothing is left to do.
run "budgets_from_yaml_are_the_same" {
  variables {
    file = "teams.yaml"
  }

  assert {
    condition     = output.budgets == run.budgets_from_csv.budgets
    error_message = "Ids and values have to stay."
  }
}

run "prefix_and_own_limit" {
  command = plan

  variables {
    name_prefix   = "2026 "
    monthly_limit = 11500000
  }

  assert {
    condition     = scpbilling_account_budget.team["web"].name == "2026 web"
    error_message = "The prefix stands before the team."
  }
}

run "too_much_in_total" {
  command = plan

  variables {
    monthly_limit = 11499999
  }

  expect_failures = [scpbilling_account_budget.team]
}

run "a_file_that_is_not_there" {
  command = plan

  variables {
    file = "nobody.csv"
  }

  expect_failures = [var.file]
}

run "a_month_that_is_none" {
  command = plan

  variables {
    start_month = "2026-13"
  }

  expect_failures = [var.start_month]
}

run "a_threshold_that_the_service_does_not_know" {
  command = plan

  variables {
    thresholds = [50]
  }

  expect_failures = [var.thresholds]
}
