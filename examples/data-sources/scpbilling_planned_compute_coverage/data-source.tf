locals {
  today = plantimestamp()
}

# Each combination that has a contract, over the last 30 days for which there is data.
data "scpbilling_planned_compute_coverage" "month" {
  start_date = formatdate("YYYY-MM-DD", timeadd(local.today, "-768h"))
  end_date   = formatdate("YYYY-MM-DD", timeadd(local.today, "-48h"))
}

# To find demand that no contract covers, name the combinations to look at.
data "scpbilling_planned_compute_coverage" "candidates" {
  start_date   = formatdate("YYYY-MM-DD", timeadd(local.today, "-768h"))
  end_date     = formatdate("YYYY-MM-DD", timeadd(local.today, "-48h"))
  service_ids  = ["VIRTUAL_SERVER"]
  os_types     = ["OPEN_SOURCE"]
  server_types = ["s1v1m2", "s1v2m4", "s1v4m8"]
}

output "utilization" {
  description = "How much of each contract spec is used, in percent."
  value = {
    for row in data.scpbilling_planned_compute_coverage.month.coverages :
    "${row.service_id} ${row.os_type} ${row.server_type}" => row.utilization_percent
  }
}

output "uncovered_hours" {
  description = "Hours that ran without a contract, by server type."
  value = {
    for row in data.scpbilling_planned_compute_coverage.candidates.coverages :
    row.server_type => row.uncovered_hours if row.uncovered_hours > 0
  }
}
