terraform {
  required_version = ">= 1.5"

  required_providers {
    scpbilling = {
      source  = "scpbilling/scpbilling"
      version = ">= 0.1"
    }
  }
}
