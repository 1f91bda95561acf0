package budget_test

import (
	"encoding/json"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

const (
	officialProvider = "registry.terraform.io/samsungsdscloud/samsungcloudplatformv2"
	officialType     = "samsungcloudplatformv2_budget_budget"
)

// officialBudget is a state as the official provider writes it: every attribute
// of its schema stands there, the top-level ones null after an import.
func officialBudget(id string, changes ...object) object {
	return merged(object{
		"id": id, "last_updated": nil, "name": nil, "amount": nil, "start_month": nil, "unit": nil,
		"notifications": nil, "prevention": nil,
		"budget": object{
			"budget_id": id, "name": "team-a", "amount": 1000000, "start_month": "2099-01", "type": "COST", "unit": "MONTHLY",
			"created_at": "2026-01-15T00:00:00Z", "created_by": "user@example.com",
			"modified_at": "2026-01-15T00:00:00Z", "modified_by": "user@example.com",
		},
	}, changes)
}

// officialState is a source of a move.
func officialState(state any) acctest.Source {
	return acctest.Source{Provider: officialProvider, Type: officialType, State: state}
}

// moved moves a budget, without any diagnostic.
func (w *world) moved(from acctest.Source) acctest.State {
	w.t.Helper()
	moved, d := w.Move(typeName, from)
	d.WantNone(w.t)
	return moved
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
	for service, guesses := range services {
		w := newWorld(t, guessing(guesses))
		id := idOf(w.Create(typeName, full()))
		for name, state := range map[string]any{
			"all arguments null":          officialBudget(id),
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
				w := w.in(t)
				moved := w.moved(officialState(state))
				if !acctest.Equal(moved.Identity, object{"id": id}) {
					t.Errorf("identity %v", moved.Identity)
				}
				w.wantState("no more than is certain", moved, object{"id": id})
				w.settled(moved, full())
			})
		}
	}
}

const longName = "a-budget-name-of-more-than-twenty-characters"

// The address of the provider does not matter, an id that is a number keeps every digit, and
// states may have the form of old versions.
func TestMoveOfOtherForms(t *testing.T) {
	t.Parallel()
	w := &world{Provider: acctest.NewProvider(t), t: t}
	for _, address := range []string{
		"registry.terraform.io/SamsungSDSCloud/samsungcloudplatformv2", "registry.opentofu.org/samsungsdscloud/samsungcloudplatformv2",
		"mirror.example.com:8443/samsungsdscloud/samsungcloudplatformv2", "samsungsdscloud/samsungcloudplatformv2",
		"samsungcloudplatformv2", "registry.terraform.io/somebody/scp-fork", "",
		// After terraform state replace-provider.
		"registry.terraform.io/scpbilling/scpbilling",
	} {
		for _, form := range []acctest.Source{
			{State: object{"id": json.Number("12345678901234567890")}}, {Flatmap: map[string]string{"id": "12345678901234567890"}},
		} {
			form.Provider, form.Type = address, officialType
			w.wantState(address, w.moved(form), object{"id": "12345678901234567890"})
		}
	}
}

func TestMoveIsRefused(t *testing.T) {
	t.Parallel()
	w := &world{Provider: acctest.NewProvider(t), t: t}
	const otherType = "Unable to Move Resource State"
	for name, test := range map[string]struct {
		from  acctest.Source
		words []string
	}{
		"no id": {
			officialState(officialBudget("", object{"budget": nil})),
			[]string{"has no ID", "terraform state rm", "scpbilling_account_budgets", "to = scpbilling_account_budget.NAME"},
		},
		"no object":        {officialState([]any{"x"}), []string{"has no ID"}},
		"null":             {officialState(nil), []string{"has no ID"}},
		"an id of spaces":  {officialState(object{"id": "  "}), []string{"has no ID"}},
		"another type":     {acctest.Source{Provider: officialProvider, Type: "samsungcloudplatformv2_vpc_vpc", State: object{"id": "x"}}, []string{otherType}},
		"another provider": {acctest.Source{Provider: "registry.terraform.io/hashicorp/aws", Type: "aws_budgets_budget", State: object{"id": "x"}}, []string{otherType}},
	} {
		moved, d := w.Move(typeName, test.from)
		d.WantError(t, test.words...)
		w.wantState(name, moved, nil)
	}
}

// The same in real Terraform, with nothing but a state file of the official provider.
func TestMovedBudgetInTerraform(t *testing.T) {
	acctest.Need(t, acctest.MoveAcrossTypes)
	t.Parallel()
	acctest.NeedEmulator(t, "it stores budgets behind the API")
	e := acctest.New(t)
	there := fullBudget()
	there.Name, there.Amount = longName, 3_000_000_000
	id := e.SCP.PutBudget(there).ID
	e.TakeOver(t, officialType, typeName, officialBudget(id, officialInputs), `
  name        = "`+longName+`"
  amount      = 3000000000
  unit        = "MONTHLY"
  start_month = "2099-01"
`+bothSettings)
	if n := e.Count("GET", acctest.BudgetPath); n == 0 || n != len(e.Requests()) {
		t.Errorf("a move only reads the budget, but these requests were made:\n%v", e.Requests())
	}
}
