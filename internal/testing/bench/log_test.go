package main

import (
	"strings"
	"testing"
)

// A provider process writes the lines of its libraries when Terraform shows them, and
// none when nobody would see them.
func TestLogLinesAreWrittenForSomebody(t *testing.T) {
	s, err := newSandbox(t.Context(), "../../..", t.TempDir(), "")
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		environment string
		want        bool
	}{
		{"TF_LOG=", false},
		{"TF_LOG=WARN", false},
		{"TF_LOG=TRACE", true},
		{"TF_LOG=JSON", true},
		{"TF_LOG_PROVIDER=TRACE", true},
		{"TF_LOG_SDK=TRACE", true},
	} {
		p, err := s.startProvider(scpbilling, test.environment)
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.call(t.Context(), "GetProviderSchema", nil)
		p.end() // waits for the last line
		if err != nil {
			t.Fatal(err)
		}
		if log := string(p.log.bytes()); strings.Contains(log, `"tf_rpc":"GetProviderSchema"`) != test.want {
			t.Errorf("%s: that the call is in the log is not %t:\n%s", test.environment, test.want, log)
		}
	}
}
