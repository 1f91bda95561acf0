package budget_test

// What goes wrong between the provider and the service, over the bare protocol.

import (
	"fmt"
	"maps"
	"strings"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// Only the service's own 404 removes a budget from the state.
func TestReadFailuresKeepTheState(t *testing.T) {
	t.Parallel()
	for rule, want := range map[string][]string{
		"mode=gateway-404":         {"404", "gateway's response, not the service's", "does not mean that the object does not exist"},
		"mode=gateway-401":         {"401", "credentials were rejected"},
		"status=403":               {"403", "Forbidden", "administrator"},
		"status=429,retry-after=1": {"429", "max_requests_per_second"},
		"mode=html":                {"did not come from the service"},
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			state := w.Create(typeName, full())
			w.Fault(t, "method=GET,"+rule)
			w.Reset()
			after, d := w.Read(state)
			d.WantError(t, append(want, `Could not read account budget "team-a" (`+idOf(state)+`)`)...)
			w.wantState("read", after, state.Object)
			w.MustCheck(t, acctest.AtMost(1, "GET", acctest.BudgetPath))
		})
	}
}

func TestDeletedElsewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	state := w.Create(typeName, full())
	w.SCP.DeleteBudget(idOf(state))
	for _, identity := range []object{state.Identity, nil} {
		gone := state
		gone.Identity = identity
		after, d := w.Read(gone)
		d.WantWarning(t, "Account budget no longer exists", `"team-a"`, idOf(state), "creates it again")
		w.wantState("read", after, nil)
	}

	_, d := w.Apply(w.Plan(state, full(object{"amount": 2})))
	d.WantError(t, "Could not update account budget", "deleted elsewhere", "Plan again")

	// Deleting what is gone already is not an error.
	w.wantState("destroy", w.update(state, nil), nil)

	imported, d := w.Import(typeName, idOf(state), nil)
	if d.HasError() {
		t.Errorf("Terraform itself says that there is nothing to import: %s", d)
	}
	w.wantState("import", imported, nil)
}

// A budget that was just made may take a moment until it can be read. It does not
// leave the state for that, or the next apply would make another one.
func TestNewBudgetThatCannotBeReadYet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	state := w.Create(typeName, full())
	missing := func(more string) {
		w.SCP.ClearFaults()
		w.Fault(t, "method=GET,path="+acctest.BudgetPath+",status=404"+more)
		w.Reset()
	}
	missing(",count=2")
	w.wantState("read", w.read(state), state.Object)
	w.MustCheck(t, acctest.Exactly(3, "GET", acctest.BudgetPath))

	// It does not become readable: it is gone, and was asked for a few times only. An older one
	// is believed to be gone at once, and so is one that was just imported.
	for _, reads := range []int{4, 1} {
		missing("")
		after, d := w.Read(state)
		d.WantWarning(t, "Account budget no longer exists")
		w.wantState("read", after, nil)
		w.MustCheck(t, acctest.Exactly(reads, "GET", acctest.BudgetPath))
		w.SCP.Advance(time.Hour)
	}
	w.Reset()
	_, _ = w.Import(typeName, "0123456789abcdef0123456789abcdef", nil)
	w.MustCheck(t, acctest.Exactly(1, "GET", acctest.BudgetPath))
}

// loseCreation loses the response to the next creation.
func (w *world) loseCreation() {
	w.t.Helper()
	w.Fault(w.t, "method=POST,count=1,mode=reset-after")
}

// A creation whose response was lost is sent once; the budget that it made is found
// by its name and adopted with a warning, and the next plan is empty.
func TestLostResponseIsAdopted(t *testing.T) {
	t.Parallel()
	late := []string{"method=POST,count=1,delay=20s"}
	reset := []string{"method=POST,count=1,mode=reset-after"}
	wrong := func(off time.Duration) acctest.Option {
		return acctest.WithEmulator(emulator.Options{Now: func() time.Time { return time.Now().Add(off) }})
	}
	for name, c := range map[string]struct {
		option acctest.Option
		faults []string
		config object
	}{
		"without settings":           {guessing(emulator.Guesses{}), reset, minimal(object{"name": "another"})},
		"a threshold of the service": {guessing(emulator.Guesses{}), reset, minimal(configurations["on, no threshold"])},
		"times in Seoul":             {guessing(emulator.Guesses{TimesZone: "Asia/Seoul", ListOrder: "reversed"}), reset, full()},
		"the service is too late":    {acctest.WithSetting("request_timeout", "150ms"), late, full()},
		"the operation ends before":  {guessing(emulator.Guesses{}), late, full(object{"timeouts": object{"create": "150ms"}})},
		// The service's own clock counts, as far as signatures bear it.
		"the clock is ahead":  {wrong(-4 * time.Minute), reset, full()},
		"the clock is behind": {wrong(4 * time.Minute), reset, full()},
		// Retries of the look-up are allowed; those of the creation are not.
		"an unreliable look-up": {acctest.WithSetting("max_retries", 2), append(reset, "method=GET,count=1,status=503,retry-after=0"), full()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, c.option)
			for _, fault := range c.faults {
				w.Fault(t, fault)
			}
			w.Reset()
			state, d := w.create(c.config)
			d.WantWarning(t, "The response to the creation was lost", "It was saved in the state")
			if b := w.stored(state); b.Name != c.config["name"] {
				t.Errorf("adopted was %+v", b)
			}
			if n := w.Count("POST", ""); n != 1 {
				t.Errorf("%d creations were sent", n)
			}
			if !acctest.Equal(state.Identity, object{"id": idOf(state)}) {
				t.Errorf("the identity is %v", state.Identity)
			}
			w.settled(state, c.config)
		})
	}
}

// What may not be ours is not adopted: the error names it and says how
// to import it.
func TestLookAlikesAreNotAdopted(t *testing.T) {
	t.Parallel()
	for name, alter := range map[string]func(*emulator.Budget){
		"older by a minute":  func(b *emulator.Budget) { b.CreatedAt = time.Now().Add(-time.Minute) },
		"older by a year":    func(b *emulator.Budget) { b.CreatedAt = time.Now().AddDate(-1, 0, 0) },
		"younger by an hour": func(b *emulator.Budget) { b.CreatedAt = time.Now().Add(time.Hour) },
		"another amount":     func(b *emulator.Budget) { b.Amount++ },
		"another unit":       func(b *emulator.Budget) { b.Unit = "OVERALL" },
		"another month":      func(b *emulator.Budget) { b.StartMonth = "2026-02" },
		"another period":     func(b *emulator.Budget) { b.Notifications.NotificationSendPeriod = "FIRST" },
		"another receiver":   func(b *emulator.Budget) { b.Notifications.Receivers[1] = "x@example.com" },
		"one receiver more": func(b *emulator.Budget) {
			b.Notifications.Receivers = append(b.Notifications.Receivers, "x@example.com")
		},
		"another threshold":         func(b *emulator.Budget) { b.Notifications.Thresholds = []int64{80} },
		"notifications off":         func(b *emulator.Budget) { b.Notifications.IsUseNotification = false },
		"prevention off":            func(b *emulator.Budget) { b.Prevention.IsUsePrevention = false },
		"another block level":       func(b *emulator.Budget) { b.Prevention.Threshold = 100 },
		"nobody notified of blocks": func(b *emulator.Budget) { b.Prevention.Receivers = nil },
		"settings that are on":      func(*emulator.Budget) {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			config := full()
			if name == "settings that are on" {
				config = minimal()
			}
			lookAlike := fullBudget()
			lookAlike.CreatedAt = time.Now()
			alter(&lookAlike)
			lookAlike = w.SCP.PutBudget(lookAlike)
			w.Fault(t, "method=POST,count=1,mode=reset-before")
			w.notAdopted(config, "it is unknown whether", "terraform import scpbilling_account_budget.NAME "+lookAlike.ID)
		})
	}
	for name, c := range map[string]struct {
		age     time.Duration
		adopted bool
	}{"two that match": {0, false}, "ours beside an older one": {time.Hour, true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, guessing(emulator.Guesses{DuplicateNamesAllowed: true}))
			same := fullBudget()
			same.CreatedAt = time.Now().Add(-c.age)
			same = w.SCP.PutBudget(same)
			w.loseCreation()
			if !c.adopted {
				w.notAdopted(full(), "it is unknown whether", same.ID, "the budgets ")
				return
			}
			state, d := w.create(full())
			d.WantWarning(t, "It was saved in the state")
			if idOf(state) == same.ID || idOf(state) == "" {
				t.Errorf("adopted was %s", idOf(state))
			}
		})
	}
}

// notAdopted creates a budget and wants an error that says why none was adopted.
func (w *world) notAdopted(config object, words ...string) {
	w.t.Helper()
	state, d := w.create(config)
	d.WantError(w.t, append(words, `Could not create account budget "team-a"`, "terraform import")...)
	w.wantState("create", state, nil)
}

// Nor is a budget of which the service does not return the settings. The details of a setting
// that is off do not matter.
func TestAdoptionOfSettingsThatAreOff(t *testing.T) {
	t.Parallel()
	for name, settings := range map[string]object{
		"no notifications": {"notifications": nil}, "no prevention": {"prevention": nil}, "neither": {"notifications": nil, "prevention": nil},
		"other details": {"notifications": notifications(object{"is_use_notification": false})},
	} {
		w := newWorld(t).behind(func(reply object) { maps.Copy(reply, settings) })
		w.loseCreation()
		if name != "other details" {
			w.notAdopted(minimal(), "it is unknown whether", "The account has the budget ")
			continue
		}
		_, d := w.create(minimal())
		d.WantWarning(t, "It was saved in the state")
	}
}

// A creation that came to nothing says so, and one whose look-up fails says what
// to look for.
func TestNothingToAdopt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Fault(t, "method=POST,count=1,mode=reset-before")
	w.notAdopted(full(), `No budget named "team-a" was found`)

	w.loseCreation()
	w.Fault(t, "method=GET,mode=gateway-401")
	w.notAdopted(full(), "is unknown whether the budget was created", "401", `Look for a budget named "team-a"`)

	// It is listed, and yet cannot be read: that says nothing about whose it is.
	w = newWorld(t)
	w.loseCreation()
	w.Fault(t, "method=GET,path="+acctest.BudgetPath+",status=403")
	w.notAdopted(full(), "is unknown whether the budget was created", "looking for it failed, too", "403")
	w.MustCheck(t, acctest.Exactly(1, "POST", acctest.BudgetsPath), acctest.Exactly(2, "GET", acctest.BudgetsPath), acctest.Exactly(1, "GET", acctest.BudgetPath))

	// A new budget may take a while until it can be read. One that is listed already is
	// named; one that is not is no proof that nothing was created.
	w = newWorld(t, guessing(emulator.Guesses{ReadableAfterReads: 9}))
	w.loseCreation()
	_, d := w.create(full())
	d.WantError(t, "it is unknown whether", "terraform import scpbilling_account_budget.NAME "+w.SCP.Budgets()[0].ID)

	w = newWorld(t, guessing(emulator.Guesses{ReadableAfter: time.Hour}))
	w.loseCreation()
	w.notAdopted(full(), `No budget named "team-a" was found`, "most likely")
}

// A list that ends before the service's own count proves nothing: neither that a lost
// creation came to nothing, nor that a name is free. The data source of many budgets warns,
// and keeps what came.
func TestIncompleteListIsNoProof(t *testing.T) {
	t.Parallel()
	w := newWorld(t).behind(func(reply object) {
		if reply["budgets"] != nil {
			reply["budgets"], reply["count"] = []any{}, 3
		}
	})
	const incomplete = "the service reports 3 budgets, but its pages contain 0"
	w.loseCreation()
	w.notAdopted(full(), "is unknown whether the budget was created", incomplete, "console")
	_, d := w.ReadData(typeName, object{"name": "team-a"})
	d.WantError(t, `Could not find the account budget named "team-a"`, incomplete, "ID instead of the name")
	found, d := w.ReadData(listName, object{})
	d.WantWarning(t, "Not all account budgets were returned", "reports 3 account budgets, but its pages contain 0")
	if rows, ok := found["budgets"].([]any); !ok || len(rows) != 0 {
		t.Errorf("budgets is %v, want none", found["budgets"])
	}
}

// A change that the service accepts and does not make is no change.
func TestAcceptedButNotMade(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]object{
		"amount": {"amount": 5}, "name": {"name": "team-b"}, "unit": {"unit": "OVERALL"}, "start_month": {"start_month": "2099-09"},
	} {
		w := newWorld(t)
		state := w.Create(typeName, full())
		w.Fault(t, "method=PUT,count=1,mode=empty-before")
		left, d := w.Apply(w.Plan(state, full(change)))
		d.WantError(t, "Could not update account budget", "does not show it", "Plan again")
		w.wantState(name, left, state.Object)
		w.settled(w.update(left, full(change)), full(change))
	}
}

// A name that is taken: the error names the budget in the way and the import.
func TestConflict(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	// refused applies and wants an error that does not mention something.
	refused := func(prior acctest.State, config object, not string, words ...string) {
		t.Helper()
		_, d := w.Apply(w.Plan(prior, full(config)))
		d.WantError(t, append(words, "409")...)
		if strings.Contains(d.String(), not) {
			t.Errorf("%q is mentioned: %s", not, d)
		}
	}
	const nowhere, limit = "of this configuration", "limit the number"
	taken := w.SCP.PutBudget(emulator.Budget{Name: "taken", Amount: 1})
	refused(absent, object{"name": "taken"}, nowhere, "Could not create account budget", "Conflict", "Budget "+taken.ID+` already has the name "taken"`,
		"terraform import scpbilling_account_budget.NAME "+taken.ID, fmt.Sprintf("id = %q", taken.ID))

	state := w.Create(typeName, full())
	refused(state, object{"name": "taken"}, nowhere, "Could not update", "Budget "+taken.ID+` already has the name "taken"`)

	// A budget is never in its own way.
	w.Fault(t, "method=PUT,status=409,count=1")
	refused(state, object{"amount": 7}, nowhere, `No other budget is named "team-a"`, "The service may limit the number of budgets of an account, possibly to one", "The account has 2", taken.ID)

	// A conflict with nothing to be seen is explained, too.
	w.Fault(t, "method=POST,status=409")
	refused(absent, object{"name": "free"}, nowhere, `No other budget is named "free"`, limit)

	// Two budgets of one configuration swap their names: the other one is not to be
	// imported, and what the message says works.
	w.SCP.ClearFaults()
	other := w.Create(typeName, full(object{"name": "other"}))
	refused(other, object{"name": "team-a"}, "import", "Budget "+idOf(state)+` of this configuration still has the name "team-a"`, "apply again", "create_before_destroy", "interim name")
	interim := w.update(other, full(object{"name": "interim"}))
	w.update(state, full(object{"name": "other"}))
	w.update(interim, full(object{"name": "team-a"}))

	// Another budget of this run had the name when the request was sent, and has it no more.
	w.Fault(t, "method=POST,status=409,count=1")
	refused(absent, object{"name": "interim"}, limit, "Budget "+idOf(other)+` of this configuration had the name "interim" until this run renamed or deleted it. Apply again.`)
}
