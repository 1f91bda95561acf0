package budget_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

func TestDataSourceOfOneBudget(t *testing.T) {
	t.Parallel()
	w := newWorld(t, guessing(emulator.Guesses{DuplicateNamesAllowed: true}))
	one := w.SCP.PutBudget(emulator.Budget{Name: "team-a", Amount: 5_000_000_000, Notifications: emulator.Notifications{IsUseNotification: true, Receivers: []string{"a@example.com"}, Thresholds: []int64{100, 70}}})
	longer := w.SCP.PutBudget(emulator.Budget{Name: "team-a-2", Amount: 2})
	twin1, twin2 := w.SCP.PutBudget(emulator.Budget{Name: "twin", Amount: 3}), w.SCP.PutBudget(emulator.Budget{Name: "twin", Amount: 4})

	w.Reset()
	byID := w.data(typeName, object{"id": one.ID})
	w.MustCheck(t, acctest.Exactly(1, "GET", acctest.BudgetPath))
	if byName := w.data(typeName, object{"name": "team-a"}); !acctest.Equal(byID, byName) {
		t.Errorf("by id   %v\nby name %v", byID, byName)
	}
	for attribute, want := range (object{
		"id": one.ID, "name": "team-a", "amount": 5_000_000_000, "type": "COST", "unit": "MONTHLY",
		"notifications": object{"is_use_notification": true, "notification_send_period": "FIRST", "receivers": []any{"a@example.com"}, "thresholds": []any{70, 100}},
		"prevention":    object{"is_use_prevention": false, "receivers": []any{}, "threshold": 80},
	}) {
		if !acctest.Equal(byID[attribute], want) {
			t.Errorf("%s is %v, want %v", attribute, byID[attribute], want)
		}
	}

	if found := w.data(typeName, object{"name": longer.Name}); found["id"] != longer.ID {
		t.Errorf("%v", found)
	}
	w.Reset()
	_, d := w.ReadData(typeName, object{"id": ".."})
	d.WantError(t, "Could not read account budget ..", "not an ID")
	w.MustCheck(t)
	for _, c := range []struct {
		config object
		words  []string
	}{
		{object{"name": "team"}, []string{`Could not find the account budget named "team"`, "no budget with exactly this name", listName}},
		{object{"name": "TEAM-A"}, []string{`"TEAM-A"`, "no budget with exactly this name"}},
		{object{"name": "team-a "}, []string{`"team-a "`, "no budget with exactly this name"}},
		{object{"name": "twin"}, []string{"More than one budget", twin1.ID, twin2.ID, "by its ID"}},
		{object{"id": "0123456789abcdef0123456789abcdef"}, []string{"Could not read account budget 0123456789abcdef0123456789abcdef", "404", "not-found"}},
	} {
		_, d := w.ReadData(typeName, c.config)
		d.WantError(t, c.words...)
	}
}

func TestDataSourcesValidate(t *testing.T) {
	t.Parallel()
	p := acctest.NewProvider(t)
	for name, configs := range map[string][]object{
		typeName: {{}, {"id": "x", "name": "y"}, {"id": ""}, {"name": ""}},
		listName: {{"search_name": ""}, {"budget_name": ""}, {"sort": "name"}, {"sort": "name:up"}},
	} {
		for _, config := range configs {
			if d := p.ValidateData(name, config); !d.HasError() {
				t.Errorf("%s: %v is accepted", name, config)
			}
		}
	}
	p.ValidateData(typeName, object{"id": acctest.Unknown}).WantNone(t)
	p.ValidateData(typeName, object{"name": acctest.Unknown}).WantNone(t)
}

// A budget is found by its name in two steps, and each can fail.
func TestDataSourceByName(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		fault       string
		words       []string
		lists, read int
	}{
		"the list":           {"path=" + acctest.BudgetsPath + ",status=403", []string{"403", "administrator"}, 1, 0},
		"the budget":         {"path=" + acctest.BudgetPath + ",status=403", []string{"403", "administrator"}, 1, 1},
		"the budget is gone": {"path=" + acctest.BudgetPath + ",status=404", []string{"The service lists the budget %s with this name", "responds with 404", "try again in a moment"}, 1, 1},
		"nothing":            {"path=/none,status=403", nil, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			one := w.SCP.PutBudget(emulator.Budget{Name: "team-a", Amount: 1, Unit: "MONTHLY", StartMonth: "2099-01"})
			w.Fault(t, "method=GET,"+c.fault)
			found, d := w.ReadData(typeName, object{"name": "team-a"})
			if c.words == nil {
				d.WantNone(t)
				if found["id"] != one.ID {
					t.Errorf("found %v", found)
				}
			} else {
				d.WantError(t, append(c.words[1:], `Could not find the account budget named "team-a"`, strings.ReplaceAll(c.words[0], "%s", one.ID))...)
			}
			w.MustCheck(t, acctest.Exactly(c.lists, "GET", acctest.BudgetsPath), acctest.Exactly(c.read, "GET", acctest.BudgetPath))
		})
	}
}

func TestDataSourceOfManyBudgets(t *testing.T) {
	t.Parallel()
	w := newWorld(t, guessing(emulator.Guesses{PageSizeCap: 7}))
	if rows := w.budgets(nil); len(rows) != 0 {
		t.Errorf("without budgets: %v", rows)
	}
	const count = 223
	for i := range count {
		w.SCP.PutBudget(emulator.Budget{Name: fmt.Sprintf("budget-%03d", i), Amount: int64(i) + 1})
	}
	rows, seen := w.budgets(nil), map[any]bool{}
	for _, row := range rows {
		seen[row.(object)["id"]] = true
	}
	if len(rows) != count || len(seen) != count {
		t.Errorf("%d rows, %d different ones, want %d", len(rows), len(seen), count)
	}
	if rows := w.budgets(object{"search_name": "budget-11", "sort": "name:desc"}); len(rows) != 10 || rows[0].(object)["name"] != "budget-119" {
		t.Errorf("searched: %v", rows)
	}
	if rows := w.budgets(object{"budget_name": "budget-011"}); len(rows) != 1 || !acctest.Equal(rows[0].(object)["amount"], 12) {
		t.Errorf("by name: %v", rows)
	}
	if rows := w.budgets(object{"budget_name": "none such"}); len(rows) != 0 {
		t.Errorf("not found: %v", rows)
	}
	// The second page fails: a part of a list is not a list.
	w.Fault(t, "method=GET,path=/v1/budgets/account,status=500,skip=1,count=1")
	read, d := w.ReadData(listName, object{})
	d.WantError(t, "Could not list account budgets", "500")
	if read != nil && read["budgets"] != nil {
		t.Errorf("a part of the list was given: %v", read)
	}
}
