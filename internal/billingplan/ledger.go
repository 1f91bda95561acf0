package billingplan

// The ledger: which contracts this run accounts for, and which nobody does. The API takes no
// idempotency key, so a purchase whose process was killed before the response arrived is found
// again by what it left behind: a contract that is in no state.

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit/run"
)

// spec is what makes two contracts identical: nothing else is visible from the outside.
type spec struct{ service, os, server, term string }

// matches reports whether a contract may be of the spec. The API guarantees no field of a row,
// so a missing one matches: overlooking a contract costs more than an unnecessary warning.
func (s spec) matches(pc *scp.PlannedCompute) bool {
	row := specOf(pc)
	could := func(reply, wanted string) bool { return reply == "" || reply == wanted }
	return could(tfkit.OSValue(row.service), tfkit.OSValue(s.service)) && could(row.os, s.os) && could(row.server, s.server) && could(row.term, s.term)
}

// String describes the spec for messages.
func (s spec) String() string {
	return fmt.Sprintf("service %s, operating system %s, server type %s, term %s", s.service, s.os, s.server, s.term)
}

// specOf reads a contract of the service.
func specOf(pc *scp.PlannedCompute) spec {
	return newSpec(text(pc.ServiceID), text(pc.OSType), text(pc.ServerType), text(pc.ContractType))
}

func newSpec(service, os, server, term string) spec {
	return spec{service: service, os: tfkit.OSValue(os), server: server, term: tfkit.ContractCode(term)}
}

// spec reads a planned contract; known is false while a part is unknown.
func (f contractFields) spec() (s spec, known bool) {
	if f.ServiceID.IsUnknown() || f.OSType.IsUnknown() || f.ServerType.IsUnknown() || f.ContractType.IsUnknown() {
		return spec{}, false
	}
	return newSpec(f.ServiceID.ValueString(), f.OSType.ValueString(), f.ServerType.ValueString(), f.ContractType.ValueString()), true
}

func text(t *string) string {
	if t == nil {
		return ""
	}
	return *t
}

const (
	// listingAge is how long a listing of identical contracts is reused for further plans of
	// the same spec.
	listingAge = 10 * time.Second
	// patience is the longest wait for reads of other contracts before a contract counts as an
	// orphan.
	patience = 30 * time.Second
	// seats is how many plans wait for reads at a time. Terraform works on ten objects at a
	// time unless set otherwise; if all of them waited, none of the state could be read.
	seats = 8
	// noteContract is the key under which the processes of a run share the contracts of
	// states.
	noteContract = "contract"
)

// ledger is shared by all planned computes of a configured provider.
type ledger struct {
	mu       sync.Mutex
	owned    map[string]bool
	listings map[spec]listing
	tickets  map[spec]chan struct{}
	// seated counts the plans that wait for reads, and deferred are those that found no seat:
	// a plan with a seat reports for them.
	seated   int
	deferred []purchasePlan
	// inFlight counts the reads and plans in progress, and idle is closed when there are none.
	// When one starts, there is a new channel.
	inFlight int
	idle     chan struct{}

	// grace is how long nothing must be in flight before the reads of a plan count as done:
	// Terraform pauses briefly between them.
	grace time.Duration
	run   *run.Notes
	// wait lets time pass; tests replace it.
	wait func(ctx context.Context, d time.Duration) error
}

// purchasePlan is a plan to buy a contract while there may be orphans.
type purchasePlan struct {
	spec       spec
	plan       *resourceModel
	candidates []*scp.PlannedCompute
}

// sit takes a seat for a plan that has to wait for reads. Without one the plan is deferred.
func (l *ledger) sit(p purchasePlan) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.seated == seats {
		l.deferred = append(l.deferred, p)
		return false
	}
	l.seated++
	return true
}

// stand returns the plans that have been deferred since, and gives up the seat if there are none.
func (l *ledger) stand() (deferred []purchasePlan) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.deferred) == 0 {
		l.seated--
	}
	deferred, l.deferred = l.deferred, nil
	return deferred
}

// listing is the contracts of one spec at one time.
type listing struct {
	at        time.Time
	contracts []*scp.PlannedCompute
}

// ledgerOf returns the process's ledger.
func ledgerOf(d *tfkit.ProviderData) *ledger {
	return tfkit.Shared(d, func() *ledger { return newLedger(d.Run, d.Grace) })
}

func newLedger(notes *run.Notes, grace time.Duration) *ledger {
	if notes == nil {
		notes = &run.Notes{}
	}
	idle := make(chan struct{})
	close(idle)
	return &ledger{
		owned: map[string]bool{}, listings: map[spec]listing{}, tickets: map[spec]chan struct{}{}, idle: idle,
		grace: grace, run: notes, wait: tfkit.Wait,
	}
}

// own records a contract that this process bought. Other processes are not informed: until
// Terraform has written its state, a contract whose run is killed is an orphan.
func (l *ledger) own(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.owned[id] = true
}

// ownFromState records that a state holds the contract, and shares it with the other processes of
// this run, such as the one that applies.
func (l *ledger) ownFromState(id string) {
	if id == "" {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.owned[id] {
		l.owned[id] = true
		l.run.Add(noteContract, id)
	}
}

// release forgets a contract that leaves the state.
func (l *ledger) release(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.owned, id)
}

func (l *ledger) owns(id string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.owned[id]
}

// begin records that a read or a plan is in progress; end ends it.
func (l *ledger) begin() (end func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.inFlight == 0 {
		l.idle = make(chan struct{})
	}
	l.inFlight++
	return sync.OnceFunc(func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		if l.inFlight--; l.inFlight == 0 {
			close(l.idle)
		}
	})
}

// whenIdle returns a channel that is closed when no read or plan is in progress.
func (l *ledger) whenIdle() <-chan struct{} {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.idle
}

// settle waits until the reads that Terraform sends alongside a plan are done, or until all
// candidates are accounted for, and returns those that are not. A contract that is about to be
// read from the state is not an orphan.
func (l *ledger) settle(ctx context.Context, candidates []*scp.PlannedCompute, known map[string]bool) []*scp.PlannedCompute {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	for len(candidates) > 0 {
		idle := l.whenIdle()
		select {
		case <-idle:
		case <-ctx.Done():
			return l.unaccounted(candidates, known)
		}
		if l.wait(ctx, l.grace) != nil {
			return l.unaccounted(candidates, known)
		}
		candidates = l.unaccounted(candidates, known)
		if l.whenIdle() == idle {
			return candidates // Nothing has begun since.
		}
	}
	return candidates
}

// ticket waits until no other purchase of this spec is in progress. Identical purchases run
// one at a time, so that the contract of a lost response can be distinguished from the others.
func (l *ledger) ticket(ctx context.Context, s spec) (release func(), err error) {
	l.mu.Lock()
	tickets, ok := l.tickets[s]
	if !ok {
		tickets = make(chan struct{}, 1)
		l.tickets[s] = tickets
	}
	l.mu.Unlock()
	select {
	case tickets <- struct{}{}:
		return func() { <-tickets }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// list reads the contracts of one spec. A recent listing is reused, unless fresh is set or it
// was incomplete. The caller holds the ticket of the spec.
func (l *ledger) list(ctx context.Context, client *scp.Client, s spec, fresh bool) ([]*scp.PlannedCompute, error) {
	l.mu.Lock()
	last, ok := l.listings[s]
	l.mu.Unlock()
	if ok && !fresh && time.Since(last.at) < listingAge {
		return last.contracts, nil
	}
	contracts, err := listSpec(ctx, client, s)
	if err != nil {
		return contracts, err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.listings[s] = listing{at: time.Now(), contracts: contracts}
	return contracts, nil
}

// before returns the ids of the last listing; known is false if there was none.
func (l *ledger) before(s spec) (ids map[string]bool, known bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	last, ok := l.listings[s]
	ids = map[string]bool{}
	for _, pc := range last.contracts {
		ids[pc.ID] = true
	}
	return ids, ok
}

// unaccounted keeps the contracts that are accounted for neither by this run nor by known.
func (l *ledger) unaccounted(contracts []*scp.PlannedCompute, known map[string]bool) []*scp.PlannedCompute {
	others := l.run.Read(noteContract)
	var out []*scp.PlannedCompute
	for _, pc := range contracts {
		if !l.owns(pc.ID) && !known[canonicalID(pc.ID)] && !slices.Contains(others, pc.ID) {
			out = append(out, pc)
		}
	}
	return out
}

// incompleteError is a list whose pages contained fewer rows than the service reports.
type incompleteError struct{ counted, given int64 }

func (e *incompleteError) Error() string {
	return fmt.Sprintf("the service reports %d contracts, but its pages contain %d", e.counted, e.given)
}

// listContracts reads the contracts that match a filter. An incompleteError comes with the
// contracts that were read.
func listContracts(ctx context.Context, client *scp.Client, filter scp.PlannedComputeFilter) (contracts []*scp.PlannedCompute, err error) {
	filter.Shortfall = func(counted, given int64) { err = &incompleteError{counted, given} }
	contracts, problem := scp.Collect(client.ListPlannedComputes(ctx, filter))
	return contracts, cmp.Or(problem, err)
}

// listSpec reads all running contracts of one spec, like listContracts. The service filters only
// by service and server type: the others have several spellings.
func listSpec(ctx context.Context, client *scp.Client, s spec) ([]*scp.PlannedCompute, error) {
	contracts, err := listContracts(ctx, client, scp.PlannedComputeFilter{ServiceIDs: []string{s.service}, ServerType: s.server})
	return slices.DeleteFunc(contracts, func(pc *scp.PlannedCompute) bool { return !s.matches(pc) || markedEnded(pc) }), err
}
