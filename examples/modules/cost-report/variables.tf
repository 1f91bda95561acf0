variable "month" {
  description = "Month of the report, as YYYY-MM. Null means the current month until yesterday, by the calendar of Seoul, which the service uses for billing."
  type        = string
  default     = null

  validation {
    condition     = var.month == null ? true : can(regex("^[0-9]{4}-(0[1-9]|1[0-2])$", var.month))
    error_message = "Write the month as YYYY-MM, for example 2026-01."
  }
}

variable "today" {
  description = "Day of the report, as YYYY-MM-DD. Null means today in Seoul. The usage of a day counts from the next day."
  type        = string
  default     = null

  validation {
    condition     = var.today == null ? true : can(regex("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", var.today)) && can(timeadd("${var.today}T00:00:00Z", "0h"))
    error_message = "Write the day as YYYY-MM-DD, for example 2026-03-15."
  }
}

variable "account_ids" {
  description = "Accounts in the report. Empty means every account that the credentials can see."
  type        = set(string)
  default     = []
}

variable "currency" {
  description = "Currency of the report: krw or usd. Usage in the other currency is mentioned, but not converted."
  type        = string
  default     = "krw"

  validation {
    condition     = contains(["krw", "usd"], var.currency)
    error_message = "The currency must be krw or usd."
  }
}

variable "budgets" {
  description = "Whether the report includes the monthly budgets of the account. A budget watches only its own account, so turn this off for a report about other accounts."
  type        = bool
  default     = true
}

variable "by_account" {
  description = "Whether the report has a table with a row for each account and service."
  type        = bool
  default     = false
}

variable "largest" {
  description = "Number of services with their own bar and row."
  type        = number
  default     = 8

  validation {
    condition     = var.largest >= 1 && floor(var.largest) == var.largest
    error_message = "At least one service must have its own row."
  }
}

variable "language" {
  description = "Language of the report: en or ko."
  type        = string
  default     = "en"

  validation {
    condition     = contains(["en", "ko"], var.language)
    error_message = "The language must be en or ko."
  }
}

variable "title" {
  description = "Heading of the report. Null means a default heading in the language of the report."
  type        = string
  default     = null
}
