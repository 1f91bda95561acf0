variable "account_ids" {
  description = "Accounts whose usage counts. Empty counts every account that the credentials can see. A budget watches its own account, so an organization's payer has to name it here."
  type        = set(string)
  default     = []
}

variable "today" {
  description = "Day on which to look at the month, as YYYY-MM-DD. Null is today in Seoul, by whose calendar the service bills. The usage of a day counts from the next day on."
  type        = string
  default     = null

  validation {
    condition     = var.today == null ? true : can(regex("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", var.today)) && can(timeadd("${var.today}T00:00:00Z", "0h"))
    error_message = "Write the day as YYYY-MM-DD, for example 2026-03-15."
  }
}

variable "warn_at" {
  description = "Percentage of a budget from which on a check fails."
  type        = number
  default     = 80

  validation {
    condition     = var.warn_at > 0 && var.warn_at <= 100
    error_message = "The percentage has to be above 0 and at most 100."
  }
}

variable "minimum_days" {
  description = "Number of days that a projection needs. A projection from fewer days is null."
  type        = number
  default     = 3

  validation {
    condition     = var.minimum_days >= 1 && floor(var.minimum_days) == var.minimum_days
    error_message = "The number of days has to be an integer of at least 1."
  }
}
