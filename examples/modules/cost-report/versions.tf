terraform {
  # 1.8 has functions of providers.
  required_version = ">= 1.8"

  required_providers {
    scpbilling = {
      source  = "scpbilling/scpbilling"
      version = ">= 0.1"
    }
  }
}
