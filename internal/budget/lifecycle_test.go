package budget_test

// The resource over the bare protocol: drift, identity, and what a plan leaves open.

import (
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// Every attribute that can be configured is read back: a change made elsewhere
// shows in the next plan, one PUT puts it back, and then the plan is empty.
func TestDriftOfEveryAttribute(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		config object
		alter  func(*emulator.Budget)
		// attribute is the one that has to show the change.
		attribute string
	}{
		"name":                     {full(), func(b *emulator.Budget) { b.Name = "renamed" }, "name"},
		"amount":                   {full(), func(b *emulator.Budget) { b.Amount++ }, "amount"},
		"unit":                     {full(), func(b *emulator.Budget) { b.Unit = "OVERALL" }, "unit"},
		"start_month":              {full(), func(b *emulator.Budget) { b.StartMonth = "2025-12" }, "start_month"},
		"is_use_notification":      {full(), func(b *emulator.Budget) { b.Notifications.IsUseNotification = false }, "notifications"},
		"notification_send_period": {full(), func(b *emulator.Budget) { b.Notifications.NotificationSendPeriod = "NONE" }, "notifications"},
		"receiver added": {full(), func(b *emulator.Budget) {
			b.Notifications.Receivers = append(b.Notifications.Receivers, "x@example.com")
		}, "notifications"},
		"receiver removed":      {full(), func(b *emulator.Budget) { b.Notifications.Receivers = b.Notifications.Receivers[:1] }, "notifications"},
		"all receivers removed": {full(), func(b *emulator.Budget) { b.Notifications.Receivers = nil }, "notifications"},
		"threshold added":       {full(), func(b *emulator.Budget) { b.Notifications.Thresholds = append(b.Notifications.Thresholds, 70) }, "notifications"},
		"thresholds removed":    {full(), func(b *emulator.Budget) { b.Notifications.Thresholds = nil }, "notifications"},
		"is_use_prevention":     {full(), func(b *emulator.Budget) { b.Prevention.IsUsePrevention = false }, "prevention"},
		"prevention receiver":   {full(), func(b *emulator.Budget) { b.Prevention.Receivers = []string{"x@example.com"} }, "prevention"},
		"prevention threshold":  {full(), func(b *emulator.Budget) { b.Prevention.Threshold = 70 }, "prevention"},
		"notifications enabled": {minimal(), func(b *emulator.Budget) { b.Notifications.IsUseNotification = true }, "notifications"},
		"prevention enabled":    {minimal(), func(b *emulator.Budget) { b.Prevention.IsUsePrevention = true }, "prevention"},
		"enabled against disabled": {
			minimal(object{"notifications": object{"is_use_notification": false}}),
			func(b *emulator.Budget) { b.Notifications.IsUseNotification = true }, "notifications",
		},
		"receivers where none are": {
			minimal(object{"notifications": object{"thresholds": []any{80}}}),
			func(b *emulator.Budget) { b.Notifications.Receivers = []string{"x@example.com"} }, "notifications",
		},
		"receivers where the list is empty": {
			minimal(object{"prevention": object{"receivers": []any{}, "threshold": 80}}),
			func(b *emulator.Budget) { b.Prevention.Receivers = []string{"x@example.com"} }, "prevention",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			before := w.Create(typeName, c.config)
			original := w.stored(before)
			w.alter(before, c.alter)
			w.Reset()

			after := w.read(before)
			w.MustCheck(t, acctest.Exactly(1, "GET", acctest.BudgetPath))
			if acctest.Equal(before.Object[c.attribute], after.Object[c.attribute]) {
				t.Errorf("%s does not show the change: %v", c.attribute, after.Object[c.attribute])
			}
			if planned := w.Plan(after, c.config); planned.NoChange() || len(planned.Replace) > 0 {
				t.Fatalf("planned is %v, with a replacement because of %v", planned.Object, planned.Replace)
			}

			w.Reset()
			after = w.update(after, c.config)
			w.MustCheck(t, acctest.Exactly(1, "PUT", acctest.BudgetPath), acctest.AtMost(1, "GET", acctest.BudgetPath))
			w.settled(after, c.config)
			now := w.stored(before)
			if c.config["notifications"] == nil && c.config["prevention"] == nil {
				if now.Notifications.IsUseNotification || now.Prevention.IsUsePrevention {
					t.Errorf("a setting is still on: %+v", now)
				}
			} else if !sameBudget(original, now) {
				t.Errorf("put back was not all:\nwas %+v\nis  %+v", original, now)
			}
		})
	}
}

// sameBudget compares what can be configured, whatever the order of lists.
func sameBudget(a, b emulator.Budget) bool {
	for _, one := range []*emulator.Budget{&a, &b} {
		one.ModifiedAt, one.ModifiedBy = time.Time{}, ""
		one.Notifications.Receivers = slices.Sorted(slices.Values(one.Notifications.Receivers))
		one.Notifications.Thresholds = slices.Sorted(slices.Values(one.Notifications.Thresholds))
		one.Prevention.Receivers = slices.Sorted(slices.Values(one.Prevention.Receivers))
	}
	return reflect.DeepEqual(a, b)
}

// Turning a setting off keeps the details that the configuration then omits.
func TestTurnedOffKeepsTheDetails(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	state := w.Create(typeName, full())
	want := w.stored(state)
	want.Notifications.IsUseNotification, want.Prevention.IsUsePrevention = false, false
	w.update(state, minimal(configurations["off"]))
	if now := w.stored(state); !sameBudget(want, now) {
		t.Errorf("the service has %+v, want %+v", now, want)
	}
}

// The identity is there after every operation, stays the same, and imports.
func TestIdentity(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	state := w.Create(typeName, full())
	want := object{"id": idOf(state)}
	older := state
	older.Identity = nil // Terraform before 1.12, or a state from before it
	changed := full(object{"amount": 5, "name": "renamed"})
	read, withoutStored, updated := w.read(state), w.read(older), w.update(state, changed)
	imported, d := w.Import(typeName, "", want)
	d.WantNone(t)
	w.settled(imported, changed)
	for operation, s := range map[string]acctest.State{
		"create": state, "read": read, "read without a stored one": withoutStored, "update": updated,
		"import by identity": imported, "import by id": w.imported(idOf(state)),
	} {
		if !acctest.Equal(s.Identity, want) {
			t.Errorf("%s: the identity is %v, want %v", operation, s.Identity, want)
		}
	}
}

// A string that is not an id is refused without a request, or with the service's response.
func TestImportOfWhatIsNoID(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.SCP.PutBudget(emulator.Budget{ID: "b1", Name: "twin", Amount: 1})
	w.SCP.PutBudget(emulator.Budget{ID: "b2", Name: "twin", Amount: 1})
	none := []string{"The account has no budget with this ID or with exactly this name", `"twin" (b1), "twin" (b2)`}
	for id, words := range map[string][]string{
		".": none, "..": none, "a\nb": none, strings.Repeat("x", 300): none, "team a": none, "twin": {"More than one budget has this name: ", "b1", "b2"},
	} {
		w.Reset()
		_, d := w.Import(typeName, id, nil)
		d.WantError(t, append(words, "terraform import scpbilling_account_budget.NAME", "the exact name")...)
		w.MustCheck(t, acctest.Exactly(1, "GET", acctest.BudgetsPath))
	}
}

// A name is enough for an import when one budget has it, in whatever way Unicode lets it
// be written. Then the plan is empty.
func TestImportByName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	decomposed := norm.NFD.String("가계부 é")
	b := w.SCP.PutBudget(emulator.Budget{Name: decomposed, Amount: 7, StartMonth: "2020-01"})
	for _, id := range []string{norm.NFC.String(decomposed), decomposed, b.ID} {
		imported := w.imported(id)
		if idOf(imported) != b.ID {
			t.Errorf("%q: imported %v", id, imported.Object)
		}
		w.settled(imported, object{"name": imported.Object["name"], "amount": 7, "unit": "MONTHLY"})
	}
}

// What a plan says is what an apply does: each value that was known while
// something else was not stays, whatever the unknown turns out to be.
func TestPlansKeepTheirWord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	state := w.Create(typeName, full())
	both := func(notifications, prevention any) object {
		return object{"notifications": notifications, "prevention": prevention}
	}
	unknown := both(acctest.Unknown, acctest.Unknown)
	unknownSwitches := both(object{"is_use_notification": acctest.Unknown}, object{"is_use_prevention": acctest.Unknown})
	lists := func(value any) object {
		return both(notifications(object{"receivers": value, "thresholds": value}), prevention(object{"receivers": value, "threshold": value}))
	}
	for name, c := range map[string]struct{ before, after object }{
		"switch turns out off":    {unknownSwitches, configurations["off"]},
		"switch turns out on":     {unknownSwitches, configurations["on by default"]},
		"setting turns out null":  {unknown, both(nil, nil)},
		"setting turns out given": {unknown, configurations["given otherwise"]},
		"lists turn out empty":    {object{"notifications": notifications(object{"receivers": acctest.Unknown})}, object{"notifications": notifications(object{"receivers": []any{}})}},
		"lists turn out null":     {lists(acctest.Unknown), lists(nil)},
	} {
		for _, prior := range []acctest.State{state, absent} {
			first, final := w.Plan(prior, full(c.before)), w.Plan(prior, full(c.after))
			if first.Diagnostics.HasError() || final.Diagnostics.HasError() {
				t.Errorf("%s: %s%s", name, first.Diagnostics, final.Diagnostics)
			} else if where := contradiction("", first.Object, final.Object); where != "" {
				t.Errorf("%s: %s\nfirst %v\nfinal %v", name, where, first.Object, final.Object)
			}
		}
	}
}

// contradiction names a value that was known in the first plan and is another in
// the final one.
func contradiction(where string, first, final any) string {
	a, isObject := first.(object)
	b, stillObject := final.(object)
	switch {
	case isObject && stillObject:
		for name := range a {
			if found := contradiction(where+"."+name, a[name], b[name]); found != "" {
				return found
			}
		}
	case first != acctest.Unknown && !acctest.Equal(first, final):
		return where
	}
	return ""
}
