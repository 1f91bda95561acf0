package billingplan

import "time"

// Tests look again at once, and for contracts that nobody reads meanwhile they do
// not wait for long.
func init() {
	lookAgain = []time.Duration{time.Millisecond, time.Millisecond, time.Millisecond}
	quietTime = 60 * time.Millisecond
}
