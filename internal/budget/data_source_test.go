package budget_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// Both data sources and the resource in real Terraform.
func TestAccBudgetDataSources(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	name := e.Name()
	e.Test(t, resource.TestStep{
		Config: hcl(name, 1000, bothSettings) + fmt.Sprintf(`
data "scpbilling_account_budget" "by_id" {
  id = scpbilling_account_budget.this.id
}
data "scpbilling_account_budget" "by_name" {
  name       = %[1]q
  depends_on = [scpbilling_account_budget.this]
}
data "scpbilling_account_budgets" "all" {
  search_name = %[1]q
  sort        = "created_at:desc"
  depends_on  = [scpbilling_account_budget.this]
}
output "found" {
  value = data.scpbilling_account_budgets.all.budgets[0].name
}
`, name),
		Check: resource.ComposeTestCheckFunc(
			resource.TestCheckResourceAttrPair("data.scpbilling_account_budget.by_name", "id", address, "id"),
			resource.TestCheckResourceAttrPair("data.scpbilling_account_budget.by_id", "created_at", address, "created_at"),
		),
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownOutputValue("found", knownvalue.StringExact(name)),
			statecheck.ExpectKnownValue("data.scpbilling_account_budget.by_id", tfjsonpath.New("notifications").AtMapKey("thresholds"), knownvalue.SetSizeExact(2)),
			statecheck.ExpectKnownValue("data.scpbilling_account_budget.by_name", tfjsonpath.New("prevention").AtMapKey("threshold"), knownvalue.Int64Exact(90)),
		},
	})
}

func TestDataSourceOfOneBudget(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "puts budgets there behind the API")
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Guesses: emulator.Guesses{DuplicateNamesAllowed: true}}))
	p := e.Protocol(t)
	one := e.SCP.PutBudget(emulator.Budget{Name: "team-a", Amount: 5_000_000_000, Notifications: emulator.Notifications{IsUseNotification: true, Receivers: []string{"a@example.com"}, Thresholds: []int64{100, 70}}})
	longer := e.SCP.PutBudget(emulator.Budget{Name: "team-a-2", Amount: 2})
	twin1, twin2 := e.SCP.PutBudget(emulator.Budget{Name: "twin", Amount: 3}), e.SCP.PutBudget(emulator.Budget{Name: "twin", Amount: 4})

	e.Reset()
	byID, d := p.ReadData(typeName, object{"id": one.ID})
	d.WantNone(t)
	e.MustCheck(t, acctest.Exactly(1, "GET", acctest.BudgetPath))
	e.Reset()
	byName, d := p.ReadData(typeName, object{"name": "team-a"})
	d.WantNone(t)
	e.MustCheck(t, acctest.Exactly(1, "GET", acctest.BudgetsPath), acctest.AtMost(1, "GET", acctest.BudgetPath))
	if !acctest.Equal(byID, byName) {
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

	if found, d := p.ReadData(typeName, object{"name": longer.Name}); d.HasError() || found["id"] != longer.ID {
		t.Errorf("%v %s", found, d)
	}
	for _, name := range []string{"team", "TEAM-A", "team-a "} {
		_, d = p.ReadData(typeName, object{"name": name})
		d.WantError(t, fmt.Sprintf("Could not find the account budget named %q", name), "no budget with exactly this name", listName)
	}
	_, d = p.ReadData(typeName, object{"name": "twin"})
	d.WantError(t, "More than one budget", twin1.ID, twin2.ID, "by its ID")
	_, d = p.ReadData(typeName, object{"id": "0123456789abcdef0123456789abcdef"})
	d.WantError(t, "Could not read account budget 0123456789abcdef0123456789abcdef", "404", "not-found")

	e.Reset()
	_, d = p.ReadData(typeName, object{"id": ".."})
	d.WantError(t, "Could not read account budget ..", "not an ID")
	for _, config := range []object{{}, {"id": "x", "name": "y"}, {"id": ""}, {"name": ""}} {
		if d := p.ValidateData(typeName, config); !d.HasError() {
			t.Errorf("%v is accepted", config)
		}
	}
	p.ValidateData(typeName, object{"id": acctest.Unknown}).WantNone(t)
	p.ValidateData(typeName, object{"name": acctest.Unknown}).WantNone(t)
	e.MustCheck(t)
}

// A budget is found by its name in two steps, and each can fail.
func TestDataSourceByNameThatFails(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "makes the service fail")
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
			e := acctest.New(t, acctest.WithSetting("max_retries", 0))
			p := e.Protocol(t)
			one := e.SCP.PutBudget(emulator.Budget{Name: "team-a", Amount: 1, Unit: "MONTHLY", StartMonth: "2099-01"})
			e.Fault(t, "method=GET,"+c.fault)
			found, d := p.ReadData(typeName, object{"name": "team-a"})
			if c.words == nil {
				d.WantNone(t)
				if found["id"] != one.ID {
					t.Errorf("found %v", found)
				}
			} else {
				d.WantError(t, append(c.words[1:], `Could not find the account budget named "team-a"`, strings.ReplaceAll(c.words[0], "%s", one.ID))...)
			}
			e.MustCheck(t, acctest.Exactly(c.lists, "GET", acctest.BudgetsPath), acctest.Exactly(c.read, "GET", acctest.BudgetPath))
		})
	}
}

func TestDataSourceOfManyBudgets(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "puts budgets there behind the API")
	for name, guesses := range map[string]emulator.Guesses{
		"as guessed":            {},
		"small pages":           {PageSizeCap: 7},
		"size has no effect":    {PageSizeIgnored: true},
		"pages of the smallest": {PageSizeCap: 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := acctest.New(t, acctest.WithEmulator(emulator.Options{Guesses: guesses}))
			p := e.Protocol(t)
			read, d := p.ReadData(listName, object{})
			d.WantNone(t)
			if rows, ok := read["budgets"].([]any); !ok || len(rows) != 0 {
				t.Errorf("without budgets: %v", read["budgets"])
			}
			const count = 223
			for i := range count {
				e.SCP.PutBudget(emulator.Budget{Name: fmt.Sprintf("budget-%03d", i), Amount: int64(i) + 1})
			}
			read, d = p.ReadData(listName, object{})
			d.WantNone(t)
			rows, _ := read["budgets"].([]any)
			seen := map[any]bool{}
			for _, row := range rows {
				seen[row.(object)["id"]] = true
			}
			if len(rows) != count || len(seen) != count {
				t.Errorf("%d rows, %d different ones, want %d", len(rows), len(seen), count)
			}
			if name != "as guessed" {
				return
			}
			read, d = p.ReadData(listName, object{"search_name": "budget-11", "sort": "name:desc"})
			d.WantNone(t)
			rows, _ = read["budgets"].([]any)
			if len(rows) != 10 || rows[0].(object)["name"] != "budget-119" {
				t.Errorf("searched: %v", rows)
			}
			read, d = p.ReadData(listName, object{"budget_name": "budget-011"})
			d.WantNone(t)
			if rows, _ = read["budgets"].([]any); len(rows) != 1 || !acctest.Equal(rows[0].(object)["amount"], 12) {
				t.Errorf("by name: %v", rows)
			}
			read, d = p.ReadData(listName, object{"budget_name": "none such"})
			d.WantNone(t)
			if rows, ok := read["budgets"].([]any); !ok || len(rows) != 0 {
				t.Errorf("not found: %v", read["budgets"])
			}
		})
	}
}

func TestDataSourceFailures(t *testing.T) {
	t.Parallel()
	e, p := faulty(t)
	for i := range 150 {
		e.SCP.PutBudget(emulator.Budget{Name: fmt.Sprintf("budget-%03d", i), Amount: 1})
	}
	// The second page fails: half a list is not a list.
	e.Fault(t, "method=GET,path=/v1/budgets/account,status=500,skip=1,count=1")
	read, d := p.ReadData(listName, object{})
	d.WantError(t, "Could not list account budgets", "500")
	if read != nil && read["budgets"] != nil {
		t.Errorf("a part of the list was given: %v", read)
	}
	for _, config := range []object{{"search_name": ""}, {"budget_name": ""}, {"sort": "name"}, {"sort": "name:up"}} {
		if d := p.ValidateData(listName, config); !d.HasError() {
			t.Errorf("%v is accepted", config)
		}
	}
}

// Pages that end before the service's own count are a warning, and what came is kept.
func TestBudgetsThatAreNotDelivered(t *testing.T) {
	t.Parallel()
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"budgets":[],"count":50,"page":0,"size":20}`))
	}))
	t.Cleanup(service.Close)
	p := acctest.NewProvider(t)
	p.Configure(object{"access_key": "a", "secret_key": "s", "endpoints": object{"budget": service.URL}}).WantNone(t)
	got, d := p.ReadData("scpbilling_account_budgets", object{})
	d.WantWarning(t, "Not all account budgets were returned", "reports 50 account budgets, but its pages contain 0")
	if rows, ok := got["budgets"].([]any); !ok || len(rows) != 0 {
		t.Errorf("budgets is %v, want none", got["budgets"])
	}
}
