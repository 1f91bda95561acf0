package budget_test

// What is checked of a new budget, its link to Cost Navigator, and the right account.

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// The list of budgets is read once for a plan of any number of new budgets.
func TestPlanReadsTheListOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 40 {
		w.Plan(absent, minimal(object{"name": fmt.Sprintf("team-%d", i)})).Diagnostics.WantNone(t)
	}
	w.MustCheck(t, acctest.Exactly(1, "GET", acctest.BudgetsPath))
}

// Refused credentials end a plan; without the list for another reason, planning goes on.
func TestPlanWithoutTheList(t *testing.T) {
	t.Parallel()
	for fault, refused := range map[string]string{
		"mode=gateway-401": "401", "status=403": "", "status=500": "", "mode=reset-before": "", "status=404": "", "mode=html": "",
	} {
		w := newWorld(t)
		w.Fault(t, "method=GET,"+fault)
		d := w.Plan(absent, minimal()).Diagnostics
		if refused == "" {
			d.WantNone(t)
		} else {
			d.WantError(t, "Could not read the account's budgets", refused)
		}
	}
}

func TestPlanNamesWhatIsTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	there := w.SCP.PutBudget(emulator.Budget{Name: "there", Amount: 1})
	mine := w.Create(typeName, minimal(object{"name": "mine"}))
	named := func(w *world, name string) acctest.Diagnostics {
		return w.Plan(absent, minimal(object{"name": name})).Diagnostics
	}
	w = w.restart() // a process that has not listed yet
	named(w, "there").WantWarning(t, "A budget with this name already exists", there.ID, "Unless this configuration manages that budget already, import it", "import {", `id = "`+there.ID+`"`)
	named(w, "twin").WantNone(t)
	named(w, "twin").WantWarning(t, "Two new budgets have the same name", "2 budgets named \"twin\"")

	// A name that a budget of the state still has is no reason to import that budget.
	w.read(mine)
	unread := w.restart() // with -refresh=false, a budget that is to go is planned and never read
	unread.Plan(mine, nil).Diagnostics.WantNone(t)
	for _, w := range []*world{w, unread} {
		d := named(w, "mine")
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
	// In Seoul it is March already.
	w := newWorld(t, acctest.WithEmulator(emulator.Options{Start: time.Date(2027, 2, 28, 15, 30, 0, 0, time.UTC)}))
	w.Plan(absent, minimal(object{"start_month": "2027-02"})).Diagnostics.
		WantError(t, "A new budget cannot start in the past", "start_month is 2027-02 and the current month is 2027-03 (Asia/Seoul)", "Omit start_month")
	w.restart().Plan(absent, minimal(object{"start_month": "2027-03"})).Diagnostics.WantNone(t)

	config := minimal(object{"start_month": nil})
	w = w.restart()
	planned := w.Plan(absent, config)
	if month := planned.Object["start_month"]; month != acctest.Unknown {
		t.Errorf("the month is planned as %v, and is decided at apply", month)
	}
	state, d := w.Apply(planned)
	d.WantNone(t)
	if state.Object["start_month"] != "2027-03" {
		t.Errorf("the month is %v", state.Object["start_month"])
	}
	w.SCP.Advance(90 * 24 * time.Hour)
	state = w.settled(w.settled(state, config), minimal(object{"start_month": "2027-03"}))
	state = w.update(state, minimal(object{"start_month": nil, "amount": 9}))
	if state.Object["start_month"] != "2027-03" || !acctest.Equal(state.Object["amount"], 9) {
		t.Errorf("after a change: %v", state.Object)
	}
}

const linkage = acctest.BudgetPath + "/cost-linkage"

func TestCostLinkage(t *testing.T) {
	t.Parallel()
	for name, versions := range map[string]map[string][]string{"1.1": {"budget": {"1.1"}}, "both": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, acctest.WithEmulator(emulator.Options{APIVersions: versions}))
			linked := minimal(object{"is_cost_linked": true})
			both := minimal(object{"is_cost_linked": true, "amount": 3})

			state := w.Create(typeName, linked)
			w.MustCheck(t, acctest.Exactly(1, "POST", acctest.BudgetsPath), acctest.Exactly(1, "PUT", linkage), acctest.Want{Method: "GET", Path: acctest.BudgetsPath, Max: 1})
			if state.Object["is_cost_linked"] != true || !w.stored(state).IsCostLinked {
				t.Errorf("not linked: %v", state.Object)
			}
			w.settled(state, linked)
			// If omitted, it is only read, even if it changes elsewhere.
			w.settled(state, minimal())
			w.alter(state, func(b *emulator.Budget) { b.IsCostLinked = false })
			state = w.settled(state, minimal())

			for _, step := range []struct {
				config object
				wants  []acctest.Want
			}{
				{linked, []acctest.Want{acctest.Exactly(1, "PUT", linkage)}},
				{minimal(object{"is_cost_linked": false}), []acctest.Want{acctest.Exactly(1, "DELETE", linkage)}},
				{both, []acctest.Want{acctest.Exactly(1, "PUT", acctest.BudgetPath), acctest.Exactly(1, "PUT", linkage)}},
			} {
				w.Reset()
				state = w.update(state, step.config)
				w.MustCheck(t, step.wants...)
				state = w.settled(state, step.config)
			}
			w.settled(w.imported(idOf(state)), both)

			for value, want := range map[bool]int{true: 1, false: 0} {
				if rows := w.budgets(object{"is_cost_linked": value}); len(rows) != want {
					t.Errorf("is_cost_linked = %v: %d budgets", value, len(rows))
				}
			}
			if one := w.data(typeName, object{"id": idOf(state)}); one["is_cost_linked"] != true {
				t.Errorf("%v", one)
			}
		})
	}
}

// Budget 1.0 has no linkage: the attribute is null, and an error only when it is set.
func TestCostLinkageUnderOldVersion(t *testing.T) {
	t.Parallel()
	w := newWorld(t, acctest.WithEmulator(emulator.Options{APIVersions: map[string][]string{"budget": {"1.0"}}}))
	state := w.Create(typeName, minimal())
	if state.Object["is_cost_linked"] != nil {
		t.Errorf("is_cost_linked is %v", state.Object["is_cost_linked"])
	}
	w.settled(state, minimal())
	for _, prior := range []acctest.State{absent, state} {
		w.Plan(prior, minimal(object{"name": "x", "is_cost_linked": true})).Diagnostics.
			WantError(t, "is_cost_linked needs version 1.1 of the Budget API, but version 1.0 is in use")
	}
	_, d := w.ReadData(listName, object{"is_cost_linked": true})
	d.WantError(t, "it needs version 1.1 of the API of the service budget")
	if lists := w.Count("GET", "/"); lists != 1 {
		t.Errorf("the version list was read %d times, want once", lists)
	}
}

// A lost response of a linkage call is made good, and a failure that stays leaves the
// budget in the state as it is.
func TestCostLinkageFails(t *testing.T) {
	t.Parallel()
	linked := minimal(object{"is_cost_linked": true})
	for _, mode := range []string{"mode=reset-after", "mode=status-after,status=500", "mode=empty", "mode=reset-before", "status=503"} {
		w := newWorld(t)
		w.Fault(t, "method=PUT,path="+linkage+",count=1,"+mode)
		state, d := w.create(linked)
		if d.HasError() || state.Object == nil {
			t.Fatalf("%s: %s", mode, d)
		}
		state = w.read(state)
		if !w.Plan(state, linked).NoChange() {
			state = w.update(state, linked)
		}
		if !w.stored(state).IsCostLinked || len(w.SCP.Budgets()) != 1 {
			t.Errorf("%s: %v", mode, w.SCP.Budgets())
		}
	}
	w := newWorld(t)
	state := w.Create(typeName, minimal())
	w.Fault(t, "method=PUT,path="+linkage+",status=400")
	left, d := w.Apply(w.Plan(state, minimal(object{"is_cost_linked": true, "amount": 77})))
	d.WantError(t, "Cost Navigator link of account budget")
	if left.Object["is_cost_linked"] == true || !acctest.Equal(left.Object["amount"], 77) {
		t.Errorf("the state is %v", left.Object)
	}
}

// A 404 counts as gone for the account, the host and the credentials that the budget was
// last read from. Elsewhere it is an error, nothing is created, and the way back works.
func TestRightAccount(t *testing.T) {
	t.Parallel()
	home, other := newWorld(t), newWorld(t)
	state := home.read(home.Create(typeName, minimal()))
	for name, c := range map[string]struct {
		at   *world
		says string
	}{
		"another host":    {other, "the host was " + home.URL},
		"another account": {home.restart(object{"account_id": "0e0a0c1e5a3f4c1b9d2e7f6a5b4c3d2e"}), "account_id was unset and is"},
		"another key":     {home.restart(object{"access_key": "ANOTHERACCESSKEY0001"}), "the access key is different"},
	} {
		// For what an account does not have it returns a 404.
		home.Fault(t, "path="+acctest.BudgetPath+",status=404")
		home.Reset()
		other.Reset()
		kept, d := c.at.Read(state)
		d.WantError(t, "Could not find account budget", "the object was last read under a different configuration", c.says, "terraform state rm")
		home.wantState(name, kept, state.Object)
		kept, d = c.at.Apply(c.at.Plan(state, nil))
		d.WantError(t, "the object was last read under a different configuration", c.says)
		home.wantState(name+", destroy", kept, state.Object)
		for _, r := range slices.Concat(home.SCP.Requests(), other.SCP.Requests()) {
			if r.Method == http.MethodPost || r.Method == http.MethodPut {
				t.Errorf("%s: %s %s", name, r.Method, r.Path)
			}
		}
		home.SCP.ClearFaults()
		// Back home it is there.
		home.settled(state, minimal())
	}
	// At home it is gone when the service says so.
	home.SCP.DeleteBudget(idOf(state))
	gone, d := home.Read(state)
	d.WantWarning(t, "Account budget no longer exists")
	home.wantState("gone", gone, nil)
}
