package scp

// What all calls to one host share: a limited number of slots, and a pause and a slower rate
// after the host has returned a 429.

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"
)

const (
	// slotsPerHost is how many requests go to a host at once: Terraform's default parallelism.
	slotsPerHost = 10
	// firstRate is the rate, in requests per second, after the first 429. Each further
	// one halves it, down to minRate. Each good response adds rateStep, or searchGrowth
	// of the rate until the second 429 has shown where the limit is, up to maxRate.
	firstRate    rate.Limit = 10
	minRate      rate.Limit = 0.1
	maxRate      rate.Limit = 500
	rateStep     rate.Limit = 0.05
	searchGrowth rate.Limit = 0.02
	// maxSpread bounds the random wait after a pause.
	maxSpread = 2 * time.Second
	// maxPatience is the longest single wait, even for a call without a deadline.
	maxPatience = 10 * time.Minute
)

// host is what calls to one host share. A 429 says that this process, together with others
// that it knows nothing about, sends too many requests: all calls pause, and the rate is
// halved. Growth by each good response, not by time, lets any number of processes share what a
// service allows, so that a call rarely gets several 429s in a row. No source states a limit
// of this service (NOTES section 4).
type host struct {
	slots *semaphore.Weighted
	// random returns numbers in [0, 1).
	random func() float64

	mu          sync.Mutex
	pausedUntil time.Time
	// limiter is nil until the first 429. A cut makes a new one, so that
	// waiting calls see that their time was reserved at an older rate.
	limiter *rate.Limiter
	cutAt   time.Time
	// searching is true from the first cut to the second.
	searching bool
}

// host returns what calls to an address share.
func (c *Client) host(address string) *host {
	found, _ := c.hosts.LoadOrStore(address, &host{slots: semaphore.NewWeighted(slotsPerHost), random: c.random})
	h, _ := found.(*host)
	return h
}

// acquire waits for a slot and until a request may be sent, no longer than ctx. Without an
// error, the caller releases the slot.
func (h *host) acquire(ctx context.Context, limiter *rate.Limiter) (err error) {
	if err := ctx.Err(); err != nil {
		return err
	}
	if err := h.slots.Acquire(ctx, 1); err != nil {
		return &heldBackError{"other requests to the host were using all slots", err}
	}
	if limiter != nil {
		err = reserve(ctx, limiter)
	}
	if err == nil {
		err = h.wait(ctx)
	}
	if err != nil {
		h.slots.Release(1)
	}
	return err
}

// wait blocks until neither a pause nor the rate limit holds a request back.
func (h *host) wait(ctx context.Context) (err error) {
	// reserved is the limiter whose time has come. A pause, or a cut meanwhile, makes that void.
	var reserved *rate.Limiter
	for err == nil {
		limiter, pause := h.now()
		switch {
		case pause > 0:
			reserved = nil
			err = sleep(ctx, pause)
		case limiter == reserved:
			return ctx.Err()
		default:
			reserved = limiter
			err = reserve(ctx, limiter)
		}
	}
	return err
}

func (h *host) now() (limiter *rate.Limiter, pause time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.limiter, time.Until(h.pausedUntil)
}

// learn adjusts the pause and the rate after a request that was sent at sent. failure is nil for
// a success, and delay is the wait before another attempt.
func (h *host) learn(sent time.Time, failure *Error, delay time.Duration) {
	switch {
	case failure == nil:
	case failure.throttled:
		h.slowDown(sent)
		h.pause(delay)
		return
	case failure.StatusCode == 0:
		return
	case failure.StatusCode == http.StatusServiceUnavailable && failure.RetryAfter > 0:
		h.pause(failure.RetryAfter)
	}
	h.speedUp(sent)
}

// pause holds all requests back for a while, plus a random extra: many processes are given the
// same wait and must not come back at the same moment.
func (h *host) pause(wait time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	spread := wait / 10
	if h.limiter != nil {
		spread = max(spread, time.Duration(float64(time.Second)/float64(h.limiter.Limit())))
	}
	wait += time.Duration(h.random() * float64(min(spread, maxSpread)))
	if until := time.Now().Add(wait); until.After(h.pausedUntil) {
		h.pausedUntil = until
	}
}

// slowDown halves the rate after a 429 to a request that was sent at sent. Requests that were
// already in flight at the last cut say nothing about the rate since then.
func (h *host) slowDown(sent time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.limiter != nil && !sent.After(h.cutAt) {
		return
	}
	limit := firstRate
	h.searching = h.limiter == nil
	if h.limiter != nil {
		limit = max(h.limiter.Limit()/2, minRate)
	}
	h.cutAt, h.limiter = time.Now(), rate.NewLimiter(limit, 1)
}

// speedUp raises the rate after a response, other than 429, to a request that was sent
// at sent.
func (h *host) speedUp(sent time.Time) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.limiter == nil || !sent.After(h.cutAt) {
		return
	}
	limit, step := h.limiter.Limit(), rateStep
	if h.searching {
		step = max(step, limit*searchGrowth)
	}
	h.limiter.SetLimit(min(limit+step, maxRate))
}

// heldBackError is a request that was not sent because of a wait that could not end in
// time.
type heldBackError struct {
	why   string
	cause error
}

func (e *heldBackError) Error() string { return e.why + ": " + e.cause.Error() }

// Unwrap lets callers ask for the context's error.
func (e *heldBackError) Unwrap() error { return e.cause }

// reserve waits for the limiter's next free slot.
func reserve(ctx context.Context, limiter *rate.Limiter) error {
	reservation := limiter.Reserve()
	if err := sleep(ctx, reservation.Delay()); err != nil {
		reservation.Cancel()
		return err
	}
	return nil
}

// sleep waits, unless the context ends before. It does not start a wait that would end after
// the context's deadline.
func sleep(ctx context.Context, wait time.Duration) error {
	if wait <= 0 {
		return ctx.Err()
	}
	if !isWithin(ctx, wait) {
		return &heldBackError{
			fmt.Sprintf("the wait of %s before the next request is longer than the time left", roundWait(wait)), context.DeadlineExceeded,
		}
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// isWithin reports whether a wait ends before the context does.
func isWithin(ctx context.Context, wait time.Duration) bool {
	if wait > maxPatience {
		return false
	}
	deadline, ok := ctx.Deadline()
	return !ok || time.Until(deadline) > wait
}

// roundWait rounds a wait for messages.
func roundWait(wait time.Duration) time.Duration {
	if wait < time.Second {
		return wait.Truncate(time.Millisecond)
	}
	return wait.Round(time.Second)
}
