package scp

// Where a service is: from the configuration, or from the catalogue of the
// identity service (NOTES section 2).

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"sync"

	"golang.org/x/sync/singleflight"
)

// catalogueType is the service_type of a service's rows; "" is no service.
func catalogueType(service Service) string {
	switch service {
	case ServiceBillingPlan, ServiceBudget, ServiceCostExplorer, ServicePricing:
		return "scp-" + string(service)
	default:
		return ""
	}
}

// endpointCatalogue holds the rows once they were fetched. A failure is not held: the
// next call tries again.
type endpointCatalogue struct {
	flight singleflight.Group
	mu     sync.Mutex
	rows   []catalogueRow // nil is not fetched
}

type catalogueRow struct {
	Region      string `json:"region"`
	ServiceType string `json:"service_type"`
	URL         string `json:"url"`
}

func (c *endpointCatalogue) get() []catalogueRow {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.rows
}

func (c *endpointCatalogue) put(rows []catalogueRow) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rows = rows
}

// baseURL finds the address that a call goes to, without a slash at its end.
func (c *Client) baseURL(ctx context.Context, call *call) (string, error) {
	if call.service == "" {
		return c.config.AuthURL, nil
	}
	if base := c.config.Endpoints[call.service]; base != "" {
		return base, nil
	}
	if base := c.config.EndpointOverride; base != "" {
		return base, nil
	}
	if env := c.config.Environment; env != "" {
		return "https://" + string(call.service) + "." + env + ".samsungsdscloud.com", nil
	}
	fail := func(detail string, cause error) (string, error) {
		e := &Error{
			Kind: KindEndpoint, Operation: call.operation, Method: call.method, Path: call.path,
			Outcome: OutcomeNotSent, Detail: detail, Err: cause,
		}
		// What the catalogue's response said is of use, but it is not the
		// service's response about the object: the kind stays KindEndpoint.
		var inner *Error
		if errors.As(cause, &inner) {
			e.StatusCode, e.RequestID, e.ClockSkew = inner.StatusCode, inner.RequestID, inner.ClockSkew
			e.Attempts, e.RetryAfter = inner.Attempts, inner.RetryAfter
		}
		return "", e
	}
	if c.config.AuthURL == "" {
		return fail("no address is known for the service "+string(call.service)+
			": set environment, endpoints."+string(call.service)+", endpoint_override or auth_url", nil)
	}
	rows, err := c.catalogueRows(ctx)
	if err != nil {
		return fail("the catalogue at auth_url could not be read: "+err.Error(), err)
	}
	row, ok := chooseRow(rows, catalogueType(call.service), c.config.DefaultRegion)
	if !ok {
		return fail("the catalogue at auth_url has no service of type "+catalogueType(call.service)+
			"; set endpoints."+string(call.service)+" if you know its address", nil)
	}
	base, problem := parseBaseURL(row.URL)
	if problem != "" {
		return fail("the catalogue at auth_url has an address for "+catalogueType(call.service)+
			" that is refused: it "+problem, nil)
	}
	return base, nil
}

// catalogueRows fetches the catalogue unless it is there. Calls that need it
// at the same time share one fetch. It has the time of the call that began it, but
// does not end because that call is cancelled.
func (c *Client) catalogueRows(ctx context.Context) ([]catalogueRow, error) {
	for {
		if rows := c.endpoints.get(); rows != nil {
			return rows, nil
		}
		mine := false
		result := c.endpoints.flight.DoChan("", func() (any, error) {
			mine = true
			// A fetch may have ended between the look above and here.
			if rows := c.endpoints.get(); rows != nil {
				return rows, nil
			}
			shared, cancel := context.WithoutCancel(ctx), func() {}
			if deadline, ok := ctx.Deadline(); ok {
				shared, cancel = context.WithDeadline(shared, deadline)
			}
			defer cancel()
			rows, err := c.fetchCatalogue(shared)
			if err != nil && (shared.Err() != nil || IsHeldBack(err)) {
				err = &outOfTimeError{err}
			}
			return rows, err
		})
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case r := <-result:
			if rows, ok := r.Val.([]catalogueRow); ok && r.Err == nil {
				return rows, nil
			}
			var late *outOfTimeError
			if errors.As(r.Err, &late) && !mine && ctx.Err() == nil {
				// That was the time of another call; this one may have more.
				continue
			}
			return nil, r.Err
		}
	}
}

// outOfTimeError is a fetch that failed for want of time.
type outOfTimeError struct{ error }

func (e *outOfTimeError) Unwrap() error { return e.error }

func (c *Client) fetchCatalogue(ctx context.Context) ([]catalogueRow, error) {
	var rows []catalogueRow
	err := c.do(ctx, &call{
		operation: "listEndpoints", method: http.MethodGet, path: "/endpoints",
		repeat: repeatFreely, limit: maxPageBody,
		decode: func(body []byte) error {
			var response struct {
				Endpoints []catalogueRow `json:"endpoints"`
			}
			if err := decodeJSON(body, &response); err != nil {
				return err
			}
			if response.Endpoints == nil {
				return shapeErrorf("endpoints is missing")
			}
			rows = response.Endpoints
			return nil
		},
	})
	if err != nil {
		return nil, err
	}
	c.endpoints.put(rows)
	return rows, nil
}

// chooseRow chooses as the official SDKs do: the rows of the service; of
// several those of the region, if there are any; of those the first by URL.
func chooseRow(rows []catalogueRow, serviceType, region string) (catalogueRow, bool) {
	var found []catalogueRow
	for _, row := range rows {
		if row.ServiceType == serviceType {
			found = append(found, row)
		}
	}
	if len(found) == 0 {
		return catalogueRow{}, false
	}
	var near []catalogueRow
	for _, row := range found {
		if row.Region == region {
			near = append(near, row)
		}
	}
	if len(near) > 0 {
		found = near
	}
	return slices.MinFunc(found, func(a, b catalogueRow) int { return cmp.Compare(a.URL, b.URL) }), true
}
