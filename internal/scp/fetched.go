package scp

import (
	"context"
	"sync"

	"golang.org/x/sync/singleflight"
)

// fetched holds what is read from the network once for each key. A failure is not held:
// the next call tries again.
type fetched[T any] struct {
	flight singleflight.Group
	values sync.Map
}

// get returns the value of a key, and fetches it unless it is there. Calls that need it at
// the same time share one fetch, which goes on when the call that began it ends: its
// retries and the timeout of each request bound it.
func (f *fetched[T]) get(ctx context.Context, key string, fetch func(context.Context) (T, error)) (value T, err error) {
	result := f.flight.DoChan(key, func() (any, error) {
		if held, ok := f.values.Load(key); ok {
			return held, nil
		}
		value, err := fetch(context.WithoutCancel(ctx))
		if err == nil {
			f.values.Store(key, value)
		}
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
