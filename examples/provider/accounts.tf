# One provider block for each account. The keys come from variables, so that no key is
# written in a file.
variable "accounts" {
  description = "Keys of each account."
  type        = map(object({ access_key = string, secret_key = string }))
  sensitive   = true
}

provider "scpbilling" {
  alias       = "production"
  environment = "e"
  account_id  = "26affb52e16944038a0cd2cc26060e1c"
  access_key  = var.accounts["production"].access_key
  secret_key  = var.accounts["production"].secret_key
}

provider "scpbilling" {
  alias       = "development"
  environment = "e"
  account_id  = "f5c8e56a4d9b49a8bd89e14758a32d53"
  access_key  = var.accounts["development"].access_key
  secret_key  = var.accounts["development"].secret_key
}

resource "scpbilling_account_budget" "production" {
  provider = scpbilling.production
  name     = "production"
  amount   = 50000000
  unit     = "MONTHLY"
}

resource "scpbilling_account_budget" "development" {
  provider = scpbilling.development
  name     = "development"
  amount   = 5000000
  unit     = "MONTHLY"
}
