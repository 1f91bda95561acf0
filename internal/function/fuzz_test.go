package function_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// No pair of strings makes the function panic; what it gives is a day after the start.
func FuzzContractEndDate(f *testing.F) {
	for _, seed := range [][2]string{
		{"2026-03-01", "01"}, {"2024-02-29", "3-year"}, {"9999-12-31", "05"}, {"0000-01-01", "01"}, {"", ""}, {"2026-02-30", "01"}, {"2026-03-01", "7-year"}, {"２０２６-03-01", "1\n"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, start, term string) {
		value, problem := call(t, "contract_end_date", tftypes.String, text(start), text(term))
		if problem != nil {
			if problem.Text == "" || len(problem.Text) > 8*(len(start)+len(term))+400 {
				t.Errorf("an unfit error: %q", problem.Text)
			}
			return
		}
		var end string
		if err := value.As(&end); err != nil {
			t.Fatal(err)
		}
		from, err := time.Parse(time.DateOnly, start)
		to, err2 := time.Parse(time.DateOnly, end)
		if err != nil || err2 != nil || !to.After(from) || strings.TrimSpace(term) == "" {
			t.Errorf("%q and %q give %q", start, term, end)
		}
	})
}
