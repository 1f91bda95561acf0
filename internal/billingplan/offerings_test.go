package billingplan

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// question is a look-up whose response takes a time.
type question struct {
	asked atomic.Int32
	takes time.Duration
	err   error
}

// of looks up a list of one row, its arguments.
func (q *question) of(ctx context.Context, c *offerings, what string, arguments ...string) error {
	want := fmt.Sprintf("%s %q", what, arguments)
	got, err := lookUp(ctx, c, what, func(ctx context.Context) ([]string, error) {
		q.asked.Add(1)
		return []string{want}, cmp.Or(tfkit.Wait(ctx, q.takes), q.err)
	}, arguments...)
	if err == nil && (len(got) != 1 || got[0] != want) {
		return fmt.Errorf("the response %q to the query %s", got, want)
	}
	return err
}

// wantAsked checks the number of requests so far.
func (q *question) wantAsked(t *testing.T, n int32) {
	t.Helper()
	if asked := q.asked.Load(); asked != n {
		t.Errorf("%d requests, want %d", asked, n)
	}
}

// Different lists, and arguments that look alike when they are put together, are different
// queries.
func TestOfferingsAsksEachQueryOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, q := newOfferings(nil), &question{takes: time.Second}
		queries := [][]string{{"terms", "A", "s1"}, {"terms", "A", ""}, {"terms", "", "A"}, {"terms", `A" "s1`, ""}, {"terms", "A s1", ""}, {"terms", "", ""}, {"servers", "", ""}, {"servers"}}
		var wait sync.WaitGroup
		for range 3 {
			for range 20 {
				for _, query := range queries {
					wait.Go(func() {
						if err := q.of(t.Context(), c, query[0], query[1:]...); err != nil {
							t.Error(err)
						}
					})
				}
			}
			wait.Wait()
		}
		q.wantAsked(t, int32(len(queries)))
	})
}

// meddled is a context in which something happens when it is first asked whether it
// has ended: between a look into the memory and the request.
type meddled struct {
	context.Context
	once  *sync.Once
	event func()
}

func (m meddled) Err() error {
	m.once.Do(m.event)
	return m.Context.Err()
}

// A response that comes between the look into the memory and the request spares the
// request.
func TestOfferingsReadMeanwhile(t *testing.T) {
	c, q := newOfferings(nil), &question{}
	other := func() { _ = q.of(t.Context(), c, "systems", "A") }
	if err := q.of(meddled{t.Context(), &sync.Once{}, other}, c, "systems", "A"); err != nil {
		t.Error(err)
	}
	q.wantAsked(t, 1)
}

func TestOfferingsRemembersAFailureForAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, q := newOfferings(nil), &question{takes: time.Second, err: errors.New("broken")}
		for range 100 {
			if err := q.of(t.Context(), c, "systems", "A"); !errors.Is(err, q.err) {
				t.Fatalf("error %v, want %v", err, q.err)
			}
		}
		q.wantAsked(t, 1)
		if err := q.of(t.Context(), c, "systems", "B"); !errors.Is(err, q.err) {
			t.Errorf("another query: error %v", err)
		}
		q.wantAsked(t, 2)
		q.err = nil
		for _, pause := range []time.Duration{failureMemory, 24 * time.Hour} {
			time.Sleep(pause)
			if err := q.of(t.Context(), c, "systems", "A"); err != nil {
				t.Errorf("%s later: %v", pause, err)
			}
			q.wantAsked(t, 3)
		}
	})
}

func TestOfferingsSurvivesACallerWhoLeaves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, q := newOfferings(nil), &question{takes: time.Minute}
		hasty, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var wait sync.WaitGroup
		wait.Go(func() {
			if err := q.of(hasty, c, "services"); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("the hasty caller got %v", err)
			}
		})
		// The second caller comes while the request of the first is under way, the third later.
		time.Sleep(500 * time.Millisecond)
		for range 2 {
			if err := q.of(t.Context(), c, "services"); err != nil {
				t.Errorf("a patient caller got %v", err)
			}
		}
		wait.Wait()
		q.wantAsked(t, 1)
		// A caller who has left already asks nothing.
		if err := q.of(hasty, c, "systems"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		q.wantAsked(t, 1)
	})
}

func TestOfferingsBoundsARequestThatNeverEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		if err := (&question{takes: 24 * time.Hour}).of(t.Context(), newOfferings(nil), "services"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v, want the deadline's", err)
		}
		if took := time.Since(start); took != offeringsTimeout {
			t.Errorf("gave up after %s, want %s", took, offeringsTimeout)
		}
	})
}

func TestOfferingsIsSharedByAllOfAProvider(t *testing.T) {
	one, other := &tfkit.ProviderData{}, &tfkit.ProviderData{}
	if first := offeringsOf(one, nil); first != offeringsOf(one, nil) || first == offeringsOf(other, nil) {
		t.Error("not one offerings for each configured provider")
	}
}
