variable "month" {
  description = "Month that the report is about, as YYYY-MM. Null is the current month in Seoul."
  type        = string
  default     = null

  validation {
    condition     = var.month == null ? true : can(regex("^[0-9]{4}-(0[1-9]|1[0-2])$", var.month))
    error_message = "The month is written as YYYY-MM, for example 2026-01."
  }
}

variable "months" {
  description = "How many months are compared, the month of the report included."
  type        = number
  default     = 6

  validation {
    condition     = var.months >= 1 && var.months <= 24 && floor(var.months) == var.months
    error_message = "The report compares 1 to 24 months."
  }
}

variable "account_ids" {
  description = "Accounts that the report is about. Null is every account."
  type        = set(string)
  default     = null
}

variable "currency" {
  description = "Currency of the charts: krw or usd. The tables have both."
  type        = string
  default     = "krw"

  validation {
    condition     = contains(["krw", "usd"], var.currency)
    error_message = "The currency is krw or usd."
  }
}

variable "budgets" {
  description = "Budgets by name: the amount of a month in the currency of the charts, and the accounts whose usage counts. Without any, the report has no part about budgets."
  type = map(object({
    amount      = number
    account_ids = set(string)
  }))
  default = {}

  validation {
    condition     = alltrue([for budget in values(var.budgets) : budget.amount > 0])
    error_message = "The amount of a budget is above 0."
  }
}

variable "largest" {
  description = "How many services have a row and a slice of their own."
  type        = number
  default     = 8

  validation {
    condition     = var.largest >= 1 && floor(var.largest) == var.largest
    error_message = "At least one service has a row of its own."
  }
}

variable "title" {
  description = "Heading of the report."
  type        = string
  default     = "Cloud costs"
}
