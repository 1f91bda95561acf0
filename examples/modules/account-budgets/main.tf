# The budgets of one account from a file that everybody can read and review.
#
# A budget watches the spend of its whole account, so each account has a file and a
# call of this module of its own. examples/several-accounts shows that.

locals {
  # A byte order mark and carriage returns, as Excel writes them, mean nothing.
  text = replace(replace(trimprefix(file(var.file), "\ufeff"), "\r\n", "\n"), "\r", "\n")

  is_csv = can(regex("(?i)\\.csv$", var.file))

  # CSV is taken apart here and not by csvdecode, whose errors name neither the row
  # nor the column. The separator is the first of the usual ones in the header.
  lines     = split("\n", local.is_csv ? local.text : "")
  header_at = try([for i, line in local.lines : i if trimspace(line) != ""][0], 0)
  header    = try(local.lines[local.header_at], "")
  separator = strcontains(local.header, ";") ? ";" : strcontains(local.header, "\t") ? "\t" : ","
  cell      = "${local.separator}(?:[ \\t]*\"(?:[^\"]|\"\")*\"[ \\t]*|[^${local.separator}\"]*)"

  # Cells by line. Each starts with its separator, so that an empty cell is a match too.
  cells = [for line in local.lines : regexall(local.cell, "${local.separator}${line}")]
  plain = [
    for cells in local.cells : [
      for cell in cells :
      trimspace(replace(replace(trimspace(substr(cell, 1, -1)), "/^\"|\"$/", ""), "\"\"", "\""))
    ]
  ]
  titles = try([for title in local.plain[local.header_at] : replace(lower(title), "/[ -]+/", "_")], [])

  # Rows by the number that an editor or a spreadsheet shows: a line of a CSV file, an
  # entry of a YAML file. Rows without any content are omitted.
  csv_rows = {
    for i, cells in local.plain : format("%06d", i + 1) => {
      for column, title in local.titles : title => try(cells[column], "")...
    }
    if i > local.header_at && join("", cells) != ""
  }

  yaml      = yamldecode(local.is_csv || trimspace(local.text) == "" ? "[]" : local.text)
  yaml_list = try([for row in local.yaml.budgets : row], [for row in local.yaml : row], [])
  yaml_rows = {
    for i, row in local.yaml_list : format("%06d", i + 1) => {
      for column, value in try({ for column, value in row : tostring(column) => value }, {}) :
      replace(lower(trimspace(column)), "/[ -]+/", "_") => value == null ? "" : try(join(" ", [for part in value : tostring(part)]), trimspace(tostring(value)), "")
    }
  }

  columns = ["name", "amount", "unit", "start_month", "receivers", "thresholds", "block_at", "block_reason"]

  # One string for each column of each row; a missing value is empty.
  rows = {
    for number, row in merge(local.csv_rows, local.yaml_rows) : number => {
      for column in local.columns : column => try(flatten([row[column]])[0], "")
    }
  }
  where = { for number, row in local.rows : number => "row ${tonumber(number)}" }

  # Amounts as people write them: 1,000,000 or 1 000 000 or 1_000_000 or 1000000.
  amounts = {
    for number, row in local.rows : number => (
      can(regex("^[0-9]+$|^[0-9]{1,3}(?:(?:,[0-9]{3})+|(?:[ \u00a0\u202f][0-9]{3})+|(?:_[0-9]{3})+)$", row.amount)) ? tonumber(replace(row.amount, "/[^0-9]/", "")) : null
    )
  }
  # The largest 64-bit integer.
  most = 9223372036854775807

  lists = {
    for number, row in local.rows : number => {
      receivers  = compact(split(" ", replace(row.receivers, "/[\\s,;]+/", " ")))
      thresholds = compact(split(" ", replace(row.thresholds, "/[\\s,;%]+/", " ")))
    }
  }
  block_at = { for number, row in local.rows : number => trimspace(trimsuffix(row.block_at, "%")) }

  # Everything that is wrong, in the words of the person who wrote the file.
  problems_of_csv = local.is_csv ? concat(
    local.header == "" ? ["the file is empty; its first row holds the columns: ${join(", ", local.columns)}"] : [],
    [
      for i, cells in local.cells : "row ${i + 1}: a quotation mark is missing or stands inside a cell; a cell that holds one is written as \"a \"\"quoted\"\" word\", on one line"
      if join("", cells) != "${local.separator}${local.lines[i]}"
    ],
    [
      for i, cells in local.plain : "row ${i + 1} has ${length(cells)} cells and the header has ${length(local.titles)}; put a cell that holds \"${local.separator}\", such as an amount with thousands separators or several receivers, in quotation marks"
      if i > local.header_at && join("", cells) != "" && length(cells) != length(local.titles) && join("", local.cells[i]) == "${local.separator}${local.lines[i]}"
    ],
    [
      for i, title in local.titles : title == "" ? "row ${local.header_at + 1}, column ${i + 1} has no title" : "row ${local.header_at + 1}, column ${i + 1}: unknown column \"${title}\"; the columns are ${join(", ", local.columns)}"
      if !contains(local.columns, title) && local.header != "" && (title != "" || join("", [for cells in local.plain : try(cells[i], "")]) != "")
    ],
    [
      for title in distinct(local.titles) : "row ${local.header_at + 1}: the column \"${title}\" is there twice"
      if title != "" && length([for other in local.titles : other if other == title]) > 1
    ],
    [
      for column in ["name", "amount"] : "row ${local.header_at + 1}: the column \"${column}\" is missing"
      if local.header != "" && !contains(local.titles, column)
    ],
  ) : []

  problems_of_yaml = local.is_csv ? [] : concat(
    trimspace(local.text) == "" ? ["the file is empty; it holds a list of budgets, each with name and amount"] : [],
    can([for row in local.yaml.budgets : row]) || (can([for row in local.yaml : row]) && !can(keys(local.yaml))) ? [] : ["the file is not a list of budgets, each with name and amount"],
    flatten([
      for number, row in local.yaml_rows : [
        for column in keys(row) : "row ${tonumber(number)}: unknown key \"${column}\"; the keys are ${join(", ", local.columns)}"
        if !contains(local.columns, column)
      ]
    ]),
  )

  # A row is looked at only where its structure is right.
  problems_of_rows = length(local.problems_of_csv) + length(local.problems_of_yaml) > 0 ? [] : flatten([
    for number, row in local.rows : concat(
      row.name == "" ? ["${local.where[number]}, column name is empty"] : [],
      row.name != "" && !can(regex("^[\\p{Hangul}A-Za-z0-9 +=.,@_-]{1,20}$", row.name)) ? ["${local.where[number]}, column name: \"${row.name}\" has ${length(row.name)} characters or one that the service does not take; a name has up to 20 of Korean or Latin letters, digits, spaces and + = . , @ - _"] : [],
      row.amount == "" ? ["${local.where[number]}, column amount is empty"] : [],
      row.amount != "" && local.amounts[number] == null ? ["${local.where[number]}, column amount: \"${row.amount}\" is not a positive integer; write it without decimals, currency or letters, for example 3000000 or \"3,000,000\""] : [],
      try(local.amounts[number] > local.most, false) ? ["${local.where[number]}, column amount: ${local.amounts[number]} is more than a budget can have"] : [],
      local.amounts[number] == 0 ? ["${local.where[number]}, column amount: a budget of 0 is not possible"] : [],
      contains(["", "MONTHLY", "OVERALL"], upper(row.unit)) ? [] : ["${local.where[number]}, column unit: \"${row.unit}\" is neither MONTHLY nor OVERALL"],
      row.start_month == "" || can(regex("^[0-9]{4}-(0[1-9]|1[0-2])$", row.start_month)) ? [] : ["${local.where[number]}, column start_month: \"${row.start_month}\" is not a month written as YYYY-MM; leave it empty for the current month"],
      [
        for receiver in local.lists[number].receivers : "${local.where[number]}, column receivers: \"${receiver}\" is not an email address"
        if !can(regex("^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", receiver))
      ],
      [
        for threshold in local.lists[number].thresholds : "${local.where[number]}, column thresholds: \"${threshold}\" is not one of 70, 80, 90 and 100"
        if !contains(["70", "80", "90", "100"], threshold)
      ],
      contains(["", "70", "80", "90", "100"], local.block_at[number]) ? [] : ["${local.where[number]}, column block_at: \"${row.block_at}\" is not one of 70, 80, 90 and 100"],
      row.block_at != "" && row.block_reason == "" ? ["${local.where[number]}, column block_reason is empty; block_at = ${row.block_at} blocks new servers and databases for everybody in the account, so the row has to say why"] : [],
      row.block_at == "" && row.block_reason != "" ? ["${local.where[number]}, column block_at is empty although block_reason says why to block"] : [],
      [
        for other, row2 in local.rows : "rows ${tonumber(number)} and ${tonumber(other)}, column name: both are called \"${row.name}\""
        if row.name != "" && lower(row2.name) == lower(row.name) && tonumber(other) > tonumber(number)
      ],
    )
  ])

  problems = concat(local.problems_of_csv, local.problems_of_yaml, local.problems_of_rows)

  budgets = length(local.problems) > 0 ? {} : {
    for number, row in local.rows : row.name => {
      amount       = local.amounts[number]
      unit         = row.unit == "" ? "MONTHLY" : upper(row.unit)
      start_month  = row.start_month == "" ? null : row.start_month
      receivers    = setunion(var.receivers, local.lists[number].receivers)
      thresholds   = length(local.lists[number].thresholds) == 0 ? var.thresholds : toset([for threshold in local.lists[number].thresholds : tonumber(threshold)])
      block_at     = local.block_at[number] == "" ? null : tonumber(local.block_at[number])
      block_reason = row.block_reason == "" ? null : row.block_reason
    }
  }
}

resource "scpbilling_account_budget" "this" {
  for_each = local.budgets

  name        = each.key
  amount      = each.value.amount
  unit        = each.value.unit
  start_month = each.value.start_month

  notifications = length(each.value.receivers) == 0 ? null : {
    receivers  = each.value.receivers
    thresholds = each.value.thresholds
  }

  # A block is for everybody in the account: it is off unless a row asks for it.
  prevention = each.value.block_at == null ? null : {
    receivers = each.value.receivers
    threshold = each.value.block_at
  }
}
