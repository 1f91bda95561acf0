package tfkit

// Patience with new objects: it may take a moment until they can be read
// (internal/testing/apispec/NOTES.md section 6). An object that is removed from the state
// because of that would be created a second time.

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

const (
	// newFor is how long an object counts as new.
	newFor = 5 * time.Minute
	// ClockSlack covers times that are truncated to whole seconds.
	ClockSlack = 2 * time.Second
)

// Stored is an object of a state.
type Stored struct {
	ID types.String
	// Label names the object in messages.
	Label string
	// Imported is set while nothing but the id is known.
	Imported  bool
	CreatedAt types.String
}

// isNew reports whether an object was created recently, by the service's clock. An object
// without a readable time counts as new.
func (o Stored) isNew(client *scp.Client) bool {
	within, readable := scp.CreatedWithin(o.CreatedAt.ValueString(), client.Now().Add(-newFor), client.Now().Add(ClockSlack))
	return !o.Imported && (within || !readable)
}

// Show reads an object of a state. While the object is new, a 404 is not believed at once.
func Show[T any](ctx context.Context, client *scp.Client, o Stored, read func(ctx context.Context, id string) (T, error)) (T, error) {
	found, err := read(ctx, o.ID.ValueString())
	for _, pause := range client.LookAgain() {
		if !scp.IsNotFound(err) || !o.isNew(client) || Wait(ctx, pause) != nil {
			break
		}
		found, err = read(ctx, o.ID.ValueString())
	}
	return found, err
}

// Until reads an object until it shows what is expected, and gives up after the pauses of the
// client or when ctx ends. It returns the object as last read, or seen if nothing was read.
func Until[T any](ctx context.Context, client *scp.Client, seen T, read func(context.Context) (T, error), shows func(T) bool) (last T, shown bool, err error) {
	for _, pause := range append([]time.Duration{0}, client.LookAgain()...) {
		if Wait(ctx, pause) != nil {
			break
		}
		next, err := read(ctx)
		if err != nil {
			return seen, false, fmt.Errorf("it could not be confirmed: %w", err)
		}
		if seen = next; shows(seen) {
			return seen, true, nil
		}
	}
	return seen, false, nil //nolint:nilerr // That the time is over is no failure of the object.
}

// Wait waits, or ends with the context.
func Wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
