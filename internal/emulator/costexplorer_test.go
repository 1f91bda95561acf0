package emulator

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// wholePeriod is a query that every generated row of testNow matches.
const (
	allDays   = "start_date=2025-10-01&end_date=2026-03-31"
	allMonths = "start_year_month=2025-10&end_year_month=2026-03"
)

// walk follows the next links and gives the rows of all pages and their number.
func walk(t *testing.T, em *Running, target string) (rows []map[string]any, pages int) {
	t.Helper()
	for target != "" {
		a := want(t, em, 200, "GET", target, "")
		pages++
		var body struct {
			Usages, Bills []map[string]any
			Links         []struct{ Href, Rel string }
		}
		if err := json.Unmarshal(a.body, &body); err != nil {
			t.Fatal(err)
		}
		rows = append(append(rows, body.Usages...), body.Bills...)
		target = ""
		for _, link := range body.Links {
			if link.Rel == "next" {
				rest, found := strings.CutPrefix(link.Href, em.URL)
				if !found {
					t.Fatalf("the link %s leads elsewhere", link.Href)
				}
				target = rest
			}
		}
	}
	return rows, pages
}

func column(rows []map[string]any, name string) []string {
	var out []string
	for _, row := range rows {
		if row[name] == nil {
			out = append(out, "(null)")
			continue
		}
		out = append(out, fmt.Sprint(row[name]))
	}
	return out
}

func TestCostPages(t *testing.T) {
	for _, g := range []Guesses{{}, {MarkerIsNextRow: true}, {MarkerForm: "token"}, {MarkerIsNextRow: true, MarkerForm: "token"}} {
		em := start(t, Options{Usages: 100, Guesses: g})
		for _, test := range []struct{ limit, pages int }{{1, 100}, {7, 15}, {20, 5}, {50, 2}, {100, 1}, {101, 1}, {500, 1}} {
			for _, order := range []string{"", "&sort=created_at:desc", "&sort=resource_id:asc", "&service_category=COMPUTE&service_category=STORAGE&sort=id:desc"} {
				rows, pages := walk(t, em, fmt.Sprintf("/v1/usages?%s&limit=%d%s", allDays, test.limit, order))
				seen := map[string]bool{}
				for _, id := range column(rows, "id") {
					seen[id] = true
				}
				if len(seen) != len(rows) {
					t.Errorf("%+v, limit %d%s: %d rows, of which %d differ", g, test.limit, order, len(rows), len(seen))
				}
				if strings.Contains(order, "category") {
					continue
				}
				if len(rows) != 100 || pages != test.pages {
					t.Errorf("%+v, limit %d%s: %d rows on %d pages, want 100 on %d", g, test.limit, order, len(rows), pages, test.pages)
				}
			}
		}
	}
}

func TestCostPageSizes(t *testing.T) {
	em := start(t, Options{Usages: 100, Bills: 100})
	for target, rows := range map[string]int{"/v1/usages?" + allDays: 20, "/v1/bills?" + allMonths: 20, "/v1/bills?limit=33&" + allMonths: 33} {
		_, key, _ := strings.Cut(strings.Split(target, "?")[0], "/v1/")
		if got := len(want(t, em, 200, "GET", target, "").list(t, key)); got != rows {
			t.Errorf("%s: %d rows, want %d", target, got, rows)
		}
	}
	capped := start(t, Options{Usages: 100, Guesses: Guesses{PageSizeCap: 30}})
	if rows, pages := walk(t, capped, "/v1/usages?limit=500&"+allDays); len(rows) != 100 || pages != 4 {
		t.Errorf("under a cap of 30: %d rows on %d pages, want 100 on 4", len(rows), pages)
	}
}

func TestCostEmpty(t *testing.T) {
	em := start(t, Options{})
	for target, key := range map[string]string{"/v1/usages": "usages", "/v1/bills": "bills", "/v1/usages?start_date=2000-01-01": "usages", "/v1/bills?sort=created_at:desc": "bills"} {
		a := want(t, em, 200, "GET", target, "")
		if len(a.list(t, key)) != 0 || len(a.list(t, "links")) != 1 {
			t.Errorf("%s: %s", target, a.body)
		}
	}
	if a := want(t, em, 200, "GET", "/v1/payments/monthly", ""); len(a.list(t, "payments")) != 0 || a.get(t, "count") != "0" {
		t.Errorf("payments: %s", a.body)
	}
}

func TestCostCount(t *testing.T) {
	em := start(t, Options{Usages: 50})
	if got := want(t, em, 200, "GET", "/v1/usages?limit=5&with_count=true&"+allDays, "").get(t, "count"); got != "50" {
		t.Errorf("count is %v, want 50", got)
	}
	for _, query := range []string{"", "with_count=false&"} {
		if got := want(t, em, 200, "GET", "/v1/usages?"+query+allDays, "").get(t, "count"); got != nil {
			t.Errorf("count is %v without being asked for, want null", got)
		}
	}
	always := start(t, Options{Usages: 50, Guesses: Guesses{CountAlways: true}})
	if got := want(t, always, 200, "GET", "/v1/usages?"+allDays, "").get(t, "count"); got != "50" {
		t.Errorf("count-always: count is %v, want 50", got)
	}
}

func TestCostRowsAreTheSameEachTime(t *testing.T) {
	opt := Options{Usages: 300, Bills: 100}
	first, second := start(t, opt), start(t, opt)
	for _, target := range []string{"/v1/usages?limit=300&" + allDays, "/v1/bills?limit=100&" + allMonths} {
		a, b := do(t, first, "GET", target, ""), do(t, second, "GET", target, "")
		if one, two := strings.ReplaceAll(string(a.body), first.URL, ""), strings.ReplaceAll(string(b.body), second.URL, ""); one != two {
			t.Errorf("%s differs between two emulators", target)
		}
	}
	first.Advance(40 * 24 * 3600e9)
	rows, _ := walk(t, first, "/v1/usages?limit=300&"+allDays)
	if len(rows) != 300 {
		t.Errorf("after the clock moved there are %d rows, want 300", len(rows))
	}
}

// The rows are like those of a large organization.
func TestCostRowsAreRealistic(t *testing.T) {
	em := start(t, Options{Usages: 6000, Bills: 1500})
	rows, _ := walk(t, em, "/v1/usages?limit=1000&"+allDays)
	months, accounts, nulls := map[string]int{}, map[string]int{}, 0
	tenDigits := regexp.MustCompile(`^\d+\.\d{10}$`)
	for _, row := range rows {
		months[row["usage_date"].(string)[:7]]++
		accounts[row["account_id"].(string)]++
		amounts, ok := row["amounts"].(map[string]any)
		if !ok {
			nulls++
			continue
		}
		krw, usd := amounts["krw"].(string), amounts["usd"].(string)
		if (krw == "0.0") == (usd == "0.0") && krw != "0.0" || !tenDigits.MatchString(krw) && krw != "0.0" || !tenDigits.MatchString(usd) && usd != "0.0" {
			t.Fatalf("amounts %v", amounts)
		}
	}
	if len(rows) != 6000 || len(months) != 6 || months["2025-11"] >= months["2026-02"] {
		t.Errorf("%d rows over the months %v, want 6000 over 6 months, ever more", len(rows), months)
	}
	if nulls == 0 || nulls > 100 {
		t.Errorf("%d rows without amounts, want a few", nulls)
	}
	if largest := accounts[ExampleAccountID]; len(accounts) < 5 || largest*10 < len(rows)*3 {
		t.Errorf("rows by account are %v, want many accounts and one that is much larger", accounts)
	}
	bills, _ := walk(t, em, "/v1/bills?limit=1000&"+allMonths)
	korean, unnamed := false, 0
	for _, row := range bills {
		name, ok := row["resource_name"].(string)
		if !ok {
			unnamed++
		}
		korean = korean || strings.ContainsAny(name, "결정데추")
		if row["amounts"] == nil {
			t.Fatalf("a bill without amounts: %v", row)
		}
	}
	if len(bills) != 1500 || !korean || unnamed == 0 {
		t.Errorf("%d bills, Korean names %v, %d without a name", len(bills), korean, unnamed)
	}
}

// Every filter keeps exactly the rows that have the value.
func TestCostFilters(t *testing.T) {
	em := start(t, Options{Usages: 900, Bills: 900})
	usages, _ := walk(t, em, "/v1/usages?limit=900&"+allDays)
	bills, _ := walk(t, em, "/v1/bills?limit=900&"+allMonths)
	common := []string{"account_id", "service_category", "billing_item_id", "order_status", "contract_id"}
	for _, list := range []struct {
		path, period string
		rows         []map[string]any
		params       []string
	}{
		{"/v1/usages", allDays, usages, common},
		{"/v1/bills", allMonths, bills, append(common, "region", "resource_name", "bill_year_month", "bill_state")},
	} {
		for _, param := range list.params {
			values := column(list.rows, param)
			wanted := values[:1]
			if slices.Contains([]string{"account_id", "service_category", "billing_item_id", "region"}, param) {
				// Several values are alternatives.
				i := slices.IndexFunc(values, func(v string) bool { return v != values[0] })
				wanted = []string{values[0], values[i]}
			}
			want := 0
			for _, v := range values {
				if slices.Contains(wanted, v) {
					want++
				}
			}
			get := func(values []string) int {
				got, _ := walk(t, em, list.path+"?"+url.Values{param: values, "limit": {"900"}}.Encode()+"&"+list.period)
				return len(got)
			}
			if got := get(wanted); got != want || want == 0 {
				t.Errorf("%s?%s=%q: %d rows, want %d", list.path, param, wanted, got, want)
			}
			nothing := "no row has this"
			if param == "bill_year_month" {
				nothing = "1999-01"
			}
			if get([]string{nothing}) != 0 {
				t.Errorf("%s: %s does not filter", list.path, param)
			}
		}
	}
	// Usages have no region and no name in responses, and are filtered by them all the same.
	for _, query := range []string{"region=kr-east1", "resource_name=" + url.QueryEscape(bills[0]["resource_name"].(string))} {
		if n := len(want(t, em, 200, "GET", "/v1/usages?limit=900&"+query+"&"+allDays, "").list(t, "usages")); n == 0 || n == 900 {
			t.Errorf("usages with %s: %d of 900", query, n)
		}
	}
}

func TestCostPeriods(t *testing.T) {
	em := start(t, Options{Usages: 900, Bills: 900})
	for _, test := range []struct {
		query, first, last string
	}{
		{"", "2026-03-01", "2026-03-10"}, // guess: the current month
		{"start_date=2026-02-10&end_date=2026-02-12", "2026-02-10", "2026-02-12"},
		{"start_date=2026-03-10", "2026-03-10", "2026-03-10"},
		{"end_date=2025-10-01", "2025-10-01", "2025-10-01"},
		{allDays, "2025-10-01", "2026-03-10"},
	} {
		rows, _ := walk(t, em, "/v1/usages?limit=900&"+test.query)
		dates := column(rows, "usage_date")
		if len(dates) == 0 || dates[0] != test.first+"T00:00:00" || dates[len(dates)-1] != test.last+"T00:00:00" {
			t.Errorf("%q: %d rows, first and last %v", test.query, len(dates), dates[:min(1, len(dates))])
		}
	}
	for query, want := range map[string]string{
		"": "2026-03", "start_year_month=2026-01&end_year_month=2026-01": "2026-01", "bill_year_month=2025-12": "2025-12",
	} {
		rows, _ := walk(t, em, "/v1/bills?limit=900&"+query)
		for _, month := range column(rows, "bill_year_month") {
			if month != want {
				t.Fatalf("%q: a bill of %s", query, month)
			}
		}
		if len(rows) == 0 {
			t.Errorf("%q: no bills", query)
		}
	}
	all := start(t, Options{Usages: 900, Guesses: Guesses{DefaultPeriod: "all"}})
	if rows, _ := walk(t, all, "/v1/usages?limit=900"); len(rows) != 900 {
		t.Errorf("default-period=all: %d rows, want 900", len(rows))
	}
	if rows, _ := walk(t, em, "/v1/usages?limit=900&start_date=2026-03-01&end_date=2026-02-01"); len(rows) != 0 {
		t.Errorf("a period that ends before it begins: %d rows, want none", len(rows))
	}
}

func TestCostRefuses(t *testing.T) {
	em := start(t, Options{Usages: 50, Bills: 50})
	for _, target := range []string{
		"/v1/usages?limit=0", "/v1/usages?limit=-1", "/v1/usages?limit=x", "/v1/usages?with_count=yes", "/v1/usages?marker=nothing",
		"/v1/usages?marker=" + rowID(49) + "&start_date=2025-10-01&end_date=2025-10-02", "/v1/usages?sort=created_at", "/v1/usages?sort=nothing:asc",
		"/v1/usages?sort=usage_date:up", "/v1/usages?start_date=2026-02-30", "/v1/usages?start_date=20260201", "/v1/usages?start_year_month=2026-01",
		"/v1/usages?bill_state=USED", "/v1/bills?start_year_month=2026-13", "/v1/bills?end_year_month=2026-1", "/v1/bills?bill_year_month=now",
		"/v1/bills?order_status=04&order_status=05", "/v1/bills?start_date=2026-01-01", "/v1/usages?contract_id=a&contract_id=b",
		"/v1/payments/monthly?page=0", "/v1/payments/monthly?size=0", "/v1/payments/monthly?limit=10", "/v1/bills?marker=x",
	} {
		if a := want(t, em, 400, "GET", target, ""); a.get(t, "errors.0.code") != codeValidation {
			t.Errorf("%s: %s", target, a.body)
		}
	}
}

func TestCostGuesses(t *testing.T) {
	em := start(t, Options{Usages: 4000, Bills: 1000, Guesses: Guesses{NegativeAmounts: true, DiscountsNegative: true}})
	rows, _ := walk(t, em, "/v1/usages?limit=4000&"+allDays)
	negative := 0
	for _, row := range rows {
		if amounts, ok := row["amounts"].(map[string]any); ok && strings.HasPrefix(amounts["krw"].(string)+amounts["usd"].(string), "-") {
			negative++
		}
	}
	if negative == 0 || negative > 400 {
		t.Errorf("%d of 4000 usages are negative, want some", negative)
	}
	bills, _ := walk(t, em, "/v1/bills?limit=1000&"+allMonths)
	discounts := 0
	for _, row := range bills {
		if d, ok := row["sales_discount"].(map[string]any); ok && strings.HasPrefix(d["krw"].(string), "-") {
			discounts++
		}
	}
	if discounts == 0 {
		t.Error("no discount is negative")
	}
	text := start(t, Options{Usages: 50, Guesses: Guesses{StatusCodeAsString: true}})
	expect(t, do(t, text, "GET", "/v1/usages?"+allDays, ""), map[string]any{"usages.0.status_code": "0"})
	plain := start(t, Options{Usages: 4000})
	rows, _ = walk(t, plain, "/v1/usages?limit=4000&"+allDays)
	for _, row := range rows {
		if amounts, ok := row["amounts"].(map[string]any); ok && strings.Contains(fmt.Sprint(amounts), "-") {
			t.Fatalf("%v is negative without the switch", amounts)
		}
	}
}

func TestSetCostRows(t *testing.T) {
	em := start(t, Options{Usages: 50, Bills: 50})
	em.SetUsages(
		`{"id":"a","usage_date":"2026-02-01T00:00:00","region":"kr-south1","amounts":{"krw":"106.3225806452","usd":"0.0"},"status_code":0}`,
		` {"id":"b","usage_date":"2026-03-01T00:00:00","amounts":null,"resource_name":"결제 서버+1/2","status_code":1} `,
		`{"id":null}`,
	)
	rows, pages := walk(t, em, "/v1/usages?limit=1&start_date=2026-01-01")
	if got := strings.Join(column(rows, "id"), " "); got != "a b" || pages != 2 {
		t.Errorf("rows %q on %d pages, want a b on 2", got, pages)
	}
	body := string(want(t, em, 200, "GET", "/v1/usages?start_date=2026-01-01", "").body)
	if !strings.Contains(body, `"amounts":{"krw":"106.3225806452","usd":"0.0"},"status_code":0}`) {
		t.Errorf("a row is not returned as it was set: %s", body)
	}
	if rows, _ := walk(t, em, "/v1/usages?region=kr-south1&start_date=2026-01-01"); len(rows) != 1 {
		t.Errorf("%d rows in the region, want 1", len(rows))
	}
	if rows, _ := walk(t, em, "/v1/usages?resource_name="+url.QueryEscape("결제 서버+1/2")); len(rows) != 1 {
		t.Errorf("%d rows with the name, want 1", len(rows))
	}
	em.SetUsages()
	if rows, _ := walk(t, em, "/v1/usages?start_date=2026-01-01"); len(rows) != 0 {
		t.Errorf("%d rows after they were taken away", len(rows))
	}
	em.SetBills(`{"id":"x","bill_year_month":"2026-03"}`)
	if rows, _ := walk(t, em, "/v1/bills"); len(rows) != 1 || rows[0]["id"] != "x" {
		t.Errorf("bills %v", rows)
	}
	em.SetPayments(`{"payer_account_id":"p"}`)
	if got := want(t, em, 200, "GET", "/v1/payments/monthly", "").get(t, "payments.0.payer_account_id"); got != "p" {
		t.Errorf("payment of %v", got)
	}
	defer func() {
		if recover() == nil {
			t.Error("a row that is not an object is accepted")
		}
	}()
	em.SetBills(`[1]`)
}

func TestPayments(t *testing.T) {
	em := start(t, Options{Seed: seedDemo})
	seen := map[string]bool{}
	for page, rows := range map[string]int{"": 20, "page=1": 20, "page=2": 4, "page=3": 0, "size=5&page=5": 4, "size=100": 24} {
		a := want(t, em, 200, "GET", "/v1/payments/monthly?"+page, "")
		if got := len(a.list(t, "payments")); got != rows || a.get(t, "count") != "24" {
			t.Errorf("%s: %d payments, want %d; count %v", page, got, rows, a.get(t, "count"))
		}
		for _, row := range a.list(t, "payments") {
			b, _ := json.Marshal(row)
			seen[string(b)] = true
		}
	}
	if len(seen) != 24 {
		t.Errorf("%d payments differ, want 24", len(seen))
	}
	if em := start(t, Options{Seed: seedDemo, Guesses: Guesses{PageSizeCap: 10}}); len(want(t, em, 200, "GET", "/v1/payments/monthly?size=100", "").list(t, "payments")) != 10 {
		t.Error("the cap is not kept")
	}
}
