variable "teams" {
  description = "Teams by name: the budget of a month in won, the accounts whose usage counts, and who gets mails."
  type = map(object({
    amount      = number
    account_ids = set(string)
    receivers   = optional(set(string), [])
  }))

  validation {
    condition     = alltrue([for team in values(var.teams) : length(team.account_ids) > 0])
    error_message = "Every team needs at least one account."
  }

  validation {
    condition     = length(flatten([for team in values(var.teams) : tolist(team.account_ids)])) == length(distinct(flatten([for team in values(var.teams) : tolist(team.account_ids)])))
    error_message = "An account belongs to one team only; otherwise its usage would count twice."
  }
}

variable "month" {
  description = "Month whose spend is compared with the budgets, as YYYY-MM. Null is the current month in Seoul."
  type        = string
  default     = null

  validation {
    condition     = var.month == null ? true : can(regex("^[0-9]{4}-(0[1-9]|1[0-2])$", var.month))
    error_message = "The month is written as YYYY-MM, for example 2026-01."
  }
}

variable "warn_at" {
  description = "Percentage of a budget from which on a plan warns."
  type        = number
  default     = 80

  validation {
    condition     = var.warn_at > 0 && var.warn_at <= 100
    error_message = "The percentage is above 0 and at most 100."
  }
}
