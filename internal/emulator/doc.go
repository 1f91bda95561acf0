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
// # Control addresses
//
// Besides the API there are unsigned addresses under /_emulator/, served to
// loopback clients only, never counted and never logged as requests:
//
//	GET    /_emulator/requests  the requests so far, as a JSON list
//	DELETE /_emulator/requests  forgets them
//	POST   /_emulator/faults    adds a fault rule; the body is what -fault takes
//	DELETE /_emulator/faults    drops all fault rules
//	GET    /_emulator/clock     {"now": "..."}
//	POST   /_emulator/clock     {"advance": "24h"} moves the clock (see Server.Advance)
//
// # Order of checks
//
// A request meets, in this order: fault rules, body size, credentials and
// signature, route, account, Scp-Api-Version, query parameters, body form, and
// then the rules of the operation.
package emulator
