package acctest

// The real program: Terraform as a user runs it, with the provider in a process
// of its own.

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

// commandTime bounds one run of Terraform.
const commandTime = 10 * time.Minute

// Result is what one run of Terraform left behind.
type Result struct {
	Stdout, Stderr string
	ExitCode       int
}

// Output is all that was printed.
func (r Result) Output() string { return r.Stdout + r.Stderr }

// providerVariable is the path of a provider that was built for all test processes.
const providerVariable = "TF_ACC_PROVIDER"

// overrides returns the path of a Terraform configuration file by which Terraform runs the
// provider of this checkout without terraform init. The provider is the one of
// [providerVariable], else built once per process. It also stands in for the official
// provider: see [Env.TakeOver].
var overrides = sync.OnceValues(func() (string, error) {
	built := os.Getenv(providerVariable)
	if built == "" {
		root, err := Root()
		if err != nil {
			return "", err
		}
		built = filepath.Join(surroundings.folder, "built")
		//nolint:gosec // The arguments are fixed.
		build := exec.Command("go", "build", "-ldflags", "-s -w -X main.version=0.1.0", "-o", built, ".")
		build.Dir, build.Env = root, surroundings.environment
		if out, err := build.CombinedOutput(); err != nil {
			return "", fmt.Errorf("build the provider: %w\n%s", err, out)
		}
	}
	program, official := providerProgram("scpbilling"), providerProgram("samsungcloudplatformv2")
	folder := filepath.Dir(program)
	file := filepath.Join(surroundings.folder, "overrides.tfrc")
	text := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"scpbilling/scpbilling\" = %q\n    %q = %q\n  }\n  direct {}\n}\n", folder, officialSource, folder)
	return file, errors.Join(os.MkdirAll(folder, 0o700), os.Link(built, program), os.Link(built, official), os.WriteFile(file, []byte(text), 0o600))
})

// providerProgram is the program of a provider.
func providerProgram(name string) string {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(surroundings.folder, "providers", "terraform-provider-"+name)
}

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

// Path is a file or folder of the project.
func Path(t testing.TB, elements ...string) string {
	t.Helper()
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(append([]string{root}, elements...)...)
}

// Workspace writes configuration into a folder of its own. config becomes main.tf;
// required_providers and the provider block stand before it.
func (e *Env) Workspace(t testing.TB, config string) string {
	t.Helper()
	needTerraform(t)
	folder := t.TempDir()
	WriteFile(t, filepath.Join(folder, "main.tf"), required+e.Provider()+config)
	return folder
}

// Attached is a [Env.Workspace] whose runs of Terraform share one provider process, as
// [Attach] says.
func (e *Env) Attached(t testing.TB, config string) string {
	t.Helper()
	folder := e.Workspace(t, config)
	Attach(t, folder)
	return folder
}

// WriteFile writes a file of a test.
func WriteFile(t testing.TB, name, text string) {
	t.Helper()
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// ReadFile reads a file of a test.
func ReadFile(t testing.TB, elements ...string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(elements...)) //nolint:gosec // The test names it.
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// GetModules installs the modules that the configuration of a folder calls. Providers need no
// installation.
func GetModules(t testing.TB, folder string) {
	t.Helper()
	RunTerraform(t, folder, nil, "get", "-no-color").Must(t)
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
	file, err := overrides()
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(ctx, surroundings.terraform, arguments...) //nolint:gosec // The program is the test's own.
	command.Dir = folder
	command.Env = os.Environ()
	if attached, ok := attachments.Load(folder); ok {
		command.Env = append(command.Env, fmt.Sprint(attached))
	} else {
		command.Env = append(command.Env, "TF_CLI_CONFIG_FILE="+file)
	}
	if !Live() {
		// A home of its own, with a place for caches, as users have one.
		home := filepath.Join(surroundings.folder, "terraform-home")
		if err := os.MkdirAll(home, 0o700); err != nil {
			t.Fatal(err)
		}
		cache := filepath.Join(home, "cache")
		command.Env = append(command.Env, "HOME="+home, "USERPROFILE="+home, "XDG_CACHE_HOME="+cache, "LocalAppData="+cache)
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
	AttachAs(t, folder, "scpbilling", environment...)
}

// AttachAs is Attach for one of several providers of a folder. Its source is scpbilling/name.
func AttachAs(t testing.TB, folder, name string, environment ...string) {
	t.Helper()
	needTerraform(t)
	if _, err := overrides(); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), providerProgram("scpbilling"), "-debug") //nolint:gosec // The program is the test's own.
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
			setting = strings.Replace(strings.Trim(setting, "'"), registryTerraform+"/scpbilling/scpbilling", surroundings.registry+"/scpbilling/"+name, 1)
			if others, ok := attachments.Load(folder); ok {
				setting = strings.TrimSuffix(strings.TrimPrefix(fmt.Sprint(others), variable), "}") + "," + strings.TrimPrefix(setting, "{")
			}
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

// Has fails a test for each string that an output or a document lacks.
func Has(t testing.TB, text string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(text, want) {
			t.Errorf("this does not have %q:\n%s", want, text)
		}
	}
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
	needTerraform(t)
	least := map[string]int{registryTerraform: f.terraform, registryOpenTofu: f.tofu}[surroundings.registry]
	minor, err := terraformMinor()
	if err != nil {
		t.Fatal(err)
	}
	if f.name != "" && (least == 0 || minor < least) {
		t.Skipf("%s: needs Terraform 1.%d or OpenTofu 1.%d, where 0 is none", f.name, f.terraform, f.tofu)
	}
}

// terraformMinor is the second part of the version of Terraform or OpenTofu, whose first is 1.
var terraformMinor = sync.OnceValues(func() (minor int, err error) {
	out, err := exec.Command(surroundings.terraform, "version", "-json").Output() //nolint:gosec // The program is the test's own.
	if err != nil {
		return 0, fmt.Errorf("ask Terraform for its version: %w", err)
	}
	var reply struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal(out, &reply); err != nil {
		return 0, fmt.Errorf("Terraform's version: %w", err)
	}
	if _, err := fmt.Sscanf(reply.Version, "1.%d.", &minor); err != nil {
		return 0, fmt.Errorf("Terraform's version %q: %w", reply.Version, err)
	}
	return minor, nil
})

// Terraform is the program that the tests run; a test is skipped where there is none.
func Terraform(t testing.TB) string {
	t.Helper()
	needTerraform(t)
	return surroundings.terraform
}
