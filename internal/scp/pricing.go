package scp

// The Pricing service: the public price list (NOTES section 12). It can only be read,
// and what most of its fields mean is not known.

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/json"
	"iter"
	"net/http"
	"net/url"
	"strconv"
)

// Price is a row of the price list, with the texts as sent.
type Price struct {
	// Attributes is the text of a JSON object whose keys are not known.
	Attributes    *string
	BillingItemID *string
	CurrencyCode  *string
	Offering      *string
	PriceModel    *string
	PriceUnit     *string
	ProrationRule *string
	RoundingRule  *string
	// RoundingPosition may count digits after the point; that is not stated.
	RoundingPosition *int64
	Prices           []PriceRange
}

// PriceRange is a price for a range of quantities. An open bound is nil.
type PriceRange struct {
	RangeStart, RangeEnd, BasePrice, UnitPrice *string
}

// PriceFilter narrows ListPrices; empty fields are not sent. That the service honours
// them is unproven.
type PriceFilter struct {
	BillingItemID, Offering string
	// Shortfall may be nil.
	Shortfall Shortfall
}

const pricePageSize = 100

// ListPrices yields the price list, page by page. Rows have no id: one that equals a row
// of an earlier page is taken for a repeated one.
func (c *Client) ListPrices(ctx context.Context, filter PriceFilter) iter.Seq2[*Price, error] {
	const operation, path = "listReportPrice", "/v1/reports/prices"
	return numberedPages(operation, path, 0, pricePageSize,
		func(p *Price) string {
			row, _ := json.Marshal(p) // always marshals
			key := sha256.Sum256(row)
			return string(key[:])
		},
		func(page int64) (got numberedPage[*Price], err error) {
			q := query{}
			q.set("page", strconv.FormatInt(page, 10))
			q.set("size", strconv.Itoa(pricePageSize))
			q.set("billing_item_id", filter.BillingItemID)
			q.set("offering", filter.Offering)
			err = c.do(ctx, &call{
				operation: operation, service: ServicePricing,
				method: http.MethodGet, path: path, query: url.Values(q), repeat: repeatFreely, limit: maxPageBody,
				decode: func(body []byte) (err error) { got, err = decodePricePage(body); return err },
			})
			return got, err
		}, filter.Shortfall)
}

// ListBillingItemIDs returns the ids of all billing items.
func (c *Client) ListBillingItemIDs(ctx context.Context) ([]string, error) {
	return c.listTexts(ctx, "listBillingItemIds", "/v1/reports/billing-item-ids", "billing_item_ids")
}

// ListOfferings returns all offerings. What they stand for is not known.
func (c *Client) ListOfferings(ctx context.Context) ([]string, error) {
	return c.listTexts(ctx, "listOffering", "/v1/reports/offerings", "offerings")
}

func (c *Client) listTexts(ctx context.Context, operation, path, field string) (texts []string, err error) {
	err = c.do(ctx, &call{
		operation: operation, service: ServicePricing,
		method: http.MethodGet, path: path, repeat: repeatFreely, limit: maxPageBody,
		decode: func(body []byte) error {
			var answer map[string]wireValue
			if err := decodeJSON(body, &answer); err != nil {
				return err
			}
			if answer == nil {
				return errNoObject
			}
			// The model does not require the list.
			var r reader
			texts = r.texts(field, answer[field])
			return r.err
		},
	})
	return texts, err
}

// compact is JSON without spaces; nil for none.
func compact(v wireValue) *string {
	if v == nil {
		return nil
	}
	var out bytes.Buffer
	if json.Compact(&out, v) != nil {
		return nil // the body was read as JSON
	}
	text := out.String()
	return &text
}

func decodePricePage(body []byte) (page numberedPage[*Price], err error) {
	var answer struct {
		Prices wireList[struct {
			Attributes       wireValue `json:"attributes"`
			BillingItemID    wireValue `json:"billing_item_id"`
			CurrencyCode     wireValue `json:"currency_code"`
			Offering         wireValue `json:"offering"`
			PriceModel       wireValue `json:"price_model"`
			PriceUnit        wireValue `json:"price_unit"`
			ProrationRule    wireValue `json:"proration_rule"`
			RoundingRule     wireValue `json:"rounding_rule"`
			RoundingPosition wireValue `json:"rounding_position"`
			Prices           []struct {
				RangeStart wireValue `json:"range_start"`
				RangeEnd   wireValue `json:"range_end"`
				BasePrice  wireValue `json:"base_price"`
				UnitPrice  wireValue `json:"unit_price"`
			} `json:"prices"`
		}] `json:"prices"`
		Count wireValue `json:"count"`
		Size  wireValue `json:"size"`
	}
	if err := decodeJSON(body, &answer); err != nil {
		return page, err
	}
	var r reader
	page.count, page.size = r.whole("count", answer.Count), r.whole("size", answer.Size)
	if answer.Prices.missing(page.count) {
		return page, shapeErrorf("prices is missing")
	}
	for _, row := range answer.Prices.rows {
		price := &Price{
			Attributes:       compact(row.Attributes),
			BillingItemID:    r.text("prices.billing_item_id", row.BillingItemID),
			CurrencyCode:     r.text("prices.currency_code", row.CurrencyCode),
			Offering:         r.text("prices.offering", row.Offering),
			PriceModel:       r.text("prices.price_model", row.PriceModel),
			PriceUnit:        r.text("prices.price_unit", row.PriceUnit),
			ProrationRule:    r.text("prices.proration_rule", row.ProrationRule),
			RoundingRule:     r.text("prices.rounding_rule", row.RoundingRule),
			RoundingPosition: r.whole("prices.rounding_position", row.RoundingPosition),
		}
		for _, one := range row.Prices {
			price.Prices = append(price.Prices, PriceRange{
				RangeStart: r.text("prices.prices.range_start", one.RangeStart), RangeEnd: r.text("prices.prices.range_end", one.RangeEnd),
				BasePrice: r.text("prices.prices.base_price", one.BasePrice), UnitPrice: r.text("prices.prices.unit_price", one.UnitPrice),
			})
		}
		page.rows = append(page.rows, price)
	}
	return page, r.err
}
