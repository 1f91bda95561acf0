package docstest

// Every folder of examples/, and what is done with it.

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/acctest"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
)

const (
	// Applied together in real Terraform, with a second plan that is empty.
	applied = "applied"
	// Applied by itself, with a test of its own.
	appliedAlone = "applied alone"
	// Validated by real Terraform.
	validated = "validated"
	// Read and given to the provider in this process, since these blocks need Terraform 1.14.
	inProcess = "in process"
)

// examples tells what is done with the folders below examples/; a folder without an
// entry of its own takes that of its parent.
var examples = map[string]string{
	"actions":               inProcess,
	"data-sources":          applied,
	"demo":                  "applied by make demo",
	"demo/after":            "applied by make demo",
	"functions":             applied,
	"list-resources":        inProcess,
	"modules/budget-policy": appliedAlone,
	"provider":              validated, // Its accounts are on the real service.
	"resources":             applied,
}

// exampleIDs are those that the examples speak of.
const (
	exampleBudget   = "7c1f0e6b2d4a4b0f9f6d3a5e8b1c2d3e"
	exampleContract = "5f3688a192094ddeb0c94166a3e88935"
)

// treatment is what is done with a folder; empty for nothing.
func treatment(folder string) string {
	for folder != "." {
		if how := examples[folder]; how != "" {
			return how
		}
		folder = filepath.ToSlash(filepath.Dir(folder))
	}
	return ""
}

// files are the files of examples/ that fit, by their path below it.
func files(t testing.TB, fits func(name string) bool) []string {
	t.Helper()
	var out []string
	root := path(t, "examples")
	err := filepath.WalkDir(root, func(file string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if strings.HasPrefix(entry.Name(), ".terraform") || strings.HasPrefix(entry.Name(), "terraform.tfstate") {
			t.Errorf("%s was left behind by Terraform", file)
		}
		below, err := filepath.Rel(root, file)
		if err == nil && !entry.IsDir() && fits(filepath.ToSlash(below)) {
			out = append(out, filepath.ToSlash(below))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func all(string) bool { return true }

// Everything that the provider has comes with an example, and no example is
// without a test.
func TestEveryExampleIsTested(t *testing.T) {
	t.Parallel()
	have := map[string]bool{}
	used := map[string]bool{}
	for _, file := range files(t, all) {
		folder := filepath.ToSlash(filepath.Dir(file))
		have[folder] = true
		if treatment(folder) == "" {
			t.Errorf("nothing is done with examples/%s", file)
		}
		for name := range examples {
			if folder == name || strings.HasPrefix(folder, name+"/") {
				used[name] = true
			}
		}
	}
	for name := range examples {
		if !used[name] {
			t.Errorf("there is no examples/%s", name)
		}
	}
	schema := acctest.NewProvider(t).Schema
	want := []string{"provider"}
	for name := range schema.ResourceSchemas {
		want = append(want, "resources/"+name)
	}
	for name := range schema.DataSourceSchemas {
		want = append(want, "data-sources/"+name)
	}
	for name := range schema.ListResourceSchemas {
		want = append(want, "list-resources/"+name)
	}
	for name := range schema.ActionSchemas {
		want = append(want, "actions/"+name)
	}
	for name := range schema.Functions {
		want = append(want, "functions/"+name)
	}
	for _, folder := range want {
		if !have[folder] {
			t.Errorf("there is no examples/%s", folder)
		}
	}
}

// seeded is an emulator that holds what the examples look up.
func seeded(t *testing.T) *acctest.Env {
	t.Helper()
	acctest.NeedEmulator(t, "the examples speak of objects that are there already")
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Seed: "demo"}))
	e.SCP.PutBudget(emulator.Budget{ID: exampleBudget, Name: "platform 2026", Amount: 3000000, StartMonth: "2026-01"})
	e.SCP.PutPlannedCompute(emulator.PlannedCompute{ID: exampleContract, ServerType: "s1v2m4", CreatedAt: time.Now().AddDate(0, -1, 0)})
	return e
}

// terraformHas tells whether the Terraform or OpenTofu of this run is as new as 1.minor.
func terraformHas(t *testing.T, minor int) bool {
	t.Helper()
	output := acctest.RunTerraform(t, t.TempDir(), nil, "version").Output()
	version := regexp.MustCompile(`v1\.(\d+)\.`).FindStringSubmatch(output)
	if version == nil {
		t.Fatalf("a version that cannot be read:\n%s", output)
	}
	have, err := strconv.Atoi(version[1])
	return err == nil && have >= minor
}

// warnings are the summaries of all warnings in an output.
func warnings(output string) []string {
	var out []string
	for _, match := range regexp.MustCompile(`(?m)^Warning: (.*)$`).FindAllStringSubmatch(output, -1) {
		out = append(out, match[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// All resources are bought and made, all data sources read, all functions called,
// in one configuration. A second plan is empty.
func TestExamplesApply(t *testing.T) {
	t.Parallel()
	e := seeded(t)
	// The example of the resource makes the budget that the data source looks for.
	e.SCP.DeleteBudget(exampleBudget)
	folder := e.Workspace(t, "")
	functions := terraformHas(t, 8)
	number := 0
	for _, file := range files(t, func(name string) bool {
		if strings.HasPrefix(name, "functions/") && !functions {
			return false
		}
		return treatment(filepath.ToSlash(filepath.Dir(name))) == applied && strings.HasSuffix(name, ".tf") && !strings.HasPrefix(filepath.Base(name), "import-")
	}) {
		number++
		text := read(t, "examples", file)
		if strings.HasPrefix(file, "data-sources/scpbilling_account_budget") {
			// The resource has to be there first; in the documentation it is.
			text = regexp.MustCompile(`(?m)^(data .*\{)$`).ReplaceAllString(text, "$1\n  depends_on = [scpbilling_account_budget.platform]")
		}
		if err := os.WriteFile(filepath.Join(folder, strings.ReplaceAll(file, "/", "-")), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if number < 15 {
		t.Errorf("only %d files are applied", number)
	}
	run := acctest.RunTerraform(t, folder, nil, "apply", "-auto-approve", "-input=false", "-no-color").Must(t)
	// A follow-up is a purchase, and its example is no exception.
	if got := warnings(run.Output()); !slices.Equal(got, []string{"A follow-up contract is reserved"}) {
		t.Errorf("the examples lead to the warnings %q:\n%s", got, run.Output())
	}
	if bought := e.Count("POST", "/v1/planned-computes"); bought != 1 {
		t.Errorf("%d contracts were bought, want 1", bought)
	}
	if run := acctest.RunTerraform(t, folder, nil, "plan", "-detailed-exitcode", "-input=false", "-no-color"); run.ExitCode != 0 {
		t.Errorf("the second plan is not empty:\n%s", run.Output())
	}
}

// The import blocks, in real Terraform, find the resource of the same example.
func TestImportExamples(t *testing.T) {
	t.Parallel()
	e := seeded(t)
	folder := e.Workspace(t, "")
	for _, file := range files(t, func(name string) bool {
		return strings.HasPrefix(name, "resources/") && (strings.HasSuffix(name, "/resource.tf") || strings.HasSuffix(name, "/import-by-string-id.tf"))
	}) {
		if err := os.WriteFile(filepath.Join(folder, strings.ReplaceAll(file, "/", "-")), []byte(read(t, "examples", file)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := acctest.RunTerraform(t, folder, nil, "plan", "-input=false", "-no-color").Must(t)
	if !strings.Contains(run.Stdout, "Plan: 2 to import, 0 to add,") || strings.Contains(run.Stdout, "must be replaced") {
		t.Errorf("the plan does not import both:\n%s", run.Output())
	}
}

// The other forms of an import name the same resource and the same id.
func TestImportExamplesAgree(t *testing.T) {
	t.Parallel()
	forms := map[string]*regexp.Regexp{
		"import-by-string-id.tf": regexp.MustCompile(`^import \{\n  to = (\S+)\n  id = "(\S+)"\n\}\n$`),
		"import-by-identity.tf":  regexp.MustCompile(`^import \{\n  to = (\S+)\n  identity = \{\n    id = "(\S+)"\n  \}\n\}\n$`),
		"import.sh":              regexp.MustCompile(`(?m)^terraform import (\S+) (\S+)$`),
	}
	for typeName := range acctest.NewProvider(t).Schema.ResourceSchemas {
		var first []string
		for file, form := range forms {
			match := form.FindStringSubmatch(read(t, "examples", "resources", typeName, file))
			if match == nil {
				t.Errorf("%s/%s has another form than %s", typeName, file, form)
				continue
			}
			if first == nil {
				first = match[1:]
			}
			if !slices.Equal(first, match[1:]) {
				t.Errorf("%s: the examples of an import differ: %q and %q", typeName, first, match[1:])
			}
		}
		if first != nil && !strings.Contains(read(t, "examples", "resources", typeName, "resource.tf"), `resource "`+strings.Replace(first[0], ".", `" "`, 1)+`"`) {
			t.Errorf("%s: the import is of %s, and resource.tf has no such resource", typeName, first[0])
		}
	}
}

// The provider blocks are valid, each file together with the one that names the source.
func TestProviderExamplesAreValid(t *testing.T) {
	t.Parallel()
	e := seeded(t)
	folder := e.Workspace(t, "")
	if err := os.Remove(filepath.Join(folder, "main.tf")); err != nil {
		t.Fatal(err)
	}
	for _, file := range files(t, func(name string) bool { return strings.HasPrefix(name, "provider/") }) {
		if err := os.WriteFile(filepath.Join(folder, filepath.Base(file)), []byte(read(t, "examples", file)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	acctest.RunTerraform(t, folder, nil, "validate", "-no-color").Must(t)
}

// Queries and actions, which need Terraform 1.14, are read here: their arguments
// are those of the schema, and the provider accepts their values.
func TestQueryAndActionExamples(t *testing.T) {
	t.Parallel()
	e := seeded(t)
	p := e.Protocol(t)
	blocks := 0
	for _, file := range files(t, func(name string) bool { return treatment(filepath.ToSlash(filepath.Dir(name))) == inProcess }) {
		parsed, diags := hclsyntax.ParseConfig([]byte(read(t, "examples", file)), file, hcl.InitialPos)
		if diags.HasErrors() {
			t.Errorf("%s: %s", file, diags)
			continue
		}
		body, ok := parsed.Body.(*hclsyntax.Body)
		if !ok {
			t.Fatalf("%T is no body", parsed.Body)
		}
		for _, block := range body.Blocks {
			blocks++
			checkBlock(t, file, p.Schema, block)
			config := configOf(t, block)
			if block.Type == "action" {
				messages, d := p.Invoke(block.Labels[0], config)
				d.WantNone(t)
				if len(messages) == 0 {
					t.Errorf("%s: the action says nothing", file)
				}
				continue
			}
			p.ValidateList(block.Labels[0], config).WantNone(t)
			for _, one := range p.List(block.Labels[0], config, acctest.ListOptions{IncludeResource: true}) {
				one.Diagnostics.WantNone(t)
			}
		}
	}
	if blocks < 4 {
		t.Errorf("only %d blocks were found", blocks)
	}
}

// configOf evaluates the config block of a list or an action.
func configOf(t *testing.T, block *hclsyntax.Block) acctest.Object {
	t.Helper()
	config := acctest.Object{}
	for _, inner := range block.Body.Blocks {
		if inner.Type != "config" {
			continue
		}
		for name, argument := range inner.Body.Attributes {
			value, diags := argument.Expr.Value(nil)
			if diags.HasErrors() {
				t.Fatal(diags)
			}
			text, err := ctyjson.Marshal(value, cty.DynamicPseudoType)
			if err != nil {
				t.Fatal(err)
			}
			var typed struct{ Value any }
			if err := json.Unmarshal(text, &typed); err != nil {
				t.Fatal(err)
			}
			config[name] = typed.Value
		}
	}
	return config
}

// The module's own tests, which users can copy, run as they stand.
func TestBudgetPolicyModule(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "a test of a module makes and removes budgets in one go")
	if !terraformHas(t, 6) {
		t.Skip("this version has no test command")
	}
	e := acctest.New(t)
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(path(t, "examples", "modules", "budget-policy"))); err != nil {
		t.Fatal(err)
	}
	acctest.Init(t, folder)
	run := acctest.RunTerraform(t, folder, e.Environment(), "test", "-no-color")
	if run.ExitCode != 0 || !strings.Contains(run.Stdout, "Success!") {
		t.Errorf("terraform test ended with %d:\n%s", run.ExitCode, run.Output())
	}
	if left := e.SCP.Budgets(); len(left) > 0 {
		t.Errorf("the tests left %d budgets behind", len(left))
	}
	if made := e.Count("POST", acctest.BudgetsPath); made != 4 {
		t.Errorf("%d budgets were made, want 4: those of the YAML file are those of the CSV file", made)
	}
}
