terraform {
  required_providers {
    scpbilling = {
      source  = "scpbilling/scpbilling"
      version = "~> 0.1"
    }
  }
}

provider "scpbilling" {
  environment = "e"
}
