package loglevel

import (
	"os"
	"testing"
)

func TestAdopt(t *testing.T) {
	for _, test := range []struct {
		name                       string
		terraform, providers       string
		libraries, own             string
		wantLibraries, wantOfOwner string
	}{
		{"nothing is shown", "", "", "", "", "off", "off"},
		{"off", "OFF", "", "", "", "off", "off"},
		{"everything", "TRACE", "", "", "", "", ""},
		{"everything as JSON", "json", "", "", "", "", ""},
		{"a mistake shows everything", "loud", "", "", "", "", ""},
		{"a level", "WARN", "", "", "", "warn", "warn"},
		{"providers only", "", "debug", "", "", "debug", "debug"},
		{"providers less than the rest", "TRACE", "ERROR", "", "", "error", "error"},
		{"providers more than the rest", "ERROR", "TRACE", "", "", "", ""},
		{"the user's own choice", "TRACE", "", "info", "debug", "info", "debug"},
		{"the user's own choice for one", "", "", "trace", "", "trace", "off"},
	} {
		t.Run(test.name, func(t *testing.T) {
			for name, value := range map[string]string{terraform: test.terraform, terraformProviders: test.providers, libraries: test.libraries, own: test.own} {
				t.Setenv(name, value)
			}
			Adopt()
			if a, b := os.Getenv(libraries), os.Getenv(own); a != test.wantLibraries || b != test.wantOfOwner {
				t.Errorf("the libraries write %q and the provider %q, want %q and %q", a, b, test.wantLibraries, test.wantOfOwner)
			}
		})
	}
}
