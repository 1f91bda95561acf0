package emulator

// What reads contracts: show and list.

import (
	"net/http"
	"slices"
	"strconv"
	"time"
)

// response is a contract in the spelling that Guesses select.
func (b *billingPlan) response(p *PlannedCompute, c *call) map[string]any {
	g := b.s.opt.Guesses
	os := findSystem(p.OSType)
	osType, osName := p.OSType, p.OSType
	if os != nil {
		osName = os.name.in(c.korean)
		if g.OSTypeForm == "value" {
			osType = os.value
		}
	}
	state, deleted := b.state(p)
	first := p.FirstContractStartAt
	if g.FirstStartWithTime {
		first += " 00:00:00"
	}
	a := map[string]any{
		"id": p.ID, "account_id": p.AccountID, "contract_id": p.ContractID,
		"contract_type": b.contractType(p.ContractType), "start_date": p.StartDate, "end_date": p.EndDate,
		"first_contract_start_at": first,
		"service_id":              p.ServiceID, "service_name": p.ServiceName, "os_type": osType, "os_name": osName,
		"server_type": p.ServerType, "server_type_description": b.description(p.ServerType),
		"region": p.Region, "resource_type": p.ResourceType, "resource_name": orNull(p.ResourceName), "srn": p.SRN,
		"state": state, "delete_yn": deleted,
		"created_at": c.time(p.CreatedAt), "created_by": p.CreatedBy,
		"modified_at": c.time(p.ModifiedAt), "modified_by": p.ModifiedBy,
	}
	if g.ContractIDLater && p.StartDate > b.today() {
		a["contract_id"] = nil
	}
	switch {
	case p.NextContractType != "":
		a["next_contract_type"] = b.contractType(p.NextContractType)
		a["next_start_date"], a["next_end_date"] = p.NextStartDate, p.NextEndDate
	case g.NoNextAs == "absent":
	case g.NoNextAs == "empty":
		a["next_contract_type"], a["next_start_date"], a["next_end_date"] = "", "", ""
	default:
		a["next_contract_type"], a["next_start_date"], a["next_end_date"] = nil, nil, nil
	}
	return a
}

func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

func (b *billingPlan) contractType(code string) string {
	if b.s.opt.Guesses.ContractTypeForm == "code" {
		return code
	}
	return contractName(code)
}

func (b *billingPlan) description(serverType string) any {
	v := findServer(serverType)
	switch b.s.opt.Guesses.DescriptionForm {
	case "empty":
		return ""
	case "null":
		return nil
	}
	if v == nil {
		return map[string]string{}
	}
	return v.description()
}

// state is the state and delete_yn of a contract (NOTES section 10 number 14).
func (b *billingPlan) state(p *PlannedCompute) (state, deleted string) {
	g := b.s.opt.Guesses
	if p.Ended == "" {
		if g.StateBeforeStart != "" && p.StartDate > b.today() {
			return g.StateBeforeStart, "N"
		}
		return p.State, "N"
	}
	state = p.Ended
	if p.Ended == EndedCancelled && g.CancelledState != "" {
		state = g.CancelledState
	}
	if p.Ended == EndedExpired && g.ExpiredState != "" {
		state = g.ExpiredState
	}
	switch g.EndedForm {
	case "state":
		return state, "N"
	case "delete-yn":
		return p.State, "Y"
	case "dates":
		return p.State, "N"
	}
	return state, "Y"
}

func (b *billingPlan) show(c *call) *reply {
	b.settle()
	p := b.visible(c.id)
	if !b.readable(p, c) {
		return c.notFound()
	}
	return ok(http.StatusOK, map[string]any{"planned_compute": b.response(p, c)})
}

var plannedComputeFields = []string{
	"contract_id", "contract_type", "created_at", "created_by", "end_date", "first_contract_start_at", "id", "modified_at", "modified_by",
	"next_contract_type", "os_type", "region", "server_type", "service_id", "service_name", "start_date", "state",
}

func (b *billingPlan) list(c *call) *reply {
	b.settle()
	from := c.date("start_date", time.DateOnly)
	to := c.date("end_date", time.DateOnly)
	page, refused := list(c, listing{
		size: "limit", least: 1, first: 1, fields: plannedComputeFields, bareSort: true,
		orders: []order{{"created_at", true}},
	}, b.all, func(p *PlannedCompute) bool {
		// No source says which date of the contract is compared.
		inDates := (from == "" || p.StartDate >= from) && (to == "" || p.StartDate <= to)
		return inDates && !b.gone(p) && !b.hidden(p, c) && b.matches(p, c)
	})
	if refused != nil {
		return refused
	}
	contracts := []any{}
	for _, p := range page.rows {
		contracts = append(contracts, b.response(p, c))
	}
	counter := func(n int64) any {
		if b.s.opt.Guesses.CountersAsString {
			return strconv.FormatInt(n, 10)
		}
		return n
	}
	return ok(http.StatusOK, map[string]any{
		"planned_computes": contracts, "total_count": counter(page.total), "total_pages": counter(page.pages), "current_page": counter(page.number),
	})
}

// matches compares a contract with all filters except the dates. An empty value of a single
// filter is not a filter. Several values are alternatives.
func (b *billingPlan) matches(p *PlannedCompute, c *call) bool {
	for _, name := range []string{"server_type", "contract_id", "created_by", "modified_by"} {
		if want := c.query.Get(name); want != "" && want != member(p, name) {
			return false
		}
	}
	// The code and the name of a term are equivalent, and so are both spellings of a system.
	term := func(want, code string) bool { return code != "" && (want == code || want == contractName(code)) }
	state, _ := b.state(p)
	for name, same := range map[string]func(string) bool{
		"contract_type":      func(w string) bool { return term(w, p.ContractType) },
		"next_contract_type": func(w string) bool { return term(w, p.NextContractType) },
		"service_id":         func(w string) bool { return w == p.ServiceID },
		"os_type":            func(w string) bool { os := findSystem(w); return os != nil && os.id == p.OSType },
		"state":              func(w string) bool { return w == state },
	} {
		if wanted := c.query[name]; len(wanted) > 0 && !slices.ContainsFunc(wanted, same) {
			return false
		}
	}
	return true
}
