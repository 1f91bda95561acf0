// Package function holds the provider's functions. They compute from their
// arguments alone and never call the service.
package function

// needs ends the description of each function.
const needs = "\n\nNeeds Terraform 1.8 or newer, or OpenTofu 1.7 or newer."
