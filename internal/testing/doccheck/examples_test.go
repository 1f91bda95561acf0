package doccheck

// What the run of all examples (package acctest) leaves open: that everything has
// one, and those that the Terraform in use may be too old for.

import (
	"encoding/json"
	"errors"
	slashes "path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	ctyjson "github.com/zclconf/go-cty/cty/json"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// exampleContract is the contract that the examples speak of.
const exampleContract = "5f3688a192094ddeb0c94166a3e88935"

// Everything that the provider has comes with an example, and no example is about
// something that it lacks.
func TestEverythingHasAnExample(t *testing.T) {
	t.Parallel()
	have, want := map[string]bool{}, map[string]bool{}
	for _, file := range files(t, "examples") {
		have[strings.TrimPrefix(slashes.Dir(file), "examples/")] = true
	}
	for _, page := range pages(t) {
		want[page.example] = true
		if !have[page.example] {
			t.Errorf("there is no examples/%s", page.example)
		}
	}
	for folder := range have {
		kind, _, _ := strings.Cut(folder, "/")
		if slices.Contains([]string{"resources", "data-sources", "list-resources", "actions", "functions"}, kind) && !want[folder] {
			t.Errorf("examples/%s is about nothing that the provider has", folder)
		}
	}
}

// The forms of an import name the same id, and the same resource, which resource.tf beside
// them has. Importing by identity needs Terraform 1.12.
func TestImportExamplesAgree(t *testing.T) {
	t.Parallel()
	forms := map[string]*regexp.Regexp{
		"import-by-string-id.tf": regexp.MustCompile(`^import \{\n  to = (\S+)\n  id = "(\S+)"\n\}\n$`),
		"import-by-identity.tf":  regexp.MustCompile(`^import \{\n  to = (\S+)\n  identity = \{\n    id = "(\S+)"\n  \}\n\}\n$`),
		"import.sh":              regexp.MustCompile(`(?m)^terraform import (\w+\.\w+) ([0-9a-f]{32})$`),
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
		if first == nil {
			continue
		}
		resourceType, name, _ := strings.Cut(first[0], ".")
		if !strings.Contains(read(t, "examples", "resources", typeName, "resource.tf"), `resource "`+resourceType+`" "`+name+`"`) {
			t.Errorf("%s: resource.tf has no %s to import", typeName, first[0])
		}
	}
}

// Queries and actions, which need Terraform 1.14, are read here: their arguments
// are those of the schema, and the provider accepts their values.
func TestQueryAndActionExamples(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "the action ends the contract that the example speaks of")
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Seed: "demo"}))
	e.SCP.PutPlannedCompute(emulator.PlannedCompute{ID: exampleContract, CreatedAt: time.Now().AddDate(0, -1, 0)})
	p := e.Protocol(t)
	blocks := 0
	for _, file := range files(t, "examples/list-resources", "examples/actions") {
		for _, block := range blocksOf(t, file, read(t, file)) {
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
		for name, argument := range inner.Body.Attributes {
			value, diags := argument.Expr.Value(nil)
			text, err := ctyjson.Marshal(value, value.Type())
			var decoded any
			if err := errors.Join(diags.Errs()...); err != nil {
				t.Fatal(err)
			}
			if err = errors.Join(err, json.Unmarshal(text, &decoded)); err != nil {
				t.Fatal(err)
			}
			config[name] = decoded
		}
	}
	return config
}

// TestNothingStartsOnAFixedDay keeps the examples and documents usable on any day: a new
// budget may not start in a past month, and a follow-up is reserved for one day only.
// Periods that are read may be fixed, since the past stays readable.
func TestNothingStartsOnAFixedDay(t *testing.T) {
	t.Parallel()
	contents := map[string][]string{}
	for _, file := range files(t, "examples") {
		switch filepath.Ext(file) {
		case ".tf", ".tofu", ".hcl":
			contents[file] = []string{read(t, file)}
		case ".csv":
			if month := regexp.MustCompile(`\b\d{4}-\d\d\b`).FindString(read(t, file)); month != "" {
				t.Errorf("%s has the fixed month %s", file, month)
			}
		}
	}
	for _, d := range documents(t) {
		contents[d.file] = append(contents[d.file], d.configurations()...)
	}
	checked := 0
	for file, all := range contents {
		// The contract of this guide, in both languages, runs on fixed days, and a test moves the clock to them.
		moved := strings.HasPrefix(filepath.Base(file), "contracts")
		for _, text := range all {
			for _, block := range blocksOf(t, file, text) {
				if block.Type != "resource" {
					continue
				}
				checked++
				for _, name := range []string{"start_month", "next_start_date"} {
					attribute := block.Body.Attributes[name]
					if attribute == nil || moved {
						continue
					}
					if value, diags := attribute.Expr.Value(nil); !diags.HasErrors() && !value.IsNull() {
						t.Errorf("%s: %s is the fixed %s", file, name, value.AsString())
					}
				}
			}
		}
	}
	if checked < 20 {
		t.Errorf("only %d resources were found; the search is broken", checked)
	}
}
