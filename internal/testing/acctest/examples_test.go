package acctest

// Every file under examples/ is applied, planned or validated with the provider
// of this checkout and the emulator.

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
)

// rule says what is done with the files below examples/ that match a pattern.
type rule struct {
	pattern string
	// command is what Terraform is asked to do with it.
	command string
	feature Feature
	// beside is a file of the same folder that it needs.
	beside string
	// whole folders are run as they are, with the modules that they call.
	whole bool
}

// rules are in order; the first that matches counts.
var rules = []rule{
	// The provider block names the real service, so there is nothing to apply.
	{pattern: "provider/*.tf", command: "validate"},
	{pattern: "demo/main.tf", command: "apply", whole: true},
	{pattern: "demo/after/main.tf", command: "apply", whole: true},
	{pattern: "resources/*/resource*.tf", command: "apply"},
	{pattern: "resources/*/import-by-string-id.tf", command: "plan", beside: "resource.tf"},
	{pattern: "resources/*/import-by-identity.tf", command: "plan", beside: "resource.tf", feature: Identity},
	{pattern: "resources/*/import.sh"}, // package doccheck looks after it
	{pattern: "data-sources/*/data-source.tf", command: "apply"},
	{pattern: "functions/*/function.tf", command: "apply", feature: Functions},
	{pattern: "list-resources/*/list-resource.tfquery.hcl", command: "query", feature: Query},
	// Invoking it would end a contract; a plan of what stands around it is enough.
	{pattern: "actions/*/action.tf", command: "validate", feature: Actions},
	{pattern: "*/main.tofu", command: "validate", feature: Feature{"for_each in provider blocks", 0, 9}, whole: true},
	// Anything else is a configuration of its own.
	{pattern: "*/main.tf", command: "validate", whole: true},
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
		folder, _, _ := strings.Cut(file, "/")
		if slices.Contains([]string{"modules", "policies", "ci"}, folder) {
			continue // internal/testing/modules looks after it.
		}
		i := slices.IndexFunc(rules, func(r rule) bool {
			matches, _ := path.Match(r.pattern, file)
			return matches
		})
		switch {
		case i >= 0 && rules[i].command != "":
			t.Run(file, func(t *testing.T) {
				t.Parallel()
				Need(t, rules[i].feature)
				runExample(t, file, rules[i])
			})
		case i < 0 && !slices.Contains(files, path.Dir(file)+"/main.tf") && !slices.Contains(files, path.Dir(file)+"/main.tofu"):
			t.Errorf("examples/%s: no rule says how it is tested", file)
		}
	}
}

func runExample(t *testing.T, file string, r rule) {
	e := New(t, WithEmulator(emulator.Options{Seed: "demo"}))
	// What the examples look up and import.
	if !strings.HasSuffix(file, "scpbilling_account_budget/resource.tf") {
		e.SCP.PutBudget(emulator.Budget{ID: "7c1f0e6b2d4a4b0f9f6d3a5e8b1c2d3e", Name: "platform 2026", Amount: 3_000_000, StartMonth: "2099-01"})
	}
	if !strings.HasSuffix(file, "scpbilling_planned_compute/resource.tf") {
		e.SCP.PutPlannedCompute(emulator.PlannedCompute{ID: "5f3688a192094ddeb0c94166a3e88935", ServerType: "s1v2m4", NextContractType: "01"})
	}
	examples, folder := examplesFolder(t), t.TempDir()
	if r.whole {
		if err := os.CopyFS(folder, os.DirFS(examples)); err != nil {
			t.Fatal(err)
		}
		folder = filepath.Join(folder, filepath.FromSlash(path.Dir(file)))
		GetModules(t, folder)
	} else {
		text := ReadFile(t, examples, filepath.FromSlash(file))
		WriteFile(t, filepath.Join(folder, path.Base(file)), text)
		if r.beside != "" {
			WriteFile(t, filepath.Join(folder, r.beside), ReadFile(t, examples, filepath.FromSlash(path.Dir(file)), r.beside))
		}
		if !strings.Contains(text, "required_providers") {
			WriteFile(t, filepath.Join(folder, "zz_provider.tf"), required)
		}
	}
	if strings.HasPrefix(file, "functions/") {
		Attach(t, folder) // OpenTofu configures the provider for a function; it needs no credentials.
	} else {
		Attach(t, folder, e.Environment()...)
	}
	arguments := map[string][]string{"apply": {"-auto-approve", "-input=false"}, "plan": {"-input=false"}}[r.command]
	RunTerraform(t, folder, nil, slices.Concat([]string{r.command, "-no-color"}, arguments)...).Must(t)
	if r.command != "apply" {
		return
	}
	if second := RunTerraform(t, folder, nil, "plan", "-input=false", "-detailed-exitcode", "-no-color"); second.ExitCode != 0 {
		t.Errorf("a second plan ended with %d:\n%s", second.ExitCode, second.Output())
	}
}

func TestExamplesAreFormatted(t *testing.T) {
	t.Parallel()
	Need(t, Functions) // older versions cannot read those of the functions
	if r := RunTerraform(t, examplesFolder(t), nil, "fmt", "-check", "-diff", "-recursive"); r.ExitCode != 0 {
		t.Errorf("terraform fmt examples/ would change:\n%s", r.Output())
	}
}

func examplesFolder(t *testing.T) string {
	t.Helper()
	root, err := Root()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(root, "examples")
}

// exampleFiles are the files below examples/, without what Terraform leaves there.
func exampleFiles(t *testing.T) (out []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(examplesFolder(t)), ".", func(name string, d fs.DirEntry, err error) error {
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
