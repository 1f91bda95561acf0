package emulator

// The Pricing service: a public price list that can only be read (NOTES section 12). Nobody
// has published a row of the real one: except for the offerings, all of this is made up.

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
)

type pricing struct {
	s      *Server
	prices []price
}

// price is a row of the price list.
type price struct {
	Attributes       map[string]any `json:"attributes"`
	BillingItemID    string         `json:"billing_item_id"`
	CurrencyCode     string         `json:"currency_code"`
	Offering         string         `json:"offering"`
	PriceModel       string         `json:"price_model"`
	PriceUnit        string         `json:"price_unit"`
	ProrationRule    string         `json:"proration_rule"`
	RoundingPosition int64          `json:"rounding_position"`
	RoundingRule     string         `json:"rounding_rule"`
	Prices           []priceRange   `json:"prices"`
}

type priceRange struct {
	RangeStart *string `json:"range_start"`
	RangeEnd   *string `json:"range_end"`
	BasePrice  string  `json:"base_price"`
	UnitPrice  string  `json:"unit_price"`
}

func newPricing(s *Server) service { return &pricing{s: s} }

func (*pricing) name() string { return "pricing" }

func (p *pricing) routes() []route {
	return []route{
		{operation: "listBillingItemIds", method: http.MethodGet, path: "/v1/reports/billing-item-ids", handle: p.items},
		{operation: "listOffering", method: http.MethodGet, path: "/v1/reports/offerings", handle: p.offerings},
		{operation: "listReportPrice", method: http.MethodGet, path: "/v1/reports/prices", handle: p.list, single: []string{"size", "page", "sort", "billing_item_id", "offering"}},
	}
}

// seed creates a row for each server type of each service, operating system and offering.
func (p *pricing) seed(kind string) {
	if kind != seedDemo {
		return
	}
	p.prices = nil
	for _, product := range products {
		for _, machine := range servers {
			if !slices.Contains(product.families, machine.family) {
				continue
			}
			for _, offering := range []string{"PS", "PP", "PG"} {
				p.prices = append(p.prices, price{
					Attributes: map[string]any{"server_type": machine.name, "cores": machine.cores}, BillingItemID: product.id, CurrencyCode: "KRW", Offering: offering,
					PriceModel: "RANGE", PriceUnit: "HOUR", ProrationRule: "PRORATION", RoundingPosition: 0, RoundingRule: "ROUND_DOWN",
					Prices: []priceRange{{BasePrice: "0", UnitPrice: fmt.Sprintf("%d.5000000000", 20*machine.cores+5*machine.memory)}},
				})
			}
		}
	}
}

func (*pricing) save() any                  { return nil }
func (*pricing) load(json.RawMessage) error { return nil }

func (p *pricing) items(*call) *reply {
	ids := []string{}
	for _, row := range p.prices {
		ids = append(ids, row.BillingItemID)
	}
	slices.Sort(ids)
	return ok(http.StatusOK, map[string]any{"billing_item_ids": slices.Compact(ids)})
}

func (p *pricing) offerings(*call) *reply {
	return ok(http.StatusOK, map[string]any{"offerings": []string{"PS", "PP", "PG"}})
}

func (p *pricing) list(c *call) *reply {
	item, offering := c.query.Get("billing_item_id"), c.query.Get("offering")
	page, refused := list(c, listing[price]{size: "size", least: 1, orders: []order{{field: "billing_item_id"}}, fields: map[string]func(price) string{
		"billing_item_id": func(row price) string { return row.BillingItemID },
		"offering":        func(row price) string { return row.Offering },
	}}, p.prices, func(row price) bool {
		return (item == "" || row.BillingItemID == item) && (offering == "" || row.Offering == offering)
	})
	if refused != nil {
		return refused
	}
	return ok(http.StatusOK, map[string]any{
		"count": page.total, "page": page.number, "size": page.size, "total_pages": max(page.pages, 1), "sort": page.sort, "prices": page.rows,
	})
}
