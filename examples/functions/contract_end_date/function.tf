output "last_day" {
  description = "Last day of a three-year contract that starts on 2 March 2026."
  value       = provider::scpbilling::contract_end_date("2026-03-02", "03")
}
