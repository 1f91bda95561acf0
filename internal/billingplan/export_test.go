package billingplan

import (
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// Tests look again at once, and for contracts that nobody reads meanwhile they do
// not wait for long.
func init() {
	tfkit.LookAgain = []time.Duration{time.Millisecond, time.Millisecond, time.Millisecond}
	grace = 100 * time.Millisecond
}
