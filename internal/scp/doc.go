// Package scp is a client of the Financial Management services of Samsung
// Cloud Platform v2: Budget, BillingPlan and CostExplorer.
//
// It signs requests, finds the host of a service, repeats what may be
// repeated, keeps all calls of the process at a rate that the service bears,
// and turns every failure into an [*Error] that says what was tried, what the
// service said and whether something may have been changed by it.
//
// Facts about the service are in internal/testing/apispec/NOTES.md; comments name the
// section. What no source states is called a guess.
package scp
