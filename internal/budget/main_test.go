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

// minimal is the smallest configuration; changes are put over it.
func minimal(changes ...object) object {
	out := object{"name": "team-a", "amount": 1_000_000, "unit": "MONTHLY", "start_month": "2099-01"}
	for _, change := range changes {
		maps.Copy(out, change)
	}
	return out
}

// full has every attribute that can be configured.
func full(changes ...object) object {
	out := minimal(object{
		"notifications": notifications(object{}),
		"prevention":    prevention(object{}),
	})
	for _, change := range changes {
		maps.Copy(out, change)
	}
	return out
}

func notifications(changes object) object {
	out := object{
		"is_use_notification": true, "notification_send_period": "DAILY",
		"receivers": []any{"a@example.com", "b@example.com"}, "thresholds": []any{80, 100},
	}
	maps.Copy(out, changes)
	return out
}

func prevention(changes object) object {
	out := object{"is_use_prevention": true, "receivers": []any{"c@example.com"}, "threshold": 90}
	maps.Copy(out, changes)
	return out
}

// stored is the budget that the emulator holds under an id.
func stored(t testing.TB, e *acctest.Env, id string) emulator.Budget {
	t.Helper()
	for _, b := range e.SCP.Budgets() {
		if b.ID == id {
			return b
		}
	}
	t.Fatalf("the emulator has no budget %s", id)
	return emulator.Budget{}
}

// change alters a budget behind the provider's back.
func change(t testing.TB, e *acctest.Env, id string, alter func(*emulator.Budget)) {
	t.Helper()
	b := stored(t, e, id)
	alter(&b)
	e.SCP.PutBudget(b)
}

func idOf(s acctest.State) string { id, _ := s.Object["id"].(string); return id }
