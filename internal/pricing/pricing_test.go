package pricing_test

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

const (
	pricesData    = "scpbilling_prices"
	itemsData     = "scpbilling_billing_item_ids"
	offeringsData = "scpbilling_offerings"

	pricesPath    = "/v1/reports/prices"
	itemsPath     = "/v1/reports/billing-item-ids"
	offeringsPath = "/v1/reports/offerings"
)

type object = acctest.Object

// service is the provider against responses of the test's own. asked are its requests.
func service(t *testing.T, reply func(r *http.Request) string) (p *acctest.Provider, asked func() []string) {
	t.Helper()
	return serve(t, object{}, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, reply(r)) })
}

// serve is the same with more settings.
func serve(t *testing.T, settings object, reply http.HandlerFunc) (p *acctest.Provider, asked func() []string) {
	t.Helper()
	var requests []string
	settings["max_retries"], settings["request_timeout"] = 0, "5m"
	p = acctest.Against(t, settings, func(w http.ResponseWriter, r *http.Request) {
		requests = append(requests, r.URL.String())
		reply(w, r)
	})
	return p, func() []string { return requests }
}

func TestPricesOfTheEmulator(t *testing.T) {
	t.Parallel()
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Seed: "demo"}))
	p := e.Protocol(t)
	all, d := p.ReadData(pricesData, object{})
	d.WantNone(t)
	some, d := p.ReadData(pricesData, object{"billing_item_id": "GPU_SERVER", "offering": "PG"})
	d.WantNone(t)
	rows, _ := some["prices"].([]any)
	everything, _ := all["prices"].([]any)
	if len(rows) == 0 || len(everything) <= 100 || len(rows) >= len(everything) {
		t.Errorf("%d rows of %d; the whole list should take several pages", len(rows), len(everything))
	}
	for _, row := range rows {
		if row, _ := row.(object); row["billing_item_id"] != "GPU_SERVER" || row["offering"] != "PG" || row["currency_code"] != "KRW" {
			t.Errorf("not asked for: %v", row)
		}
	}
	items, d := p.ReadData(itemsData, object{})
	d.WantNone(t)
	offerings, d := p.ReadData(offeringsData, object{})
	d.WantNone(t)
	if ids, _ := items["billing_item_ids"].([]any); len(ids) < 3 || !cmp.Equal(offerings["offerings"], []any{"PS", "PP", "PG"}) {
		t.Errorf("items %v, offerings %v", items, offerings)
	}
	// 708 prices in pages of 100, and one page of the others.
	e.MustCheck(t, acctest.Exactly(len(everything)/100+2, "GET", pricesPath), acctest.Exactly(1, "GET", itemsPath), acctest.Exactly(1, "GET", offeringsPath))
}

// Each field as it is sent, in whatever form; what is not sent is null.
func TestPricesAsSent(t *testing.T) {
	t.Parallel()
	p, asked := service(t, func(*http.Request) string {
		return `{"count":3,"page":0,"size":100,"prices":[
			{"attributes":{"b": 1.50, "a": {"x": [true, null]}},"billing_item_id":"VM","currency_code":"KRW","offering":"PS","price_model":"RANGE","price_unit":"HOUR",
			 "proration_rule":"P","rounding_position":2,"rounding_rule":"R","new_field":1,
			 "prices":[{"range_start":"0","range_end":"10","base_price":"0.0000000001","unit_price":12345678901234567890.10},{"range_start":null,"range_end":null,"base_price":"free","unit_price":"-1e3"}]},
			{"attributes":null,"billing_item_id":"VM","prices":null},
			{"billing_item_id":"VM2","prices":[]}]}`
	})
	got, d := p.ReadData(pricesData, object{"billing_item_id": "a b&c", "offering": "PS"})
	d.WantWarning(t, "The service returned prices that do not match the filters")
	empty := func(id string) object {
		return object{
			"attributes": nil, "billing_item_id": id, "currency_code": nil, "offering": nil, "price_model": nil, "price_unit": nil,
			"proration_rule": nil, "rounding_position": nil, "rounding_rule": nil, "prices": []any{},
		}
	}
	want := []any{object{
		"attributes": `{"b":1.50,"a":{"x":[true,null]}}`, "billing_item_id": "VM", "currency_code": "KRW", "offering": "PS", "price_model": "RANGE", "price_unit": "HOUR",
		"proration_rule": "P", "rounding_position": int64(2), "rounding_rule": "R",
		"prices": []any{
			object{"range_start": "0", "range_end": "10", "base_price": "0.0000000001", "unit_price": "12345678901234567890.10"},
			object{"range_start": nil, "range_end": nil, "base_price": "free", "unit_price": "-1e3"},
		},
	}, empty("VM"), empty("VM2")}
	if diff := cmp.Diff(want, got["prices"]); diff != "" {
		t.Errorf("prices (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{pricesPath + "?billing_item_id=a+b%26c&offering=PS&page=0&size=100"}, asked()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}
}

// pages serves rows of a list in pages of at most limit rows.
func pages(rows []string, limit, count int) func(r *http.Request) string {
	return func(r *http.Request) string {
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		from, to := min(page*limit, len(rows)), min((page+1)*limit, len(rows))
		return fmt.Sprintf(`{"count":%d,"page":%d,"size":%d,"prices":[%s]}`, count, page, limit, strings.Join(rows[from:to], ","))
	}
}

func TestPricesInPages(t *testing.T) {
	t.Parallel()
	var rows []string
	for i := range 250 {
		rows = append(rows, fmt.Sprintf(`{"billing_item_id":"item-%d"}`, i))
	}
	// A row was added at the top while the list was read: one row comes again.
	moved := append(slices.Clone(rows[:100]), rows[99:]...)
	for name, c := range map[string]struct {
		reply func(r *http.Request) string
		rows  int
		warns string
	}{
		"several pages":      {pages(rows, 100, 250), 250, ""},
		"capped pages":       {pages(rows, 30, 250), 250, ""},
		"none":               {pages(nil, 100, 0), 0, ""},
		"fewer than said":    {pages(rows, 100, 260), 250, "Not all prices were returned"},
		"a row comes again":  {pages(moved, 100, 250), 250, ""},
		"one instead":        {pages(moved[:250], 100, 250), 249, "The service reports 250 prices, but its pages contain 249"},
		"equal on one page":  {pages([]string{rows[0], rows[0]}, 100, 2), 2, ""},
		"as many as allowed": {pages(many(100_000), 10_000, 100_000), 100_000, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, _ := service(t, c.reply)
			got, d := p.ReadData(pricesData, object{})
			if c.warns == "" {
				d.WantNone(t)
			} else {
				d.WantWarning(t, c.warns)
			}
			if found, _ := got["prices"].([]any); len(found) != c.rows {
				t.Errorf("%d rows, want %d", len(found), c.rows)
			}
		})
	}
}

// many are short rows.
func many(n int) []string {
	rows := make([]string, n)
	for i := range rows {
		rows[i] = fmt.Sprintf(`{"rounding_position":%d}`, i)
	}
	return rows
}

func TestTooManyPrices(t *testing.T) {
	t.Parallel()
	p, _ := service(t, pages(many(100_001), 10_000, 100_001))
	_, d := p.ReadData(pricesData, object{})
	d.WantError(t, "there are more than 100000 prices", "set billing_item_id or offering")
}

// The service has another version than this provider knows.
func TestAnotherVersion(t *testing.T) {
	t.Parallel()
	reply := func(rw http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == "/":
			fmt.Fprint(rw, `{"versions":[{"id":"v1.1","links":[],"status":"CURRENT"}]}`)
		case r.Header.Get("Scp-Api-Version") == "pricing 1.1":
			fmt.Fprint(rw, `{"offerings":["PS"],"billing_item_ids":["VM"],"count":1,"page":0,"size":100,"prices":[{"billing_item_id":"VM"}]}`)
		default:
			rw.WriteHeader(http.StatusNotAcceptable)
			fmt.Fprint(rw, `{"errors":[{"code":"NoSuchVersion","detail":"no such version","status":406}]}`)
		}
	}
	p, asked := serve(t, object{}, reply)
	got, d := p.ReadData(offeringsData, object{})
	d.WantWarning(t, "pricing", "1.1")
	if diff := cmp.Diff([]any{"PS"}, got["offerings"]); diff != "" {
		t.Errorf("offerings (-want +got):\n%s", diff)
	}
	prices, d := p.ReadData(pricesData, object{})
	d.WantNone(t)
	if rows, _ := prices["prices"].([]any); len(rows) != 1 {
		t.Errorf("prices: %v", prices)
	}
	// The list of versions is read once.
	want := []string{offeringsPath, "/", offeringsPath, pricesPath + "?page=0&size=100"}
	if diff := cmp.Diff(want, asked()); diff != "" {
		t.Errorf("requests (-want +got):\n%s", diff)
	}

	pinned, _ := serve(t, object{"api_versions": object{"pricing": "1.0"}}, reply)
	for name, doing := range map[string]string{pricesData: "list prices", itemsData: "list billing items", offeringsData: "list offerings"} {
		_, d := pinned.ReadData(name, object{})
		d.WantError(t, "Could not "+doing, "api_versions.pricing pins version 1.0, which the service does not have; it has 1.1")
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	for _, reply := range []string{`{"count":3}`, `[]`, `{"count":1,"prices":[7]}`} {
		p, _ := service(t, func(*http.Request) string { return reply })
		_, d := p.ReadData(pricesData, object{})
		d.WantError(t, "Could not list prices")
	}
	p, _ := service(t, func(*http.Request) string { return `{"billing_item_ids":{"a":1},"offerings":7}` })
	_, d := p.ReadData(itemsData, object{})
	d.WantError(t, "Could not list billing items", "billing_item_ids")
	_, d = p.ReadData(offeringsData, object{})
	d.WantError(t, "Could not list offerings", "offerings")
	for _, name := range []string{"billing_item_id", "offering"} {
		if d := p.ValidateData(pricesData, object{name: ""}); !d.HasError() {
			t.Errorf("%s may be empty", name)
		}
	}
}

// Lists that are null or not there are empty.
func TestNoStrings(t *testing.T) {
	t.Parallel()
	for _, reply := range []string{`{}`, `{"billing_item_ids":null}`, `{"billing_item_ids":[]}`} {
		p, _ := service(t, func(*http.Request) string { return reply })
		got, d := p.ReadData(itemsData, object{})
		d.WantNone(t)
		if diff := cmp.Diff([]any{}, got["billing_item_ids"]); diff != "" {
			t.Errorf("%s: %s", reply, diff)
		}
	}
}
