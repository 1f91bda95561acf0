# A report on cost in Markdown, with charts that GitHub and GitLab draw.
#
# Sums are exact decimal text from the summary on. Numbers are made of them only to
# compare, to sort and to draw.

locals {
  month      = coalesce(var.month, formatdate("YYYY-MM", timeadd(plantimestamp(), "9h")))
  next_month = formatdate("YYYY-MM", timeadd("${local.month}-28T00:00:00Z", "120h"))

  # Months as numbers, so that one can count back from the last.
  last_number = 12 * tonumber(substr(local.month, 0, 4)) + tonumber(substr(local.month, 5, 2)) - 1
  months = [
    for back in reverse(range(var.months)) :
    format("%04d-%02d", floor((local.last_number - back) / 12), (local.last_number - back) % 12 + 1)
  ]
  previous = var.months > 1 ? local.months[var.months - 2] : null
}

data "scpbilling_usage_summary" "all" {
  start_date  = "${local.months[0]}-01"
  end_date    = formatdate("YYYY-MM-DD", timeadd("${local.next_month}-01T00:00:00Z", "-24h"))
  account_ids = var.account_ids
  group_by    = ["usage_month", "service_category", "account_id"]
}

locals {
  groups = data.scpbilling_usage_summary.all.groups

  # Exact sums of a month, of a service in the two months that are compared, and of a budget.
  by_month = {
    for month in local.months : month => provider::scpbilling::sum_amounts([
      for group in local.groups : group.amounts if group.keys.usage_month == month
    ])
  }
  names = distinct([for group in local.groups : coalesce(group.keys.service_category, "without a category")])
  by_service = {
    for name in local.names : name => {
      now = provider::scpbilling::sum_amounts([
        for group in local.groups : group.amounts
        if group.keys.usage_month == local.month && coalesce(group.keys.service_category, "without a category") == name
      ])
      before = provider::scpbilling::sum_amounts([
        for group in local.groups : group.amounts
        if local.previous != null && group.keys.usage_month == local.previous && coalesce(group.keys.service_category, "without a category") == name
      ])
    }
  }
  by_budget = {
    for name, budget in var.budgets : name => provider::scpbilling::sum_amounts([
      for group in local.groups : group.amounts
      if group.keys.usage_month == local.month && contains(budget.account_ids, coalesce(group.keys.account_id, "-"))
    ])
  }

  # Numbers in the currency of the charts; no usage is 0.
  month_number   = { for month, amount in local.by_month : month => tonumber(coalesce(amount[var.currency], "0")) }
  service_number = { for name, amounts in local.by_service : name => tonumber(coalesce(amounts.now[var.currency], "0")) }
  service_before = { for name, amounts in local.by_service : name => tonumber(coalesce(amounts.before[var.currency], "0")) }
  budget_number  = { for name, amount in local.by_budget : name => tonumber(coalesce(amount[var.currency], "0")) }

  # The largest first: sorting is by text, so the numbers get the same length. Credits
  # can make a sum negative; it is sorted as 0 and has no slice.
  ranked = [
    for key in reverse(sort([for name, number in local.service_number : format("%024.4f|%s", max(number, 0), name)])) :
    substr(key, 25, -1)
  ]
  shown  = slice(local.ranked, 0, min(var.largest, length(local.ranked)))
  others = [for name in local.ranked : name if !contains(local.shown, name)]

  # A cell of a table is one line without bars.
  cell = {
    for name in distinct(concat(local.names, keys(var.budgets))) : name => replace(replace(name, "/[\\r\\n]+/", " "), "|", "\\|")
  }

  # Charts take plain numbers with two places. A slice is above zero, and the slices
  # are in the order of the table.
  slices = [
    for slice in concat(
      [for name in local.shown : { name = name, number = local.service_number[name] }],
      length(local.others) == 0 ? [] : [{ name = "other services", number = sum([for name in local.others : local.service_number[name]]) }],
    ) : slice if slice.number >= 0.01
  ]

  # In labels anything but letters, digits and a few signs could be taken for Mermaid.
  # Labels that are the same without such signs are counted, as in "a_b 1/2": Mermaid
  # leaves out a slice whose label it has already.
  plain = {
    slices  = [for slice in local.slices : trimspace(replace(slice.name, "/[^\\p{L}\\p{N} ._+()&@-]/", "_"))]
    budgets = [for name in keys(var.budgets) : trimspace(replace(name, "/[^\\p{L}\\p{N} ._+()&@-]/", "_"))]
  }
  labels = {
    for chart, plain in local.plain : chart => [
      for i, text in plain : length([for other in plain : other if other == text]) == 1 ? text : format(
        "%s %d/%d", text, length([for other in slice(plain, 0, i + 1) : other if other == text]), length([for other in plain : other if other == text]),
      )
    ]
  }

  highest_month  = max(concat([1], values(local.month_number))...)
  lowest_month   = min(concat([0], values(local.month_number))...)
  highest_budget = max(concat([1], values(local.budget_number), [for budget in values(var.budgets) : budget.amount])...)
  lowest_budget  = min(concat([0], values(local.budget_number))...)
  unit           = upper(var.currency)

  share_chart = length(local.slices) == 0 ? "" : join("\n", concat(
    ["pie showData", "    title Share by service in ${local.month} (${local.unit})"],
    [for i, slice in local.slices : format("    \"%s\" : %.2f", local.labels.slices[i], slice.number)],
  ))

  months_chart = join("\n", [
    "xychart-beta",
    "    title \"Month over month (${local.unit})\"",
    "    x-axis [${join(", ", [for month in local.months : "\"${month}\""])}]",
    "    y-axis \"${local.unit}\" ${format("%.2f", local.lowest_month)} --> ${format("%.2f", local.highest_month)}",
    "    bar [${join(", ", [for month in local.months : format("%.2f", local.month_number[month])])}]",
    "    line [${join(", ", [for month in local.months : format("%.2f", local.month_number[month])])}]",
  ])

  budgets_chart = length(var.budgets) == 0 ? "" : join("\n", [
    "xychart-beta",
    "    title \"Spend (bars) against budget (line) in ${local.month} (${local.unit})\"",
    "    x-axis [${join(", ", [for label in local.labels.budgets : "\"${label}\""])}]",
    "    y-axis \"${local.unit}\" ${format("%.2f", local.lowest_budget)} --> ${format("%.2f", local.highest_budget)}",
    "    bar [${join(", ", [for name in keys(var.budgets) : format("%.2f", local.budget_number[name])])}]",
    "    line [${join(", ", [for budget in values(var.budgets) : format("%.2f", budget.amount)])}]",
  ])

  # A change in percent is said only where there is something to compare with.
  change = {
    for pair in concat(
      [for name in local.ranked : { key = "service ${name}", now = local.service_number[name], before = local.service_before[name] }],
      [for i, month in local.months : { key = "month ${month}", now = local.month_number[month], before = i == 0 ? 0 : local.month_number[local.months[i - 1]] }],
    ) : pair.key => pair.before <= 0 ? "–" : format("%+.1f %%", 100 * (pair.now - pair.before) / pair.before)
  }
}
