variable "account_ids" {
  description = "Accounts whose usage counts. If empty, every account that the credentials can see counts. A budget watches only its own account, so an organization's payer account must list that account here."
  type        = set(string)
  default     = []
}

variable "today" {
  description = "Day for which the month is computed, as YYYY-MM-DD. Null means today in Seoul, whose calendar the service uses for billing. The usage of a day counts from the next day."
  type        = string
  default     = null

  validation {
    condition     = var.today == null ? true : can(regex("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", var.today)) && can(timeadd("${var.today}T00:00:00Z", "0h"))
    error_message = "Write the day as YYYY-MM-DD, for example 2026-03-15."
  }
}

variable "warn_at" {
  description = "Percentage of a budget at which a check starts to fail."
  type        = number
  default     = 80

  validation {
    condition     = var.warn_at > 0 && var.warn_at <= 100
    error_message = "The percentage must be above 0 and at most 100."
  }
}

variable "minimum_days" {
  description = "Minimum number of days for a projection. With fewer days, the projection is null."
  type        = number
  default     = 3

  validation {
    condition     = var.minimum_days >= 1 && floor(var.minimum_days) == var.minimum_days
    error_message = "The number of days must be an integer of at least 1."
  }
}
