package billingplan_test

// What destroying means: refused by default, and otherwise exactly the requests
// that the policy stands for.

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// with is a configuration with a deletion policy.
func with(policy string, changes ...object) object {
	return contract(append([]object{{"deletion_policy": policy}}, changes...)...)
}

// Under PREVENT no way to an end gets past the plan, and Delete itself refuses
// those of which no plan is asked.
func TestPreventRefuses(t *testing.T) {
	t.Parallel()
	ways := []string{`"CANCEL"`, `"EXPIRE"`, `"ABANDON"`, "apply that change first", "destroy = false", "terraform state rm"}
	for _, config := range []object{contract(), with("PREVENT")} {
		w := newWorld(t, emulator.Guesses{})
		state := w.create(config)
		w.Reset()
		for name, to := range map[string]object{
			"destroy":    nil,
			"os_type":    contract(object{"os_type": "windows"}),
			"service_id": contract(object{"service_id": "GPU_SERVER", "server_type": "g1v16a1"}),
			// What is not applied does not count.
			"os_type, and another policy": with("CANCEL", object{"os_type": "windows"}),
		} {
			w.Plan(state, to).Diagnostics.WantError(t, append(ways, idOf(state), "protected", `deletion_policy is "PREVENT"`, fmt.Sprint(state.Object["end_date"]))...)
			if d := w.Plan(state, to).Diagnostics; to != nil && !strings.Contains(d.String(), strings.Split(name, ",")[0]) {
				t.Errorf("%s is not named:\n%s", name, d)
			}
		}
		// Taint and -replace lead to Delete without a plan that is asked.
		left, d := w.Apply(w.Plan(state, nil))
		d.WantError(t, append(ways, idOf(state), "terraform untaint", "-replace", "Nothing was cancelled and nothing was bought")...)
		if idOf(left) != idOf(state) {
			t.Errorf("left in the state: %v", left.Object)
		}
		w.wantRequests(0, 0)
		w.wantHeld(1)
		w.settled(state, config)
	}
}

// A provider whose configuration is not known yet refuses all the same.
func TestPreventNeedsNoService(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Guesses{})
	state := w.create(contract())
	settings := w.Settings()
	settings["access_key"] = acctest.Unknown
	p := acctest.NewProvider(t)
	p.Configure(settings).WantNone(t)
	p.Plan(state, nil).Diagnostics.WantError(t, "protected")
	p.Plan(state, contract(object{"os_type": "rhel"})).Diagnostics.WantError(t, "protected", "os_type")
	p.Plan(state, contract()).Diagnostics.WantNone(t)
	p.Plan(acctest.State{Type: typeName}, contract()).Diagnostics.WantWarning(t, "A contract will be bought")
}

// The ways out that the refusal names. A policy counts once it is applied, which
// makes no request.
func TestPolicyIsAppliedFirst(t *testing.T) {
	t.Parallel()
	for policy, changes := range map[string]int{"CANCEL": 1, "EXPIRE": 0, "ABANDON": 0} {
		t.Run(policy, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.Guesses{})
			state := w.create(contract())
			w.Reset()
			planned := w.Plan(state, with(policy))
			planned.Diagnostics.WantNone(t)
			state = w.applied(planned)
			if all := w.Requests(); len(all) > 0 {
				t.Errorf("requests for a change of the policy: %v", all)
			}
			state = w.settled(state, with(policy))
			w.Reset()
			planned = w.Plan(state, nil)
			planned.Diagnostics.WantWarning(t, idOf(state), fmt.Sprint(state.Object["end_date"]))
			w.applied(planned)
			w.wantRequests(0, changes)
		})
	}
}

// CANCEL sends one CONTRACT_CANCEL, and the plan said what it costs.
func TestCancel(t *testing.T) {
	t.Parallel()
	// 50 % of 365 days at the emulator's price of 48 won an hour, as a string or a number.
	for name, g := range map[string]emulator.Guesses{
		"as guessed": {}, "a fee as a number": {FeeAsNumber: true},
		"ended by state": {EndedForm: "state"}, "ended by delete_yn": {EndedForm: "delete-yn"}, "ended by dates": {EndedForm: "dates"}, "ended is gone": {EndedForm: "gone"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, g)
			state := w.create(with("CANCEL"))
			w.SCP.Advance(day)
			state = w.refresh(state)
			w.Reset()
			for what, to := range map[string]object{"destroys": nil, "os_type": with("CANCEL", object{"os_type": "windows"})} {
				d := w.Plan(state, to).Diagnostics
				if to != nil {
					d = d.Without(t, "A contract will be bought")
				}
				d.WantWarning(t, "will be cancelled", idOf(state), w.stored(state).ContractID, "until 2027-03-10", "costs 210240 KRW", "billed in 2026-05", what)
			}
			w.wantRequests(0, 0)
			if n := w.Count("POST", quotePath); n != 2 {
				t.Errorf("%d quotes for two plans", n)
			}
			w.applied(w.Plan(state, nil))
			w.wantRequests(0, 1)
			if pc := w.stored(state); pc.Ended != emulator.EndedCancelled {
				t.Errorf("not cancelled: %+v", pc)
			}
		})
	}
	t.Run("no quote", func(t *testing.T) {
		t.Parallel()
		for fault, words := range map[string]string{"status=500": "status 500", "status=403": "permission", "mode=not-json": "not JSON", "mode=gateway-404": "gateway"} {
			w := newWorld(t, emulator.Guesses{})
			state := w.create(with("CANCEL"))
			w.Reset()
			w.Fault(t, "method=POST,path="+quotePath+","+fault)
			planned := w.Plan(state, nil)
			planned.Diagnostics.WantWarning(t, "will be cancelled", "The fee could not be quoted", words)
			w.applied(planned)
			w.wantRequests(0, 1)
			w.wantHeld(0)
		}
	})
	t.Run("a quote without a fee", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, emulator.Guesses{})
		isQuote := func(r *http.Request) bool { return r.URL.Path == quotePath }
		state := w.create(with("CANCEL"))
		w.SCP.Advance(day)
		for field, words := range map[string]string{"cancellation_fee": "The service quoted no fee.", "currency": "costs 210240, billed in", "bill_year_month": "costs 210240 KRW."} {
			w.altered(isQuote, func(reply object) { reply[field] = nil }).
				Plan(state, nil).Diagnostics.WantWarning(t, "will be cancelled", idOf(state), words)
		}
		w.wantRequests(1, 0)
	})
	t.Run("replacement", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, emulator.Guesses{})
		state := w.create(with("CANCEL"))
		w.Reset()
		planned := w.Plan(state, with("CANCEL", object{"os_type": "windows"}))
		if len(planned.Replace) != 1 || !strings.Contains(planned.Replace[0], "os_type") {
			t.Errorf("replaces for %v", planned.Replace)
		}
		// As Terraform does it: destroy, then create.
		w.applied(w.Plan(state, nil))
		w.create(with("CANCEL", object{"os_type": "windows"}))
		w.wantRequests(1, 1)
		w.wantHeld(1)
	})
}

// EXPIRE drops a reserved follow-up with one request, and sends none without one.
// ABANDON changes nothing at all.
func TestExpireAndAbandon(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		policy, next string
		changes      int
		words        []string
	}{
		"expire":                       {"EXPIRE", "", 0, []string{"run until it expires"}},
		"expire, with a follow-up":     {"EXPIRE", "03", 1, []string{"run until it expires", "follow-up is dropped"}},
		"abandon":                      {"ABANDON", "", 0, []string{"abandoned"}},
		"abandon with a follow-up too": {"ABANDON", "01", 0, []string{"abandoned", "follow-up, from 2027-03-11 to 2028-03-10"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.Guesses{})
			config := with(c.policy)
			if c.next != "" {
				config["next_contract_type"] = c.next
			}
			state := w.applied(w.Plan(acctest.State{Type: typeName}, config))
			state = w.settled(state, config)
			w.Reset()
			for _, to := range []object{nil, with(c.policy, object{"os_type": "rhel"})} {
				d := w.Plan(state, to).Diagnostics
				if to != nil {
					d = d.Without(t, "A contract will be bought")
				}
				d.WantWarning(t, append(c.words, idOf(state), "until 2027-03-10")...)
			}
			planned := w.Plan(state, nil)
			w.Reset()
			w.applied(planned)
			w.wantRequests(0, c.changes)
			w.wantHeld(1)
			pc := w.stored(state)
			if c.policy == "EXPIRE" && pc.NextContractType != "" || c.policy == "ABANDON" && (pc.NextContractType != c.next || len(w.Requests()) > 0) {
				t.Errorf("left: %+v after %v", pc, w.Requests())
			}
		})
	}
}

// hasty is another provider process, which waits two seconds for a response. Only what
// has to run into a time-out should be that short: a busy machine is slow too.
func (w *world) hasty() *world {
	w.t.Helper()
	settings := w.Settings()
	settings["request_timeout"] = "2s"
	p := acctest.NewProvider(w.t)
	p.Configure(settings).WantNone(w.t)
	return &world{w.Env, p, w.t}
}

// ending is a contract with a reserved follow-up that is planned to be destroyed.
func ending(t *testing.T, g emulator.Guesses, policy string) (*world, acctest.State, acctest.Planned) {
	t.Helper()
	w := newWorld(t, g)
	config := with(policy, object{"next_contract_type": "01"})
	state := w.applied(w.Plan(acctest.State{Type: typeName}, config))
	state = w.settled(state, config)
	planned := w.Plan(state, nil)
	w.Reset()
	return w, state, planned
}

// A change that ends something and whose response is lost is not sent twice; the
// contract shows that it was done.
func TestLostResponseToAnEnd(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{"CANCEL", "EXPIRE"} {
		for _, fault := range []string{"mode=reset-after", "delay=20s", "mode=status-after,status=500", "mode=status-after,status=504", "mode=truncate", "mode=html-after", "mode=not-json", "mode=empty"} {
			for form, g := range map[string]emulator.Guesses{"": {}, ", gone": {EndedForm: "gone"}, ", by dates": {EndedForm: "dates"}} {
				t.Run(policy+" "+fault+form, func(t *testing.T) {
					t.Parallel()
					w, state, planned := ending(t, g, policy)
					w.Fault(t, "method=PUT,"+fault)
					if strings.HasPrefix(fault, "delay") {
						w = w.hasty()
					}
					w.applied(planned)
					w.wantRequests(0, 1)
					pc := w.stored(state)
					if pc.NextContractType != "" || (pc.Ended != "") != (policy == "CANCEL") {
						t.Errorf("left: %+v", pc)
					}
				})
			}
		}
	}
	t.Run("accepted, not done", func(t *testing.T) {
		t.Parallel()
		for policy, doing := range map[string]string{"CANCEL": "cancel planned compute", "EXPIRE": "drop the follow-up of planned compute"} {
			for fault, text := range map[string]string{
				"mode=empty-before": "the contract does not show it: its state is ACTIVE", "status=404": "may still exist",
			} {
				w, state, planned := ending(t, emulator.Guesses{}, policy)
				w.Fault(t, "method=PUT,count=1,"+fault)
				left, d := w.Apply(planned)
				d.WantError(t, "Could not "+doing, idOf(state), text)
				if idOf(left) != idOf(state) {
					t.Errorf("%s %s: left the state", policy, fault)
				}
				w.wantRequests(0, 1)
				w.wantHeld(1)
				w.applied(w.Plan(w.refresh(left), nil))
				if pc := w.stored(state); pc.NextContractType != "" || (pc.Ended != "") != (policy == "CANCEL") {
					t.Errorf("%s %s, then again: %+v", policy, fault, pc)
				}
			}
		}
	})
	t.Run("not done", func(t *testing.T) {
		t.Parallel()
		for fault, sent := range map[string]int{"status=500": 2, "mode=reset-before": 2, "status=400": 1, "mode=gateway-401": 1, "mode=gateway-404": 1} {
			w := newWorld(t, emulator.Guesses{})
			state := w.create(with("CANCEL"))
			planned := w.Plan(state, nil)
			w.Reset()
			w.Fault(t, "method=PUT,"+fault)
			left, d := w.Apply(planned)
			d.WantError(t, "Could not cancel planned compute", idOf(state))
			if idOf(left) != idOf(state) {
				t.Errorf("%s: left the state", fault)
			}
			w.wantRequests(0, sent)
			w.wantHeld(1)
			w.SCP.ClearFaults()
			w.applied(w.Plan(w.refresh(left), nil))
			w.wantHeld(0)
		}
	})
}

// A contract that ended, or went, between plan and apply is done.
func TestEndedBetweenPlanAndApply(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{"CANCEL", "EXPIRE"} {
		for name, happens := range map[string]func(w *world, s acctest.State){
			"gone": func(w *world, s acctest.State) { w.SCP.DeletePlannedCompute(idOf(s)) },
			"cancelled": func(w *world, s acctest.State) {
				w.alter(s, func(pc *emulator.PlannedCompute) { pc.Ended = emulator.EndedCancelled })
			},
			"expired": func(w *world, _ acctest.State) { w.SCP.Advance(400 * day) },
		} {
			t.Run(policy+" "+name, func(t *testing.T) {
				t.Parallel()
				w := newWorld(t, emulator.Guesses{})
				state := w.create(with(policy))
				planned := w.Plan(state, nil)
				happens(w, state)
				w.applied(planned)
				w.wantHeld(0)
			})
		}
	}
}

// A policy that lets the contract run out first asks whether a follow-up is reserved.
// When that is unknown, nothing is forgotten.
func TestExpireCannotRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Guesses{})
	config := with("EXPIRE", object{"next_contract_type": "01"})
	state := w.update(acctest.State{Type: typeName}, config)
	planned := w.Plan(state, nil)
	w.Reset()
	w.Fault(t, "method=GET,path="+computePath+",status=403")
	left, d := w.Apply(planned)
	d.WantError(t, "Could not drop the follow-up of planned compute", idOf(state), "403")
	if idOf(left) != idOf(state) {
		t.Error("left the state")
	}
	w.wantRequests(0, 0)
	w.SCP.ClearFaults()
	w.applied(w.Plan(left, nil))
	w.wantRequests(0, 1)
	if pc := w.stored(state); pc.NextContractType != "" || pc.Ended != "" {
		t.Errorf("left: %+v", pc)
	}
}

// A tainted contract comes to Delete without private state and without a plan that was
// asked. So it is looked at first: one that is gone or has ended needs nothing, and
// one that cannot be read is treated as running.
func TestDestroyOfATaintedContract(t *testing.T) {
	t.Parallel()
	gone := func(w *world, s acctest.State) { w.SCP.DeletePlannedCompute(idOf(s)) }
	unreadable := func(w *world, _ acctest.State) { w.Fault(w.t, "method=GET,path="+computePath+",status=403") }
	runs := func(*world, acctest.State) {}
	for name, c := range map[string]struct {
		policy  string
		happens func(w *world, s acctest.State)
		error   string
		reads   bool
		changes int
		held    int
	}{
		"PREVENT, runs":               {"PREVENT", runs, "The contract is protected", true, 0, 1},
		"PREVENT, gone":               {"PREVENT", gone, "", true, 0, 0},
		"PREVENT, cancelled":          {"PREVENT", cancelElsewhere, "", true, 0, 0},
		"PREVENT, cannot be read":     {"PREVENT", unreadable, "The contract is protected", true, 0, 1},
		"CANCEL, runs":                {"CANCEL", runs, "", true, 1, 0},
		"CANCEL, gone":                {"CANCEL", gone, "", true, 0, 0},
		"CANCEL, cancelled elsewhere": {"CANCEL", cancelElsewhere, "", true, 0, 0},
		"CANCEL, cannot be read":      {"CANCEL", unreadable, "", true, 1, 0},
		"ABANDON, runs":               {"ABANDON", runs, "", false, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.Guesses{})
			state := w.create(with(c.policy))
			planned := w.Plan(state, nil)
			planned.Private = nil
			c.happens(w, state)
			w.Reset()
			left, d := w.Apply(planned)
			if c.error == "" {
				d.WantNone(t)
			} else {
				d.WantError(t, c.error, idOf(state))
			}
			if (left.Object != nil) != (c.error != "") {
				t.Errorf("left in the state: %v", left.Object)
			}
			if reads := w.Count("GET", computePath) > 0; reads != c.reads {
				t.Errorf("it was read: %t, want %t", reads, c.reads)
			}
			w.wantRequests(0, c.changes)
			w.wantHeld(c.held)
		})
	}
}

// A state without a policy is protected.
func TestNoPolicyIsPrevent(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Guesses{})
	state := w.create(with("CANCEL"))
	w.Reset()
	state.Object["deletion_policy"] = nil
	planned := w.Plan(state, nil)
	planned.Diagnostics.WantError(t, "protected", idOf(state))
	_, d := w.Apply(planned)
	d.WantError(t, "protected", idOf(state))
	w.wantRequests(0, 0)
	w.wantHeld(1)
}

// A quote that does not come in time does not keep the plan waiting.
func TestQuoteIsBounded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Guesses{}, acctest.WithSetting("request_timeout", "2s"), acctest.WithSetting("max_retries", 0))
	state := w.create(with("CANCEL"))
	w.Fault(t, "method=POST,path="+quotePath+",delay=1m")
	w.Plan(state, nil).Diagnostics.WantWarning(t, "could not be quoted", "request timeout")
}
