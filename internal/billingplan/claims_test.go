package billingplan

// Which contracts count as accounted for, turns, waits, and what one process
// leaves for the next. Time passes in a bubble.

import (
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

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

// Every spelling of a contract is of one kind, and each part tells kinds apart.
func TestKind(t *testing.T) {
	t.Parallel()
	same := newKind("VIRTUAL_SERVER", "opensource", "s1v1m2", "01")
	for _, pc := range []*scp.PlannedCompute{
		{ServiceID: ptr("VIRTUAL_SERVER"), OSType: ptr("OPEN_SOURCE"), ServerType: ptr("s1v1m2"), ContractType: ptr("1-year")},
		{ServiceID: ptr("VIRTUAL_SERVER"), OSType: ptr("opensource"), ServerType: ptr("s1v1m2"), ContractType: ptr("01")},
	} {
		if got := kindOf(pc); got != same {
			t.Errorf("%v is not %v", got, same)
		}
	}
	for _, other := range []kind{
		newKind("GPU_SERVER", "opensource", "s1v1m2", "01"), newKind("VIRTUAL_SERVER", "rhel", "s1v1m2", "01"),
		newKind("VIRTUAL_SERVER", "opensource", "s1v1m4", "01"), newKind("VIRTUAL_SERVER", "opensource", "s1v1m2", "03"), kindOf(&scp.PlannedCompute{}),
	} {
		if other == same {
			t.Errorf("%v is the same kind", other)
		}
	}
}

// busyFor makes reads of other contracts, one after the other, for a time.
func busyFor(c *claims, d time.Duration) {
	for began := time.Now(); time.Since(began) < d; {
		done := c.start()
		time.Sleep(40 * time.Millisecond)
		done()
		time.Sleep(10 * time.Millisecond)
	}
}

// A stray that is claimed while the plan waits is none. The wait ends at once then,
// else when nothing has been under way for a while, and never later than at the end
// of all patience.
func TestSettle(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		meanwhile     func(c *claims)
		left          string
		least, atMost time.Duration
	}{
		"nobody reads":            {func(*claims) {}, "a b", quietTime, quietTime + glance},
		"both are read":           {func(c *claims) { c.claimFromState("a"); c.claimFromState("b") }, "", 0, glance},
		"one is read":             {func(c *claims) { c.claimFromState("a") }, "b", quietTime, quietTime + glance},
		"one is bought":           {func(c *claims) { c.claim("b") }, "a", quietTime, quietTime + glance},
		"reads go on, then claim": {func(c *claims) { busyFor(c, 5*time.Second); c.claimFromState("a"); c.claimFromState("b") }, "", 5 * time.Second, 5*time.Second + 2*glance},
		"reads go on, no claim":   {func(c *claims) { busyFor(c, 5*time.Second) }, "a b", 5*time.Second + quietTime - glance, 5*time.Second + quietTime + 2*glance},
		"reads go on for long":    {func(c *claims) { busyFor(c, time.Minute) }, "a b", patienceMax, patienceMax + glance},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				process := newClaims(&handoff{})
				var reads sync.WaitGroup
				reads.Go(func() { c.meanwhile(process) })
				began := time.Now()
				left := idsOf(process.settle(t.Context(), computes("a", "b")))
				took := time.Since(began)
				reads.Wait()
				if left != c.left || took < c.least || took > c.atMost {
					t.Errorf("left %q after %s, want %q after %s to %s", left, took, c.left, c.least, c.atMost)
				}
			})
		})
	}
}

// Of several plans of a kind one waits; it does not wait for itself.
func TestOnePlanWaits(t *testing.T) {
	t.Parallel()
	c := newClaims(&handoff{})
	k, other := newKind("a", "b", "c", "01"), newKind("a", "b", "c", "03")
	done := c.start()
	if !c.startSettling(k) || c.startSettling(k) || !c.startSettling(other) {
		t.Error("not exactly one plan of each kind waits")
	}
	c.endSettling(other)
	c.endSettling(k)
	if !c.startSettling(k) {
		t.Error("nobody may wait after the first has")
	}
	c.endSettling(k)
	done()
	if c.busy != 0 {
		t.Errorf("%d under way at the end", c.busy)
	}
}

// The end of the run ends the wait.
func TestSettleEndsWithTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClaims(&handoff{})
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
		defer cancel()
		began := time.Now()
		if left := idsOf(c.settle(ctx, computes("a"))); left != "a" || time.Since(began) > glance {
			t.Errorf("left %q after %s", left, time.Since(began))
		}
	})
}

// One purchase of a kind at a time; others wait, no longer than they may.
func TestTurn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClaims(&handoff{})
		k := newKind("s", "o", "t", "01")
		var under, most, done int
		var lock sync.Mutex
		var all sync.WaitGroup
		for range 5 {
			all.Go(func() {
				release, err := c.turn(t.Context(), k)
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
		if _, err := c.turn(ctx, k); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("a turn while another has it: %v", err)
		}
		release, err := c.turn(t.Context(), newKind("s", "o", "t", "03"))
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
			c, plan := newClaims(&handoff{}), contractOf("VIRTUAL_SERVER", "opensource", "s1v1m2", "01")
			in := scp.PlannedComputeInput{ContractType: "01", OSType: "opensource", ServerType: "s1v1m2", ServiceID: "VIRTUAL_SERVER"}
			plan.PurchaseGuard = types.StringValue(guard)
			k, _ := plan.kind()
			release, err := c.turn(t.Context(), k) // the purchase
			if err != nil {
				t.Fatal(err)
			}
			defer release()
			ctx, cancel := context.WithTimeout(t.Context(), planTime)
			defer cancel()
			var diags diag.Diagnostics
			guardPurchase(ctx, nil, c, plan, &diags) // without a client every request would panic
			if len(diags) != 1 || diags[0].Severity() != severity || diags[0].Summary() != "Could not look for identical contracts" ||
				!strings.Contains(diags[0].Detail(), "time allowed") {
				t.Errorf("%s: it says %s", guard, said(diags))
			}
			// Nor does a purchase that waits for another send anything.
			diags = nil
			if buy(ctx, nil, c, plan, in, &diags) != nil || diags.ErrorsCount() != 1 ||
				!strings.Contains(said(diags), "Could not buy a planned compute for s1v1m2: Another purchase of the same kind took until") ||
				!strings.Contains(said(diags), "Nothing was sent; applying again is safe") {
				t.Errorf("%s: the purchase says %s", guard, said(diags))
			}
		})
	}
}

// answers is a service that gives every request the same answer.
type answers string

func (a answers) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(string(a)))}, nil
}

// The look-up after a lost answer ends with its time. The outcome is then not
// known, which is not the same as that there is no contract.
func TestLookUpAfterALostAnswerEnds(t *testing.T) {
	t.Parallel()
	client, err := scp.New(scp.Config{AccessKey: "access", SecretKey: "secret", EndpointOverride: "http://localhost", Transport: answers(`{"planned_computes": [], "total_count": 0}`)})
	if err != nil {
		t.Fatal(err)
	}
	c, waits := newClaims(&handoff{}), 0
	c.wait = func(context.Context, time.Duration) error { waits++; return context.DeadlineExceeded }
	var diags diag.Diagnostics
	found := recoverPurchase(t.Context(), client, c, newKind("s", "o", "t", "01"), time.Now(), "buy a planned compute for t", errors.New("the line broke"), &diags)
	if found != nil || waits != 1 || diags.ErrorsCount() != 1 {
		t.Fatalf("found %v after %d waits: %s", found, waits, said(diags))
	}
	for _, words := range []string{"Could not buy a planned compute for t: the outcome is not known", "the line broke", "time allowed", "Plan again before anything else"} {
		if !strings.Contains(said(diags), words) {
			t.Errorf("it does not say %q:\n%s", words, said(diags))
		}
	}
}

// What one process read from a state another of the same run knows, also when it
// started before. What was bought is not handed on, and neither is anything else.
func TestHandoff(t *testing.T) {
	home := filepath.Join(t.TempDir(), "cache")
	t.Setenv("XDG_CACHE_HOME", home)
	if cache, err := os.UserCacheDir(); err != nil || cache != home {
		t.Skip("this system has its caches elsewhere")
	}
	first, early := newClaims(openHandoff()), newClaims(openHandoff())
	first.claimFromState("read")
	first.claimFromState("read")
	first.claimFromState("also read")
	first.claimFromState("")
	first.claim("bought")
	second := newClaims(openHandoff())
	for id, want := range map[string]bool{"read": true, "bought": false, "also": false, "also read": false, "": false, "other": false} {
		if second.has(id) != want {
			t.Errorf("%q: known %t, want %t", id, !want, want)
		}
	}
	if early.has("read") {
		t.Error("known before it was looked for")
	}
	early.takeHandoff()
	if !early.has("read") {
		t.Error("not known afterwards")
	}
	second.disclaim("read")
	if second.has("read") {
		t.Error("still claimed")
	}

	folder := filepath.Join(home, "terraform-provider-scpbilling")
	file := filepath.Join(folder, "run-"+strconv.Itoa(os.Getppid()))
	data, err := os.ReadFile(file)
	if err != nil || string(data) != "read\n" {
		t.Errorf("the file holds %q (%v)", data, err)
	}
	for path, want := range map[string]os.FileMode{folder: 0o700, file: 0o600} {
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v %v", path, info.Mode(), err)
		}
	}

	// Files of runs long gone are neither read nor kept.
	old := time.Now().Add(-handoffAge - time.Minute)
	for _, name := range []string{file, filepath.Join(folder, "run-0")} {
		if err := os.WriteFile(name, []byte("stale\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(name, old, old); err != nil {
			t.Fatal(err)
		}
	}
	if ids := (&handoff{file}).ids(); len(ids) != 0 {
		t.Errorf("read from an old file: %v", ids)
	}
	openHandoff()
	if left, _ := os.ReadDir(folder); len(left) != 0 {
		t.Errorf("left in the folder: %v", left)
	}
	// Nor one that is too large to be ours, or no file.
	if err := os.WriteFile(file, slices.Repeat([]byte("id\n"), handoffLimit), 0o600); err != nil {
		t.Fatal(err)
	}
	if ids := openHandoff().ids(); len(ids) != 0 {
		t.Errorf("%d ids read from a huge file", len(ids))
	}
	_ = os.Remove(file)
	if err := os.Mkdir(file, 0o700); err != nil {
		t.Fatal(err)
	}
	h := openHandoff()
	h.add("id")
	if ids := h.ids(); len(ids) != 0 {
		t.Errorf("read from a folder: %v", ids)
	}
}

// Without a folder for it nothing breaks.
func TestNoHandoff(t *testing.T) {
	for name, home := range map[string]string{"none": "", "no folder": filepath.Join(os.DevNull, "x"), "relative": "cache"} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("XDG_CACHE_HOME", home)
			t.Setenv("HOME", home)
			t.Setenv("LocalAppData", home)
			c := newClaims(openHandoff())
			c.claimFromState("a")
			if !c.has("a") || newClaims(openHandoff()).has("a") {
				t.Error("claims are not the process's own")
			}
		})
	}
}
