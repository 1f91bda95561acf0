import {
  to = scpbilling_account_budget.platform
  identity = {
    id = "7c1f0e6b2d4a4b0f9f6d3a5e8b1c2d3e"
  }
}
