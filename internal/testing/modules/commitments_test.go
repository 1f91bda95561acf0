package modules_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

func TestCommitments(t *testing.T) {
	t.Parallel()
	e := runModuleTests(t, "commitments", emulator.Options{Seed: "demo", Start: time.Date(2026, 3, 16, 3, 0, 0, 0, time.UTC)})
	for _, r := range e.SCP.Requests() {
		if r.Method != "GET" && !strings.HasSuffix(r.Path, "/cancellation-fee") {
			t.Errorf("the module asks for %s %s; it only reads", r.Method, r.Path)
		}
	}
}

// Remaining days across leap years and centuries against Go's calendar, one fee request
// for all contracts, and the table.
func TestCommitmentsNumbers(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it stores contracts behind the API")
	today := time.Date(2026, 3, 16, 3, 0, 0, 0, time.UTC)
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
	values, output := outputs(t, e, "commitments", `today = "2026-03-16"`)
	contracts, _ := values["contracts"].(map[string]any)
	if len(contracts) != len(ends) {
		t.Errorf("%d contracts, want %d: %v", len(contracts), len(ends), contracts)
	}
	for id, end := range ends {
		contract, _ := contracts[id].(map[string]any)
		last, _ := time.Parse(time.DateOnly, end)
		want := json.Number(fmt.Sprint(int(last.Sub(today.Truncate(24*time.Hour)).Hours() / 24)))
		if contract["remaining_days"] != want || contract["end_date"] != end {
			t.Errorf("%s ends %v in %v days, want %s in %s", id, contract["end_date"], contract["remaining_days"], end, want)
		}
	}
	flat := strings.Join(strings.Fields(strings.ReplaceAll(output, "│", " ")), " ")
	for _, words := range []string{"no follow-up is reserved: C-pc-0 (s1v1m2) on 2026-03-16, in 0 days", "These contracts were used less than 80 %", "(50.0 % of 7)"} {
		if !strings.Contains(flat, words) {
			t.Errorf("no check says %q:\n%s", words, flat)
		}
	}
	if strings.Contains(flat, "C-pc-1 (s1v1m2)") {
		t.Error("a contract with a follow-up is named")
	}
	if report := fmt.Sprint(values["markdown"]); !strings.Contains(report, "| C-pc-1 | VIRTUAL_SERVER OPEN_SOURCE s1v1m2 | 1-year | 2026-03-17 | 1 | 1-year |") || strings.Index(report, "C-pc-0") > strings.Index(report, "C-pc-1") {
		t.Errorf("the table is\n%s", report)
	}
	// Planned and applied: each run asks once.
	if n := e.Count("POST", "/v1/planned-computes/cancellation-fee"); n != 1 {
		t.Errorf("%d quotes, want 1", n)
	}
}
