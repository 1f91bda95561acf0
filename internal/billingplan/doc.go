// Package billingplan implements the planned compute, a contract that costs money, and the
// related look-ups.
//
// What the service does is taken from internal/testing/apispec/NOTES.md section 7. The rules
// that keep a contract from being bought twice or lost are next to the code that implements
// them: ledger.go, guard.go and purchase.go for buying, policy.go for ending.
package billingplan
