# A budget that is spent to the last won is spent. Terraform 1.8 or OpenTofu 1.8 and later:
#
#   scp-emulator exec -- terraform test -filter=tests/exactly_100_percent.tftest.hcl

run "budgets" {
  module {
    source = "./tests/budgets"
  }
}

run "spent_to_the_last_won" {
  command = plan

  variables {
    today = "2026-02-28"
  }

  # No usages of the emulator add up to an integer, so the spend is an override. OpenTofu
  # wants it whole.
  override_data {
    target = data.scpbilling_usage_summary.spend
    values = {
      total = { amounts = { krw = "1500000.0000000000", usd = "0.0" }, keys = {}, row_count = 1 }
    }
  }

  assert {
    condition     = output.budgets["exact"].percent == 100 && output.budgets["one won more"].percent < 100
    error_message = "A budget of 1,500,000 won is spent by 1,500,000 won, and one of 1,500,001 is not."
  }

  expect_failures = [check.within_the_budget, check.below_the_warning, check.projection_is_within_the_budget]
}
