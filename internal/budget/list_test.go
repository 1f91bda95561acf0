package budget_test

import (
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// putBudgets stores n budgets, the third of them with settings, and returns their ids.
func putBudgets(e *acctest.Env, n int) []string {
	ids := make([]string, 0, n)
	made := time.Now().UTC().Truncate(time.Second) // budgets of one moment are listed by name
	for i := range n {
		b := fullBudget()
		if i != 2 {
			b = emulator.Budget{StartMonth: "2099-01"}
		}
		b.CreatedAt, b.ModifiedAt, b.Name, b.Amount = made, made, fmt.Sprintf("team-%03d", i), int64(1000+i)
		ids = append(ids, e.SCP.PutBudget(b).ID)
	}
	return ids
}

func listedIDs(t *testing.T, listed []acctest.Listed) []string {
	t.Helper()
	var ids []string
	for _, one := range listed {
		one.Diagnostics.WantNone(t)
		id, _ := one.Identity["id"].(string)
		ids = append(ids, id)
	}
	return ids
}

var smallPages = guessing(emulator.Guesses{PageSizeCap: 4})

func TestListFindsAllPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t, smallPages)
	ids := putBudgets(w.Env, 10)

	listed := w.List(typeName, object{"sort": "name:asc"}, acctest.ListOptions{})
	if got := listedIDs(t, listed); !slices.Equal(got, ids) {
		t.Errorf("listed %v, want %v", got, ids)
	}
	if got, want := listed[2].DisplayName, "team-002 (1002, MONTHLY from 2099-01)"; got != want {
		t.Errorf("display name %q, want %q", got, want)
	}
	if listed[2].Object != nil {
		t.Error("objects came without being asked for")
	}
	w.MustCheck(t, acctest.Exactly(3, "GET", acctest.BudgetsPath))
}

// A limit reads no page and no budget that is not needed, and so does a Terraform
// that stops listening.
func TestListStops(t *testing.T) {
	t.Parallel()
	for name, o := range map[string]acctest.ListOptions{
		"limit":            {Limit: 4, IncludeResource: true},
		"limit of no page": {Limit: 3, IncludeResource: true},
		"closed":           {Take: 4, IncludeResource: true},
	} {
		w := newWorld(t, smallPages)
		ids := putBudgets(w.Env, 10)
		want := max(int(o.Limit), o.Take)
		if got := listedIDs(t, w.List(typeName, nil, o)); !slices.Equal(got, ids[:want]) {
			t.Errorf("%s: listed %v, want %v", name, got, ids[:want])
		}
		w.MustCheck(t, acctest.Exactly(1, "GET", acctest.BudgetsPath), acctest.Exactly(want, "GET", acctest.BudgetPath))
	}
}

func TestListFilters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ids := putBudgets(w.Env, 12)
	for name, test := range map[string]struct {
		config object
		want   []string
	}{
		"part of a name": {object{"search_name": "team-01", "sort": "name:desc"}, []string{ids[11], ids[10]}},
		"a whole name":   {object{"budget_name": "team-001"}, ids[1:2]},
		"nothing":        {object{"budget_name": "nobody"}, nil},
	} {
		w.ValidateList(typeName, test.config).WantNone(t)
		if got := listedIDs(t, w.List(typeName, test.config, acctest.ListOptions{})); !slices.Equal(got, test.want) {
			t.Errorf("%s: listed %v, want %v", name, got, test.want)
		}
	}
	w.ValidateList(typeName, object{"sort": "name"}).WantError(t, "a field and a direction")
	w.ValidateList(typeName, object{"search_name": ""}).WantError(t, "search_name")
}

// Configuration made of a listed object plans empty after an import by its
// identity, for every form of the settings.
func TestListedConfigurationPlansEmpty(t *testing.T) {
	t.Parallel()
	for service, guesses := range services {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, guessing(guesses))
			for _, settings := range configurations {
				w.Create(typeName, minimal(settings, object{"name": w.Name()}))
			}
			listed := w.List(typeName, nil, acctest.ListOptions{IncludeResource: true})
			if len(listed) != len(configurations) {
				t.Fatalf("%d listed, want %d", len(listed), len(configurations))
			}
			for _, one := range listed {
				one.Diagnostics.WantNone(t)
				imported, d := w.Import(typeName, "", one.Identity)
				d.WantNone(t)
				w.wantState(one.DisplayName, imported, one.Object)
				w.settled(imported, configurationOf(one.Object))
			}
		})
	}
}

// configurationOf drops what Terraform omits of generated configuration.
func configurationOf(o object) object {
	out := maps.Clone(o)
	for _, name := range []string{"id", "type", "created_at", "created_by", "modified_at", "modified_by"} {
		delete(out, name)
	}
	return out
}

// The same in Terraform itself: what it generates imports each budget and plans nothing
// else, and so does the next plan.
func TestTerraformQuery(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it lists budgets of its own only")
	acctest.Need(t, acctest.Query)
	e := acctest.New(t)
	putBudgets(e, 3)
	folder := e.Attached(t, "")
	acctest.WriteFile(t, filepath.Join(folder, "all.tfquery.hcl"),
		fmt.Sprintf("list %q \"all\" {\n  provider         = scpbilling\n  include_resource = true\n}\n", typeName))
	acctest.RunTerraform(t, folder, nil, "query", "-no-color", "-generate-config-out=generated.tf").Must(t)
	e.Reset()
	applied := acctest.RunTerraform(t, folder, nil, "apply", "-auto-approve", "-input=false", "-no-color").Must(t)
	if !strings.Contains(applied.Output(), "3 imported, 0 added, 0 changed, 0 destroyed") {
		t.Errorf("not an import alone:\n%s", applied.Output())
	}
	if second := acctest.RunTerraform(t, folder, nil, "plan", "-detailed-exitcode", "-input=false", "-no-color"); second.ExitCode != 0 {
		t.Errorf("the second plan ended with %d:\n%s", second.ExitCode, second.Output())
	}
	if writes := e.Count("POST", "") + e.Count("PUT", ""); writes != 0 {
		t.Errorf("%d budgets were created or changed", writes)
	}
}

func TestListReportsErrors(t *testing.T) {
	t.Parallel()
	w := newWorld(t, smallPages)
	ids := putBudgets(w.Env, 10)

	// The second page fails: the first is there, then one error, then nothing.
	w.Fault(t, "method=GET,path=/v1/budgets/account,status=403,skip=1,count=1")
	listed := w.List(typeName, nil, acctest.ListOptions{})
	if len(listed) != 5 {
		t.Fatalf("%d results, want 4 and an error", len(listed))
	}
	listed[4].Diagnostics.WantError(t, "Could not list account budgets", "403")
	w.SCP.ClearFaults()

	// One budget cannot be read: the error names it and ends the list.
	w.Fault(t, "method=GET,path=/v1/budgets/account/"+ids[1]+",status=403")
	listed = w.List(typeName, nil, acctest.ListOptions{IncludeResource: true})
	if len(listed) != 2 {
		t.Fatalf("%d results, want 1 and an error", len(listed))
	}
	listed[1].Diagnostics.WantError(t, "Could not read account budget", "team-001", ids[1])
	w.SCP.ClearFaults()

	// One budget is deleted between the page and its read: it is omitted, and the limit still holds.
	w.Fault(t, "method=GET,path=/v1/budgets/account/"+ids[1]+",status=404")
	listed = w.List(typeName, nil, acctest.ListOptions{IncludeResource: true, Limit: 3})
	if got, want := listedIDs(t, listed), []string{ids[0], ids[2], ids[3]}; !slices.Equal(got, want) {
		t.Errorf("listed %v, want %v", got, want)
	}
}

func TestListWithoutKnownConfiguration(t *testing.T) {
	t.Parallel()
	p := configured(t, object{"endpoint_override": acctest.Unknown})
	for word, config := range map[string]object{"endpoint_override": nil, "only known after apply": {"search_name": acctest.Unknown}} {
		listed := p.List(typeName, config, acctest.ListOptions{})
		if len(listed) != 1 {
			t.Fatalf("%d results, want an error", len(listed))
		}
		listed[0].Diagnostics.WantError(t, "Could not list account budgets", word)
	}
}
