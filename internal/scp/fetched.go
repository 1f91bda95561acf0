package scp

import (
	"context"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// Fetched caches what is read from the network, once for each key. The zero value is empty,
// and is safe for use by many goroutines.
type Fetched[T any] struct {
	// FailuresFor is how long a failure is cached; 0 means not at all.
	FailuresFor time.Duration

	flight  singleflight.Group
	mu      sync.Mutex
	fetched map[string]outcomeOf[T]
}

// outcomeOf is the result of a fetch.
type outcomeOf[T any] struct {
	value T
	err   error
	at    time.Time
}

// Get returns the value of a key, and fetches it unless it is there. Calls that need it at the
// same time share one fetch, which continues after the call that began it ends; fetch sets its
// own deadline. The error is that of the fetch, or of ctx.
func (f *Fetched[T]) Get(ctx context.Context, key string, fetch func(context.Context) (T, error)) (T, error) {
	if held, ok := f.held(key); ok {
		return held.value, held.err
	}
	var value T
	if err := ctx.Err(); err != nil {
		return value, err
	}
	result := f.flight.DoChan(key, func() (any, error) {
		// A fetch may have ended between the check above and here.
		if held, ok := f.held(key); ok {
			return held.value, held.err
		}
		value, err := fetch(context.WithoutCancel(ctx))
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.fetched == nil {
			f.fetched = map[string]outcomeOf[T]{}
		}
		f.fetched[key] = outcomeOf[T]{value, err, time.Now()}
		return value, err
	})
	select {
	case <-ctx.Done():
		return value, ctx.Err()
	case r := <-result:
		value, _ = r.Val.(T)
		return value, r.Err
	}
}

func (f *Fetched[T]) held(key string) (outcomeOf[T], bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	held, ok := f.fetched[key]
	return held, ok && (held.err == nil || time.Since(held.at) < f.FailuresFor)
}
