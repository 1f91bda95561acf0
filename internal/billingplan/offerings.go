package billingplan

// The look-ups that a whole module repeats: services, operating systems, server
// types and contract terms. Each distinct query costs one request per process,
// however many data sources and plan checks ask it.

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

const (
	// offeringsTimeout bounds one look-up with all its retries. It is the
	// look-up's own: a caller who leaves does not end it for the others.
	offeringsTimeout = 5 * time.Minute
	// failureMemory is how long a failure is the response to the same query, so
	// that a hundred resources do not each go through all the retries. It is
	// short enough for a run that goes on for long to see the service recover.
	failureMemory = time.Minute
)

// lookUps are the calls of the client that offerings makes.
type lookUps interface {
	ListServiceTypes(ctx context.Context) ([]scp.ServiceType, error)
	ListOSTypes(ctx context.Context, serviceID string) ([]scp.OSType, error)
	ListServerTypes(ctx context.Context, filter scp.ServerTypeFilter) ([]scp.ServerType, error)
	ListContractTypes(ctx context.Context, serviceID, serverType string) (*scp.ContractTypes, error)
}

// offerings remembers what the look-ups returned. What it returns is shared by
// all callers and must not be changed.
type offerings struct {
	client lookUps

	flight  singleflight.Group
	lock    sync.Mutex
	replies map[string]lookedUp
}

// lookedUp is the outcome of one query.
type lookedUp struct {
	value any
	err   error
	// failedAt is set with err.
	failedAt time.Time
}

// offeringsOf returns what everything in this process shares.
func offeringsOf(d *tfkit.ProviderData, client *scp.Client) *offerings {
	return tfkit.Shared(d, func() *offerings { return newOfferings(client) })
}

func newOfferings(client lookUps) *offerings {
	return &offerings{client: client, replies: map[string]lookedUp{}}
}

// serviceTypes lists the services open to planned computes.
func (c *offerings) serviceTypes(ctx context.Context) ([]scp.ServiceType, error) {
	return lookUp(ctx, c, c.client.ListServiceTypes, "service types")
}

// osTypes lists the operating systems; an empty service is not sent.
func (c *offerings) osTypes(ctx context.Context, serviceID string) ([]scp.OSType, error) {
	return lookUp(ctx, c, func(ctx context.Context) ([]scp.OSType, error) {
		return c.client.ListOSTypes(ctx, serviceID)
	}, "operating systems", serviceID)
}

// serverTypes lists the server types; empty fields are not sent.
func (c *offerings) serverTypes(ctx context.Context, filter scp.ServerTypeFilter) ([]scp.ServerType, error) {
	return lookUp(ctx, c, func(ctx context.Context) ([]scp.ServerType, error) {
		return c.client.ListServerTypes(ctx, filter)
	}, "server types", filter.ServiceID, filter.CurrentServerType, filter.OSType)
}

// contractTypes lists the contract terms; empty arguments are not sent.
func (c *offerings) contractTypes(ctx context.Context, serviceID, serverType string) (*scp.ContractTypes, error) {
	return lookUp(ctx, c, func(ctx context.Context) (*scp.ContractTypes, error) {
		return c.client.ListContractTypes(ctx, serviceID, serverType)
	}, "contract types", serviceID, serverType)
}

// lookUp serves a query from memory, or makes its one request. Callers wait
// with their own context; the request runs on without them.
func lookUp[T any](ctx context.Context, c *offerings, ask func(context.Context) (T, error), what string, arguments ...string) (T, error) {
	var none T
	var key strings.Builder
	key.WriteString(what)
	for _, argument := range arguments {
		key.WriteString(" " + strconv.Quote(argument))
	}
	query := key.String()
	if reply, ok := c.recall(query); ok {
		value, _ := reply.value.(T)
		return value, reply.err
	}
	late := func() error { return fmt.Errorf("the list of %s was not read in time: %w", what, ctx.Err()) }
	if ctx.Err() != nil {
		return none, late()
	}
	result := c.flight.DoChan(query, func() (any, error) {
		// The request of another caller may have ended between the look above and here.
		if reply, ok := c.recall(query); ok {
			return reply.value, reply.err
		}
		// Values, such as the logger, are taken along; the end of the caller is not.
		own, cancel := context.WithTimeout(context.WithoutCancel(ctx), offeringsTimeout)
		defer cancel()
		value, err := ask(own)
		c.remember(query, value, err)
		return value, err
	})
	select {
	case <-ctx.Done():
		return none, late()
	case r := <-result:
		value, _ := r.Val.(T)
		return value, r.Err
	}
}

// recall returns the response to a query, unless there is none or it is a failure
// that is too old to count.
func (c *offerings) recall(query string) (lookedUp, bool) {
	c.lock.Lock()
	defer c.lock.Unlock()
	reply, ok := c.replies[query]
	if ok && reply.err != nil && time.Since(reply.failedAt) >= failureMemory {
		return lookedUp{}, false
	}
	return reply, ok
}

func (c *offerings) remember(query string, value any, err error) {
	reply := lookedUp{value: value, err: err}
	if err != nil {
		reply.failedAt = time.Now()
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	c.replies[query] = reply
}
