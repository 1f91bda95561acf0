# Budgets for many teams from one file that everybody can read and review.

locals {
  text = file(var.file)

  # By way of JSON, since the two functions give values of different types.
  rows = jsondecode(
    can(regex("(?i)\\.csv$", var.file)) ? jsonencode(csvdecode(local.text)) : jsonencode(yamldecode(local.text))
  )

  # A CSV file holds texts only, and a list in it is separated by spaces; a YAML
  # file may hold numbers and lists. An empty cell and a missing one are the same.
  cells = {
    for row in local.rows : row.team => {
      for column in ["amount", "unit", "start_month", "receivers", "thresholds", "block_at"] :
      column => compact(try(
        [for value in row[column] : tostring(value)],
        split(" ", tostring(row[column])),
        [],
      ))
    }
  }

  budgets = {
    for team, cell in local.cells : team => {
      amount      = tonumber(one(cell.amount))
      unit        = try(coalesce(one(cell.unit)), "MONTHLY")
      start_month = try(coalesce(one(cell.start_month)), var.start_month)
      receivers   = setunion(var.receivers, cell.receivers)
      thresholds  = length(cell.thresholds) == 0 ? var.thresholds : toset([for text in cell.thresholds : tonumber(text)])
      block_at    = tonumber(one(cell.block_at))
    }
  }

  monthly = sum(concat([0], [for budget in local.budgets : budget.amount if budget.unit == "MONTHLY"]))
}

resource "scpbilling_account_budget" "team" {
  for_each = local.budgets

  name        = "${var.name_prefix}${each.key}"
  amount      = each.value.amount
  unit        = each.value.unit
  start_month = each.value.start_month

  notifications = length(each.value.receivers) == 0 ? null : {
    receivers  = each.value.receivers
    thresholds = each.value.thresholds
  }

  # The block is for the whole account, so a row has to ask for it.
  prevention = each.value.block_at == null ? null : {
    receivers = each.value.receivers
    threshold = each.value.block_at
  }

  lifecycle {
    precondition {
      condition     = var.monthly_limit == null ? true : local.monthly <= var.monthly_limit
      error_message = "The monthly budgets add up to ${local.monthly}, which is more than monthly_limit allows."
    }
  }
}
