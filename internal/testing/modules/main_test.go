// Package modules_test runs the modules under examples/modules: the tests that they
// bring, and what those tests cannot express.
package modules_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// examplesPath is a file or folder below examples/.
func examplesPath(t testing.TB, elements ...string) string {
	t.Helper()
	return acctest.Path(t, append([]string{"examples"}, elements...)...)
}

// seoulNoon is noon in Seoul on a day of March 2026.
func seoulNoon(day int) time.Time { return time.Date(2026, 3, day, 3, 0, 0, 0, time.UTC) }

// terraform test in a copy of each module, against an emulator of its own.
func TestModules(t *testing.T) {
	t.Parallel()
	acctest.Need(t, acctest.ModuleTests)
	acctest.NeedEmulator(t, "the tests of a module create budgets in an empty account")
	modules := map[string]struct {
		options  emulator.Options
		features []acctest.Feature
	}{
		"account-budgets": {},
		"budget-guard":    {emulator.Options{Seed: "demo", Start: seoulNoon(16)}, []acctest.Feature{acctest.Functions, acctest.TestOverrides}},
		"commitments":     {emulator.Options{Seed: "demo", Start: seoulNoon(16)}, nil},
		"cost-report":     {emulator.Options{Seed: "demo", Start: seoulNoon(27)}, []acctest.Feature{acctest.Functions}},
	}
	folders, err := os.ReadDir(examplesPath(t, "modules"))
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		if _, ok := modules[folder.Name()]; !ok {
			t.Errorf("no test runs the module %s", folder.Name())
		}
	}
	for name, module := range modules {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, feature := range module.features {
				acctest.Need(t, feature)
			}
			e := acctest.New(t, acctest.WithEmulator(module.options))
			folder := t.TempDir()
			if err := os.CopyFS(folder, os.DirFS(examplesPath(t, "modules", name))); err != nil {
				t.Fatal(err)
			}
			if files, err := filepath.Glob(filepath.Join(folder, "tests", "*.tftest.hcl")); err != nil || len(files) == 0 {
				t.Errorf("the module has no tests: %v", err)
			}
			acctest.Attach(t, folder, e.Environment()...)
			acctest.GetModules(t, folder)
			acctest.Has(t, acctest.RunTerraform(t, folder, nil, "test", "-no-color").Must(t).Stdout, "Success!")
			if left := e.SCP.Budgets(); name == "account-budgets" && len(left) > 0 {
				t.Errorf("the tests left %d budgets behind", len(left))
			}
			if created := e.Count("POST", ""); name == "account-budgets" && created != 4 {
				t.Errorf("%d budgets were created, want 4: the same rows in YAML are the same budgets", created)
			}
			reads := e.Count("GET", "") + e.Count("POST", "/v1/planned-computes/cancellation-fee")
			if slices.Contains([]string{"commitments", "cost-report"}, name) && e.Count("", "") != reads {
				t.Errorf("the module only reads, and yet: %q", e.Requests())
			}
		})
	}
}

// applied is what became of a module.
type applied struct {
	values map[string]any // its outputs
	failed string         // the messages of the checks that failed
}

// apply applies a module, once for each of the arguments.
func apply(t *testing.T, e *acctest.Env, module string, arguments map[string]string) map[string]applied {
	t.Helper()
	var config strings.Builder
	for name, text := range arguments {
		fmt.Fprintf(&config, "module %q {\n  source = %q\n  %s\n}\noutput %q {\n  value = module.%s\n}\n",
			name, filepath.ToSlash(examplesPath(t, "modules", module)), text, name, name)
	}
	return applyFolder(t, e.Attached(t, config.String()))
}

// applyFolder applies a configuration whose outputs are those of modules.
func applyFolder(t *testing.T, folder string) map[string]applied {
	t.Helper()
	acctest.GetModules(t, folder)
	acctest.RunTerraform(t, folder, nil, "apply", "-auto-approve", "-input=false", "-no-color").Must(t)
	var state struct {
		Outputs      map[string]struct{ Value map[string]any }
		CheckResults []struct {
			Objects []struct {
				Address  string   `json:"object_addr"`
				Messages []string `json:"failure_messages"`
			}
		} `json:"check_results"`
	}
	decoder := json.NewDecoder(strings.NewReader(acctest.ReadFile(t, folder, "terraform.tfstate")))
	decoder.UseNumber()
	if err := decoder.Decode(&state); err != nil {
		t.Fatal(err)
	}
	failed := map[string]string{}
	for _, check := range state.CheckResults {
		for _, object := range check.Objects {
			if parts := strings.Split(object.Address, "."); len(object.Messages) > 0 {
				failed[parts[1]] += strings.Join(object.Messages, "\n") + "\n"
			}
		}
	}
	out := map[string]applied{}
	for name, output := range state.Outputs {
		out[name] = applied{output.Value, failed[name]}
	}
	return out
}

// member is a member of a JSON object.
func member(value any, names ...string) any {
	for _, name := range names {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	return value
}

// usage is one usage in won, as an exact decimal.
type usage struct{ category, account, day, krw string }

// setUsages replaces the usages of an emulator.
func setUsages(e *acctest.Env, usages []usage) {
	var rows []string
	for i, u := range usages {
		row, err := json.Marshal(map[string]any{
			"id": fmt.Sprint(i), "account_id": u.account, "service_category": u.category, "billing_item_id": "ITEM_" + u.category, "ccbs_product_code": "p",
			"resource_id": "r", "contract_id": "c", "order_status": "04", "usage_date": u.day + "T00:00:00", "status_code": 0,
			"amounts": map[string]string{"krw": u.krw, "usd": "0.0"},
		})
		if err != nil {
			panic(err)
		}
		rows = append(rows, strings.Replace(string(row), `"service_category":""`, `"service_category":null`, 1))
	}
	e.SCP.SetUsages(rows...)
}
