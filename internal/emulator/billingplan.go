package emulator

// The BillingPlan service: its state, its Go functions for tests, and the passing
// of time (NOTES section 7). Purchases and actions are in billingplan_change.go,
// reads in billingplan_read.go, what can be bought in billingplan_offerings.go.

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"time"
)

// PlannedCompute is a contract as the service keeps it.
type PlannedCompute struct {
	ID                   string            `json:"id"`
	AccountID            string            `json:"account_id"`
	ContractID           string            `json:"contract_id"`
	ContractType         string            `json:"contract_type"` // code: 01, 03 or 05
	StartDate            string            `json:"start_date"`    // all dates are YYYY-MM-DD in Asia/Seoul
	EndDate              string            `json:"end_date"`      // the last day
	FirstContractStartAt string            `json:"first_contract_start_at"`
	NextContractType     string            `json:"next_contract_type"` // "" when no follow-up is reserved
	NextStartDate        string            `json:"next_start_date"`
	NextEndDate          string            `json:"next_end_date"`
	ServiceID            string            `json:"service_id"`
	ServiceName          string            `json:"service_name"`
	OSType               string            `json:"os_type"` // as os_type_id: OPEN_SOURCE and so on
	ServerType           string            `json:"server_type"`
	Region               string            `json:"region"`
	ResourceType         string            `json:"resource_type"`
	ResourceName         string            `json:"resource_name"`        // "" is returned as null
	IdleHours            int64             `json:"idle_hours,omitempty"` // hours of a day that its server does not run
	SRN                  string            `json:"srn"`
	State                string            `json:"state"` // while it runs
	Ended                string            `json:"ended"` // "" while it runs, else EndedExpired or EndedCancelled
	CreatedAt            time.Time         `json:"created_at"`
	CreatedBy            string            `json:"created_by"`
	ModifiedAt           time.Time         `json:"modified_at"`
	ModifiedBy           string            `json:"modified_by"`
	Tags                 map[string]string `json:"tags"` // kept, but no operation returns them
}

// How a contract ended, and the state that is returned afterwards. The names are the
// emulator's own (NOTES section 10 number 14).
const (
	EndedExpired   = "EXPIRED"
	EndedCancelled = "CANCELED"
)

const stateActive = "ACTIVE"

func (p PlannedCompute) clone() PlannedCompute {
	p.Tags = maps.Clone(p.Tags)
	return p
}

type billingPlan struct {
	s *Server
	store[PlannedCompute]
	demand []Demand // servers without a contract of their own
	last   int64    // number of the last contract_id
}

func newBillingPlan(s *Server) service {
	return &billingPlan{s: s, last: 2612700, store: newStore(func(p *PlannedCompute) (string, time.Time) { return p.ID, p.CreatedAt })}
}

func (*billingPlan) name() string { return "billingplan" }

func (b *billingPlan) routes() []route {
	const all = "/v1/planned-computes"
	const one = all + "/{id}"
	return []route{
		{
			operation: "listPlannedComputes", method: http.MethodGet, path: all, handle: b.list,
			single:   []string{"limit", "page", "start_date", "end_date", "server_type", "contract_id", "created_by", "modified_by", "sort"},
			repeated: []string{"contract_type", "next_contract_type", "service_id", "os_type", "state"},
		},
		{operation: "createPlannedComputes", method: http.MethodPost, path: all, body: true, handle: b.create},
		{operation: "showPlannedCompute", method: http.MethodGet, path: one, handle: b.show},
		{operation: "updatePlannedCompute", method: http.MethodPut, path: one, body: true, handle: b.update},
		{operation: "showCancellationFee", method: http.MethodPost, path: all + "/cancellation-fee", body: true, handle: b.fee},
		{operation: "listContractTypes", method: http.MethodGet, path: all + "/contract-types", handle: b.contractTypes, single: []string{"service_id", "server_type"}},
		{operation: "listOsTypes", method: http.MethodGet, path: all + "/os-types", handle: b.osTypes, single: []string{"service_id"}},
		{operation: "listPlannedComputeServerTypes", method: http.MethodGet, path: all + "/server-types", handle: b.serverTypes, single: []string{"service_id", "current_server_type", "os_type"}},
		{operation: "listPlannedComputeServiceTypes", method: http.MethodGet, path: all + "/service-types", handle: b.serviceTypes},
		{operation: "listPlannedComputeInstances", method: http.MethodGet, path: all + "/instances", handle: b.instances, single: []string{"service_id", "os_type", "server_type", "start_date", "end_date"}},
	}
}

type billingPlanState struct {
	LastContract int64             `json:"last_contract"`
	Contracts    []*PlannedCompute `json:"contracts"`
	Demand       []Demand          `json:"demand,omitempty"`
}

func (b *billingPlan) save() any { return billingPlanState{b.last, b.all, b.demand} }

func (b *billingPlan) load(raw json.RawMessage) error {
	var st billingPlanState
	if err := json.Unmarshal(raw, &st); err != nil {
		return err
	}
	for _, p := range st.Contracts {
		if p == nil || p.ID == "" || b.get(p.ID) != nil {
			return errors.New("every planned compute needs its own id")
		}
		if err := p.check(); err != nil {
			return fmt.Errorf("planned compute %s: %w", p.ID, err)
		}
		b.put(p)
	}
	b.demand, b.last = st.Demand, max(b.last, st.LastContract)
	return nil
}

// check rejects what the passing of time could not handle.
func (p *PlannedCompute) check() error {
	terms, dates := []string{p.ContractType}, []string{p.StartDate, p.EndDate}
	if p.NextContractType != "" {
		terms, dates = append(terms, p.NextContractType), append(dates, p.NextStartDate, p.NextEndDate)
	}
	for _, term := range terms {
		if termYears[term] == 0 {
			return fmt.Errorf("contract_type %q is unknown; choose from %v", term, sortedKeys(termYears))
		}
	}
	for _, d := range dates {
		if _, err := time.Parse(time.DateOnly, d); err != nil {
			return fmt.Errorf("date %q must have the form YYYY-MM-DD", d)
		}
	}
	return nil
}

func (b *billingPlan) seed(kind string) {
	if kind != seedDemo {
		return
	}
	now := b.s.Now().UTC().Truncate(time.Second)
	for _, x := range []struct {
		ago int // days since the purchase
		p   PlannedCompute
	}{
		{200, PlannedCompute{ID: "5f3688a192094ddeb0c94166a3e88901", ContractType: "01", ServiceID: "VIRTUAL_SERVER", OSType: "OPEN_SOURCE", ServerType: "s1v2m4"}},
		{300, PlannedCompute{ID: "5f3688a192094ddeb0c94166a3e88902", ContractType: "03", ServiceID: "POSTGRESQL", OSType: "OPEN_SOURCE", ServerType: "db1v4m16", NextContractType: "01"}},
		// Has expired; the first operation finds that out.
		{420, PlannedCompute{ID: "5f3688a192094ddeb0c94166a3e88903", ContractType: "01", ServiceID: "VIRTUAL_SERVER", OSType: "WINDOWS", ServerType: "s1v4m8"}},
	} {
		x.p.CreatedAt = now.AddDate(0, 0, -x.ago)
		b.complete(&x.p, ExampleAccountID)
		b.put(&x.p)
	}
	// A server of the first contract's spec that runs during the day, and one that no contract
	// covers.
	since := now.In(Seoul).AddDate(0, -2, 0).Format(time.DateOnly)
	b.demand = []Demand{
		{Name: "report-01", ServiceID: "VIRTUAL_SERVER", OSType: "OPEN_SOURCE", ServerType: "s1v2m4", From: since, HoursPerDay: 10},
		{Name: "batch-01", ServiceID: "VIRTUAL_SERVER", OSType: "OPEN_SOURCE", ServerType: "s1v4m8", From: since, HoursPerDay: 24},
	}
	b.s.changed()
}

// complete fills in what is empty.
func (b *billingPlan) complete(p *PlannedCompute, account string) {
	if p.CreatedAt.IsZero() {
		p.CreatedAt = b.s.Now().UTC()
	}
	if p.ModifiedAt.IsZero() {
		p.ModifiedAt = p.CreatedAt
	}
	if p.ContractID == "" {
		b.last++
		p.ContractID = fmt.Sprintf("C%09d", b.last)
	}
	setDefault(&p.ID, newID())
	if b.s.opt.AccountID != "" {
		account = b.s.opt.AccountID
	}
	setDefault(&p.AccountID, account)
	setDefault(&p.CreatedBy, b.s.opt.User)
	setDefault(&p.ModifiedBy, b.s.opt.User)
	setDefault(&p.Region, b.s.opt.Region) // guess, NOTES section 10 number 11
	setDefault(&p.ServiceID, "VIRTUAL_SERVER")
	setDefault(&p.OSType, "OPEN_SOURCE")
	setDefault(&p.ServerType, "s1v1m2")
	setDefault(&p.ContractType, "01")
	if product := findProduct(p.ServiceID); product != nil {
		setDefault(&p.ServiceName, product.name.en)
	}
	setDefault(&p.State, stateActive)
	setDefault(&p.ResourceType, "instance")
	setDefault(&p.SRN, "srn:e::"+p.AccountID+":"+p.Region+"::billingplan:planned-compute/"+p.ID)
	if p.StartDate == "" {
		day := p.CreatedAt.In(Seoul)
		if !b.s.opt.Guesses.StartSameDay {
			day = day.AddDate(0, 0, 1)
		}
		p.StartDate = day.Format(time.DateOnly)
	}
	setDefault(&p.EndDate, b.termEnd(p.StartDate, p.ContractType))
	setDefault(&p.FirstContractStartAt, p.StartDate)
	if p.NextContractType != "" {
		setDefault(&p.NextStartDate, dayAfter(p.EndDate))
		setDefault(&p.NextEndDate, b.termEnd(p.NextStartDate, p.NextContractType))
	}
}

// termEnd is the last day of a term (NOTES section 10 number 13).
func (b *billingPlan) termEnd(start, contractType string) string {
	t, err := time.Parse(time.DateOnly, start)
	if err != nil {
		return ""
	}
	t = t.AddDate(termYears[contractType], 0, 0)
	if !b.s.opt.Guesses.TermEndsOnAnniversary {
		t = t.AddDate(0, 0, -1)
	}
	return t.Format(time.DateOnly)
}

func dayAfter(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return ""
	}
	return t.AddDate(0, 0, 1).Format(time.DateOnly)
}

// today is the day in Seoul, by which contracts start and end.
func (b *billingPlan) today() string { return b.s.Now().In(Seoul).Format(time.DateOnly) }

// settle makes everything happen that is due: reserved contracts start, others end. Every
// operation on contracts calls it first. Called with the lock held.
func (b *billingPlan) settle() {
	today := b.today()
	for _, p := range b.all {
		for p.Ended == "" && p.EndDate < today {
			over, err := time.ParseInLocation(time.DateOnly, p.EndDate, Seoul)
			if err == nil {
				p.ModifiedAt = over.AddDate(0, 0, 1).UTC()
			}
			b.s.changed()
			if p.NextContractType == "" {
				p.Ended = EndedExpired
				break
			}
			p.ContractType, p.StartDate, p.EndDate = p.NextContractType, p.NextStartDate, p.NextEndDate
			p.NextContractType, p.NextStartDate, p.NextEndDate = "", "", ""
			if b.s.opt.Guesses.RolloverNewContractID {
				b.last++
				p.ContractID = fmt.Sprintf("C%09d", b.last)
			}
		}
	}
}

// visible returns the contract that requests find under an id, or nil.
func (b *billingPlan) visible(id string) *PlannedCompute {
	if p := b.get(id); p != nil && !b.gone(p) {
		return p
	}
	return nil
}

// gone reports whether an ended contract is no longer visible.
func (b *billingPlan) gone(p *PlannedCompute) bool {
	return p.Ended != "" && b.s.opt.Guesses.EndedForm == "gone"
}

// PlannedComputes returns all contracts, ended ones too, in the order of purchase.
func (s *Server) PlannedComputes() []PlannedCompute {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []PlannedCompute{}
	b := find[*billingPlan](s)
	b.settle()
	for _, p := range b.all {
		out = append(out, p.clone())
	}
	return out
}

// PutPlannedCompute creates a contract, or replaces the one with its ID, bypassing the API.
// Empty fields are filled in, except the tags. Only contract types and dates are checked; a
// mistake there panics. It returns the contract as it is stored.
func (s *Server) PutPlannedCompute(p PlannedCompute) PlannedCompute {
	p = p.clone()
	s.change(func() {
		b := find[*billingPlan](s)
		b.complete(&p, ExampleAccountID)
		if err := p.check(); err != nil {
			panic("emulator: planned compute: " + err.Error())
		}
		stored := p.clone()
		b.put(&stored)
	})
	return p
}

// DeletePlannedCompute removes a contract as if it had never existed, and reports whether it
// did.
func (s *Server) DeletePlannedCompute(id string) (existed bool) {
	s.change(func() { existed = find[*billingPlan](s).remove(id) })
	return existed
}
