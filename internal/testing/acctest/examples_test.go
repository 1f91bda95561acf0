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
	"time"

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
	// together puts all files of the rule into one folder.
	together bool
	// says are parts of the output.
	says []string
}

// exampleID is the contract that the examples speak of.
const exampleID = "5f3688a192094ddeb0c94166a3e88935"

var imported = []string{"1 imported, 0 added"}

// rules are in order; the first that matches counts.
var rules = []rule{
	// The provider block names the real service, so there is nothing to apply.
	{pattern: "provider/*.tf", command: "validate"},
	{pattern: "demo/main.tf", command: "apply", whole: true},
	{pattern: "demo/after/main.tf", command: "apply", whole: true},
	{pattern: "resources/*/resource*.tf", command: "apply"},
	{pattern: "resources/*/import-by-string-id.tf", command: "apply", beside: "resource.tf", says: imported},
	{pattern: "resources/*/import-by-identity.tf", command: "apply", beside: "resource.tf", feature: Identity, says: imported},
	{pattern: "resources/*/import.sh"}, // package doccheck looks after it
	{pattern: "data-sources/*/data-source.tf", command: "apply", together: true, says: []string{
		`"` + exampleID + `" = "20`, " KRW, billed in 20", `"Virtual Server"`, `"s1v2m4"`, `"16 cores, 32 GB"`, // contracts
		`"2026-02-28" = [`, `"2026-01 COMPUTE" = [`, `"planned_compute" =`, `"fee" = "`, "unpaid = {", `"0e0a0c1e5a3f4c1b9d2e7f6a5b4c3d2e 2026-01" = {`, `"usages" = `, // costs
		`"PG"`, `"GPU_SERVER"`, "server_type", "unit_prices", // prices
	}},
	{pattern: "functions/*/function.tf", command: "apply", feature: Functions, together: true},
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
	together := make([][]string, len(rules))
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
		case i >= 0 && rules[i].together:
			together[i] = append(together[i], file)
		case i >= 0 && rules[i].command != "":
			runExamples(t, rules[i], file)
		case i < 0 && !slices.Contains(files, path.Dir(file)+"/main.tf") && !slices.Contains(files, path.Dir(file)+"/main.tofu"):
			t.Errorf("examples/%s: no rule says how it is tested", file)
		}
	}
	for i, files := range together {
		if len(files) > 0 {
			runExamples(t, rules[i], files...)
		}
	}
}

// runExamples runs Terraform in a folder of the files.
func runExamples(t *testing.T, r rule, files ...string) {
	t.Run(files[0], func(t *testing.T) {
		t.Parallel()
		Need(t, r.feature)
		file, examples, folder := files[0], Path(t, "examples"), t.TempDir()
		// A day on which the emulator has rows for the months of the examples.
		day := time.Date(2026, 3, 25, 3, 0, 0, 0, time.UTC)
		e := New(t, WithEmulator(emulator.Options{Seed: "demo", Now: func() time.Time { return day }, Guesses: emulator.Guesses{TimestampTolerance: -1}}))
		// What the examples look up and import.
		if !strings.HasSuffix(file, "scpbilling_account_budget/resource.tf") {
			e.SCP.PutBudget(emulator.Budget{ID: "7c1f0e6b2d4a4b0f9f6d3a5e8b1c2d3e", Name: "platform 2026", Amount: 3_000_000, StartMonth: "2099-01"})
		}
		contract := emulator.PlannedCompute{ID: exampleID, CreatedAt: day.AddDate(0, -1, 0)}
		if r.beside != "" {
			contract.ServerType, contract.NextContractType = "s1v2m4", "01" // as in resource.tf
		}
		if !strings.HasSuffix(file, "scpbilling_planned_compute/resource.tf") {
			e.SCP.PutPlannedCompute(contract)
		}
		if r.whole {
			if err := os.CopyFS(folder, os.DirFS(examples)); err != nil {
				t.Fatal(err)
			}
			folder = filepath.Join(folder, filepath.FromSlash(path.Dir(file)))
			GetModules(t, folder)
		} else if text := ReadFile(t, examples, filepath.FromSlash(file)); !strings.Contains(text, "required_providers") {
			WriteFile(t, filepath.Join(folder, "zz_provider.tf"), required)
		}
		if r.beside != "" {
			files = append(files, path.Dir(file)+"/"+r.beside)
		}
		for _, file := range files {
			if !r.whole {
				name := path.Base(path.Dir(file)) + "-" + path.Base(file)
				WriteFile(t, filepath.Join(folder, name), ReadFile(t, examples, filepath.FromSlash(file)))
			}
		}
		environment := e.Environment()
		if strings.HasPrefix(file, "functions/") {
			environment = nil // OpenTofu configures the provider for a function; it needs no credentials.
		}
		Attach(t, folder, environment...)
		e.Reset()
		arguments := map[string][]string{"apply": {"-auto-approve", "-input=false"}}[r.command]
		run := RunTerraform(t, folder, nil, slices.Concat([]string{r.command, "-no-color"}, arguments)...).Must(t)
		Has(t, run.Output(), r.says...)
		if r.command != "apply" {
			return
		}
		made := strings.HasPrefix(file, "resources/") && r.beside == ""
		if n := e.Count("POST", BudgetsPath) + e.Count("POST", "/v1/planned-computes"); !r.whole && made != (n == 1) {
			t.Errorf("%d objects were created", n)
		}
		if n := e.Count("PUT", "/v1/planned-computes/*"); r.beside != "" && n > 0 {
			t.Errorf("the import changed the contract %d times", n)
		}
		if strings.HasPrefix(file, "data-sources/") && strings.Contains(run.Output(), "Warning:") {
			t.Errorf("a warning:\n%s", run.Output())
		}
		if second := RunTerraform(t, folder, nil, "plan", "-input=false", "-detailed-exitcode", "-no-color"); second.ExitCode != 0 {
			t.Errorf("a second plan ended with %d:\n%s", second.ExitCode, second.Output())
		}
	})
}

func TestExamplesAreFormatted(t *testing.T) {
	t.Parallel()
	Need(t, Functions) // older versions cannot read those of the functions
	if r := RunTerraform(t, Path(t, "examples"), nil, "fmt", "-check", "-diff", "-recursive"); r.ExitCode != 0 {
		t.Errorf("terraform fmt examples/ would change:\n%s", r.Output())
	}
}

// exampleFiles are the files below examples/, without what Terraform leaves there.
func exampleFiles(t *testing.T) (out []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(Path(t, "examples")), ".", func(name string, d fs.DirEntry, err error) error {
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
