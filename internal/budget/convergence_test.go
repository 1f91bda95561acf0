package budget_test

import (
	"fmt"
	"maps"
	"slices"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

const (
	offAndEmpty = "off, empty lists"
	asGuessed   = "as guessed"
)

// configurations are ways to write the settings: given, omitted, off, empty.
var configurations = map[string]object{
	"omitted":                  {},
	"given":                    {"notifications": notifications(nil), "prevention": prevention(nil)},
	"given otherwise":          {"notifications": notifications(object{"receivers": []any{"z@example.com"}, "thresholds": []any{70}, "notification_send_period": "NONE"}), "prevention": prevention(object{"receivers": []any{"y@example.com", "x@example.com"}, "threshold": 70})},
	"notifications only":       {"notifications": notifications(nil)},
	"prevention only":          {"prevention": prevention(nil)},
	"on by default":            {"notifications": object{}, "prevention": object{}},
	"on, empty lists":          {"notifications": object{"receivers": []any{}, "thresholds": []any{}}, "prevention": object{"receivers": []any{}, "threshold": 100}},
	"on, no threshold":         {"notifications": object{"receivers": []any{"a@example.com"}}, "prevention": object{"receivers": []any{"a@example.com"}}},
	"off":                      {"notifications": object{"is_use_notification": false}, "prevention": object{"is_use_prevention": false}},
	offAndEmpty:                {"notifications": object{"is_use_notification": false, "receivers": []any{}, "thresholds": []any{}}, "prevention": object{"is_use_prevention": false, "receivers": []any{}}},
	"off, with lists":          {"notifications": notifications(object{"is_use_notification": false}), "prevention": prevention(object{"is_use_prevention": false})},
	"off, with one list":       {"notifications": object{"is_use_notification": false, "thresholds": []any{90}}, "prevention": object{"is_use_prevention": false, "threshold": 70}},
	"off, a period of its own": {"notifications": object{"is_use_notification": false, "notification_send_period": "NONE"}},
}

// services are ways in which the service may behave where no source says how.
var services = map[string]emulator.Guesses{
	asGuessed:                {},
	"off clears lists":       {OffClearsLists: true},
	"empty lists as null":    {EmptyListsAsNull: true, OffClearsLists: true},
	"lists in another order": {ListOrder: "reversed", AmountAsText: true, AmountFraction: true, TimeForm: "space", DeleteAnswersBody: true},
}

// From configurations of every kind to every other, over services of every kind: after
// one apply the next plan is empty, also after an import, and destroying works.
func TestOneApplyIsEnough(t *testing.T) {
	t.Parallel()
	for service, guesses := range services {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			e := acctest.New(t, acctest.WithEmulator(emulator.Options{Guesses: guesses}))
			p := e.Protocol(t)
			starts := []string{"given", "off, with lists"}
			if service == asGuessed {
				starts = append(starts, "omitted", "on by default", "off", "prevention only")
			}
			for _, from := range starts {
				for _, to := range slices.Sorted(maps.Keys(configurations)) {
					t.Run(fmt.Sprintf("%s to %s", from, to), func(t *testing.T) {
						name := object{"name": e.Name()}
						oneApply(t, e, p.For(t), minimal(configurations[from], name), minimal(configurations[to], name))
					})
				}
			}
		})
	}
}

func oneApply(t *testing.T, e *acctest.Env, p *acctest.Provider, from, to object) {
	state := p.Create(typeName, from)
	state = settled(t, p, state, from)

	planned := p.Plan(state, to)
	if planned.Diagnostics.HasError() {
		t.Fatalf("plan: %s", planned.Diagnostics)
	}
	if !planned.NoChange() {
		var d acctest.Diagnostics
		if state, d = p.Apply(planned); d.HasError() {
			t.Fatalf("apply: %s", d)
		}
	}
	state = settled(t, p, state, to)

	imported, d := p.Import(typeName, idOf(state), nil)
	d.WantNone(t)
	planned = p.Plan(imported, to)
	switch {
	case planned.NoChange():
	case acctest.Equal(to["notifications"], configurations[offAndEmpty]["notifications"]):
		// The service keeps lists, the configuration has empty ones on purpose, and
		// after an import nobody knows that this is settled. One apply says so.
		if state, d = p.Apply(planned); d.HasError() {
			t.Fatalf("apply after import: %s", d)
		}
		settled(t, p, state, to)
	default:
		t.Errorf("import, then plan: a change is planned\nfrom %v\nto   %v", imported.Object, planned.Object)
	}

	if _, d := p.Apply(p.Plan(state, nil)); d.HasError() {
		t.Errorf("destroy: %s", d)
	}
	if e.SCP.DeleteBudget(idOf(state)) {
		t.Error("the budget was left behind")
	}
}

// settled refreshes the state and wants the next plan to be empty.
func settled(t *testing.T, p *acctest.Provider, state acctest.State, config object) acctest.State {
	t.Helper()
	after, d := p.Read(state)
	d.WantNone(t)
	if planned := p.Plan(after, config); !planned.NoChange() {
		t.Fatalf("a second plan is not empty\nfrom    %v\nto      %v\napplied %v", after.Object, planned.Object, state.Object)
	}
	return after
}
