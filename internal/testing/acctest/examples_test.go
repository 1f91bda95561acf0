package acctest

// Every file under examples/ is applied, planned or validated with the provider
// of this checkout and the emulator.

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
)

// example is one thing to run: files of one folder that belong together.
type example struct {
	// main is the file that the rule is about, others those that it needs.
	main   string
	others []string
	// command is what Terraform is asked to do with it.
	command []string
	// terraform is the version from which on Terraform knows such files.
	major, minor int
	// notTofu holds for what OpenTofu does not have, onlyTofu for what only it has.
	notTofu, onlyTofu bool
	// whole folders are run as they are, after terraform init; main is the folder.
	whole bool
}

// rules say what is done with a file, by its path below examples/; the first that
// matches counts.
var rules = []struct {
	pattern *regexp.Regexp
	example example
}{
	// The provider block names the real service, so there is nothing to apply.
	{regexp.MustCompile(`^provider/[^/]+\.tf$`), example{command: []string{"validate"}}},
	{regexp.MustCompile(`^demo/(after/)?main\.tf$`), example{command: []string{"apply", "-auto-approve"}, whole: true}},
	{regexp.MustCompile(`^resources/[^/]+/resource(_[a-z]+)?\.tf$`), example{command: []string{"apply", "-auto-approve"}}},
	{regexp.MustCompile(`^resources/[^/]+/import-by-string-id\.tf$`), example{command: []string{"plan"}, others: []string{"resource.tf"}}},
	{regexp.MustCompile(`^resources/[^/]+/import-by-identity\.tf$`), example{command: []string{"plan"}, others: []string{"resource.tf"}, major: 1, minor: 12}},
	{regexp.MustCompile(`^data-sources/[^/]+/data-source\.tf$`), example{command: []string{"apply", "-auto-approve"}}},
	{regexp.MustCompile(`^functions/[^/]+/function\.tf$`), example{command: []string{"apply", "-auto-approve"}, major: 1, minor: 8}},
	{regexp.MustCompile(`^list-resources/[^/]+/list-resource\.tfquery\.hcl$`), example{command: []string{"query"}, major: 1, minor: 14, notTofu: true}},
	// Invoking it would end a contract; a plan of what stands around it is enough.
	{regexp.MustCompile(`^actions/[^/]+/action\.tf$`), example{command: []string{"validate"}, major: 1, minor: 14, notTofu: true}},
	// OpenTofu 1.9 has for_each in provider blocks.
	{regexp.MustCompile(`/main\.tofu$`), example{command: []string{"validate"}, major: 1, minor: 9, onlyTofu: true, whole: true}},
	{regexp.MustCompile(`^(modules|policies|ci)/`), example{}},
	// Anything else is a configuration of its own.
	{regexp.MustCompile(`/main\.tf$`), example{command: []string{"validate"}, whole: true}},
}

// importCommand are files that doccheck looks after.
var importCommand = regexp.MustCompile(`^resources/[^/]+/import\.sh$`)

// part are files of a whole folder beside the one that a rule is about.
func part(file string, files []string) bool {
	folder := path.Dir(file)
	return path.Base(file) != "main.tf" && (slices.Contains(files, folder+"/main.tf") || slices.Contains(files, folder+"/main.tofu") && path.Base(file) != "main.tofu")
}

func TestExamples(t *testing.T) {
	t.Parallel()
	needTerraform(t)
	NeedEmulator(t, "buys what the examples show")
	files := exampleFiles(t)
	if len(files) < 10 {
		t.Fatalf("only %d files under examples", len(files))
	}
	for _, file := range files {
		if importCommand.MatchString(file) {
			continue
		}
		i := slices.IndexFunc(rules, func(r struct {
			pattern *regexp.Regexp
			example example
		},
		) bool {
			return r.pattern.MatchString(file)
		})
		if i < 0 && part(file, files) {
			continue
		}
		if i < 0 {
			t.Errorf("examples/%s: no rule says how it is tested", file)
			continue
		}
		x := rules[i].example
		if x.command == nil {
			continue // internal/testing/modules looks after it.
		}
		x.main = file
		if x.whole {
			x.main = strings.TrimSuffix(path.Dir(file), "/tests")
		}
		t.Run(file, func(t *testing.T) {
			t.Parallel()
			if x.notTofu && surroundings.registry == registryOpenTofu {
				t.Skip("OpenTofu does not know such files")
			}
			if x.onlyTofu && surroundings.registry != registryOpenTofu {
				t.Skip("Terraform does not know such files")
			}
			if x.major > 0 && !HasTerraform(t, x.major, x.minor) {
				t.Skipf("needs Terraform %d.%d", x.major, x.minor)
			}
			runExample(t, x)
		})
	}
}

func runExample(t *testing.T, x example) {
	e := New(t, WithEmulator(emulator.Options{Seed: "demo"}))
	// What the examples look up and import.
	if !strings.HasSuffix(x.main, "scpbilling_account_budget/resource.tf") {
		e.SCP.PutBudget(emulator.Budget{ID: "7c1f0e6b2d4a4b0f9f6d3a5e8b1c2d3e", Name: "platform 2026", Amount: 3_000_000, StartMonth: "2099-01"})
	}
	if !strings.HasSuffix(x.main, "scpbilling_planned_compute/resource.tf") {
		e.SCP.PutPlannedCompute(emulator.PlannedCompute{ID: "5f3688a192094ddeb0c94166a3e88935", ServerType: "s1v2m4", NextContractType: "01"})
	}

	folder := t.TempDir()
	environment := e.Environment()
	if strings.HasPrefix(x.main, "functions/") {
		environment = nil // OpenTofu configures the provider for a function; it needs no credentials.
	}
	if x.whole {
		root, err := Root()
		if err != nil {
			t.Fatal(err)
		}
		if err := os.CopyFS(folder, os.DirFS(filepath.Join(root, "examples"))); err != nil {
			t.Fatal(err)
		}
		folder = filepath.Join(folder, filepath.FromSlash(x.main))
		Init(t, folder)
	} else {
		copyFiles(t, folder, x)
		environment = append(environment, Overrides(t))
	}
	arguments := slices.Clone(x.command)
	if arguments[0] == "apply" || arguments[0] == "plan" {
		arguments = append(arguments, "-input=false")
	}
	r := RunTerraform(t, folder, environment, append(arguments, "-no-color")...)
	if r.ExitCode != 0 {
		t.Fatalf("terraform %s ended with %d:\n%s", strings.Join(x.command, " "), r.ExitCode, r.Output())
	}
	if x.command[0] != "apply" {
		return
	}
	r = RunTerraform(t, folder, environment, "plan", "-input=false", "-detailed-exitcode", "-no-color")
	if r.ExitCode != 0 {
		t.Errorf("a second plan ended with %d:\n%s", r.ExitCode, r.Output())
	}
}

// copyFiles puts the files of an example that is no whole folder into one.
func copyFiles(t *testing.T, folder string, x example) {
	t.Helper()
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	complete := false
	for _, name := range append([]string{path.Base(x.main)}, x.others...) {
		text, err := os.ReadFile(filepath.Join(root, "examples", filepath.FromSlash(path.Dir(x.main)), name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
		complete = complete || strings.Contains(string(text), "required_providers")
	}
	if complete {
		return
	}
	if err := os.WriteFile(filepath.Join(folder, "zz_provider.tf"), []byte(required), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestExamplesAreFormatted(t *testing.T) {
	t.Parallel()
	Need(t, Functions) // older versions cannot read those of the functions
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	if r := RunTerraform(t, root, nil, "fmt", "-check", "-diff", "-recursive", "examples"); r.ExitCode != 0 {
		t.Errorf("terraform fmt examples/ would change:\n%s", r.Output())
	}
}

// exampleFiles are the files below examples/, without what Terraform leaves there.
func exampleFiles(t *testing.T) []string {
	t.Helper()
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	err = fs.WalkDir(os.DirFS(filepath.Join(root, "examples")), ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir() && d.Name() == ".terraform":
			return fs.SkipDir
		case d.IsDir(), strings.Contains(d.Name(), "tfstate"), d.Name() == ".terraform.lock.hcl", d.Name() == "README.md":
			return nil
		}
		out = append(out, name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}
