# terraform query                                    shows what exists
# terraform query -generate-config-out=budgets.tf    writes import blocks and resources
list "scpbilling_account_budget" "team" {
  provider = scpbilling

  # 100 is Terraform's own default.
  limit = 500

  config {
    search_name = "team"
    sort        = "name:asc"
  }
}
