package process

import (
	"os"
	"testing"
)

func TestAdoptLogLevel(t *testing.T) {
	names := []string{libraries, protocol, framework, own}
	for _, test := range []struct {
		name string
		set  map[string]string
		// want are the levels of names, in their order.
		want [4]string
	}{
		{"nothing is shown", nil, [4]string{"off", "off", "off", "off"}},
		{"off", map[string]string{terraform: "OFF"}, [4]string{"off", "off", "off", "off"}},
		{"everything", map[string]string{terraform: "TRACE"}, [4]string{}},
		{"everything as JSON", map[string]string{terraform: "json"}, [4]string{}},
		{"a mistake shows everything", map[string]string{terraform: "loud"}, [4]string{}},
		{"a level", map[string]string{terraform: "WARN"}, [4]string{"warn", "warn", "warn", "warn"}},
		{"providers only", map[string]string{terraformProviders: "debug"}, [4]string{"debug", "debug", "debug", "debug"}},
		{"providers less than the rest", map[string]string{terraform: "TRACE", terraformProviders: "ERROR"}, [4]string{"error", "error", "error", "error"}},
		{"providers more than the rest", map[string]string{terraform: "ERROR", terraformProviders: "TRACE"}, [4]string{}},
		{"the user's own choice", map[string]string{terraform: "TRACE", libraries: "info", own: "debug"}, [4]string{"info", "", "", "debug"}},
		{"the user's own choice for all libraries", map[string]string{libraries: "trace"}, [4]string{"trace", "", "", "off"}},
		{"the user's own choice for one library", map[string]string{protocol: "trace"}, [4]string{"off", "trace", "off", "off"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			for _, name := range append([]string{terraform, terraformProviders}, names...) {
				t.Setenv(name, test.set[name])
			}
			adoptLogLevel()
			for i, name := range names {
				if got := os.Getenv(name); got != test.want[i] {
					t.Errorf("%s is %q, want %q", name, got, test.want[i])
				}
			}
		})
	}
}
