// Package function holds the provider's functions. They compute from their
// arguments alone and never call the service.
package function
