// Package scp is a client of the Financial Management services of Samsung
// Cloud Platform v2: Budget, BillingPlan and CostExplorer.
//
// It signs requests, finds the host of a service, repeats what may be repeated, limits the
// rate of all calls of the process, and turns every failure into an [*Error] that says what
// was tried, what the service said and whether something may have been changed by it.
//
// Facts about the service are in internal/testing/apispec/NOTES.md; comments name the section.
// What no source states is marked as a guess.
package scp
