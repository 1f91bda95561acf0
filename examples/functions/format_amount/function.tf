# "12,533,526"
output "rounded" {
  value = provider::scpbilling::format_amount("12533525.5", 0)
}
