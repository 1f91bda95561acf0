package modules_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

func TestBudgetGuard(t *testing.T) {
	t.Parallel()
	runModuleTests(t, "budget-guard", emulator.Options{Seed: "demo", Start: time.Date(2026, 3, 16, 3, 0, 0, 0, time.UTC)})
}

// usages are the usages of one account for each day between two, of amount won a day.
func usages(t *testing.T, first, last string, amount string) []string {
	t.Helper()
	from, err1 := time.Parse(time.DateOnly, first)
	to, err2 := time.Parse(time.DateOnly, last)
	if err1 != nil || err2 != nil {
		t.Fatal(err1, err2)
	}
	var rows []string
	for day := from; !day.After(to); day = day.AddDate(0, 0, 1) {
		rows = append(rows, fmt.Sprintf(`{"id":"%s-%s","account_id":"a","service_category":"COMPUTE","billing_item_id":"VIRTUAL_SERVER","ccbs_product_code":"P","resource_id":"r","contract_id":"c",`+
			`"order_status":"04","usage_date":"%sT00:00:00","amounts":{"krw":"%s","usd":"0.0"},"status_code":0}`, day.Format(time.DateOnly), amount, day.Format(time.DateOnly), amount))
	}
	return rows
}

// outputs applies a configuration of one module and returns its outputs and warnings.
func outputs(t *testing.T, e *acctest.Env, module, arguments string) (values map[string]any, output string) {
	t.Helper()
	folder := e.Attached(t, fmt.Sprintf("module \"it\" {\n  source = %q\n  %s\n}\noutput \"it\" {\n  value = module.it\n}\n", filepath.ToSlash(modulePath(t, module)), arguments))
	acctest.GetModules(t, folder)
	output = acctest.RunTerraform(t, folder, nil, "apply", "-auto-approve", "-input=false", "-no-color").Must(t).Output()
	decoder := json.NewDecoder(strings.NewReader(acctest.RunTerraform(t, folder, nil, "output", "-json", "it").Must(t).Stdout))
	decoder.UseNumber()
	if err := decoder.Decode(&values); err != nil {
		t.Fatal(err)
	}
	return values, output
}

// The numbers of the module against numbers of the test's own: a budget at exactly 100 %,
// an overall budget, months of different length, and the first day of a month.
func TestBudgetGuardNumbers(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it serves usages of its own")
	acctest.Need(t, acctest.Functions)
	for name, c := range map[string]struct {
		today                              string
		counted, compared                  int
		fails                              []string
		projection, exact, overall, change string // "" is null
	}{
		"middle":       {"2026-03-16", 15, 15, []string{"has completely spent a budget", "exact: 1,500,000 of 1,500,000 won (100.0 %)"}, "3100000", "100", "18.7", "25"},
		"first day":    {"2026-03-01", 0, 0, nil, "", "0", "11.2", ""},
		"third day":    {"2026-03-03", 2, 2, nil, "", "13.3", "12.2", "25"},
		"long month":   {"2026-03-31", 30, 28, []string{"has completely spent a budget"}, "3100000", "200", "26.2", "25"},
		"28 days":      {"2026-02-28", 27, 27, []string{"has completely spent a budget"}, "2240000", "144", "10.8", ""},
		"below a 100":  {"2026-03-15", 14, 14, []string{"spent 80 % of a budget or more", "continues like its first 14 days", "3,100,000 won"}, "3100000", "93.3", "18.2", "25"},
		"first of all": {"2026-02-01", 0, 0, nil, "", "0", "0", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := acctest.New(t, acctest.WithEmulator(emulator.Options{Start: time.Date(2026, 3, 16, 3, 0, 0, 0, time.UTC)}))
			e.SCP.SetUsages(append(usages(t, "2026-02-01", "2026-02-28", "80000.0000000000"), usages(t, "2026-03-01", "2026-03-31", "100000.0")...)...)
			e.SCP.PutBudget(emulator.Budget{Name: "exact", Amount: 1_500_000, Unit: "MONTHLY", StartMonth: "2026-01"})
			e.SCP.PutBudget(emulator.Budget{Name: "overall", Amount: 20_000_000, Unit: "OVERALL", StartMonth: "2026-02"})
			values, output := outputs(t, e, "budget-guard", fmt.Sprintf("today = %q", c.today))
			days := map[string]any{}
			if d, ok := values["days"].(map[string]any); ok {
				days = d
			}
			if diff := cmp.Diff(map[string]any{"month": c.today[:7], "counted": json.Number(fmt.Sprint(c.counted)), "compared": json.Number(fmt.Sprint(c.compared)), "in_month": json.Number(map[string]string{"02": "28", "03": "31"}[c.today[5:7]])}, days); diff != "" {
				t.Errorf("days (-want +got):\n%s", diff)
			}
			perDay := map[string]int64{"02": 80_000, "03": 100_000}[c.today[5:7]]
			spend, _ := values["spend"].(map[string]any)
			if sum, ok := new(big.Rat).SetString(fmt.Sprint(spend["krw"])); !ok || sum.Cmp(new(big.Rat).SetInt64(perDay*int64(c.counted))) != 0 {
				t.Errorf("spend is %v", spend)
			}
			budgets, _ := values["budgets"].(map[string]any)
			exact, _ := budgets["exact"].(map[string]any)
			overall, _ := budgets["overall"].(map[string]any)
			comparison, _ := values["comparison"].(map[string]any)
			for what, pair := range map[string][2]any{
				"projection": {values["projection"], c.projection}, "percent of exact": {exact["percent"], c.exact}, "percent of overall": {overall["percent"], c.overall}, "change": {comparison["change_percent"], c.change},
			} {
				got := fmt.Sprint(pair[0])
				if pair[0] == nil {
					got = ""
				}
				if got != pair[1] {
					t.Errorf("%s is %q, want %q", what, got, pair[1])
				}
			}
			flat := strings.Join(strings.Fields(strings.ReplaceAll(output, "│", " ")), " ")
			for _, words := range c.fails {
				if !strings.Contains(flat, words) {
					t.Errorf("no check says %q:\n%s", words, flat)
				}
			}
			if c.fails == nil && strings.Contains(flat, "Check block assertion failed") {
				t.Errorf("a check failed:\n%s", flat)
			}
		})
	}
}
