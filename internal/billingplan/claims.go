package billingplan

// Which contracts are accounted for: those that this process read from a state
// or bought. A contract that nobody claims is either somebody else's or one
// whose purchase was never answered.

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// kind is what makes two contracts identical: nothing else can be told from
// the outside.
type kind struct{ service, os, server, term string }

// fits tells whether a contract may be of the kind. The API promises no field of
// a row, so one that is missing fits: a contract that is overlooked costs more
// than one that is named in vain.
func (k kind) fits(pc *scp.PlannedCompute) bool {
	row := kindOf(pc)
	could := func(answer, wanted string) bool { return answer == "" || answer == wanted }
	return could(tfkit.OSValue(row.service), tfkit.OSValue(k.service)) && could(row.os, k.os) && could(row.server, k.server) && could(row.term, k.term)
}

// kindOf reads a contract of the service.
func kindOf(pc *scp.PlannedCompute) kind {
	return newKind(text(pc.ServiceID), text(pc.OSType), text(pc.ServerType), text(pc.ContractType))
}

func newKind(service, os, server, term string) kind {
	return kind{service: service, os: tfkit.OSValue(os), server: server, term: tfkit.ContractCode(term)}
}

// kind reads a planned contract; known is false while a part is unknown.
func (f contractFields) kind() (k kind, known bool) {
	if f.ServiceID.IsUnknown() || f.OSType.IsUnknown() || f.ServerType.IsUnknown() || f.ContractType.IsUnknown() {
		return kind{}, false
	}
	return newKind(f.ServiceID.ValueString(), f.OSType.ValueString(), f.ServerType.ValueString(), f.ContractType.ValueString()), true
}

func text(t *string) string {
	if t == nil {
		return ""
	}
	return *t
}

const (
	// listingAge is how long a listing of identical contracts serves further
	// plans of the same kind.
	listingAge = 10 * time.Second
	// patienceMax is how long reads of other contracts are waited for at most
	// before a contract is called a stray.
	patienceMax = 30 * time.Second
	// glance is how often is looked whether the wait is over.
	glance = 50 * time.Millisecond
)

// quietTime is how long nothing must have been under way: on a busy machine
// Terraform takes a moment between its plans and its reads.
var quietTime = 2 * time.Second

// claims is shared by all planned computes of a configured provider.
type claims struct {
	lock     sync.Mutex
	known    map[string]bool
	listings map[kind]listing
	turns    map[kind]chan struct{}
	// busy counts the reads and plans under way, but for plans that wait for it to
	// become none; lastBusy is when one ended last.
	busy     int
	lastBusy time.Time
	// settling are the kinds for which a plan waits.
	settling map[kind]bool

	handoff *handoff
	// wait is time's passing, unless a test says otherwise.
	wait func(ctx context.Context, d time.Duration) error
}

// listing is what the service held of one kind at a time.
type listing struct {
	at        time.Time
	contracts []*scp.PlannedCompute
}

// claimsOf returns the process's claims.
func claimsOf(d *tfkit.ProviderData) *claims {
	return tfkit.Shared(d, "billingplan.claims", func() *claims { return newClaims(openHandoff()) })
}

func newClaims(h *handoff) *claims {
	c := &claims{
		known: map[string]bool{}, listings: map[kind]listing{}, turns: map[kind]chan struct{}{}, settling: map[kind]bool{},
		handoff: h, wait: tfkit.Wait,
	}
	c.takeHandoff()
	return c
}

// takeHandoff notes the contracts that other processes of the same run have read
// from a state.
func (c *claims) takeHandoff() {
	ids := c.handoff.ids()
	c.lock.Lock()
	defer c.lock.Unlock()
	for _, id := range ids {
		c.known[id] = true
	}
}

// claim notes a contract that this process bought. It is not handed on: until
// Terraform has written its state, a contract whose run is killed is a stray.
func (c *claims) claim(id string) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.known[id] = true
}

// claimFromState notes that a state holds the contract, and tells the process
// that applies.
func (c *claims) claimFromState(id string) {
	if id == "" {
		return
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	if !c.known[id] {
		c.known[id] = true
		c.handoff.add(id)
	}
}

// disclaim takes a claim back: the contract leaves the state.
func (c *claims) disclaim(id string) {
	c.lock.Lock()
	defer c.lock.Unlock()
	delete(c.known, id)
}

func (c *claims) has(id string) bool {
	c.lock.Lock()
	defer c.lock.Unlock()
	return c.known[id]
}

// start tells that a read or a plan is under way; done ends it.
func (c *claims) start() (done func()) {
	c.count(1)
	return func() { c.count(-1) }
}

func (c *claims) count(n int) {
	c.lock.Lock()
	defer c.lock.Unlock()
	c.busy += n
	c.lastBusy = time.Now()
}

// startSettling tells whether no other plan waits for this kind; endSettling ends
// the wait. Between the two the plan does not count as under way.
func (c *claims) startSettling(k kind) bool {
	c.lock.Lock()
	defer c.lock.Unlock()
	if c.settling[k] {
		return false
	}
	c.settling[k] = true
	c.busy--
	return true
}

func (c *claims) endSettling(k kind) {
	c.lock.Lock()
	defer c.lock.Unlock()
	delete(c.settling, k)
	c.busy++
}

// turn waits until no other purchase of this kind is under way. Identical
// purchases go one at a time, so that a lost answer can be told from the
// others' contracts.
func (c *claims) turn(ctx context.Context, k kind) (release func(), err error) {
	c.lock.Lock()
	turns, ok := c.turns[k]
	if !ok {
		turns = make(chan struct{}, 1)
		c.turns[k] = turns
	}
	c.lock.Unlock()
	select {
	case turns <- struct{}{}:
		return func() { <-turns }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// list reads the contracts of one kind. A recent listing serves again, unless
// fresh is asked for or it was incomplete. The caller holds the turn of the kind.
func (c *claims) list(ctx context.Context, client *scp.Client, k kind, fresh bool) ([]*scp.PlannedCompute, error) {
	c.lock.Lock()
	last, ok := c.listings[k]
	c.lock.Unlock()
	if ok && !fresh && time.Since(last.at) < listingAge {
		return last.contracts, nil
	}
	contracts, err := listKind(ctx, client, k)
	if err != nil {
		return contracts, err
	}
	c.lock.Lock()
	defer c.lock.Unlock()
	c.listings[k] = listing{at: time.Now(), contracts: contracts}
	return contracts, nil
}

// before returns the ids that the service held the last time it was asked; known
// is false when it was not.
func (c *claims) before(k kind) (ids map[string]bool, known bool) {
	c.lock.Lock()
	defer c.lock.Unlock()
	last, ok := c.listings[k]
	ids = map[string]bool{}
	for _, pc := range last.contracts {
		ids[pc.ID] = true
	}
	return ids, ok
}

// unclaimed keeps the contracts that nobody accounts for.
func (c *claims) unclaimed(contracts []*scp.PlannedCompute) []*scp.PlannedCompute {
	var out []*scp.PlannedCompute
	for _, pc := range contracts {
		if !c.has(pc.ID) {
			out = append(out, pc)
		}
	}
	return out
}

// settle waits until the strays are claimed, or until nothing has been under way
// for a moment, and returns those that are left. Terraform reads and plans side by
// side, in one process for each provider block, and a contract that is about to be
// read is no stray.
func (c *claims) settle(ctx context.Context, strays []*scp.PlannedCompute) []*scp.PlannedCompute {
	began := time.Now()
	for len(strays) > 0 && time.Since(began) < patienceMax {
		if c.wait(ctx, glance) != nil {
			break
		}
		c.lock.Lock()
		quiet := c.busy <= 0 && min(time.Since(c.lastBusy), time.Since(began)) >= quietTime
		c.lock.Unlock()
		c.takeHandoff()
		strays = c.unclaimed(strays)
		if quiet {
			break
		}
	}
	return strays
}

// incompleteError is a list whose pages ended before the service's own count.
type incompleteError struct{ counted, given int64 }

func (e *incompleteError) Error() string {
	return fmt.Sprintf("the service counts %d contracts, and its pages ended after %d", e.counted, e.given)
}

// listKind reads all running contracts of one kind. Only service and server
// type are left to the service to filter: the others have several spellings.
// With an incompleteError come the contracts that were given.
func listKind(ctx context.Context, client *scp.Client, k kind) (contracts []*scp.PlannedCompute, err error) {
	filter := scp.PlannedComputeFilter{
		ServiceIDs: []string{k.service}, ServerType: k.server,
		Shortfall: func(counted, given int64) { err = &incompleteError{counted, given} },
	}
	for pc, err := range client.ListPlannedComputes(ctx, filter) {
		if err != nil {
			return nil, err
		}
		if k.fits(pc) && !markedEnded(pc) {
			contracts = append(contracts, pc)
		}
	}
	return contracts, err
}
