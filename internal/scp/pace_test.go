package scp

import (
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// throttle is a service that allows so many requests per second and answers
// 429 beyond.
type throttle struct {
	perSecond float64
	latency   time.Duration
	// retryAfter is sent with 429 unless it is "".
	retryAfter string
	// window counts per second of the clock instead of filling a bucket.
	window bool

	mu      sync.Mutex
	tokens  float64
	last    time.Time
	good    int
	refused int
}

func (s *throttle) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	now := time.Now()
	if s.window {
		if second := now.Truncate(time.Second); !second.Equal(s.last) {
			s.last, s.tokens = second, s.perSecond
		}
	} else {
		s.tokens = min(s.perSecond, s.tokens+now.Sub(s.last).Seconds()*s.perSecond)
		s.last = now
	}
	ok := s.tokens >= 1
	if ok {
		s.tokens--
		s.good++
	} else {
		s.refused++
	}
	s.mu.Unlock()
	time.Sleep(s.latency)
	status, body, header := http.StatusOK, aBudget, http.Header{}
	if !ok {
		status, body = http.StatusTooManyRequests, ""
		if s.retryAfter != "" {
			header.Set("Retry-After", s.retryAfter)
		}
	}
	return &http.Response{StatusCode: status, Header: header, ContentLength: -1, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}

// herd lets processes with 10 calls at a time each make their share of calls,
// and returns how many failed and how long it took.
func herd(t *testing.T, service *throttle, processes, calls int) (failed int, took time.Duration) {
	random := rand.New(rand.NewPCG(1, uint64(processes)))
	var mu sync.Mutex
	next := func() float64 { mu.Lock(); defer mu.Unlock(); return random.Float64() }
	began := time.Now()
	var wg sync.WaitGroup
	for range processes {
		c := newTest(t, service, nil)
		c.random, c.paces = next, newPaces(next)
		work := make(chan struct{}, calls)
		for range calls {
			work <- struct{}{}
		}
		close(work)
		for range 10 {
			wg.Go(func() {
				for range work {
					if _, err := c.ShowAccountBudget(t.Context(), "b1"); err != nil {
						mu.Lock()
						failed++
						mu.Unlock()
					}
				}
			})
		}
	}
	wg.Wait()
	return failed, time.Since(began)
}

// Many processes on one small limit: no call fails, and the limit is used.
func TestHerd(t *testing.T) {
	for _, test := range []struct {
		name             string
		service          *throttle
		processes, calls int
	}{
		{"ten processes", &throttle{perSecond: 20, latency: 10 * time.Millisecond, retryAfter: "1"}, 10, 200},
		{"ten processes, no Retry-After", &throttle{perSecond: 20, latency: 10 * time.Millisecond}, 10, 200},
		{"ten processes, counted per second", &throttle{perSecond: 20, latency: 10 * time.Millisecond, retryAfter: "1", window: true}, 10, 200},
		{"ten processes, long Retry-After", &throttle{perSecond: 20, latency: 10 * time.Millisecond, retryAfter: "10"}, 10, 100},
		{"ten distant processes", &throttle{perSecond: 20, latency: 400 * time.Millisecond, retryAfter: "1"}, 10, 200},
		{"one process", &throttle{perSecond: 20, latency: 10 * time.Millisecond, retryAfter: "1"}, 1, 1000},
		{"one fast process", &throttle{perSecond: 300, latency: 10 * time.Millisecond, retryAfter: "1"}, 1, 5000},
		{"thirty processes", &throttle{perSecond: 20, latency: 10 * time.Millisecond, retryAfter: "1"}, 30, 50},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				failed, took := herd(t, test.service, test.processes, test.calls)
				total := test.processes * test.calls
				least := time.Duration(float64(total) / test.service.perSecond * float64(time.Second))
				t.Logf("%d calls in %s (%.0f%% of the limit), %d times 429", total, took.Round(time.Millisecond), 100*float64(least)/float64(took), test.service.refused)
				if failed > 0 || test.service.good != total {
					t.Errorf("%d of %d calls failed, %d were taken", failed, total, test.service.good)
				}
				// The first burst, before anybody knows of the limit, is not counted.
				if test.service.refused-10*test.processes > total/5 {
					t.Errorf("%d times 429 for %d calls", test.service.refused, total)
				}
				if took > 3*least {
					t.Errorf("took %s; the limit alone asks for %s", took, least)
				}
			})
		})
	}
}

// A 429 to one client holds back the calls of all clients to that host, and of
// no other host.
func TestPauseIsSharedByClients(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		shared := newPaces(func() float64 { return 0 })
		began := time.Now()
		first, f1 := script(t, answer(429, "", "Retry-After", "5"), answer(200, aBudget))
		second, f2 := script(t, answer(200, aBudget))
		other, f3 := script(t, answer(200, aBudget))
		other.config.EndpointOverride = "https://other.example.invalid"
		first.paces, second.paces, other.paces = shared, shared, shared

		var wg sync.WaitGroup
		show := func(c *Client) {
			wg.Go(func() {
				if _, err := c.ShowAccountBudget(t.Context(), "b1"); err != nil {
					t.Error(err)
				}
			})
		}
		show(first)
		synctest.Wait()
		show(second)
		show(other)
		wg.Wait()
		if at := f1.sent()[1].at.Sub(began); at < 5*time.Second {
			t.Errorf("repeated after %s", at)
		}
		if at := f2.sent()[0].at.Sub(began); at < 5*time.Second {
			t.Errorf("another client's call went out after %s", at)
		}
		if at := f3.sent()[0].at.Sub(began); at != 0 {
			t.Errorf("a call to another host was held back for %s", at)
		}
	})
}

// A 503 that asks to wait holds the other calls back too, but is no reason to
// go slower afterwards.
func TestPauseAfter503(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		c, f := script(t, answer(503, down, "Retry-After", "5"), answer(200, aBudget), answer(200, aBudget))
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				if _, err := c.ShowAccountBudget(t.Context(), "b1"); err != nil {
					t.Error(err)
				}
			})
			synctest.Wait()
		}
		wg.Wait()
		for _, s := range f.sent()[1:] {
			if at := s.at.Sub(began); at < 5*time.Second || at > 6*time.Second {
				t.Errorf("sent after %s", at)
			}
		}
	})
}

// After a pause the calls do not return all at once, nor do all processes.
func TestReturnAfterPauseIsSpread(t *testing.T) {
	for random, first := range map[float64]time.Duration{0: 10 * time.Second, 0.5: 10500 * time.Millisecond} {
		synctest.Test(t, func(t *testing.T) {
			began := time.Now()
			var steps []step
			for range 10 {
				steps = append(steps, func(r *http.Request) (*http.Response, error) {
					time.Sleep(10 * time.Millisecond)
					return answer(429, "", "Retry-After", "10")(r)
				})
			}
			steps = append(steps, answer(200, aBudget))
			f := &fake{t: t, steps: steps, repeatLast: true}
			c := newTest(t, f, nil)
			c.paces = newPaces(func() float64 { return random })
			var wg sync.WaitGroup
			for range 10 {
				wg.Go(func() {
					if _, err := c.ShowAccountBudget(t.Context(), "b1"); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			got := f.sent()[10:]
			if len(got) != 10 || got[0].at.Sub(began) < first || got[0].at.Sub(began) > first+time.Second {
				t.Fatalf("%d calls returned, the first after %s; want %s", len(got), got[0].at.Sub(began), first)
			}
			for i := 2; i < len(got); i++ {
				// A pace that grew while a call waited for its turn lets one more
				// go with it, and no third.
				if gap := got[i].at.Sub(got[i-2].at); gap < 100*time.Millisecond {
					t.Errorf("calls %d to %d return within %s", i-2, i, gap)
				}
			}
		})
	}
}

func TestPaceIsCutOncePerBurstAndGrowsWithUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPaces(func() float64 { return 0 }).of("a")
		sent := time.Now()
		for range 40 {
			p.taken(sent)
		}
		time.Sleep(10 * time.Millisecond)
		for range 10 {
			p.tooFast(sent, time.Second)
		}
		if got := p.limiter.Limit(); got != 20 {
			t.Errorf("after one burst the pace is %v; want half of 40", got)
		}
		time.Sleep(2 * time.Second)
		// One answer in a second does not prove that 20 are taken.
		p.taken(time.Now())
		if got := p.limiter.Limit(); got != 20 {
			t.Errorf("an unused pace grew to %v", got)
		}
		for range 10 {
			p.taken(time.Now())
		}
		if got := p.limiter.Limit(); got <= 20 || got > 21 {
			t.Errorf("a used pace went to %v", got)
		}
		p.tooFast(time.Now(), time.Second)
		if got := p.limiter.Limit(); got >= 10 {
			t.Errorf("after the next 429 the pace is %v", got)
		}
		for range 20 {
			time.Sleep(time.Second)
			p.tooFast(time.Now(), time.Second)
		}
		if got := p.limiter.Limit(); got != minPace {
			t.Errorf("the slowest pace is %v", got)
		}
		time.Sleep(time.Second)
		p.limiter.SetLimit(freePace)
		for range 1000 {
			p.taken(time.Now())
		}
		if p.limiter != nil {
			t.Errorf("a pace of %v is still limited", p.limiter.Limit())
		}
	})
}
