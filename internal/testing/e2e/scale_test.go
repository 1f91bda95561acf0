package e2e

// Many Terraform processes at once, and a service that allows few requests per second.
//
// FAULTS_SCALE=full runs ten processes with 200 budgets each against 20 requests
// per second, which takes some minutes.

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// limited lets so many requests per second through and refuses more with 429.
type limited struct {
	next              http.Handler
	limiter           *rate.Limiter
	requests, refused atomic.Int64
}

func (l *limited) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	l.requests.Add(1)
	if l.limiter.Allow() {
		l.next.ServeHTTP(rw, r)
		return
	}
	l.refused.Add(1)
	rw.Header().Set("Content-Type", "application/json")
	rw.Header().Set("Retry-After", "1")
	rw.WriteHeader(http.StatusTooManyRequests)
	_, _ = rw.Write([]byte(`{"errors":[{"code":"TooManyRequests","title":"TooManyRequests","detail":"Too many requests.","status":429,"request_id":"req-limited"}]}`))
}

// scaleConfig is a workspace: its name, and how many budgets it has.
const scaleConfig = required + `
resource "scpbilling_account_budget" "b" {
  count       = %[2]d
  name        = "%[1]s-${count.index}"
  amount      = 1000 + count.index
  unit        = "MONTHLY"
  start_month = "2099-03"
}
`

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "limits the rate of requests")
	acctest.Terraform(t) // or skip here, and not in another goroutine
	processes, budgets := 3, 10
	const perSecond = 20
	if os.Getenv("FAULTS_SCALE") == "full" {
		processes, budgets = 10, 200
	}
	server := newEmulator(t, func() time.Time { return seoulNoon })
	limit := &limited{next: server, limiter: rate.NewLimiter(perSecond, perSecond/2)}
	environment := append(slices.Clone(credentials), "SCP_TF_ENDPOINT_OVERRIDE="+serve(t, server, limit))
	var folders []string
	for n := range processes {
		folder := t.TempDir()
		acctest.WriteFile(t, filepath.Join(folder, "main.tf"), fmt.Sprintf(scaleConfig, fmt.Sprint("team-", n), budgets))
		folders = append(folders, folder)
	}
	step := func(name string, arguments ...string) {
		arguments = append(arguments, "-input=false", "-no-color")
		before, refused, began := limit.requests.Load(), limit.refused.Load(), time.Now()
		var wait sync.WaitGroup
		for n, folder := range folders {
			wait.Go(func() {
				if r := acctest.RunTerraform(t, folder, environment, arguments...); r.ExitCode != 0 {
					t.Errorf("%s of team-%d ended with %d:\n%.1500s", name, n, r.ExitCode, r.Output())
				}
			})
		}
		wait.Wait()
		t.Logf("%s: %d processes, %d budgets each, in %s: %d requests, %d of them refused with 429", name, processes, budgets,
			time.Since(began).Round(time.Second/10), limit.requests.Load()-before, limit.refused.Load()-refused)
	}
	step("apply", "apply", "-auto-approve")

	// Everything is there once, and each state knows its own.
	held := map[string]int{}
	for _, b := range server.Budgets() {
		held[b.Name]++
	}
	if len(held) != processes*budgets || len(server.Budgets()) != len(held) {
		t.Errorf("%d budgets with %d names; want %d", len(server.Budgets()), len(held), processes*budgets)
	}
	for n, folder := range folders {
		if state, _ := stateOf(t, folder); len(state) != budgets {
			t.Errorf("the state of team-%d holds %d budgets, want %d", n, len(state), budgets)
		}
	}
	if n := server.Count(http.MethodPost, budgetsPath); n != processes*budgets {
		t.Errorf("%d creations were processed, want %d", n, processes*budgets)
	}
	step("plan without a difference", "plan", "-detailed-exitcode")
	step("destroy", "destroy", "-auto-approve")
	if n := len(server.Budgets()); n > 0 {
		t.Errorf("%d budgets are left", n)
	}
	t.Logf("all together: %d requests, %d of them refused with 429", limit.requests.Load(), limit.refused.Load())
}
