// Package tfkit holds what every service package shares on the Terraform side: the provider's
// data, diagnostics made from API errors, validators and conversions. It uses the client
// (scp), but knows nothing about individual services.
package tfkit
