# Without an account, with Terraform 1.6 or OpenTofu 1.6 and later:
#
#   scp-emulator exec -seed demo -now 2026-03-16T03:00:00Z -- terraform test
#
# OpenTofu knows only the latest run in an assertion, so each run stands alone.

variables {
  today = "2026-03-16"
}

run "contracts_and_coverage" {
  command = plan

  assert {
    condition     = length(output.contracts) == 2 && alltrue([for contract in output.contracts : contract.remaining_days > 0])
    error_message = "The contracts that run have to be listed, and the one that has ended not."
  }

  assert {
    condition     = tonumber(output.cost_of_leaving.fee) > 0 && output.cost_of_leaving.currency == "KRW"
    error_message = "The fee of leaving has to be quoted."
  }

  assert {
    condition     = length(output.coverage) == 2 && alltrue([for row in output.coverage : row.utilization_percent == 100 && row.used_hours == row.covered_hours + row.uncovered_hours])
    error_message = "A server that runs around the clock has to use its contract wholly."
  }

  assert {
    condition     = output.demand["VIRTUAL_SERVER OPEN_SOURCE s1v2m4"].uncovered_hours == 300 && output.demand["VIRTUAL_SERVER OPEN_SOURCE s1v2m4"].contracts == 0 && output.demand["VIRTUAL_SERVER OPEN_SOURCE s1v2m4"].contract_per_hour < output.demand["VIRTUAL_SERVER OPEN_SOURCE s1v2m4"].uncovered_per_hour
    error_message = "Ten hours a day do not carry a contract, whose price is known."
  }
}

run "demand_without_a_contract" {
  command = plan

  variables {
    candidates = {
      service_ids  = ["VIRTUAL_SERVER"]
      os_types     = ["OPEN_SOURCE"]
      server_types = ["s1v4m8", "s1v2m4", "s1v1m2"]
    }
  }

  assert {
    condition     = length(output.coverage) == 4 && output.demand["VIRTUAL_SERVER OPEN_SOURCE s1v4m8"].contracts == 1 && output.demand["VIRTUAL_SERVER OPEN_SOURCE s1v4m8"].contract_per_hour == null
    error_message = "A server that runs around the clock without a contract has to be found."
  }

  assert {
    condition     = strcontains(output.markdown, "| VIRTUAL_SERVER OPEN_SOURCE s1v4m8 | 720 | 1 | 1 | ") && strcontains(output.markdown, "unknown: there is no contract of this spec")
    error_message = "A price that is not known has to be called so."
  }
}

run "a_contract_ends_soon" {
  command = plan

  variables {
    warn_days = 400
  }

  expect_failures = [check.contracts_that_end_have_a_follow_up]
}

run "first_day_after_a_short_month" {
  command = plan

  variables {
    today = "2026-03-01"
    days  = 28
  }

  assert {
    condition     = strcontains(output.markdown, "| 2026-01-31 to 2026-02-27 |") && alltrue([for row in output.coverage : row.covered_hours == 28 * 24 && row.utilization_percent == 100])
    error_message = "The 28 days end two days before the first of March."
  }
}

run "long_ago" {
  command = plan

  variables {
    today = "2024-02-29"
    days  = 1
  }

  assert {
    condition     = length(output.coverage) == 0
    error_message = "Before the first contract nothing may be covered."
  }
}

run "no_days" {
  command = plan

  variables {
    days = 0
  }

  expect_failures = [var.days]
}
