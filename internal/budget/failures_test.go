package budget_test

// What goes wrong between the provider and the service, over the bare protocol.

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// faulty creates an environment without retries, and its provider.
func faulty(t *testing.T, more ...acctest.Option) (*acctest.Env, *acctest.Provider) {
	t.Helper()
	acctest.NeedEmulator(t, "makes the service fail")
	e := acctest.New(t, append([]acctest.Option{acctest.WithSetting("max_retries", 0)}, more...)...)
	return e, e.Protocol(t)
}

// create plans and applies, and returns what the apply said.
func create(p *acctest.Provider, config object) (acctest.State, acctest.Diagnostics) {
	return p.Apply(p.Plan(acctest.State{Type: typeName}, config))
}

// Only the service's own 404 removes a budget from the state.
func TestReadFailuresKeepTheState(t *testing.T) {
	t.Parallel()
	for rule, want := range map[string][]string{
		"mode=gateway-404":                  {"404", "gateway's response, not the service's", "does not mean that the object does not exist"},
		"mode=gateway-401":                  {"401", "credentials were rejected"},
		"status=401":                        {"401"},
		"status=403":                        {"403", "Forbidden", "administrator"},
		"status=500":                        {"500", "failed"},
		"status=429,retry-after=1":          {"429", "max_requests_per_second"},
		"mode=html":                         {"did not come from the service"},
		"mode=empty":                        {"showAccountBudget"},
		"mode=truncate":                     {"showAccountBudget"},
		"mode=not-json":                     {"did not come from the service"},
		"mode=wrong-shape":                  {"did not come from the service"},
		"mode=reset-before":                 {"connection"},
		"mode=oversize":                     {"showAccountBudget"},
		"status=404,message=gone,skip=9999": nil,
	} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			e, p := faulty(t)
			state := p.Create(typeName, full())
			e.Fault(t, "method=GET,"+rule)
			e.Reset()
			after, d := p.Read(state)
			if want == nil {
				d.WantNone(t)
			} else {
				d.WantError(t, append(want, `Could not read account budget "team-a" (`+idOf(state)+`)`)...)
			}
			if !acctest.Equal(after.Object, state.Object) {
				t.Errorf("the state was %v, is %v", state.Object, after.Object)
			}
			most := 1
			if rule == "mode=reset-before" {
				most = 2 // Go's own transport repeats a GET on a connection that was open before.
			}
			e.MustCheck(t, acctest.AtMost(most, "GET", acctest.BudgetPath))
		})
	}
}

func TestDeletedElsewhere(t *testing.T) {
	t.Parallel()
	e, p := faulty(t)
	state := p.Create(typeName, full())
	e.SCP.DeleteBudget(idOf(state))
	for _, identity := range []object{state.Identity, nil} {
		gone := state
		gone.Identity = identity
		after, d := p.Read(gone)
		d.WantWarning(t, "Account budget no longer exists", `"team-a"`, idOf(state), "creates it again")
		if after.Object != nil {
			t.Errorf("the state is %v", after.Object)
		}
	}

	_, d := p.Apply(p.Plan(state, full(object{"amount": 2})))
	d.WantError(t, "Could not update account budget", "deleted elsewhere", "Plan again")

	// Deleting what is gone already is not an error.
	after, d := p.Apply(p.Plan(state, nil))
	d.WantNone(t)
	if after.Object != nil {
		t.Errorf("the state is %v", after.Object)
	}

	_, d = p.Import(typeName, idOf(state), nil)
	if d.HasError() {
		t.Errorf("Terraform itself says that there is nothing to import: %s", d)
	}
}

// A budget that was just made may take a moment until it can be read. It does not
// leave the state for that, or the next apply would make another one.
func TestNewBudgetThatCannotBeReadYet(t *testing.T) {
	t.Parallel()
	e, p := faulty(t)
	state := p.Create(typeName, full())
	e.Reset()
	e.Fault(t, "method=GET,path="+acctest.BudgetPath+",status=404,count=2")
	after, d := p.Read(state)
	d.WantNone(t)
	if !acctest.Equal(after.Object, state.Object) {
		t.Errorf("the state was %v, is %v", state.Object, after.Object)
	}
	e.MustCheck(t, acctest.Exactly(3, "GET", acctest.BudgetPath))

	// It does not become readable: it is gone, and was asked for a few times only.
	e.Reset()
	e.Fault(t, "method=GET,path="+acctest.BudgetPath+",status=404")
	after, d = p.Read(state)
	d.WantWarning(t, "Account budget no longer exists")
	if after.Object != nil {
		t.Errorf("the state is %v", after.Object)
	}
	e.MustCheck(t, acctest.Exactly(4, "GET", acctest.BudgetPath))

	// An older one is believed to be gone at once, and so is one that was just imported.
	e.SCP.Advance(time.Hour)
	e.Reset()
	e.Fault(t, "method=GET,path="+acctest.BudgetPath+",status=404")
	_, d = p.Read(state)
	d.WantWarning(t, "Account budget no longer exists")
	e.MustCheck(t, acctest.Exactly(1, "GET", acctest.BudgetPath))
	e.Reset()
	e.Fault(t, "method=GET,path="+acctest.BudgetPath+",status=404")
	_, _ = p.Import(typeName, "0123456789abcdef0123456789abcdef", nil)
	e.MustCheck(t, acctest.Exactly(1, "GET", acctest.BudgetPath))
}

// A failed write leaves the state as it was, and says what was attempted.
func TestWriteFailures(t *testing.T) {
	t.Parallel()
	for _, rule := range []string{"status=403", "status=400", "mode=gateway-404", "mode=gateway-401", "status=500"} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			e, p := faulty(t)
			state := p.Create(typeName, full())
			for _, method := range []string{"POST", "PUT", "DELETE"} {
				e.Fault(t, "method="+method+","+rule)
			}
			after, d := p.Apply(p.Plan(state, full(object{"amount": 2})))
			d.WantError(t, `Could not update account budget "team-a"`, idOf(state), "setAccountBudget")
			if !acctest.Equal(after.Object, state.Object) {
				t.Errorf("update: the state was %v, is %v", state.Object, after.Object)
			}
			after, d = p.Apply(p.Plan(state, nil))
			d.WantError(t, `Could not delete account budget "team-a"`, idOf(state), "deleteAccountBudget")
			if !acctest.Equal(after.Object, state.Object) {
				t.Errorf("delete: the state was %v, is %v", state.Object, after.Object)
			}
			after, d = create(p, full(object{"name": "team-b"}))
			d.WantError(t, `Could not create account budget "team-b"`, "createAccountBudget")
			if after.Object != nil {
				t.Errorf("create: the state is %v", after.Object)
			}
			if n := len(e.SCP.Budgets()); n != 1 {
				t.Errorf("%d budgets", n)
			}
		})
	}
}

// lost are the ways in which the response to a creation that was processed is lost.
var lost = []string{
	"mode=reset-after", "mode=truncate", "mode=empty", "mode=not-json", "mode=wrong-shape", "mode=html-after",
	"mode=status-after,status=500", "mode=status-after,status=502", "mode=status-after,status=504", "mode=oversize",
}

// A creation whose response was lost is sent once; the budget that it made is found
// by its name and adopted with a warning, and the next plan is empty.
func TestLostResponseIsAdopted(t *testing.T) {
	t.Parallel()
	for zone, guesses := range map[string]emulator.Guesses{"UTC": {}, "Seoul": {TimesZone: "Asia/Seoul", ListOrder: "reversed"}} {
		for _, rule := range lost {
			t.Run(zone+" "+rule, func(t *testing.T) {
				t.Parallel()
				e, p := faulty(t, acctest.WithEmulator(emulator.Options{Guesses: guesses}))
				e.Fault(t, "method=POST,count=1,"+rule)
				adopted(t, e, p, full())
				e.Fault(t, "method=POST,count=1,"+rule)
				adopted(t, e, p, minimal(object{"name": "another"}))
			})
		}
	}
}

func adopted(t *testing.T, e *acctest.Env, p *acctest.Provider, config object) {
	t.Helper()
	e.Reset()
	state, d := create(p, config)
	d.WantWarning(t, "The response to the creation was lost", "It was saved in the state")
	if state.Object == nil {
		t.Fatalf("no state")
	}
	if b := stored(t, e, idOf(state)); b.Name != config["name"] {
		t.Errorf("adopted was %+v", b)
	}
	if n := e.Count("POST", ""); n != 1 {
		t.Errorf("%d creations were sent", n)
	}
	if !acctest.Equal(state.Identity, object{"id": idOf(state)}) {
		t.Errorf("the identity is %v", state.Identity)
	}
	settled(t, p, state, config)
}

// A service that responds too late is the same as one whose response is lost.
func TestTimeoutIsAdopted(t *testing.T) {
	t.Parallel()
	e, p := faulty(t, acctest.WithSetting("request_timeout", "150ms"))
	e.Fault(t, "method=POST,count=1,delay=20s")
	adopted(t, e, p, full())
}

// Nor is the operation's own timeout the end of the look-up.
func TestOperationTimeoutIsAdopted(t *testing.T) {
	t.Parallel()
	e, p := faulty(t)
	e.Fault(t, "method=POST,count=1,delay=20s")
	adopted(t, e, p, full(object{"timeouts": object{"create": "150ms"}}))
}

// The clock of this machine may be wrong (within what signatures bear): the
// service's own clock counts.
func TestLostResponseWithAWrongClock(t *testing.T) {
	t.Parallel()
	for _, off := range []time.Duration{-4 * time.Minute, 4 * time.Minute} {
		e, p := faulty(t, acctest.WithEmulator(emulator.Options{Now: func() time.Time { return time.Now().Add(off) }}))
		e.Fault(t, "method=POST,count=1,mode=reset-after")
		adopted(t, e, p, full())
	}
}

// Retries of the look-up are allowed; those of the creation are not.
func TestLostResponseAndAnUnreliableLookUp(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "makes the service fail")
	e := acctest.New(t, acctest.WithSetting("max_retries", 2))
	p := e.Protocol(t)
	e.Fault(t, "method=POST,count=1,mode=reset-after")
	e.Fault(t, "method=GET,count=1,status=503,retry-after=0")
	adopted(t, e, p, full())
}

// What may not be ours is not adopted: the error names it and says how
// to import it.
func TestLookAlikesAreNotAdopted(t *testing.T) {
	t.Parallel()
	same := emulator.Budget{
		Name: "team-a", Amount: 1_000_000, Unit: "MONTHLY", StartMonth: "2099-01",
		Notifications: emulator.Notifications{IsUseNotification: true, NotificationSendPeriod: "DAILY", Receivers: []string{"a@example.com", "b@example.com"}, Thresholds: []int64{80, 100}},
		Prevention:    emulator.Prevention{IsUsePrevention: true, Receivers: []string{"c@example.com"}, Threshold: 90},
	}
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
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, p := faulty(t)
			lookAlike := same
			lookAlike.Notifications.Receivers = []string{"a@example.com", "b@example.com"}
			lookAlike.CreatedAt = time.Now()
			alter(&lookAlike)
			lookAlike = e.SCP.PutBudget(lookAlike)
			e.Fault(t, "method=POST,count=1,mode=reset-before")
			state, d := create(p, full())
			d.WantError(t, lookAlike.ID, "it is unknown whether", "terraform import scpbilling_account_budget.NAME "+lookAlike.ID)
			if state.Object != nil {
				t.Errorf("the state is %v", state.Object)
			}
		})
	}
	t.Run("two that match", func(t *testing.T) {
		t.Parallel()
		e, p := faulty(t, acctest.WithEmulator(emulator.Options{Guesses: emulator.Guesses{DuplicateNamesAllowed: true}}))
		same := same
		same.CreatedAt = time.Now()
		same = e.SCP.PutBudget(same)
		e.Fault(t, "method=POST,count=1,mode=reset-after")
		_, d := create(p, full())
		d.WantError(t, same.ID, "it is unknown whether", "the budgets ")
	})
	t.Run("ours beside an older one", func(t *testing.T) {
		t.Parallel()
		e, p := faulty(t, acctest.WithEmulator(emulator.Options{Guesses: emulator.Guesses{DuplicateNamesAllowed: true}}))
		same := same
		same.CreatedAt = time.Now().Add(-time.Hour)
		same = e.SCP.PutBudget(same)
		e.Fault(t, "method=POST,count=1,mode=reset-after")
		state, d := create(p, full())
		d.WantWarning(t, "It was saved in the state")
		if idOf(state) == same.ID || idOf(state) == "" {
			t.Errorf("adopted was %s", idOf(state))
		}
	})
}

// Nor is a budget of which the service does not return the settings.
func TestWithoutSettingsNothingIsAdopted(t *testing.T) {
	t.Parallel()
	for _, missing := range [][]string{{"notifications"}, {"prevention"}, {"notifications", "prevention"}} {
		e, _ := faulty(t)
		p := rewritten(t, e, func(reply object) {
			for _, setting := range missing {
				delete(reply, setting)
			}
		})
		e.Fault(t, "method=POST,count=1,mode=reset-after")
		state, d := create(p, full())
		d.WantError(t, e.SCP.Budgets()[0].ID, "it is unknown whether", "terraform import")
		if state.Object != nil {
			t.Errorf("without %v: the state is %v", missing, state.Object)
		}
	}
}

// A creation that came to nothing says so, and one whose look-up fails says what
// to look for.
func TestNothingToAdopt(t *testing.T) {
	t.Parallel()
	e, p := faulty(t)
	e.Fault(t, "method=POST,count=1,mode=reset-before")
	state, d := create(p, full())
	d.WantError(t, `Could not create account budget "team-a"`, `No budget named "team-a" was found`)
	if state.Object != nil {
		t.Errorf("the state is %v", state.Object)
	}

	e.Fault(t, "method=POST,count=1,mode=reset-after")
	e.Fault(t, "method=GET,mode=gateway-401")
	state, d = create(p, full())
	d.WantError(t, "is unknown whether the budget was created", "401", `Look for a budget named "team-a"`, "terraform import")
	if state.Object != nil {
		t.Errorf("the state is %v", state.Object)
	}

	// It is listed, and yet cannot be read: that says nothing about whose it is.
	e, p = faulty(t)
	e.Fault(t, "method=POST,count=1,mode=reset-after")
	e.Fault(t, "method=GET,path="+acctest.BudgetPath+",status=403")
	state, d = create(p, full())
	d.WantError(t, "is unknown whether the budget was created", "looking for it failed, too", "403", "terraform import")
	if state.Object != nil {
		t.Errorf("the state is %v", state.Object)
	}
	e.MustCheck(t, acctest.Exactly(1, "POST", acctest.BudgetsPath), acctest.Exactly(2, "GET", acctest.BudgetsPath), acctest.Exactly(1, "GET", acctest.BudgetPath))
}

// A list that ends before the service's own count proves nothing: neither that a lost
// creation came to nothing, nor that a name is free.
func TestIncompleteListIsNoProof(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "plays a service of its own")
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		_, _ = io.WriteString(w, `{"budgets":[],"count":3,"page":0,"size":20}`)
	}))
	t.Cleanup(service.Close)
	p := acctest.NewProvider(t)
	p.Configure(object{"access_key": "a", "secret_key": "s", "max_retries": 0, "endpoints": object{"budget": service.URL}}).WantNone(t)
	const incomplete = "the service reports 3 budgets, but its pages contain 0"
	state, d := create(p, full())
	d.WantError(t, `Could not create account budget "team-a"`, "is unknown whether the budget was created", incomplete, "console", "terraform import")
	if state.Object != nil {
		t.Errorf("the state is %v", state.Object)
	}
	_, d = p.ReadData("scpbilling_account_budget", object{"name": "team-a"})
	d.WantError(t, `Could not find the account budget named "team-a"`, incomplete, "ID instead of the name")
}

// A new budget may take a while until it can be read. One that is listed already is
// named; one that is not is no proof that nothing was created.
func TestLostResponseToABudgetThatCannotBeReadYet(t *testing.T) {
	t.Parallel()
	e, p := faulty(t, acctest.WithEmulator(emulator.Options{Guesses: emulator.Guesses{ReadableAfterReads: 9}}))
	e.Fault(t, "method=POST,count=1,mode=reset-after")
	_, d := create(p, full())
	id := e.SCP.Budgets()[0].ID
	d.WantError(t, id, "it is unknown whether", "terraform import scpbilling_account_budget.NAME "+id)

	e, p = faulty(t, acctest.WithEmulator(emulator.Options{Guesses: emulator.Guesses{ReadableAfter: time.Hour}}))
	e.Fault(t, "method=POST,count=1,mode=reset-after")
	_, d = create(p, full())
	d.WantError(t, `No budget named "team-a" was found`, "most likely", "import")
}

// An update or a deletion whose response was lost is repeated, since doing it twice
// is the same as once.
func TestLostResponsesToOtherWrites(t *testing.T) {
	t.Parallel()
	for _, rule := range []string{"mode=reset-after", "mode=truncate", "mode=empty", "mode=status-after,status=502"} {
		t.Run(rule, func(t *testing.T) {
			t.Parallel()
			acctest.NeedEmulator(t, "makes the service fail")
			e := acctest.New(t, acctest.WithSetting("max_retries", 1))
			p := e.Protocol(t)
			state := p.Create(typeName, full())
			config := full(object{"amount": 5})
			planned := p.Plan(state, config)
			e.Fault(t, "method=PUT,count=1,retry-after=0,"+rule)
			after, d := p.Apply(planned)
			if d.HasError() {
				// A response that cannot be read is no reason to send the change again, but the next plan has to show the truth.
				if !strings.Contains(d.String(), "Could not update account budget") {
					t.Errorf("update: %s", d)
				}
				after = state
				after, _ = p.Read(after)
			}
			settled(t, p, after, config)

			e.Fault(t, "method=DELETE,count=1,retry-after=0,"+rule)
			after, d = p.Apply(p.Plan(after, nil))
			d.WantNone(t)
			if after.Object != nil || len(e.SCP.Budgets()) > 0 {
				t.Errorf("left: state %v, service %v", after.Object, e.SCP.Budgets())
			}
		})
	}
}

// A change that the service accepts and does not make is no change.
func TestAcceptedButNotMade(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "makes the service fail")
	for name, change := range map[string]object{
		"amount": {"amount": 5}, "name": {"name": "team-b"}, "unit": {"unit": "OVERALL"}, "start_month": {"start_month": "2099-09"},
	} {
		e := acctest.New(t)
		p := e.Protocol(t)
		state := p.Create(typeName, full())
		e.Fault(t, "method=PUT,count=1,mode=empty-before")
		left, d := p.Apply(p.Plan(state, full(change)))
		d.WantError(t, "Could not update account budget", "does not show it", "Plan again")
		if !acctest.Equal(left.Object, state.Object) {
			t.Errorf("%s: saved %v, was %v", name, left.Object, state.Object)
		}
		left, d = p.Apply(p.Plan(left, full(change)))
		d.WantNone(t)
		settled(t, p, left, full(change))
	}
}

// A name that is taken: the error names the budget in the way and the import.
func TestConflict(t *testing.T) {
	t.Parallel()
	e, p := faulty(t)
	taken := e.SCP.PutBudget(emulator.Budget{Name: "taken", Amount: 1})
	_, d := create(p, full(object{"name": "taken"}))
	d.WantError(t, "409", "Budget "+taken.ID+` already has the name "taken"`, "terraform import scpbilling_account_budget.NAME "+taken.ID, fmt.Sprintf("id = %q", taken.ID))

	state := p.Create(typeName, full())
	_, d = p.Apply(p.Plan(state, full(object{"name": "taken"})))
	d.WantError(t, "Could not update", "409", "Budget "+taken.ID+` already has the name "taken"`)

	// A budget is never in its own way.
	e.Fault(t, "method=PUT,status=409,count=1")
	_, d = p.Apply(p.Plan(state, full(object{"amount": 7})))
	d.WantError(t, "409", `No other budget is named "team-a"`, "The service may limit the number of budgets of an account, possibly to one", "The account has 2", taken.ID)

	// A conflict with nothing to be seen is explained, too.
	e.Fault(t, "method=POST,status=409")
	_, d = create(p, full(object{"name": "free"}))
	d.WantError(t, "409", `No other budget is named "free"`, "limit the number")

	// Two budgets of one configuration swap their names: the other one is not to be
	// imported, and what the message says works.
	e.SCP.ClearFaults()
	other := p.Create(typeName, full(object{"name": "other"}))
	_, d = p.Apply(p.Plan(other, full(object{"name": "team-a"})))
	d.WantError(t, "409", "Budget "+idOf(state)+` of this configuration still has the name "team-a"`, "apply again", "create_before_destroy", "interim name")
	if strings.Contains(d.String(), "import") {
		t.Errorf("a budget of the configuration is to be imported: %s", d)
	}
	interim, d := p.Apply(p.Plan(other, full(object{"name": "interim"})))
	d.WantNone(t)
	_, d = p.Apply(p.Plan(state, full(object{"name": "other"})))
	d.WantNone(t)
	_, d = p.Apply(p.Plan(interim, full(object{"name": "team-a"})))
	d.WantNone(t)

	// Another budget of this run had the name when the request was sent, and has it no more.
	e.Fault(t, "method=POST,status=409,count=1")
	_, d = create(p, full(object{"name": "interim"}))
	d.WantError(t, "409", "Budget "+idOf(other)+` of this configuration had the name "interim" until this run renamed or deleted it. Apply again.`)
	if strings.Contains(d.String(), "limit the number") {
		t.Errorf("a limit is suspected: %s", d)
	}
}
