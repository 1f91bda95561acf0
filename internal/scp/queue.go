package scp

// How calls wait for a connection before they are sent.

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"

	"golang.org/x/sync/semaphore"
)

// queue lets no more calls to a host go on at once than there are connections for.
// The others wait here, before they are signed and before their request timeout
// begins: however long other calls take, to wait for them is no failed attempt.
type queue struct {
	transport http.RoundTripper
	// connections is how many a host may have over HTTP/1.1; 0 is any number.
	connections int64
	hosts       sync.Map // of *hostQueue, by scheme and host
}

func newQueue(transport http.RoundTripper, connections int64) *queue {
	return &queue{transport: transport, connections: connections}
}

// hostQueue is the queue before one host.
type hostQueue struct {
	// known is closed when the first call has its connection, or ended without one.
	// Terraform begins with ten calls at once; without this each of them would open
	// a connection, although over HTTP/2 one is enough for all, which is not known
	// before it is open.
	known chan struct{}
	once  sync.Once
	// shared tells that one connection carries all calls.
	shared atomic.Bool
	places *semaphore.Weighted
}

// place is a call's right to be sent.
type place struct {
	host *hostQueue // nil where nobody waits
	held bool
}

// enter waits for a place, no longer than ctx. The caller leaves it in the end.
func (q *queue) enter(ctx context.Context, target *url.URL) (place, error) {
	if q.connections == 0 {
		return place{}, nil
	}
	found, later := q.hosts.LoadOrStore(target.Scheme+"://"+target.Host,
		&hostQueue{known: make(chan struct{}), places: semaphore.NewWeighted(q.connections)})
	host, _ := found.(*hostQueue)
	if later {
		select {
		case <-host.known:
		case <-ctx.Done():
			return place{}, busyError{ctx.Err()}
		}
		if host.shared.Load() {
			return place{host: host}, nil
		}
	}
	p := place{host: host, held: true}
	if err := host.places.Acquire(ctx, 1); err != nil {
		p.held = false
		p.leave()
		return place{}, busyError{err}
	}
	return p, nil
}

// connected tells of the call's connection.
func (p place) connected(http1 bool) {
	if p.host != nil {
		p.host.shared.Store(!http1)
		p.host.open()
	}
}

// leave gives the place to the next.
func (p place) leave() {
	if p.host == nil {
		return
	}
	if p.held {
		p.host.places.Release(1)
	}
	p.host.open()
}

func (h *hostQueue) open() { h.once.Do(func() { close(h.known) }) }

// busyError tells that a call ended while it waited for others.
type busyError struct{ cause error }

func (e busyError) Error() string {
	return fmt.Sprintf("other calls to the host had all connections: %v", e.cause)
}
func (e busyError) Unwrap() error { return e.cause }
