package emulator

// The CostExplorer service: its operations and its Go functions for tests (NOTES sections 5
// and 8). The rows are generated in costexplorer_rows.go.

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sync"
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

// maxPage keeps one response from containing a million rows. It is the emulator's own limit;
// NOTES section 10 number 19 has at least 500.
const maxPage = 10000

// costFilters are the query parameters that compare a member of a row. Usages are compared by
// region and resource_name too, which they lack in responses.
var costFilters = []string{"account_id", "service_category", "billing_item_id", "region", "order_status", "resource_name", "contract_id", "bill_year_month", "bill_state"}

// sortCreated is the field of the documented example. No row has it; here it is the order of
// the rows themselves. That rows can be sorted by other fields, too, is a guess.
const sortCreated = "created_at"

var costSorts = append([]string{sortCreated, "id", "resource_id", "usage_date"}, costFilters...)

// costRow is a bill or usage.
type costRow struct {
	json   json.RawMessage
	fields map[string]string // what filters and orders compare; null is absent
	marker string
}

// newCostRow reads the members of a row that is a JSON object; fields are members that it has
// beside these.
func newCostRow(raw json.RawMessage, fields map[string]string) costRow {
	members := map[string]any{}
	if err := json.Unmarshal(raw, &members); err != nil {
		panic(fmt.Sprintf("emulator: %s is not a JSON object: %v", raw, err))
	}
	for _, name := range costSorts {
		if v := members[name]; v != nil {
			fields[name] = fmt.Sprint(v)
		}
	}
	return costRow{json: bytes.TrimSpace(raw), fields: fields}
}

type costExplorer struct {
	stateless // the rows are generated at each start
	s         *Server
	usages    func() []costRow
	bills     func() []costRow
	payments  []json.RawMessage
	fixed     bool // a test has set the usages
}

func newCostExplorer(s *Server) service {
	none := func() []costRow { return nil }
	return &costExplorer{s: s, usages: none, bills: none, payments: []json.RawMessage{}}
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

// seed creates the rows, when they are first asked for. They depend only on the number of rows
// and on the day of the seed, and do not move with the clock.
func (x *costExplorer) seed(kind string) {
	opt := x.s.opt
	today := x.s.Now().In(Seoul)
	account := cmp.Or(opt.AccountID, ExampleAccountID)
	if kind == seedDemo {
		opt.Usages = cmp.Or(opt.Usages, demoUsages)
		opt.Bills = cmp.Or(opt.Bills, demoBills)
		x.payments = demoPayments(today, account)
	}
	x.usages = sync.OnceValue(func() []costRow { return usageRows(opt.Usages, today, account, opt.Region, opt.Guesses) })
	x.bills = sync.OnceValue(func() []costRow { return billRows(opt.Bills, today, account, opt.Region, opt.Guesses) })
}

func (x *costExplorer) listUsages(c *call) *reply {
	first := c.date("start_date", time.DateOnly)
	last := c.date("end_date", time.DateOnly)
	if first == "" && last == "" && x.s.opt.Guesses.DefaultPeriod != "all" {
		month := c.now.In(Seoul).Format("2006-01")
		first, last = month+"-01", month+"-31" // days are compared as strings
	}
	rows := x.usages()
	if !x.fixed {
		rows = slices.Concat(rows, find[*billingPlan](x.s).usages(c.now, len(rows)))
	}
	return x.list(c, rows, "usages", "usage_date", first, last)
}

func (x *costExplorer) listBills(c *call) *reply {
	first := c.date("start_year_month", "2006-01")
	last := c.date("end_year_month", "2006-01")
	one := c.date("bill_year_month", "2006-01")
	if first == "" && last == "" && one == "" && x.s.opt.Guesses.DefaultPeriod != "all" {
		first = c.now.In(Seoul).Format("2006-01")
		last = first
	}
	return x.list(c, x.bills(), "bills", "bill_year_month", first, last)
}

// list returns one page of bills or usages.
func (x *costExplorer) list(c *call, rows []costRow, key, dateField, first, last string) *reply {
	g := x.s.opt.Guesses
	limit := c.number("limit", 1, defaultRows)
	counting := c.query.Get("with_count")
	c.require(slices.Contains([]string{"", "true", "false"}, counting), "Query parameter \"with_count\" must be true or false.")
	sort := c.sorting(costSorts, false, order{field: sortCreated})[0]
	if refused := c.refusal(); refused != nil {
		return refused
	}
	found := []costRow{}
	for i, row := range rows {
		if row.matches(c.query) && row.within(dateField, first, last) {
			row.marker = marker(rowID(i), g)
			found = append(found, row)
		}
	}
	if sort.field != sortCreated {
		slices.SortStableFunc(found, func(a, b costRow) int { return cmp.Compare(a.fields[sort.field], b.fields[sort.field]) })
	}
	if sort.descending {
		slices.Reverse(found)
	}
	from := 0
	if after := c.query.Get("marker"); after != "" {
		from = slices.IndexFunc(found, func(row costRow) bool { return row.marker == after })
		if from < 0 {
			return c.refuse("The marker is unknown.") // guess
		}
		if !g.MarkerIsNextRow {
			from++
		}
	}
	to := min(from+int(min(x.s.pageSize(limit), maxPage)), len(found))
	page := []json.RawMessage{}
	for _, row := range found[from:to] {
		page = append(page, row.json)
	}
	links := []map[string]string{{"rel": "self", "href": c.base() + c.target}}
	if 0 < len(page) && to < len(found) {
		next := found[to-1].marker
		if g.MarkerIsNextRow {
			next = found[to].marker
		}
		links = append(links, map[string]string{"rel": "next", "href": c.base() + c.path + "?" + c.withMarker(next)})
	}
	body := map[string]any{key: page, "links": links, "count": nil} // guess, NOTES section 10 number 20
	if counting == "true" || g.CountAlways {
		body["count"] = len(found)
	}
	if key == "usages" {
		body["timezone"] = "Asia/Seoul" // of usage dates (API reference)
	}
	return ok(http.StatusOK, body)
}

// matches compares a row with the filters of a query. An empty value is a filter too: it
// matches rows with an empty or null member.
func (r *costRow) matches(query url.Values) bool {
	for _, name := range costFilters {
		if wanted := query[name]; len(wanted) > 0 && !slices.Contains(wanted, r.fields[name]) {
			return false
		}
	}
	return true
}

// within reports whether the date of a row is in a period; "" is open. Days and months are
// compared as strings; a time of day after the date is cut off.
func (r *costRow) within(dateField, first, last string) bool {
	date := r.fields[dateField]
	cut := func(bound string) string { return date[:min(len(date), len(bound))] }
	return first == "" && last == "" || date != "" && cut(first) >= first && (last == "" || cut(last) <= last)
}

// marker is the marker of the row with an id.
func marker(id string, g Guesses) string {
	if g.MarkerForm == "token" {
		return base64.StdEncoding.EncodeToString([]byte("\xfb\xef\xbe" + id + "?")) // contains +, / and =
	}
	return id
}

// withMarker is the query of the request with another marker.
func (c *call) withMarker(marker string) string {
	query := maps.Clone(c.query)
	query.Set("marker", marker)
	return query.Encode()
}

func (x *costExplorer) showPayments(c *call) *reply {
	page, refused := list(c, listing{size: "size", least: 1, first: 1}, x.payments, func(json.RawMessage) bool { return true })
	if refused != nil {
		return refused
	}
	return ok(http.StatusOK, map[string]any{"payments": page.rows, "count": page.total, "page": page.number, "size": page.size})
}

// SetUsages replaces all usages with the given rows, each a JSON object that is returned as it
// is. Filters compare its members, including region and resource_name if present, which usages
// lack in responses. It panics for a string that is not a JSON object: the mistake is in the
// test that calls it.
func (s *Server) SetUsages(rows ...string) {
	fixed := fixRows(rows)
	s.change(func() {
		x := find[*costExplorer](s)
		x.usages, x.fixed = func() []costRow { return fixed }, true
	})
}

// SetBills is SetUsages for bills.
func (s *Server) SetBills(rows ...string) {
	fixed := fixRows(rows)
	s.change(func() { find[*costExplorer](s).bills = func() []costRow { return fixed } })
}

// SetPayments is SetUsages for payments.
func (s *Server) SetPayments(rows ...string) {
	payments := []json.RawMessage{}
	for _, row := range fixRows(rows) {
		payments = append(payments, row.json)
	}
	s.change(func() { find[*costExplorer](s).payments = payments })
}

func fixRows(rows []string) (fixed []costRow) {
	for _, row := range rows {
		fixed = append(fixed, newCostRow(json.RawMessage(row), map[string]string{}))
	}
	return fixed
}
