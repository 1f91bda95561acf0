package scp

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"
)

func amountOf(krw, usd string) *Amount { return &Amount{KRW: &krw, USD: &usd} }

const usageJSON = `{"id":"u1","account_id":"acc","service_category":"COMPUTE","billing_item_id":"VIRTUAL_SERVER","ccbs_product_code":"PD1",` +
	`"resource_id":"7f67","contract_id":"C1","order_status":"04","usage_date":"2026-01-02T00:00:00","amounts":{"krw":"106.3225806452","usd":"0.0"},"status_code":0}`

func theUsage() Usage {
	return Usage{
		ID: ptr("u1"), AccountID: ptr("acc"), ServiceCategory: ptr("COMPUTE"), BillingItemID: ptr("VIRTUAL_SERVER"), CCBSProductCode: ptr("PD1"),
		ResourceID: ptr("7f67"), ContractID: ptr("C1"), OrderStatus: ptr(JoinedString("04")), UsageDate: ptr("2026-01-02T00:00:00"),
		Amounts: amountOf("106.3225806452", "0.0"), StatusCode: ptr("0"),
	}
}

// Of the link to the next page, the marker is used, and the address never.
func TestListUsages(t *testing.T) {
	c, f := script(t,
		reply(200, `{"usages":[`+usageJSON+`,{}],"timezone":"Asia/Seoul","count":"3","links":[{"rel":"self","href":"x"},{"rel":"next","href":"http://evil.example/steal?marker=m%2F1&limit=1&account_id=z"}],"more":[{"a":null}]}`),
		reply(200, ` {"links":[{"href":null,"rel":"next"}],"count":null,"usages":[{"id":null,"amounts":null,"order_status":["04","05"],"status_code":"x","unknown":{"a":[1,{}]}}]} `),
	)
	pages := collect(t, c.ListUsages(t.Context(), UsageFilter{
		StartDate: "2026-01-01", EndDate: "2026-01-31", OrderStatuses: []string{"04", "05"}, Limit: 7,
		RowFilter: RowFilter{
			AccountIDs: []string{"a", "b"}, ServiceCategories: []string{"COMPUTE", "DATABASE"}, BillingItemIDs: []string{"V", "W"},
			Regions: []string{"kr-west1", "kr-east1"}, ResourceName: "a b/c", ContractID: "C", Sort: "created_at:desc", WithCount: true,
		},
	}))
	wantEqual(t, pages, []Page[Usage]{
		{Rows: []Usage{theUsage(), {}}, Count: ptr(int64(3)), Timezone: ptr("Asia/Seoul")},
		{Rows: []Usage{{OrderStatus: ptr(JoinedString("04,05")), StatusCode: ptr("x")}}},
	})
	want := testBase + "/v1/usages?account_id=a&account_id=b&billing_item_id=V&billing_item_id=W&contract_id=C&end_date=2026-01-31&limit=7&marker=m%2F1&order_status=04&order_status=05" +
		"&region=kr-west1&region=kr-east1&resource_name=a+b%2Fc&service_category=COMPUTE&service_category=DATABASE&sort=created_at%3Adesc&start_date=2026-01-01&with_count=true"
	if sent := f.sent(); sent[0].url != strings.Replace(want, "&marker=m%2F1", "", 1) || sent[1].url != want {
		t.Errorf("sent %s, then %s\nwant %s", sent[0].url, sent[1].url, want)
	}
}

func TestListBills(t *testing.T) {
	fields := []string{
		"amounts", "discount_amounts", "asset", "operation", "option", "support_plan", "cancellation_fee", "planned_compute", "msp_discount",
		"new_business_discount", "sales_discount", "sla_discount", "reseller_discount", "account_cost_savings", "project_cost_savings",
		"account_credit", "project_credit", "edp",
	}
	named := []string{"id", "account_id", "service_category", "billing_item_id", "resource_id", "resource_name", "region", "contract_id", "order_status", "bill_year_month", "bill_state"}
	var full, nulls []string
	for i, name := range fields {
		full = append(full, fmt.Sprintf(`"%s":{"krw":"%d.000","usd":"-%d.50"}`, name, i, i))
	}
	for _, name := range named {
		full = append(full, fmt.Sprintf(`"%s":"<%s>"`, name, name))
	}
	for _, name := range slices.Concat(fields, named) {
		nulls = append(nulls, fmt.Sprintf(`"%s":null`, name))
	}
	c, f := script(t, reply(200, `{"bills":[{`+strings.Join(full, ",")+`},{`+strings.Join(nulls, ",")+`}]}`))
	pages := collect(t, c.ListBills(t.Context(), BillFilter{
		StartYearMonth: "2026-01", EndYearMonth: "2026-02", OrderStatus: "04", BillYearMonth: "2026-01", BillState: "USED",
		RowFilter: RowFilter{
			AccountIDs: []string{"a", "b"}, ServiceCategories: []string{"C", "D"}, BillingItemIDs: []string{"V", "W"},
			Regions: []string{"r", "s"}, ResourceName: "n", ContractID: "C", Sort: "a:asc",
		},
	}))
	a := func(i int) *Amount { return amountOf(fmt.Sprintf("%d.000", i), fmt.Sprintf("-%d.50", i)) }
	x := func(name string) *string { return ptr("<" + name + ">") }
	wantEqual(t, pages, []Page[Bill]{{Rows: []Bill{{
		ID: x("id"), Amounts: a(0), DiscountAmounts: a(1), Asset: a(2), Operation: a(3), Option: a(4), SupportPlan: a(5), CancellationFee: a(6),
		PlannedCompute: a(7), MSPDiscount: a(8), NewBusinessDiscount: a(9), SalesDiscount: a(10), SLADiscount: a(11), ResellerDiscount: a(12),
		AccountCostSavings: a(13), ProjectCostSavings: a(14), AccountCredit: a(15), ProjectCredit: a(16), EDP: a(17),
		AccountID: x("account_id"), ServiceCategory: x("service_category"), BillingItemID: x("billing_item_id"), ResourceID: x("resource_id"),
		ResourceName: x("resource_name"), Region: x("region"), ContractID: x("contract_id"), OrderStatus: (*JoinedString)(x("order_status")),
		BillYearMonth: x("bill_year_month"), BillState: x("bill_state"),
	}, {}}}})
	want := testBase + "/v1/bills?account_id=a&account_id=b&bill_state=USED&bill_year_month=2026-01&billing_item_id=V&billing_item_id=W&contract_id=C&end_year_month=2026-02" +
		"&limit=500&order_status=04&region=r&region=s&resource_name=n&service_category=C&service_category=D&sort=a%3Aasc&start_year_month=2026-01"
	if got := f.sent()[0].url; got != want {
		t.Errorf("sent %s\nwant %s", got, want)
	}
}

func TestAmountsStayExact(t *testing.T) {
	for value, want := range map[string]*Amount{
		`{"krw":"106.3225806452","usd":"0.0"}`:        amountOf("106.3225806452", "0.0"),
		`{"krw":"500.0000000000","usd":"0.000"}`:      amountOf("500.0000000000", "0.000"),
		`{"krw":123456789012345678901.10,"usd":0.10}`: amountOf("123456789012345678901.10", "0.10"),
		`{"krw":-0.00,"usd":1e3}`:                     amountOf("-0.00", "1e3"),
		`{"usd":null,"krw":"1","eur":"2"}`:            {KRW: ptr("1")},
		`{}`:                                          {},
		`null`:                                        nil,
		`{"krw":"\u0031\u002e5","usd":"-12"}`:         amountOf("1.5", "-12"),
	} {
		c, _ := script(t, reply(200, `{"usages":[{"amounts":`+value+`}]}`))
		for _, page := range collect(t, c.ListUsages(t.Context(), UsageFilter{})) {
			wantEqual(t, page.Rows[0].Amounts, want)
		}
	}
}

// What is JSON is read, whatever its form.
func TestRowsAsTheyCome(t *testing.T) {
	for body, want := range map[string][]string{
		`{"usages":[{"id":"\ud83d\ude00\ud800 \u0000\"\\\/","status_code":-0.0e+10}]}`: {"😀\ufffd \x00\"\\/"},
		`{"usages":[{"id":"` + "\xff\xc3\x28" + `예산"}]}`:                               {"\ufffd\ufffd(예산"},
		` { "usages" : [ ] } `:                          nil,
		`{"usages":[{"id":null},{"id":true},{"id":1}]}`: {"", "true", "1"},
		`{"usages":[{"id":"a","id":"b"}]}`:              {"b"},
		`{"\u0075sages":[{"\u0069d":"x"}]}`:             {"x"},
		`{"a":[[[[{"b":[1,2,{}]}]]]],"usages":[]}`:      nil,
	} {
		page, err := decodePage[Usage]([]byte(body), "usages")
		if err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		var got []string
		for _, row := range page.Rows {
			id := ""
			if row.ID != nil {
				id = *row.ID
			}
			got = append(got, id)
		}
		wantEqual(t, got, want)
	}
}

// A page of a list whose form is not what it should be is an error, and is not asked for again.
func TestRowsOfAnotherShape(t *testing.T) {
	ctx := context.Background()
	usages := func(c *Client) error { return drain(c.ListUsages(ctx, UsageFilter{})) }
	budgets := func(c *Client) error { return drain(c.ListAccountBudgets(ctx, BudgetFilter{})) }
	contracts := func(c *Client) error { return drain(c.ListPlannedComputes(ctx, PlannedComputeFilter{})) }
	payments := func(c *Client) error { return drain(c.ShowPaymentMonthly(ctx, nil)) }
	const budget = `"name":"n","amount":1,"unit":"MONTHLY","start_month":"2026-01"`
	for _, test := range []struct {
		list          func(*Client) error
		body, problem string // no problem is a success
	}{
		{usages, `{}`, "usages is missing"},
		{usages, `null`, "usages is missing"},
		{usages, `{"usages":null}`, "usages is missing"},
		{usages, `{"usages":null,"count":3}`, "usages is missing"},
		{usages, `{"usages":{}}`, "usages is not a list"},
		{usages, `{"usages":[null]}`, "usages is not an object"},
		{usages, `{"usages":["x"]}`, "usages is not an object"},
		{usages, `[]`, "the response is not an object"},
		{usages, `{"usages":[{"id":{}}]}`, "usages.id is not a string"},
		{usages, `{"usages":[{"amounts":"5"}]}`, "usages.amounts is not an object"},
		{usages, `{"usages":[{"amounts":{"krw":"x"}}]}`, "usages.amounts.krw is not a decimal number"},
		{usages, `{"usages":[{"amounts":{"krw":true}}]}`, "usages.amounts.krw is not a decimal number"},
		{usages, `{"usages":[{"amounts":{"krw":""}}]}`, "usages.amounts.krw is not a decimal number"},
		{usages, `{"usages":[{"amounts":{"krw":"NaN"}}]}`, "usages.amounts.krw is not a decimal number"},
		{usages, `{"usages":[{"amounts":{"krw":"1.","usd":1}}]}`, ""},
		{usages, `{"usages":[],"count":1.5}`, "count is not a 64-bit integer"},
		{usages, `{"usages":[],"links":{}}`, "links is not a list"},
		{usages, `{"usages":[{}],"links":[{"rel":"next","href":"https://x/"}]}`, "no marker"},
		{budgets, `{"budgets":[{"name":"n"}],"count":1}`, "budgets.amount is missing"},
		{budgets, `{"budgets":[{"id":null,` + budget + `}]}`, "budgets.id is missing"},
		{budgets, `{"count":3}`, "budgets is missing"},
		{budgets, `{"budgets":null}`, "budgets is missing"},
		{budgets, `{"budgets":null,"count":3}`, "budgets is missing"},
		{budgets, `{"budgets":{}}`, "budgets is not a list"},
		{budgets, `[]`, "the response is not an object"},
		{contracts, `{"planned_computes":[{}],"total_count":1}`, "planned_computes.id is missing"},
		{contracts, `{}`, "planned_computes is missing"},
		{contracts, `{"planned_computes":null,"total_count":1}`, "planned_computes is missing"},
		{contracts, `{"planned_computes":[],"total_count":"x"}`, "total_count is not a 64-bit integer"},
		{payments, `{"count":5,"page":1,"size":20}`, "payments is missing"},
		{payments, `{}`, "payments is missing"},
		{payments, `[]`, "the response is not an object"},
		{payments, `{"payments":[null]}`, "payments is not an object"},
		{payments, `{"payments":[{"bill_amount":1}]}`, "payments.bill_amount is not an object"},
		// An empty list may be null or missing where the count says that there is no row.
		{usages, `{"usages":null,"count":0}`, ""},
		{budgets, `{"budgets":null,"count":"0"}`, ""},
		{budgets, `{"count":0}`, ""},
		{payments, `{"count":0,"page":1,"size":20}`, ""},
		{payments, `{"payments":null,"count":0}`, ""},
		{payments, `{"payments":[],"count":0}`, ""},
	} {
		c, f := script(t, reply(200, test.body))
		err := test.list(c)
		if test.problem == "" && err != nil {
			t.Errorf("%s: %v", test.body, err)
		} else if test.problem != "" {
			if wantError(t, err, KindResponse, 200, OutcomeUnknown); !strings.Contains(err.Error(), test.problem) {
				t.Errorf("%s: it does not say %q: %v", test.body, test.problem, err)
			}
		}
		if len(f.sent()) != 1 {
			t.Errorf("%s: %d requests", test.body, len(f.sent()))
		}
	}
}

// What is not JSON is asked for again, and the rows come once.
func TestRowsThatCannotBeRead(t *testing.T) {
	whole := `{"usages":[` + usageJSON + `]}`
	for _, body := range []string{
		"", " ", "{", whole[:len(whole)-1], whole[:100], whole + "x", whole + whole, "<html>", `{"usages":[{"id":"a\x01"}]}`, `{"usages":[{"id":01}]}`,
		`{"usages":[{"id":1.}]}`, `{"usages":[{"id":-}]}`, `{"usages":[{"id":1e}]}`, `{"usages":[{"id":tru}]}`, `{"usages":[{"id":nul}]}`, `{"usages":[{"id":"\x"}]}`,
		`{"usages":[{"id":"\u12"}]}`, `{"usages":[{"id" "a"}]}`, `{"usages":[{"id":"a",}]}`, `{"usages":[{},]}`, `{"usages":[{}{}]}`, `{usages:[]}`, "\x00", whole + "\x00",
		`{"x":` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `,"usages":[]}`,
	} {
		synctest.Test(t, func(t *testing.T) {
			c, f := script(t, reply(200, body), reply(200, whole))
			if pages := collect(t, c.ListUsages(t.Context(), UsageFilter{})); len(pages) != 1 || len(pages[0].Rows) != 1 || len(f.sent()) != 2 {
				t.Errorf("%.60q: %v in %d requests", body, pages, len(f.sent()))
			}
		})
	}
}

func TestPayments(t *testing.T) {
	full := `{"payer_account_id":"p","payer_account_name":"이름","payer_account_type":"MEMBER","bill_year_month":"2026-01","used_year_month":"2025-12",` +
		`"payment_date":null,"bill_currency":"KRW","payment_currency":"krw","payment_state":"PAID","bill_amount":{"krw":"1.0","usd":"2"},"used_amount":null,` +
		`"unpaid_amount":{"krw":"3","usd":"4"},"paid_amount":{"krw":"5","usd":"6"},"accumulated_unpaid_amount":{"krw":"7","usd":"8"},"suspended_year_month":"2026-02","x":1}`
	c, f := script(t,
		reply(200, `{"payments":[`+full+`,{"payer_account_id":"q"},{"payer_account_id":"q"}],"count":"4","page":1,"size":3}`),
		reply(200, `{"payments":[{"payer_account_id":"r"}],"count":4,"page":2,"size":3}`),
	)
	wantEqual(t, collect(t, c.ShowPaymentMonthly(t.Context(), nil)), []*Payment{
		{
			PayerAccountID: ptr("p"), PayerAccountName: ptr("이름"), PayerAccountType: ptr("MEMBER"), BillYearMonth: ptr("2026-01"), UsedYearMonth: ptr("2025-12"),
			BillCurrency: ptr("KRW"), PaymentCurrency: ptr("krw"), PaymentState: ptr("PAID"), BillAmount: amountOf("1.0", "2"), UnpaidAmount: amountOf("3", "4"),
			PaidAmount: amountOf("5", "6"), AccumulatedUnpaidAmount: amountOf("7", "8"), SuspendedYearMonth: ptr("2026-02"),
		},
		{PayerAccountID: ptr("q")},
		{PayerAccountID: ptr("q")},
		{PayerAccountID: ptr("r")},
	})
	if f.sent()[0].url != testBase+"/v1/payments/monthly?page=1&size=100" || f.sent()[1].url != testBase+"/v1/payments/monthly?page=2&size=100" {
		t.Errorf("sent %s and %s", f.sent()[0].url, f.sent()[1].url)
	}
}

// Payments that differ in one field are two payments.
func TestPaymentKeys(t *testing.T) {
	base := Payment{PayerAccountID: ptr("a")}
	seen := map[string]bool{rowKey(&base): true}
	for _, change := range []func(*Payment){
		func(p *Payment) { p.PayerAccountID = ptr("") }, func(p *Payment) { p.PayerAccountID = nil }, func(p *Payment) { p.PayerAccountID = ptr("a;-") },
		func(p *Payment) { p.PayerAccountName = ptr("") }, func(p *Payment) { p.BillYearMonth = ptr("x") }, func(p *Payment) { p.UsedYearMonth = ptr("x") },
		func(p *Payment) { p.PaidAmount = &Amount{} }, func(p *Payment) { p.UnpaidAmount = &Amount{} }, func(p *Payment) { p.PaidAmount = &Amount{KRW: ptr("1")} },
		func(p *Payment) { p.PaidAmount = &Amount{USD: ptr("1")} },
	} {
		p := base
		change(&p)
		key := rowKey(&p)
		if seen[key] {
			t.Errorf("%+v has the key of another payment", p)
		}
		seen[key] = true
	}
}

// An iterator can be run again, and stopped.
func TestIteratorsStartAfresh(t *testing.T) {
	f := &fake{t: t, repeatLast: true, steps: []step{reply(200, `{"usages":[`+usageJSON+`],"links":[{"rel":"next","href":"?marker=m"}]}`)}}
	c := newTest(t, f, nil)
	list := c.ListUsages(t.Context(), UsageFilter{})
	for range 2 {
		for page, err := range list {
			if err != nil || !cmp.Equal(page.Rows, []Usage{theUsage()}) {
				t.Errorf("%v, %v", page, err)
			}
			break
		}
	}
	if len(f.sent()) != 2 || f.sent()[1].url != f.sent()[0].url {
		t.Errorf("sent %v", f.sent())
	}
}
