// Package billingplan is the planned compute, a contract that costs money, and
// the look-ups that belong to it.
//
// What the service does is taken from internal/testing/apispec/NOTES.md section 7. The rules
// that keep a contract from being bought twice or lost stand beside the code
// that follows them: ledger.go, guard.go and purchase.go for buying, policy.go
// for ending.
package billingplan
