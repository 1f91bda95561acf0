package modules_test

import (
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// seoul is the zone by which the service bills.
var seoul = time.FixedZone("Asia/Seoul", 9*60*60)

// Each configuration of the guide "From bills to decisions" is applied as it stands, and
// its numbers are compared with numbers of the test's own.
func TestGuideOfBills(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it serves usages of its own")
	acctest.Need(t, acctest.Functions)
	guide := acctest.ReadFile(t, examplesPath(t, "..", "templates", "guides", "bills-to-decisions.md"))
	blocks := regexp.MustCompile("(?s)```terraform\n(.*?)```").FindAllStringSubmatch(guide, -1)
	if len(blocks) != 6 {
		t.Fatalf("the guide has %d configurations, want 6", len(blocks))
	}
	// The guide takes the day of the machine.
	now := time.Now().In(seoul)
	first := time.Date(now.Year(), now.Month()-1, 1, 0, 0, 0, 0, time.UTC)
	this := first.AddDate(0, 1, 0)
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Bills: 60}))
	var rows []usage
	for day := first; day.Before(time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)); day = day.AddDate(0, 0, 1) {
		for i, category := range []string{"COMPUTE", "STORAGE", "DATABASE"} {
			rows = append(rows, usage{category, "a", day.Format(time.DateOnly), fmt.Sprintf("%d.%010d", 1_000_000*(i+1)+day.YearDay(), day.YearDay())})
		}
	}
	setUsages(e, rows)
	e.SCP.PutBudget(emulator.Budget{Name: "total", Amount: 400_000_000, Unit: "MONTHLY", StartMonth: first.Format("2006-01")})
	idle := emulator.PlannedCompute{ID: "idle", ContractID: "C000000001", ServerType: "s1v1m2", CreatedAt: now.AddDate(0, -3, 0), IdleHours: 18}
	used := emulator.PlannedCompute{ID: "used", ContractID: "C000000002", ServerType: "s1v2m4", ContractType: "03", CreatedAt: now.AddDate(0, -4, 0), NextContractType: "01"}
	idle, used = e.SCP.PutPlannedCompute(idle), e.SCP.PutPlannedCompute(used)

	// Each configuration is a module, so that one run applies all of them.
	var config strings.Builder
	for i := range blocks {
		fmt.Fprintf(&config, "module \"c%d\" {\n  source = \"./c%d\"\n}\n\noutput \"c%d\" {\n  value = module.c%d\n}\n\n", i, i, i, i)
	}
	folder := e.Attached(t, strings.TrimSuffix(config.String(), "\n"))
	for i, block := range blocks {
		text := strings.ReplaceAll(block[1], "github.com/scpbilling/terraform-provider-scpbilling//examples/modules", filepath.ToSlash(examplesPath(t, "modules")))
		child := filepath.Join(folder, fmt.Sprint("c", i))
		if err := os.Mkdir(child, 0o700); err != nil {
			t.Fatal(err)
		}
		acctest.WriteFile(t, filepath.Join(child, "guide.tf"), text)
		acctest.WriteFile(t, filepath.Join(child, "versions.tf"), "terraform {\n  required_providers {\n    scpbilling = { source = \"scpbilling/scpbilling\" }\n  }\n}\n")
	}
	all := applyFolder(t, folder)
	if formatted := acctest.RunTerraform(t, folder, nil, "fmt", "-check", "-diff", "-recursive"); strings.Contains(formatted.Output(), "guide.tf") {
		t.Errorf("not formatted:\n%s", formatted.Output())
	}
	want := func(i int, what string, got, want any) {
		t.Helper()
		if fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("configuration %d: %s is %v, want %v", i+1, what, got, want)
		}
	}
	day := func(d time.Time) string { return d.Format(time.DateOnly) }
	lastDay := this.AddDate(0, 0, -1)

	month := sumOf(rows, "", day(first), day(lastDay))
	spend := all["c0"].values
	want(0, "spend", spend["spend"], map[string]any{"krw": month.FloatString(10), "usd": "0.0"})
	want(0, "for_people", spend["for_people"], grouped(month))

	var top []any
	for _, category := range []string{"DATABASE", "STORAGE", "COMPUTE"} {
		top = append(top, "ITEM_"+category+": "+grouped(sumOf(rows, category, day(first), day(lastDay))))
	}
	want(1, "top", all["c1"].values["top"], top)

	track := all["c2"].values
	counted := now.Day() - 1
	compared := min(counted, lastDay.Day())
	want(2, "days", []any{member(track, "days", "counted"), member(track, "days", "compared")}, []any{counted, compared})
	before := sumOf(rows, "", day(first), day(first.AddDate(0, 0, compared-1)))
	if counted == 0 {
		before = new(big.Rat)
	}
	if got, ok := new(big.Rat).SetString(fmt.Sprint(member(track, "comparison", "before"))); !ok || got.Cmp(before) != 0 {
		t.Errorf("configuration 3: the same days before are %v, want %s", member(track, "comparison", "before"), before.FloatString(10))
	}

	// 31 days of data: 6 of 24 hours for one, all for the other, at 80 % and 60 % of the list price.
	for kind, w := range map[string]map[string]any{
		"VIRTUAL_SERVER OPEN_SOURCE s1v1m2": {"utilization_percent": "25", "saved": 31 * 6 * 60 * 20 / 100, "uncovered_hours": 0},
		"VIRTUAL_SERVER OPEN_SOURCE s1v2m4": {"utilization_percent": "100", "saved": 31 * 24 * 120 * 40 / 100, "uncovered_hours": 0},
	} {
		for name, value := range w {
			want(3, kind+" "+name, member(all["c3"].values, "contracts", kind, name), value)
		}
	}

	ends := all["c4"].values
	want(4, "ends", ends["ends"], []any{idle.EndDate + ": C000000001, s1v1m2, no follow-up", used.EndDate + ": C000000002, s1v2m4, follow-up 1-year"})
	if fee, ok := new(big.Rat).SetString(fmt.Sprint(ends["leaving_today"])); !ok || fee.Sign() <= 0 {
		t.Errorf("configuration 5: the fee is %v", ends["leaving_today"])
	}

	for _, kind := range []string{"amounts", "operation"} {
		text := fmt.Sprint(member(all["c5"].values, "kinds", kind))
		if amount, ok := new(big.Rat).SetString(text); !ok || amount.Sign() <= 0 {
			t.Errorf("configuration 6: %s is %v", kind, text)
		}
	}
}
