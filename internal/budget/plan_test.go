package budget_test

import (
	"strings"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// What is wrong is refused while planning, at its attribute, with no request.
func TestRefusedWhilePlanning(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct {
		name   string
		change object
		want   []string
	}{
		{"empty name", object{"name": ""}, []string{"1 to 20 characters", "has 0"}},
		{"name of 21", object{"name": strings.Repeat("x", 21)}, []string{"1 to 20 characters", "has 21"}},
		{"Korean name of 21", object{"name": strings.Repeat("예", 21)}, []string{"has 21"}},
		{"forbidden sign", object{"name": "team/a"}, []string{"Korean and Latin letters", `"team/a"`}},
		{"line break", object{"name": "team\na"}, []string{"Korean and Latin letters"}},
		{"emoji", object{"name": "team🙂"}, []string{"Korean and Latin letters"}},
		{"accent", object{"name": "équipe"}, []string{"Korean and Latin letters"}},
		{"Japanese", object{"name": "チーム"}, []string{"Korean and Latin letters"}},
		{"amount 0", object{"amount": 0}, []string{"at least 1"}},
		{"negative amount", object{"amount": -5}, []string{"at least 1"}},
		{"unit", object{"unit": "YEARLY"}, []string{"MONTHLY", "OVERALL", "YEARLY"}},
		{"unit in lower case", object{"unit": "monthly"}, []string{"MONTHLY"}},
		{"month 13", object{"start_month": "2099-13"}, []string{"YYYY-MM"}},
		{"month without zero", object{"start_month": "2099-1"}, []string{"YYYY-MM"}},
		{"notification threshold 75", object{"notifications": notifications(object{"thresholds": []any{75, 80}})}, []string{"Invalid threshold: 75. It must be one of 70, 80, 90, 100."}},
		{"prevention threshold 75", object{"prevention": prevention(object{"threshold": 75})}, []string{"Invalid threshold: 75. It must be one of 70, 80, 90, 100."}},
		{"notification receiver", object{"notifications": notifications(object{"receivers": []any{"nobody"}})}, []string{`"nobody"`, "email address"}},
		{"prevention receiver", object{"prevention": prevention(object{"receivers": []any{"a <a@example.com>"}})}, []string{"email address"}},
		{"null receiver", object{"notifications": notifications(object{"receivers": []any{"a@example.com", nil}})}, []string{"ull"}},
		{"null threshold", object{"notifications": notifications(object{"thresholds": []any{80, nil}})}, []string{"ull"}},
		{"null prevention receiver", object{"prevention": prevention(object{"receivers": []any{nil}})}, []string{"ull"}},
		{"period", object{"notifications": notifications(object{"notification_send_period": "WEEKLY"})}, []string{"FIRST", "DAILY", "NONE", "WEEKLY"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := w.in(t)
			config := minimal(c.change)
			d := w.Validate(typeName, config)
			if !d.HasError() {
				d = w.Plan(absent, config).Diagnostics
			}
			w.atAttribute(d).WantError(t, c.want...)
		})
	}
	w.MustCheck(t)
}

// atAttribute wants each diagnostic to stand at an attribute.
func (w *world) atAttribute(d acctest.Diagnostics) acctest.Diagnostics {
	w.t.Helper()
	for _, one := range d {
		if one.Attribute == nil {
			w.t.Errorf("a diagnostic stands at no attribute: %s", d)
		}
	}
	return d
}

// A number that is not an integer is one error, at its attribute, that names the value and
// the rule: during validation, and while planning if it was not known before.
func TestNumbersThatAreNotIntegers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct {
		change object
		want   string
	}{
		{object{"amount": 1000000.5}, "Invalid amount: 1000000.5 is not an integer. Use ceil() or floor()."},
		{object{"amount": 1e23}, "Invalid amount: 1e+23 is outside the range of 64-bit integers."},
		{object{"amount": -1e23}, "Invalid amount: -1e+23 is outside the range of 64-bit integers."},
		{object{"amount": -0.5}, "Invalid amount: -0.5 is not an integer."},
		{object{"notifications": notifications(object{"thresholds": []any{0.8}})}, "Invalid threshold: 0.8. It must be one of 70, 80, 90, 100."},
		{object{"prevention": prevention(object{"threshold": 0.8})}, "Invalid threshold: 0.8. It must be one of 70, 80, 90, 100."},
	} {
		for name, d := range map[string]acctest.Diagnostics{
			"validate": w.Validate(typeName, minimal(c.change)),
			"plan":     w.Plan(absent, minimal(c.change)).Diagnostics,
		} {
			w.atAttribute(d).WantError(t, c.want)
			if len(d) != 1 || strings.Contains(d.String(), "provider developer") {
				t.Errorf("%s: %d diagnostics: %s", name, len(d), d)
			}
		}
	}
}

func TestValidWhilePlanning(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, change := range map[string]object{
		"Korean name of 20": {"name": strings.Repeat("예", 20)},
		"single Jamo":       {"name": "ㄱㅎㅏㅣ가힣"},
		"all signs":         {"name": "a B0+=.,@-_"},
		"large amount":      {"amount": 5_000_000_000},
		"largest amount":    {"amount": 9_223_372_036_854_775_807},
		"smallest amount":   {"amount": 1},
		"overall":           {"unit": "OVERALL"},
		"this month":        {"start_month": time.Now().In(time.FixedZone("", 9*60*60)).Format("2006-01")},
		"no month":          {"start_month": nil},
		"all thresholds":    {"notifications": notifications(object{"thresholds": []any{70, 80, 90, 100}})},
		"no emails":         {"notifications": notifications(object{"notification_send_period": "NONE"})},
	} {
		t.Run(name, func(t *testing.T) {
			w := w.in(t).restart()
			w.Validate(typeName, minimal(change)).WantNone(t)
			w.Plan(absent, minimal(change)).Diagnostics.WantNone(t)
		})
	}
	w.MustCheck(t, acctest.Exactly(11, "GET", acctest.BudgetsPath)) // once in each process
}

// A setting that is on and notifies nobody, or never, is a warning.
func TestWarnings(t *testing.T) {
	t.Parallel()
	p := acctest.NewProvider(t)
	for _, c := range []struct {
		name   string
		change object
		want   []string
	}{
		{"on by default, empty", object{"notifications": object{}}, []string{"without receivers", "without thresholds"}},
		{"empty lists", object{"notifications": notifications(object{"receivers": []any{}, "thresholds": []any{}})}, []string{"without receivers", "without thresholds"}},
		{"prevention on, empty", object{"prevention": object{}}, []string{"without receivers", "without a threshold"}},
		{"off", object{"notifications": object{"is_use_notification": false}, "prevention": object{"is_use_prevention": false}}, nil},
		{"unknown", object{
			"notifications": object{"is_use_notification": acctest.Unknown},
			"prevention":    object{"receivers": acctest.Unknown, "threshold": acctest.Unknown},
		}, nil},
		{"unknown blocks", object{"notifications": acctest.Unknown, "prevention": acctest.Unknown}, nil},
		{"complete", full(), nil},
	} {
		d := p.Validate(typeName, minimal(c.change))
		if d.HasError() || len(d) != len(c.want) {
			t.Errorf("%s: %s", c.name, d)
			continue
		}
		for i, text := range c.want {
			if !strings.Contains(d.Warnings()[i], text) {
				t.Errorf("%s: no %q in %s", c.name, text, d.Warnings()[i])
			}
		}
	}
}

// What no state can make right is said before there is one. A budget that exists
// may have signs that the console refuses, and a name of up to 64 characters that
// the official provider lets through.
func TestNamesWhileValidating(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, want := range map[string][]string{
		"":                      {"Invalid budget name", "1 to 20 characters", "has 0"},
		strings.Repeat("예", 65): {"Invalid budget name", "1 to 20 characters", "has 65"},
	} {
		w.Validate(typeName, minimal(object{"name": name})).WantError(t, want...)
	}
	for _, name := range []string{"a/b", "é", "a\n", strings.Repeat("/", 64)} {
		d := w.Validate(typeName, minimal(object{"name": name}))
		w.atAttribute(d).WantWarning(t, "No new budget can have this name", "Korean and Latin letters", "keeps this name")
	}
	for _, name := range []any{"a", " ", "예산 1", strings.Repeat("x", 20), strings.Repeat("x", 21), strings.Repeat("예", 64), acctest.Unknown} {
		w.Validate(typeName, minimal(object{"name": name})).WantNone(t)
	}
	w.MustCheck(t)
}

// A budget that exists keeps its name whatever the console thinks of it: the official provider
// lets other signs and up to 64 characters through. A changed name follows the rule.
func TestNameInTheStatePasses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	state := w.Create(typeName, full())
	long := strings.Repeat("long-name-", 5)
	for name, c := range map[string]struct {
		other string
		want  []string
	}{
		"équipe a/b": {"équipe b/a", []string{"Invalid budget name", "Korean and Latin letters"}},
		long:         {long + "x", []string{"1 to 20 characters", "has 51"}},
	} {
		state.Object["name"] = name
		config := full(object{"name": name, "amount": 7})
		if d := w.Validate(typeName, config); d.HasError() {
			t.Error(d)
		}
		planned := w.Plan(state, config)
		planned.Diagnostics.WantNone(t)
		if planned.Object["name"] != name {
			t.Errorf("planned %v", planned.Object["name"])
		}
		w.Plan(state, full(object{"name": c.other})).Diagnostics.WantError(t, c.want...)
		w.Plan(absent, config).Diagnostics.WantError(t, c.want[0])
	}
}

// Nothing that is only known after apply may end a plan.
func TestUnknownValuesWhilePlanning(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	created := w.Create(typeName, full())
	w.Reset()
	for name, change := range map[string]object{
		"everything": {
			"name": acctest.Unknown, "amount": acctest.Unknown, "unit": acctest.Unknown, "start_month": acctest.Unknown,
			"notifications": acctest.Unknown, "prevention": acctest.Unknown,
		},
		"inside the settings": {
			"notifications": object{"is_use_notification": acctest.Unknown, "notification_send_period": acctest.Unknown, "receivers": acctest.Unknown, "thresholds": acctest.Unknown},
			"prevention":    object{"is_use_prevention": acctest.Unknown, "receivers": acctest.Unknown, "threshold": acctest.Unknown},
		},
		"elements": {
			"notifications": notifications(object{"receivers": []any{"a@example.com", acctest.Unknown}, "thresholds": []any{acctest.Unknown}}),
			"prevention":    prevention(object{"receivers": []any{acctest.Unknown}}),
		},
	} {
		for _, prior := range []acctest.State{absent, created} {
			config := full(change)
			if d := w.Validate(typeName, config); d.HasError() {
				t.Errorf("%s: validate: %s", name, d)
			}
			planned := w.restart().Plan(prior, config)
			if len(planned.Diagnostics) > 0 && (prior.Object != nil || planned.Diagnostics.HasError()) {
				t.Errorf("%s: %s", name, planned.Diagnostics)
			}
			for attribute, value := range change {
				if !acctest.Equal(planned.Object[attribute], value) {
					t.Errorf("%s: %s is planned as %v, configured is %v", name, attribute, planned.Object[attribute], value)
				}
			}
			if planned.NoChange() {
				t.Errorf("%s: no change is planned", name)
			}
		}
	}
	w.MustCheck(t, acctest.Exactly(3, "GET", acctest.BudgetsPath)) // once for each new budget's process
}

// A provider whose credentials are only known after apply can plan a creation.
func TestUnknownProviderConfiguration(t *testing.T) {
	t.Parallel()
	known := newWorld(t)
	state := known.Create(typeName, minimal())
	known.Reset()
	w := known.restart(object{"access_key": acctest.Unknown, "secret_key": acctest.Unknown})

	planned := w.Plan(absent, minimal())
	planned.Diagnostics.WantNone(t)
	if planned.Object["id"] != acctest.Unknown {
		t.Errorf("id is planned as %v", planned.Object["id"])
	}
	w.Plan(state, minimal(object{"amount": 5})).Diagnostics.WantNone(t)

	after, d := w.Read(state)
	d.WantError(t, "access_key, secret_key will only be known after apply", "-target")
	w.wantState("read", after, state.Object)
	for _, source := range []struct {
		name   string
		config object
	}{{typeName, object{"name": "team-a"}}, {typeName, object{"id": idOf(state)}}, {listName, object{}}} {
		_, d = w.ReadData(source.name, source.config)
		d.WantError(t, "access_key, secret_key")
	}

	// Terraform applies what it could plan; the state stays as it was.
	made, d := w.Apply(planned)
	d.WantError(t, "Could not create account budget", "access_key, secret_key")
	w.wantState("create", made, nil)
	for doing, to := range map[string]object{"Could not update account budget": minimal(object{"amount": 5}), "Could not delete account budget": nil} {
		left, d := w.Apply(w.Plan(state, to))
		d.WantError(t, doing, idOf(state), "access_key, secret_key")
		w.wantState(doing, left, state.Object)
	}
	w.MustCheck(t)
}
