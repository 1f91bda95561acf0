variable "file" {
  description = "CSV or YAML file with one row for each team. README.md lists the columns."
  type        = string

  validation {
    condition     = can(regex("(?i)\\.(csv|ya?ml)$", var.file))
    error_message = "The file has to end in .csv, .yaml or .yml."
  }

  validation {
    condition     = fileexists(var.file)
    error_message = "There is no such file. A relative path starts at the folder that terraform runs in."
  }
}

variable "start_month" {
  description = "Month from which usage counts, as YYYY-MM, where a row has none of its own."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{4}-(0[1-9]|1[0-2])$", var.start_month))
    error_message = "The month is written as YYYY-MM, for example 2026-01."
  }
}

variable "name_prefix" {
  description = "Text before the team's name in the name of its budget. Both together have at most 20 characters."
  type        = string
  default     = ""
}

variable "receivers" {
  description = "Mail addresses that are told about every team, besides those of its row."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.receivers : can(regex("^[^@\\s]+@[^@\\s]+$", address))])
    error_message = "Every receiver is one mail address such as finops@example.com."
  }
}

variable "thresholds" {
  description = "Percentages at which a mail goes out, where a row has none of its own."
  type        = set(number)
  default     = [80, 100]

  validation {
    condition     = length(var.thresholds) > 0 && length(setsubtract(var.thresholds, [70, 80, 90, 100])) == 0
    error_message = "Thresholds are one or more of 70, 80, 90 and 100."
  }
}

variable "monthly_limit" {
  description = "Most that all monthly budgets may add up to. Null is no limit."
  type        = number
  default     = null

  validation {
    condition     = var.monthly_limit == null ? true : var.monthly_limit >= 1
    error_message = "The limit is at least 1, or null."
  }
}
