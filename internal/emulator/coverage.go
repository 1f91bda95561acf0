package emulator

// Which hours of which servers the contracts cover: what /instances and usages are made of, so
// that they agree. Every contract has its own server; servers without a contract use the hours
// that those leave unused. How the service matches is a guess.

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// Demand is a server that runs without its own contract.
type Demand struct {
	Name        string `json:"name"`
	ServiceID   string `json:"service_id"`
	OSType      string `json:"os_type"` // as os_type_id: OPEN_SOURCE and so on
	ServerType  string `json:"server_type"`
	From        string `json:"from"` // first day, YYYY-MM-DD
	To          string `json:"to"`   // last day; "" is open
	HoursPerDay int64  `json:"hours_per_day"`
}

// PutDemand adds a server that runs without its own contract.
func (s *Server) PutDemand(d Demand) {
	s.change(func() {
		b := find[*billingPlan](s)
		b.demand = append(b.demand, d)
	})
}

// run is the hours of one server on one day, under one contract or none.
type run struct {
	day, server string
	contract    *PlannedCompute // nil for none
	service, os string
	serverType  string
	hours       int64
	price       int64 // of an hour, in won
	listPrice   int64 // of an hour without a contract
}

// spec is what contracts are for.
type spec struct{ service, os, server string }

// runs returns the hours of each day between two dates, in order.
func (b *billingPlan) runs(first, last string) []run {
	var out []run
	from, err1 := time.Parse(time.DateOnly, first)
	to, err2 := time.Parse(time.DateOnly, last)
	if err1 != nil || err2 != nil {
		return nil
	}
	for day := from; !day.After(to); day = day.AddDate(0, 0, 1) {
		out = b.runsOf(out, day.Format(time.DateOnly))
	}
	return out
}

func (b *billingPlan) runsOf(out []run, day string) []run {
	type left struct {
		contract *PlannedCompute
		hours    int64
	}
	unused := map[spec][]left{}
	add := func(name string, s spec, contract *PlannedCompute, hours int64) {
		machine, os := findServer(s.server), findSystem(s.os)
		if hours <= 0 || machine == nil || os == nil {
			return
		}
		r := run{day: day, server: name, contract: contract, service: s.service, os: s.os, serverType: s.server, hours: hours, listPrice: machine.onDemand(os)}
		r.price = r.listPrice
		if contract != nil {
			r.price = machine.committed(os, contract.ContractType)
		}
		out = append(out, r)
	}
	for _, p := range b.all {
		if b.gone(p) || p.firstDay() > day || p.lastDay() < day {
			continue
		}
		s := spec{p.ServiceID, p.OSType, p.ServerType}
		hours := int64(24)
		if p.IdleHours > 0 {
			hours = max(24-p.IdleHours, 0)
		}
		add(cmp.Or(p.ResourceName, "vm-"+p.ID[:min(6, len(p.ID))]), s, p, hours)
		unused[s] = append(unused[s], left{p, 24 - hours})
	}
	for _, d := range b.demand {
		if d.From > day || d.To != "" && d.To < day {
			continue
		}
		s, hours := spec{d.ServiceID, d.OSType, d.ServerType}, d.HoursPerDay
		for i := range unused[s] {
			taken := min(unused[s][i].hours, hours)
			add(d.Name, s, unused[s][i].contract, taken)
			unused[s][i].hours -= taken
			hours -= taken
		}
		add(d.Name, s, nil, hours)
	}
	return out
}

// firstDay is the first day of the first term.
func (p *PlannedCompute) firstDay() string {
	return min(p.StartDate, cmp.Or(p.FirstContractStartAt, p.StartDate))
}

// lastDay is the last day on which a contract covers anything.
func (p *PlannedCompute) lastDay() string {
	if p.Ended == EndedCancelled {
		return min(p.EndDate, p.ModifiedAt.In(Seoul).Format(time.DateOnly))
	}
	return p.EndDate
}

// instances is the coverage of one service, system and server type. Data reaches up to
// two days before today (stated); later days have none.
func (b *billingPlan) instances(c *call) *reply {
	b.settle()
	g := b.s.opt.Guesses
	var m []string
	for _, name := range []string{"service_id", "os_type", "server_type", "start_date", "end_date"} {
		if c.query.Get(name) == "" {
			m = append(m, fieldRequired)
		}
	}
	if len(m) > 0 {
		return c.invalid(m...)
	}
	if len(b.all) == 0 && !g.CoverageOfNone {
		return c.fail(http.StatusInternalServerError, codeInternal, textInternal)
	}
	from := c.date("start_date", time.DateOnly)
	to := c.date("end_date", time.DateOnly)
	if refused := c.refusal(); refused != nil {
		return refused
	}
	if to < from {
		return c.refuse("end_date must not be before start_date.")
	}
	product, os, server := findProduct(c.query.Get("service_id")), findSystem(c.query.Get("os_type")), findServer(c.query.Get("server_type"))
	if product == nil || os == nil || server == nil || !offered(server, product.id, os.id) {
		return c.refuse("There is no such combination of service, operating system and server type.")
	}
	var orders int64
	for _, p := range b.all {
		if !b.gone(p) && p.ServiceID == product.id && p.OSType == os.id && p.ServerType == server.name && p.firstDay() <= min(to, p.lastDay()) && p.lastDay() >= from {
			orders++
		}
	}
	rows := []*run{} // the days of each server and contract in one
	for _, r := range b.runs(from, min(to, b.lastData(c.now))) {
		if r.service != product.id || r.os != os.id || r.serverType != server.name {
			continue
		}
		i := slices.IndexFunc(rows, func(other *run) bool { return other.server == r.server && other.contract == r.contract })
		if i < 0 {
			rows = append(rows, &r)
			continue
		}
		rows[i].hours += r.hours
	}
	coverages := []any{}
	var used, list, uncovered int64
	for _, r := range rows {
		var id, requested any
		var paid int64
		if r.contract != nil {
			id, requested, paid = r.contract.ContractID, c.time(r.contract.CreatedAt), r.hours*r.price
			used += paid
		} else {
			uncovered += r.hours * r.price
		}
		list += r.hours * r.listPrice
		coverages = append(coverages, map[string]any{
			"resource_name": r.server, "contract_id": id, "used_time": r.hours, "unit_price": won(r.price),
			"used_amount": won(paid), "non_applied_amount": won(r.hours * r.listPrice), "request_at": requested,
		})
	}
	out := map[string]any{
		"coverages": coverages, "order_count": orders, "os": os.response(c.korean), "service": product.response(c.korean),
		"server_type": server.name, "server_type_description": b.description(server.name),
		"amount": map[string]any{"total": won(used + uncovered), "used": won(used), "non_applied": won(list), "no_contract_used": won(uncovered)},
	}
	if g.CoverageFlat {
		out["os"] = os.id
		out["amount"] = map[string]any{"total": 0, "used": 0, "non_applied": 0, "no_contract_used": 0}
	}
	return ok(http.StatusOK, out)
}

// lastData is the last day with data.
func (*billingPlan) lastData(now time.Time) string {
	return now.In(Seoul).AddDate(0, 0, -2).Format(time.DateOnly)
}

// won is an amount. The emulator has no exchange rate.
func won(n int64) money { return money{strconv.FormatInt(n, 10) + ".000", "0.000"} }

// usages are the usages of servers, behind the given number of other usages: a row for each
// server, day and contract, at the prices of the coverage.
func (b *billingPlan) usages(now time.Time, others int) (rows []costRow) {
	b.settle()
	for i, r := range b.runs(costMonth(now.In(Seoul), 0).Format(time.DateOnly), b.lastData(now)) {
		item := costItem{category: "COMPUTE", item: r.service, product: "PD00014999"}
		if known := slices.IndexFunc(costItems, func(x costItem) bool { return x.item == r.service }); known >= 0 {
			item = costItems[known]
		}
		u := usage{
			ID: rowID(others + i), AccountID: cmp.Or(b.s.opt.AccountID, ExampleAccountID), ServiceCategory: item.category, BillingItemID: item.item, ProductCode: item.product,
			ResourceID: r.server, OrderStatus: "04", UsageDate: r.day + "T00:00:00",
			Amounts: money{strconv.FormatInt(r.hours*r.price, 10) + ".0000000000", "0.0"}, StatusCode: 0,
		}
		if r.contract != nil {
			u.ContractID = r.contract.ContractID
		}
		rows = append(rows, newCostRow(marshal(u), map[string]string{"resource_name": r.server}))
	}
	return rows
}
