package scp

import (
	"fmt"
	"testing"
)

// Each kind and each outcome has a name of its own; a number that is none says so.
func TestNamesOfKindsAndOutcomes(t *testing.T) {
	for given, want := range map[fmt.Stringer]string{
		KindService: "service", KindGateway: "gateway", KindTransport: "transport", KindResponse: "response",
		KindRedirect: "redirect", KindEndpoint: "endpoint", KindEndpoint + 1: fmt.Sprintf("Kind(%d)", int(KindEndpoint+1)),
		OutcomeUnknown: "unknown", OutcomeRefused: "refused", OutcomeNotSent: "not sent", OutcomeNotSent + 1: "Outcome(3)",
	} {
		if got := given.String(); got != want {
			t.Errorf("%T %d is %q, want %q", given, given, got, want)
		}
	}
}
