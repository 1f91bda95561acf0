package budget_test

import (
	"maps"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

const (
	typeName = "scpbilling_account_budget"
	listName = "scpbilling_account_budgets"
)

type object = acctest.Object

var absent = acctest.State{Type: typeName}

// merged is an object with changes put over it, one after the other.
func merged(o object, changes []object) object {
	for _, change := range changes {
		maps.Copy(o, change)
	}
	return o
}

// minimal is the smallest configuration.
func minimal(changes ...object) object {
	return merged(object{"name": "team-a", "amount": 1_000_000, "unit": "MONTHLY", "start_month": "2099-01"}, changes)
}

// full has every attribute that can be configured.
func full(changes ...object) object {
	return merged(minimal(object{"notifications": notifications(), "prevention": prevention()}), changes)
}

func notifications(changes ...object) object {
	return merged(object{
		"is_use_notification": true, "notification_send_period": "DAILY",
		"receivers": []any{"a@example.com", "b@example.com"}, "thresholds": []any{80, 100},
	}, changes)
}

func prevention(changes ...object) object {
	return merged(object{"is_use_prevention": true, "receivers": []any{"c@example.com"}, "threshold": 90}, changes)
}

// fullBudget is what the service holds of full.
func fullBudget() emulator.Budget {
	return emulator.Budget{
		Name: "team-a", Amount: 1_000_000, Unit: "MONTHLY", StartMonth: "2099-01",
		Notifications: emulator.Notifications{IsUseNotification: true, NotificationSendPeriod: "DAILY", Receivers: []string{"b@example.com", "a@example.com"}, Thresholds: []int64{100, 80}},
		Prevention:    emulator.Prevention{IsUsePrevention: true, Receivers: []string{"c@example.com"}, Threshold: 90},
	}
}

// world is a service and a provider that is configured for it.
type world struct {
	*acctest.Env
	*acctest.Provider
	t *testing.T
}

// newWorld starts a service. Its provider sends no request again unless an option says so.
func newWorld(t *testing.T, options ...acctest.Option) *world {
	t.Helper()
	e := acctest.New(t, append([]acctest.Option{acctest.WithSetting("max_retries", 0)}, options...)...)
	return &world{e, e.Protocol(t), t}
}

func guessing(g emulator.Guesses) acctest.Option {
	return acctest.WithEmulator(emulator.Options{Guesses: g})
}

// restart is another provider process on the same service, with changed settings.
func (w *world) restart(changes ...object) *world {
	w.t.Helper()
	return &world{w.Env, configured(w.t, merged(w.Settings(), changes)), w.t}
}

// in is the same world for a subtest.
func (w *world) in(t *testing.T) *world { return &world{w.Env, w.For(t), t} }

// configured is a provider with settings of its own.
func configured(t *testing.T, settings object) *acctest.Provider {
	t.Helper()
	p := acctest.NewProvider(t)
	p.Configure(settings).WantNone(t)
	return p
}

// create plans and applies a new budget, and returns what the apply said.
func (w *world) create(config object) (acctest.State, acctest.Diagnostics) {
	w.t.Helper()
	return w.Apply(w.Plan(absent, config))
}

// update plans and applies, without any diagnostic; a nil configuration destroys.
func (w *world) update(state acctest.State, config object) acctest.State {
	w.t.Helper()
	planned := w.Plan(state, config)
	planned.Diagnostics.WantNone(w.t)
	after, d := w.Apply(planned)
	d.WantNone(w.t)
	return after
}

// read refreshes, without any diagnostic.
func (w *world) read(state acctest.State) acctest.State {
	w.t.Helper()
	after, d := w.Read(state)
	d.WantNone(w.t)
	return after
}

// imported imports by an id, without any diagnostic.
func (w *world) imported(id string) acctest.State {
	w.t.Helper()
	after, d := w.Import(typeName, id, nil)
	d.WantNone(w.t)
	return after
}

// data reads a data source, without any diagnostic.
func (w *world) data(typeName string, config object) object {
	w.t.Helper()
	found, d := w.ReadData(typeName, config)
	d.WantNone(w.t)
	return found
}

// budgets are the rows of the data source of many budgets.
func (w *world) budgets(config object) []any {
	w.t.Helper()
	rows, ok := w.data(listName, config)["budgets"].([]any)
	if !ok {
		w.t.Errorf("%v: budgets is null", config)
	}
	return rows
}

// settled refreshes a state and wants the next plan to be empty.
func (w *world) settled(state acctest.State, config object) acctest.State {
	w.t.Helper()
	after := w.read(state)
	if planned := w.Plan(after, config); !planned.NoChange() || planned.Diagnostics.HasError() {
		w.t.Fatalf("a second plan is not empty\nfrom    %v\nto      %v\napplied %v\n%s", after.Object, planned.Object, state.Object, planned.Diagnostics)
	}
	return after
}

// unchanged is settled for a state that the read leaves as it is.
func (w *world) unchanged(state acctest.State, config object) acctest.State {
	w.t.Helper()
	after := w.settled(state, config)
	w.wantState("read", after, state.Object)
	return after
}

// wantState compares what is left of an object; nil wants nothing.
func (w *world) wantState(what string, got acctest.State, want object) {
	w.t.Helper()
	if !acctest.Equal(got.Object, want) {
		w.t.Errorf("%s: the state is %v, want %v", what, got.Object, want)
	}
}

// stored is the budget that the service holds under the id of a state.
func (w *world) stored(s acctest.State) emulator.Budget {
	w.t.Helper()
	for _, b := range w.SCP.Budgets() {
		if b.ID == idOf(s) {
			return b
		}
	}
	w.t.Fatalf("the service has no budget %q", idOf(s))
	return emulator.Budget{}
}

// alter changes a budget behind the provider's back.
func (w *world) alter(s acctest.State, how func(*emulator.Budget)) {
	w.t.Helper()
	b := w.stored(s)
	how(&b)
	w.SCP.PutBudget(b)
}

func idOf(s acctest.State) string { id, _ := s.Object["id"].(string); return id }
