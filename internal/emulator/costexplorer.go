package emulator

// The CostExplorer service: its operations and its Go functions for tests (NOTES sections 5
// and 8). The rows are generated in costexplorer_rows.go, filters and markers are in
// costexplorer_list.go.

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// The number of rows in the demo seed if the options do not set it.
const (
	demoUsages = 6000
	demoBills  = 300
)

// defaultRows is the default page size: 20 rows have been observed for usages (NOTES section
// 5); that bills do the same is inferred.
const defaultRows = 20

// usageZone is the zone of usage dates (API reference).
const usageZone = "Asia/Seoul"

type costExplorer struct {
	s        *Server
	usages   *costList
	running  *costList // usages with those of the servers, as asked for last
	bills    *costList
	payments []json.RawMessage
}

func newCostExplorer(s *Server) service {
	return &costExplorer{s: s, usages: newCostList(noRows{}), bills: newCostList(noRows{})}
}

func (*costExplorer) name() string { return "costexplorer" }

func (x *costExplorer) routes() []route {
	common := []string{"with_count", "limit", "marker", "sort", "resource_name", "contract_id"}
	return []route{
		{
			operation: "listUsages", method: http.MethodGet, path: "/v1/usages", handle: x.listUsages,
			single:   append([]string{"start_date", "end_date"}, common...),
			repeated: []string{"account_id", "service_category", "billing_item_id", "region", "order_status"},
		},
		{
			operation: "listBills", method: http.MethodGet, path: "/v1/bills", handle: x.listBills,
			single:   append([]string{"start_year_month", "end_year_month", "order_status", "bill_year_month", "bill_state"}, common...),
			repeated: []string{"account_id", "service_category", "billing_item_id", "region"},
		},
		{operation: "showPaymentMonthly", method: http.MethodGet, path: "/v1/payments/monthly", handle: x.showPayments, single: []string{"size", "page"}},
	}
}

// seed creates the rows. They depend only on the number of rows and on the day of the seed,
// and do not move with the clock.
func (x *costExplorer) seed(kind string) {
	usages, bills := x.s.opt.Usages, x.s.opt.Bills
	if kind == seedDemo {
		if usages == 0 {
			usages = demoUsages
		}
		if bills == 0 {
			bills = demoBills
		}
	}
	today := x.s.Now().In(Seoul)
	account := ExampleAccountID
	if x.s.opt.AccountID != "" {
		account = x.s.opt.AccountID
	}
	x.usages = newCostList(newUsageRows(usages, today, account, x.s.opt.Region, x.s.opt.Guesses))
	x.bills = newCostList(newBillRows(bills, today, account, x.s.opt.Region, x.s.opt.Guesses))
	if kind == seedDemo {
		x.payments = demoPayments(today, account)
	}
}

// The rows are generated at each start, so the state file contains none.
func (*costExplorer) save() any                  { return nil }
func (*costExplorer) load(json.RawMessage) error { return nil }

func (x *costExplorer) listUsages(c *call) reply {
	first := c.date("start_date")
	last := c.date("end_date")
	if first == "" && last == "" && x.s.opt.Guesses.DefaultPeriod != periodAll {
		month := c.now.In(Seoul).Format("2006-01")
		first, last = month+"-01", month+"-31" // days are compared as strings
	}
	return x.list(c, x.withServers(c), "usages", "usage_date", first, last, `,"timezone":"`+usageZone+`"`)
}

// withServers adds the usages of servers to the others, unless a test has set all usages.
func (x *costExplorer) withServers(c *call) *costList {
	b := find[*billingPlan](x.s)
	b.settle()
	today := c.now.In(Seoul)
	runs := b.runs(time.Date(today.Year(), today.Month()+1-costMonths, 1, 0, 0, 0, 0, time.UTC).Format(time.DateOnly), b.lastData(c.now))
	if _, fixed := x.usages.source.(*fixedRows); fixed || len(runs) == 0 {
		return x.usages
	}
	if x.running != nil {
		if last, ok := x.running.source.(*withRuns); ok && last.costRows == x.usages.source && slices.Equal(last.runs, runs) {
			return x.running
		}
	}
	account := ExampleAccountID
	if x.s.opt.AccountID != "" {
		account = x.s.opt.AccountID
	}
	x.running = newCostList(&withRuns{x.usages.source, runs, account})
	return x.running
}

func (x *costExplorer) listBills(c *call) reply {
	first := c.month("start_year_month")
	last := c.month("end_year_month")
	one := c.month("bill_year_month")
	if first == "" && last == "" && one == "" && x.s.opt.Guesses.DefaultPeriod != periodAll {
		first = c.now.In(Seoul).Format("2006-01")
		last = first
	}
	return x.list(c, x.bills, "bills", "bill_year_month", first, last, "")
}

// list returns one page of bills or usages.
func (x *costExplorer) list(c *call, rows *costList, key, dateField, first, last, more string) reply {
	limit := c.number("limit", 1, defaultRows)
	counting := c.query.Get("with_count")
	c.require(slices.Contains([]string{"", "true", "false"}, counting), text{
		en: "Query parameter \"with_count\" must be true or false.", ko: "쿼리 파라미터 \"with_count\"은(는) true 또는 false여야 합니다.",
	})
	sorting := c.costSorting(rows.source)
	if c.bad != nil {
		return c.refuse(*c.bad)
	}
	view := rows.view(c.costFilter(dateField, first, last), sorting)
	from, ok := view.after(c.query.Get("marker"), x.s.opt.Guesses)
	if !ok {
		return c.refuse(text{en: "The marker is unknown.", ko: "알 수 없는 marker입니다."}) // guess
	}
	to := min(from+int(min(x.s.pageSize(limit), maxPage)), view.length)

	body := append(make([]byte, 0, 1<<10+400*(to-from)), `{"`...)
	body = append(append(body, key...), `":[`...)
	for i := from; i < to; i++ {
		if i > from {
			body = append(body, ',')
		}
		body = rows.source.row(body, view.index(i))
	}
	body = append(append(body, ']'), more...)
	body = append(body, `,"count":`...)
	if counting == "true" || x.s.opt.Guesses.CountAlways {
		body = strconv.AppendInt(body, int64(view.length), 10)
	} else {
		body = append(body, "null"...) // guess, NOTES section 10 number 20
	}
	links := []costLink{{Href: c.base() + c.target, Rel: "self"}}
	if to < view.length && to > from {
		links = append(links, costLink{Href: c.base() + c.path + "?" + c.withMarker(view.marker(to, x.s.opt.Guesses)), Rel: "next"})
	}
	body = append(append(body, `,"links":`...), marshal(links)...)
	return reply{status: http.StatusOK, body: append(body, '}')}
}

// maxPage keeps one response from containing a million rows. It is the emulator's own limit;
// NOTES section 10 number 19 has at least 500.
const maxPage = 10000

type costLink struct {
	Href string `json:"href"`
	Rel  string `json:"rel"`
}

// withMarker is the query of the request with another marker.
func (c *call) withMarker(marker string) string {
	query := url.Values{}
	for key, values := range c.query {
		if key != "marker" {
			query[key] = values
		}
	}
	query.Set("marker", marker)
	return query.Encode()
}

func (x *costExplorer) showPayments(c *call) reply {
	size := c.number("size", 1, defaultRows)
	number := c.number("page", 1, 1)
	if c.bad != nil {
		return c.refuse(*c.bad)
	}
	size = x.s.pageSize(size)
	rows := page(x.payments, number, size, 1)
	if rows == nil {
		rows = []json.RawMessage{}
	}
	return ok(http.StatusOK, map[string]any{"payments": rows, "count": len(x.payments), "page": number, "size": size})
}

// SetUsages replaces all usages with the given rows, each a JSON object that is returned
// unchanged. Filters compare its members, including region and resource_name if present, which
// usages lack in responses. It panics for a string that is not a JSON object: the mistake is
// in the test that calls it.
func (s *Server) SetUsages(rows ...string) {
	fixed := fixRows("usage", rows)
	s.change(func() { find[*costExplorer](s).usages = newCostList(fixed) })
}

// SetBills is SetUsages for bills.
func (s *Server) SetBills(rows ...string) {
	fixed := fixRows("bill", rows)
	s.change(func() { find[*costExplorer](s).bills = newCostList(fixed) })
}

// SetPayments is SetUsages for payments.
func (s *Server) SetPayments(rows ...string) {
	fixed := fixRows("payment", rows)
	s.change(func() { find[*costExplorer](s).payments = fixed.raw })
}

func fixRows(what string, rows []string) *fixedRows {
	f := &fixedRows{raw: []json.RawMessage{}}
	for i, row := range rows {
		fields := map[string]any{}
		if err := json.Unmarshal([]byte(row), &fields); err != nil {
			panic(fmt.Sprintf("emulator: %s %d is not a JSON object: %v", what, i, err))
		}
		f.raw = append(f.raw, json.RawMessage(row))
		f.fields = append(f.fields, fields)
	}
	return f
}
