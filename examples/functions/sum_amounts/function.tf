output "total" {
  description = "An exact sum: no cent is lost to rounding."
  value = provider::scpbilling::sum_amounts([
    { krw = "106.3225806452", usd = "0.0721" },
    { krw = "0.0000000001", usd = null },
  ])
}
