// Package emulator is a local Samsung Cloud Platform: the endpoint catalogue of
// the identity service and the Financial Management services, over real HTTP, at
// one address, with rules, state and faults.
//
// It is for tests of this provider and for authors of modules who want to run "terraform test"
// offline. It shares no code with the client, so that a mistake cannot hide on both sides.
// With [Options].Strict it rejects what the real service tolerates, such as an unknown field
// of a body, so that such a mistake is found early.
//
// What the sources state, and what is guessed, is in internal/testing/apispec/NOTES.md;
// comments here cite its sections. Every guess on which the provider depends is an option
// in [Guesses].
//
// # Order of checks
//
// A request meets, in this order: fault rules, body size, credentials and
// signature, route, account, Scp-Api-Version, query parameters, body form, and
// then the rules of the operation.
package emulator
