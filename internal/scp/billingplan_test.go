package scp

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
)

const contractJSON = `{"planned_compute":{"id":"p1","account_id":"acc","contract_id":"C1","contract_type":"1-year",` +
	`"start_date":"2026-01-02","end_date":"2027-01-01","first_contract_start_at":"2026-01-02","next_contract_type":null,` +
	`"next_start_date":null,"next_end_date":null,"service_id":"VIRTUAL_SERVER","service_name":"Virtual Server","os_type":"OPEN_SOURCE",` +
	`"os_name":"Open Source","server_type":"s1v1m2","server_type_description":{"cpu":"1 Core","memory":2,"more":{"a":[1, 2]},"none":null},` +
	`"region":"kr-west1","resource_type":"instance","resource_name":null,"srn":"srn:e::x","state":"ACTIVE","delete_yn":"N",` +
	`"created_at":"2026-01-01 00:00:00","created_by":"u","modified_at":"2026-01-01T00:00:00Z","modified_by":null,"new_field":{"x":1}}}`

func theContract() *PlannedCompute {
	return &PlannedCompute{
		ID: "p1", AccountID: ptr("acc"), ContractID: ptr("C1"), ContractType: ptr("1-year"),
		StartDate: ptr("2026-01-02"), EndDate: ptr("2027-01-01"), FirstContractStartAt: ptr("2026-01-02"),
		ServiceID: ptr("VIRTUAL_SERVER"), ServiceName: ptr("Virtual Server"), OSType: ptr("OPEN_SOURCE"), OSName: ptr("Open Source"),
		ServerType: ptr("s1v1m2"), ServerTypeDescription: map[string]string{"cpu": "1 Core", "memory": "2", "more": `{"a":[1,2]}`},
		Region: ptr("kr-west1"), ResourceType: ptr("instance"), SRN: ptr("srn:e::x"), State: ptr("ACTIVE"), DeleteYN: ptr("N"),
		CreatedAt: ptr("2026-01-01 00:00:00"), CreatedBy: ptr("u"), ModifiedAt: ptr("2026-01-01T00:00:00Z"),
	}
}

// Null stays null in each field. An error names its field.
func TestPlannedComputeNulls(t *testing.T) {
	var nulls []string
	for _, field := range []string{
		"id", "account_id", "contract_id", "contract_type", "start_date", "end_date", "first_contract_start_at", "next_contract_type",
		"next_start_date", "next_end_date", "service_id", "service_name", "os_type", "os_name", "server_type", "server_type_description",
		"region", "resource_type", "resource_name", "srn", "state", "delete_yn", "created_at", "created_by", "modified_at", "modified_by",
	} {
		nulls = append(nulls, `"`+field+`":null`)
		if field == "server_type_description" {
			continue
		}
		c, _ := script(t, reply(200, `{"planned_compute":{"`+field+`":["x"]}}`))
		_, err := c.ShowPlannedCompute(t.Context(), "p1")
		if e := wantError(t, err, KindResponse, 200, OutcomeUnknown); !strings.Contains(e.Detail, "planned_compute."+field+" ") {
			t.Errorf("the error does not name the field: %v", err)
		}
	}
	all := strings.Join(nulls, ",")
	c, _ := script(t, reply(200, `{"planned_compute":{`+all+`,"state":"ACTIVE"}}`))
	got, err := c.ShowPlannedCompute(t.Context(), "p1")
	if err != nil {
		t.Fatal(err)
	}
	wantEqual(t, got, &PlannedCompute{ID: "p1", State: ptr("ACTIVE")})
	// With nothing but nulls it says nothing about the contract.
	for _, fields := range []string{all, "", `"id":"p1"`} {
		c, _ := script(t, reply(200, `{"planned_compute":{`+fields+`}}`))
		_, err := c.ShowPlannedCompute(t.Context(), "p1")
		if e := wantError(t, err, KindResponse, 200, OutcomeUnknown); !strings.Contains(e.Detail, "does not contain the object") {
			t.Errorf("got %v", err)
		}
	}
}

func TestPlannedComputeTolerance(t *testing.T) {
	show := func(field, value string) *PlannedCompute {
		c, _ := script(t, reply(200, `{"planned_compute":{"service_name":"x","`+field+`":`+value+`}}`))
		got, err := c.ShowPlannedCompute(t.Context(), "p1")
		if err != nil {
			t.Errorf("%s: %s: %v", field, value, err)
			return &PlannedCompute{}
		}
		return got
	}
	for value, want := range map[string]map[string]string{
		`null`: nil, `""`: {}, `{}`: {}, `"2 cores"`: {"description": "2 cores"}, `{"cpu":1.50,"x":true}`: {"cpu": "1.50", "x": "true"},
	} {
		wantEqual(t, show("server_type_description", value).ServerTypeDescription, want)
	}
	for value, want := range map[string]string{`"Y"`: "Y", `true`: "true", `false`: "false", `"true"`: "true", `1`: "1"} {
		wantEqual(t, *show("delete_yn", value).DeleteYN, want)
	}
	c, _ := script(t, reply(200, `{"planned_compute":{"server_type_description":[1]}}`))
	_, err := c.ShowPlannedCompute(t.Context(), "p1")
	if wantError(t, err, KindResponse, 200, OutcomeUnknown); !strings.Contains(err.Error(), "planned_compute.server_type_description is not an object") {
		t.Errorf("got %v", err)
	}
}

func TestListPlannedComputes(t *testing.T) {
	page := func(total string, ids ...string) step {
		var rows []string
		for _, id := range ids {
			rows = append(rows, fmt.Sprintf(`{"id":%q}`, id))
		}
		return reply(200, fmt.Sprintf(`{"planned_computes":[%s],"total_count":%s,"total_pages":"0","current_page":"0"}`, strings.Join(rows, ","), total))
	}
	c, f := script(t, page("3", "a", "b"), page(`"3"`, "c"))
	ids := func(filter PlannedComputeFilter) (ids string) {
		for _, p := range collect(t, c.ListPlannedComputes(t.Context(), filter)) {
			ids += p.ID
		}
		return ids
	}
	if got := ids(PlannedComputeFilter{
		StartDate: "2026-01-01", EndDate: "2026-02-01", ServerType: "s", ContractID: "C", ContractTypes: []string{"01", "03"},
		NextContractTypes: []string{"05"}, ServiceIDs: []string{"V", "W"}, OSTypes: []string{"O"}, States: []string{"ACTIVE", "B"},
		CreatedBy: "me", ModifiedBy: "you", Sort: "created_by:asc",
	}); got != "abc" {
		t.Errorf("rows %s", got)
	}
	want := testBase + "/v1/planned-computes?contract_id=C&contract_type=01&contract_type=03&created_by=me&end_date=2026-02-01&limit=100" +
		"&modified_by=you&next_contract_type=05&os_type=O&page=2&server_type=s&service_id=V&service_id=W&sort=created_by%3Aasc&start_date=2026-01-01&state=ACTIVE&state=B"
	if got := f.sent()[1].url; got != want {
		t.Errorf("sent %s\nwant %s", got, want)
	}
	// Counters of "0", as an example prints them, say nothing.
	c, f = script(t, page(`"0"`, "a", "b"), page(`"0"`, "c"))
	if got := ids(PlannedComputeFilter{}); got != "abc" || len(f.sent()) != 2 {
		t.Errorf("rows %s in %d requests", got, len(f.sent()))
	}
}

func TestCancellationFee(t *testing.T) {
	won := &Currency{Code: ptr("KRW"), Symbol: ptr("₩")}
	for body, want := range map[string]*CancellationFee{
		`{"bill_year_month":"2026-03","cancellation_fee":"100000.50","currency":{"code":"KRW","symbol":"₩"}}`: {CancellationFee: ptr("100000.50"), BillYearMonth: ptr("2026-03"), Currency: won},
		`{"bill_year_month":"2026-03","cancellation_fee":100000,"currency":{"code":"KRW","symbol":"₩"}}`:      {CancellationFee: ptr("100000"), BillYearMonth: ptr("2026-03"), Currency: won},
		`{"cancellation_fee":12345678901234567890.12345678901234567890}`:                                      {CancellationFee: ptr("12345678901234567890.12345678901234567890")},
		`{"cancellation_fee":null,"currency":null,"bill_year_month":null}`:                                    {},
		`{"cancellation_fee":{"krw":"500.000","usd":"0.0"},"same_day_cancel":true}`:                           {CancellationFee: ptr("500.000"), Currency: &Currency{Code: ptr("KRW")}},
	} {
		c, f := script(t, reply(200, body))
		got, err := c.ShowCancellationFee(t.Context(), []string{"p1", "p2"}, "kr-west1")
		if err != nil {
			t.Errorf("%s: %v", body, err)
			continue
		}
		wantEqual(t, got, want)
		if sent := f.sent()[0]; sent.method != "POST" || sent.body != `{"planned_compute_id":["p1","p2"],"region":"kr-west1"}` {
			t.Errorf("sent %s %s", sent.method, sent.body)
		}
	}
	for body, words := range map[string]string{
		`{"cancellation_fee":"free"}`: "cancellation_fee is not a decimal number", `{"cancellation_fee":["1"]}`: "cancellation_fee is not a string",
		`[]`: "the response is not an object", `true`: "the response is not an object", `7`: "the response is not an object", `"1"`: "the response is not an object", `{}`: "does not contain a quote",
		`{"cancellation_fee":"1","currency":"KRW"}`: "currency is not an object", `{"cancellation_fee":"1","currency":{"code":[]}}`: "currency.code is not a string",
	} {
		c, _ := script(t, reply(200, body))
		_, err := c.ShowCancellationFee(t.Context(), []string{"p1"}, "")
		if wantError(t, err, KindResponse, 200, OutcomeUnknown); !strings.Contains(err.Error(), words) {
			t.Errorf("%s: it does not say %q: %v", body, words, err)
		}
	}
	c, f := script(t)
	_, err := c.ShowCancellationFee(t.Context(), nil, "")
	wantConfigError(t, err, "planned_compute_ids", "is empty")
	f.wantSent(t)
	// It changes nothing, so it is repeated.
	synctest.Test(t, func(t *testing.T) {
		c, f := script(t, fail(errors.New("reset")), reply(200, `{"cancellation_fee":"1"}`))
		if _, err := c.ShowCancellationFee(t.Context(), []string{"p1"}, ""); err != nil || len(f.sent()) != 2 {
			t.Errorf("%v after %d requests", err, len(f.sent()))
		}
	})
}

func TestInstances(t *testing.T) {
	query := InstanceQuery{"VIRTUAL_SERVER", "opensource", "s1v1m2", "2026-01-01", "2026-01-31"}
	// One zero for all the sums.
	for _, zero := range []string{`0`, `"0"`, `0.00`} {
		c, _ := script(t, reply(200, `{"coverages":[],"amount":`+zero+`}`))
		got, err := c.ListPlannedComputeInstances(t.Context(), query)
		if err != nil {
			t.Errorf("%s: %v", zero, err)
			continue
		}
		none := amountOf(strings.Trim(zero, `"`), strings.Trim(zero, `"`))
		wantEqual(t, got, &PlannedComputeInstances{Coverages: []Coverage{}, Amount: &CoverageAmount{Total: none, Used: none, NonApplied: none, NoContractUsed: none}})
	}
	for _, body := range []string{
		`{"coverages":[],"amount":5}`, `{"coverages":[],"amount":"5"}`, `{"coverages":[],"amount":""}`, `{"coverages":[],"amount":false}`, `{"coverages":[],"amount":"none"}`,
		`{"coverages":[],"amount":{"total":5}}`, `{"coverages":[],"amount":[]}`, `{"coverages":[],"os":[]}`, `{"coverages":[],"service":7.5e}`,
	} {
		c, _ := script(t, reply(200, body))
		c.config.MaxRetries = 0
		_, err := c.ListPlannedComputeInstances(t.Context(), query)
		wantError(t, err, KindResponse, 200, OutcomeUnknown)
	}
}

// Nothing stays of a response that was cut short.
func TestAttemptsAreDecodedAfresh(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := script(t, reply(200, `{"order_count":2,"server_type":"a","coverages":[{"contract_id":"C1"}`), reply(200, `{"coverages":[]}`))
		got, err := c.ListPlannedComputeInstances(t.Context(), InstanceQuery{"VIRTUAL_SERVER", "opensource", "s1v1m2", "2026-01-01", "2026-01-31"})
		if err != nil {
			t.Fatal(err)
		}
		wantEqual(t, got, &PlannedComputeInstances{Coverages: []Coverage{}})
	})
}
