package emulator

// The Pricing service: a public price list that can only be read (NOTES section 12). Nobody
// has published a row of the real one: except for the offerings, all of this is made up.

import (
	"fmt"
	"net/http"
	"slices"
)

type pricing struct {
	stateless
	s      *Server
	prices []price
}

// price is a row of the price list.
type price map[string]any

func newPricing(s *Server) service { return &pricing{s: s} }

func (*pricing) name() string { return "pricing" }

func (p *pricing) routes() []route {
	return []route{
		{operation: "listBillingItemIds", method: http.MethodGet, path: "/v1/reports/billing-item-ids", handle: p.items},
		{operation: "listOffering", method: http.MethodGet, path: "/v1/reports/offerings", handle: p.offerings},
		{operation: "listReportPrice", method: http.MethodGet, path: "/v1/reports/prices", handle: p.list, single: []string{"size", "page", "sort", "billing_item_id", "offering"}},
	}
}

// seed creates a row for each service, server type and offering.
func (p *pricing) seed(kind string) {
	if kind != seedDemo {
		return
	}
	for _, product := range products {
		for _, machine := range servers {
			if !slices.Contains(product.families, machine.family) {
				continue
			}
			hour := fmt.Sprintf("%d.5000000000", 20*machine.cores+5*machine.memory)
			for _, offering := range []string{"PS", "PP", "PG"} {
				p.prices = append(p.prices, price{
					"attributes":      map[string]any{"server_type": machine.name, "cores": machine.cores},
					"billing_item_id": product.id, "offering": offering, "currency_code": "KRW", "price_model": "RANGE", "price_unit": "HOUR",
					"proration_rule": "PRORATION", "rounding_position": 0, "rounding_rule": "ROUND_DOWN",
					"prices": []any{map[string]any{"range_start": nil, "range_end": nil, "base_price": "0", "unit_price": hour}},
				})
			}
		}
	}
}

func (p *pricing) items(*call) *reply {
	ids := []string{}
	for _, row := range p.prices {
		ids = append(ids, member(row, "billing_item_id"))
	}
	slices.Sort(ids)
	return ok(http.StatusOK, map[string]any{"billing_item_ids": slices.Compact(ids)})
}

func (p *pricing) offerings(*call) *reply {
	return ok(http.StatusOK, map[string]any{"offerings": []string{"PS", "PP", "PG"}})
}

func (p *pricing) list(c *call) *reply {
	item, offering := c.query.Get("billing_item_id"), c.query.Get("offering")
	page, refused := list(c, listing{
		size: "size", least: 1, orders: []order{{field: "billing_item_id"}}, fields: []string{"billing_item_id", "offering"},
	}, p.prices, func(row price) bool {
		return (item == "" || row["billing_item_id"] == item) && (offering == "" || row["offering"] == offering)
	})
	if refused != nil {
		return refused
	}
	return ok(http.StatusOK, map[string]any{
		"count": page.total, "page": page.number, "size": page.size, "total_pages": max(page.pages, 1), "sort": page.sort, "prices": page.rows,
	})
}
