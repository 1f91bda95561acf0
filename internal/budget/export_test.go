package budget

import (
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// Tests look again at once.
func init() {
	tfkit.LookAgain = []time.Duration{time.Millisecond, time.Millisecond, time.Millisecond}
}
