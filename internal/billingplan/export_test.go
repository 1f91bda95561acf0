package billingplan

import "time"

// Tests look again at once.
func init() { lookAgain = []time.Duration{time.Millisecond, time.Millisecond, time.Millisecond} }
