variable "month" {
  description = "Month of the report, as YYYY-MM. Null is the current month in Seoul, by whose calendar the service bills, until yesterday."
  type        = string
  default     = null

  validation {
    condition     = var.month == null ? true : can(regex("^[0-9]{4}-(0[1-9]|1[0-2])$", var.month))
    error_message = "Write the month as YYYY-MM, for example 2026-01."
  }
}

variable "today" {
  description = "Day of the report, as YYYY-MM-DD. Null is today in Seoul. The usage of a day counts from the next day on."
  type        = string
  default     = null

  validation {
    condition     = var.today == null ? true : can(regex("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", var.today)) && can(timeadd("${var.today}T00:00:00Z", "0h"))
    error_message = "Write the day as YYYY-MM-DD, for example 2026-03-15."
  }
}

variable "account_ids" {
  description = "Accounts that the report is about. Empty is every account that the credentials can see."
  type        = set(string)
  default     = []
}

variable "currency" {
  description = "Currency of the report: krw or usd. Usage in the other one is named, but not converted."
  type        = string
  default     = "krw"

  validation {
    condition     = contains(["krw", "usd"], var.currency)
    error_message = "The currency has to be krw or usd."
  }
}

variable "budgets" {
  description = "Whether the report has a part about the monthly budgets of the account. A budget watches its own account, so leave this off for a report about other accounts."
  type        = bool
  default     = true
}

variable "by_account" {
  description = "Whether the report has a table with a row for each account and service."
  type        = bool
  default     = false
}

variable "largest" {
  description = "Number of services that have a bar and a row of their own."
  type        = number
  default     = 8

  validation {
    condition     = var.largest >= 1 && floor(var.largest) == var.largest
    error_message = "At least one service has to have a row of its own."
  }
}

variable "language" {
  description = "Language of the report: en or ko."
  type        = string
  default     = "en"

  validation {
    condition     = contains(["en", "ko"], var.language)
    error_message = "The language has to be en or ko."
  }
}

variable "title" {
  description = "Heading of the report. Null is one in the language of the report."
  type        = string
  default     = null
}
