package billingplan_test

// Purchases whose response is lost, refused, late or odd: never two contracts for
// one resource, and never an error once a contract is in the state.

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// purchase is the beginning of a fault rule that meets purchases.
const purchase = "method=POST,path=" + computesPath + ","

// through is the provider with something of the test's between it and the
// service. next responds as the service does.
func (w *world) through(handle func(rw http.ResponseWriter, r *http.Request, next http.Handler)) *world {
	w.t.Helper()
	between := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { handle(rw, r, w.SCP) }))
	w.t.Cleanup(between.Close)
	settings := w.Settings()
	settings["endpoint_override"] = between.URL
	p := acctest.NewProvider(w.t)
	if d := p.Configure(settings); len(d) > 0 {
		w.t.Fatalf("configure: %s", d)
	}
	return &world{w.Env, p, w.t}
}

// isPurchase reports whether a request is a purchase.
func isPurchase(r *http.Request) bool {
	return r.Method == http.MethodPost && r.URL.Path == computesPath
}

// altered is the provider with the service's responses to some requests changed on
// their way.
func (w *world) altered(which func(*http.Request) bool, alter func(reply object)) *world {
	w.t.Helper()
	return w.through(func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		if !which(r) {
			next.ServeHTTP(rw, r)
			return
		}
		record := httptest.NewRecorder()
		next.ServeHTTP(record, r)
		var reply object
		if json.Unmarshal(record.Body.Bytes(), &reply) == nil {
			alter(reply)
		}
		rw.Header().Set("Date", record.Header().Get("Date"))
		rw.WriteHeader(record.Code)
		_ = json.NewEncoder(rw).Encode(reply)
	})
}

// Whichever way the response is lost, the one contract is found, saved with a
// warning, and nothing is bought by the next plan.
func TestLostResponseIsFoundAgain(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault   string
		guesses emulator.Guesses
	}{
		"reset":            {fault: "mode=reset-after,count=1"},
		"timeout":          {fault: "delay=20s,count=1"},
		"slow body":        {fault: "mode=slow,delay=20s,count=1"},
		"500":              {fault: "mode=status-after,status=500,count=1"},
		"502":              {fault: "mode=status-after,status=502,count=1"},
		"503":              {fault: "mode=status-after,status=503,retry-after=1,count=1"},
		"504":              {fault: "mode=status-after,status=504,count=1"},
		"408":              {fault: "mode=status-after,status=408,count=1"},
		"cut short":        {fault: "mode=truncate,count=1"},
		"empty":            {fault: "mode=empty,count=1"},
		"a page":           {fault: "mode=html-after,count=1"},
		"no JSON":          {fault: "mode=not-json,count=1"},
		"another shape":    {fault: "mode=wrong-shape,count=1"},
		"too large":        {fault: "mode=oversize,count=1"},
		"no id":            {guesses: emulator.Guesses{CreateWithoutID: true}},
		"times of Seoul":   {fault: "mode=reset-after,count=1", guesses: emulator.Guesses{TimesZone: "Asia/Seoul"}},
		"other spellings":  {fault: "mode=reset-after,count=1", guesses: emulator.Guesses{ContractTypeForm: "code", OSTypeForm: "value", TimeForm: "rfc3339"}},
		"small pages":      {fault: "mode=reset-after,count=1", guesses: emulator.Guesses{PageSizeCap: 1}},
		"readable later":   {fault: "mode=reset-after,count=1", guesses: emulator.Guesses{ReadableAfterReads: 1}},
		"first start time": {fault: "mode=reset-after,count=1", guesses: emulator.Guesses{FirstStartWithTime: true, TimeForm: "fraction"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, c.guesses, acctest.WithSetting("request_timeout", "2s"))
			// Older contracts of the spec, and a newer one of another spec, are no candidates.
			w.SCP.PutPlannedCompute(emulator.PlannedCompute{ID: "older", CreatedAt: seoulNoon.Add(-2 * day)})
			w.SCP.PutPlannedCompute(emulator.PlannedCompute{ID: "other", CreatedAt: seoulNoon, OSType: "WINDOWS"})
			planned := w.Plan(acctest.State{Type: typeName}, contract())
			planned.Diagnostics.WantNone(t)
			if c.fault != "" {
				w.Fault(t, purchase+c.fault)
			}
			state, d := w.Apply(planned)
			d.WantWarning(t, "The response to the purchase was lost", idOf(state), "nothing was bought twice")
			complete(t, state)
			w.wantRequests(1, 0)
			w.wantHeld(3)
			w.stored(state)
			if id := idOf(state); id == "older" || id == "other" {
				t.Fatalf("adopted %s", id)
			}
			w.Reset()
			w.restart().settled(state, contract())
			w.wantRequests(0, 0)
		})
	}
}

// A response that names the contract and is odd otherwise loses nothing.
func TestOddResponseWithAnID(t *testing.T) {
	t.Parallel()
	odd := func(reply object) {
		bought, _ := reply["planned_compute"].(object)
		bought["end_date"] = []int{1, 2}
	}
	t.Run("read back", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, emulator.Guesses{}).altered(isPurchase, odd)
		state := w.create(contract())
		w.wantRequests(1, 0)
		w.settled(state, contract())
	})
	t.Run("read back later", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, emulator.Guesses{})
		between := w.altered(isPurchase, odd)
		planned := between.Plan(acctest.State{Type: typeName}, contract())
		w.Fault(t, "method=GET,path="+computePath+",status=500,count=2") // the first read and its repetition
		state, d := between.Apply(planned)
		d.WantWarning(t, "The response to the purchase could not be used", "end_date", "named the contract "+idOf(state), "read and saved", "No action is needed")
		complete(t, state)
		if state.Object["end_date"] != w.stored(state).EndDate {
			t.Errorf("end_date is %v", state.Object["end_date"])
		}
		w.wantRequests(1, 0)
		w.settled(state, contract())
		w.wantHeld(1)
	})
	t.Run("not to be read back", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, emulator.Guesses{})
		between := w.altered(isPurchase, odd)
		planned := between.Plan(acctest.State{Type: typeName}, contract())
		w.Fault(t, "method=GET,path="+computePath+",status=500")
		state, d := between.Apply(planned)
		d.WantWarning(t, "could not be read back", "is saved in the state")
		complete(t, state)
		w.wantRequests(1, 0)

		// The next plan reads again, and buys nothing as long as it cannot.
		_, d = w.Read(state)
		d.WantError(t, "Could not read planned compute")
		w.SCP.ClearFaults()
		w.settled(state, contract())
		w.wantRequests(1, 0)
		w.wantHeld(1)
	})
}

// Identical purchases side by side: one request and one contract for each, also
// when one response is lost.
func TestIdenticalPurchasesSideBySide(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		n    int
		lost string
	}{
		"ten":                {10, ""},
		"three, first lost":  {3, "mode=reset-after,count=1"},
		"three, second lost": {3, "mode=reset-after,skip=1,count=1"},
		"three, last lost":   {3, "mode=status-after,status=504,skip=2,count=1"},
		"three, all lost":    {3, "mode=truncate"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.Guesses{})
			if c.lost != "" {
				w.Fault(t, purchase+c.lost)
			}
			states := make([]acctest.State, c.n)
			var all sync.WaitGroup
			for i := range states {
				all.Go(func() {
					// Terraform plans again in the process that applies.
					planned := w.Plan(acctest.State{Type: typeName}, contract())
					if len(planned.Diagnostics) > 0 {
						t.Errorf("plan: %s", planned.Diagnostics)
					}
					var d acctest.Diagnostics
					if states[i], d = w.Apply(planned); d.HasError() {
						t.Errorf("apply: %s", d)
					}
				})
			}
			all.Wait()
			w.wantRequests(c.n, 0)
			w.wantHeld(c.n)
			ids := map[string]bool{}
			for _, s := range states {
				ids[idOf(s)] = true
				w.stored(s)
			}
			if len(ids) != c.n {
				t.Errorf("%d different ids for %d resources: %v", len(ids), c.n, ids)
			}
			w.Reset()
			next := w.restart()
			for _, s := range states {
				next.settled(s, contract())
			}
			w.wantRequests(0, 0)
		})
	}
}

// Somebody else buys the same in the second in which our response is lost: which
// contract is ours is unknown, so both are named. The next plan names them
// again, and importing one ends the matter.
func TestLostResponseBesideALookAlike(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Guesses{})
	between := w.through(func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		if isPurchase(r) {
			w.SCP.PutPlannedCompute(emulator.PlannedCompute{ID: "look-alike", CreatedBy: "lee"})
		}
		next.ServeHTTP(rw, r)
	})
	w.Fault(t, purchase+"mode=reset-after,count=1")
	planned := between.Plan(acctest.State{Type: typeName}, contract())
	planned.Diagnostics.WantNone(t)
	state, d := between.Apply(planned)
	if state.Object != nil {
		t.Fatalf("saved in the state: %v", state.Object)
	}
	w.wantRequests(1, 0)
	w.wantHeld(2)
	ours := w.held()[1].ID
	if ours == "look-alike" {
		ours = w.held()[0].ID
	}
	names := []string{"several contracts match", "look-alike", "bought by lee", ours, "bought by " + emulator.ExampleUser, "import {", typeName}
	d.WantError(t, names...)

	again := w.restart()
	again.Plan(acctest.State{Type: typeName}, contract()).Diagnostics.WantWarning(t, "look-alike", ours, "import {")
	// The way out.
	imported, d := again.Import(typeName, ours, nil)
	d.WantNone(t)
	again.settled(imported, contract())
	w.wantRequests(1, 0)
}

// A purchase that was certainly not processed is sent again, or ends in an error
// that says so. Nothing is ever bought twice.
func TestPurchaseNotProcessed(t *testing.T) {
	t.Parallel()
	t.Run("429", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, emulator.Guesses{})
		w.Fault(t, purchase+"status=429,retry-after=1,count=1")
		began := time.Now()
		state := w.create(contract())
		if took := time.Since(began); took < time.Second {
			t.Errorf("sent again after %s, before the pause was over", took)
		}
		w.wantRequests(2, 0)
		w.wantHeld(1)
		w.settled(state, contract())
	})
	t.Run("429 again and again", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, emulator.Guesses{})
		w.Fault(t, purchase+"status=429")
		_, d := w.Apply(w.Plan(acctest.State{Type: typeName}, contract()))
		d.WantError(t, "Could not buy", "429", "Nothing was bought")
		w.wantRequests(2, 0)
		w.wantHeld(0)
		w.SCP.ClearFaults()
		w.create(contract())
		w.wantHeld(1)
	})
	for _, fault := range []string{"status=503,count=1", "status=500,count=1", "mode=reset-before,count=1", "mode=html,count=1"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.Guesses{})
			w.Fault(t, purchase+fault)
			state, d := w.Apply(w.Plan(acctest.State{Type: typeName}, contract()))
			d.WantError(t, "no contract was found", "it is safe to apply again")
			if state.Object != nil {
				t.Errorf("saved in the state: %v", state.Object)
			}
			w.wantRequests(1, 0)
			w.wantHeld(0)
			// The way out: apply again.
			w.restart().create(contract())
			w.wantHeld(1)
			w.wantRequests(2, 0)
		})
	}
	for fault, words := range map[string]string{
		"status=400":         "400",
		"status=403":         "permission",
		"mode=gateway-401":   "signature",
		"mode=gateway-404":   "gateway",
		"status=409,count=1": "409",
		"mode=redirect,location=https://elsewhere.example": "redirect",
	} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.Guesses{})
			w.Fault(t, purchase+fault)
			state, d := w.Apply(w.Plan(acctest.State{Type: typeName}, contract()))
			d.WantError(t, words, "Nothing was bought")
			if state.Object != nil {
				t.Errorf("saved in the state: %v", state.Object)
			}
			w.wantRequests(1, 0)
			w.wantHeld(0)
		})
	}
	t.Run("connection refused", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, emulator.Guesses{})
		planned := w.Plan(acctest.State{Type: typeName}, contract())
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		_ = listener.Close()
		settings := w.Settings()
		settings["endpoint_override"] = "http://" + listener.Addr().String()
		cut := acctest.NewProvider(t)
		if d := cut.Configure(settings); len(d) > 0 {
			t.Fatal(d)
		}
		_, d := cut.Apply(planned)
		d.WantError(t, "The request was not sent, so nothing was bought", "It is safe to apply again")
		w.wantRequests(0, 0)
		w.create(contract())
		w.wantHeld(1)
	})
	t.Run("no time left", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t, emulator.Guesses{})
		config := contract(object{"timeouts": object{"create": "1ns"}})
		_, d := w.Apply(w.Plan(acctest.State{Type: typeName}, config))
		if len(d.Errors()) != 1 || !strings.Contains(d.Errors()[0], "safe to apply again") {
			t.Errorf("said: %s", d)
		}
		w.wantRequests(0, 0)
	})
}

// The outcome is not known, and neither can the service be asked. The error says
// so; the next plan finds the contract.
func TestLostResponseAndNoLookUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Guesses{})
	planned := w.Plan(acctest.State{Type: typeName}, contract())
	w.Fault(t, purchase+"mode=reset-after,count=1")
	w.Fault(t, "method=GET,path="+computesPath+",status=500")
	state, d := w.Apply(planned)
	d.WantError(t, "the outcome is unknown", "Plan again before anything else", "import")
	if state.Object != nil {
		t.Errorf("saved in the state: %v", state.Object)
	}
	w.wantRequests(1, 0)
	w.SCP.ClearFaults()
	next, id := w.restart(), w.held()[0].ID
	next.Plan(acctest.State{Type: typeName}, contract()).Diagnostics.WantWarning(t, "An identical contract already exists", id, "import {", fmt.Sprintf("id = %q", id))
	imported, d := next.Import(typeName, id, nil)
	d.WantNone(t)
	next.settled(imported, contract())
	w.wantRequests(1, 0)
}

// When the times of purchase cannot be read, only a list from before the purchase
// shows which contract is new. Without one nothing is taken over, and the next plan
// names the contract.
func TestLostResponseWithoutReadableTimes(t *testing.T) {
	t.Parallel()
	isList := func(r *http.Request) bool { return r.Method == http.MethodGet && r.URL.Path == computesPath }
	vague := func(reply object) {
		rows, _ := reply["planned_computes"].([]any)
		for _, row := range rows {
			row.(object)["created_at"] = "a while ago"
		}
	}
	for _, listed := range []bool{true, false} {
		w := newWorld(t, emulator.Guesses{})
		w.SCP.PutPlannedCompute(emulator.PlannedCompute{ID: "older", CreatedAt: seoulNoon.Add(-2 * day)})
		before := w.altered(isList, vague)
		planned := before.Plan(acctest.State{Type: typeName}, contract())
		planned.Diagnostics.WantWarning(t, "An identical contract already exists", "older")
		if !listed {
			before = w.altered(isList, vague) // another process, which has no list from before
		}
		w.Fault(t, purchase+"mode=reset-after,count=1")
		state, d := before.Apply(planned)
		if listed {
			d.WantWarning(t, "The response to the purchase was lost", idOf(state))
			w.stored(state)
			if idOf(state) == "older" {
				t.Error("adopted the older contract")
			}
		} else {
			d.WantError(t, "no contract was found", "If it names none, it is safe to apply again")
			if state.Object != nil {
				t.Errorf("saved in the state: %v", state.Object)
			}
			for _, pc := range w.held() {
				before.plan(contract()).WantWarning(t, "An identical contract already exists", fmt.Sprintf("id = %q", pc.ID))
			}
		}
		w.wantRequests(1, 0)
		w.wantHeld(2)
	}
}

// A contract that shows up in the list a little later is found all the same.
func TestLostResponseOfAContractListedLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Guesses{ReadableAfter: 1500 * time.Millisecond})
	lists := 0
	between := w.through(func(rw http.ResponseWriter, r *http.Request, next http.Handler) {
		next.ServeHTTP(rw, r)
		if r.Method == http.MethodGet && r.URL.Path == computesPath {
			if lists++; lists == 2 { // the first after the purchase
				w.SCP.Advance(2 * time.Second)
			}
		}
	})
	w.Fault(t, purchase+"mode=reset-after,count=1")
	planned := between.Plan(acctest.State{Type: typeName}, contract())
	state, d := between.Apply(planned)
	d.WantWarning(t, "The response to the purchase was lost", idOf(state))
	w.stored(state)
	w.wantRequests(1, 0)
}

// What fails after the purchase is a warning: the contract is saved, and the next
// plan does the rest.
func TestFollowUpFailsAfterThePurchase(t *testing.T) {
	t.Parallel()
	config := contract(object{"next_contract_type": "03"})
	for name, c := range map[string]struct {
		fault    string
		reserved bool
	}{
		"refused":                   {"status=400", false},
		"500, not done":             {"status=500,count=2", false},
		"reset, not done":           {"mode=reset-before,count=2", false},
		"500, not done at first":    {"status=500,count=1", true},
		"gateway":                   {"mode=gateway-401", false},
		"lost response":             {"mode=reset-after,count=1", true},
		"lost response, 504":        {"mode=status-after,status=504,count=1", true},
		"lost response, cut short":  {"mode=truncate,count=1", true},
		"lost response, empty body": {"mode=empty,count=1", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, emulator.Guesses{})
			w.Fault(t, "method=PUT,"+c.fault)
			state, d := w.Apply(w.Plan(acctest.State{Type: typeName}, config))
			if c.reserved {
				d.WantNone(t)
			} else {
				d.WantWarning(t, "its follow-up was not reserved", idOf(state))
			}
			complete(t, state)
			sent := 1 // and once more when the contract was seen not to show it
			if strings.Contains(name, "not done") {
				sent = 2
			}
			w.wantRequests(1, sent)
			w.SCP.ClearFaults()
			w.Reset()
			next := w.restart()
			if c.reserved {
				next.settled(state, config)
				w.wantRequests(0, 0)
				return
			}
			state = next.update(next.refresh(state), config)
			w.wantRequests(0, 1)
			if pc := w.stored(state); pc.NextContractType != "03" {
				t.Errorf("reserved: %+v", pc)
			}
			next.settled(state, config)
		})
	}
}

// The daily settlement refuses purchases, and nothing is bought twice over it.
func TestSettlement(t *testing.T) {
	t.Parallel()
	for name, g := range map[string]emulator.Guesses{
		"400": {}, "409": {SettlementStatus: 409, SettlementCode: "Settlement"}, "503": {SettlementStatus: 503},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, g)
			w.SCP.Advance(11*time.Hour + 40*time.Minute) // 23:40 in Seoul
			state, d := w.Apply(w.Plan(acctest.State{Type: typeName}, contract()))
			d.WantError(t, "23:30 to 23:59", "settle")
			if state.Object != nil {
				t.Errorf("saved in the state: %v", state.Object)
			}
			w.wantRequests(1, 0)
			w.wantHeld(0)
			// The way out: after midnight.
			w.SCP.Advance(30 * time.Minute)
			w.restart().create(contract())
			w.wantHeld(1)
		})
	}
}

// The operation's own time is over while the response is awaited: the look-up has
// time of its own.
func TestTimeIsOverDuringThePurchase(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Guesses{})
	config := contract(object{"next_contract_type": "01", "timeouts": object{"create": "500ms"}})
	w.Fault(t, purchase+"delay=20s,count=1")
	state, d := w.Apply(w.Plan(acctest.State{Type: typeName}, config))
	if warnings := d.Warnings(); d.HasError() || len(warnings) != 2 || !strings.Contains(warnings[0], "The response to the purchase was lost") || !strings.Contains(warnings[1], "was not reserved") {
		t.Errorf("said:\n%s", d)
	}
	complete(t, state)
	w.wantRequests(1, 0)
	state = w.update(w.refresh(state), config)
	w.wantRequests(1, 1)
	w.settled(state, config)
}
