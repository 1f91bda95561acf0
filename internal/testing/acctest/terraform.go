package acctest

// The real program: Terraform as a user runs it, with the provider in a process
// of its own, installed by terraform init from a mirror.

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// MirrorVersion is the provider's version in the mirror.
const MirrorVersion = "0.1.0"

// commandTime bounds one run of Terraform.
const commandTime = 3 * time.Minute

// Result is what one run of Terraform left behind.
type Result struct {
	Stdout, Stderr string
	ExitCode       int
}

// Output is all that was printed.
func (r Result) Output() string { return r.Stdout + r.Stderr }

// providerVariable is the path of a provider that was built for all test processes.
const providerVariable = "TF_ACC_PROVIDER"

// mirror returns the path of a Terraform configuration file that installs the provider from
// a mirror. The provider is the one of [providerVariable], else built once per process.
var mirror = sync.OnceValues(func() (string, error) {
	program := providerProgram()
	if built := os.Getenv(providerVariable); built != "" {
		if err := os.MkdirAll(mirrorFolder(), 0o700); err != nil {
			return "", err
		}
		if err := os.Link(built, program); err != nil {
			return "", fmt.Errorf("use the provider of %s: %w", providerVariable, err)
		}
	} else {
		root, err := Root()
		if err != nil {
			return "", err
		}
		//nolint:gosec // The arguments are fixed.
		build := exec.Command("go", "build", "-ldflags", "-s -w -X main.version="+MirrorVersion, "-o", program, ".")
		build.Dir, build.Env = root, surroundings.environment
		if out, err := build.CombinedOutput(); err != nil {
			return "", fmt.Errorf("build the provider: %w\n%s", err, out)
		}
	}
	file := filepath.Join(surroundings.folder, "mirror.tfrc")
	text := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.Join(surroundings.folder, "mirror"))
	return file, os.WriteFile(file, []byte(text), 0o600)
})

// Root is the project's folder.
func Root() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.mod")); err == nil {
			return folder, nil
		}
		up := filepath.Dir(folder)
		if up == folder {
			return "", errors.New("no go.mod above the working directory")
		}
		folder = up
	}
}

// Workspace writes configuration into a folder of its own and initializes it.
// config becomes main.tf; required_providers and the provider block stand before it.
func (e *Env) Workspace(t testing.TB, config string) string {
	t.Helper()
	folder := e.write(t, config)
	Init(t, folder)
	return folder
}

// Attached writes configuration into a folder of its own whose runs of Terraform share one
// provider process, as [Attach] says. Without modules it needs no terraform init.
func (e *Env) Attached(t testing.TB, config string) string {
	t.Helper()
	folder := e.write(t, config)
	Attach(t, folder)
	return folder
}

func (e *Env) write(t testing.TB, config string) string {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), []byte(required+e.Provider()+config), 0o600); err != nil {
		t.Fatal(err)
	}
	return folder
}

// Init runs terraform init, which installs the provider of this checkout.
func Init(t testing.TB, folder string) {
	t.Helper()
	if r := RunTerraform(t, folder, nil, "init", "-input=false", "-no-color"); r.ExitCode != 0 {
		t.Fatalf("terraform init ended with %d:\n%s", r.ExitCode, r.Output())
	}
}

// RunTerraform runs Terraform in a folder with the real provider process.
// environment holds NAME=value settings on top of those of the test.
func RunTerraform(t testing.TB, folder string, environment []string, arguments ...string) Result {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), commandTime)
	defer cancel()
	command := TerraformCommand(ctx, t, folder, environment, arguments...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	r := Result{Stdout: stdout.String(), Stderr: stderr.String()}
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		r.ExitCode = exit.ExitCode()
	case err != nil:
		t.Fatalf("terraform %s: %v", strings.Join(arguments, " "), err)
	}
	return r
}

// TerraformCommand is the command that RunTerraform runs, for tests that want to
// start and to kill it themselves.
func TerraformCommand(ctx context.Context, t testing.TB, folder string, environment []string, arguments ...string) *exec.Cmd {
	t.Helper()
	needTerraform(t)
	file, err := mirror()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(ctx, surroundings.terraform, arguments...) //nolint:gosec // The program is the test's own.
	command.Dir = folder
	command.Env = append(os.Environ(), "TF_CLI_CONFIG_FILE="+file)
	if !Live() {
		// A home of its own, with a place for caches, as users have one.
		home := filepath.Join(surroundings.folder, "terraform-home")
		if err := os.MkdirAll(home, 0o700); err != nil {
			t.Fatal(err)
		}
		cache := filepath.Join(home, "cache")
		command.Env = append(command.Env, "HOME="+home, "USERPROFILE="+home, "XDG_CACHE_HOME="+cache, "LocalAppData="+cache)
	}
	if attached, ok := attachments.Load(folder); ok {
		command.Env = append(command.Env, fmt.Sprint(attached))
	}
	command.Env = append(command.Env, environment...)
	// Terraform's children hold its pipes open when it is killed.
	command.WaitDelay = 5 * time.Second
	return command
}

// attachments are settings for Terraform by the folder that it runs in.
var attachments sync.Map

// Attach lets the runs of Terraform in a folder share one provider process, in place of
// three or four that each run starts. It is not for tests of what one process knows of
// another, or of how it ends. environment is that of the provider.
func Attach(t testing.TB, folder string, environment ...string) {
	t.Helper()
	needTerraform(t)
	if _, err := mirror(); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), providerProgram(), "-debug") //nolint:gosec // The program is the test's own.
	command.Env = append(os.Environ(), environment...)
	out, err := command.StdoutPipe()
	if err == nil {
		err = command.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Wait() // It ends with the test's context.
		attachments.Delete(folder)
	})
	const variable = "TF_REATTACH_PROVIDERS="
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if _, setting, found := strings.Cut(lines.Text(), variable); found {
			setting = strings.ReplaceAll(strings.Trim(setting, "'"), registryTerraform, surroundings.registry)
			attachments.Store(folder, variable+setting)
			return
		}
	}
	t.Fatalf("the provider did not say how to reach it: %v", lines.Err())
}

// Must ends the test unless the run succeeded.
func (r Result) Must(t testing.TB) Result {
	t.Helper()
	if r.ExitCode != 0 {
		t.Fatalf("terraform ended with %d:\n%s", r.ExitCode, r.Output())
	}
	return r
}

// Overrides is the setting with which Terraform uses the provider of this
// checkout without terraform init, for RunTerraform's environment.
func Overrides(t testing.TB) string {
	t.Helper()
	needTerraform(t)
	file, err := overrides()
	if err != nil {
		t.Fatal(err)
	}
	return "TF_CLI_CONFIG_FILE=" + file
}

var overrides = sync.OnceValues(func() (string, error) {
	if _, err := mirror(); err != nil {
		return "", err
	}
	file := filepath.Join(surroundings.folder, "overrides.tfrc")
	text := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"scpbilling/scpbilling\" = %q\n  }\n  direct {}\n}\n", mirrorFolder())
	return file, os.WriteFile(file, []byte(text), 0o600)
})

// mirrorFolder is where the mirror keeps the program.
func mirrorFolder() string {
	return filepath.Join(surroundings.folder, "mirror", surroundings.registry, "scpbilling", "scpbilling", MirrorVersion, runtime.GOOS+"_"+runtime.GOARCH)
}

// providerProgram is the program in the mirror.
func providerProgram() string {
	name := "terraform-provider-scpbilling_v" + MirrorVersion
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(mirrorFolder(), name)
}

// Feature is something that Terraform and OpenTofu have from a version 1.x on. 0 is never.
type Feature struct {
	name            string
	terraform, tofu int
}

// What not every supported version has.
var (
	ModuleTests     = Feature{"terraform test", 6, 6}
	TestOverrides   = Feature{"overrides in terraform test", 7, 8}
	Functions       = Feature{"functions of providers", 8, 7}
	MoveAcrossTypes = Feature{"moved across types", 8, 10}
	Identity        = Feature{"import by identity", 12, 12}
	Query           = Feature{"terraform query", 14, 0}
	Actions         = Feature{"actions", 14, 0}
)

// Need skips a test, visibly, where the program does not have a feature.
func Need(t testing.TB, f Feature) {
	t.Helper()
	minor, tofu := f.terraform, "OpenTofu has none"
	if f.tofu > 0 {
		tofu = fmt.Sprintf("OpenTofu 1.%d", f.tofu)
	}
	if surroundings.registry == registryOpenTofu {
		minor = f.tofu
	}
	if minor == 0 || !HasTerraform(t, 1, minor) {
		t.Skipf("%s: needs Terraform 1.%d (%s)", f.name, f.terraform, tofu)
	}
}

// HasTerraform reports whether the Terraform of the tests is at least of a version,
// such as 1.12. OpenTofu's versions count as Terraform's, but it has neither
// actions nor list resources.
func HasTerraform(t testing.TB, major, minor int) bool {
	t.Helper()
	needTerraform(t)
	v, err := terraformVersion()
	if err != nil {
		t.Fatal(err)
	}
	return v[0] > major || v[0] == major && v[1] >= minor
}

var terraformVersion = sync.OnceValues(func() ([2]int, error) {
	var v [2]int
	out, err := exec.Command(surroundings.terraform, "version", "-json").Output() //nolint:gosec // The program is the test's own.
	if err != nil {
		return v, fmt.Errorf("ask Terraform for its version: %w", err)
	}
	var reply struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal(out, &reply); err != nil {
		return v, fmt.Errorf("Terraform's version: %w", err)
	}
	if _, err := fmt.Sscanf(reply.Version, "%d.%d.", &v[0], &v[1]); err != nil {
		return v, fmt.Errorf("Terraform's version %q: %w", reply.Version, err)
	}
	return v, nil
})

// Terraform is the program that the tests run; a test is skipped where there is none.
func Terraform(t testing.TB) string {
	t.Helper()
	needTerraform(t)
	return surroundings.terraform
}
