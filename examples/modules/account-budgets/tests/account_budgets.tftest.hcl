# Without an account, with Terraform 1.6 or OpenTofu 1.6 and later:
#
#   scp-emulator exec -- terraform test

variables {
  file      = "budgets.csv"
  receivers = ["finops@example.com"]
}

run "csv" {
  assert {
    condition     = keys(output.budgets) == ["early warning", "migration", "sandbox stop", "total"]
    error_message = "Every row has to become a budget."
  }

  assert {
    condition     = scpbilling_account_budget.this["total"].amount == 12000000
    error_message = "Thousands separators have to be read."
  }

  assert {
    condition     = scpbilling_account_budget.this["total"].notifications.receivers == toset(["finops@example.com", "lead@example.com"])
    error_message = "The receivers of the row have to come on top of those of the module."
  }

  assert {
    condition     = scpbilling_account_budget.this["total"].notifications.thresholds == toset([80, 90, 100]) && scpbilling_account_budget.this["migration"].notifications.thresholds == toset([80, 100])
    error_message = "The thresholds of the row have to take precedence over those of the module."
  }

  assert {
    condition     = output.budgets["sandbox stop"].block_at == 100 && output.budgets["sandbox stop"].block_reason == "nobody works here overnight"
    error_message = "A row that asks for it and says why has to block new resources."
  }

  assert {
    condition     = length([for budget in scpbilling_account_budget.this : budget if budget.prevention != null]) == 1
    error_message = "Only a row that asks for it may block new resources."
  }

  assert {
    condition     = scpbilling_account_budget.this["migration"].unit == "OVERALL" && can(regex("^[0-9]{4}-[0-9]{2}$", output.budgets["migration"].start_month))
    error_message = "A budget without a month has to start in the month of its creation."
  }
}

# The same budgets in YAML: nothing is left to do. A budget that is made anew would
# have another id.
run "yaml_is_the_same" {
  variables {
    file = "budgets.yaml"
  }

  assert {
    condition     = keys(output.budgets) == ["early warning", "migration", "sandbox stop", "total"]
    error_message = "The names have to be the same."
  }

  assert {
    condition     = output.budgets["total"].amount == 12000000 && output.budgets["sandbox stop"].block_at == 100 && output.budgets["migration"].unit == "OVERALL"
    error_message = "The values have to be the same."
  }
}

run "missing_file" {
  command = plan

  variables {
    file = "missing.csv"
  }

  expect_failures = [var.file]
}

run "other_file" {
  command = plan

  variables {
    file = "README.md"
  }

  expect_failures = [var.file]
}

run "unknown_threshold" {
  command = plan

  variables {
    thresholds = [50]
  }

  expect_failures = [var.thresholds]
}

run "receiver_without_domain" {
  command = plan

  variables {
    receivers = ["finops"]
  }

  expect_failures = [var.receivers]
}
