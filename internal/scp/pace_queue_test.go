package scp

// Calls that wait for their turn follow the pace of now.

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// A single 429 in the first burst of a run is no reason to crawl: however many
// calls wait, they speed up with every good answer.
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
					return answer(200, aBudget)(r)
				}
				f := &fake{t: t, steps: []step{answer(429, "", "Retry-After", "1"), good}, repeatLast: true}
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

// A call that ends while it waits leaves its place in the queue to the others.
func TestWaitingCallThatEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{t: t, steps: []step{answer(429, "", "Retry-After", "2"), answer(200, aBudget)}, repeatLast: true}
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

// A call whose turn at a slow pace has come near may end too. Its turn goes to the
// next one.
func TestCallThatEndsBeforeItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := newPaces(func() float64 { return 0 }).of("host")
		p.tooFast(time.Now(), 0) // from now on one request at a time
		if err := p.wait(t.Context()); err != nil {
			t.Fatal(err)
		}
		limiter, _ := p.now()
		gap := time.Duration(float64(time.Second) / float64(limiter.Limit()))
		began := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(gap/2, cancel)
		if err := p.wait(ctx); !errors.Is(err, context.Canceled) || time.Since(began) != gap/2 {
			t.Errorf("ended with %v after %s, want %s", err, time.Since(began), gap/2)
		}
		short, cancel := context.WithTimeout(t.Context(), gap/4)
		defer cancel()
		var wait *waitError
		if err := p.wait(short); !errors.As(err, &wait) || time.Since(began) != gap/2 {
			t.Errorf("ended with %v after %s, want at once", err, time.Since(began))
		}
		if err := p.wait(t.Context()); err != nil || time.Since(began) != gap {
			t.Errorf("the next turn came after %s, want %s (%v)", time.Since(began), gap, err)
		}
	})
}
