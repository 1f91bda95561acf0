// Package acctest is the test harness of all services: a local SCP and a
// provider that uses it, Terraform in three forms (the test framework, the bare
// protocol in process, and the real program with the real provider process), and
// the same tests against the real service.
//
// A package whose tests use it runs them through [Main]:
//
//	func TestMain(m *testing.M) { acctest.Main(m) }
package acctest

// The process of a test binary: what it may see of the machine, and which
// Terraform it uses.

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/debug"
	"strings"
	"testing"
)

const (
	// liveVariable runs the tests against the real service, with the user's own
	// environment. They make and remove real budgets.
	liveVariable = "SCP_TF_ACC_LIVE"
	// paidVariable lets tests that cost money run too.
	paidVariable = "SCP_TF_ACC_PAID"

	registryTerraform = "registry.terraform.io"
	registryOpenTofu  = "registry.opentofu.org"
)

// surroundings are what Main found and made; New refuses to work without.
var surroundings struct {
	ready bool
	// folder is removed at the end.
	folder string
	// environment is the environment before it was cleared, for the Go tool.
	environment []string
	// terraform is the program's path, empty when there is none.
	terraform string
	registry  string
}

// Live reports whether the tests run against the real service.
func Live() bool { return os.Getenv(liveVariable) == "1" }

// Main runs the tests of a package in surroundings of their own: no setting of
// the user's, be it of SCP or of Terraform, can be seen, except in a live run.
func Main(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	folder, err := os.MkdirTemp("", "scpbilling-test")
	if err != nil {
		return broken(err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	surroundings.folder = folder
	surroundings.environment = os.Environ()
	findTerraform()

	settings := map[string]string{"CHECKPOINT_DISABLE": "1", "TF_IN_AUTOMATION": "1"}
	if !Live() {
		clearEnvironment()
		home := filepath.Join(folder, "home")
		if err := os.Mkdir(home, 0o700); err != nil {
			return broken(err)
		}
		settings["HOME"], settings["USERPROFILE"] = home, home
		settings["XDG_CONFIG_HOME"] = filepath.Join(home, ".config")
		// The providers of one test process would share what is kept for the
		// processes of one Terraform run, so they get no cache folder: a file is
		// in its place, for each operating system. TerraformCommand gives one.
		blocked := filepath.Join(home, "Library")
		if err := os.WriteFile(blocked, nil, 0o600); err != nil {
			return broken(err)
		}
		settings["XDG_CACHE_HOME"], settings["LocalAppData"] = blocked, blocked
	}
	cli := filepath.Join(folder, "empty.tfrc")
	if err := os.WriteFile(cli, nil, 0o600); err != nil {
		return broken(err)
	}
	settings["TF_CLI_CONFIG_FILE"] = cli
	settings["TF_ACC_TERRAFORM_PATH"] = surroundings.terraform
	settings["TF_ACC_PROVIDER_HOST"] = surroundings.registry
	settings["TF_ACC_PROVIDER_NAMESPACE"] = "scpbilling"
	for name, value := range settings {
		if err := os.Setenv(name, value); err != nil {
			return broken(err)
		}
	}
	relaxCollection()
	surroundings.ready = true
	return m.Run()
}

// relaxCollection lets garbage gather in this process and in Terraform, where collecting
// it takes a fifth of the time. The provider's own process does so by itself.
func relaxCollection() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
		_ = os.Setenv("GOGC", "400")
	}
}

func broken(err error) int {
	fmt.Fprintln(os.Stderr, "acctest:", err)
	return 1
}

// clearEnvironment drops what could change a test. Logging and the choice of
// Terraform stay: they are meant for the tests.
func clearEnvironment() {
	for _, setting := range os.Environ() {
		name, _, _ := strings.Cut(setting, "=")
		switch {
		case strings.HasPrefix(name, "TF_LOG"), strings.HasPrefix(name, "TF_ACC_"):
		case strings.HasPrefix(name, "TF_"), strings.HasPrefix(name, "SCP_"):
			_ = os.Unsetenv(name)
		}
	}
}

// findTerraform takes the program of TF_ACC_TERRAFORM_PATH, else a terraform or
// a tofu on PATH. It never fetches one. Without TF_ACC, as under the race detector, there
// is none: Terraform runs the provider in processes of their own.
func findTerraform() {
	surroundings.registry = registryTerraform
	if os.Getenv("TF_ACC") == "" {
		return
	}
	path := os.Getenv("TF_ACC_TERRAFORM_PATH")
	for _, name := range []string{"terraform", "tofu"} {
		if path == "" {
			path, _ = exec.LookPath(name)
		}
	}
	if path == "" {
		return
	}
	if absolute, err := filepath.Abs(path); err == nil {
		path = absolute
	}
	surroundings.terraform = path
	if strings.Contains(filepath.Base(path), "tofu") {
		surroundings.registry = registryOpenTofu
	}
}

// needTerraform skips a test where there is no Terraform.
func needTerraform(t testing.TB) {
	t.Helper()
	if !surroundings.ready {
		t.Fatal("acctest: the package's TestMain does not call acctest.Main")
	}
	if surroundings.terraform == "" {
		t.Skip("needs TF_ACC=1, and terraform or tofu on PATH or in TF_ACC_TERRAFORM_PATH")
	}
}
