// Package pricing has the data sources of the Pricing service, a public price list. They
// give what the service sends as it is: nobody has published what most of its fields mean
// (internal/testing/apispec/NOTES.md section 12).
package pricing
