package budget_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

var absent = acctest.State{Type: typeName}

// The list of budgets is read once for a plan of any number of new budgets.
func TestPlanReadsTheListOnce(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "counts requests")
	e := acctest.New(t)
	p := e.Protocol(t)
	for i := range 40 {
		p.Plan(absent, minimal(object{"name": fmt.Sprintf("team-%d", i)})).Diagnostics.WantNone(t)
	}
	e.MustCheck(t, acctest.Exactly(1, "GET", acctest.BudgetsPath))
}

func TestPlanFailsOnRefusedCredentials(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "makes the service fail")
	for name, fault := range map[string]string{
		"401": "method=GET,mode=gateway-401", "403": "method=GET,status=403",
	} {
		e := acctest.New(t, acctest.WithSetting("max_retries", 0))
		e.Fault(t, fault)
		d := e.Protocol(t).Plan(absent, minimal()).Diagnostics
		d.WantError(t, "Could not read the account's budgets", name)
	}
	// Without the list for another reason, planning goes on.
	for _, fault := range []string{"method=GET,status=500", "method=GET,mode=reset-before", "method=GET,status=404", "method=GET,mode=html"} {
		e := acctest.New(t, acctest.WithSetting("max_retries", 0))
		e.Fault(t, fault)
		e.Protocol(t).Plan(absent, minimal()).Diagnostics.WantNone(t)
	}
}

func TestPlanNamesWhatIsTaken(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "puts budgets behind the API")
	e := acctest.New(t)
	p := e.Protocol(t)
	there := e.SCP.PutBudget(emulator.Budget{Name: "there", Amount: 1})
	mine := p.Create(typeName, minimal(object{"name": "mine"}))
	p = e.Protocol(t) // a process that has not listed yet
	p.Plan(absent, minimal(object{"name": "there"})).Diagnostics.WantWarning(t, "A budget with this name already exists", there.ID, "Unless this configuration manages that budget already, import it", "import {", `id = "`+there.ID+`"`)
	p.Plan(absent, minimal(object{"name": "twin"})).Diagnostics.WantNone(t)
	p.Plan(absent, minimal(object{"name": "twin"})).Diagnostics.WantWarning(t, "Two new budgets have the same name", "2 budgets named \"twin\"")

	// A name that a budget of the state still has is no reason to import that budget.
	if _, d := p.Read(mine); d.HasError() {
		t.Fatal(d)
	}
	unread := e.Protocol(t) // with -refresh=false, a budget that is to go is planned and never read
	unread.Plan(mine, nil).Diagnostics.WantNone(t)
	for _, p := range []*acctest.Provider{p, unread} {
		d := p.Plan(absent, minimal(object{"name": "mine"})).Diagnostics
		d.WantWarning(t, "The name is still taken", idOf(mine), "apply again", "interim name")
		if strings.Contains(d.String(), "import") {
			t.Errorf("a budget of the state is to be imported: %s", d)
		}
	}
}

// A new budget begins in this month or later, by the calendar of Seoul and the service's
// clock. An existing one keeps its month.
func TestStartMonth(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "sets the clock")
	// In Seoul it is March already.
	start := time.Date(2027, 2, 28, 15, 30, 0, 0, time.UTC)
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Start: start}))
	p := e.Protocol(t)
	d := p.Plan(absent, minimal(object{"start_month": "2027-02"})).Diagnostics
	d.WantError(t, "A new budget cannot start in the past", "start_month is 2027-02 and the current month is 2027-03 (Asia/Seoul)", "Omit start_month")
	e.Protocol(t).Plan(absent, minimal(object{"start_month": "2027-03"})).Diagnostics.WantNone(t)

	config := minimal(object{"start_month": nil})
	p = e.Protocol(t)
	planned := p.Plan(absent, config)
	if planned.Object["start_month"] != acctest.Unknown {
		t.Errorf("the month is planned as %v, and is decided at apply", planned.Object["start_month"])
	}
	state, d := p.Apply(planned)
	d.WantNone(t)
	if state.Object["start_month"] != "2027-03" {
		t.Errorf("the month is %v", state.Object["start_month"])
	}
	e.SCP.Advance(90 * 24 * time.Hour)
	state, d = p.Read(state)
	d.WantNone(t)
	if !p.Plan(state, config).NoChange() || !p.Plan(state, minimal(object{"start_month": "2027-03"})).NoChange() {
		t.Error("an existing budget does not keep its month")
	}
	state, d = p.Apply(p.Plan(state, minimal(object{"start_month": nil, "amount": 9})))
	d.WantNone(t)
	if state.Object["start_month"] != "2027-03" || !acctest.Equal(state.Object["amount"], 9) {
		t.Errorf("after a change: %v", state.Object)
	}
}

var (
	onlyOld = map[string][]string{"budget": {"1.0"}}
	onlyNew = map[string][]string{"budget": {"1.1"}}
)

const linkage = acctest.BudgetPath + "/cost-linkage"

func TestCostLinkage(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "changes budgets behind the API")
	for name, versions := range map[string]map[string][]string{"1.1": onlyNew, "both": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := acctest.New(t, acctest.WithEmulator(emulator.Options{APIVersions: versions}))
			p := e.Protocol(t)
			linked, unlinked := minimal(object{"is_cost_linked": true}), minimal(object{"is_cost_linked": false})

			state := p.Create(typeName, linked)
			e.MustCheck(t, acctest.Exactly(1, "POST", acctest.BudgetsPath), acctest.Exactly(1, "PUT", linkage), acctest.Want{Method: "GET", Path: acctest.BudgetsPath, Max: 1})
			if state.Object["is_cost_linked"] != true || !stored(t, e, idOf(state)).IsCostLinked {
				t.Errorf("not linked: %v", state.Object)
			}
			settled(t, p, state, linked)

			// If omitted, it is only read.
			settled(t, p, state, minimal())
			// Drift.
			change(t, e, idOf(state), func(b *emulator.Budget) { b.IsCostLinked = false })
			state, d := p.Read(state)
			d.WantNone(t)
			settled(t, p, state, minimal())
			e.Reset()
			state, d = p.Apply(p.Plan(state, linked))
			d.WantNone(t)
			e.MustCheck(t, acctest.Exactly(1, "PUT", linkage))
			settled(t, p, state, linked)
			// Removed on purpose.
			e.Reset()
			state, d = p.Apply(p.Plan(state, unlinked))
			d.WantNone(t)
			e.MustCheck(t, acctest.Exactly(1, "DELETE", linkage))
			settled(t, p, state, unlinked)
			// Together with another change.
			e.Reset()
			state, d = p.Apply(p.Plan(state, minimal(object{"is_cost_linked": true, "amount": 3})))
			d.WantNone(t)
			e.MustCheck(t, acctest.Exactly(1, "PUT", acctest.BudgetPath), acctest.Exactly(1, "PUT", linkage))
			// Import, then plan.
			imported, d := p.Import(typeName, idOf(state), nil)
			d.WantNone(t)
			settled(t, p, imported, minimal(object{"is_cost_linked": true, "amount": 3}))

			for value, want := range map[bool]int{true: 1, false: 0} {
				found, d := p.ReadData(listName, object{"is_cost_linked": value})
				d.WantNone(t)
				if rows := found["budgets"].([]any); len(rows) != want {
					t.Errorf("is_cost_linked = %v: %d budgets", value, len(rows))
				}
			}
			one, d := p.ReadData(typeName, object{"id": idOf(state)})
			d.WantNone(t)
			if one["is_cost_linked"] != true {
				t.Errorf("%v", one)
			}
		})
	}
}

// Budget 1.0 has no linkage: the attribute is null, and an error only when it is set.
func TestCostLinkageUnderOldVersion(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "has another version")
	for name, options := range map[string][]acctest.Option{
		"only 1.0": {acctest.WithEmulator(emulator.Options{APIVersions: onlyOld})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := acctest.New(t, options...)
			p := e.Protocol(t)
			state := p.Create(typeName, minimal())
			if state.Object["is_cost_linked"] != nil {
				t.Errorf("is_cost_linked is %v", state.Object["is_cost_linked"])
			}
			settled(t, p, state, minimal())
			for _, prior := range []acctest.State{absent, state} {
				p.Plan(prior, minimal(object{"name": "x", "is_cost_linked": true})).Diagnostics.
					WantError(t, "is_cost_linked needs API version 1.1 of the service budget, and version 1.0 is in use")
			}
			_, d := p.ReadData(listName, object{"is_cost_linked": true})
			d.WantError(t, "it needs API version 1.1 of the service budget")
			lists := 0
			for _, r := range e.SCP.Requests() {
				if r.Path == "/" {
					lists++
				}
			}
			if lists != 1 {
				t.Errorf("the version list was read %d times, want once", lists)
			}
		})
	}
}

// A lost response of a linkage call is made good, and a failure that stays leaves the
// budget in the state as it is.
func TestCostLinkageFails(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "makes the service fail")
	linked := minimal(object{"is_cost_linked": true})
	for _, mode := range []string{"mode=reset-after", "mode=status-after,status=500", "mode=empty", "mode=reset-before", "status=503"} {
		e, p := faulty(t)
		e.Fault(t, "method=PUT,path="+linkage+",count=1,"+mode)
		state, d := p.Apply(p.Plan(absent, linked))
		if d.HasError() || state.Object == nil {
			t.Fatalf("%s: %s", mode, d)
		}
		state, d = p.Read(state)
		d.WantNone(t)
		if planned := p.Plan(state, linked); !planned.NoChange() {
			state, d = p.Apply(planned)
			d.WantNone(t)
		}
		if !stored(t, e, idOf(state)).IsCostLinked || len(e.SCP.Budgets()) != 1 {
			t.Errorf("%s: %v", mode, e.SCP.Budgets())
		}
	}
	e, p := faulty(t)
	state := p.Create(typeName, minimal())
	e.Fault(t, "method=PUT,path="+linkage+",status=400")
	left, d := p.Apply(p.Plan(state, minimal(object{"is_cost_linked": true, "amount": 77})))
	d.WantError(t, "Cost Navigator link of account budget")
	if left.Object["is_cost_linked"] == true || !acctest.Equal(left.Object["amount"], 77) {
		t.Errorf("the state is %v", left.Object)
	}
}

// A 404 counts as gone for the account, the host and the credentials that the budget was
// last read from. Elsewhere it is an error, nothing is created, and the way back works.
func TestRightAccount(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "moves the provider to another account")
	home := acctest.New(t)
	other := acctest.New(t)
	p := home.Protocol(t)
	state := p.Create(typeName, minimal())
	state, d := p.Read(state)
	d.WantNone(t)
	elsewhere := func(change object) *acctest.Provider {
		settings := home.Settings()
		maps.Copy(settings, change)
		return configured(t, settings)
	}
	for name, c := range map[string]struct {
		at   *acctest.Provider
		says string
	}{
		"another host":    {other.Protocol(t), "the host was " + home.URL},
		"another account": {elsewhere(object{"account_id": "0e0a0c1e5a3f4c1b9d2e7f6a5b4c3d2e"}), "account_id was unset and is"},
		"another key":     {elsewhere(object{"access_key": "ANOTHERACCESSKEY0001"}), "the access key is different"},
	} {
		// For what an account does not have it returns a 404.
		home.Fault(t, "path="+acctest.BudgetPath+",status=404")
		home.Reset()
		other.Reset()
		kept, d := c.at.Read(state)
		d.WantError(t, "Could not find account budget", "the object was last read under a different configuration", c.says, "terraform state rm")
		if !acctest.Equal(kept.Object, state.Object) {
			t.Errorf("%s: the state is %v", name, kept.Object)
		}
		left, d := c.at.Apply(c.at.Plan(state, nil))
		d.WantError(t, "the object was last read under a different configuration", c.says)
		if idOf(left) != idOf(state) {
			t.Errorf("%s: a destroy leaves %v", name, left.Object)
		}
		for _, r := range slices.Concat(home.SCP.Requests(), other.SCP.Requests()) {
			if r.Method == http.MethodPost || r.Method == http.MethodPut {
				t.Errorf("%s: %s %s", name, r.Method, r.Path)
			}
		}
		home.SCP.ClearFaults()
		// Back home it is there.
		settled(t, p, state, minimal())
	}
	// At home it is gone when the service says so.
	home.SCP.DeleteBudget(idOf(state))
	gone, d := p.Read(state)
	d.WantWarning(t, "Account budget no longer exists")
	if gone.Object != nil {
		t.Errorf("the state is %v", gone.Object)
	}
}

// configured is a provider with settings of its own.
func configured(t *testing.T, settings object) *acctest.Provider {
	t.Helper()
	p := acctest.NewProvider(t)
	p.Configure(settings).WantNone(t)
	return p
}
