package faults

import (
	"bytes"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// seoulNoon is the emulated time of tests with real processes: no purchase is
// refused at noon.
var seoulNoon = time.Date(2026, 3, 10, 3, 0, 0, 0, time.UTC)

// readCloser is a request's body that was read already.
type readCloser struct{ *bytes.Buffer }

// Close has nothing to do.
func (readCloser) Close() error { return nil }
