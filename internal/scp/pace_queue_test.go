package scp

// Calls that wait for their turn follow the pace of now.

import (
	"context"
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
