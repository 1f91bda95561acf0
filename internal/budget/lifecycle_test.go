package budget_test

// The resource over the bare protocol: drift, identity, and what a plan leaves open.

import (
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// Every attribute that can be configured is read back: a change made elsewhere
// shows in the next plan, one PUT puts it back, and then the plan is empty.
func TestDriftOfEveryAttribute(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "changes budgets behind the API")
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
			e := acctest.New(t)
			p := e.Protocol(t)
			before := p.Create(typeName, c.config)
			original := stored(t, e, idOf(before))
			change(t, e, idOf(before), c.alter)
			e.Reset()

			after, d := p.Read(before)
			d.WantNone(t)
			e.MustCheck(t, acctest.Exactly(1, "GET", acctest.BudgetPath))
			if acctest.Equal(before.Object[c.attribute], after.Object[c.attribute]) {
				t.Errorf("%s does not show the change: %v", c.attribute, after.Object[c.attribute])
			}
			planned := p.Plan(after, c.config)
			planned.Diagnostics.WantNone(t)
			if planned.NoChange() {
				t.Fatal("nothing is planned")
			}
			if len(planned.Replace) > 0 {
				t.Errorf("a replacement is planned because of %v", planned.Replace)
			}

			e.Reset()
			after, d = p.Apply(planned)
			d.WantNone(t)
			e.MustCheck(t, acctest.Exactly(1, "PUT", acctest.BudgetPath), acctest.AtMost(1, "GET", acctest.BudgetPath))
			settled(t, p, after, c.config)
			now := stored(t, e, idOf(before))
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

func sameBudget(a, b emulator.Budget) bool {
	return a.Name == b.Name && a.Amount == b.Amount && a.Unit == b.Unit && a.StartMonth == b.StartMonth &&
		a.Notifications.IsUseNotification == b.Notifications.IsUseNotification &&
		a.Notifications.NotificationSendPeriod == b.Notifications.NotificationSendPeriod &&
		acctest.Equal(anys(a.Notifications.Receivers), anys(b.Notifications.Receivers)) &&
		acctest.Equal(anys(a.Notifications.Thresholds), anys(b.Notifications.Thresholds)) &&
		a.Prevention.IsUsePrevention == b.Prevention.IsUsePrevention &&
		a.Prevention.Threshold == b.Prevention.Threshold &&
		acctest.Equal(anys(a.Prevention.Receivers), anys(b.Prevention.Receivers))
}

func anys[T any](in []T) []any {
	out := make([]any, 0, len(in))
	for _, v := range in {
		out = append(out, v)
	}
	return out
}

// Lists of a setting that is omitted and off say nothing: no change is planned.
func TestLeftoversOfASettingThatIsOff(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "changes budgets behind the API")
	e := acctest.New(t)
	p := e.Protocol(t)
	for name, config := range map[string]object{"omitted": minimal(), "off": minimal(configurations["off"])} {
		config["name"] = e.Name()
		state := p.Create(typeName, config)
		change(t, e, idOf(state), func(b *emulator.Budget) {
			b.Notifications.Receivers, b.Notifications.Thresholds = []string{"old@example.com"}, []int64{70, 90}
			b.Prevention.Receivers, b.Prevention.Threshold = []string{"old@example.com"}, 100
		})
		after, d := p.Read(state)
		d.WantNone(t)
		if planned := p.Plan(after, config); !planned.NoChange() {
			t.Errorf("%s: from %v to %v", name, after.Object, planned.Object)
		}
	}
}

// Terraform's own timeouts are none of the service's business.
func TestTimeoutsOnlyChangeMakesNoRequest(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	p := e.Protocol(t)
	state := p.Create(typeName, full())
	e.Reset()
	planned := p.Plan(state, full(object{"timeouts": object{"create": "3m", "read": "1m", "update": "2m", "delete": "5m"}}))
	planned.Diagnostics.WantNone(t)
	for attribute, value := range state.Object {
		if attribute != "timeouts" && !acctest.Equal(planned.Object[attribute], value) {
			t.Errorf("%s is planned as %v, is %v", attribute, planned.Object[attribute], value)
		}
	}
	after, d := p.Apply(planned)
	d.WantNone(t)
	e.MustCheck(t)
	if !acctest.Equal(after.Object["timeouts"], object{"create": "3m", "read": "1m", "update": "2m", "delete": "5m"}) {
		t.Errorf("timeouts are %v", after.Object["timeouts"])
	}
	if d := p.Validate(typeName, full(object{"timeouts": object{"create": "soon"}})); !d.HasError() {
		t.Error("a timeout that is not a duration is accepted")
	}
}

// The identity is there after every operation, stays the same, and imports.
func TestIdentity(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	p := e.Protocol(t)
	state := p.Create(typeName, full())
	want := object{"id": idOf(state)}
	check := func(operation string, s acctest.State) {
		t.Helper()
		if !acctest.Equal(s.Identity, want) {
			t.Errorf("%s: the identity is %v, want %v", operation, s.Identity, want)
		}
	}
	check("create", state)
	read, d := p.Read(state)
	d.WantNone(t)
	check("read", read)
	older := state
	older.Identity = nil // Terraform before 1.12, or a state from before it
	read, d = p.Read(older)
	d.WantNone(t)
	check("read without a stored one", read)
	updated, d := p.Apply(p.Plan(state, full(object{"amount": 5, "name": "renamed"})))
	d.WantNone(t)
	check("update", updated)
	imported, d := p.Import(typeName, "", want)
	d.WantNone(t)
	check("import by identity", imported)
	if !p.Plan(imported, full(object{"amount": 5, "name": "renamed"})).NoChange() {
		t.Error("import by identity, then plan: a change is planned")
	}
	imported, d = p.Import(typeName, idOf(state), nil)
	d.WantNone(t)
	check("import by id", imported)
}

// A string that is not an id is refused without a request, or with the service's response.
func TestImportOfWhatIsNoID(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	p := e.Protocol(t)
	e.SCP.PutBudget(emulator.Budget{ID: "b1", Name: "twin", Amount: 1})
	e.SCP.PutBudget(emulator.Budget{ID: "b2", Name: "twin", Amount: 1})
	forms := []string{"terraform import scpbilling_account_budget.NAME", "the exact name"}
	for _, id := range []string{".", "..", "a\nb", strings.Repeat("x", 300), "team a"} {
		e.Reset()
		_, d := p.Import(typeName, id, nil)
		d.WantError(t, append(forms, "The account has no budget with this ID or with exactly this name", `"twin" (b1), "twin" (b2)`)...)
		e.MustCheck(t, acctest.Exactly(1, "GET", acctest.BudgetsPath))
	}
	_, d := p.Import(typeName, "twin", nil)
	d.WantError(t, append(forms, "More than one budget has this name: ", "b1", "b2")...)
}

// A name is enough for an import when one budget has it, in whatever way Unicode lets it
// be written. Then the plan is empty.
func TestImportByName(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it puts budgets behind the API")
	e := acctest.New(t)
	p := e.Protocol(t)
	decomposed := norm.NFD.String("가계부 é")
	b := e.SCP.PutBudget(emulator.Budget{Name: decomposed, Amount: 7, StartMonth: "2020-01"})
	for _, id := range []string{norm.NFC.String(decomposed), decomposed, b.ID} {
		imported, d := p.Import(typeName, id, nil)
		d.WantNone(t)
		if idOf(imported) != b.ID {
			t.Errorf("%q: imported %v", id, imported.Object)
		}
		config := object{"name": imported.Object["name"], "amount": 7, "unit": "MONTHLY"}
		if planned := p.Plan(imported, config); !planned.NoChange() {
			t.Errorf("%q: a change is planned: %v", id, planned.Object)
		}
	}
}

// What a plan says is what an apply does: each value that was known while
// something else was not stays, whatever the unknown turns out to be.
func TestPlansKeepTheirWord(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	p := e.Protocol(t)
	state := p.Create(typeName, full())
	for _, c := range []struct {
		name          string
		before, after object
	}{
		{"switch turns out off", object{"notifications": object{"is_use_notification": acctest.Unknown}, "prevention": object{"is_use_prevention": acctest.Unknown}}, configurations["off"]},
		{"switch turns out on", object{"notifications": object{"is_use_notification": acctest.Unknown}, "prevention": object{"is_use_prevention": acctest.Unknown}}, configurations["on by default"]},
		{"setting turns out null", object{"notifications": acctest.Unknown, "prevention": acctest.Unknown}, object{"notifications": nil, "prevention": nil}},
		{"setting turns out given", object{"notifications": acctest.Unknown, "prevention": acctest.Unknown}, configurations["given otherwise"]},
		{"lists turn out empty", object{"notifications": notifications(object{"receivers": acctest.Unknown})}, object{"notifications": notifications(object{"receivers": []any{}})}},
		{"lists turn out null", object{"notifications": notifications(object{"receivers": acctest.Unknown, "thresholds": acctest.Unknown}), "prevention": prevention(object{"receivers": acctest.Unknown, "threshold": acctest.Unknown})}, object{"notifications": notifications(object{"receivers": nil, "thresholds": nil}), "prevention": prevention(object{"receivers": nil, "threshold": nil})}},
	} {
		for _, prior := range []acctest.State{state, {Type: typeName}} {
			first := p.Plan(prior, full(c.before))
			final := p.Plan(prior, full(c.after))
			if first.Diagnostics.HasError() || final.Diagnostics.HasError() {
				t.Errorf("%s: %s%s", c.name, first.Diagnostics, final.Diagnostics)
				continue
			}
			if where := contradiction("", first.Object, final.Object); where != "" {
				t.Errorf("%s: %s\nfirst %v\nfinal %v", c.name, where, first.Object, final.Object)
			}
		}
	}
}

// contradiction names a value that was known in the first plan and is another in
// the final one.
func contradiction(where string, first, final any) string {
	if first == acctest.Unknown {
		return ""
	}
	a, isObject := first.(object)
	b, stillObject := final.(object)
	if isObject && stillObject {
		for name := range a {
			if found := contradiction(where+"."+name, a[name], b[name]); found != "" {
				return found
			}
		}
		return ""
	}
	if !acctest.Equal(first, final) {
		return where
	}
	return ""
}
