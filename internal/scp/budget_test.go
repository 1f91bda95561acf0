package scp

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

func validInput() BudgetInput {
	return BudgetInput{
		Name: "team-a", Amount: 5_000_000_000, Unit: "MONTHLY", StartMonth: "2026-01",
		Notifications: NotificationSetting{
			IsUseNotification: ptr(true), NotificationSendPeriod: ptr("FIRST"), Receivers: []string{"a@example.com"}, Thresholds: []int64{80, 90},
		},
		Prevention: PreventionSetting{IsUsePrevention: ptr(true), Receivers: []string{"b@example.com"}, Threshold: ptr(int64(80))},
	}
}

// theBudget is what budgetJSON says.
func theBudget() *Budget {
	return &Budget{
		ID: "b1", Name: "my_budget_ex", Amount: 1000000, Unit: "MONTHLY", StartMonth: "2026-01", Type: "COST",
		CreatedAt: ptr("2025-11-01T00:00:00"), CreatedBy: ptr("TEST"), ModifiedAt: ptr("2025-11-01T00:00:00"), ModifiedBy: ptr("TEST"),
		Notifications: &NotificationSetting{
			IsUseNotification: ptr(true), NotificationSendPeriod: ptr("FIRST"), Receivers: []string{"a@example.com"}, Thresholds: []int64{80, 90},
		},
		Prevention: &PreventionSetting{IsUsePrevention: ptr(true), Receivers: []string{"b@example.com"}, Threshold: ptr(int64(80))},
	}
}

func wantEqual(t *testing.T, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("differs (-want +got):\n%s", diff)
	}
}

// budgetWith replaces the value of a field of aBudget.
func budgetWith(field, value string) string {
	at := regexp.MustCompile(`"` + field + `":(\[.*?\]|\{.*?\}|[^,}]*)`).FindStringIndex(aBudget)
	return aBudget[:at[0]] + `"` + field + `":` + value + aBudget[at[1]:]
}

func TestBudgetTolerance(t *testing.T) {
	for _, test := range []struct {
		field, value string
		change       func(*Budget)
		problem      string // "" is none
	}{
		{"amount", `5000000000`, func(b *Budget) { b.Amount = 5_000_000_000 }, ""},
		{"amount", `"100000.0"`, func(b *Budget) { b.Amount = 100000 }, ""},
		{"amount", `"100000"`, func(b *Budget) { b.Amount = 100000 }, ""},
		{"amount", `100000.000`, func(b *Budget) { b.Amount = 100000 }, ""},
		{"amount", `1E+5`, func(b *Budget) { b.Amount = 100000 }, ""},
		{"amount", `9223372036854775807`, func(b *Budget) { b.Amount = 9223372036854775807 }, ""},
		{"amount", `"9007199254740993.0"`, func(b *Budget) { b.Amount = 9007199254740993 }, ""},
		{"amount", `9223372036854775808`, nil, "budget.amount is not a 64-bit integer"},
		{"amount", `"100000.5"`, nil, "budget.amount is not a 64-bit integer"},
		{"amount", `1e999999999`, nil, "budget.amount is not a 64-bit integer"},
		{"amount", `1e19`, nil, "budget.amount is not a 64-bit integer"},
		{"amount", `1e99999`, nil, "budget.amount is not a 64-bit integer"},
		{"amount", `1e-99999`, nil, "budget.amount is not a 64-bit integer"},
		{"amount", `"NaN"`, nil, "budget.amount is not a 64-bit integer"},
		{"amount", `"1,000"`, nil, "budget.amount is not a 64-bit integer"},
		{"amount", `""`, nil, "budget.amount is not a 64-bit integer"},
		{"amount", `null`, nil, "budget.amount is missing"},
		{"amount", `{"krw":"1"}`, nil, "budget.amount is not a 64-bit integer"},
		{"id", `null`, func(*Budget) {}, ""}, // it was asked for by its id
		{"id", `7`, func(b *Budget) { b.ID = "7" }, ""},
		{"name", `null`, nil, "budget.name is missing"},
		{"name", `"예산"`, func(b *Budget) { b.Name = "예산" }, ""},
		{"unit", `null`, nil, "budget.unit is missing"},
		{"start_month", `null`, nil, "budget.start_month is missing"},
		{"type", `null`, func(b *Budget) { b.Type = "" }, ""},
		{"created_at", `null`, func(b *Budget) { b.CreatedAt = nil }, ""},
		{"created_at", `"2025-11-01 00:00:00.5+09:00"`, func(b *Budget) { b.CreatedAt = ptr("2025-11-01 00:00:00.5+09:00") }, ""},
		{"created_by", `""`, func(b *Budget) { b.CreatedBy = ptr("") }, ""},
		{"modified_at", `null`, func(b *Budget) { b.ModifiedAt = nil }, ""},
		{"modified_by", `null`, func(b *Budget) { b.ModifiedBy = nil }, ""},
		{"is_use_notification", `"Y"`, func(*Budget) {}, ""},
		{"is_use_notification", `"N"`, func(b *Budget) { b.Notifications.IsUseNotification = ptr(false) }, ""},
		{"is_use_notification", `"true"`, func(*Budget) {}, ""},
		{"is_use_notification", `false`, func(b *Budget) { b.Notifications.IsUseNotification = ptr(false) }, ""},
		{"is_use_notification", `null`, func(b *Budget) { b.Notifications.IsUseNotification = nil }, ""},
		{"is_use_notification", `"maybe"`, nil, "notifications.is_use_notification is not a boolean"},
		{"notification_send_period", `null`, func(b *Budget) { b.Notifications.NotificationSendPeriod = nil }, ""},
		{"receivers", `null`, func(b *Budget) { b.Notifications.Receivers = nil }, ""},
		{"receivers", `[]`, func(b *Budget) { b.Notifications.Receivers = []string{} }, ""},
		{"receivers", `["x@example.com",null]`, func(b *Budget) { b.Notifications.Receivers = []string{"x@example.com"} }, ""},
		{"receivers", `"x"`, nil, "notifications.receivers is not a list"},
		{"receivers", `[["x"]]`, nil, "notifications.receivers is not a string"},
		{"thresholds", `["80",90.0]`, func(*Budget) {}, ""},
		{"thresholds", `null`, func(b *Budget) { b.Notifications.Thresholds = nil }, ""},
		{"thresholds", `80`, nil, "notifications.thresholds is not a list"},
		{"thresholds", `[80.5]`, nil, "notifications.thresholds is not a 64-bit integer"},
		{"threshold", `null`, func(b *Budget) { b.Prevention.Threshold = nil }, ""},
		{"threshold", `"80"`, func(*Budget) {}, ""},
		{"is_use_prevention", `"false"`, func(b *Budget) { b.Prevention.IsUsePrevention = ptr(false) }, ""},
		{"notifications", `null`, func(b *Budget) { b.Notifications = nil }, ""},
		{"prevention", `null`, func(b *Budget) { b.Prevention = nil }, ""},
		{"prevention", `{"more":{"x":[1]}}`, func(b *Budget) { b.Prevention = &PreventionSetting{} }, ""},
		{"prevention", `[]`, nil, "prevention is not an object"},
	} {
		t.Run(test.field+" "+test.value, func(t *testing.T) {
			c, _ := script(t, reply(200, budgetWith(test.field, test.value)))
			c.config.MaxRetries = 0
			id := "b1"
			if test.field == "id" && test.problem == "" && test.value != `null` {
				id = strings.Trim(test.value, `"`)
			}
			got, err := c.ShowAccountBudget(t.Context(), id)
			if test.problem != "" {
				e := wantError(t, err, KindResponse, 200, OutcomeUnknown)
				if !strings.Contains(e.Detail, test.problem) {
					t.Errorf("got %q; want %q", e.Detail, test.problem)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			want := theBudget()
			test.change(want)
			wantEqual(t, got, want)
		})
	}
}

// What is said of a creation or a purchase whose response is not what it should be.
func TestCreateResponses(t *testing.T) {
	budget := func(c *Client) (string, error) {
		b, err := c.CreateAccountBudget(t.Context(), validInput())
		if err != nil {
			return "", err
		}
		return b.ID, nil
	}
	purchase := func(c *Client) (string, error) {
		p, err := c.CreatePlannedCompute(t.Context(), PlannedComputeInput{ContractType: "01", OSType: "rhel", ServerType: "a", ServiceID: "b"})
		if err != nil {
			return "", err
		}
		return p.ID, nil
	}
	one, whole := reply(200, aBudget), reply(200, contractJSON)
	for _, test := range []struct {
		name   string
		create func(*Client) (string, error)
		body   string
		read   step   // nil: the object is not read
		want   string // the id; "" is an error
		id     string // ObjectID of the error
	}{
		{"complete", budget, aBudget, nil, "b1", ""},
		{"no settings: they may be null", budget, `{"budget":{"id":"b1","name":"a","amount":1,"unit":"MONTHLY","start_month":"2026-01"}}`, nil, "b1", ""},
		{"id alone", budget, `{"budget":{"id":"b1"}}`, one, "b1", ""},
		{"odd field", budget, budgetWith("amount", `"x"`), one, "b1", ""},
		{"odd settings", budget, budgetWith("prevention", `[]`), one, "b1", ""},
		{"id alone, and no more to be had", budget, `{"budget":{"id":"b1"}}`, reply(404, gone), "", "b1"},
		{"no id", budget, budgetWith("id", "null"), nil, "", ""},
		{"an id that is none", budget, budgetWith("id", `".."`), nil, "", ""},
		{"an id of the wrong type", budget, budgetWith("id", `{}`), nil, "", ""},
		{"null", budget, "null", nil, "", ""},
		{"empty object", budget, "{}", nil, "", ""},
		{"a list", budget, "[]", nil, "", ""},
		{"no JSON", budget, "created", nil, "", ""},
		{"id alone of a contract", purchase, `{"planned_compute":{"id":"p1"}}`, whole, "p1", ""},
		{"odd field of a contract", purchase, `{"planned_compute":{"id":"p1","state":{}}}`, whole, "p1", ""},
		{"odd field of a contract, and no more to be had", purchase, `{"planned_compute":{"id":"p1","state":{}}}`, reply(404, gone), "", "p1"},
		{"no id of a contract", purchase, `{"planned_compute":{"state":"ACTIVE"}}`, nil, "", ""},
		{"the name of a path for an id", purchase, `{"planned_compute":{"id":"instances"}}`, nil, "", ""},
		{"nothing", purchase, "", nil, "", ""},
		{"another shape", purchase, `{"planned_compute":[]}`, nil, "", ""},
		{"a page", purchase, "<html>", nil, "", ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			steps := []step{reply(201, test.body)}
			if test.read != nil {
				steps = append(steps, test.read)
			}
			c, f := script(t, steps...)
			got, err := test.create(c)
			if sent := f.sent(); sent[0].method != "POST" || len(sent) != len(steps) || len(sent) == 2 && sent[1].method != "GET" {
				t.Errorf("sent %+v", sent)
			}
			if test.want != "" {
				if err != nil || got != test.want {
					t.Errorf("%q, %v", got, err)
				}
				return
			}
			var e *Error
			if !errors.As(err, &e) || e.Kind != KindResponse || e.Outcome != OutcomeUnknown || e.ObjectID != test.id || IsNotFound(err) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// An empty response to a change is completed by a read. Any other response without the object
// is an error, also one about another object, from a cache perhaps: the next destroy would hit
// it. Only the content of a budget may be sent again.
func TestChangeResponses(t *testing.T) {
	set := func(c *Client) (any, error) { return c.SetAccountBudget(context.Background(), "b1", validInput()) }
	action := func(c *Client) (any, error) {
		return c.UpdatePlannedCompute(context.Background(), "p1", PlannedComputeChange{Action: ContractCancel})
	}
	show := func(c *Client) (any, error) { return c.ShowAccountBudget(context.Background(), "b1") }
	showContract := func(c *Client) (any, error) { return c.ShowPlannedCompute(context.Background(), "p1") }
	other, otherContract := strings.Replace(aBudget, `"b1"`, `"b2"`, 1), strings.Replace(contractJSON, `"p1"`, `"p2"`, 1)
	for _, test := range []struct {
		name    string
		call    func(*Client) (any, error)
		bodies  []string
		methods string // of all requests
		problem string // "" is a success
	}{
		{"empty response", set, []string{"", "  ", "null", "{}", `{"budget":null}`}, "PUT GET", ""},
		{"cut short", set, []string{`{"budget":`}, "PUT PUT", ""},
		{"another budget", set, []string{other}, "PUT", "the response is about a different object, b2"},
		{"another budget is read", show, []string{other}, "GET", "the response is about a different object, b2"},
		{"empty response to an action", action, []string{"", "null", "{}"}, "PUT GET", ""},
		{"action that stays unclear", action, []string{"<html>", `{"planned_compute":`}, "PUT", "is not JSON, or cut short"},
		{"action with another shape", action, []string{"[]", `{"planned_compute":{"id":{}}}`}, "PUT", "is not"},
		{"another contract", action, []string{otherContract}, "PUT", "the response is about a different object, p2"},
		{"another contract is read", showContract, []string{otherContract}, "GET", "the response is about a different object, p2"},
	} {
		for _, body := range test.bodies {
			t.Run(test.name+" "+body, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					good, want := aBudget, any(theBudget())
					if strings.Contains(test.name, "action") {
						good, want = contractJSON, theContract()
					}
					c, f := script(t, reply(200, body), reply(200, good))
					got, err := test.call(c)
					var methods []string
					for _, s := range f.sent() {
						methods = append(methods, s.method)
					}
					if strings.Join(methods, " ") != test.methods {
						t.Errorf("sent %q, want %q", methods, test.methods)
					}
					if test.problem == "" {
						if err != nil {
							t.Fatal(err)
						}
						wantEqual(t, got, want)
					} else if wantError(t, err, KindResponse, 200, OutcomeUnknown); !strings.Contains(err.Error(), test.problem) {
						t.Errorf("it does not say %q: %v", test.problem, err)
					}
				})
			})
		}
	}
	for _, same := range [][2]string{{"B-1", "b1"}, {"7f6741f3-d9f0", "7F6741F3D9F0"}} {
		if !sameID(same[0], same[1]) {
			t.Errorf("%s and %s are two objects", same[0], same[1])
		}
	}
}

// A page that fails on the way is asked for again; no row is lost or doubled.
func TestListBudgets(t *testing.T) {
	page := func(number int, rows ...int) string {
		var elements []string
		for _, i := range rows {
			elements = append(elements, fmt.Sprintf(`{"id":"b%d","name":"n%d","amount":"%d.0","unit":"MONTHLY","start_month":"2026-01","type":"COST","created_at":null}`, i, i, i+1))
		}
		return fmt.Sprintf(`{"budgets":[%s],"count":5,"page":%d,"size":2,"sort":null}`, strings.Join(elements, ","), number)
	}
	synctest.Test(t, func(t *testing.T) {
		second := page(1, 2, 3)
		c, f := script(t, reply(200, page(0, 0, 1)), cut(200, second[:20]), reply(502, ""), reply(200, second), reply(200, page(2, 4)))
		var names []string
		for _, b := range collect(t, c.ListAccountBudgets(t.Context(), BudgetFilter{SearchName: "팀 a", BudgetName: "n", Sort: "created_at:desc", Size: 2})) {
			if b.Notifications != nil || b.Prevention != nil || b.CreatedAt != nil {
				t.Errorf("row %+v", b)
			}
			names = append(names, fmt.Sprintf("%s=%s=%d", b.ID, b.Name, b.Amount))
		}
		if got := strings.Join(names, " "); got != "b0=n0=1 b1=n1=2 b2=n2=3 b3=n3=4 b4=n4=5" {
			t.Errorf("rows %s", got)
		}
		for i, page := range []int{0, 1, 1, 1, 2} {
			want := fmt.Sprintf("%s/v1/budgets/account?budget_name=n&page=%d&search_name=%%ED%%8C%%80+a&size=2&sort=created_at%%3Adesc", testBase, page)
			if got := f.sent()[i].url; got != want {
				t.Errorf("sent %s; want %s", got, want)
			}
		}
	})
}
