package budget_test

import (
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

// putBudgets stores n budgets, the third of them with settings, and returns their ids.
func putBudgets(e *acctest.Env, n int) []string {
	ids := make([]string, 0, n)
	made := time.Now().UTC().Truncate(time.Second) // budgets of one moment are listed by name
	for i := range n {
		b := emulator.Budget{CreatedAt: made, ModifiedAt: made, Name: fmt.Sprintf("team-%03d", i), Amount: int64(1000 + i), StartMonth: "2099-01"}
		if i == 2 {
			b.Notifications = emulator.Notifications{IsUseNotification: true, NotificationSendPeriod: "DAILY", Receivers: []string{"a@example.com"}, Thresholds: []int64{80, 70}}
			b.Prevention = emulator.Prevention{IsUsePrevention: true, Receivers: []string{"b@example.com"}, Threshold: 100}
		}
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

func TestListFindsAllPages(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it counts pages")
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Guesses: emulator.Guesses{PageSizeCap: 4}}))
	p := e.Protocol(t)
	ids := putBudgets(e, 10)

	listed := p.List(typeName, object{"sort": "name:asc"}, acctest.ListOptions{})
	if got := listedIDs(t, listed); !slices.Equal(got, ids) {
		t.Errorf("listed %v, want %v", got, ids)
	}
	if got, want := listed[2].DisplayName, "team-002 (1002, MONTHLY from 2099-01)"; got != want {
		t.Errorf("display name %q, want %q", got, want)
	}
	if listed[2].Object != nil {
		t.Error("objects came without being asked for")
	}
	e.MustCheck(t, acctest.Exactly(3, "GET", acctest.BudgetsPath))
}

// A limit reads no page and no budget that is not needed, and so does a Terraform
// that stops listening.
func TestListStops(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it counts pages")
	for name, o := range map[string]acctest.ListOptions{
		"limit":            {Limit: 4, IncludeResource: true},
		"limit of no page": {Limit: 3, IncludeResource: true},
		"closed":           {Take: 4, IncludeResource: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := acctest.New(t, acctest.WithEmulator(emulator.Options{Guesses: emulator.Guesses{PageSizeCap: 4}}))
			p := e.Protocol(t)
			ids := putBudgets(e, 10)
			want := max(int(o.Limit), o.Take)
			if got := listedIDs(t, p.List(typeName, nil, o)); !slices.Equal(got, ids[:want]) {
				t.Errorf("listed %v, want %v", got, ids[:want])
			}
			e.MustCheck(t, acctest.Exactly(1, "GET", acctest.BudgetsPath), acctest.Exactly(want, "GET", acctest.BudgetPath))
		})
	}
}

func TestListFilters(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it lists budgets of its own only")
	e := acctest.New(t)
	p := e.Protocol(t)
	ids := putBudgets(e, 12)
	for name, test := range map[string]struct {
		config object
		want   []string
	}{
		"part of a name": {object{"search_name": "team-01", "sort": "name:desc"}, []string{ids[11], ids[10]}},
		"a whole name":   {object{"budget_name": "team-001"}, ids[1:2]},
		"nothing":        {object{"budget_name": "nobody"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			p := p.For(t)
			p.ValidateList(typeName, test.config).WantNone(t)
			if got := listedIDs(t, p.List(typeName, test.config, acctest.ListOptions{})); !slices.Equal(got, test.want) {
				t.Errorf("listed %v, want %v", got, test.want)
			}
		})
	}
	p.ValidateList(typeName, object{"sort": "name"}).WantError(t, "a field and a direction")
	p.ValidateList(typeName, object{"search_name": ""}).WantError(t, "search_name")
}

// Configuration made of a listed object plans empty after an import by its
// identity, for every form of the settings.
func TestListedConfigurationPlansEmpty(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it lists budgets of its own only")
	for service, guesses := range services {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			e := acctest.New(t, acctest.WithEmulator(emulator.Options{Guesses: guesses}))
			p := e.Protocol(t)
			for _, settings := range configurations {
				p.Create(typeName, minimal(settings, object{"name": e.Name()}))
			}
			listed := p.List(typeName, nil, acctest.ListOptions{IncludeResource: true})
			if len(listed) != len(configurations) {
				t.Fatalf("%d listed, want %d", len(listed), len(configurations))
			}
			for _, one := range listed {
				one.Diagnostics.WantNone(t)
				imported, d := p.Import(typeName, "", one.Identity)
				d.WantNone(t)
				if !acctest.Equal(imported.Object, one.Object) {
					t.Errorf("%s: listed as\n%v\nimported as\n%v", one.DisplayName, one.Object, imported.Object)
				}
				if planned := p.Plan(imported, configurationOf(one.Object)); !planned.NoChange() {
					t.Errorf("%s: a change is planned\nfrom %v\nto   %v\n%s", one.DisplayName, imported.Object, planned.Object, planned.Diagnostics)
				}
			}
		})
	}
}

// configurationOf drops what Terraform omits of generated configuration.
func configurationOf(o object) object {
	out := object{}
	for name, value := range o {
		if !slices.Contains([]string{"id", "type", "created_at", "created_by", "modified_at", "modified_by"}, name) {
			out[name] = value
		}
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
	list := fmt.Sprintf("list %q \"all\" {\n  provider         = scpbilling\n  include_resource = true\n}\n", typeName)
	if err := os.WriteFile(filepath.Join(folder, "all.tfquery.hcl"), []byte(list), 0o600); err != nil {
		t.Fatal(err)
	}
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
	acctest.NeedEmulator(t, "it injects faults")
	e := acctest.New(t, acctest.WithSetting("max_retries", 0), acctest.WithEmulator(emulator.Options{Guesses: emulator.Guesses{PageSizeCap: 4}}))
	p := e.Protocol(t)
	ids := putBudgets(e, 10)

	// The second page fails: the first is there, then one error, then nothing.
	e.Fault(t, "method=GET,path=/v1/budgets/account,status=403,skip=1,count=1")
	listed := p.List(typeName, nil, acctest.ListOptions{})
	if len(listed) != 5 {
		t.Fatalf("%d results, want 4 and an error", len(listed))
	}
	listed[4].Diagnostics.WantError(t, "Could not list account budgets", "403")
	e.SCP.ClearFaults()

	// One budget cannot be read: the error names it and ends the list.
	e.Fault(t, "method=GET,path=/v1/budgets/account/"+ids[1]+",status=403")
	listed = p.List(typeName, nil, acctest.ListOptions{IncludeResource: true})
	if len(listed) != 2 {
		t.Fatalf("%d results, want 1 and an error", len(listed))
	}
	listed[1].Diagnostics.WantError(t, "Could not read account budget", "team-001", ids[1])
	e.SCP.ClearFaults()

	// One budget is deleted between the page and its read: it is omitted, and the limit still holds.
	e.Fault(t, "method=GET,path=/v1/budgets/account/"+ids[1]+",status=404")
	listed = p.List(typeName, nil, acctest.ListOptions{IncludeResource: true, Limit: 3})
	if got, want := listedIDs(t, listed), []string{ids[0], ids[2], ids[3]}; !slices.Equal(got, want) {
		t.Errorf("listed %v, want %v", got, want)
	}
}

func TestListWithoutKnownConfiguration(t *testing.T) {
	t.Parallel()
	p := acctest.NewProvider(t)
	p.Configure(object{"endpoint_override": acctest.Unknown}).WantNone(t)
	listed := p.List(typeName, nil, acctest.ListOptions{})
	if len(listed) != 1 {
		t.Fatalf("%d results, want an error", len(listed))
	}
	listed[0].Diagnostics.WantError(t, "Could not list account budgets", "endpoint_override")

	listed = p.List(typeName, object{"search_name": acctest.Unknown}, acctest.ListOptions{})
	if len(listed) != 1 {
		t.Fatalf("%d results, want an error", len(listed))
	}
	listed[0].Diagnostics.WantError(t, "only known after apply")
}
