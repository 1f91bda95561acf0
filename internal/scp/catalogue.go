package scp

// Where a service is: from the configuration, or from the catalogue of the
// identity service (NOTES section 2).

import (
	"cmp"
	"context"
	"errors"
	"slices"
)

type catalogueRow struct {
	Region      string `json:"region"`
	ServiceType string `json:"service_type"`
	URL         string `json:"url"`
}

// baseURL finds the address that a call goes to, without a slash at its end.
func (c *Client) baseURL(ctx context.Context, call *call) (string, error) {
	if call.service == "" {
		return c.config.AuthURL, nil
	}
	if base := c.config.Endpoints[call.service]; base != "" {
		return base, nil
	}
	fail := func(detail string, cause error) (string, error) {
		e := call.failure(KindEndpoint, OutcomeNotSent, detail)
		e.Err = cause
		// The catalogue's response helps to explain the failure, but it is not the service's
		// response about the object: the kind stays KindEndpoint.
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
	serviceType := "scp-" + string(call.service)
	rows, err := c.endpoints.Get(ctx, "", c.fetchCatalogue)
	if err != nil {
		return fail("the catalogue at auth_url could not be read: "+err.Error(), err)
	}
	row, ok := chooseRow(rows, serviceType, c.config.DefaultRegion)
	if !ok {
		return fail("the catalogue at auth_url has no service of type "+serviceType+
			"; set endpoints."+string(call.service)+" if you know its address", nil)
	}
	base, problem := parseBaseURL(row.URL)
	if problem != "" {
		return fail("the catalogue at auth_url has an address for "+serviceType+
			" that is refused: it "+problem, nil)
	}
	return base, nil
}

// fetchCatalogue reads the rows of the catalogue.
func (c *Client) fetchCatalogue(ctx context.Context) (rows []catalogueRow, err error) {
	err = c.get(ctx, "", "listEndpoints", "/endpoints", nil, func(body []byte) (err error) {
		rows, err = decodeSome[catalogueRow](body, "endpoints")
		return err
	})
	return rows, err
}

// chooseRow chooses as the official SDKs do: of the service's rows, those of the region if
// there are any, and of those the first by URL.
func chooseRow(rows []catalogueRow, serviceType, region string) (catalogueRow, bool) {
	elsewhere := func(row catalogueRow) int {
		if row.Region == region {
			return 0
		}
		return 1
	}
	found := slices.DeleteFunc(slices.Clone(rows), func(row catalogueRow) bool { return row.ServiceType != serviceType })
	if len(found) == 0 {
		return catalogueRow{}, false
	}
	return slices.MinFunc(found, func(a, b catalogueRow) int {
		return cmp.Or(cmp.Compare(elsewhere(a), elsewhere(b)), cmp.Compare(a.URL, b.URL))
	}), true
}
