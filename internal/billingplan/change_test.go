package billingplan

import (
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

// After an accepted cancellation any sign of an end counts, and nothing else does.
func TestGoesOnNoMore(t *testing.T) {
	t.Parallel()
	before := running{"ACTIVE", "2027-03-10"}
	for _, test := range []struct {
		state, end string
		before     running
		want       bool
	}{
		{"ACTIVE", "2027-03-10", before, false},
		{"active", "2027-03-10T00:00:00", before, false},
		{"RUNNING", "2027-03-10", before, false},
		{"", "", before, false},
		{"ACTIVE", "soon", before, false},
		{"ACTIVE", "2028-03-10", before, false},
		{"ACTIVE", "2026-03-11", before, true},
		{"TERMINATING", "2027-03-10", before, true},
		{"TERMINATING", "2027-03-10", running{"TERMINATING", "2027-03-10"}, false},
		{"PENDING", "2027-03-10", running{"Pending", ""}, false},
		{"ACTIVE", "2026-03-11", running{"ACTIVE", ""}, false},
	} {
		pc := &scp.PlannedCompute{State: &test.state, EndDate: &test.end}
		if got := goesOnNoMore(pc, test.before); got != test.want {
			t.Errorf("state %q, end %q after %+v: %t", test.state, test.end, test.before, got)
		}
	}
}
