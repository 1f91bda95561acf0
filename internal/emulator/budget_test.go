package emulator

import (
	"testing"
)

const budgetsPath = "/v1/budgets/account"

const fullBudget = `{"name":"예산 2026","amount":5000000000,"unit":"MONTHLY","start_month":"2026-03",
 "notifications":{"is_use_notification":true,"notification_send_period":"DAILY","receivers":["a@example.com","b@example.com"],"thresholds":[70,90]},
 "prevention":{"is_use_prevention":true,"receivers":["c@example.com"],"threshold":100}}`

func TestBudgetRoundTrip(t *testing.T) {
	em := start(t, Options{})
	a := want(t, em, 201, "POST", budgetsPath, fullBudget)
	id := a.get(t, "budget.id").(string)
	if len(id) != 32 {
		t.Errorf("id %q", id)
	}
	for path, v := range map[string]any{
		"budget.name": "예산 2026", "budget.amount": "5000000000", "budget.unit": "MONTHLY", "budget.start_month": "2026-03",
		"budget.type": "COST", "budget.created_at": "2026-03-10T03:04:05", "budget.created_by": ExampleUser,
		"notifications.is_use_notification": true, "notifications.notification_send_period": "DAILY",
		"notifications.receivers.1": "b@example.com", "notifications.thresholds.0": "70",
		"prevention.is_use_prevention": true, "prevention.receivers.0": "c@example.com", "prevention.threshold": "100",
	} {
		if got := a.get(t, path); got != v {
			t.Errorf("%s = %v, want %v", path, got, v)
		}
	}
	if shown := want(t, em, 200, "GET", budgetsPath+"/"+id, ""); string(shown.body) != string(a.body) {
		t.Errorf("shown\n%s\nnot\n%s", shown.body, a.body)
	}
	a = want(t, em, 200, "PUT", budgetsPath+"/"+id, `{"name":"b","amount":1,"unit":"OVERALL","start_month":"2020-01"}`)
	if a.get(t, "budget.unit") != "OVERALL" || a.get(t, "budget.created_at") != "2026-03-10T03:04:05" {
		t.Errorf("%s", a.body)
	}
	if a := want(t, em, 204, "DELETE", budgetsPath+"/"+id, ""); len(a.body) != 0 {
		t.Errorf("body %q", a.body)
	}
	for _, method := range []string{"GET", "DELETE"} {
		if a := want(t, em, 404, method, budgetsPath+"/"+id, ""); a.get(t, "errors.0.code") != "NotFound" {
			t.Errorf("%s", a.body)
		}
	}
}
