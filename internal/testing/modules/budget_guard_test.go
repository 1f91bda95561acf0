package modules_test

import (
	"fmt"
	"math/big"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// daily are usages of the same amount on each day between two.
func daily(first, last, krw string) (usages []usage) {
	for day := first; day <= last; {
		usages = append(usages, usage{"COMPUTE", "a", day, krw})
		date, err := time.Parse(time.DateOnly, day)
		if err != nil {
			panic(err)
		}
		day = date.AddDate(0, 0, 1).Format(time.DateOnly)
	}
	return usages
}

// The numbers of the module against numbers of the test's own: a budget at exactly 100 %,
// an overall budget, months of different length, and the first day of a month.
func TestBudgetGuardNumbers(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it serves usages of its own")
	acctest.Need(t, acctest.Functions)
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Start: seoulNoon(16)}))
	setUsages(e, append(daily("2026-02-01", "2026-02-28", "80000.0000000000"), daily("2026-03-01", "2026-03-31", "100000.0")...))
	e.SCP.PutBudget(emulator.Budget{Name: "exact", Amount: 1_500_000, Unit: "MONTHLY", StartMonth: "2026-01"})
	e.SCP.PutBudget(emulator.Budget{Name: "overall", Amount: 20_000_000, Unit: "OVERALL", StartMonth: "2026-02"})
	cases := map[string]struct {
		today             string
		counted, compared int
		fails             []string
		numbers           string // the projection, the percentages of both budgets, and the change
	}{
		"middle":       {"2026-03-16", 15, 15, []string{"has completely spent a budget", "exact: 1,500,000 of 1,500,000 won (100.0 %)"}, "3100000 100 18.7 25"},
		"first_day":    {"2026-03-01", 0, 0, nil, "<nil> 0 11.2 <nil>"},
		"third_day":    {"2026-03-03", 2, 2, nil, "<nil> 13.3 12.2 25"},
		"long_month":   {"2026-03-31", 30, 28, []string{"has completely spent a budget"}, "3100000 200 26.2 25"},
		"days_28":      {"2026-02-28", 27, 27, []string{"has completely spent a budget"}, "2240000 144 10.8 <nil>"},
		"below_a_100":  {"2026-03-15", 14, 14, []string{"spent 80 % of a budget or more", "continues like its first 14 days", "3,100,000 won"}, "3100000 93.3 18.2 25"},
		"first_of_all": {"2026-02-01", 0, 0, nil, "<nil> 0 0 <nil>"},
	}
	arguments := map[string]string{}
	for name, c := range cases {
		arguments[name] = fmt.Sprintf("today = %q", c.today)
	}
	all := apply(t, e, "budget-guard", arguments)
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			values, failed := all[name].values, all[name].failed
			month := c.today[5:7]
			days := map[string]any{"month": c.today[:7], "counted": c.counted, "compared": c.compared, "in_month": map[string]int{"02": 28, "03": 31}[month]}
			if fmt.Sprint(values["days"]) != fmt.Sprint(days) {
				t.Errorf("days are %v, want %v", values["days"], days)
			}
			perDay := map[string]int64{"02": 80_000, "03": 100_000}[month]
			spend := fmt.Sprint(member(values, "spend", "krw"))
			if sum, ok := new(big.Rat).SetString(spend); !ok || sum.Cmp(new(big.Rat).SetInt64(perDay*int64(c.counted))) != 0 {
				t.Errorf("spend is %v", spend)
			}
			got := fmt.Sprintf("%v %v %v %v", values["projection"], member(values, "budgets", "exact", "percent"), member(values, "budgets", "overall", "percent"),
				member(values, "comparison", "change_percent"))
			if got != c.numbers {
				t.Errorf("the projection, the percentages and the change are %s, want %s", got, c.numbers)
			}
			acctest.Has(t, failed, c.fails...)
			if c.fails == nil && failed != "" {
				t.Errorf("a check failed:\n%s", failed)
			}
		})
	}
}
