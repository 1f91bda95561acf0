package main

// Terraform and the providers: built, put into a mirror, and run.

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
)

// version is that of the providers in the mirror.
const version = "0.1.0"

// The providers' short names.
const (
	scpbilling = "scpbilling"
	empty      = "empty"
	shape      = "shape"
	bare       = "bare"
)

// sandbox is a folder with the providers and an environment for Terraform in
// which nothing of the user's can be seen.
type sandbox struct {
	folder      string
	terraform   string
	environment []string
	// binaries are the paths of the providers by short name.
	binaries map[string]string
}

// newSandbox builds the providers as a release is built.
func newSandbox(ctx context.Context, root, folder, terraform string) (*sandbox, error) {
	s := &sandbox{folder: folder, terraform: terraform, binaries: map[string]string{}}
	sources := map[string]string{scpbilling: "."}
	for _, name := range []string{empty, shape, bare} {
		sources[name] = "./internal/testing/bench/" + name + "provider"
	}
	for name, source := range sources {
		binary := filepath.Join(folder, "mirror", "registry.terraform.io", "scpbilling", name, version,
			runtime.GOOS+"_"+runtime.GOARCH, "terraform-provider-"+name+"_v"+version)
		if runtime.GOOS == "windows" {
			binary += ".exe"
		}
		build := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -X main.version="+version, "-o", binary, source) //nolint:gosec // The arguments are fixed.
		build.Dir, build.Env = root, append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			return nil, fmt.Errorf("build %s: %w\n%s", name, err, out)
		}
		s.binaries[name] = binary
	}
	config, home := filepath.Join(folder, "terraform.rc"), filepath.Join(folder, "home")
	text := fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.Join(folder, "mirror"))
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(home, 0o700); err != nil {
		return nil, err
	}
	for _, setting := range os.Environ() {
		if !strings.HasPrefix(setting, "TF_") && !strings.HasPrefix(setting, "SCP_") {
			s.environment = append(s.environment, setting)
		}
	}
	s.environment = append(s.environment, "TF_CLI_CONFIG_FILE="+config, "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1",
		"HOME="+home, "USERPROFILE="+home, "XDG_CONFIG_HOME="+home, "XDG_CACHE_HOME="+filepath.Join(home, "cache"))
	return s, nil
}

// terraformVersion is what the program says of itself.
func (s *sandbox) terraformVersion(ctx context.Context) (string, error) {
	command := exec.CommandContext(ctx, s.terraform, "version", "-json") //nolint:gosec // The user's own Terraform.
	command.Env = s.environment
	out, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("ask Terraform for its version: %w", err)
	}
	var answer struct {
		Version string `json:"terraform_version"`
	}
	if err := json.Unmarshal(out, &answer); err != nil {
		return "", fmt.Errorf("Terraform's version: %w", err)
	}
	return answer.Version, nil
}

// workspace is a folder with a configuration.
type workspace struct {
	*sandbox
	folder string
	// more environment goes on top of the sandbox's.
	more []string
}

// workspace writes a configuration into a folder of its own and initializes it.
func (s *sandbox) workspace(ctx context.Context, config string) (*workspace, error) {
	folder, err := os.MkdirTemp(s.folder, "workspace")
	if err != nil {
		return nil, err
	}
	w := &workspace{sandbox: s, folder: folder}
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), []byte(config), 0o600); err != nil {
		return nil, err
	}
	_, err = w.run(ctx, false, "init", "-input=false", "-no-color")
	return w, err
}

func (w *workspace) remove() { _ = os.RemoveAll(w.folder) }

// Used is what one command took.
type Used struct {
	// Wall is the time from start to end.
	Wall time.Duration
	// CPU is the computing time of Terraform and its providers.
	CPU time.Duration
	// Provider is what was seen of the provider processes; zero unless watched.
	Provider seen
}

// run runs Terraform and fails unless it ends with 0. When watched, the provider
// processes are looked at meanwhile, which takes a little time itself.
func (w *workspace) run(ctx context.Context, watched bool, arguments ...string) (Used, error) {
	command := exec.CommandContext(ctx, w.terraform, arguments...) //nolint:gosec // The user's own Terraform.
	var out bytes.Buffer
	command.Dir, command.Stdout, command.Stderr = w.folder, &out, &out
	command.Env = append(slices.Clone(w.environment), w.more...)
	start := time.Now()
	if err := command.Start(); err != nil {
		return Used{}, err
	}
	var look *watch
	if watched {
		look = startWatch(w.folder)
	}
	err := command.Wait()
	used := Used{Wall: time.Since(start)}
	if look != nil {
		used.Provider = look.end()
	}
	if err != nil {
		return used, fmt.Errorf("terraform %s: %w\n%s", strings.Join(arguments, " "), err, out.String())
	}
	used.CPU = command.ProcessState.UserTime() + command.ProcessState.SystemTime()
	return used, nil
}

// check fails unless an output has a value.
func (w *workspace) check(ctx context.Context, output, want string) error {
	command := exec.CommandContext(ctx, w.terraform, "output", "-raw", output) //nolint:gosec // The user's own Terraform.
	command.Dir, command.Env = w.folder, w.environment
	got, err := command.Output()
	if err != nil {
		return fmt.Errorf("terraform output %s: %w", output, err)
	}
	if string(got) != want {
		return fmt.Errorf("the output %s is %q, want %q", output, got, want)
	}
	return nil
}
