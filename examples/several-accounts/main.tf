# Budgets of several accounts in one configuration. A budget watches the account whose
# credentials create it, so each account has a provider block and a file.

terraform {
  required_version = ">= 1.5"

  required_providers {
    scpbilling = {
      source = "scpbilling/scpbilling"
    }
  }
}

variable "accounts" {
  description = "Credentials by account: id, access key and secret key. Set them in the environment (TF_VAR_accounts) or in your pipeline's secrets, never in a committed file."
  type = map(object({
    account_id = optional(string)
    access_key = string
    secret_key = string
  }))
  sensitive = true
}

provider "scpbilling" {
  alias      = "production"
  account_id = var.accounts["production"].account_id
  access_key = var.accounts["production"].access_key
  secret_key = var.accounts["production"].secret_key
}

provider "scpbilling" {
  alias      = "sandbox"
  account_id = var.accounts["sandbox"].account_id
  access_key = var.accounts["sandbox"].access_key
  secret_key = var.accounts["sandbox"].secret_key
}

module "production" {
  source    = "../modules/account-budgets"
  providers = { scpbilling = scpbilling.production }

  file      = "${path.module}/production.csv"
  receivers = ["finops@example.com"]
}

module "sandbox" {
  source    = "../modules/account-budgets"
  providers = { scpbilling = scpbilling.sandbox }

  file      = "${path.module}/sandbox.csv"
  receivers = ["finops@example.com"]
}

output "budgets" {
  description = "The budgets of each account."
  value = {
    production = module.production.budgets
    sandbox    = module.sandbox.budgets
  }
}
