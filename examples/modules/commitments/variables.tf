variable "today" {
  description = "Day on which to look at the contracts, as YYYY-MM-DD. Null is today in Seoul, by whose calendar contracts end."
  type        = string
  default     = null

  validation {
    condition     = var.today == null ? true : can(regex("^[0-9]{4}-[0-9]{2}-[0-9]{2}$", var.today)) && can(timeadd("${var.today}T00:00:00Z", "0h"))
    error_message = "Write the day as YYYY-MM-DD, for example 2026-03-15."
  }
}

variable "days" {
  description = "Number of days whose usage is compared with the contracts. The last of them is two days before today, because data does not reach further."
  type        = number
  default     = 30

  validation {
    condition     = var.days >= 1 && floor(var.days) == var.days
    error_message = "The number of days has to be an integer of at least 1."
  }
}

variable "warn_days" {
  description = "Number of days before the end of a contract from which on a check fails if no follow-up is reserved."
  type        = number
  default     = 90
}

variable "minimum_utilization" {
  description = "Percentage of their hours that the contracts of a spec (service, operating system and server type) have to be used; below it a check fails."
  type        = number
  default     = 80

  validation {
    condition     = var.minimum_utilization >= 0 && var.minimum_utilization <= 100
    error_message = "The percentage has to be between 0 and 100."
  }
}

variable "candidates" {
  description = "Specs to look at besides those that have contracts, so that demand without any contract is found: services, operating systems and server types, whose combinations are read."
  type = object({
    service_ids  = set(string)
    os_types     = set(string)
    server_types = set(string)
  })
  default = null
}
