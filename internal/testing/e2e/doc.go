// Package e2e holds the tests of what the provider promises when things go
// wrong: faults of the service and of the network, kills, many processes at
// once, hostile input, secrets. It has no code of its own. The guide
// "Reliability" says what is promised and names the tests.
package e2e
