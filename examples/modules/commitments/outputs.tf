output "contracts" {
  description = "The running contracts, by ID: what they are for, their term, last day, remaining days, and the term of a reserved follow-up."
  value       = local.contracts
}

output "cost_of_leaving" {
  description = "Exact fee for cancelling all contracts today, as the service quotes it; null without contracts."
  value = length(local.running) == 0 ? null : {
    fee             = data.scpbilling_planned_compute_cancellation_fee.all[0].cancellation_fee
    currency        = try(data.scpbilling_planned_compute_cancellation_fee.all[0].currency.code, null)
    bill_year_month = data.scpbilling_planned_compute_cancellation_fee.all[0].bill_year_month
  }
}

output "coverage" {
  description = "By service, operating system and server type: contracts, hours, and how much is used and covered, in percent. The data source scpbilling_planned_compute_coverage says how reliable the numbers are."
  value = {
    for name, row in local.specs : name => {
      contract_count      = row.contract_count
      contracted_hours    = row.contracted_hours
      used_hours          = row.used_hours
      covered_hours       = row.covered_hours
      uncovered_hours     = row.uncovered_hours
      utilization_percent = row.utilization_percent
      coverage_percent    = row.coverage_percent
    }
  }
}

output "demand" {
  description = "Uncovered demand by spec: the hours; the number of further contracts that individual servers would use to at least minimum_utilization percent; the largest number that all uncovered hours together could fill; the price in won of an uncovered hour; and the price of an hour under a contract, which is null if no contract of the spec is in use."
  value = {
    for name, row in local.demand : name => merge(row, {
      contracts          = local.further[name]
      uncovered_per_hour = floor(row.uncovered_per_hour * 100 + 0.5) / 100
      contract_per_hour  = row.contract_per_hour == null ? null : floor(row.contract_per_hour * 100 + 0.5) / 100
    })
  }
}

output "markdown" {
  description = "The tables in Markdown, for people to read."
  value = join("\n", concat(
    ["| Contract | For | Term | Ends | Days left | Follow-up |", "|---|---|---|---|--:|---|"],
    [
      for key in sort([for id, contract in local.contracts : format("%09d|%s", coalesce(contract.remaining_days, 1000000) + 1000000, id)]) :
      [
        for contract in [local.contracts[split("|", key)[1]]] : format("| %s | %s %s %s | %s | %s | %s | %s |",
          coalesce(contract.contract_id, "–"), contract.service_id, contract.os_type, contract.server_type,
          coalesce(contract.contract_type, "–"), coalesce(contract.end_date, "unknown"), contract.remaining_days == null ? "unknown" : contract.remaining_days, coalesce(contract.next_contract_type, "none")
        )
      ][0]
    ],
    ["", "| ${local.first} to ${local.last} | Contracts | Used of contracted | Covered of used |", "|---|--:|--:|--:|"],
    [
      for name, row in local.specs : format("| %s | %d | %s | %s |", name, row.contract_count,
        row.utilization_percent == null ? "–" : format("%.1f %%", row.utilization_percent), row.coverage_percent == null ? "–" : format("%.1f %%", row.coverage_percent)
      )
    ],
    length([for row in values(local.demand) : row if row.contracts_at_most > 0]) == 0 ? [] : ["", "| Uncovered demand | Hours | Further contracts | At most | Won per hour now | Won per hour under a contract |", "|---|--:|--:|--:|--:|--:|"],
    [
      for name, row in local.demand : format("| %s | %d | %d | %d | %.2f | %s |", name, row.uncovered_hours, local.further[name], row.contracts_at_most, row.uncovered_per_hour,
        row.contract_per_hour == null ? "unknown: there is no contract of this spec" : format("%.2f", row.contract_per_hour)
      )
      if row.contracts_at_most > 0
    ],
  ))
}
