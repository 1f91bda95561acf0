package billingplan

// The look-ups that a whole module repeats: services, operating systems, server types and
// contract terms. Each distinct query costs one request per process, however many data sources
// and plan checks need it.

import (
	"context"
	"fmt"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

const (
	// offeringsTimeout bounds one look-up with all its retries. It does not depend on the
	// caller: one that stops waiting does not end the look-up for the others.
	offeringsTimeout = 5 * time.Minute
	// failureMemory is how long a failure is cached, so that a hundred resources do not each
	// go through all the retries. It is short enough for a long run to notice that the service
	// has recovered.
	failureMemory = time.Minute
)

// lookUps are the calls of the client that offerings makes.
type lookUps interface {
	ListServiceTypes(ctx context.Context) ([]scp.ServiceType, error)
	ListOSTypes(ctx context.Context, serviceID string) ([]scp.OSType, error)
	ListServerTypes(ctx context.Context, filter scp.ServerTypeFilter) ([]scp.ServerType, error)
	ListContractTypes(ctx context.Context, serviceID, serverType string) (*scp.ContractTypes, error)
}

// offerings caches what the look-ups returned. Callers share the result and must not change
// it.
type offerings struct {
	client    lookUps
	services  scp.Fetched[[]scp.ServiceType]
	systems   scp.Fetched[[]scp.OSType]
	servers   scp.Fetched[[]scp.ServerType]
	contracts scp.Fetched[*scp.ContractTypes]
}

// offeringsOf returns the offerings that everything in this process shares.
func offeringsOf(d *tfkit.ProviderData, client *scp.Client) *offerings {
	return tfkit.Shared(d, func() *offerings { return newOfferings(client) })
}

func newOfferings(client lookUps) *offerings {
	c := &offerings{client: client}
	c.services.FailuresFor, c.systems.FailuresFor, c.servers.FailuresFor, c.contracts.FailuresFor = failureMemory, failureMemory, failureMemory, failureMemory
	return c
}

// serviceTypes lists the services open to planned computes.
func (c *offerings) serviceTypes(ctx context.Context) ([]scp.ServiceType, error) {
	return lookUp(ctx, &c.services, "service types", c.client.ListServiceTypes)
}

// osTypes lists the operating systems; an empty service is not sent.
func (c *offerings) osTypes(ctx context.Context, serviceID string) ([]scp.OSType, error) {
	return lookUp(ctx, &c.systems, "operating systems", func(ctx context.Context) ([]scp.OSType, error) {
		return c.client.ListOSTypes(ctx, serviceID)
	}, serviceID)
}

// serverTypes lists the server types; empty fields are not sent.
func (c *offerings) serverTypes(ctx context.Context, filter scp.ServerTypeFilter) ([]scp.ServerType, error) {
	return lookUp(ctx, &c.servers, "server types", func(ctx context.Context) ([]scp.ServerType, error) {
		return c.client.ListServerTypes(ctx, filter)
	}, filter.ServiceID, filter.CurrentServerType, filter.OSType)
}

// contractTypes lists the contract terms; empty arguments are not sent.
func (c *offerings) contractTypes(ctx context.Context, serviceID, serverType string) (*scp.ContractTypes, error) {
	return lookUp(ctx, &c.contracts, "contract types", func(ctx context.Context) (*scp.ContractTypes, error) {
		return c.client.ListContractTypes(ctx, serviceID, serverType)
	}, serviceID, serverType)
}

// lookUp serves a query from the cache, or sends its one request.
func lookUp[T any](ctx context.Context, held *scp.Fetched[T], what string, ask func(context.Context) (T, error), arguments ...string) (T, error) {
	value, err := held.Get(ctx, fmt.Sprintf("%q", arguments), func(ctx context.Context) (T, error) {
		own, cancel := context.WithTimeout(ctx, offeringsTimeout)
		defer cancel()
		return ask(own)
	})
	if err != nil && ctx.Err() != nil {
		err = fmt.Errorf("the list of %s was not read in time: %w", what, ctx.Err())
	}
	return value, err
}
