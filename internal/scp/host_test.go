package scp

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// transportFunc is a transport that never opens a connection.
type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// throttle is a service that allows so many requests per second and returns
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
		c.random = next
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

// Many processes on one small limit: no call fails, and the limit is used. With more
// processes than the limit has requests per second, a call now and then meets 429s only.
func TestHerd(t *testing.T) {
	for _, test := range []struct {
		name             string
		service          *throttle
		processes, calls int
		mayFail          int
	}{
		{"ten processes", &throttle{perSecond: 20, latency: 10 * time.Millisecond, retryAfter: "1"}, 10, 200, 0},
		{"ten processes, no Retry-After", &throttle{perSecond: 20, latency: 10 * time.Millisecond}, 10, 200, 0},
		{"ten processes, counted per second", &throttle{perSecond: 20, latency: 10 * time.Millisecond, retryAfter: "1", window: true}, 10, 200, 0},
		{"ten processes, long Retry-After", &throttle{perSecond: 20, latency: 10 * time.Millisecond, retryAfter: "10"}, 10, 100, 0},
		{"ten distant processes", &throttle{perSecond: 20, latency: 400 * time.Millisecond, retryAfter: "1"}, 10, 200, 0},
		{"one process", &throttle{perSecond: 20, latency: 10 * time.Millisecond, retryAfter: "1"}, 1, 1000, 0},
		{"one fast process", &throttle{perSecond: 300, latency: 10 * time.Millisecond, retryAfter: "1"}, 1, 5000, 0},
		{"thirty processes", &throttle{perSecond: 20, latency: 10 * time.Millisecond, retryAfter: "1"}, 30, 50, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				failed, took := herd(t, test.service, test.processes, test.calls)
				total := test.processes * test.calls
				least := time.Duration(float64(total) / test.service.perSecond * float64(time.Second))
				t.Logf("%d calls in %s (%.0f%% of the limit), %d times 429", total, took.Round(time.Millisecond), 100*float64(least)/float64(took), test.service.refused)
				if failed > test.mayFail || test.service.good != total-failed {
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

// A pause that a service asks for holds back all calls of a client to that host, also those that
// wait for a slot, and none to another host.
func TestPauseIsSharedByCalls(t *testing.T) {
	const asked, latency = 4 * time.Second, 300 * time.Millisecond
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var sent []time.Duration
		began := time.Now()
		c := newTest(t, transportFunc(func(r *http.Request) (*http.Response, error) {
			if r.URL.Host == "other.example.invalid" {
				return reply(200, `{"payments":[],"count":0}`)(r)
			}
			mu.Lock()
			sent = append(sent, time.Since(began))
			refused := len(sent) <= slotsPerHost
			mu.Unlock()
			time.Sleep(latency)
			if refused {
				return reply(429, serviceErr(429, "TooManyRequests", "Slow down."), "Retry-After", strconv.Itoa(int(asked.Seconds())))(r)
			}
			return reply(200, aBudget)(r)
		}), func(config *Config) {
			config.Endpoints = map[Service]string{ServiceCostExplorer: "https://other.example.invalid"}
		})
		time.AfterFunc(2*latency, func() {
			if err := drain(c.ShowPaymentMonthly(context.Background(), nil)); err != nil || time.Since(began) != 2*latency {
				t.Errorf("a call to another host was held back for %s: %v", time.Since(began), err)
			}
		})
		showTogether(t, c, 30)
		for _, at := range sent[slotsPerHost:] {
			if at < asked+latency {
				t.Errorf("sent after %s, within the pause", at)
			}
		}
	})
}

// A 503 that asks to wait holds the other calls back too, but is no reason to
// go slower afterwards.
func TestPauseAfter503(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		c, f := script(t, reply(503, down, "Retry-After", "5"), reply(200, aBudget), reply(200, aBudget))
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
					return reply(429, "", "Retry-After", "10")(r)
				})
			}
			steps = append(steps, reply(200, aBudget))
			f := &fake{t: t, steps: steps, repeatLast: true}
			c := newTest(t, f, nil)
			c.random = func() float64 { return random }
			showTogether(t, c, 10)
			got := f.sent()[10:]
			if len(got) != 10 || got[0].at.Sub(began) < first || got[0].at.Sub(began) > first+time.Second {
				t.Fatalf("%d calls returned, the first after %s; want %s", len(got), got[0].at.Sub(began), first)
			}
			for i := 2; i < len(got); i++ {
				// A rate that grew while a call waited lets one more
				// go with it, and no third.
				if gap := got[i].at.Sub(got[i-2].at); gap < 100*time.Millisecond {
					t.Errorf("calls %d to %d return within %s", i-2, i, gap)
				}
			}
		})
	}
}

func TestRateIsCutOncePerBurstAndGrowsWithUse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTest(t, nil, nil).host("a")
		sent := time.Now()
		h.speedUp(sent)
		if h.limiter != nil {
			t.Error("a good response limits the rate")
		}
		time.Sleep(10 * time.Millisecond)
		for range 10 {
			h.slowDown(sent)
		}
		if got := h.limiter.Limit(); got != firstRate {
			t.Errorf("after one burst the rate is %v, want %v", got, firstRate)
		}
		h.speedUp(sent)
		if got := h.limiter.Limit(); got != firstRate {
			t.Errorf("a response to a request from before the cut raised the rate to %v", got)
		}
		time.Sleep(2 * time.Second)
		for range 10 {
			h.speedUp(time.Now())
		}
		if got := h.limiter.Limit(); got <= 12 || got >= 13 {
			t.Errorf("ten good responses raised the rate to %v, want 12.19", got)
		}
		h.slowDown(time.Now())
		if got := h.limiter.Limit(); got <= 6 || got >= 6.5 {
			t.Errorf("after the next 429 the rate is %v, want half", got)
		}
		for range 20 {
			time.Sleep(time.Second)
			h.slowDown(time.Now())
		}
		if got := h.limiter.Limit(); got != minRate {
			t.Errorf("the slowest rate is %v", got)
		}
		time.Sleep(time.Second)
		for range 20_000 {
			h.speedUp(time.Now())
		}
		if got := h.limiter.Limit(); got != maxRate {
			t.Errorf("the highest rate is %v, want %v", got, maxRate)
		}
	})
}

// A single 429 in the first burst of a run is no reason to crawl: however many
// calls wait, they speed up with every good response.
func TestOneEarly429(t *testing.T) {
	for _, test := range []struct {
		name         string
		atOnce, each int
		most         time.Duration
	}{
		{"10 at a time", 10, 10, 15 * time.Second},
		{"100 at a time", 100, 1, 15 * time.Second},
		{"100 at a time, more", 100, 4, 20 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				good := func(r *http.Request) (*http.Response, error) {
					time.Sleep(20 * time.Millisecond)
					return reply(200, aBudget)(r)
				}
				f := &fake{t: t, steps: []step{reply(429, "", "Retry-After", "1"), good}, repeatLast: true}
				c := newTest(t, f, nil)
				began := time.Now()
				var wg sync.WaitGroup
				for range test.atOnce {
					wg.Go(func() {
						for range test.each {
							if _, err := c.ShowAccountBudget(t.Context(), "b1"); err != nil {
								t.Error(err)
							}
						}
					})
				}
				wg.Wait()
				if took := time.Since(began); took > test.most {
					t.Errorf("%d calls took %s, want at most %s", test.atOnce*test.each, took, test.most)
				} else {
					t.Logf("%d calls took %s", test.atOnce*test.each, took)
				}
			})
		})
	}
}

// A call that ends while it waits leaves its slot to the others.
func TestWaitingCallThatEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{t: t, steps: []step{reply(429, "", "Retry-After", "2"), reply(200, aBudget)}, repeatLast: true}
		c := newTest(t, f, nil)
		var wg sync.WaitGroup
		call := func(ctx context.Context, wantErr bool) {
			wg.Go(func() {
				if _, err := c.ShowAccountBudget(ctx, "b1"); (err != nil) != wantErr {
					t.Errorf("got %v", err)
				} else if wantErr && OutcomeOf(err) != OutcomeNotSent {
					t.Errorf("outcome %s", OutcomeOf(err))
				}
			})
			synctest.Wait()
		}
		began := time.Now()
		call(t.Context(), false)
		for range 5 {
			ctx, cancel := context.WithCancel(t.Context())
			call(ctx, true)
			defer cancel()
			time.AfterFunc(time.Second, cancel)
		}
		call(t.Context(), false)
		wg.Wait()
		if n := len(f.sent()); n != 3 {
			t.Errorf("%d requests", n)
		}
		if took := time.Since(began); took > 8*time.Second {
			t.Errorf("took %s", took)
		}
	})
}

// A call that waits at a slow rate may end too. Its slot in the rate goes to the next one.
func TestCallThatEndsWhileItWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := newTest(t, nil, nil).host("a")
		h.slowDown(time.Now()) // from now on one request at a time
		if err := h.wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		gap := time.Duration(float64(time.Second) / float64(h.limiter.Limit()))
		began := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(gap/2, cancel)
		if err := h.wait(ctx); !errors.Is(err, context.Canceled) || time.Since(began) != gap/2 {
			t.Errorf("ended with %v after %s, want %s", err, time.Since(began), gap/2)
		}
		short, cancel := context.WithTimeout(t.Context(), gap/4)
		defer cancel()
		if err := h.wait(short); !IsHeldBack(err) || time.Since(began) != gap/2 {
			t.Errorf("ended with %v after %s, want at once", err, time.Since(began))
		}
		if err := h.wait(t.Context()); err != nil || time.Since(began) != gap {
			t.Errorf("the next request came after %s, want %s (%v)", time.Since(began), gap, err)
		}
	})
}

// All slots may be taken by slow calls. To wait for one is no failed attempt,
// however long it takes, and the request is signed when it goes out.
func TestSlowCallsFailNoOthers(t *testing.T) {
	const calls, takes = 25, 25 * time.Second
	synctest.Test(t, func(t *testing.T) {
		var now, most atomic.Int64
		c := newTest(t, transportFunc(func(r *http.Request) (*http.Response, error) {
			most.Store(max(most.Load(), now.Add(1)))
			defer now.Add(-1)
			if signed := r.Header.Get("Scp-Timestamp"); signed != strconv.FormatInt(time.Now().UnixMilli(), 10) {
				t.Errorf("sent at %d, signed at %s", time.Now().UnixMilli(), signed)
			}
			time.Sleep(takes)
			return reply(200, aBudget)(r)
		}), func(config *Config) { config.MaxRetries = 0 })
		began := time.Now()
		showTogether(t, c, calls)
		rounds := (calls + slotsPerHost - 1) / slotsPerHost
		if took, want := time.Since(began), time.Duration(rounds)*takes; took != want || most.Load() != slotsPerHost {
			t.Errorf("took %s, want %s; %d at once, want %d", took, want, most.Load(), slotsPerHost)
		}
	})
}

// A call that waited until its time was over was not sent, and is known not to be.
func TestHeldBackCallsWereNotSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sent atomic.Int32
		c := newTest(t, transportFunc(func(r *http.Request) (*http.Response, error) {
			sent.Add(1)
			return hang(r)
		}), func(config *Config) { config.RequestTimeout, config.MaxRetries = time.Minute, 0 })
		for range slotsPerHost {
			go func() { _, _ = c.ShowAccountBudget(t.Context(), "b1") }()
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.CreateAccountBudget(ctx, validInput())
		e := wantError(t, err, KindTransport, 0, OutcomeNotSent)
		if n := sent.Load(); n != slotsPerHost || !IsHeldBack(err) || !strings.Contains(e.Error(), "other requests to the host were using all slots") || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%d calls were sent, want 10; %v", n, err)
		}
	})
}
