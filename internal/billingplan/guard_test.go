package billingplan_test

// The purchase guard: contracts that no state accounts for are named before
// another one is bought, and contracts of the state are not.

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// plan plans a new contract.
func (w *world) plan(config object) acctest.Diagnostics {
	w.t.Helper()
	return w.Plan(acctest.State{Type: typeName}, config).Diagnostics
}

var refuse = object{"purchase_guard": "REFUSE"}

// An orphan is an identical contract of the last 24 hours, whatever the zone of its
// time and the spelling of its values.
func TestOrphan(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pc     emulator.PlannedCompute
		guess  emulator.Guesses
		orphan bool
	}{
		"bought now":               {pc: emulator.PlannedCompute{}, orphan: true},
		"23 hours ago":             {pc: emulator.PlannedCompute{CreatedAt: seoulNoon.Add(-23 * time.Hour)}, orphan: true},
		"23 hours ago in Seoul":    {pc: emulator.PlannedCompute{CreatedAt: seoulNoon.Add(-23 * time.Hour)}, guess: emulator.Guesses{TimesZone: "Asia/Seoul"}, orphan: true},
		"now in Seoul":             {pc: emulator.PlannedCompute{}, guess: emulator.Guesses{TimesZone: "Asia/Seoul", TimeForm: "space"}, orphan: true},
		"with a zone":              {pc: emulator.PlannedCompute{CreatedAt: seoulNoon.Add(-23 * time.Hour)}, guess: emulator.Guesses{TimeForm: "rfc3339"}, orphan: true},
		"codes":                    {pc: emulator.PlannedCompute{}, guess: emulator.Guesses{ContractTypeForm: "code", OSTypeForm: "value"}, orphan: true},
		"scheduled":                {pc: emulator.PlannedCompute{}, guess: emulator.Guesses{StateBeforeStart: "SCHEDULED"}, orphan: true},
		"on a later page":          {pc: emulator.PlannedCompute{}, guess: emulator.Guesses{PageSizeCap: 1}, orphan: true},
		"two days ago":             {pc: emulator.PlannedCompute{CreatedAt: seoulNoon.Add(-2 * day)}},
		"25 hours ago with a zone": {pc: emulator.PlannedCompute{CreatedAt: seoulNoon.Add(-25 * time.Hour)}, guess: emulator.Guesses{TimeForm: "rfc3339"}},
		"another service":          {pc: emulator.PlannedCompute{ServiceID: "GPU_SERVER"}},
		"another system":           {pc: emulator.PlannedCompute{OSType: "WINDOWS"}},
		"another server type":      {pc: emulator.PlannedCompute{ServerType: "s1v2m4"}},
		"another term":             {pc: emulator.PlannedCompute{ContractType: "03"}},
		"cancelled already":        {pc: emulator.PlannedCompute{Ended: emulator.EndedCancelled}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, c.guess)
			w.SCP.PutPlannedCompute(emulator.PlannedCompute{ID: "old", CreatedAt: seoulNoon.Add(-30 * day)})
			pc := c.pc
			pc.ID, pc.CreatedBy = "orphan", "lee"
			pc = w.SCP.PutPlannedCompute(pc)
			warned, refused := w.plan(contract()), w.restart().plan(contract(refuse))
			if !c.orphan {
				warned.WantNone(t)
				refused.WantNone(t)
				return
			}
			words := []string{"An identical contract already exists", "orphan", pc.ContractID, "bought by lee", "import {", "to = scpbilling_planned_compute.NAME", `id = "orphan"`}
			warned.WantWarning(t, append(words, "If you want another contract, you do not need to do anything: applying this plan buys it", "known_contracts = data.scpbilling_planned_computes.all.planned_computes[*].id")...)
			refused.WantError(t, append(words, "Nothing is bought", `purchase_guard = "WARN"`)...)
			w.wantRequests(0, 0)

			// The ways out: take it over, or buy another one on purpose.
			next := w.restart()
			imported, d := next.Import(typeName, "orphan", nil)
			d.WantNone(t)
			next.settled(imported, contract())
			next.plan(contract(refuse)).WantNone(t)
			w.wantRequests(0, 0)
			w.update(acctest.State{Type: typeName}, contract(object{"purchase_guard": "WARN"}))
			w.wantRequests(1, 0)
		})
	}
}

// Several orphans are all named, each with a block of its own.
func TestSeveralOrphans(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Guesses{})
	for _, id := range []string{"a", "b", "c"} {
		w.SCP.PutPlannedCompute(emulator.PlannedCompute{ID: id})
	}
	w.plan(contract(refuse)).WantError(t, "3 identical contracts that are not accounted for were bought in the last 24 hours", `id = "a"`, `id = "b"`, `id = "c"`)
}

// Siblings that the state holds are no orphans: not when they were read before, not
// when they are read at the same time, and not without a refresh.
func TestSiblingsAreNoOrphans(t *testing.T) {
	t.Parallel()
	for name, meet := range map[string]func(w *world, s acctest.State){
		"read before":     func(w *world, s acctest.State) { w.refresh(s) },
		"without refresh": func(w *world, s acctest.State) { w.Plan(s, contract(refuse)) },
		"imported":        func(w *world, s acctest.State) { w.Import(typeName, idOf(s), nil) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.Guesses{})
			first := w.create(contract(refuse))
			next := w.restart()
			meet(next, first)
			next.plan(contract(refuse)).WantNone(t)
			second := next.create(contract(refuse))
			next.plan(contract(refuse)).WantNone(t) // one that this process bought
			w.wantRequests(2, 0)
			last := w.restart()
			last.settled(first, contract(refuse))
			last.settled(second, contract(refuse))
			last.plan(contract(refuse)).WantNone(t)
		})
	}
}

// When the look-up fails, WARN says so and goes on, REFUSE ends the plan.
func TestGuardCannotLook(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"status=500", "mode=gateway-404", "mode=html", "status=403", "mode=wrong-shape"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.Guesses{})
			w.Fault(t, "method=GET,path="+computesPath+","+fault)
			w.plan(contract()).WantWarning(t, "Could not look for identical contracts")
			w.restart().plan(contract(refuse)).WantError(t, "Could not look for identical contracts")
			w.wantRequests(0, 0)
			w.SCP.ClearFaults()
			w.restart().create(contract(refuse))
		})
	}
}

// A list that ends before the service's own count is no proof: what it names is named,
// REFUSE buys nothing, and a purchase whose response is lost is not called undone.
func TestIncompleteListProvesNothing(t *testing.T) {
	t.Parallel()
	var purchases, rows atomic.Int32
	service := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		switch {
		case r.Method == http.MethodPost:
			purchases.Add(1)
			rw.WriteHeader(http.StatusInternalServerError)
		case r.URL.Path == computesPath && rows.Load() > 0 && r.URL.Query().Get("page") == "1":
			_, _ = io.WriteString(rw, `{"planned_computes":[{"id":"orphan","service_id":"VIRTUAL_SERVER","os_type":"OPEN_SOURCE","server_type":"s1v1m2","contract_type":"01"}],"total_count":3}`)
		case r.URL.Path == computesPath:
			_, _ = io.WriteString(rw, `{"planned_computes":[],"total_count":3}`)
		default: // All that is on offer, in one response to each question.
			_, _ = io.WriteString(rw, `{"services":[{"service_id":"VIRTUAL_SERVER"}],"os_types":[{"os_type_id":"OPEN_SOURCE","os_type_value":"opensource"}],`+
				`"server_types":[{"server_type":"s1v1m2"}],"contract_types":[{"code":"01"}]}`)
		}
	}))
	t.Cleanup(service.Close)
	start := func() *acctest.Provider {
		p := acctest.NewProvider(t)
		p.Configure(object{"access_key": "a", "secret_key": "s", "max_retries": 0, "endpoints": object{"billingplan": service.URL}}).WantNone(t)
		return p
	}
	const incomplete = "the service reports 3 contracts, but its pages contain"
	start().Plan(acctest.State{Type: typeName}, contract(refuse)).Diagnostics.WantError(t, "Could not look for identical contracts", incomplete, "Nothing is bought", "console")
	p := start()
	planned := p.Plan(acctest.State{Type: typeName}, contract())
	planned.Diagnostics.Without(t, "A contract will be bought").WantWarning(t, "Could not look for identical contracts", incomplete)
	state, d := p.Apply(planned)
	d.WantError(t, "the outcome is unknown", incomplete, "Plan again before anything else")
	if state.Object != nil || purchases.Load() != 1 {
		t.Errorf("saved %v after %d purchases", state.Object, purchases.Load())
	}
	rows.Store(1)
	warned := start().Plan(acctest.State{Type: typeName}, contract()).Diagnostics
	for _, said := range []string{incomplete, "An identical contract already exists", "orphan"} {
		if warned.HasError() || !strings.Contains(warned.String(), said) {
			t.Errorf("want warnings that say %q:\n%s", said, warned)
		}
	}
	refused := start().Plan(acctest.State{Type: typeName}, contract(refuse)).Diagnostics
	refused.WantError(t, "An identical contract already exists", "orphan")
	if n := purchases.Load(); n != 1 {
		t.Errorf("%d purchases, want 1", n)
	}
}

// Under REFUSE a purchase whose outcome stayed open stops the identical ones that
// follow in the same run.
func TestRefuseAfterAnOpenPurchase(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Guesses{})
	planned := w.Plan(acctest.State{Type: typeName}, contract(refuse))
	w.Fault(t, purchase+"mode=reset-after,count=1")
	w.Fault(t, "method=GET,path="+computesPath+",status=500,skip=1,count=2")
	_, d := w.Apply(planned)
	d.WantError(t, "the outcome is unknown")
	w.restart().plan(contract(refuse)).WantError(t, w.held()[0].ID)
	w.wantRequests(1, 0)
}

// What is not known while planning is looked at when it is.
func TestGuardWaitsForValues(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Guesses{})
	w.SCP.PutPlannedCompute(emulator.PlannedCompute{ID: "orphan"})
	w.plan(contract(refuse, object{"server_type": acctest.Unknown})).WantNone(t)
	w.plan(contract(refuse)).WantError(t, "orphan")
}

// A contract that somebody else buys between plan and apply is not adopted: it was
// bought before the purchase began.
func TestOlderLookAlikeIsNotAdopted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Guesses{})
	planned := w.Plan(acctest.State{Type: typeName}, contract())
	planned.Diagnostics.WantNone(t)
	w.SCP.PutPlannedCompute(emulator.PlannedCompute{ID: "theirs"})
	w.SCP.Advance(time.Minute)
	w.Fault(t, purchase+"status=503,count=1")
	// The service's clock is learned anew by any response.
	next := w.through(func(rw http.ResponseWriter, r *http.Request, next http.Handler) { next.ServeHTTP(rw, r) })
	state, d := next.Apply(planned)
	d.WantError(t, "no contract was found")
	if state.Object != nil {
		t.Errorf("adopted %v", state.Object)
	}
	w.wantRequests(1, 0)
	next.plan(contract()).WantWarning(t, fmt.Sprintf("id = %q", "theirs"))
}

// Under REFUSE the purchase itself looks once more: a contract that appears after
// the plan stops it.
func TestGuardRightBeforeThePurchase(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Guesses{})
	warn, refused := w.Plan(acctest.State{Type: typeName}, contract()), w.Plan(acctest.State{Type: typeName}, contract(refuse))
	w.SCP.PutPlannedCompute(emulator.PlannedCompute{ID: "orphan"})
	state, d := w.Apply(refused)
	d.WantError(t, "An identical contract already exists", "orphan", "Nothing is bought")
	if state.Object != nil {
		t.Errorf("saved in the state: %v", state.Object)
	}
	w.wantRequests(0, 0)
	w.Fault(t, "method=GET,path="+computesPath+",status=403")
	_, d = w.Apply(refused)
	d.WantError(t, "Could not look for identical contracts")
	w.wantRequests(0, 0)
	w.SCP.ClearFaults()
	w.applied(warn)
	w.wantRequests(1, 0)
}

// Plans made side by side each speak for themselves, as their own policy says, and under
// REFUSE nothing is bought.
func TestEachPlanSpeaks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Guesses{})
	w.SCP.PutPlannedCompute(emulator.PlannedCompute{ID: "orphan"})
	planned := make([]acctest.Planned, 8)
	var all sync.WaitGroup
	for i := range planned {
		all.Go(func() {
			config := contract()
			if i%2 == 0 {
				config = contract(refuse)
			}
			planned[i] = w.Plan(acctest.State{Type: typeName}, config)
		})
	}
	all.Wait()
	for i, p := range planned {
		if i%2 != 0 {
			p.Diagnostics.WantWarning(t, "An identical contract already exists", "orphan")
			continue
		}
		p.Diagnostics.WantError(t, "An identical contract already exists", "orphan")
		_, d := w.Apply(p)
		d.WantError(t, "orphan")
	}
	w.wantRequests(0, 0)
}

// A contract that was there before the purchase is not adopted, however young it is.
func TestOrphanIsNotAdopted(t *testing.T) {
	t.Parallel()
	for fault, bought := range map[string]int{"status=503,count=1": 0, "mode=reset-after,count=1": 1} {
		w := newWorld(t, emulator.Guesses{})
		w.SCP.PutPlannedCompute(emulator.PlannedCompute{ID: "orphan"})
		planned := w.Plan(acctest.State{Type: typeName}, contract())
		planned.Diagnostics.WantWarning(t, "orphan")
		w.Fault(t, purchase+fault)
		state, d := w.Apply(planned)
		if bought == 0 {
			d.WantError(t, "no contract was found")
		} else {
			d.WantWarning(t, "The response to the purchase was lost", idOf(state))
		}
		if idOf(state) == "orphan" || (idOf(state) != "") != (bought == 1) {
			t.Errorf("%s: adopted %q", fault, idOf(state))
		}
		w.wantHeld(1 + bought)
		w.wantRequests(1, 0)
	}
}
