package emulator

import (
	"encoding/json"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
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
	expect(t, a, map[string]any{
		"budget.name": "예산 2026", "budget.amount": 5000000000, "budget.unit": "MONTHLY", "budget.start_month": "2026-03",
		"budget.type": "COST", "budget.created_at": "2026-03-10T03:04:05", "budget.created_by": ExampleUser,
		"notifications.is_use_notification": true, "notifications.notification_send_period": "DAILY",
		"notifications.receivers.1": "b@example.com", "notifications.thresholds.0": 70,
		"prevention.is_use_prevention": true, "prevention.receivers.0": "c@example.com", "prevention.threshold": 100,
	})
	if shown := want(t, em, 200, "GET", budgetsPath+"/"+id, ""); string(shown.body) != string(a.body) {
		t.Errorf("shown\n%s\nnot\n%s", shown.body, a.body)
	}
	a = want(t, em, 200, "PUT", budgetsPath+"/"+id, `{"name":"b","amount":1,"unit":"OVERALL","start_month":"2026-04"}`)
	if a.get(t, "budget.unit") != "OVERALL" || a.get(t, "budget.created_at") != "2026-03-10T03:04:05" {
		t.Errorf("%s", a.body)
	}
	if a := want(t, em, 204, "DELETE", budgetsPath+"/"+id, ""); len(a.body) != 0 {
		t.Errorf("body %q", a.body)
	}
	for _, method := range []string{"GET", "DELETE"} {
		if a := want(t, em, 404, method, budgetsPath+"/"+id, ""); a.get(t, "errors.0.code") != "scp-budget.budget.not-found" {
			t.Errorf("%s", a.body)
		}
	}
}

func TestBudgetRules(t *testing.T) {
	em := start(t, Options{})
	body := func(field, value string) string {
		fields := map[string]string{"name": `"n"`, "amount": "1", "unit": `"MONTHLY"`, "start_month": `"2026-03"`}
		fields[field] = value
		var parts []string
		for _, k := range sortedKeys(fields) {
			if fields[k] != "" {
				parts = append(parts, `"`+k+`":`+fields[k])
			}
		}
		return "{" + strings.Join(parts, ",") + "}"
	}
	stored := em.PutBudget(Budget{Name: "stored", Amount: 1, Unit: "MONTHLY", StartMonth: "2026-03"})
	for _, c := range []struct{ body, detail string }{
		{`{}`, "Amount is required."}, // observed on the live service
		{body("amount", ""), "Amount is required."},
		{body("amount", "null"), "Amount is required."},
		{body("name", ""), "Name is required."},
		{body("start_month", ""), "Start month is required."},
		{body("unit", ""), "Unit is required."},
		{body("amount", "0"), "Amount must be at least 1."},
		{body("amount", "-5"), "Amount must be at least 1."},
		{body("amount", "1.5"), "amount must be a 64-bit integer."},
		{body("amount", "1e3"), "amount must be a 64-bit integer."},
		{body("amount", `"1000"`), "amount must be a 64-bit integer."},
		{body("amount", "9223372036854775808"), "amount must be a 64-bit integer."},
		{body("name", `""`), "Name must have 1 to 20 characters."},
		{body("name", `"123456789012345678901"`), "Name must have 1 to 20 characters."},
		{body("name", `"a/b"`), "Name may contain only Korean and Latin letters, digits, spaces and + = . , @ - _."},
		{body("name", `"é"`), "Name may contain only Korean and Latin letters, digits, spaces and + = . , @ - _."},
		{body("name", `"a\nb"`), "Name may contain only Korean and Latin letters, digits, spaces and + = . , @ - _."},
		{body("name", `7`), "name must be a string."},
		{body("start_month", `"2026-13"`), "Start month must have the form YYYY-MM."},
		{body("start_month", `"2026-3"`), "Start month must have the form YYYY-MM."},
		{body("start_month", `"2026-02"`), "The start month must be the same as or later than the current month."},
		{body("unit", `"YEARLY"`), "Unit must be MONTHLY or OVERALL."},
		{body("extra", `1`), `Field "extra" is unknown.`},
		{body("notifications", `{"mail":1}`), `Field "notifications.mail" is unknown.`},
		{body("notifications", `[]`), "notifications must be an object."},
		{body("notifications", `{"is_use_notification":"Y"}`), "notifications.is_use_notification must be true or false."},
		{body("notifications", `{"notification_send_period":"WEEKLY"}`), "Notification send period must be FIRST, DAILY or NONE."},
		{body("notifications", `{"notification_send_period":""}`), "Notification send period must be FIRST, DAILY or NONE."},
		{body("notifications", `{"thresholds":[80,75]}`), "Threshold must be 70, 80, 90 or 100."},
		{body("notifications", `{"thresholds":["80"]}`), "notifications.thresholds must be a list of integers."},
		{body("notifications", `{"receivers":["a@example.com","nobody"]}`), `Receiver "nobody" is not a valid email address.`},
		{body("notifications", `{"receivers":["A <a@example.com>"]}`), `Receiver "A <a@example.com>" is not a valid email address.`},
		{body("notifications", `{"receivers":["a@host"]}`), `Receiver "a@host" is not a valid email address.`},
		{body("notifications", `{"receivers":[null]}`), "notifications.receivers must be a list of strings."},
		{body("prevention", `{"threshold":75}`), "Threshold must be 70, 80, 90 or 100."},
		{body("prevention", `{"thresholds":[80]}`), `Field "prevention.thresholds" is unknown.`},
		{body("prevention", `{"receivers":["x"]}`), `Receiver "x" is not a valid email address.`},
	} {
		for method, target := range map[string]string{"POST": budgetsPath, "PUT": budgetsPath + "/" + stored.ID} {
			if got := want(t, em, 400, method, target, c.body).detail(t); got != c.detail {
				t.Errorf("%s %s: detail %q, want %q", method, c.body, got, c.detail)
			}
		}
	}
	if got := em.Budgets(); len(got) != 1 || !reflect.DeepEqual(got[0], stored) {
		t.Errorf("a refused request changed something: %+v", got)
	}
	// The edges that are allowed.
	for _, good := range []string{
		body("name", `"가나다라마바사아자차카타파하가나다라마바"`), body("name", `"a +=.,@-_9ㄱㅏ"`),
		body("amount", "9223372036854775807"), body("start_month", `"2026-03"`), body("start_month", `"2099-01"`),
	} {
		id := want(t, em, 201, "POST", budgetsPath, good).get(t, "budget.id").(string)
		want(t, em, 204, "DELETE", budgetsPath+"/"+id, "")
	}
}

func TestBudgetNamesAreUnique(t *testing.T) {
	em := start(t, Options{})
	one := budgetBody("one", "")
	id := want(t, em, 201, "POST", budgetsPath, one).get(t, "budget.id").(string)
	a := want(t, em, 409, "POST", budgetsPath, one)
	if a.get(t, "errors.0.code") != "Conflict" || !strings.Contains(a.detail(t), `"one"`) {
		t.Errorf("%s", a.body)
	}
	two := want(t, em, 201, "POST", budgetsPath, budgetBody("two", "")).get(t, "budget.id").(string)
	want(t, em, 409, "PUT", budgetsPath+"/"+two, one)
	want(t, em, 200, "PUT", budgetsPath+"/"+id, one) // its own name is no conflict
	allowed := start(t, Options{Guesses: Guesses{DuplicateNamesAllowed: true}})
	want(t, allowed, 201, "POST", budgetsPath, one)
	want(t, allowed, 201, "POST", budgetsPath, one)
}

func budgetBody(name, more string) string {
	if more != "" {
		more = "," + more
	}
	return `{"name":"` + name + `","amount":10,"unit":"MONTHLY","start_month":"2026-03"` + more + `}`
}

// What is omitted of a body, on create and on set, under each guess.
func TestBudgetSettingsLeftOut(t *testing.T) {
	stored := Budget{
		ID: "b", Name: "n", Amount: 1, Unit: "MONTHLY", StartMonth: "2026-03",
		Notifications: Notifications{true, "DAILY", []string{"x@example.com"}, []int64{70, 90}},
		Prevention:    Prevention{true, []string{"y@example.com"}, 100},
	}
	type settings struct {
		N Notifications
		P Prevention
	}
	on := settings{Notifications{true, "FIRST", nil, []int64{80}}, Prevention{true, nil, 80}}
	offNew := settings{Notifications{false, "FIRST", nil, []int64{80}}, Prevention{false, nil, 80}}
	offKept := settings{Notifications{false, "FIRST", []string{"x@example.com"}, []int64{70, 90}}, Prevention{false, []string{"y@example.com"}, 100}}
	const off = `"notifications":{"is_use_notification":false,"receivers":[],"thresholds":[]},"prevention":{"is_use_prevention":false,"receivers":[],"threshold":null}`
	for name, c := range map[string]struct {
		g    Guesses
		set  bool
		more string
		want settings
	}{
		"create":                  {want: on},
		"create, null":            {more: `"notifications":null,"prevention":null`, want: on},
		"create, empty objects":   {more: `"notifications":{},"prevention":{}`, want: on},
		"create, nulls inside":    {more: `"notifications":{"is_use_notification":null,"notification_send_period":null,"receivers":null,"thresholds":null},"prevention":{"threshold":null}`, want: on},
		"create, switched off":    {more: `"notifications":{"is_use_notification":false},"prevention":{"is_use_prevention":false}`, want: offNew},
		"set":                     {set: true, want: offKept},
		"set, null":               {set: true, more: `"notifications":null`, want: offKept},
		"set, off keeps lists":    {set: true, more: off, want: offKept},
		"set, off clears lists":   {g: Guesses{OffClearsLists: true}, set: true, more: off, want: settings{Notifications{false, "FIRST", nil, []int64{}}, Prevention{false, nil, 80}}},
		"set, on with empty ones": {set: true, more: `"notifications":{"receivers":[],"thresholds":[]},"prevention":{"receivers":[]}`, want: settings{Notifications{true, "FIRST", nil, []int64{}}, Prevention{true, nil, 80}}},
	} {
		t.Run(name, func(t *testing.T) {
			em := start(t, Options{Guesses: c.g})
			if c.set {
				em.PutBudget(stored)
				want(t, em, 200, "PUT", budgetsPath+"/b", budgetBody("n", c.more))
			} else {
				want(t, em, 201, "POST", budgetsPath, budgetBody("n", c.more))
			}
			got := settings{em.Budgets()[0].Notifications, em.Budgets()[0].Prevention}
			if diff := cmp.Diff(c.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestBudgetResponseForms(t *testing.T) {
	b := Budget{
		ID: "b", Name: "n", Amount: 12, Unit: "MONTHLY", StartMonth: "2026-03", CreatedAt: testNow,
		Notifications: Notifications{Receivers: nil, Thresholds: []int64{90, 70, 80}},
	}
	for name, c := range map[string]struct {
		g    Guesses
		path string
		want any
	}{
		"number":                 {Guesses{}, "budget.amount", json.Number("12")},
		"text":                   {Guesses{AmountAsString: true}, "budget.amount", "12"},
		"string with a fraction": {Guesses{AmountFraction: true}, "budget.amount", "12.0"},
		"UTC":                    {Guesses{}, "budget.created_at", "2026-03-10T03:04:05"},
		"Seoul":                  {Guesses{TimesZone: "Asia/Seoul"}, "budget.created_at", "2026-03-10T12:04:05"},
		"space":                  {Guesses{TimeForm: "space"}, "budget.created_at", "2026-03-10 03:04:05"},
		"rfc3339":                {Guesses{TimeForm: "rfc3339", TimesZone: "Asia/Seoul"}, "budget.created_at", "2026-03-10T12:04:05+09:00"},
		"fraction":               {Guesses{TimeForm: "fraction"}, "budget.created_at", "2026-03-10T03:04:05.000000"},
		"empty list":             {Guesses{}, "notifications.receivers", []any{}},
		"null list":              {Guesses{EmptyListsAsNull: true}, "notifications.receivers", nil},
		"as sent":                {Guesses{}, "notifications.thresholds", []any{json.Number("90"), json.Number("70"), json.Number("80")}},
		"reversed":               {Guesses{ListOrder: "reversed"}, "notifications.thresholds", []any{json.Number("80"), json.Number("70"), json.Number("90")}},
		"sorted":                 {Guesses{ListOrder: "sorted"}, "notifications.thresholds", []any{json.Number("70"), json.Number("80"), json.Number("90")}},
	} {
		t.Run(name, func(t *testing.T) {
			em := start(t, Options{Guesses: c.g})
			em.PutBudget(b)
			a := want(t, em, 200, "GET", budgetsPath+"/b", "")
			if diff := cmp.Diff(c.want, a.raw(t, c.path)); diff != "" {
				t.Error(diff)
			}
		})
	}
	em := start(t, Options{Guesses: Guesses{DeleteReturnsBody: true}})
	em.PutBudget(b)
	if a := do(t, em, "DELETE", budgetsPath+"/b", ""); a.status != 200 || a.get(t, "budget.id") != "b" {
		t.Errorf("%d %s", a.status, a.body)
	}
}

func TestReadableLater(t *testing.T) {
	for _, c := range []struct{ path, body, list, object string }{
		{budgetsPath, budgetBody("n", ""), "budgets", "budget"}, {plansPath, purchase, "planned_computes", "planned_compute"},
	} {
		em := start(t, Options{Guesses: Guesses{ReadableAfter: time.Minute, ReadableAfterReads: 1}})
		one := c.path + "/" + do(t, em, "POST", c.path, c.body).get(t, c.object+".id").(string)
		want(t, em, 404, "GET", one, "")
		if l := want(t, em, 200, "GET", c.path, "").list(t, c.list); len(l) != 0 {
			t.Errorf("listed too early: %v", l)
		}
		em.Advance(time.Minute)
		want(t, em, 404, "GET", one, "") // the one read of ReadableAfterReads
		want(t, em, 200, "GET", one, "")
		em.PutBudget(Budget{ID: "b", Name: "behind", Amount: 1}) // there at once
		want(t, em, 200, "GET", budgetsPath+"/b", "")
	}
}

func TestBudgetList(t *testing.T) {
	em := start(t, Options{})
	for i, name := range []string{"delta", "alpha", "charlie", "bravo", "alphabet"} {
		em.PutBudget(Budget{ID: strconv.Itoa(i), Name: name, Amount: int64(i%2 + 9), Unit: "MONTHLY", StartMonth: "2026-03", CreatedAt: testNow.Add(time.Duration(i) * time.Hour), ModifiedAt: testNow.Add(time.Duration(i%4) * time.Hour)})
	}
	selects(t, em, budgetsPath, "budgets", "name", map[string]string{
		"":                               "bravo charlie alpha alphabet delta", // modified last, of those created last
		"?sort=name:asc":                 "alpha alphabet bravo charlie delta",
		"?sort=name:desc":                "delta charlie bravo alphabet alpha",
		"?sort=amount:desc":              "alpha bravo delta charlie alphabet", // equal ones by id
		"?sort=created_at:desc":          "alphabet bravo charlie alpha delta",
		"?size=2":                        "bravo charlie",
		"?size=2&page=1":                 "alpha alphabet",
		"?size=2&page=2":                 "delta",
		"?size=2&page=3":                 "",
		"?size=0":                        "",
		"?size=2147483647":               "bravo charlie alpha alphabet delta",
		"?size=9223372036854775807":      "bravo charlie alpha alphabet delta",
		"?size=2&page=92233720368547758": "",
		"?search_name=pha":               "alpha alphabet",
		"?budget_name=alpha":             "alpha",
		"?budget_name=pha":               "",
		"?search_name=&budget_name=":     "bravo charlie alpha alphabet delta",
	})
	a := want(t, em, 200, "GET", budgetsPath+"?size=2&page=1&search_name=a&sort=name:desc", "")
	expect(t, a, map[string]any{"count": 5, "page": 1, "size": 2, "sort.0": "name:desc"})
	for _, query := range []string{"?size=-1", "?size=", "?size=x", "?page=-1", "?sort=", "?sort=name", "?sort=name:up", "?sort=color:asc", "?size=1&size=2", "?limit=5", "?search_name=%zz"} {
		want(t, em, 400, "GET", budgetsPath+query, "")
	}
}

func TestBudgetListGuesses(t *testing.T) {
	put := func(g Guesses) *Running {
		em := start(t, Options{Guesses: g})
		for _, name := range []string{"alpha", "alphabet", "bravo"} {
			em.PutBudget(Budget{ID: name, Name: name, Amount: 1, Unit: "MONTHLY", StartMonth: "2026-03"})
		}
		return em
	}
	count := func(em *Running, query string) int {
		return len(want(t, em, 200, "GET", budgetsPath+query, "").list(t, "budgets"))
	}
	if em := put(Guesses{PageSizeIgnored: true}); count(em, "?size=1") != 3 || count(em, "?size=1&page=1") != 0 {
		t.Error("size was honoured")
	}
	if em := put(Guesses{PageSizeCap: 2}); count(em, "?size=100") != 2 || count(em, "?size=100&page=1") != 1 {
		t.Error("no cap")
	}
	if em := put(Guesses{SearchNameIsWhole: true}); count(em, "?search_name=alpha") != 1 {
		t.Error("search_name found a part")
	}
}

func TestBudgetGoFunctions(t *testing.T) {
	em := start(t, Options{})
	receivers := []string{"a@example.com"}
	b := em.PutBudget(Budget{Name: "n", Amount: 1, Notifications: Notifications{Receivers: receivers}})
	if len(b.ID) != 32 || b.Type != "COST" || !b.CreatedAt.Equal(testNow) || b.CreatedBy != ExampleUser {
		t.Errorf("%+v", b)
	}
	receivers[0] = "changed"
	if got := em.Budgets()[0].Notifications.Receivers[0]; got != "a@example.com" {
		t.Errorf("the stored budget shares memory with the caller: %q", got)
	}
	b.Amount = 2
	em.PutBudget(b)
	if got := em.Budgets(); len(got) != 1 || got[0].Amount != 2 {
		t.Errorf("%+v", got)
	}
	if !em.DeleteBudget(b.ID) || em.DeleteBudget(b.ID) || len(em.Budgets()) != 0 {
		t.Error("delete")
	}
}
