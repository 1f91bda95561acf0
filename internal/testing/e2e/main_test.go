package e2e

import (
	"bytes"
	"flag"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

func TestMain(m *testing.M) {
	// These tests wait for time-outs and for other processes more than they compute,
	// so one more than the machine has processors. A -parallel of the command line wins.
	if err := flag.Set("test.parallel", strconv.Itoa(runtime.GOMAXPROCS(0)+1)); err != nil {
		panic(err)
	}
	acctest.Main(m)
}

// seoulNoon is the emulated time of tests with real processes: no purchase is
// refused at noon.
var seoulNoon = time.Date(2026, 3, 10, 3, 0, 0, 0, time.UTC)

// serviceTime is the emulated time of a test whose service grows older. It is noon at first.
type serviceTime struct{ passed atomic.Int64 }

func (s *serviceTime) now() time.Time { return seoulNoon.Add(time.Duration(s.passed.Load())) }

// later lets time pass until nothing counts as just made: the provider looks for a new
// object again for a while when it is not found.
func (s *serviceTime) later() { s.passed.Add(int64(10 * time.Minute)) }

// readCloser is a request's body that was read already.
type readCloser struct{ *bytes.Buffer }

// Close has nothing to do.
func (readCloser) Close() error { return nil }
