package process

// The libraries of a provider write every line, down to TRACE, to Terraform, which
// reads them all and then drops what is below its own level: all of them when
// TF_LOG is not set. With a few hundred objects that took a third of the CPU time of
// a plan.

import (
	"cmp"
	"os"
	"strings"
)

// What Terraform goes by, the more special first ("Debugging Terraform").
const (
	terraformProviders = "TF_LOG_PROVIDER"
	terraform          = "TF_LOG"
)

// What the libraries go by, and the provider's own lines ("Managing Log Output",
// terraform-plugin-log). Libraries without a level of their own have that of all,
// but prepare each line before they look at it.
const (
	libraries = "TF_LOG_SDK"
	protocol  = libraries + "_PROTO"
	framework = libraries + "_FRAMEWORK"
	own       = "TF_LOG_PROVIDER_SCPBILLING"
)

// adoptLogLevel sets the libraries' environment variables to the level that Terraform shows,
// which it passes on to its providers. A variable that the user has set stays.
func adoptLogLevel() {
	level, known := shown(cmp.Or(os.Getenv(terraformProviders), os.Getenv(terraform)))
	if !known {
		return
	}
	names := []string{own}
	if os.Getenv(libraries) == "" {
		names = append(names, libraries, protocol, framework)
	}
	for _, name := range names {
		if os.Getenv(name) == "" {
			_ = os.Setenv(name, level) // fails for impossible names only
		}
	}
}

// shown is the level from which on Terraform shows lines. It takes what it does not
// know, and JSON, for TRACE, which is where the libraries begin by themselves.
func shown(setting string) (level string, known bool) {
	switch level := strings.ToLower(setting); level {
	case "":
		return "off", true
	case "debug", "info", "warn", "error", "off":
		return level, true
	default:
		return "", false
	}
}
