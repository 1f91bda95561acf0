# terraform test (1.8 and later), without an account:
#
#   scp-emulator -listen 127.0.0.1:8080    paste its export lines into your shell
#   terraform init && terraform test

variables {
  budgets = {
    platform = { amount = 5000000, account_ids = ["0e0a0c1e5a3f4c1b9d2e7f6a5b4c3d2e"] }
    "데이터 팀"  = { amount = 3000000, account_ids = ["228cb9e4a7934f84853594c7f26f7a21"] }
  }
}

run "report" {
  assert {
    condition     = length(output.charts) == 3 && length(regexall("```mermaid", output.markdown)) == 3
    error_message = "There are three charts."
  }

  assert {
    condition     = startswith(output.charts[0], "pie showData") && strcontains(output.charts[1], "Month over month") && strcontains(output.charts[2], "데이터 팀")
    error_message = "They are share by service, month over month, and spend against budget."
  }

  assert {
    condition     = length(split(", ", regex("x-axis \\[(.*)\\]", output.charts[1])[0])) == 6
    error_message = "Six months are compared."
  }

  assert {
    condition     = strcontains(output.markdown, "| COMPUTE | ") && strcontains(output.markdown, output.total.krw)
    error_message = "The exact sums are in the tables."
  }
}

run "one_month_in_dollars_for_one_account" {
  variables {
    months      = 1
    currency    = "usd"
    account_ids = ["0e0a0c1e5a3f4c1b9d2e7f6a5b4c3d2e"]
    budgets     = {}
    title       = "Platform"
    largest     = 1
  }

  assert {
    condition     = startswith(output.markdown, "# Platform: ") && length(output.charts) == 2 && !strcontains(output.markdown, "Spend against budget")
    error_message = "Without budgets there is no part about them."
  }

  assert {
    condition     = strcontains(output.markdown, "other services")
    error_message = "What is not among the largest is summed up."
  }
}

run "no_usage" {
  variables {
    month = "2000-01"
  }

  assert {
    condition     = strcontains(output.markdown, "There is no usage from 1999-08 to 2000-01.") && length(output.charts) == 0
    error_message = "No usage is said, and nothing is drawn."
  }
}

run "a_currency_that_is_none" {
  command = plan

  variables {
    currency = "eur"
  }

  expect_failures = [var.currency]
}

run "a_month_that_is_none" {
  command = plan

  variables {
    month = "2026-00"
  }

  expect_failures = [var.month]
}

run "months_that_are_none" {
  command = plan

  variables {
    months = 1.5
  }

  expect_failures = [var.months]
}

run "a_budget_of_nothing" {
  command = plan

  variables {
    budgets = { free = { amount = 0, account_ids = [] } }
  }

  expect_failures = [var.budgets]
}

run "no_service_of_its_own" {
  command = plan

  variables {
    largest = 0
  }

  expect_failures = [var.largest]
}
