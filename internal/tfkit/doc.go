// Package tfkit holds what every service package shares on the Terraform side:
// the provider's data, diagnostics made from API errors, validators and
// conversions. It knows the client (scp) and no single service.
package tfkit
