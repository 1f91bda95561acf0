# Without an account, with Terraform 1.8 or OpenTofu 1.7 and later:
#
#   scp-emulator exec -seed demo -now 2026-03-27T03:00:00Z -- terraform test
#
# OpenTofu knows only the latest run in an assertion, so each run stands alone. OpenTofu
# 1.12 crashes on a provider's function in an assertion, so there is none.

run "month_to_date" {
  command = plan

  variables {
    today = "2026-03-27"
  }

  assert {
    condition     = output.summary.days == 26 && output.summary.compared_days == 26 && strcontains(output.markdown, "2026-03-01 – 26 against 2026-02-01 – 26")
    error_message = "The same 26 days of both months have to be compared, and named."
  }

  assert {
    condition     = abs(output.summary.projection - tonumber(output.total.krw) / 26 * 31) <= 1
    error_message = "The projection has to go on like the days so far."
  }

  assert {
    condition     = length(output.charts) == 2 && alltrue([for chart in output.charts : strcontains(chart, "xychart-beta horizontal") && !strcontains(chart, "line [")])
    error_message = "There have to be two charts of horizontal bars."
  }

  assert {
    condition     = strcontains(output.markdown, "| COMPUTE | ") && tonumber(replace(regex("\\*\\*([0-9,]+) KRW\\*\\*", output.markdown)[0], ",", "")) == floor(tonumber(output.total.krw) + 0.5)
    error_message = "The sum has to be rounded and grouped."
  }
}

run "closed_month_in_korean_by_account" {
  command = plan

  variables {
    today      = "2026-03-27"
    month      = "2026-02"
    language   = "ko"
    by_account = true
    largest    = 2
    title      = "플랫폼"
  }

  assert {
    condition     = output.summary.days == 28 && output.summary.projection == null && startswith(output.markdown, "# 플랫폼: 2026-02") && strcontains(output.markdown, "기타 서비스")
    error_message = "A month that is over has to be whole and without a projection."
  }

  assert {
    condition     = strcontains(output.markdown, "| 계정 | 서비스 |") && strcontains(output.markdown, "| 0e0a0c1e5a3f4c1b9d2e7f6a5b4c3d2e | COMPUTE | ")
    error_message = "There has to be a row for each account and service."
  }
}

run "first_day_of_a_month" {
  command = plan

  variables {
    today = "2026-03-01"
  }

  assert {
    condition     = output.total == { krw = "0", usd = "0" } && strcontains(output.markdown, "Nothing has been charged yet.") && length(output.charts) == 0
    error_message = "Without usage the report has to say so."
  }
}

run "dollars_without_budgets" {
  command = plan

  variables {
    today    = "2026-03-27"
    currency = "usd"
    budgets  = false
  }

  assert {
    condition     = length(output.charts) == 1 && strcontains(output.markdown, " USD**") && strcontains(output.markdown, "| Not included | KRW | ")
    error_message = "The report has to be in dollars and name what it does not include."
  }
}

run "unknown_currency" {
  command = plan

  variables {
    currency = "eur"
  }

  expect_failures = [var.currency]
}

run "unknown_language" {
  command = plan

  variables {
    language = "fr"
  }

  expect_failures = [var.language]
}

run "no_month" {
  command = plan

  variables {
    month = "2026-13"
  }

  expect_failures = [var.month]
}

run "no_row" {
  command = plan

  variables {
    largest = 0
  }

  expect_failures = [var.largest]
}
