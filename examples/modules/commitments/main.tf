# Which contracts exist, when they end, whether they are used, and whether there is demand
# for more. Nothing is bought or changed.

locals {
  today = coalesce(var.today, formatdate("YYYY-MM-DD", timeadd(plantimestamp(), "9h")))
  first = formatdate("YYYY-MM-DD", timeadd("${local.today}T00:00:00Z", "-${24 * (var.days + 1)}h"))
  last  = formatdate("YYYY-MM-DD", timeadd("${local.today}T00:00:00Z", "-48h"))

  # The words for an end are guesses: the vendor documents ACTIVE only.
  ended = ["CANCEL", "CANCELED", "CANCELLED", "CONTRACT_CANCEL", "CONTRACT_CANCELED", "CONTRACT_CANCELLED", "CLOSED", "DELETED", "ENDED", "EXPIRED", "FINISHED", "TERMINATED"]

  # The service may send no last day, or one with a time.
  ends = { for contract in data.scpbilling_planned_computes.all.planned_computes : contract.id => try(regex("^[0-9]{4}-[0-9]{2}-[0-9]{2}", contract.end_date), null) }

  # Days since a fixed day, by the calendar: Terraform cannot subtract dates.
  parts = {
    for date in distinct(concat([local.today], [for end in values(local.ends) : end if end != null])) : date => {
      year  = tonumber(substr(date, 0, 4)) - (tonumber(substr(date, 5, 2)) <= 2 ? 1 : 0)
      month = (tonumber(substr(date, 5, 2)) + 9) % 12
      day   = tonumber(substr(date, 8, 2))
    }
  }
  number = {
    for date, part in local.parts : date => 365 * part.year + floor(part.year / 4) - floor(part.year / 100) + floor(part.year / 400) + floor((153 * part.month + 2) / 5) + part.day
  }
  remaining = { for id, end in local.ends : id => try(local.number[end] - local.number[local.today], null) }

  running = {
    for contract in data.scpbilling_planned_computes.all.planned_computes : contract.id => contract
    if !contains(local.ended, upper(coalesce(contract.state, "-"))) && !coalesce(contract.delete_yn, false) && (contract.next_contract_type != null || coalesce(local.remaining[contract.id], 0) >= 0)
  }

  contracts = {
    for id, contract in local.running : id => {
      contract_id        = contract.contract_id
      service_id         = contract.service_id
      os_type            = contract.os_type
      server_type        = contract.server_type
      contract_type      = contract.contract_type
      end_date           = local.ends[id]
      remaining_days     = local.remaining[id]
      next_contract_type = contract.next_contract_type
    }
  }
}

data "scpbilling_planned_computes" "all" {}

# One request for all contracts: the fee for cancelling them today.
data "scpbilling_planned_compute_cancellation_fee" "all" {
  count = length(local.running) == 0 ? 0 : 1

  planned_compute_ids = keys(local.running)
}

data "scpbilling_planned_compute_coverage" "contracts" {
  start_date = local.first
  end_date   = local.last
}

data "scpbilling_planned_compute_coverage" "candidates" {
  count = var.candidates == null ? 0 : 1

  start_date   = local.first
  end_date     = local.last
  service_ids  = var.candidates.service_ids
  os_types     = var.candidates.os_types
  server_types = var.candidates.server_types
}

locals {
  coverage = {
    for row in concat(data.scpbilling_planned_compute_coverage.contracts.coverages, flatten(data.scpbilling_planned_compute_coverage.candidates[*].coverages)) :
    upper(join(" ", [row.service_id, replace(row.os_type, "/[ _-]/", ""), row.server_type])) => row...
  }
  specs = { for key, rows in local.coverage : "${rows[0].service_id} ${rows[0].os_type} ${rows[0].server_type}" => rows[0] }

  ending = { for id, contract in local.contracts : id => contract if contract.next_contract_type == null && coalesce(contract.remaining_days, var.warn_days + 1) <= var.warn_days }
  idle   = { for name, row in local.specs : name => row if row.utilization_percent == null ? false : row.utilization_percent < var.minimum_utilization }

  # Hours that a further contract has to be used.
  enough = 24 * var.days * max(var.minimum_utilization, 1) / 100

  demand = {
    for name, row in local.specs : name => {
      uncovered_hours    = row.uncovered_hours
      contracts_at_most  = floor(row.uncovered_hours / local.enough)
      uncovered_per_hour = tonumber(row.uncovered_amount.krw) / row.uncovered_hours
      # What a contract costs is only known where one is used: the price list does not say.
      contract_per_hour = row.covered_hours == 0 ? null : tonumber(row.covered_amount.krw) / row.covered_hours
    } if row.uncovered_hours > 0
  }
}

# Whether the uncovered hours are those of one server around the clock, or of many at the
# same time, is only seen server by server.
data "scpbilling_planned_compute_instances" "demand" {
  for_each = { for name, row in local.specs : name => row if row.uncovered_hours >= local.enough }

  service_id  = each.value.service_id
  os_type     = each.value.os_type
  server_type = each.value.server_type
  start_date  = local.first
  end_date    = local.last
}

locals {
  further = {
    for name, row in local.demand : name => length([
      for server in try(data.scpbilling_planned_compute_instances.demand[name].coverages, []) : server
      if(server.contract_id == null || server.contract_id == "") && coalesce(server.used_time, 0) >= local.enough
    ])
  }
}

check "contracts_that_end_have_a_follow_up" {
  assert {
    condition     = length(local.ending) == 0
    error_message = "These contracts end within ${var.warn_days} days and no follow-up is reserved: ${join(", ", [for contract in values(local.ending) : "${coalesce(contract.contract_id, "-")} (${contract.server_type}) on ${contract.end_date}, in ${contract.remaining_days} days"])}."
  }
}

check "contracts_are_used" {
  assert {
    condition     = length(local.idle) == 0
    error_message = "These contracts were used less than ${var.minimum_utilization} % from ${local.first} to ${local.last}: ${join(", ", [for name, row in local.idle : "${name} (${format("%.1f", row.utilization_percent)} % of ${row.contract_count})"])}."
  }
}
