package billingplan

// Which contracts count as accounted for, slots, waits, and what one process
// leaves for the next. Time passes in a bubble.

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit/run"
)

const grace = time.Second

func ptr[T any](v T) *T { return &v }

func computes(ids ...string) []*scp.PlannedCompute {
	var out []*scp.PlannedCompute
	for _, id := range ids {
		out = append(out, &scp.PlannedCompute{ID: id})
	}
	return out
}

func idsOf(contracts []*scp.PlannedCompute) string {
	var ids []string
	for _, pc := range contracts {
		ids = append(ids, pc.ID)
	}
	return strings.Join(ids, " ")
}

// Every spelling of a contract has one spec, and each part distinguishes specs.
func TestSpec(t *testing.T) {
	t.Parallel()
	same := newSpec("VIRTUAL_SERVER", "opensource", "s1v1m2", "01")
	for _, pc := range []*scp.PlannedCompute{
		{ServiceID: ptr("VIRTUAL_SERVER"), OSType: ptr("OPEN_SOURCE"), ServerType: ptr("s1v1m2"), ContractType: ptr("1-year")},
		{ServiceID: ptr("VIRTUAL_SERVER"), OSType: ptr("opensource"), ServerType: ptr("s1v1m2"), ContractType: ptr("01")},
	} {
		if got := specOf(pc); got != same {
			t.Errorf("%v is not %v", got, same)
		}
	}
	for _, other := range []spec{
		newSpec("GPU_SERVER", "opensource", "s1v1m2", "01"), newSpec("VIRTUAL_SERVER", "rhel", "s1v1m2", "01"),
		newSpec("VIRTUAL_SERVER", "opensource", "s1v1m4", "01"), newSpec("VIRTUAL_SERVER", "opensource", "s1v1m2", "03"), specOf(&scp.PlannedCompute{}),
	} {
		if other == same {
			t.Errorf("%v is the same spec", other)
		}
	}
}

// A row that lacks a field may be the contract that is looked for; one that says
// something else is not.
func TestSpecMatches(t *testing.T) {
	t.Parallel()
	k := newSpec("VIRTUAL_SERVER", "opensource", "s1v1m2", "01")
	full := scp.PlannedCompute{ServiceID: ptr("VIRTUAL_SERVER"), OSType: ptr("Open Source"), ServerType: ptr("s1v1m2"), ContractType: ptr("1-year")}
	for name, change := range map[string]struct {
		change  func(*scp.PlannedCompute)
		matches bool
	}{
		"another spelling":    {func(*scp.PlannedCompute) {}, true},
		"no service":          {func(pc *scp.PlannedCompute) { pc.ServiceID = nil }, true},
		"no system":           {func(pc *scp.PlannedCompute) { pc.OSType = nil }, true},
		"no server type":      {func(pc *scp.PlannedCompute) { pc.ServerType = ptr("") }, true},
		"no term":             {func(pc *scp.PlannedCompute) { pc.ContractType = nil }, true},
		"nothing":             {func(pc *scp.PlannedCompute) { *pc = scp.PlannedCompute{} }, true},
		"another service":     {func(pc *scp.PlannedCompute) { pc.ServiceID = ptr("GPU_SERVER") }, false},
		"another system":      {func(pc *scp.PlannedCompute) { pc.OSType = ptr("RHEL") }, false},
		"another server type": {func(pc *scp.PlannedCompute) { pc.ServerType = ptr("s1v2m4") }, false},
		"another term":        {func(pc *scp.PlannedCompute) { pc.ContractType = ptr("03") }, false},
	} {
		pc := full
		change.change(&pc)
		if got := k.matches(&pc); got != change.matches {
			t.Errorf("%s: matches is %v", name, got)
		}
	}
}

// busyFor makes reads of other contracts, one after the other, for a time.
func busyFor(l *ledger, d time.Duration) {
	for began := time.Now(); time.Since(began) < d; {
		end := l.begin()
		time.Sleep(40 * time.Millisecond)
		end()
		time.Sleep(10 * time.Millisecond)
	}
}

// An orphan that is accounted for while the plan waits is none. The wait ends when
// nothing is in flight, and never later than at the end of all patience.
func TestSettle(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		meanwhile     func(l *ledger)
		known         []string
		left          string
		least, atMost time.Duration
	}{
		"nobody reads":          {func(*ledger) {}, nil, "a b", grace, grace},
		"both are read":         {func(l *ledger) { l.ownFromState("a"); l.ownFromState("b") }, nil, "", 0, grace},
		"one is read":           {func(l *ledger) { l.ownFromState("a") }, nil, "b", 0, grace},
		"one is bought":         {func(l *ledger) { l.own("b") }, nil, "a", 0, grace},
		"one is known":          {func(*ledger) {}, []string{"A-"}, "b", 0, grace},
		"reads go on, then own": {func(l *ledger) { busyFor(l, 5*time.Second); l.ownFromState("a"); l.ownFromState("b") }, nil, "", 5 * time.Second, 5*time.Second + 2*grace},
		"reads go on":           {func(l *ledger) { busyFor(l, 5*time.Second) }, nil, "a b", 5 * time.Second, 5*time.Second + 2*grace},
		"reads go on for long":  {func(l *ledger) { busyFor(l, time.Minute) }, nil, "a b", patience, patience},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				process, known := newLedger(nil, grace), map[string]bool{}
				for _, id := range c.known {
					known[canonicalID(id)] = true
				}
				var reads sync.WaitGroup
				reads.Go(func() { c.meanwhile(process) })
				synctest.Wait()
				began := time.Now()
				left := idsOf(process.settle(t.Context(), computes("a", "b"), known))
				took := time.Since(began)
				reads.Wait()
				if left != c.left || took < c.least || took > c.atMost {
					t.Errorf("left %q after %s, want %q after %s to %s", left, took, c.left, c.least, c.atMost)
				}
			})
		})
	}
}

// Terraform works on ten objects at a time. Plans that wait for the reads of the state
// leave it room to make them: siblings of the state are no orphans then, and a real orphan
// is reported for every policy.
func TestPlansLeaveRoomForReads(t *testing.T) {
	t.Parallel()
	for _, orphan := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			l := newLedger(nil, grace)
			candidates := computes("a", "b")
			if orphan {
				candidates = computes("a", "b", "orphan")
			}
			slots := make(chan struct{}, 10)
			diags := make([]diag.Diagnostics, 30)
			var all sync.WaitGroup
			node := func(work func()) {
				slots <- struct{}{} // in order, as Terraform starts its nodes
				all.Go(func() {
					defer func() { <-slots }()
					work()
				})
			}
			for i := range diags {
				plan := &resourceModel{}
				plan.PurchaseGuard = types.StringValue([]string{guardWarn, guardRefuse}[i%2])
				node(func() { l.judge(t.Context(), purchasePlan{spec{}, plan, candidates}, nil, &diags[i]) })
				if i != 20 {
					continue
				}
				for _, sibling := range []string{"a", "b"} {
					node(func() {
						end := l.begin()
						time.Sleep(3 * time.Second)
						l.ownFromState(sibling)
						end()
					})
				}
			}
			all.Wait()
			errors, warnings := 0, 0
			for _, d := range diags {
				errors += d.ErrorsCount()
				warnings += d.WarningsCount()
				if orphan && len(d) > 0 && strings.Contains(d[0].Detail(), "- a") || !orphan && len(d) > 0 {
					t.Errorf("a sibling is called an orphan: %v", d)
				}
			}
			if orphan != (errors > 0) || orphan != (warnings > 0) {
				t.Errorf("orphan %t: %d errors and %d warnings", orphan, errors, warnings)
			}
		})
	}
}

// A plan without a seat has its own reads to wait for: that those of the other plans are done
// does not make it an orphan.
func TestDeferredPlanWaitsForItsReads(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := newLedger(nil, grace)
		diags := make([]diag.Diagnostics, seats+1)
		var all sync.WaitGroup
		end := l.begin()
		for i := range diags {
			candidates := computes("a")
			if i == seats {
				candidates = computes("b", "orphan")
			}
			all.Go(func() { l.judge(t.Context(), purchasePlan{spec{}, &resourceModel{}, candidates}, nil, &diags[i]) })
			synctest.Wait()
		}
		end()
		time.Sleep(grace / 2)
		end = l.begin()
		l.ownFromState("a")
		time.Sleep(3 * time.Second)
		l.ownFromState("b")
		end()
		all.Wait()
		reports := 0
		for _, d := range diags {
			reports += len(d)
			if strings.Contains(said(d), "- b") {
				t.Errorf("a sibling is called an orphan: %s", said(d))
			}
		}
		if reports != 1 {
			t.Errorf("%d reports, want the one of the orphan", reports)
		}
	})
}

// The end of the run ends the wait, during a read and after it.
func TestSettleEndsWithTheContext(t *testing.T) {
	t.Parallel()
	for _, reading := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			l := newLedger(nil, grace)
			if reading {
				defer l.begin()()
			}
			ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
			defer cancel()
			began := time.Now()
			if left := idsOf(l.settle(ctx, computes("a"), nil)); left != "a" || time.Since(began) > 10*time.Millisecond {
				t.Errorf("left %q after %s", left, time.Since(began))
			}
		})
	}
}

// One purchase of a spec at a time; others wait, no longer than they may.
func TestTicket(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newLedger(nil, grace)
		k := newSpec("s", "o", "t", "01")
		var under, most, done int
		var lock sync.Mutex
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				release, err := c.ticket(t.Context(), k)
				if err != nil {
					t.Error(err)
					return
				}
				lock.Lock()
				under++
				most = max(most, under)
				lock.Unlock()
				time.Sleep(time.Second)
				lock.Lock()
				under--
				done++
				lock.Unlock()
				release()
			})
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second/2)
		defer cancel()
		if _, err := c.ticket(ctx, k); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a ticket while another has it: %v", err)
		}
		release, err := c.ticket(t.Context(), newSpec("s", "o", "t", "03"))
		if err != nil {
			t.Fatal(err)
		}
		release()
		all.Wait()
		if most != 1 || done != 5 {
			t.Errorf("%d at a time, %d in all", most, done)
		}
	})
}

// A plan that waits for the purchase of an identical contract ends with its own
// time. It asks the service nothing, and its guard cannot speak: a warning, or an
// error under REFUSE.
func TestPlanWaitsForAPurchase(t *testing.T) {
	t.Parallel()
	for guard, severity := range map[string]diag.Severity{guardWarn: diag.SeverityWarning, guardRefuse: diag.SeverityError} {
		synctest.Test(t, func(t *testing.T) {
			c, plan := newLedger(nil, grace), contractOf("VIRTUAL_SERVER", "opensource", "s1v1m2", "01")
			in := scp.PlannedComputeInput{ContractType: "01", OSType: "opensource", ServerType: "s1v1m2", ServiceID: "VIRTUAL_SERVER"}
			plan.PurchaseGuard = types.StringValue(guard)
			k, _ := plan.spec()
			release, err := c.ticket(t.Context(), k) // the purchase
			if err != nil {
				t.Fatal(err)
			}
			defer release()
			ctx, cancel := context.WithTimeout(t.Context(), planTime)
			defer cancel()
			var diags diag.Diagnostics
			guardPurchase(ctx, nil, c, plan, &diags) // without a client every request would panic
			if len(diags) != 1 || diags[0].Severity() != severity || diags[0].Summary() != "Could not look for identical contracts" ||
				!strings.Contains(diags[0].Detail(), "operation timed out") {
				t.Errorf("%s: it says %s", guard, said(diags))
			}
			// Nor does a purchase that waits for another send anything.
			diags = nil
			if buy(ctx, nil, c, plan, in, &diags) != nil || diags.ErrorsCount() != 1 ||
				!strings.Contains(said(diags), "Could not buy a planned compute for s1v1m2: Timed out waiting for another purchase") ||
				!strings.Contains(said(diags), "Nothing was sent; it is safe to apply again") {
				t.Errorf("%s: the purchase says %s", guard, said(diags))
			}
		})
	}
}

// replies is a service that gives every request the same response.
type replies string

func (a replies) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(a)))}, nil
}

// The look-up after a lost response ends with its time. The outcome is then not
// known, which is not the same as that there is no contract.
func TestLookUpAfterALostResponseEnds(t *testing.T) {
	t.Parallel()
	client, err := scp.New(scp.Config{AccessKey: "access", SecretKey: "secret", EndpointOverride: "http://localhost", Transport: replies(`{"planned_computes": [], "total_count": 0}`)})
	if err != nil {
		t.Fatal(err)
	}
	c, waits := newLedger(nil, grace), 0
	c.wait = func(context.Context, time.Duration) error { waits++; return context.DeadlineExceeded }
	var diags diag.Diagnostics
	found := recoverPurchase(t.Context(), client, c, newSpec("s", "o", "t", "01"), &resourceModel{}, time.Now(), "buy a planned compute for t", errors.New("the line broke"), &diags)
	if found != nil || waits != 1 || diags.ErrorsCount() != 1 {
		t.Fatalf("found %v after %d waits: %s", found, waits, said(diags))
	}
	for _, words := range []string{"Could not buy a planned compute for t: the outcome is unknown", "the line broke", "operation timed out", "Plan again before anything else"} {
		if !strings.Contains(said(diags), words) {
			t.Errorf("it does not say %q:\n%s", words, said(diags))
		}
	}
}

// What one process read from a state another of the same run knows. What was bought is
// not passed on.
func TestRunSharesWhatStatesHold(t *testing.T) {
	home := filepath.Join(t.TempDir(), "cache")
	t.Setenv("XDG_CACHE_HOME", home)
	if cache, err := os.UserCacheDir(); err != nil || cache != home {
		t.Skip("this system has its caches elsewhere")
	}
	plan, apply := newLedger(run.Open(), grace), newLedger(run.Open(), grace)
	plan.ownFromState("read")
	plan.ownFromState("")
	plan.own("bought")
	if left := idsOf(apply.unaccounted(computes("read", "bought", "other"), map[string]bool{"other": true})); left != "bought" {
		t.Errorf("not accounted for: %q", left)
	}
	plan.release("read")
	if plan.owns("read") || !plan.owns("bought") {
		t.Error("the wrong contract was released")
	}
}
