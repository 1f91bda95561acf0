package billingplan_test

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// putContracts stores contracts of all specs behind the API, in this order: n that
// run, one with a follow-up, one that was cancelled, one that nobody named.
func (w *world) putContracts(n int) []string {
	var ids []string
	put := func(p emulator.PlannedCompute) { ids = append(ids, w.SCP.PutPlannedCompute(p).ID) }
	for i := range n {
		put(boughtOnMarch1(fmt.Sprintf("running-%02d", i)))
	}
	reserved := boughtOnMarch1("reserved")
	reserved.NextContractType, reserved.NextStartDate, reserved.NextEndDate = "03", "2027-03-02", "2030-03-01"
	put(reserved)
	cancelled := boughtOnMarch1("cancelled")
	cancelled.Ended = emulator.EndedCancelled
	put(cancelled)
	windows := boughtOnMarch1("windows")
	windows.OSType, windows.ContractType, windows.EndDate = "WINDOWS", "03", "2029-03-01"
	put(windows)
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
	slices.Sort(ids)
	return ids
}

func TestListFindsAllPages(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it counts pages")
	w := newWorld(t, emulator.Guesses{PageSizeCap: 4})
	ids := w.putContracts(5)
	slices.Sort(ids)

	listed := w.List(typeName, nil, acctest.ListOptions{})
	if got := listedIDs(t, listed); !slices.Equal(got, ids) {
		t.Errorf("listed %v, want %v", got, ids)
	}
	w.MustCheck(t, acctest.Exactly(2, "GET", computesPath))
	names := map[string]string{}
	for _, one := range listed {
		names[fmt.Sprint(one.Identity["id"])] = one.DisplayName
		if one.Object != nil {
			t.Error("objects came without being asked for")
		}
	}
	for id, want := range map[string]string{
		"running-00": "VIRTUAL_SERVER s1v1m2 OPEN_SOURCE, until 2027-03-01 (C-running-00)",
		"cancelled":  "VIRTUAL_SERVER s1v1m2 OPEN_SOURCE, until 2027-03-01, ended (C-cancelled)",
		"windows":    "VIRTUAL_SERVER s1v1m2 WINDOWS, until 2029-03-01 (C-windows)",
	} {
		if names[id] != want {
			t.Errorf("display name of %s is %q, want %q", id, names[id], want)
		}
	}
}

// A contract that has no number yet goes by its id.
func TestListedBeforeItHasANumber(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it stores contracts behind the API")
	w := newWorld(t, emulator.Guesses{ContractIDLater: true})
	later := boughtOnMarch1("later")
	later.StartDate, later.EndDate = "2026-03-11", "2027-03-10"
	w.SCP.PutPlannedCompute(later)
	listed := w.List(typeName, nil, acctest.ListOptions{})
	if len(listed) != 1 || listed[0].DisplayName != "VIRTUAL_SERVER s1v1m2 OPEN_SOURCE, until 2027-03-10 (later)" {
		t.Errorf("listed: %+v", listed)
	}
}

// A limit reads no page that is not needed, and so does a Terraform that stops
// listening. Objects come from the pages: no contract is read by itself.
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
			w := newWorld(t, emulator.Guesses{PageSizeCap: 4})
			w.putContracts(9)
			if got, want := len(listedIDs(t, w.List(typeName, nil, o))), max(int(o.Limit), o.Take); got != want {
				t.Errorf("%d listed, want %d", got, want)
			}
			w.MustCheck(t, acctest.Exactly(1, "GET", computesPath))
		})
	}
}

// Every filter reaches the service under the API's name, codes for names of terms.
func TestListFilters(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it looks at requests")
	w := newWorld(t, emulator.Guesses{})
	w.putContracts(1)
	config := acctest.Object{
		"start_date": "2026-01-01", "end_date": "2030-12-31", "server_type": "s1v1m2", "contract_id": "C-windows",
		"contract_types": []any{"3-year", "01", "03"}, "next_contract_types": []any{"1-year"}, "service_ids": []any{"VIRTUAL_SERVER", "MYSQL"},
		"os_types": []any{"WINDOWS"}, "states": []any{"ACTIVE"}, "created_by": "kim", "modified_by": "lee", "sort": "created_at:desc",
	}
	w.ValidateList(typeName, config).WantNone(t)
	w.List(typeName, config, acctest.ListOptions{})
	requests := w.SCP.Requests()
	if len(requests) != 1 {
		t.Fatalf("%d requests, want 1", len(requests))
	}
	got, err := url.ParseQuery(requests[0].RawQuery)
	if err != nil {
		t.Fatal(err)
	}
	want := url.Values{
		"limit": {"100"}, "page": {"1"},
		"start_date": {"2026-01-01"}, "end_date": {"2030-12-31"}, "server_type": {"s1v1m2"}, "contract_id": {"C-windows"},
		"contract_type": {"01", "03"}, "next_contract_type": {"01"}, "service_id": {"MYSQL", "VIRTUAL_SERVER"},
		"os_type": {"WINDOWS"}, "state": {"ACTIVE"}, "created_by": {"kim"}, "modified_by": {"lee"}, "sort": {"created_at:desc"},
	}
	if !maps.EqualFunc(got, want, slices.Equal) {
		t.Errorf("asked for\n%v, want\n%v", got, want)
	}
	if ids := listedIDs(t, w.List(typeName, acctest.Object{"os_types": []any{"WINDOWS"}}, acctest.ListOptions{})); !slices.Equal(ids, []string{"windows"}) {
		t.Errorf("listed %v, want windows", ids)
	}
}

func TestListConfigurationIsChecked(t *testing.T) {
	t.Parallel()
	p := acctest.NewProvider(t)
	for name, test := range map[string]struct {
		config acctest.Object
		text   string
	}{
		"no calendar day":    {acctest.Object{"start_date": "2026-02-30"}, "2026-02-30"},
		"end before start":   {acctest.Object{"start_date": "2026-02-02", "end_date": "2026-02-01"}, "ends before it begins"},
		"no term":            {acctest.Object{"contract_types": []any{"forever"}}, "forever"},
		"no follow-up":       {acctest.Object{"next_contract_types": []any{"forever"}}, "forever"},
		"an empty list":      {acctest.Object{"states": []any{}}, "at least 1"},
		"an empty string":    {acctest.Object{"os_types": []any{""}}, "os_types"},
		"a null in a list":   {acctest.Object{"service_ids": []any{nil}}, "null value"},
		"an unknown sorting": {acctest.Object{"sort": "created_at"}, "a field and a direction"},
	} {
		t.Run(name, func(t *testing.T) { p.For(t).ValidateList(typeName, test.config).WantError(t, test.text) })
	}
}

// Configuration made of a listed object plans empty after an import by its identity.
func TestListedConfigurationPlansEmpty(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it stores contracts behind the API")
	for name, guesses := range map[string]emulator.Guesses{"as guessed": {}, "contract id later": {ContractIDLater: true}, "dates show the end": {EndedForm: "dates"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, guesses)
			want := len(w.putContracts(1))
			listed := w.List(typeName, nil, acctest.ListOptions{IncludeResource: true})
			if len(listed) != want {
				t.Fatalf("%d listed, want %d", len(listed), want)
			}
			for _, one := range listed {
				one.Diagnostics.WantNone(t)
				imported, d := w.Import(typeName, "", one.Identity)
				d.WantNone(t)
				if !acctest.Equal(imported.Object, one.Object) {
					t.Errorf("%s: listed as\n%v\nimported as\n%v", one.DisplayName, one.Object, imported.Object)
				}
				if planned := w.Plan(imported, configurationOf(w.Provider, one.Object)); !planned.NoChange() || len(planned.Replace) > 0 || planned.Diagnostics.HasError() {
					t.Errorf("%s: a change is planned\nfrom %v\nto   %v\n%s", one.DisplayName, imported.Object, planned.Object, planned.Diagnostics)
				}
			}
		})
	}
}

// configurationOf keeps what can be configured, as Terraform does when it generates.
func configurationOf(p *acctest.Provider, o acctest.Object) acctest.Object {
	out := acctest.Object{}
	for _, attribute := range p.Schema.ResourceSchemas[typeName].Block.Attributes {
		if attribute.Optional || attribute.Required {
			out[attribute.Name] = o[attribute.Name]
		}
	}
	return out
}

func TestListReportsErrors(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it injects faults")
	w := newWorld(t, emulator.Guesses{PageSizeCap: 4}, acctest.WithSetting("max_retries", 0))
	w.putContracts(9)
	w.Fault(t, "method=GET,path="+computesPath+",status=403,skip=1,count=1")
	listed := w.List(typeName, nil, acctest.ListOptions{})
	if len(listed) != 5 {
		t.Fatalf("%d results, want 4 and an error", len(listed))
	}
	listed[4].Diagnostics.WantError(t, "Could not list planned computes", "403")
	w.MustCheck(t, acctest.Exactly(2, "GET", computesPath))
}
