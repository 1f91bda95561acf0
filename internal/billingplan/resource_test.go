package billingplan_test

// What the tests of the resource share, and the life of one contract.

import (
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

const (
	typeName = "scpbilling_planned_compute"

	computesPath = "/v1/planned-computes"
	computePath  = "/v1/planned-computes/*"
	quotePath    = "/v1/planned-computes/cancellation-fee"
)

// seoulNoon is the emulated time at first: 10 March 2026, noon in Seoul.
var seoulNoon = time.Date(2026, 3, 10, 3, 0, 0, 0, time.UTC)

type object = acctest.Object

// contract is a configuration; changes are put over it.
func contract(changes ...object) object {
	out := object{"service_id": "VIRTUAL_SERVER", "os_type": "opensource", "server_type": "s1v1m2", "contract_type": "01"}
	for _, change := range changes {
		maps.Copy(out, change)
	}
	return out
}

// world is a service at noon in Seoul and a provider process that uses it.
type world struct {
	*acctest.Env
	*acctest.Provider
	t *testing.T
}

func newWorld(t *testing.T, g emulator.Guesses, more ...acctest.Option) *world {
	t.Helper()
	g.TimestampTolerance = -1 // the emulated time is not that of this machine
	e := acctest.New(t, append([]acctest.Option{
		acctest.WithEmulator(emulator.Options{Guesses: g, Now: func() time.Time { return seoulNoon }}),
		acctest.WithSetting("max_retries", 1),
	}, more...)...)
	return &world{e, e.Protocol(t), t}
}

// in is the world in a subtest.
func (w *world) in(t *testing.T) *world { return &world{w.Env, w.For(t), t} }

// restart is another provider process on the same service.
func (w *world) restart() *world { return &world{w.Env, w.Env.Protocol(w.t), w.t} }

// purchases is how many purchases were sent since the last Reset.
func (w *world) purchases() int { return w.Count("POST", computesPath) }

// changes is how many changes of contracts were sent since the last Reset.
func (w *world) changes() int { return w.Count("PUT", "") }

// wantRequests checks the requests that change anything since the last Reset.
func (w *world) wantRequests(purchases, changes int) {
	w.t.Helper()
	if w.purchases() != purchases || w.changes() != changes {
		w.t.Errorf("%d purchases and %d changes were sent, want %d and %d:\n%v", w.purchases(), w.changes(), purchases, changes, w.Requests())
	}
}

// held are the contracts of the service that have not ended.
func (w *world) held() []emulator.PlannedCompute {
	var out []emulator.PlannedCompute
	for _, pc := range w.SCP.PlannedComputes() {
		if pc.Ended == "" {
			out = append(out, pc)
		}
	}
	return out
}

func (w *world) wantHeld(n int) {
	w.t.Helper()
	if got := w.held(); len(got) != n {
		w.t.Errorf("the service holds %d running contracts, want %d: %v", len(got), n, got)
	}
}

// stored is the contract that the service holds under the state's id.
func (w *world) stored(s acctest.State) emulator.PlannedCompute { return w.byID(idOf(s)) }

func (w *world) byID(id string) emulator.PlannedCompute {
	w.t.Helper()
	all := w.SCP.PlannedComputes()
	i := slices.IndexFunc(all, func(pc emulator.PlannedCompute) bool { return pc.ID == id })
	if i < 0 {
		w.t.Fatalf("the service has no contract %q", id)
	}
	return all[i]
}

func (w *world) isCancelled(id string) bool { return w.byID(id).Ended == emulator.EndedCancelled }

// alter changes the contract behind the provider's back.
func (w *world) alter(s acctest.State, how func(*emulator.PlannedCompute)) {
	w.t.Helper()
	pc := w.stored(s)
	how(&pc)
	w.SCP.PutPlannedCompute(pc)
}

// Plan plans like the provider does. Each plan of a new contract has to warn that it
// buys; that warning is checked here and taken out.
func (w *world) Plan(prior acctest.State, config object) acctest.Planned {
	w.t.Helper()
	planned := w.Provider.Plan(prior, config)
	if prior.Object == nil && config != nil && !planned.Diagnostics.HasError() {
		planned.Diagnostics = planned.Diagnostics.Without(w.t, "A contract will be bought")
	}
	return planned
}

// applied applies a plan without a word from the provider.
func (w *world) applied(planned acctest.Planned) acctest.State {
	w.t.Helper()
	state, d := w.Apply(planned)
	d.WantNone(w.t)
	return state
}

// create plans and applies a new contract. The provider warns of the purchase alone.
func (w *world) create(config object) acctest.State {
	w.t.Helper()
	planned := w.Plan(acctest.State{Type: typeName}, config)
	if config["next_contract_type"] != nil {
		planned.Diagnostics = planned.Diagnostics.Without(w.t, "A follow-up contract will be reserved")
	}
	planned.Diagnostics.WantNone(w.t)
	return w.applied(planned)
}

// refresh reads the contract without a word from the provider.
func (w *world) refresh(s acctest.State) acctest.State {
	w.t.Helper()
	state, d := w.Read(s)
	d.WantNone(w.t)
	return state
}

// update plans and applies a change; the plan may warn.
func (w *world) update(s acctest.State, config object) acctest.State {
	w.t.Helper()
	planned := w.Plan(s, config)
	if planned.Diagnostics.HasError() {
		w.t.Fatalf("plan: %s", planned.Diagnostics)
	}
	state, d := w.Apply(planned)
	if d.HasError() {
		w.t.Fatalf("apply: %s", d)
	}
	return state
}

// settled wants the next plan, after a refresh, to be empty and silent.
func (w *world) settled(s acctest.State, config object) acctest.State {
	w.t.Helper()
	state := w.refresh(s)
	planned := w.Plan(state, config)
	planned.Diagnostics.WantNone(w.t)
	if !planned.NoChange() || len(planned.Replace) > 0 {
		w.t.Errorf("the next plan is not empty (replacing for %v)\nfrom %v\nto   %v", planned.Replace, state.Object, planned.Object)
	}
	return state
}

// complete wants every attribute to be known.
func complete(t *testing.T, s acctest.State) {
	t.Helper()
	for name, value := range s.Object {
		if value == acctest.Unknown {
			t.Errorf("%s is unknown after apply", name)
		}
	}
}

func idOf(s acctest.State) string { id, _ := s.Object["id"].(string); return id }

// day is 24 hours.
const day = 24 * time.Hour

// A contract is bought with one request, and the next plan is empty, whatever
// spelling of it the configuration has and the service returns.
func TestOnePurchaseThenNothing(t *testing.T) {
	t.Parallel()
	services := map[string]emulator.Guesses{
		"as guessed":             {},
		"codes and values":       {ContractTypeForm: "code", OSTypeForm: "value"},
		"code and id":            {ContractTypeForm: "code"},
		"name and value":         {OSTypeForm: "value"},
		"no follow-up is empty":  {NoNextAs: "empty", DescriptionForm: "empty"},
		"no follow-up is absent": {NoNextAs: "absent", DescriptionForm: "null"},
		"names of the offerings": {ServiceNameFromOfferings: true},
		"times with a zone":      {TimeForm: "rfc3339", FirstStartWithTime: true},
		"times of Seoul":         {TimesZone: "Asia/Seoul", TimeForm: "space"},
		"contract id later":      {ContractIDLater: true, StateBeforeStart: "SCHEDULED"},
		"starts the same day":    {StartSameDay: true, TermEndsOnAnniversary: true},
		"strings for numbers":    {CountersAsString: true, ScaleUpAsString: true},
	}
	configs := map[string]object{
		"codes":      contract(),
		"names":      contract(object{"contract_type": "1-year", "os_type": "OPEN_SOURCE"}),
		"everything": contract(object{"next_contract_type": "3-year", "service_name": "My servers", "tags": object{"team": "a", "empty": ""}, "timeouts": object{"create": "5m"}}),
	}
	for service, g := range services {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			for name, config := range configs {
				w := newWorld(t, g)
				planned := w.Plan(acctest.State{Type: typeName}, config)
				if planned.Diagnostics.HasError() {
					t.Fatalf("%s: plan: %s", name, planned.Diagnostics)
				}
				state := w.applied(planned)
				complete(t, state)
				want := 0
				if name == "everything" {
					want = 1
				}
				w.wantRequests(1, want)
				w.Reset()
				state = w.settled(state, config)
				// Once the contract has started, and in another process.
				w.SCP.Advance(2 * day)
				w.restart().settled(state, config)
				w.wantRequests(0, 0)
				w.wantHeld(1)
			}
		})
	}
}

// What is sent with a purchase.
func TestPurchaseAsConfigured(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Guesses{})
	state := w.create(contract(object{"os_type": "WINDOWS", "contract_type": "3-year", "server_type": "s1v2m4", "service_name": "Mine", "tags": object{"team": "a", "cost": "7"}}))
	pc := w.stored(state)
	if pc.OSType != "WINDOWS" || pc.ContractType != "03" || pc.ServerType != "s1v2m4" || pc.ServiceName != "Mine" || !maps.Equal(pc.Tags, map[string]string{"team": "a", "cost": "7"}) {
		t.Errorf("bought: %+v", pc)
	}
	wants := object{
		"contract_id": pc.ContractID, "start_date": pc.StartDate, "end_date": pc.EndDate, "first_contract_start_at": pc.FirstContractStartAt,
		"srn": pc.SRN, "region": pc.Region, "state": pc.State, "delete_yn": false, "created_by": pc.CreatedBy, "modified_by": pc.ModifiedBy,
		"server_type_description": object{"cpu": "2 Cores", "memory": "4 GB"}, "next_contract_type": nil, "next_start_date": nil,
		"deletion_policy": "PREVENT", "purchase_guard": "WARN", "account_id": pc.AccountID, "os_name": "Windows", "resource_type": pc.ResourceType,
	}
	for name, want := range wants {
		if !acctest.Equal(state.Object[name], want) {
			t.Errorf("%s is %v, want %v", name, state.Object[name], want)
		}
	}
}
