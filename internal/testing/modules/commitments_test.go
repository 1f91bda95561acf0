package modules_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// candidates are the arguments of the module's README.
const candidates = `today = "2026-03-16"
  candidates = {
    service_ids  = ["VIRTUAL_SERVER"]
    os_types     = ["OPEN_SOURCE"]
    server_types = ["s1v1m2", "s1v2m4", "s1v4m8"]
  }`

// commitments applies the module and returns its outputs, its report, and what its checks say.
func commitments(t *testing.T, e *acctest.Env, arguments string) (values map[string]any, report, failed string) {
	t.Helper()
	out := apply(t, e, "commitments", map[string]string{"it": arguments})["it"]
	return out.values, fmt.Sprint(out.values["markdown"]), out.failed
}

// Remaining days across leap years and centuries against Go's calendar, one fee request
// for all contracts, and the table.
func TestCommitmentsNumbers(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it stores contracts behind the API")
	today := seoulNoon(16)
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Start: today}))
	ends := map[string]string{}
	for i, end := range []string{"2026-03-16", "2026-03-17", "2026-12-31", "2027-03-01", "2028-02-29", "2028-03-01", "2031-01-01"} {
		id := fmt.Sprintf("pc-%d", i)
		start := today.AddDate(0, -1, 0).Format(time.DateOnly)
		pc := emulator.PlannedCompute{ID: id, ContractID: "C-" + id, ServerType: "s1v1m2", StartDate: start, EndDate: end, CreatedAt: today.AddDate(0, -1, -1), IdleHours: 12}
		if end == "2026-03-17" {
			pc.NextContractType = "01"
		}
		e.SCP.PutPlannedCompute(pc)
		ends[id] = end
	}
	e.SCP.PutPlannedCompute(emulator.PlannedCompute{ID: "gone", Ended: emulator.EndedCancelled})
	values, report, failed := commitments(t, e, `today = "2026-03-16"`)
	contracts, _ := values["contracts"].(map[string]any)
	if len(contracts) != len(ends) {
		t.Errorf("%d contracts, want %d: %v", len(contracts), len(ends), contracts)
	}
	for id, end := range ends {
		last, _ := time.Parse(time.DateOnly, end)
		want := json.Number(fmt.Sprint(int(last.Sub(today.Truncate(24*time.Hour)).Hours() / 24)))
		if days, got := member(contracts, id, "remaining_days"), member(contracts, id, "end_date"); days != want || got != end {
			t.Errorf("%s ends %v in %v days, want %s in %s", id, got, days, end, want)
		}
	}
	acctest.Has(t, failed, "no follow-up is reserved: C-pc-0 (s1v1m2) on 2026-03-16, in 0 days", "These contracts were used less than 80 %", "(50.0 % of 7)")
	if strings.Contains(failed, "C-pc-1 (s1v1m2)") {
		t.Error("a contract with a follow-up is named")
	}
	acctest.Has(t, report, "| C-pc-1 | VIRTUAL_SERVER OPEN_SOURCE s1v1m2 | 1-year | 2026-03-17 | 1 | 1-year |")
	if strings.Index(report, "C-pc-0") > strings.Index(report, "C-pc-1") {
		t.Errorf("the table is\n%s", report)
	}
	// Planned and applied: each run asks once.
	if n := e.Count("POST", "/v1/planned-computes/cancellation-fee"); n != 1 {
		t.Errorf("%d quotes, want 1", n)
	}
}

// How many further contracts the demand carries: hours of servers that run at the same
// time do not add up to a contract, and single servers are counted one by one.
func TestCommitmentsDemand(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it stores demand behind the API")
	today := seoulNoon(16)
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Start: today}))
	e.SCP.PutPlannedCompute(emulator.PlannedCompute{ServerType: "s1v1m2", StartDate: "2026-01-01", EndDate: "2026-12-31"})
	demand := func(name, serverType string, hoursPerDay int64) {
		e.SCP.PutDemand(emulator.Demand{Name: name, ServiceID: "VIRTUAL_SERVER", OSType: "OPEN_SOURCE", ServerType: serverType, From: "2026-01-01", HoursPerDay: hoursPerDay})
	}
	for i := range 5 {
		demand(fmt.Sprint("office-", i), "s1v2m4", 10) // 50 hours a day, of no server more than 10
	}
	demand("always", "s1v4m8", 24)
	demand("mostly", "s1v4m8", 20)
	demand("rarely", "s1v4m8", 19) // less than 80 %
	e.Reset()
	values, report, _ := commitments(t, e, candidates)
	rows, _ := values["demand"].(map[string]any)
	if len(rows) != 2 {
		t.Errorf("demand of %d specs, want 2: %v", len(rows), rows)
	}
	for name, want := range map[string][3]int{"s1v2m4": {1500, 0, 2}, "s1v4m8": {1890, 2, 3}} {
		row, _ := rows["VIRTUAL_SERVER OPEN_SOURCE "+name].(map[string]any)
		if got := fmt.Sprintf("%v %v %v", row["uncovered_hours"], row["contracts"], row["contracts_at_most"]); got != strings.Trim(fmt.Sprint(want), "[]") || row["contract_per_hour"] != nil {
			t.Errorf("%s: %s, want %v; the row is %v", name, got, want, row)
		}
		acctest.Has(t, report, fmt.Sprintf("| VIRTUAL_SERVER OPEN_SOURCE %s | %d | %d | %d |", name, want[0], want[1], want[2]))
	}
}

// The tables in the README are those of the demo.
func TestCommitmentsReadme(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it reads the demo's contracts")
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Seed: "demo", Start: seoulNoon(16)}))
	_, tables, _ := commitments(t, e, candidates)
	acctest.Has(t, acctest.ReadFile(t, examplesPath(t, "modules", "commitments", "README.md")), "\n\n"+tables+"\n\n")
}

// Contracts whose last day the service does not send, or sends with a time, are listed.
func TestCommitmentsOfUnknownDays(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it serves contracts of its own")
	web := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		body := `{"coverages":[]}`
		switch r.URL.Path {
		case "/v1/planned-computes":
			body = `{"total_count":3,"planned_computes":[
				{"id":"a","contract_id":"C1","service_id":"VIRTUAL_SERVER","os_type":"OPEN_SOURCE","server_type":"s1v1m2","start_date":"2026-01-01","end_date":null},
				{"id":"b","contract_id":"C2","service_id":"VIRTUAL_SERVER","os_type":"OPEN_SOURCE","server_type":"s1v1m2","start_date":"2026-01-01","end_date":"2026-12-31T00:00:00"},
				{"id":"c","contract_id":"C3","service_id":"VIRTUAL_SERVER","os_type":"OPEN_SOURCE","server_type":"s1v1m2","start_date":"2025-01-01","end_date":"2025-12-31T00:00:00"}]}`
		case "/v1/planned-computes/cancellation-fee":
			body = `{"bill_year_month":"202605","cancellation_fee":"1000000","currency":{"code":"KRW","symbol":"₩"}}`
		}
		_, _ = rw.Write([]byte(body))
	}))
	t.Cleanup(web.Close)
	e := acctest.New(t, acctest.WithSetting("endpoint_override", web.URL))
	values, report, _ := commitments(t, e, `today = "2026-03-16"`)
	contracts, _ := values["contracts"].(map[string]any)
	a, _ := contracts["a"].(map[string]any)
	b, _ := contracts["b"].(map[string]any)
	if len(contracts) != 2 || a["end_date"] != nil || a["remaining_days"] != nil || b["end_date"] != "2026-12-31" || b["remaining_days"] != json.Number("290") {
		t.Errorf("the contracts are %v", contracts)
	}
	acctest.Has(t, report, "| C1 | VIRTUAL_SERVER OPEN_SOURCE s1v1m2 | – | unknown | unknown | none |")
}

// Without a day of its own the module looks at today.
func TestCommitmentsToday(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it reads the demo's contracts")
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Seed: "demo"}))
	values, _, _ := commitments(t, e, "")
	coverage, _ := values["coverage"].(map[string]any)
	for name, row := range coverage {
		if member(row, "utilization_percent") != json.Number("100") || member(row, "covered_hours") != json.Number("720") {
			t.Errorf("%s: %v", name, row)
		}
	}
	if len(coverage) != 2 {
		t.Errorf("%d specs, want 2", len(coverage))
	}
}
