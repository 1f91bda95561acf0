variable "file" {
  description = "CSV or YAML file with one row for each budget of the account. README.md lists the columns."
  type        = string

  validation {
    condition     = can(regex("(?i)\\.(csv|ya?ml)$", var.file))
    error_message = "The file name must end in .csv, .yaml or .yml."
  }

  validation {
    condition     = fileexists(var.file)
    error_message = "The file does not exist. A relative path starts in the directory where Terraform runs; \"$${path.root}/budgets.csv\" starts in the directory of your configuration."
  }

  validation {
    condition     = !fileexists(var.file) || can(file(var.file))
    error_message = "The file is not UTF-8. In Excel, save it as \"CSV UTF-8 (Comma delimited)\"."
  }
}

variable "receivers" {
  description = "Email addresses that are notified about every budget, in addition to those in its row."
  type        = set(string)
  default     = []

  validation {
    condition     = alltrue([for address in var.receivers : can(regex("^[^@\\s]+@[^@\\s]+$", address))])
    error_message = "Each receiver must be one email address, such as finops@example.com."
  }
}

variable "thresholds" {
  description = "Percentages of the amount at which an email is sent, for rows without their own thresholds."
  type        = set(number)
  default     = [80, 100]

  validation {
    condition     = length(var.thresholds) > 0 && length(setsubtract(var.thresholds, [70, 80, 90, 100])) == 0
    error_message = "Choose one or more of 70, 80, 90 and 100."
  }
}
