package budget_test

import (
	"encoding/json"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

const (
	officialProvider = "registry.terraform.io/samsungsdscloud/samsungcloudplatformv2"
	officialType     = "samsungcloudplatformv2_budget_budget"
)

// officialBudget is a state as the official provider writes it: every attribute
// of its schema stands there, the top-level ones null after an import.
func officialBudget(id string, changes object) object {
	out := object{
		"id": id, "last_updated": nil, "name": nil, "amount": nil, "start_month": nil, "unit": nil,
		"notifications": nil, "prevention": nil,
		"budget": object{
			"budget_id": id, "name": "team-a", "amount": 1000000, "start_month": "2099-01", "type": "COST", "unit": "MONTHLY",
			"created_at": "2026-01-15T00:00:00Z", "created_by": "user@example.com",
			"modified_at": "2026-01-15T00:00:00Z", "modified_by": "user@example.com",
		},
	}
	for name, value := range changes {
		out[name] = value
	}
	return out
}

var officialInputs = object{
	"name": "team-a", "amount": 1000000, "start_month": "2099-01", "unit": "MONTHLY", "last_updated": "Thursday, 15-Jan-26 00:00:00 UTC",
	"notifications": object{
		"is_use_notification": true, "notification_send_period": "DAILY",
		"receivers": []string{"b@example.com", "a@example.com"}, "thresholds": []int{100, 80},
	},
	"prevention": object{"is_use_prevention": true, "receivers": []string{"c@example.com"}, "threshold": 90},
}

// From every shape that the official provider leaves behind, over every service:
// after the move and the read that follows, the plan of the same budget is empty.
func TestMovedBudgetPlansEmpty(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it stores budgets behind the API")
	for service, guesses := range services {
		e := acctest.New(t, acctest.WithEmulator(emulator.Options{Guesses: guesses}))
		p := e.Protocol(t)
		created := p.Create(typeName, full())
		id := idOf(created)
		for name, state := range map[string]any{
			"all arguments null":          officialBudget(id, nil),
			"all arguments given":         officialBudget(id, officialInputs),
			"an overflowed amount":        officialBudget(id, object{"amount": -2147483648, "budget": object{"budget_id": id, "amount": -1294967296}}),
			"an amount as a string":       officialBudget(id, object{"amount": "1000000.0"}),
			"an amount beyond a float":    officialBudget(id, object{"amount": json.Number("123456789012345678901234567890.5e99")}),
			"the nested object missing":   object{"id": id},
			"the nested object null":      officialBudget(id, object{"budget": nil}),
			"the id in the nested object": officialBudget(id, object{"id": nil}),
			"the id in a list of one":     object{"id": "", "budget": []any{object{"budget_id": id}}},
			"attributes nobody knows":     officialBudget(id, object{"account_id": "x", "tags": []any{1, true}, "budget_v2": object{"a": nil}}),
			"other types everywhere":      officialBudget(id, object{"name": 7, "notifications": []any{}, "prevention": "no", "unit": object{}, "budget": "none"}),
		} {
			t.Run(service+"/"+name, func(t *testing.T) {
				p := p.For(t)
				moved, d := p.Move(typeName, acctest.Source{Provider: officialProvider, Type: officialType, State: state})
				d.WantNone(t)
				if !acctest.Equal(moved.Identity, object{"id": id}) {
					t.Errorf("identity %v", moved.Identity)
				}
				if !acctest.Equal(moved.Object, object{"id": id}) {
					t.Errorf("the move takes more than is certain: %v", moved.Object)
				}
				after, d := p.Read(moved)
				d.WantNone(t)
				if planned := p.Plan(after, full()); !planned.NoChange() {
					t.Errorf("a change is planned\nfrom %v\nto   %v\n%s", after.Object, planned.Object, planned.Diagnostics)
				}
			})
		}
	}
}

// The official provider lets names of up to 64 characters through.
func TestMovedBudgetKeepsItsLongName(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it stores a budget behind the API")
	e := acctest.New(t)
	p := e.Protocol(t)
	const long = "a-budget-name-of-more-than-twenty-characters"
	id := e.SCP.PutBudget(emulator.Budget{Name: long, Amount: 3_000_000_000, StartMonth: "2099-01"}).ID

	moved, d := p.Move(typeName, acctest.Source{Provider: officialProvider, Type: officialType, State: officialBudget(id, object{"amount": -1294967296, "name": long})})
	d.WantNone(t)
	after, d := p.Read(moved)
	d.WantNone(t)
	config := minimal(object{"name": long, "amount": 3_000_000_000})
	if planned := p.Plan(after, config); !planned.NoChange() {
		t.Errorf("a change is planned\nfrom %v\nto   %v\n%s", after.Object, planned.Object, planned.Diagnostics)
	}
	config["name"] = long + "2"
	p.Plan(after, config).Diagnostics.WantError(t, "Invalid budget name", "1 to 20")
}

func TestMoveFromOtherHosts(t *testing.T) {
	t.Parallel()
	p := acctest.NewProvider(t)
	for _, address := range []string{
		"registry.terraform.io/SamsungSDSCloud/samsungcloudplatformv2", "registry.opentofu.org/samsungsdscloud/samsungcloudplatformv2",
		"mirror.example.com:8443/samsungsdscloud/samsungcloudplatformv2", "samsungsdscloud/samsungcloudplatformv2",
		"samsungcloudplatformv2", "registry.terraform.io/somebody/scp-fork", "registry.terraform.io/scpbilling/scpbilling", "",
		// After terraform state replace-provider.
		"registry.terraform.io/scpbilling/scpbilling",
	} {
		moved, d := p.Move(typeName, acctest.Source{Provider: address, Type: officialType, State: object{"id": "b-1"}})
		d.WantNone(t)
		if idOf(moved) != "b-1" {
			t.Errorf("%s: moved %v", address, moved.Object)
		}
	}
	moved, d := p.Move(typeName, acctest.Source{Provider: officialProvider, Type: officialType, Flatmap: map[string]string{"id": "b-1"}})
	d.WantNone(t)
	if idOf(moved) != "b-1" {
		t.Errorf("flatmap: moved %v", moved.Object)
	}
}

// An id that is a number keeps every digit.
func TestMoveWithANumberAsID(t *testing.T) {
	t.Parallel()
	moved, d := acctest.NewProvider(t).Move(typeName, acctest.Source{
		Provider: officialProvider, Type: officialType, State: object{"id": json.Number("12345678901234567890")},
	})
	d.WantNone(t)
	if idOf(moved) != "12345678901234567890" {
		t.Errorf("moved %v", moved.Object)
	}
}

func TestMoveIsRefused(t *testing.T) {
	t.Parallel()
	p := acctest.NewProvider(t)
	for name, test := range map[string]struct {
		from  acctest.Source
		words []string
	}{
		"no id": {
			acctest.Source{Provider: officialProvider, Type: officialType, State: officialBudget("", object{"budget": nil})},
			[]string{"has no ID", "terraform state rm", "scpbilling_account_budgets", "to = scpbilling_account_budget.NAME"},
		},
		"no object":        {acctest.Source{Provider: officialProvider, Type: officialType, State: []any{"x"}}, []string{"has no ID"}},
		"null":             {acctest.Source{Provider: officialProvider, Type: officialType, State: nil}, []string{"has no ID"}},
		"an id of spaces":  {acctest.Source{Provider: officialProvider, Type: officialType, State: object{"id": "  "}}, []string{"has no ID"}},
		"another type":     {acctest.Source{Provider: officialProvider, Type: "samsungcloudplatformv2_vpc_vpc", State: object{"id": "x"}}, []string{"Unable to Move Resource State"}},
		"another provider": {acctest.Source{Provider: "registry.terraform.io/hashicorp/aws", Type: "aws_budgets_budget", State: object{"id": "x"}}, []string{"Unable to Move Resource State"}},
	} {
		t.Run(name, func(t *testing.T) {
			moved, d := p.For(t).Move(typeName, test.from)
			d.WantError(t, test.words...)
			if moved.Object != nil {
				t.Errorf("moved %v", moved.Object)
			}
		})
	}
}

// The same in real Terraform, with nothing but a state file of the official provider.
func TestMovedBudgetInTerraform(t *testing.T) {
	acctest.Need(t, acctest.MoveAcrossTypes)
	t.Parallel()
	acctest.NeedEmulator(t, "it stores budgets behind the API")
	for name, arguments := range map[string]object{"all arguments null": nil, "all arguments given": officialInputs} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := acctest.New(t)
			const long = "a-budget-name-of-more-than-twenty-characters"
			id := e.SCP.PutBudget(emulator.Budget{
				Name: long, Amount: 3_000_000_000, StartMonth: "2099-01",
				Notifications: emulator.Notifications{IsUseNotification: true, NotificationSendPeriod: "DAILY", Receivers: []string{"b@example.com", "a@example.com"}, Thresholds: []int64{100, 80}},
				Prevention:    emulator.Prevention{IsUsePrevention: true, Receivers: []string{"c@example.com"}, Threshold: 90},
			}).ID
			e.TakeOver(t, officialType, "scpbilling_account_budget", officialBudget(id, arguments), `
  name        = "`+long+`"
  amount      = 3000000000
  unit        = "MONTHLY"
  start_month = "2099-01"
  notifications = {
    notification_send_period = "DAILY"
    receivers                = ["a@example.com", "b@example.com"]
    thresholds               = [80, 100]
  }
  prevention = {
    receivers = ["c@example.com"]
    threshold = 90
  }
`)
			if n := e.Count("GET", acctest.BudgetPath); n == 0 || n != len(e.Requests()) {
				t.Errorf("a move only reads the budget, but these requests were made:\n%v", e.Requests())
			}
		})
	}
}
