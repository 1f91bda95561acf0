# A cost report in Markdown, with charts that GitHub and GitLab render.
#
# Sums are exact decimal strings. Numbers are made of them only to compare, to sort and to
# draw.

locals {
  words = {
    en = {
      title   = "Cloud costs", spend = "Spend", days = "days", of = "of", projection = "Projected to the end of the month", over = "Budgets spent", none_over = "none", comparison = "%s against %s"
      service = "Service", before = "Same days before", change = "Change", total = "Total", others = "other services", budget = "Budget", amount = "Amount", share = "Spent", services = "Spend by service"
      budgets = "Spend against budgets", projected = "Projected", account = "Account", nothing = "Nothing has been charged yet.", no_service = "without a category", no_account = "without an account"
      rounded = "Amounts are rounded. The projection continues the days so far.", other_currency = "Not included", million = "million", thousand = "thousand", whole = "the whole month", unspent = "Nothing"
    }
    ko = {
      title   = "클라우드 비용", spend = "사용 금액", days = "일", of = "/", projection = "월말 예상 금액", over = "소진된 예산", none_over = "없음", comparison = "%[2]s 대비 %[1]s"
      service = "서비스", before = "전월 같은 기간", change = "증감", total = "합계", others = "기타 서비스", budget = "예산", amount = "금액", share = "사용률", services = "서비스별 사용 금액"
      budgets = "예산 대비 사용 금액", projected = "월말 예상", account = "계정", nothing = "아직 청구된 사용량이 없습니다.", no_service = "분류 없음", no_account = "계정 없음"
      rounded = "금액은 반올림한 값입니다. 예상 금액은 지금까지의 일 평균을 기준으로 계산합니다.", other_currency = "제외된 금액", million = "백만", thousand = "천", whole = "한 달 전체", unspent = "없음"
    }
  }[var.language]

  # Whole days only: the usage of today is not complete.
  today         = coalesce(var.today, formatdate("YYYY-MM-DD", timeadd(plantimestamp(), "9h")))
  month         = coalesce(var.month, substr(local.today, 0, 7))
  first         = "${local.month}-01"
  last_of_month = formatdate("YYYY-MM-DD", timeadd("${formatdate("YYYY-MM-01", timeadd("${local.first}T00:00:00Z", "768h"))}T00:00:00Z", "-24h"))
  days_in_month = tonumber(substr(local.last_of_month, 8, 2))
  current       = local.month == substr(local.today, 0, 7)
  days          = local.current ? tonumber(substr(local.today, 8, 2)) - 1 : local.days_in_month

  # The same days of the month before. Where it is shorter, both count as many days.
  before        = timeadd("${local.first}T00:00:00Z", "-24h")
  before_month  = formatdate("YYYY-MM", local.before)
  compared_days = min(local.days, tonumber(formatdate("D", local.before)))

  ranges = local.days == 0 ? {} : merge(
    {
      month  = { start = local.first, end = format("%s-%02d", local.month, local.days) }
      before = { start = "${local.before_month}-01", end = format("%s-%02d", local.before_month, local.compared_days) }
    },
    local.compared_days == local.days ? {} : { compared = { start = local.first, end = format("%s-%02d", local.month, local.compared_days) } },
  )
}

data "scpbilling_usage_summary" "spend" {
  for_each = local.ranges

  start_date  = each.value.start
  end_date    = each.value.end
  account_ids = length(var.account_ids) == 0 ? null : var.account_ids
  group_by    = ["service_category", "account_id"]
}

data "scpbilling_account_budgets" "all" {
  count = var.budgets ? 1 : 0
}

locals {
  groups = {
    for range in ["month", "before", "compared"] : range => [
      for group in try(data.scpbilling_usage_summary.spend[range == "compared" && local.compared_days == local.days ? "month" : range].groups, []) : {
        service = coalesce(group.keys.service_category, local.words.no_service)
        account = coalesce(group.keys.account_id, local.words.no_account)
        amounts = group.amounts
      }
    ]
  }
  names = distinct([for group in concat(local.groups.month, local.groups.before) : group.service])

  # Exact sums by service, and in all.
  by_service = {
    for name in local.names : name => {
      for range, groups in local.groups : range => provider::scpbilling::sum_amounts([for group in groups : group.amounts if group.service == name])[var.currency]
    }
  }
  total = { for range, groups in local.groups : range => provider::scpbilling::sum_amounts([for group in groups : group.amounts]) }

  other_currency = var.currency == "krw" ? "usd" : "krw"
  unit           = upper(var.currency)
  digits         = var.currency == "krw" ? 0 : 2
  spend          = tonumber(local.total.month[var.currency])
  projection     = local.current && local.days >= 3 ? local.spend / local.days * local.days_in_month : null

  change = {
    for key, sums in merge({ for name, sums in local.by_service : "service ${name}" => sums }, { total = { for range, amounts in local.total : range => amounts[var.currency] } }) :
    key => tonumber(sums.before) <= 0 ? "–" : format("%+.1f %%", 100 * (tonumber(sums.compared) - tonumber(sums.before)) / tonumber(sums.before))
  }

  # The largest first: sorting is by text, so the numbers get the same length. Credits
  # can make a sum negative; it is sorted as 0 and has no bar.
  ranked = [
    for key in reverse(sort([for name, sums in local.by_service : format("%024.4f|%s", max(tonumber(sums.month), 0), name)])) : substr(key, 25, -1)
  ]
  shown  = slice(local.ranked, 0, min(var.largest, length(local.ranked)))
  others = slice(local.ranked, length(local.shown), length(local.ranked))
  sum_of_others = {
    for range, groups in local.groups : range => provider::scpbilling::sum_amounts([for group in groups : group.amounts if contains(local.others, group.service)])[var.currency]
  }
  rows = concat(
    [for name in local.shown : { name = name, sums = local.by_service[name], change = local.change["service ${name}"] }],
    length(local.others) == 0 ? [] : [{ name = "${length(local.others)} ${local.words.others}", sums = local.sum_of_others, change = "" }],
  )

  # Budgets are in the currency of the account; that this is won is assumed.
  monthly = var.budgets && var.currency == "krw" ? {
    for budget in data.scpbilling_account_budgets.all[0].budgets : format("%020d|%s", budget.amount, budget.name) => {
      name      = budget.name
      amount    = budget.amount
      percent   = 100 * local.spend / budget.amount
      projected = local.projection == null ? null : 100 * local.projection / budget.amount
    } if budget.unit == "MONTHLY"
  } : {}
  # The smallest amount, which is spent first, is the first.
  budgets = values(local.monthly)
  over    = [for budget in local.budgets : budget.name if budget.percent >= 100]

  accounts = [
    for key in sort(distinct([for group in local.groups.month : jsonencode([group.account, group.service])])) : {
      account = jsondecode(key)[0]
      service = jsondecode(key)[1]
      amount  = provider::scpbilling::sum_amounts([for group in local.groups.month : group.amounts if jsonencode([group.account, group.service]) == key])[var.currency]
    }
  ]

  # A cell of a table is one line without bars.
  cell = {
    for name in distinct(concat(local.rows[*].name, local.budgets[*].name, local.accounts[*].account, local.accounts[*].service)) :
    name => replace(replace(replace(name, "/[\\r\\n]+/", " "), "|", "\\|"), "<", "&lt;")
  }
}

# Charts: horizontal bars in one colour. Bars are above zero, and in the order of the table.
locals {
  bars  = [for row in local.rows : merge(row, { number = tonumber(row.sums.month) }) if tonumber(row.sums.month) > 0]
  scale = max(concat([0], local.bars[*].number)...) >= 10000000 ? 1000000 : max(concat([0], local.bars[*].number)...) >= 10000 ? 1000 : 1
  scaled = {
    "1"       = local.unit
    "1000"    = "${local.words.thousand} ${local.unit}"
    "1000000" = "${local.words.million} ${local.unit}"
  }[tostring(local.scale)]

  # In labels anything but letters, digits and a few signs could be taken for Mermaid.
  # Labels that are the same without such signs are counted, as in "a_b 1/2".
  plain = {
    services = [for bar in local.bars : trimspace(replace(bar.name, "/[^\\p{L}\\p{N} ._+()&@-]/", "_"))]
    budgets  = [for budget in local.budgets : trimspace(replace(budget.name, "/[^\\p{L}\\p{N} ._+()&@-]/", "_"))]
  }
  labels = {
    for chart, plain in local.plain : chart => [
      for i, text in plain : length([for other in plain : other if other == text]) == 1 ? text : format(
        "%s %d/%d", text, length([for other in slice(plain, 0, i + 1) : other if other == text]), length([for other in plain : other if other == text]),
      )
    ]
  }

  head = { for chart, labels in local.labels : chart => [
    "${"%%"}{init: {\"theme\": \"base\", \"themeVariables\": {\"xyChart\": {\"plotColorPalette\": \"#2563eb\", \"backgroundColor\": \"#ffffff\"}}, \"xyChart\": {\"width\": 720, \"height\": ${100 + 34 * length(labels)}}}}%%",
    "xychart-beta horizontal",
  ] }

  services_chart = length(local.bars) == 0 ? "" : join("\n", concat(local.head.services, [
    "    title \"${local.words.services} (${local.scaled})\"",
    "    x-axis [${join(", ", [for label in local.labels.services : "\"${label}\""])}]",
    "    y-axis \"${local.scaled}\" 0 --> ${format("%.2f", 1.05 * max(local.bars[*].number...) / local.scale)}",
    "    bar [${join(", ", [for bar in local.bars : format("%.2f", bar.number / local.scale)])}]",
  ]))

  budgets_chart = length(local.budgets) == 0 || local.days == 0 ? "" : join("\n", concat(local.head.budgets, [
    "    title \"${local.words.budgets} (%)\"",
    "    x-axis [${join(", ", [for label in local.labels.budgets : "\"${label}\""])}]",
    "    y-axis \"%\" 0 --> ${format("%.2f", max(concat([100], [for budget in local.budgets : 1.05 * budget.percent])...))}",
    "    bar [${join(", ", [for budget in local.budgets : format("%.2f", max(budget.percent, 0))])}]",
  ]))
}
