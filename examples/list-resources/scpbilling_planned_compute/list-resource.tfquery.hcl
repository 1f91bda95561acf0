# terraform query                                      shows what exists
# terraform query -generate-config-out=contracts.tf    writes import blocks and resources
#
# The lists of one file should not overlap: a contract that two of them find would be
# imported to two addresses.

# Running one-year contracts.
list "scpbilling_planned_compute" "one_year" {
  provider = scpbilling

  config {
    contract_types = ["01"]
    states         = ["ACTIVE"]
  }
}

# Running three- and five-year contracts, with all their values, earliest end first.
list "scpbilling_planned_compute" "long" {
  provider         = scpbilling
  include_resource = true

  config {
    contract_types = ["03", "05"]
    states         = ["ACTIVE"]
    sort           = "end_date:asc"
  }
}
