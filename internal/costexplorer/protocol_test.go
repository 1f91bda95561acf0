package costexplorer_test

// The data sources over the plugin protocol, without Terraform: every filter and
// every field, pages, limits and faults.

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

const (
	usagesPath   = "/v1/usages"
	billsPath    = "/v1/bills"
	paymentsPath = "/v1/payments/monthly"
)

type object = acctest.Object

// allRows is a range that holds all rows of the emulator, whatever the day is.
func allRows(more object) object {
	config := object{"start_date": "2000-01-01", "end_date": "2999-12-31"}
	maps.Copy(config, more)
	return config
}

func allBills(more object) object {
	config := object{"start_year_month": "2000-01", "end_year_month": "2999-12"}
	maps.Copy(config, more)
	return config
}

// read reads a data source that must succeed without a word.
func read(t *testing.T, e *acctest.Env, typeName string, config object) object {
	t.Helper()
	got, diags := e.Protocol(t).ReadData(typeName, config)
	diags.WantNone(t)
	return got
}

func list(t *testing.T, in object, name string) []object {
	t.Helper()
	rows, ok := in[name].([]any)
	if !ok {
		t.Fatalf("%s is %T, not a list", name, in[name])
	}
	var out []object
	for _, row := range rows {
		out = append(out, row.(object))
	}
	return out
}

func column(rows []object, name string) []string {
	out := []string{}
	for _, row := range rows {
		out = append(out, fmt.Sprint(row[name]))
	}
	return out
}

// usageRow is a usage as the service sends it.
func usageRow(id, amounts string) string {
	return fmt.Sprintf(`{"id":%q,"account_id":"acc","service_category":"COMPUTE","billing_item_id":"VIRTUAL_SERVER","ccbs_product_code":"PD1",
		"resource_id":"r","contract_id":"c","order_status":"04","usage_date":"2026-02-01T00:00:00","amounts":%s,"status_code":0}`, id, amounts)
}

func usageRows(n int) []string {
	var rows []string
	for i := range n {
		rows = append(rows, usageRow(fmt.Sprintf("row-%04d", i), `{"krw":"1.5","usd":"0.0"}`))
	}
	return rows
}

// Every field of the API arrives as it was sent.
func TestUsageFields(t *testing.T) {
	t.Parallel()
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{}))
	e.SCP.SetUsages(
		`{"id":"5f36","account_id":"228c","service_category":"COMPUTE","billing_item_id":"VIRTUAL_SERVER","ccbs_product_code":"PD00013862","resource_id":"7f67",
		  "contract_id":"C002612775","order_status":"04","usage_date":"2026-02-01T00:00:00","amounts":{"krw":"106.3225806452","usd":"500.0000000000"},"status_code":0}`,
		`{"id":"5f37","account_id":"","service_category":"한글 +/ \"x\"","billing_item_id":"b","ccbs_product_code":"p","resource_id":"r",
		  "contract_id":"c","order_status":null,"usage_date":"2026-02-02T00:00:00","amounts":null,"status_code":null}`,
	)
	got := read(t, e, "scpbilling_usages", allRows(nil))
	if diff := cmp.Diff([]object{
		{
			"id": "5f36", "account_id": "228c", "service_category": "COMPUTE", "billing_item_id": "VIRTUAL_SERVER", "ccbs_product_code": "PD00013862", "resource_id": "7f67",
			"contract_id": "C002612775", "order_status": "04", "usage_date": "2026-02-01T00:00:00", "status_code": "0",
			"amounts": object{"krw": "106.3225806452", "usd": "500.0000000000"},
		},
		{
			"id": "5f37", "account_id": "", "service_category": "한글 +/ \"x\"", "billing_item_id": "b", "ccbs_product_code": "p", "resource_id": "r",
			"contract_id": "c", "order_status": nil, "usage_date": "2026-02-02T00:00:00", "status_code": nil, "amounts": nil,
		},
	}, list(t, got, "usages")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got["timezone"] != "Asia/Seoul" {
		t.Errorf("timezone is %v", got["timezone"])
	}
	// A summary by all attributes has the same values.
	names := []string{
		"account_id", "service_category", "billing_item_id", "ccbs_product_code", "resource_id", "contract_id", "order_status", "usage_date", "usage_month", "status_code",
	}
	groups := list(t, read(t, e, "scpbilling_usage_summary", allRows(object{"group_by": names})), "groups")
	if diff := cmp.Diff(object{
		"keys": object{
			"account_id": "228c", "service_category": "COMPUTE", "billing_item_id": "VIRTUAL_SERVER", "ccbs_product_code": "PD00013862", "resource_id": "7f67",
			"contract_id": "C002612775", "order_status": "04", "usage_date": "2026-02-01T00:00:00", "usage_month": "2026-02", "status_code": "0",
		},
		"row_count": int64(1), "amounts": object{"krw": "106.3225806452", "usd": "500.0000000000"},
	}, groups[len(groups)-1]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

var billAmounts = []string{
	"amounts", "discount_amounts", "asset", "operation", "option", "support_plan", "cancellation_fee", "planned_compute", "msp_discount", "new_business_discount",
	"sales_discount", "sla_discount", "reseller_discount", "account_cost_savings", "project_cost_savings", "account_credit", "project_credit", "edp",
}

var billStrings = []string{
	"id", "account_id", "service_category", "billing_item_id", "resource_id", "resource_name", "region", "contract_id", "order_status", "bill_year_month", "bill_state",
}

func TestBillFields(t *testing.T) {
	t.Parallel()
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{}))
	full, empty := object{}, object{}
	var fullJSON, emptyJSON []string
	for i, name := range billAmounts {
		full[name] = object{"krw": fmt.Sprintf("%d.000", i+1), "usd": fmt.Sprintf("-%d.5", i+1)}
		fullJSON = append(fullJSON, fmt.Sprintf(`%q:{"krw":"%d.000","usd":"-%d.5"}`, name, i+1, i+1))
		empty[name] = nil
		if name == "amounts" { // the only one that the API reference does not let be null
			empty[name] = object{"krw": "0.000", "usd": "0.00"}
			emptyJSON = append(emptyJSON, `"amounts":{"krw":"0.000","usd":"0.00"}`)
			continue
		}
		emptyJSON = append(emptyJSON, fmt.Sprintf(`%q:null`, name))
	}
	for _, name := range billStrings {
		full[name], empty[name] = "the "+name, nil
		if name == "bill_year_month" {
			full[name], empty[name] = "2026-02", "2026-03"
		}
		fullJSON = append(fullJSON, fmt.Sprintf(`%q:%q`, name, full[name]))
		if empty[name] == nil {
			emptyJSON = append(emptyJSON, fmt.Sprintf(`%q:null`, name))
		} else {
			emptyJSON = append(emptyJSON, fmt.Sprintf(`%q:%q`, name, empty[name]))
		}
	}
	e.SCP.SetBills("{"+strings.Join(fullJSON, ",")+"}", "{"+strings.Join(emptyJSON, ",")+"}")
	got := read(t, e, "scpbilling_bills", allBills(nil))
	if diff := cmp.Diff([]object{full, empty}, list(t, got, "bills")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	// A summary by all attributes has the same values; null comes last.
	keys := object{}
	for _, name := range billStrings {
		if name != "id" {
			keys[name] = full[name]
		}
		delete(full, name)
	}
	full["keys"], full["row_count"] = keys, int64(1)
	groups := list(t, read(t, e, "scpbilling_bill_summary", allBills(object{"group_by": slices.Sorted(maps.Keys(keys))})), "groups")
	if diff := cmp.Diff(full, groups[0]); diff != "" || len(groups) != 2 {
		t.Errorf("%d groups (-want +got):\n%s", len(groups), diff)
	}
}

// Payments come from all pages, here of one each.
func TestPaymentFields(t *testing.T) {
	t.Parallel()
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Guesses: emulator.Guesses{PageSizeCap: 1}}))
	e.SCP.SetPayments(
		`{"payer_account_id":"p","payer_account_name":"본사","payer_account_type":"MEMBER","bill_year_month":"2026-02","used_year_month":"2026-01","payment_date":"2026-02-25",
		  "bill_currency":"KRW","payment_currency":"krw","payment_state":"PAID","bill_amount":{"krw":"1.000","usd":"0.00"},"used_amount":{"krw":"2.000","usd":"0.00"},
		  "unpaid_amount":{"krw":"3.000","usd":"0.00"},"paid_amount":{"krw":"4.000","usd":"0.00"},"accumulated_unpaid_amount":{"krw":"5.000","usd":"0.00"},"suspended_year_month":"2026-03"}`,
		`{"payer_account_id":"q","payer_account_name":"n","payer_account_type":"MEMBER","bill_year_month":"2026-02","used_year_month":"2026-01","payment_date":null,
		  "bill_currency":null,"payment_currency":null,"payment_state":null,"bill_amount":null,"used_amount":null,"unpaid_amount":null,"paid_amount":null,
		  "accumulated_unpaid_amount":null,"suspended_year_month":null}`,
	)
	amount := func(krw string) object { return object{"krw": krw, "usd": "0.00"} }
	got := read(t, e, "scpbilling_monthly_payments", object{})
	if diff := cmp.Diff([]object{
		{
			"payer_account_id": "p", "payer_account_name": "본사", "payer_account_type": "MEMBER", "bill_year_month": "2026-02", "used_year_month": "2026-01", "payment_date": "2026-02-25",
			"bill_currency": "KRW", "payment_currency": "krw", "payment_state": "PAID", "bill_amount": amount("1.000"), "used_amount": amount("2.000"),
			"unpaid_amount": amount("3.000"), "paid_amount": amount("4.000"), "accumulated_unpaid_amount": amount("5.000"), "suspended_year_month": "2026-03",
		},
		{
			"payer_account_id": "q", "payer_account_name": "n", "payer_account_type": "MEMBER", "bill_year_month": "2026-02", "used_year_month": "2026-01", "payment_date": nil,
			"bill_currency": nil, "payment_currency": nil, "payment_state": nil, "bill_amount": nil, "used_amount": nil,
			"unpaid_amount": nil, "paid_amount": nil, "accumulated_unpaid_amount": nil, "suspended_year_month": nil,
		},
	}, list(t, got, "payments")); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// Every filter reaches the query once per value, as it is.
func TestFiltersReachTheQuery(t *testing.T) {
	t.Parallel()
	const tricky = `결제 서버+1/2 "a"&b=c%20?#`
	for _, test := range []struct {
		rows, summary, path string
		config              object
		want                url.Values
	}{
		{
			"scpbilling_usages", "scpbilling_usage_summary", usagesPath,
			object{
				"start_date": "2026-01-01", "end_date": "2026-02-28", "account_ids": []any{"b", "a"}, "service_categories": []any{"COMPUTE", tricky},
				"billing_item_ids": []any{"VIRTUAL_SERVER", "GPU"}, "regions": []any{"kr-west1", "kr-east1"}, "order_statuses": []any{"04", "05"},
				"resource_name": tricky, "contract_id": "C002612775", "sort": "usage_date:desc",
			},
			url.Values{
				"start_date": {"2026-01-01"}, "end_date": {"2026-02-28"}, "account_id": {"a", "b"}, "service_category": {"COMPUTE", tricky},
				"billing_item_id": {"GPU", "VIRTUAL_SERVER"}, "region": {"kr-east1", "kr-west1"}, "order_status": {"04", "05"},
				"resource_name": {tricky}, "contract_id": {"C002612775"}, "sort": {"usage_date:desc"}, "limit": {"500"}, "with_count": {"true"},
			},
		},
		{
			"scpbilling_bills", "scpbilling_bill_summary", billsPath,
			object{
				"start_year_month": "2026-01", "end_year_month": "2026-02", "account_ids": []any{"b", "a"}, "service_categories": []any{"COMPUTE", tricky},
				"billing_item_ids": []any{"VIRTUAL_SERVER", "GPU"}, "regions": []any{"kr-west1", "kr-east1"}, "order_status": "04", "bill_year_month": "2026-02",
				"bill_state": "USED", "resource_name": tricky, "contract_id": "C002612775", "sort": "region:asc",
			},
			url.Values{
				"start_year_month": {"2026-01"}, "end_year_month": {"2026-02"}, "account_id": {"a", "b"}, "service_category": {"COMPUTE", tricky},
				"billing_item_id": {"GPU", "VIRTUAL_SERVER"}, "region": {"kr-east1", "kr-west1"}, "order_status": {"04"}, "bill_year_month": {"2026-02"},
				"bill_state": {"USED"}, "resource_name": {tricky}, "contract_id": {"C002612775"}, "sort": {"region:asc"}, "limit": {"500"}, "with_count": {"true"},
			},
		},
	} {
		for _, typeName := range []string{test.rows, test.summary} {
			if typeName == test.summary { // which has no order
				delete(test.config, "sort")
				delete(test.want, "sort")
				test.config["group_by"] = []any{"account_id"}
			}
			e := acctest.New(t, acctest.WithEmulator(emulator.Options{Usages: 50, Bills: 50}))
			read(t, e, typeName, test.config)
			e.MustCheck(t, acctest.Exactly(1, http.MethodGet, test.path))
			query, err := url.ParseQuery(e.SCP.Requests()[0].RawQuery)
			if err != nil {
				t.Fatal(err)
			}
			for _, values := range query {
				slices.Sort(values)
			}
			if diff := cmp.Diff(test.want, query); diff != "" {
				t.Errorf("%s: query (-want +got):\n%s", typeName, diff)
			}
		}
	}
}

// What is not given is not sent.
func TestNoFilters(t *testing.T) {
	t.Parallel()
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Usages: 50}))
	read(t, e, "scpbilling_usage_summary", object{})
	if got := e.SCP.Requests()[0].RawQuery; got != "limit=500&with_count=true" {
		t.Errorf("query %q, want limit and with_count alone", got)
	}
}

func TestPages(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name           string
		rows, requests int
		guesses        emulator.Guesses
	}{
		{"no row", 0, 1, emulator.Guesses{}},
		{"one row", 1, 1, emulator.Guesses{}},
		{"a full page", 500, 1, emulator.Guesses{}},
		{"three pages", 1200, 3, emulator.Guesses{}},
		{"an exact multiple", 1500, 3, emulator.Guesses{}},
		{"a server that caps pages", 100, 4, emulator.Guesses{PageSizeCap: 30}},
		{"markers with + and /", 100, 4, emulator.Guesses{PageSizeCap: 30, MarkerForm: "token"}},
		{"markers of the next row", 90, 3, emulator.Guesses{PageSizeCap: 30, MarkerIsNextRow: true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := acctest.New(t, acctest.WithEmulator(emulator.Options{Guesses: test.guesses}))
			e.SCP.SetUsages(usageRows(test.rows)...)
			rows := list(t, read(t, e, "scpbilling_usages", allRows(nil)), "usages")
			want := []string{}
			for i := range test.rows {
				want = append(want, fmt.Sprintf("row-%04d", i))
			}
			if diff := cmp.Diff(want, column(rows, "id")); diff != "" {
				t.Errorf("ids (-want +got):\n%s", diff)
			}
			e.MustCheck(t, acctest.Exactly(test.requests, http.MethodGet, usagesPath))
			e.Reset()
			total := read(t, e, "scpbilling_usage_summary", allRows(nil))["total"].(object)
			if total["row_count"] != int64(test.rows) {
				t.Errorf("row_count is %v, want %d", total["row_count"], test.rows)
			}
			e.MustCheck(t, acctest.Exactly(test.requests, http.MethodGet, usagesPath))
		})
	}
}

// A page that fails midway is asked for again; no row is lost or doubled.
func TestPageThatFailsMidway(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"status=503,retry-after=0", "mode=reset-after", "mode=truncate"} {
		t.Run(fault, func(t *testing.T) {
			e := acctest.New(t, acctest.WithEmulator(emulator.Options{Guesses: emulator.Guesses{PageSizeCap: 40}}))
			e.SCP.SetUsages(usageRows(100)...)
			e.Fault(t, "path="+usagesPath+",skip=1,count=1,"+fault)
			total := read(t, e, "scpbilling_usage_summary", allRows(nil))["total"].(object)
			if diff := cmp.Diff(object{"keys": object{}, "row_count": int64(100), "amounts": object{"krw": "150.0", "usd": "0.0"}}, total); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			e.MustCheck(t, acctest.Exactly(4, http.MethodGet, usagesPath))
		})
	}
}

func TestPageThatKeepsFailing(t *testing.T) {
	t.Parallel()
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Guesses: emulator.Guesses{PageSizeCap: 40}}), acctest.WithSetting("max_retries", 1))
	e.SCP.SetUsages(usageRows(100)...)
	e.Fault(t, "path="+usagesPath+",skip=1,status=500,retry-after=0")
	for _, typeName := range []string{"scpbilling_usages", "scpbilling_usage_summary"} {
		_, diags := e.Protocol(t).ReadData(typeName, allRows(nil))
		diags.WantError(t, "Could not list usages", "listUsages", "500", "request ID")
	}
}

// A link to a page that was read already is an error, not a loop without end.
func TestNextLinkThatRepeats(t *testing.T) {
	t.Parallel()
	for _, typeName := range []string{"scpbilling_usages", "scpbilling_usage_summary"} {
		requests := 0
		p := acctest.Against(t, nil, func(w http.ResponseWriter, _ *http.Request) {
			requests++
			fmt.Fprintf(w, `{"usages":[%s],"links":[{"rel":"next","href":"http://x/v1/usages?marker=again"}]}`, usageRow(fmt.Sprint(requests), "null"))
		})
		_, diags := p.ReadData(typeName, object{})
		diags.WantError(t, "Could not list usages", "marker of an earlier one")
		if requests != 2 {
			t.Errorf("%s: %d requests, want 2", typeName, requests)
		}
	}
}

func TestMaxRows(t *testing.T) {
	t.Parallel()
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{}))
	e.SCP.SetUsages(usageRows(1200)...)
	e.SCP.SetBills(`{"id":"a","amounts":{"krw":"1","usd":"1"},"bill_year_month":"2026-02"}`, `{"id":"b","amounts":{"krw":"1","usd":"1"},"bill_year_month":"2026-02"}`)
	p := e.Protocol(t)
	_, diags := p.ReadData("scpbilling_usages", allRows(object{"max_rows": 1199}))
	diags.WantError(t, "Too many usages", "More than 1199 usages", "There are 1200.", "scpbilling_usage_summary", "The state was not changed")
	// The count is known after the first page, so that no other is read.
	e.MustCheck(t, acctest.Exactly(1, http.MethodGet, usagesPath))
	got, diags := p.ReadData("scpbilling_usages", allRows(object{"max_rows": 1200}))
	diags.WantNone(t)
	if n := len(list(t, got, "usages")); n != 1200 {
		t.Errorf("%d usages, want 1200", n)
	}
	_, diags = p.ReadData("scpbilling_bills", allBills(object{"max_rows": 1}))
	diags.WantError(t, "Too many bills", "There are 2.", "scpbilling_bill_summary")
	p.ValidateData("scpbilling_bills", object{"max_rows": 0}).WantError(t, "max_rows", "at least 1")
	p.ValidateData("scpbilling_usages", object{"max_rows": -1}).WantError(t, "max_rows", "at least 1")
	p.ValidateData("scpbilling_usages", object{"max_rows": 1}).WantNone(t)
}

// A service that gives no count is read up to the limit.
func TestMaxRowsWithoutCount(t *testing.T) {
	t.Parallel()
	requests := 0
	p := acctest.Against(t, nil, func(w http.ResponseWriter, _ *http.Request) {
		requests++
		fmt.Fprintf(w, `{"usages":[%s],"count":null,"links":[{"rel":"next","href":"http://x/v1/usages?marker=%d"}]}`, usageRow(fmt.Sprint(requests), "null"), requests)
	})
	_, diags := p.ReadData("scpbilling_usages", object{"max_rows": 1})
	diags.WantError(t, "Too many usages", "There are more; the service did not say how many.")
	if requests != 2 {
		t.Errorf("%d requests, want 2", requests)
	}
}

func TestRefusedConfigurations(t *testing.T) {
	t.Parallel()
	p := acctest.NewProvider(t)
	for _, test := range []struct {
		typeName string
		config   object
		want     []string
	}{
		{"scpbilling_usages", object{"start_date": "2026-02-30"}, []string{"2026-02-30", "YYYY-MM-DD"}},
		{"scpbilling_usages", object{"end_date": "2026-1-1"}, []string{"2026-1-1", "YYYY-MM-DD"}},
		{"scpbilling_usages", object{"start_date": "2026-02-02", "end_date": "2026-02-01"}, []string{"ends before it begins", "2026-02-02"}},
		{"scpbilling_usage_summary", object{"start_date": "2026-02-02", "end_date": "2026-02-01"}, []string{"ends before it begins"}},
		{"scpbilling_bills", object{"start_year_month": "2026-03", "end_year_month": "2026-02"}, []string{"ends before it begins", "2026-03"}},
		{"scpbilling_bill_summary", object{"start_year_month": "2026-03", "end_year_month": "2026-02"}, []string{"ends before it begins"}},
		{"scpbilling_bills", object{"start_year_month": "2026-13"}, []string{"start_year_month", "YYYY-MM"}},
		{"scpbilling_bills", object{"bill_year_month": "2026"}, []string{"bill_year_month", "YYYY-MM"}},
		{"scpbilling_bills", object{"sort": "created_at"}, []string{"sort"}},
		{"scpbilling_usages", object{"account_ids": []any{}}, []string{"account_ids", "at least 1"}},
		{"scpbilling_usages", object{"account_ids": []any{""}}, []string{"account_ids"}},
		{"scpbilling_usages", object{"regions": []any{nil}}, []string{"null value"}},
		{"scpbilling_usages", object{"resource_name": ""}, []string{"resource_name"}},
		{"scpbilling_usage_summary", object{"group_by": []any{"region"}}, []string{"group_by", "usage_month", `"region"`}},
		{"scpbilling_usage_summary", object{"group_by": []any{"id"}}, []string{"group_by"}},
		{"scpbilling_bill_summary", object{"group_by": []any{"usage_month"}}, []string{"group_by", "bill_year_month"}},
		{"scpbilling_bill_summary", object{"group_by": []any{nil}}, []string{"null value"}},
	} {
		p.ValidateData(test.typeName, test.config).WantError(t, test.want...)
	}
	for _, test := range []struct {
		typeName string
		config   object
	}{
		{"scpbilling_usages", object{"start_date": acctest.Unknown, "end_date": "2026-02-01", "account_ids": acctest.Unknown, "max_rows": acctest.Unknown}},
		{"scpbilling_usages", object{"start_date": "2026-02-01", "end_date": "2026-02-01"}},
		{"scpbilling_usage_summary", object{"group_by": acctest.Unknown}},
		{"scpbilling_usage_summary", object{"group_by": []any{}}},
		{"scpbilling_bill_summary", object{"group_by": []any{"resource_name", "bill_state", "region"}}},
	} {
		p.ValidateData(test.typeName, test.config).WantNone(t)
	}
}

func TestSummaryGroups(t *testing.T) {
	t.Parallel()
	// Any guess: an account that is null breaks the API description.
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Guesses: emulator.Guesses{PageSizeCap: 2, CountAlways: true}}))
	row := func(account, date, amounts string) string {
		return fmt.Sprintf(`{"id":"i","account_id":%s,"service_category":"COMPUTE","billing_item_id":"b","ccbs_product_code":"p","resource_id":"r","contract_id":"c",
			"usage_date":"%sT00:00:00","order_status":null,"status_code":0,"amounts":%s}`, account, date, amounts)
	}
	e.SCP.SetUsages(
		row(`"b"`, "2026-02-01", `{"krw":"106.3225806452","usd":"0.0"}`),
		row(`"a"`, "2026-02-28", `{"krw":"500.0000000000","usd":"0.00"}`),
		row(`"b"`, "2026-01-31", `{"krw":"-6.3","usd":"1.25"}`),
		row(`"b"`, "2026-01-01", `null`),
		row(`"a"`, "2026-03-01", `null`),
		row(`null`, "2026-01-01", `{"krw":"1","usd":null}`),
		row(`""`, "2026-01-01", `null`),
	)
	got := read(t, e, "scpbilling_usage_summary", allRows(object{"group_by": []any{"usage_month", "account_id"}}))
	group := func(account any, month string, rows int64, amounts any) object {
		return object{"keys": object{"account_id": account, "usage_month": month}, "row_count": rows, "amounts": amounts}
	}
	if diff := cmp.Diff([]object{
		group("", "2026-01", 1, object{"krw": "0", "usd": "0"}),
		group("a", "2026-02", 1, object{"krw": "500.0000000000", "usd": "0.00"}),
		group("a", "2026-03", 1, object{"krw": "0", "usd": "0"}),
		group("b", "2026-01", 2, object{"krw": "-6.3", "usd": "1.25"}),
		group("b", "2026-02", 1, object{"krw": "106.3225806452", "usd": "0.0"}),
		group(nil, "2026-01", 1, object{"krw": "1", "usd": "0"}),
	}, list(t, got, "groups")); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(object{"keys": object{}, "row_count": int64(7), "amounts": object{"krw": "601.0225806452", "usd": "1.25"}}, got["total"]); diff != "" {
		t.Errorf("total (-want +got):\n%s", diff)
	}
	// A null key stays null.
	got = read(t, e, "scpbilling_usage_summary", allRows(object{"group_by": []any{"order_status"}}))
	if diff := cmp.Diff([]object{{"keys": object{"order_status": nil}, "row_count": int64(7), "amounts": object{"krw": "601.0225806452", "usd": "1.25"}}}, list(t, got, "groups")); diff != "" {
		t.Errorf("groups (-want +got):\n%s", diff)
	}
	e.SCP.SetUsages()
	got = read(t, e, "scpbilling_usage_summary", allRows(object{"group_by": []any{"account_id"}}))
	if diff := cmp.Diff(object{"groups": []any{}, "total": object{"keys": object{}, "row_count": int64(0), "amounts": object{"krw": "0", "usd": "0"}}}, object{"groups": got["groups"], "total": got["total"]}); diff != "" {
		t.Errorf("the summary of nothing (-want +got):\n%s", diff)
	}
}

// An amount that is not decimal is an error that names field and value, the same for rows
// and for sums.
func TestUnreadableAmount(t *testing.T) {
	t.Parallel()
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Guesses: emulator.Guesses{CountAlways: true}})) // any guess: such rows break the API description
	e.SCP.SetUsages(usageRow("row-1", `{"krw":"1","usd":"1"}`), usageRow("row-2", `{"krw":"1","usd":"1e500"}`))
	for _, typeName := range []string{"scpbilling_usage_summary", "scpbilling_usages"} {
		_, diags := e.Protocol(t).ReadData(typeName, allRows(nil))
		diags.WantError(t, "usages.amounts.usd", "1e500")
	}
	e.SCP.SetBills(`{"id":"bill-1","bill_year_month":"2026-02","amounts":{"krw":"1","usd":"1"}}`, `{"id":"bill-2","bill_year_month":"2026-02","edp":{"krw":"1e500","usd":"1"}}`)
	for _, typeName := range []string{"scpbilling_bill_summary", "scpbilling_bills"} {
		_, diags := e.Protocol(t).ReadData(typeName, allBills(nil))
		diags.WantError(t, "bills.edp.krw", "1e500")
	}
}

// Settings that are not known yet are no reason for a panic, and say what to do.
func TestProviderNotKnownYet(t *testing.T) {
	t.Parallel()
	p := acctest.NewProvider(t)
	p.Configure(object{"endpoint_override": acctest.Unknown, "access_key": "k", "secret_key": "s"}).WantNone(t)
	for typeName, doing := range map[string]string{
		"scpbilling_usages": "list usages", "scpbilling_usage_summary": "list usages", "scpbilling_bills": "list bills",
		"scpbilling_bill_summary": "list bills", "scpbilling_monthly_payments": "list monthly payments",
	} {
		_, diags := p.ReadData(typeName, object{})
		diags.WantError(t, "Could not "+doing, "endpoint_override")
	}
}

// Another page than the one that was asked for, and no JSON.
func TestBrokenResponses(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"mode=html", "mode=wrong-shape", "mode=gateway-401", "mode=gateway-404", "mode=not-json"} {
		e := acctest.New(t, acctest.WithEmulator(emulator.Options{Usages: 5, Bills: 5}), acctest.WithSetting("max_retries", 0))
		e.Fault(t, fault)
		p := e.Protocol(t)
		for _, typeName := range []string{"scpbilling_usages", "scpbilling_usage_summary", "scpbilling_bills", "scpbilling_bill_summary", "scpbilling_monthly_payments"} {
			_, diags := p.ReadData(typeName, object{})
			diags.WantError(t, "Could not list")
		}
	}
}

// Pages that end before the service's own count are a warning, and what came is kept.
func TestPaymentsThatAreNotDelivered(t *testing.T) {
	t.Parallel()
	p := acctest.Against(t, nil, func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"payments":[],"count":50,"page":1,"size":20}`)
	})
	got, d := p.ReadData("scpbilling_monthly_payments", object{})
	d.WantWarning(t, "Not all monthly payments were returned", "reports 50 monthly payments, but its pages contain 0")
	if rows, ok := got["payments"].([]any); !ok || len(rows) != 0 {
		t.Errorf("payments is %v, want none", got["payments"])
	}
}
