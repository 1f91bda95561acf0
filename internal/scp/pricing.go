package scp

// The Pricing service: the public price list (NOTES section 12). It can only be read,
// and what most of its fields mean is not known.

import (
	"bytes"
	"context"
	"iter"
)

// Price is a row of the price list, with the strings as sent.
type Price struct {
	// Attributes is a JSON object as a string; its keys are not documented.
	Attributes    *StringOrJSON `json:"attributes"`
	BillingItemID *string       `json:"billing_item_id"`
	CurrencyCode  *string       `json:"currency_code"`
	Offering      *string       `json:"offering"`
	PriceModel    *string       `json:"price_model"`
	PriceUnit     *string       `json:"price_unit"`
	ProrationRule *string       `json:"proration_rule"`
	RoundingRule  *string       `json:"rounding_rule"`
	// RoundingPosition may count digits after the point; that is not stated.
	RoundingPosition *int64       `json:"rounding_position"`
	Prices           []PriceRange `json:"prices"`
}

// PriceRange is a price for a range of quantities. An open bound is nil.
type PriceRange struct {
	RangeStart *string `json:"range_start"`
	RangeEnd   *string `json:"range_end"`
	BasePrice  *string `json:"base_price"`
	UnitPrice  *string `json:"unit_price"`
}

// PriceFilter narrows ListPrices; empty fields are not sent. Whether the service honours them
// is unknown.
type PriceFilter struct {
	BillingItemID string `query:"billing_item_id"`
	Offering      string `query:"offering"`
	// Shortfall may be nil.
	Shortfall Shortfall
}

// ListPrices yields the price list, page by page. Rows have no id: one that equals a row of an
// earlier page is treated as a repetition.
func (c *Client) ListPrices(ctx context.Context, filter PriceFilter) iter.Seq2[*Price, error] {
	list := numberedList[Price]{
		operation: "listReportPrice", service: ServicePricing, path: "/v1/reports/prices", filter: queryOf(filter), rows: "prices", size: "size",
		key: rowKey[Price], shortfall: filter.Shortfall,
	}
	return list.pages(ctx, c)
}

// ListBillingItemIDs returns the ids of all billing items.
func (c *Client) ListBillingItemIDs(ctx context.Context) ([]string, error) {
	var list struct {
		IDs []string `json:"billing_item_ids"`
	}
	err := c.readReport(ctx, "listBillingItemIds", "/v1/reports/billing-item-ids", &list)
	return list.IDs, err
}

// ListOfferings returns all offerings. Their meaning is not documented.
func (c *Client) ListOfferings(ctx context.Context) ([]string, error) {
	var list struct {
		Offerings []string `json:"offerings"`
	}
	err := c.readReport(ctx, "listOffering", "/v1/reports/offerings", &list)
	return list.Offerings, err
}

// readReport reads a list, which the API's model does not require.
func (c *Client) readReport(ctx context.Context, operation, path string, into any) error {
	return c.get(ctx, ServicePricing, operation, path, nil, func(body []byte) error {
		if string(bytes.TrimSpace(body)) == "null" {
			return errNoObject
		}
		return decodeJSON(body, into)
	})
}
