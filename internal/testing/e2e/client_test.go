package e2e

// The matrix of the client: every operation against every fault, met once and
// met forever. What must come of a cell follows from the two tables.

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

// expectation is what must come of a cell.
type expectation struct {
	success  bool
	attempts int
	arrivals int
	// read: a read of the object follows.
	read bool
	done int

	kind    scp.Kind
	status  int
	outcome scp.Outcome
}

// expect derives a cell's outcome.
func expect(op operation, f fault, forEver bool) expectation {
	isDelete := op.method == http.MethodDelete
	repeated := f.safe || f.retryable && op.freely
	e := expectation{attempts: 1, kind: f.kind, status: f.status, outcome: f.outcome}
	if f.ok {
		e.status = op.status
		if isDelete && f.kind == scp.KindResponse {
			e.status = http.StatusOK // 204 cannot announce a body that is cut short
		}
	}
	switch {
	case f.good || f.goodDelete && isDelete:
		e.success = true
	case f.noObject && op.object != "":
		e.success, e.read = true, true
	case !repeated:
	case forEver:
		e.attempts = 1 + retries
		if isDelete && f.deleteStatus != 0 {
			e.status = f.deleteStatus
		}
	default:
		e.success, e.attempts = true, 2
	}
	if f.noBody && isDelete {
		// The connection ends instead: the repetition finds nothing to delete.
		e.success, e.attempts = !forEver, 2
		if forEver {
			e.attempts, e.status = 1+retries, http.StatusNotFound
		}
	}
	e.arrivals = e.attempts
	if f.lost {
		e.arrivals = 0
		if e.success {
			e.arrivals = 1
		}
	}
	if op.done != nil && (f.processed || e.success) {
		e.done = 1
	}
	if op.catalogue {
		e.read = e.success
		if !e.success {
			e.kind, e.outcome = scp.KindEndpoint, scp.OutcomeNotSent
		}
	}
	return e
}

func TestClientMatrix(t *testing.T) {
	t.Parallel()
	good := goodResponses(t)
	var cells atomic.Int64
	t.Cleanup(func() {
		t.Logf("%d cells: %d operations, %d faults, met once and forever", cells.Load(), len(operations()), len(clientFaults))
	})
	for _, op := range operations() {
		t.Run(op.name, func(t *testing.T) {
			t.Parallel()
			for _, f := range clientFaults {
				for _, forEver := range []bool{false, true} {
					if f.noBody && op.large {
						continue // 64 MiB each; the announced length meets them too
					}
					times := "once"
					if forEver {
						times = "forever"
					}
					t.Run(f.name+" "+times, func(t *testing.T) {
						cells.Add(1)
						synctest.Test(t, func(t *testing.T) { clientCell(t, op, f, forEver, good[op.name]) })
					})
				}
			}
		})
	}
}

// clientCell runs one cell.
func clientCell(t *testing.T, op operation, f fault, forEver bool, good any) {
	w := newWorld(t, cellOptions(op, f, forEver))
	if f.rule != "" {
		rule := fmt.Sprintf("method=%s,path=%s,%s", op.method, op.path, f.rule)
		if !forEver {
			rule += ",count=1"
		}
		parsed, err := emulator.ParseFault(rule)
		if err != nil {
			t.Fatal(err)
		}
		w.scp.AddFault(parsed)
	}
	want := expect(op, f, forEver)
	got, err := op.call(t.Context(), w.client)

	switch {
	case want.success && err != nil:
		t.Errorf("failed: %v", err)
	case want.success:
		if !reflect.DeepEqual(shape(got), shape(good)) {
			t.Errorf("got %s\nwant %s", shape(got), shape(good))
		}
	default:
		wantError(t, err, op, want, w)
	}

	lines := w.lines()
	wantLines := slices.Repeat([]string{op.method + " " + op.path}, want.arrivals)
	if want.read {
		path := op.object
		if op.catalogue {
			path = budgetsPath + "/" + budgetID
		}
		wantLines = append(wantLines, "GET "+path)
	}
	if !slices.Equal(lines, wantLines) {
		t.Errorf("requests:\n%s\nwant:\n%s", strings.Join(lines, "\n"), strings.Join(wantLines, "\n"))
	}
	for _, a := range w.arrivals[:min(want.arrivals, len(w.arrivals))] {
		if a.rest != w.arrivals[0].rest {
			t.Errorf("the repetition differs: %s and %s", w.arrivals[0].rest, a.rest)
		}
	}
	if want.arrivals > 1 && w.apart() < f.wait {
		t.Errorf("the second attempt came after %s, want at least %s", w.apart(), f.wait)
	}
	if op.done != nil {
		if done := op.done(w.scp); done != want.done {
			t.Errorf("the change was made %d times, want %d", done, want.done)
		}
	}
}

// cellOptions puts a fault that is no rule of the emulator in place.
func cellOptions(op operation, f fault, forEver bool) options {
	var o options
	if f.reply != nil {
		var met atomic.Bool
		o.wrap = func(next http.Handler) http.Handler {
			bad := f.reply(next)
			return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				if r.Method == op.method && r.URL.Path == op.path && (forEver || met.CompareAndSwap(false, true)) {
					bad.ServeHTTP(rw, r)
					return
				}
				next.ServeHTTP(rw, r)
			})
		}
	}
	if f.dial != nil {
		o.dial = func(n int, next dialer) (net.Conn, error) {
			if n == 1 || forEver {
				return f.dial()
			}
			return next()
		}
	}
	o.https, o.trusted = f.https, f.trusted
	o.change = func(c *scp.Config) {
		if f.https {
			c.EndpointOverride = strings.Replace(c.EndpointOverride, "http:", "https:", 1)
		}
		if op.catalogue {
			c.AuthURL, c.EndpointOverride = c.EndpointOverride+"/v1", ""
		}
	}
	return o
}

// wantError compares an error with what is expected, and looks at its words.
func wantError(t *testing.T, err error, op operation, want expectation, w *world) {
	t.Helper()
	var e *scp.Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v, want an *scp.Error", err)
	}
	if e.Kind != want.kind || e.StatusCode != want.status || e.Attempts != want.attempts {
		t.Errorf("%s, status %d, %d attempts; want %s, %d, %d: %v", e.Kind, e.StatusCode, e.Attempts, want.kind, want.status, want.attempts, err)
	}
	// What a read may have done is of no interest.
	if op.method != http.MethodGet && e.Outcome != want.outcome {
		t.Errorf("outcome %s, want %s: %v", e.Outcome, want.outcome, err)
	}
	name, _, _ := strings.Cut(op.name, "/")
	if e.Operation != name && !op.catalogue {
		t.Errorf("operation %q, want %q", e.Operation, name)
	}
	if (want.kind == scp.KindService || want.kind == scp.KindGateway && want.status == 404) && e.RequestID == "" {
		t.Errorf("no request id: %v", err)
	}
	text := err.Error()
	if e.Changes() && want.outcome == scp.OutcomeUnknown && !strings.Contains(text, "it is unknown whether the request took effect") {
		t.Errorf("the doubt is not named: %s", text)
	}
	if named := e.Operation + " (" + op.method + " " + w.base + op.path + ")"; !op.catalogue && !strings.Contains(text, named) {
		t.Errorf("the call %s is not named: %s", named, text)
	}
	secrets := []string{emulator.ExampleSecretKey, token, "steal"}
	for _, a := range w.arrivals {
		secrets = append(secrets, a.signature)
	}
	for _, secret := range secrets {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in the error: %s", secret, text)
		}
	}
	if strings.ContainsAny(text, "\n\r\x1b?") || len(text) > 1500 {
		t.Errorf("not one readable line: %q", text)
	}
}
