package billingplan_test

// Changes of a running contract: the action for each, sent once, and what is
// refused while planning.

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// watched is the world with the bodies of all changes kept.
func (w *world) watched() (*world, func() []string) {
	var lock sync.Mutex
	var actions []string
	between := w.through(func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Method == http.MethodPut {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(strings.NewReader(string(body)))
			var change struct {
				Action       string `json:"action"`
				ContractType string `json:"contract_type"`
				ServerType   string `json:"server_type"`
			}
			_ = json.Unmarshal(body, &change)
			lock.Lock()
			actions = append(actions, strings.TrimSpace(change.Action+" "+change.ContractType+change.ServerType))
			lock.Unlock()
		}
		next.ServeHTTP(rw, r)
	})
	return between, func() []string {
		lock.Lock()
		defer lock.Unlock()
		out := actions
		actions = nil
		return out
	}
}

func wantActions(t *testing.T, got []string, want ...string) {
	t.Helper()
	if strings.Join(got, ", ") != strings.Join(want, ", ") {
		t.Errorf("changes sent: %v, want %v", got, want)
	}
}

// Setting, changing and removing a follow-up is one action each, with a warning
// that names its days, and another spelling is none.
func TestFollowUp(t *testing.T) {
	t.Parallel()
	for name, g := range map[string]emulator.Guesses{"names": {}, "codes": {ContractTypeForm: "code"}, "empty": {NoNextAs: "empty"}, "absent": {NoNextAs: "absent"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, actions := newWorld(t, g).watched()
			state := w.create(contract())
			for _, step := range []struct {
				next   any
				action string
				words  []string
				end    any
			}{
				{"03", "EXTEND_APPLY 03", []string{"term 03, from 2027-03-11 to 2030-03-10", "is a purchase"}, "2030-03-10"},
				{"3-year", "", nil, "2030-03-10"},
				{"1-year", "EXTEND_CHANGE 01", []string{"term 01, from 2027-03-11 to 2028-03-10"}, "2028-03-10"},
				{nil, "EXTEND_CANCEL", []string{"The follow-up contract will be dropped", "term 01", "from 2027-03-11", "ends on 2027-03-10"}, nil},
				{"05", "EXTEND_APPLY 05", []string{"term 05, from 2027-03-11 to 2032-03-10"}, "2032-03-10"},
			} {
				config := contract(object{"next_contract_type": step.next})
				planned := w.Plan(state, config)
				if step.words == nil {
					planned.Diagnostics.WantNone(t)
				} else {
					planned.Diagnostics.WantWarning(t, step.words...)
				}
				if step.action == "" {
					if !planned.NoChange() {
						t.Errorf("%v: a change is planned: %v", step.next, planned.Object)
					}
					continue
				}
				state = w.applied(planned)
				complete(t, state)
				wantActions(t, actions(), step.action)
				if state.Object["next_end_date"] != step.end {
					t.Errorf("next_end_date is %v, want %v", state.Object["next_end_date"], step.end)
				}
				state = w.settled(state, config)
			}
			wantActions(t, actions())
			w.wantHeld(1)
		})
	}
}

// A follow-up with the purchase is warned about, and reserved with one action.
func TestFollowUpWithThePurchase(t *testing.T) {
	t.Parallel()
	w, actions := newWorld(t, emulator.Guesses{}).watched()
	config := contract(object{"next_contract_type": "3-year"})
	planned := w.Plan(acctest.State{Type: typeName}, config)
	planned.Diagnostics.WantWarning(t, "A follow-up contract will be reserved", "term 03", "the day after the contract ends", "is a purchase")
	state := w.applied(planned)
	wantActions(t, actions(), "EXTEND_APPLY 03")
	if state.Object["next_start_date"] != "2027-03-11" || state.Object["next_end_date"] != "2030-03-10" {
		t.Errorf("saved: %v", state.Object)
	}
	w.settled(state, config)
}

// A larger server type is one action; anything else is refused while planning,
// and what is possible is named.
func TestServerType(t *testing.T) {
	t.Parallel()
	for name, g := range map[string]emulator.Guesses{"booleans": {}, "strings": {ScaleUpAsString: true}, "descriptions empty": {DescriptionForm: "empty"}, "descriptions null": {DescriptionForm: "null"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, actions := newWorld(t, g).watched()
			config := contract(object{"server_type": "s1v2m4"})
			state := w.create(config)
			for to, words := range map[string][]string{
				"s1v1m2":   {"can only be changed to a larger server type", `"s1v1m2" is not larger than "s1v2m4"`, "You can change to: s1v2m8"},
				"s1v1m8":   {"can only be changed to a larger server type", "You can change to"},
				"s9v9m9":   {"Unknown server type", `"s9v9m9"`, "You can change to: s1v2m8"},
				"db1v4m16": {"Unknown server type"},
			} {
				w.Plan(state, contract(object{"server_type": to})).Diagnostics.WantError(t, words...)
			}
			wantActions(t, actions())
			config = contract(object{"server_type": "s1v4m8"})
			planned := w.Plan(state, config)
			planned.Diagnostics.WantWarning(t, "The contract will be upgraded to a larger server type", "from s1v2m4 to s1v4m8", "until 2027-03-10", "cannot change back")
			if len(planned.Replace) > 0 {
				t.Errorf("replaces for %v", planned.Replace)
			}
			id := idOf(state)
			state = w.applied(planned)
			complete(t, state)
			wantActions(t, actions(), "SERVER_TYPE_CHANGE s1v4m8")
			if idOf(state) != id {
				t.Errorf("another contract: %s", idOf(state))
			}
			state = w.settled(state, config)
			w.wantRequests(1, 1)
			// The largest has nowhere to go.
			w.alter(state, func(pc *emulator.PlannedCompute) { pc.ServerType = "h2v128m1024" })
			state = w.refresh(state)
			w.Plan(state, contract(object{"server_type": "h2v128m512"})).Diagnostics.WantError(t, "No larger server type is offered")
		})
	}
}

// Two changes at once are two actions. When the second fails, the first is in
// the state, and the next apply sends the second only.
func TestTwoChangesAtOnce(t *testing.T) {
	t.Parallel()
	config := contract(object{"server_type": "s1v2m4", "next_contract_type": "01", "deletion_policy": "ABANDON"})
	t.Run("both", func(t *testing.T) {
		t.Parallel()
		w, actions := newWorld(t, emulator.Guesses{}).watched()
		state := w.update(w.create(contract()), config)
		complete(t, state)
		wantActions(t, actions(), "SERVER_TYPE_CHANGE s1v2m4", "EXTEND_APPLY 01")
		if state.Object["next_start_date"] != "2027-03-11" || state.Object["next_end_date"] != "2028-03-10" {
			t.Errorf("saved: %v", state.Object)
		}
		w.settled(state, config)
	})
	for fault, sent := range map[string]int{"status=400": 1, "status=500,count=2": 2, "mode=reset-before,count=2": 2} {
		t.Run("second fails with "+fault, func(t *testing.T) {
			t.Parallel()
			w, actions := newWorld(t, emulator.Guesses{}).watched()
			state := w.create(contract())
			w.Fault(t, "method=PUT,skip=1,"+fault)
			state, d := w.Apply(w.Plan(state, config))
			d.WantError(t, "EXTEND_APPLY", idOf(state), "Plan again")
			complete(t, state)
			if state.Object["server_type"] != "s1v2m4" || state.Object["next_contract_type"] != nil || state.Object["deletion_policy"] != "PREVENT" {
				t.Errorf("saved: %v", state.Object)
			}
			wantActions(t, actions(), append([]string{"SERVER_TYPE_CHANGE s1v2m4"}, slices.Repeat([]string{"EXTEND_APPLY 01"}, sent)...)...)
			w.SCP.ClearFaults()
			state = w.update(w.refresh(state), config)
			wantActions(t, actions(), "EXTEND_APPLY 01")
			w.settled(state, config)
			w.wantHeld(1)
		})
	}
}

// A change whose response is lost is not sent again when it was made. When it was not, it is
// sent again, and is an error once the retries are used up; what the service accepted and
// does not show is one at once.
func TestLostResponseToAChange(t *testing.T) {
	t.Parallel()
	base := contract(object{"next_contract_type": "01"})
	for change, to := range map[string]object{
		"apply":  contract(object{"next_contract_type": "03"}),
		"change": contract(object{"next_contract_type": "03"}),
		"cancel": contract(),
		"server": contract(object{"next_contract_type": "01", "server_type": "s1v2m4"}),
	} {
		from := base
		if change == "apply" {
			from = contract()
		}
		for _, fault := range []string{"mode=reset-after", "delay=20s", "mode=status-after,status=502", "mode=truncate", "mode=html-after", "mode=empty", "mode=wrong-shape"} {
			t.Run(change+" "+fault, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, emulator.Guesses{}, acctest.WithSetting("request_timeout", "2s"))
				state := w.applied(w.Plan(acctest.State{Type: typeName}, from))
				w.Reset()
				w.Fault(t, "method=PUT,"+fault)
				state = w.update(state, to)
				complete(t, state)
				w.wantRequests(0, 1)
				w.settled(state, to)
			})
		}
		for _, fault := range []string{"status=500", "status=503", "mode=reset-before"} {
			t.Run(change+" not made at first, "+fault, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, emulator.Guesses{}, acctest.WithSetting("request_timeout", "2s"))
				state := w.create(from)
				w.Reset()
				w.Fault(t, "method=PUT,count=1,"+fault)
				state = w.update(state, to)
				complete(t, state)
				w.wantRequests(0, 2)
				w.settled(state, to)
			})
		}
		for fault, c := range map[string]struct {
			text string
			sent int
		}{"status=500,count=2": {"500", 2}, "mode=empty-before,count=1": {"the contract does not show it", 1}} {
			t.Run(change+" not made, "+fault, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, emulator.Guesses{})
				state := w.applied(w.Plan(acctest.State{Type: typeName}, from))
				before := state
				w.Reset()
				w.Fault(t, "method=PUT,"+fault)
				state, d := w.Apply(w.Plan(state, to))
				d.WantError(t, "Could not change planned compute", c.text, "Plan again")
				if !acctest.Equal(state.Object, before.Object) {
					t.Errorf("saved %v, was %v", state.Object, before.Object)
				}
				w.wantRequests(0, c.sent)
				// The way out.
				state = w.update(w.refresh(state), to)
				w.wantRequests(0, c.sent+1)
				w.settled(state, to)
			})
		}
	}
}

// The term of a running contract is refused, whatever the policy, and no request
// changes anything.
func TestContractTypeOfARunningContract(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{"PREVENT", "CANCEL", "EXPIRE", "ABANDON"} {
		w := newWorld(t, emulator.Guesses{})
		state := w.create(with(policy))
		w.Reset()
		planned := w.Plan(state, with(policy, object{"contract_type": "3-year"}))
		planned.Diagnostics.WantError(t, "The term of a running contract cannot be changed", idOf(state), "2027-03-10",
			`contract_type = "01"`, `next_contract_type = "03"`, "terraform taint", "-replace does not avoid")
		if len(planned.Replace) > 0 {
			t.Errorf("replaces for %v", planned.Replace)
		}
		w.wantRequests(0, 0)
		// Two of the ways out; the third is TestTerraformTaintToBuyAnew.
		w.settled(state, with(policy, object{"contract_type": "01"}))
		state = w.update(state, with(policy, object{"next_contract_type": "03"}))
		w.wantRequests(0, 1)
		w.settled(state, with(policy, object{"next_contract_type": "03"}))
	}
}

// rollover is a contract whose declared follow-up has started, seen the way a user may
// come to it: planned at once, or after other commands.
type rollover struct {
	*world
	actions func() []string
	state   acctest.State
	next    string // the declared term
	end     string // the day after the follow-up ends
	extra   object // what else the configuration has by now
}

// config is the configuration; changes are put over it.
func (r *rollover) config(changes ...object) object {
	return contract(append([]object{{"next_contract_type": r.next}, r.extra}, changes...)...)
}

// without is the configuration without the follow-up.
func (r *rollover) without(changes ...object) object {
	return r.config(append([]object{{"next_contract_type": nil}}, changes...)...)
}

// quiet wants a plan without a change that warns at most about the started follow-up.
func (r *rollover) quiet(state acctest.State, config object, warns ...string) {
	r.t.Helper()
	planned := r.Plan(state, config)
	if warns == nil {
		planned.Diagnostics.WantNone(r.t)
	} else {
		planned.Diagnostics.WantWarning(r.t, append(warns, "The reserved follow-up has started", idOf(state), "started on 2027-03-11", "Nothing is bought")...)
	}
	if !planned.NoChange() || len(planned.Replace) > 0 {
		r.t.Errorf("a change is planned (replacing for %v)\nfrom %v\nto   %v", planned.Replace, state.Object, planned.Object)
	}
}

// The reserved follow-up starts by itself. Nothing blocks, and nothing is bought but what
// is declared: for both terms, after every sequence of commands, for each edit.
func TestRollover(t *testing.T) {
	t.Parallel()
	const newTerm, leftover = "contract_type = \"03\"", "next_contract_type is no longer needed"
	codes := emulator.Guesses{ContractTypeForm: "code", NoNextAs: "empty"}
	anew := emulator.Guesses{RolloverNewContractID: true, ContractTypeForm: "code", NoNextAs: "absent", FirstStartWithTime: true}
	between := map[string]struct {
		guess   emulator.Guesses
		happens func(r *rollover)
	}{
		"at once":        {emulator.Guesses{}, func(*rollover) {}},
		"at once, codes": {codes, func(*rollover) {}},
		"refreshed":      {emulator.Guesses{}, func(r *rollover) { r.state = r.refresh(r.refresh(r.state)) }},
		"applied, no-op": {anew, func(r *rollover) { r.state = r.update(r.state, r.config()) }},
		"spelt anew":     {emulator.Guesses{}, func(r *rollover) { r.next = map[string]string{"01": "1-year", "03": "3 YEARS"}[r.next] }},
		"changed beside": {codes, func(r *rollover) {
			r.extra = object{"deletion_policy": "EXPIRE"}
			r.state = r.update(r.state, r.config())
		}},
		"enlarged beside": {anew, func(r *rollover) { r.extra = object{"server_type": "s1v2m4"}; r.state = r.update(r.state, r.config()) }},
	}
	edits := map[string]func(t *testing.T, r *rollover){
		"untouched": func(t *testing.T, r *rollover) {
			for range 3 {
				r.quiet(r.state, r.config(), leftover)
				r.state = r.refresh(r.state)
			}
			wantActions(t, r.actions())
		},
		"term corrected": func(t *testing.T, r *rollover) {
			r.quiet(r.state, r.config(object{"contract_type": r.next}), leftover)
			wantActions(t, r.actions())
		},
		"reservation removed": func(t *testing.T, r *rollover) {
			planned := r.Plan(r.state, r.without(object{"contract_type": r.next}))
			planned.Diagnostics.WantNone(t)
			if planned.NoChange() || planned.Object["next_contract_type"] != nil {
				t.Errorf("the removal is not seen: %v", planned.Object)
			}
			r.state = r.update(r.state, r.without(object{"contract_type": r.next}))
			r.settled(r.state, r.without(object{"contract_type": r.next}))
			wantActions(t, r.actions())
			// Writing it again is a new wish.
			r.state = r.update(r.state, r.config(object{"contract_type": r.next}))
			wantActions(t, r.actions(), "EXTEND_APPLY "+code(r.next))
			r.settled(r.state, r.config(object{"contract_type": r.next}))
		},
		"removed, term left": func(t *testing.T, r *rollover) {
			r.state = r.refresh(r.update(r.state, r.without()))
			if code(r.next) == "01" {
				r.quiet(r.state, r.without())
			} else {
				r.quiet(r.state, r.without(), newTerm)
			}
			wantActions(t, r.actions())
		},
		"changed": func(t *testing.T, r *rollover) {
			config := r.config(object{"contract_type": r.next, "next_contract_type": "05"})
			planned := r.Plan(r.state, config)
			planned.Diagnostics.WantWarning(t, "A follow-up contract will be reserved", "term 05, from "+r.end)
			r.state = r.update(r.state, config)
			wantActions(t, r.actions(), "EXTEND_APPLY 05")
			r.settled(r.state, config)
		},
		"dated": func(t *testing.T, r *rollover) {
			// The day on which it started is fulfilled.
			r.quiet(r.state, r.config(object{"contract_type": r.next, "next_start_date": "2027-03-11"}))
			r.Plan(r.state, r.config(object{"contract_type": r.next, "next_start_date": "2029-01-01"})).Diagnostics.WantError(t, "No follow-up starts on this day", r.end, "-refresh=false")
			wantActions(t, r.actions())
			config := r.config(object{"contract_type": r.next, "next_start_date": r.end})
			r.state = r.update(r.state, config)
			wantActions(t, r.actions(), "EXTEND_APPLY "+code(r.next))
			if r.state.Object["next_start_date"] != r.end {
				t.Errorf("saved next_start_date %v, want %s", r.state.Object["next_start_date"], r.end)
			}
			r.settled(r.state, config)
		},
	}
	for next, end := range map[string]string{"01": "2028-03-11", "03": "2030-03-11"} {
		for before, b := range between {
			for edit, check := range edits {
				t.Run(strings.Join([]string{next, before, edit}, ", "), func(t *testing.T) {
					t.Parallel()
					w, actions := newWorld(t, b.guess).watched()
					r := &rollover{world: w, actions: actions, next: next, end: end}
					r.state = w.create(r.config())
					w.SCP.Advance(370 * day)
					r.state = w.refresh(r.state)
					actions()
					b.happens(r)
					if sent := actions(); before == "enlarged beside" {
						wantActions(t, sent, "SERVER_TYPE_CHANGE s1v2m4")
					} else {
						wantActions(t, sent)
					}
					if r.state.Object["next_contract_type"] == nil || r.state.Object["next_end_date"] != nil {
						t.Errorf("the state has next_contract_type %v until %v", r.state.Object["next_contract_type"], r.state.Object["next_end_date"])
					}
					check(t, r)
					if n := r.purchases(); n != 1 {
						t.Errorf("%d purchases, want the first alone", n)
					}
					r.wantHeld(1)
				})
			}
		}
	}
}

// code is a term as a code.
func code(term string) string { return "0" + strings.TrimLeft(term, "0")[:1] }

// A reservation that somebody else cancels or changes is drift, before and after a
// rollover. Neither is taken for a follow-up that has started.
func TestReservationAlteredElsewhere(t *testing.T) {
	t.Parallel()
	cancelled := func(pc *emulator.PlannedCompute) { pc.NextContractType, pc.NextStartDate, pc.NextEndDate = "", "", "" }
	other := func(pc *emulator.PlannedCompute) { pc.NextContractType = "05" }
	for name, c := range map[string]struct {
		alter  func(*emulator.PlannedCompute)
		action string
	}{"cancelled": {cancelled, "EXTEND_APPLY 01"}, "changed": {other, "EXTEND_CHANGE 01"}} {
		for _, rolled := range []bool{false, true} {
			w, actions := newWorld(t, emulator.Guesses{}).watched()
			config := contract(object{"next_contract_type": "01"})
			state := w.create(config)
			if rolled {
				w.SCP.Advance(370 * day)
				config["next_start_date"] = "2028-03-11"
				state = w.update(w.refresh(state), config)
			}
			actions()
			w.alter(state, c.alter)
			state = w.refresh(state)
			planned := w.Plan(state, config)
			if planned.NoChange() {
				t.Errorf("%s, rolled over: %t: no drift is seen", name, rolled)
			}
			state = w.update(state, config)
			wantActions(t, actions(), c.action)
			w.settled(state, config)
		}
	}
}

// Two years of a pipeline that plans and applies each night. Renewals are edits of
// next_start_date; nothing else is ever sent.
func TestTwoYearsOfNights(t *testing.T) {
	t.Parallel()
	w, actions := newWorld(t, emulator.Guesses{}).watched()
	config := contract(object{"next_contract_type": "01", "next_start_date": "2027-03-11"})
	state := w.create(config)
	wantActions(t, actions(), "EXTEND_APPLY 01")
	for night := range 2*365 + 30 {
		w.SCP.Advance(day)
		var sent []string
		if night == 450 {
			config["next_start_date"] = "2028-03-11"
			sent = []string{"EXTEND_APPLY 01"}
		}
		state = w.refresh(state)
		planned := w.Plan(state, config)
		if planned.Diagnostics.HasError() || planned.NoChange() != (sent == nil) {
			t.Fatalf("night %d: a change is planned: %t, from %v to %v\n%s", night, !planned.NoChange(), state.Object, planned.Object, planned.Diagnostics)
		}
		if !planned.NoChange() {
			state, _ = w.Apply(planned)
		}
		wantActions(t, actions(), sent...)
	}
	w.wantHeld(1)
	if end := state.Object["end_date"]; w.purchases() != 1 || end != "2029-03-10" {
		t.Errorf("%d purchases, and the contract runs until %v", w.purchases(), end)
	}
}

// next_start_date of a contract that is bought, and what does not go together.
func TestNextStartDate(t *testing.T) {
	t.Parallel()
	w, actions := newWorld(t, emulator.Guesses{}).watched()
	dated := func(date string) object {
		return contract(object{"next_contract_type": "01", "next_start_date": date})
	}
	for _, date := range []string{"2027-3-11", "soon", "", "2027-02-30", "2027-03-11T00:00:00"} {
		if d := w.Validate(typeName, dated(date)); !d.HasError() {
			t.Errorf("accepted as a date: %q", date)
		}
	}
	w.Plan(acctest.State{Type: typeName}, contract(object{"next_start_date": "2027-03-11"})).Diagnostics.WantError(t, "next_start_date without next_contract_type")

	// A day that cannot be right is refused before anything is bought, and one in the past is the
	// follow-up of an earlier contract: nothing is reserved for the new one.
	w.Plan(acctest.State{Type: typeName}, dated("2029-01-01")).Diagnostics.WantError(t, "No follow-up starts on this day", `next_start_date = "2027-03-11"`)
	for _, past := range []string{"2020-01-01", "2026-03-10"} {
		planned := w.Plan(acctest.State{Type: typeName}, dated(past))
		planned.Diagnostics.WantNone(t)
		state := w.applied(planned)
		w.settled(state, dated(past))
	}
	wantActions(t, actions())
	w.Reset()

	// Another day than the service's: the contract is bought, and the next plan says why no
	// follow-up is reserved.
	planned := w.Plan(acctest.State{Type: typeName}, dated("2027-03-12"))
	state, d := w.Apply(planned)
	d.WantWarning(t, "its follow-up was not reserved", "2027-03-11")
	wantActions(t, actions())
	w.wantRequests(1, 0)
	state = w.refresh(state)
	w.Plan(state, dated("2027-03-12")).Diagnostics.WantError(t, "No follow-up starts on this day", `next_start_date = "2027-03-11"`)
	w.Plan(state, contract(object{"next_start_date": "2027-03-11"})).Diagnostics.WantError(t, "next_start_date without next_contract_type")
	state = w.update(state, dated("2027-03-11"))
	wantActions(t, actions(), "EXTEND_APPLY 01")
	state = w.settled(state, dated("2027-03-11"))
	// The date can go, and come back, without a request.
	state = w.settled(w.update(state, contract(object{"next_contract_type": "01"})), contract(object{"next_contract_type": "01"}))
	state = w.settled(w.update(state, dated("2027-03-11")), dated("2027-03-11"))
	wantActions(t, actions())
	// An unknown date waits for the apply.
	planned = w.Plan(state, contract(object{"next_contract_type": "01", "next_start_date": acctest.Unknown}))
	if planned.Diagnostics.HasError() {
		t.Error(planned.Diagnostics)
	}
	wantActions(t, actions())
}

// An ended contract stays, is warned about at every plan, buys nothing, and its
// destruction makes no call and needs no policy.
func TestEnded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		guess emulator.Guesses
		how   func(w *world, s acctest.State)
		words string
	}{
		"cancelled elsewhere":          {emulator.Guesses{}, cancelElsewhere, "state as CANCELED"},
		"cancelled, by state":          {emulator.Guesses{EndedForm: "state", CancelledState: "terminated"}, cancelElsewhere, "state as terminated"},
		"cancelled, by delete_yn":      {emulator.Guesses{EndedForm: "delete-yn"}, cancelElsewhere, "marked it as deleted"},
		"past its end":                 {emulator.Guesses{}, pastItsEnd, "EXPIRED"},
		"past its end, by dates":       {emulator.Guesses{EndedForm: "dates"}, pastItsEnd, "last day was 2027-03-10"},
		"past its end, by a new word":  {emulator.Guesses{EndedForm: "state", ExpiredState: "OVER"}, pastItsEnd, "last day was 2027-03-10"},
		"past its end, on anniversary": {emulator.Guesses{EndedForm: "dates", TermEndsOnAnniversary: true}, pastItsEnd, "last day was 2027-03-11"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, c.guess)
			state := w.create(contract())
			c.how(w, state)
			w.Reset()
			for range 2 {
				state = w.refresh(state)
				planned := w.Plan(state, contract())
				planned.Diagnostics.WantWarning(t, "The contract has ended", idOf(state), c.words, "nothing is bought", "-replace=ADDRESS")
				if !planned.NoChange() || len(planned.Replace) > 0 {
					t.Errorf("a change is planned: %v", planned.Object)
				}
			}
			// Whatever else the configuration says, nothing is refused or asked for.
			for _, change := range []object{
				{"server_type": "s1v2m4"},
				{"next_contract_type": "01"},
				{"contract_type": "03"},
				{"tags": object{"a": "b"}},
				{"server_type": "s9v9m9", "contract_type": "05", "next_contract_type": "03"},
				{"next_contract_type": "01", "next_start_date": "2030-01-01"},
				{"deletion_policy": "CANCEL"},
				{"service_name": "x"},
			} {
				planned := w.Plan(state, contract(change))
				planned.Diagnostics.WantWarning(t, "The contract has ended")
				after := w.applied(planned)
				w.Plan(after, nil).Diagnostics.WantNone(t)
			}
			reads := w.Requests()
			planned := w.Plan(state, nil)
			planned.Diagnostics.WantNone(t)
			w.applied(planned)
			if len(w.Requests()) != len(reads) {
				t.Errorf("destroying an ended contract made requests: %v", w.Requests()[len(reads):])
			}
			w.wantRequests(0, 0)
			// Then a new one can be bought.
			w.create(contract())
			w.wantHeld(1)
		})
	}
	t.Run("not on its last day", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, emulator.Guesses{EndedForm: "dates"})
		state := w.create(contract())
		w.SCP.Advance(365 * day) // 10 March 2027, the last day
		w.settled(state, contract())
		w.SCP.Advance(12 * time.Hour) // midnight in Seoul
		planned := w.Plan(w.refresh(state), contract())
		planned.Diagnostics.WantWarning(t, "last day was 2027-03-10")
	})
	t.Run("reserved follow-up is late", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, emulator.Guesses{})
		config := contract(object{"next_contract_type": "01"})
		state := w.applied(w.Plan(acctest.State{Type: typeName}, config))
		w.alter(state, func(pc *emulator.PlannedCompute) { pc.EndDate = "2026-03-10" })
		w.settled(state, config)
	})
	t.Run("with a follow-up that went with it", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, emulator.Guesses{})
		config := contract(object{"next_contract_type": "01"})
		state := w.applied(w.Plan(acctest.State{Type: typeName}, config))
		cancelElsewhere(w, state)
		w.Reset()
		state = w.refresh(state)
		planned := w.Plan(state, config)
		planned.Diagnostics.WantWarning(t, "The contract has ended")
		if d := planned.Diagnostics; d.HasError() {
			t.Error(d)
		}
		for _, next := range []any{"03", nil} {
			w.Plan(state, contract(object{"next_contract_type": next})).Diagnostics.WantWarning(t, "The contract has ended")
		}
		w.wantRequests(0, 0)
	})
}

func cancelElsewhere(w *world, s acctest.State) {
	w.alter(s, func(pc *emulator.PlannedCompute) {
		pc.Ended, pc.NextContractType, pc.NextStartDate, pc.NextEndDate = emulator.EndedCancelled, "", "", ""
	})
}

func pastItsEnd(w *world, _ acctest.State) { w.SCP.Advance(370 * day) }

// The service's own 404 leaves the state with a warning. Nothing else does.
func TestGone(t *testing.T) {
	t.Parallel()
	t.Run("the service says so", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, emulator.Guesses{})
		state := w.create(contract())
		w.SCP.DeletePlannedCompute(idOf(state))
		left, d := w.Read(state)
		d.WantWarning(t, "Planned compute no longer exists", idOf(state), "the next apply buys a new contract", "remove the resource from the configuration")
		if left.Object != nil {
			t.Errorf("left in the state: %v", left.Object)
		}
		w.wantRequests(1, 0)
	})
	for _, fault := range []string{"mode=gateway-404", "mode=gateway-401", "status=401", "status=403", "status=500", "mode=html", "mode=wrong-shape", "mode=not-json", "mode=reset-before", "status=429"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.Guesses{})
			state := w.create(contract())
			w.Fault(t, "method=GET,path="+computePath+","+fault)
			left, d := w.Read(state)
			d.WantError(t, "Could not read planned compute", idOf(state))
			if idOf(left) != idOf(state) {
				t.Errorf("left the state: %v", left.Object)
			}
			w.SCP.ClearFaults()
			w.settled(left, contract())
		})
	}
	// The list still has it: the plan that would buy again names it.
	t.Run("but not from the list", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, emulator.Guesses{})
		state := w.create(contract())
		next := w.restart()
		w.Fault(t, "method=GET,path="+computesPath+"/"+idOf(state)+",status=404")
		_, d := next.Read(state)
		d.WantWarning(t, "Planned compute no longer exists")
		next.Plan(acctest.State{Type: typeName}, contract()).Diagnostics.WantWarning(t, "An identical contract already exists", idOf(state), "import {")
	})
	// A new contract that cannot be read yet is not gone.
	t.Run("or cannot be read yet", func(t *testing.T) {
		t.Parallel()
		for _, reads := range []int{1, 3} {
			w := newWorld(t, emulator.Guesses{ReadableAfterReads: reads})
			w.settled(w.create(contract()), contract())
			w.wantHeld(1)
		}
	})
}

// Import by id and by identity: then the plan is empty, in every spelling.
func TestImport(t *testing.T) {
	t.Parallel()
	for name, g := range map[string]emulator.Guesses{
		"names": {}, "codes": {ContractTypeForm: "code", OSTypeForm: "value"}, "little": {NoNextAs: "absent", DescriptionForm: "null", ContractIDLater: true},
	} {
		for spelling, config := range map[string]object{
			"codes": contract(object{"next_contract_type": "03"}),
			"names": contract(object{"next_contract_type": "3-year", "contract_type": "1-year", "os_type": "OPEN_SOURCE"}),
		} {
			t.Run(name+" "+spelling, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, g)
				pc := w.SCP.PutPlannedCompute(emulator.PlannedCompute{NextContractType: "03"})
				for id, identity := range map[string]object{pc.ID: nil, "": {"id": pc.ID}} {
					state, d := w.Import(typeName, id, identity)
					d.WantNone(t)
					if !acctest.Equal(state.Identity, object{"id": pc.ID}) {
						t.Errorf("identity %v", state.Identity)
					}
					planned := w.Plan(state, config)
					planned.Diagnostics.WantNone(t)
					if !planned.NoChange() || len(planned.Replace) > 0 {
						t.Errorf("a change is planned\nfrom %v\nto   %v", state.Object, planned.Object)
					}
					w.settled(state, config)
				}
				w.wantRequests(0, 0)
				// It is protected until something else is applied.
				state, _ := w.Import(typeName, pc.ID, nil)
				w.Plan(state, nil).Diagnostics.WantError(t, "protected")
			})
		}
	}
	t.Run("other forms", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, emulator.Guesses{})
		w.SCP.PutPlannedCompute(emulator.PlannedCompute{})
		pc := w.SCP.PutPlannedCompute(emulator.PlannedCompute{ID: "not-of-the-usual-form"})
		// The SRN of an older or newer edition ends in the id, too.
		for _, form := range []string{pc.ContractID, strings.ToLower(pc.ContractID), pc.SRN, pc.ID, "srn:g::1::::billingplan:planned-compute/" + pc.ID} {
			state, d := w.Import(typeName, form, nil)
			d.WantNone(t)
			if idOf(state) != pc.ID || !acctest.Equal(state.Identity, object{"id": pc.ID}) {
				t.Errorf("%q: imported %v as %v", form, state.Object, state.Identity)
			}
			w.settled(state, contract())
		}
		w.wantRequests(0, 0)
		// The id itself needs no list.
		w.Reset()
		first := w.SCP.PlannedComputes()[0].ID
		w.Import(typeName, first, nil)
		if n := w.Count("GET", computesPath); n != 0 {
			t.Errorf("%d lists for an id", n)
		}
	})
	t.Run("what there is not", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, emulator.Guesses{})
		state := w.create(contract())
		number := w.stored(state).ContractID
		for _, form := range []string{"nothing", "contract-types", "..", "C000000001", "srn:e::x:y::billingplan:planned-compute/0123", "srn:", "/", "", strings.Repeat("x", 3000)} {
			state, d := w.Import(typeName, form, nil)
			d.WantError(t, "Could not import planned compute", "The account has these: "+number, "the ID", "the contract number", "the SRN")
			if state.Object != nil {
				t.Errorf("%q: imported %v", form, state.Object)
			}
		}
		w.SCP.PutPlannedCompute(emulator.PlannedCompute{ContractID: number})
		_, d := w.Import(typeName, number, nil)
		d.WantError(t, "More than one planned compute has this contract number", idOf(state))
		w.Fault(t, "method=GET,path="+computesPath+",status=403")
		_, d = w.Import(typeName, number, nil)
		d.WantError(t, "Could not import planned compute", number, "403")
	})
	t.Run("an ended contract", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, emulator.Guesses{})
		pc := w.SCP.PutPlannedCompute(emulator.PlannedCompute{Ended: emulator.EndedCancelled})
		state, d := w.Import(typeName, pc.ID, nil)
		d.WantNone(t)
		w.Plan(state, contract()).Diagnostics.WantWarning(t, "The contract has ended")
		w.Plan(state, nil).Diagnostics.WantNone(t)
	})
}

// Tags cannot be read. After an import they are taken over once; later changes
// are refused, and the error says what to write.
func TestTags(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Guesses{})
	pc := w.SCP.PutPlannedCompute(emulator.PlannedCompute{})
	tagged := contract(object{"tags": object{"team": "a"}})
	state, _ := w.Import(typeName, pc.ID, nil)
	state = w.settled(state, contract())
	planned := w.Plan(state, tagged)
	planned.Diagnostics.WantWarning(t, "The tags cannot be verified")
	if len(planned.Replace) > 0 {
		t.Errorf("replaces for %v", planned.Replace)
	}
	w.Reset()
	state = w.applied(planned)
	if all := w.Requests(); len(all) > 0 {
		t.Errorf("requests: %v", all)
	}
	state = w.settled(state, tagged)
	for _, change := range []object{{"tags": object{"team": "b"}}, {"tags": object{}}, {}, {"tags": object{"team": "a", "more": "x"}}} {
		w.Plan(state, contract(change)).Diagnostics.WantError(t, "The tags of a contract cannot be changed", `{"team":"a"}`, "console")
	}
	w.settled(state, tagged)

	// What is not known yet counts as unchanged, but for what is known to be a change.
	state = w.update(w.create(contract(object{"server_type": "s1v4m8", "tags": object{"team": "a", "env": "b"}})), contract(object{"server_type": "s1v4m8", "tags": object{"team": "a", "env": "b"}, "deletion_policy": "ABANDON"}))
	open := func(tags any) object {
		return contract(object{"server_type": "s1v4m8", "deletion_policy": "ABANDON", "tags": tags})
	}
	w.Reset()
	for _, tags := range []any{acctest.Unknown, object{"team": "a", "env": acctest.Unknown}, object{"team": acctest.Unknown, "env": acctest.Unknown}} {
		planned := w.Plan(state, open(tags))
		planned.Diagnostics.WantWarning(t, "Value unknown during planning", `{"env":"b","team":"a"}`, "the contract keeps its current tags", "Plan again afterwards")
		if !planned.NoChange() {
			t.Errorf("%v: planned as %v", tags, planned.Object)
		}
	}
	for _, tags := range []object{{"team": "z", "env": acctest.Unknown}, {"team": acctest.Unknown}, {"team": "a", "env": "b", "more": acctest.Unknown}, {"team": "a", "other": acctest.Unknown}} {
		w.Plan(state, open(tags)).Diagnostics.WantError(t, "The tags of a contract cannot be changed", `{"env":"b","team":"a"}`)
	}
	w.wantRequests(0, 0)

	bought := w.create(contract(object{"server_type": "s1v2m4"}))
	w.Plan(bought, contract(object{"server_type": "s1v2m4", "tags": object{"team": "a"}})).Diagnostics.WantError(t, "The tags of a contract cannot be changed", "(none)")
	empty := w.Plan(bought, contract(object{"server_type": "s1v2m4", "tags": object{}}))
	empty.Diagnostics.WantNone(t)
	state = w.applied(empty)
	w.settled(state, contract(object{"server_type": "s1v2m4", "tags": object{}}))

	for _, tags := range []object{{"a": nil}, {"": "x"}, {strings.Repeat("k", 129): "x"}, {"k": strings.Repeat("v", 257)}} {
		if d := w.Validate(typeName, contract(object{"tags": tags})); !d.HasError() {
			t.Errorf("accepted: %v", tags)
		}
	}
}

// Every attribute that the service returns is read back.
func TestDrift(t *testing.T) {
	t.Parallel()
	for name, alter := range map[string]func(pc *emulator.PlannedCompute){
		"contract_id":             func(pc *emulator.PlannedCompute) { pc.ContractID = "C1" },
		"start_date":              func(pc *emulator.PlannedCompute) { pc.StartDate = "2026-03-12" },
		"end_date":                func(pc *emulator.PlannedCompute) { pc.EndDate = "2029-01-01" },
		"first_contract_start_at": func(pc *emulator.PlannedCompute) { pc.FirstContractStartAt = "2020-01-01" },
		"srn":                     func(pc *emulator.PlannedCompute) { pc.SRN = "srn:x" },
		"region":                  func(pc *emulator.PlannedCompute) { pc.Region = "kr-east1" },
		"resource_type":           func(pc *emulator.PlannedCompute) { pc.ResourceType = "x" },
		"resource_name":           func(pc *emulator.PlannedCompute) { pc.ResourceName = "vm" },
		"state":                   func(pc *emulator.PlannedCompute) { pc.State = "RUNNING" },
		"modified_by":             func(pc *emulator.PlannedCompute) { pc.ModifiedBy = "lee" },
		"created_by":              func(pc *emulator.PlannedCompute) { pc.CreatedBy = "lee" },
		"account_id":              func(pc *emulator.PlannedCompute) { pc.AccountID = "other" },
		"server_type_description": func(pc *emulator.PlannedCompute) { pc.ServerType = "s1v2m4" },
	} {
		w := newWorld(t, emulator.Guesses{})
		state := w.create(contract())
		w.alter(state, alter)
		read := w.refresh(state)
		if acctest.Equal(read.Object[name], state.Object[name]) {
			t.Errorf("a change of %s is not seen: %v", name, read.Object[name])
		}
		switch planned := w.Plan(read, contract()); name {
		case "server_type_description":
			planned.Diagnostics.WantError(t, "can only be changed to a larger server type")
		default:
			planned.Diagnostics.WantNone(t)
			if !planned.NoChange() {
				t.Errorf("%s: a change is planned", name)
			}
		}
		w.wantRequests(1, 0)
	}
	// Neither can change on a contract: whatever the service writes, nothing is
	// cancelled or bought for it, under any policy.
	for name, alter := range map[string]func(pc *emulator.PlannedCompute){
		"os_type":    func(pc *emulator.PlannedCompute) { pc.OSType = "RHEL" },
		"service_id": func(pc *emulator.PlannedCompute) { pc.ServiceID = "GPU_SERVER" },
	} {
		w := newWorld(t, emulator.Guesses{})
		cancel := contract(object{"deletion_policy": "CANCEL"})
		state := w.create(cancel)
		w.alter(state, alter)
		read, d := w.Read(state)
		d.WantWarning(t, "The service returned a different "+name)
		planned := w.Plan(read, cancel)
		planned.Diagnostics.WantNone(t)
		if !planned.NoChange() || read.Object[name] != state.Object[name] {
			t.Errorf("%s: a change is planned, or the state is %v", name, read.Object[name])
		}
		w.wantRequests(1, 0)
	}
	// What the service omits stays as it was, and is no reason for a change.
	for _, name := range []string{"server_type", "contract_type", "os_type", "service_id"} {
		w := newWorld(t, emulator.Guesses{})
		state := w.create(contract())
		isRead := func(r *http.Request) bool {
			return r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, idOf(state))
		}
		silent := w.altered(isRead, func(reply object) { reply["planned_compute"].(object)[name] = nil })
		if read := silent.settled(state, contract()); read.Object[name] != state.Object[name] {
			t.Errorf("%s is %v, want %v", name, read.Object[name], state.Object[name])
		}
		w.wantRequests(1, 0)
	}
	// A response that says nothing about the contract changes nothing.
	w := newWorld(t, emulator.Guesses{})
	state := w.create(contract())
	isRead := func(r *http.Request) bool {
		return r.Method == http.MethodGet && strings.HasSuffix(r.URL.Path, idOf(state))
	}
	for _, nothing := range []any{nil, object{}, object{"id": idOf(state)}} {
		left, d := w.altered(isRead, func(reply object) { reply["planned_compute"] = nothing }).Read(state)
		d.WantError(t, "Could not read planned compute", "does not contain the object")
		if !acctest.Equal(left.Object, state.Object) {
			t.Errorf("%v: the state is %v, was %v", nothing, left.Object, state.Object)
		}
	}
	t.Run("next_contract_type", func(t *testing.T) {
		w, actions := newWorld(t, emulator.Guesses{}).watched()
		reserve := func(pc *emulator.PlannedCompute) {
			pc.NextContractType, pc.NextStartDate, pc.NextEndDate = "03", "2027-03-11", "2030-03-10"
		}
		state := w.create(contract())
		w.alter(state, reserve)
		state = w.update(w.refresh(state), contract())
		wantActions(t, actions(), "EXTEND_CANCEL")
		config := contract(object{"next_contract_type": "01"})
		state = w.update(w.settled(state, contract()), config)
		wantActions(t, actions(), "EXTEND_APPLY 01")
		w.alter(state, reserve)
		state = w.update(w.refresh(state), config)
		wantActions(t, actions(), "EXTEND_CHANGE 01")
		w.alter(state, func(pc *emulator.PlannedCompute) { pc.NextContractType, pc.NextStartDate, pc.NextEndDate = "", "", "" })
		state = w.update(w.refresh(state), config)
		wantActions(t, actions(), "EXTEND_APPLY 01")
		w.settled(state, config)
	})
}

// service_name goes with the purchase only.
func TestServiceName(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Guesses{})
	state := w.create(contract(object{"service_name": "Mine"}))
	w.Reset()
	planned := w.Plan(state, contract(object{"service_name": "Yours"}))
	planned.Diagnostics.WantWarning(t, "service_name no longer has an effect")
	state = w.applied(planned)
	if all := w.Requests(); len(all) > 0 {
		t.Errorf("requests: %v", all)
	}
	state = w.settled(state, contract(object{"service_name": "Yours"}))
	// Omitted it stays.
	w.settled(state, contract())
}

// Values that are not known while planning stop nothing that can go on, and
// replace no contract.
func TestUnknownValues(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"service_id", "os_type", "server_type", "contract_type", "next_contract_type", "service_name", "tags", "deletion_policy", "purchase_guard"} {
		t.Run("new, "+name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.Guesses{})
			planned := w.Plan(acctest.State{Type: typeName}, contract(object{name: acctest.Unknown}))
			planned.Diagnostics.WantNone(t)
			if planned.Object[name] != acctest.Unknown {
				t.Errorf("planned as %v", planned.Object[name])
			}
			w.wantRequests(0, 0)
		})
	}
	for _, policy := range []string{"PREVENT", "CANCEL"} {
		for _, name := range []string{"service_id", "os_type"} {
			t.Run("running, "+policy+", "+name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, emulator.Guesses{})
				state := w.create(with(policy))
				w.Reset()
				planned := w.Plan(state, with(policy, object{name: acctest.Unknown}))
				planned.Diagnostics.WantWarning(t, "Value unknown during planning", "nothing is bought or cancelled")
				if len(planned.Replace) > 0 || !planned.NoChange() {
					t.Errorf("planned: %v, replacing for %v", planned.Object, planned.Replace)
				}
				w.wantRequests(0, 0)
			})
		}
	}
	for _, name := range []string{"server_type", "contract_type", "next_contract_type", "service_name", "tags", "deletion_policy", "purchase_guard"} {
		t.Run("running, "+name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.Guesses{})
			config := contract(object{"next_contract_type": "01", "tags": object{"a": "b"}})
			state := w.applied(w.Plan(acctest.State{Type: typeName}, config))
			w.Reset()
			open := contract(config, object{name: acctest.Unknown})
			planned := w.Plan(state, open)
			if name == "tags" {
				planned.Diagnostics.WantWarning(t, "Value unknown during planning")
			} else {
				planned.Diagnostics.WantNone(t)
			}
			if len(planned.Replace) > 0 {
				t.Errorf("replaces for %v", planned.Replace)
			}
			w.wantRequests(0, 0)
			// It turns out to be the same.
			w.settled(state, config)
		})
	}
	// The term turns out to be another one: refused, when it is known.
	w := newWorld(t, emulator.Guesses{})
	state := w.create(contract())
	w.Plan(state, contract(object{"contract_type": acctest.Unknown})).Diagnostics.WantNone(t)
	w.Plan(state, contract(object{"contract_type": "03"})).Diagnostics.WantError(t, "cannot be changed")
}

// What is not on offer is refused while planning, and what is on offer is named.
func TestNotOnOffer(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Guesses{})
	for name, c := range map[string]struct {
		change object
		words  []string
	}{
		"service":        {object{"service_id": "MAINFRAME"}, []string{"Unknown service", `"MAINFRAME"`, "VIRTUAL_SERVER", "GPU_SERVER"}},
		"system":         {object{"os_type": "beos"}, []string{"Unknown operating system", `"beos"`, "opensource", "windows"}},
		"system of it":   {object{"service_id": "GPU_SERVER", "server_type": "g1v16a1", "os_type": "windows"}, []string{"Unknown operating system", "GPU_SERVER", "rhel"}},
		"server type":    {object{"server_type": "db1v1m2"}, []string{"Unknown server type", `"db1v1m2"`, "s1v1m2"}},
		"term":           {object{"service_id": "GPU_SERVER", "server_type": "g1v16a1", "contract_type": "05"}, []string{"Contract term not offered", `"05"`, `"01" (1-year)`}},
		"follow-up":      {object{"service_id": "GPU_SERVER", "server_type": "g1v16a1", "next_contract_type": "05"}, []string{"Contract term not offered", "next_contract_type", `"03" (3-year)`}},
		"both of a spec": {object{"os_type": "Open Source "}, nil},
	} {
		d := w.Plan(acctest.State{Type: typeName}, contract(c.change)).Diagnostics
		if c.words == nil {
			d.WantNone(t)
			continue
		}
		errors := d.Errors()
		if len(errors) != 1 {
			t.Errorf("%s: %d errors, want 1:\n%s", name, len(errors), d)
			continue
		}
		for _, word := range c.words {
			if !strings.Contains(errors[0], word) {
				t.Errorf("%s: the error does not say %q:\n%s", name, word, errors[0])
			}
		}
	}
	// The code is refused before any request.
	w.Reset()
	for _, code := range []string{"02", "2-year", "1", "year", "", "010", "0x1"} {
		for _, name := range []string{"contract_type", "next_contract_type"} {
			d := w.Validate(typeName, contract(object{name: code}))
			if code == "1" {
				continue // a plain spelling of one year
			}
			d.WantError(t, "contract term", `"01" (1-year)`)
		}
	}
	for _, name := range []string{"service_id", "os_type", "server_type", "service_name"} {
		if d := w.Validate(typeName, contract(object{name: ""})); !d.HasError() {
			t.Errorf("%s may be empty", name)
		}
	}
	for _, name := range []string{"deletion_policy", "purchase_guard"} {
		if d := w.Validate(typeName, contract(object{name: "MAYBE"})); !d.HasError() {
			t.Errorf("%s may be anything", name)
		}
	}
	if all := w.Requests(); len(all) > 0 {
		t.Errorf("validation made requests: %v", all)
	}
	// On a running contract as well.
	state := w.create(contract(object{"service_id": "GPU_SERVER", "server_type": "g1v16a1"}))
	w.Reset()
	gpu := contract(object{"service_id": "GPU_SERVER", "server_type": "g1v16a1", "next_contract_type": "05"})
	if errors := w.Plan(state, gpu).Diagnostics.Errors(); len(errors) != 1 || !strings.Contains(errors[0], `"03" (3-year)`) {
		t.Errorf("a follow-up that is not on offer: %v", errors)
	}
	w.wantRequests(0, 0)
}

// Without the lists, planning goes on with warnings, and the service judges.
func TestOfferingsNotAvailable(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Guesses{})
	state := w.create(contract())
	next := w.restart()
	for _, list := range []string{"contract-types", "os-types", "server-types", "service-types"} {
		w.Fault(t, "method=GET,path="+computesPath+"/"+list+",status=403")
	}
	d := next.Plan(acctest.State{Type: typeName}, contract(object{"server_type": "s1v2m4", "next_contract_type": "01"})).Diagnostics
	if d.HasError() {
		t.Errorf("the plan fails:\n%s", d)
	}
	for _, name := range []string{"service_id", "os_type", "server_type", "contract_type", "next_contract_type"} {
		if !strings.Contains(d.String(), "Could not check "+name+":") {
			t.Errorf("no word about %s:\n%s", name, d)
		}
	}
	planned := next.Plan(state, contract(object{"server_type": "s1v2m4"}))
	planned.Diagnostics.Without(t, "The contract will be upgraded to a larger server type").WantWarning(t, "Could not check server_type")
	state = next.applied(planned)
	next.settled(state, contract(object{"server_type": "s1v2m4"}))
	// The service refuses what is wrong, and nothing is bought for it.
	_, d = next.Apply(next.Plan(acctest.State{Type: typeName}, contract(object{"server_type": "s9v9m9"})))
	d.WantError(t, "s9v9m9", "Nothing was bought")
	// It refuses a smaller server type, too.
	_, d = next.Apply(next.Plan(state, contract()))
	d.WantError(t, "is not larger than")
	w.wantHeld(1)
}

// Each list costs one request per distinct query and process.
func TestOfferingsIsAskedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Guesses{})
	for range 5 {
		w.Plan(acctest.State{Type: typeName}, contract()).Diagnostics.WantNone(t)
		w.Plan(acctest.State{Type: typeName}, contract(object{"os_type": "windows", "contract_type": "03"})).Diagnostics.WantNone(t)
	}
	for list, n := range map[string]int{"service-types": 1, "os-types": 1, "server-types": 1, "contract-types": 1} {
		if got := w.Count("GET", computesPath+"/"+list); got != n {
			t.Errorf("%s was asked %d times, want %d", list, got, n)
		}
	}
	// One listing of each spec serves all its plans.
	if got := w.Count("GET", computesPath); got != 2 {
		t.Errorf("%d listings, want 2", got)
	}
}

// While the provider's own configuration is not known, plans that need no service
// go on; what needs it says why it cannot be done.
func TestProviderNotKnown(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Guesses{})
	state := w.create(with("CANCEL"))
	settings := w.Settings()
	settings["secret_key"] = acctest.Unknown
	p := acctest.NewProvider(t)
	p.Configure(settings).WantNone(t)
	w.Reset()
	p.Plan(acctest.State{Type: typeName}, contract()).Diagnostics.WantWarning(t, "A contract will be bought")
	p.Plan(state, with("CANCEL", object{"server_type": "s1v2m4"})).Diagnostics.WantWarning(t, "The contract will be upgraded to a larger server type")
	p.Plan(state, nil).Diagnostics.WantWarning(t, "will be cancelled", "could not be quoted", "not known yet")
	_, d := p.Apply(p.Plan(acctest.State{Type: typeName}, contract()))
	d.WantError(t, "Could not buy", "secret_key")
	_, d = p.Read(state)
	d.WantError(t, "Could not read", "secret_key")
	for doing, to := range map[string]object{"Could not change planned compute": with("CANCEL", object{"server_type": "s1v2m4"}), "Could not destroy planned compute": nil} {
		left, d := p.Apply(p.Plan(state, to))
		d.WantError(t, doing, idOf(state), "secret_key")
		if idOf(left) != idOf(state) || left.Object["server_type"] != "s1v1m2" {
			t.Errorf("%s: left in the state: %v", doing, left.Object)
		}
	}
	messages, d := p.Invoke(cancelType, object{"id": idOf(state)})
	d.WantError(t, "Could not cancel planned compute", idOf(state), "secret_key")
	if len(messages) > 0 {
		t.Errorf("the action says %q", messages)
	}
	if all := w.Requests(); len(all) > 0 {
		t.Errorf("requests: %v", all)
	}
}

// Each operation ends when its time is over, and a change that was made by then is
// known all the same.
func TestTimeouts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Guesses{})
	short := object{"timeouts": object{"read": "1500ms", "update": "1500ms", "delete": "1500ms"}}
	config := with("CANCEL", short)
	state := w.create(config)
	w.Fault(t, "method=GET,path="+computePath+",delay=20s,count=1")
	left, d := w.Read(state)
	d.WantError(t, "Could not read planned compute", idOf(state))
	if idOf(left) != idOf(state) {
		t.Errorf("left the state: %v", left.Object)
	}
	w.Reset()
	w.Fault(t, "method=PUT,delay=20s")
	config = with("CANCEL", short, object{"server_type": "s1v2m4"})
	state = w.update(state, config)
	w.wantRequests(0, 1)
	w.settled(state, config)
	w.applied(w.Plan(state, nil))
	w.wantRequests(0, 2)
	w.wantHeld(0)
	for _, text := range []string{"soon", "5", ""} {
		if d := w.Validate(typeName, contract(object{"timeouts": object{"create": text}})); !d.HasError() {
			t.Errorf("accepted as a time: %q", text)
		}
	}
}
