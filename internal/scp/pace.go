package scp

// The pace that all calls of the process keep towards one host.
//
// A 429 says that this process, together with others it knows nothing of, is
// too fast. Two things follow. All calls to the host pause for as long as the
// service asks. And the pace is cut to half of what the service took in the
// last second, then grows again with each answer that is no 429. Growth per
// answer, not per second, makes the sum of many processes grow in proportion
// to what the service takes, however many they are; so a call meets a 429 now
// and then, but hardly ever several in a row. After the very first 429, which
// may have come before there was a second to judge by, it grows fast, until the
// next one shows where the limit is. No source knows a limit of this service
// (NOTES section 4); this is prepared for any.

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

const (
	// minPace is the slowest pace, in requests per second.
	minPace rate.Limit = 0.1
	// firstPace is the slowest pace after a first 429: a quiet process was hardly
	// the cause of it, and must not crawl for minutes because of one.
	firstPace rate.Limit = 5
	// paceStep is what one good answer adds to the pace.
	paceStep rate.Limit = 0.05
	// searchStep is what it adds while only one 429 has come.
	searchStep rate.Limit = 0.5
	// freePace is the pace from which on it is no longer limited.
	freePace rate.Limit = 500
	// maxSpread bounds the random wait after a pause.
	maxSpread = 2 * time.Second
	// maxPatience is the longest single wait, also for a call that has no
	// deadline.
	maxPatience = 10 * time.Minute
)

// paces holds the pace of each host.
type paces struct {
	mu    sync.Mutex
	hosts map[string]*pace
	// random gives numbers in [0, 1).
	random func() float64
}

// processPaces is shared by all clients of the process.
var processPaces = newPaces(rand.Float64)

func newPaces(random func() float64) *paces {
	return &paces{hosts: map[string]*pace{}, random: random}
}

func (p *paces) of(host string) *pace {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.hosts[host] == nil {
		p.hosts[host] = &pace{random: p.random, turn: make(chan struct{}, 1)}
	}
	return p.hosts[host]
}

// pace is the pace towards one host.
type pace struct {
	random func() float64
	// turn is held by the one call that waits for the limiter; the others queue
	// for it, in order. Were they given their times at once, those at the end
	// would wait as long as the pace of that moment says, however much it grows.
	turn chan struct{}

	mu          sync.Mutex
	pausedUntil time.Time
	// limiter is nil while nothing limits the pace. Each cut makes a new one,
	// so that a waiting call can see that its turn was given under an old one.
	limiter *rate.Limiter
	cutAt   time.Time
	// searching is true from the first cut to the second.
	searching bool
	// Good answers in this second and the one before it.
	second         time.Time
	count, earlier int
}

// waitError is a wait that would be too long.
type waitError struct{ wait time.Duration }

func (e *waitError) Error() string {
	return fmt.Sprintf("the wait of %s for the next request does not fit into the time that is left", waitText(e.wait))
}

// Unwrap lets callers ask for context.DeadlineExceeded.
func (e *waitError) Unwrap() error { return context.DeadlineExceeded }

// wait returns when a request may be sent. It gives up at once, with a
// *waitError, when a pause or the next turn lies after the context's deadline.
func (p *pace) wait(ctx context.Context) error {
	limiter, pause := p.now()
	if limiter == nil && pause <= 0 {
		return ctx.Err()
	}
	if pause > 0 && !fits(ctx, pause) {
		return &waitError{pause}
	}
	select {
	case p.turn <- struct{}{}:
		defer func() { <-p.turn }()
	case <-ctx.Done():
		return ctx.Err()
	}
	for {
		limiter, pause := p.now()
		if pause > 0 {
			if err := sleep(ctx, pause); err != nil {
				return err
			}
			continue
		}
		if limiter == nil {
			return ctx.Err()
		}
		turn := limiter.Reserve()
		if err := sleep(ctx, turn.Delay()); err != nil {
			turn.Cancel()
			return err
		}
		if current, pause := p.now(); current == limiter && pause <= 0 {
			return nil
		}
	}
}

// now is what holds calls back at the moment.
func (p *pace) now() (limiter *rate.Limiter, pause time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.limiter, time.Until(p.pausedUntil)
}

// sleep waits, unless the context ends first or would.
func sleep(ctx context.Context, wait time.Duration) error {
	if wait <= 0 {
		return ctx.Err()
	}
	if !fits(ctx, wait) {
		return &waitError{wait}
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

// fits tells whether a wait ends before the context does.
func fits(ctx context.Context, wait time.Duration) bool {
	if wait > maxPatience {
		return false
	}
	deadline, ok := ctx.Deadline()
	return !ok || time.Until(deadline) > wait
}

// pause keeps all calls to the host from being sent for a while.
func (p *pace) pause(wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.pauseLocked(wait)
}

func (p *pace) pauseLocked(wait time.Duration) {
	// Many processes are told the same wait; they must not return together.
	spread := wait / 10
	if p.limiter != nil {
		spread = max(spread, time.Duration(float64(time.Second)/float64(p.limiter.Limit())))
	}
	wait += time.Duration(p.random() * float64(min(spread, maxSpread)))
	if until := time.Now().Add(wait); until.After(p.pausedUntil) {
		p.pausedUntil = until
	}
}

// tooFast is told of a 429 to a request that was sent at sent.
func (p *pace) tooFast(sent time.Time, wait time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	// One burst is one cut: requests that were under way say nothing about the
	// pace that was chosen since.
	if p.limiter == nil || sent.After(p.cutAt) {
		now := time.Now()
		// At less than one answer per second, the last second tells nothing.
		limit := rate.Limit(max(p.takenLocked(now), 1))
		p.searching = p.limiter == nil
		if p.limiter != nil {
			limit = min(limit, p.limiter.Limit())
		} else {
			limit = max(limit, 2*firstPace)
		}
		p.cutAt = now
		p.limiter = rate.NewLimiter(max(limit/2, minPace), 1)
	}
	p.pauseLocked(wait)
}

// taken is told of an answer, other than 429, to a request that was sent at
// sent.
func (p *pace) taken(sent time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	p.turnLocked(now)
	p.count++
	if p.limiter == nil || !sent.After(p.cutAt) {
		return
	}
	limit := p.limiter.Limit()
	// A pace that is not made use of proves nothing, so it does not grow.
	if float64(limit) > 2*p.takenLocked(now) {
		return
	}
	if limit += p.stepLocked(); limit >= freePace {
		p.limiter = nil
		return
	}
	p.limiter.SetLimit(limit)
}

func (p *pace) stepLocked() rate.Limit {
	if p.searching {
		return searchStep
	}
	return paceStep
}

// takenLocked estimates the good answers of the last second.
func (p *pace) takenLocked(now time.Time) float64 {
	p.turnLocked(now)
	share := float64(now.Sub(p.second)) / float64(time.Second)
	return float64(p.count) + float64(p.earlier)*(1-share)
}

func (p *pace) turnLocked(now time.Time) {
	switch age := now.Sub(p.second); {
	case age < time.Second:
	case age < 2*time.Second:
		p.second, p.earlier, p.count = p.second.Add(time.Second), p.count, 0
	default:
		p.second, p.earlier, p.count = now, 0, 0
	}
}
