variable "today" {
  description = "Day for which the contracts are listed, as YYYY-MM-DD. Null means today in Seoul, whose calendar decides when contracts end."
  type        = string
  default     = null

  validation {
    condition     = var.today == null ? true : can(regex("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", var.today)) && can(timeadd("${var.today}T00:00:00Z", "0h"))
    error_message = "Write the day as YYYY-MM-DD, for example 2026-03-15."
  }
}

variable "days" {
  description = "Number of days whose usage is compared with the contracts. The last of them is two days before today, because later data is not available."
  type        = number
  default     = 30

  validation {
    condition     = var.days >= 1 && floor(var.days) == var.days
    error_message = "The number of days must be an integer of at least 1."
  }
}

variable "warn_days" {
  description = "A check fails if a contract ends within this number of days and no follow-up is reserved."
  type        = number
  default     = 90
}

variable "minimum_utilization" {
  description = "Percentage of their hours for which the contracts of a spec (service, operating system and server type) must be used; below it, a check fails."
  type        = number
  default     = 80

  validation {
    condition     = var.minimum_utilization >= 0 && var.minimum_utilization <= 100
    error_message = "The percentage must be between 0 and 100."
  }
}

variable "candidates" {
  description = "Specs to look at in addition to those that have contracts, so that demand without any contract is found: all combinations of these services, operating systems and server types are read."
  type = object({
    service_ids  = set(string)
    os_types     = set(string)
    server_types = set(string)
  })
  default = null
}
