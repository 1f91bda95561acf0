package e2e

// Many Terraform processes at once, one PostgreSQL server for their states, and
// a service that allows few requests per second.
//
// FAULTS_SCALE=full runs ten processes with 200 budgets each against 20 requests
// per second, which takes some minutes.

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/time/rate"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// scale is how much is done at once.
type scale struct {
	processes, budgets int
	perSecond          float64
}

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

const scaleConfig = `
terraform {
  required_providers {
    scpbilling = { source = "scpbilling/scpbilling" }
  }
  backend "pg" {}
}
variable "team" { type = string }
variable "budgets" { type = number }
resource "scpbilling_account_budget" "b" {
  count       = var.budgets
  name        = "${var.team}-${count.index}"
  amount      = 1000 + count.index
  unit        = "MONTHLY"
  start_month = "2099-03"
}
output "ids" { value = scpbilling_account_budget.b[*].id }
`

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "limits the rate of requests")
	size := scale{3, 10, 20}
	if os.Getenv("FAULTS_SCALE") == "full" {
		size = scale{10, 200, 20}
	}
	connection := postgres(t)
	server, err := emulator.New(emulator.Options{Now: func() time.Time { return seoulNoon }, Guesses: emulator.Guesses{TimestampTolerance: -1}})
	if err != nil {
		t.Fatal(err)
	}
	limit := &limited{next: server, limiter: rate.NewLimiter(rate.Limit(size.perSecond), int(size.perSecond)/2)}
	web := httptest.NewServer(limit)
	t.Cleanup(func() {
		_ = server.Close()
		web.CloseClientConnections()
		web.Close()
	})

	// The teams are set up one after another; then all work at once.
	var teams []*team
	for n := range size.processes {
		x := &team{t: t, name: fmt.Sprintf("team-%d", n), folder: t.TempDir(), env: []string{
			"PG_CONN_STR=" + connection, "SCP_TF_ENDPOINT_OVERRIDE=" + web.URL,
			"SCP_TF_ACCESS_KEY=" + emulator.ExampleAccessKey, "SCP_TF_SECRET_KEY=" + emulator.ExampleSecretKey,
			fmt.Sprintf("TF_VAR_team=team-%d", n), fmt.Sprintf("TF_VAR_budgets=%d", size.budgets),
		}}
		if err := os.WriteFile(filepath.Join(x.folder, "main.tf"), []byte(scaleConfig), 0o600); err != nil {
			t.Fatal(err)
		}
		x.run("init").Must(t)
		x.run("workspace", "new", x.name).Must(t)
		teams = append(teams, x)
	}
	step := func(name string, arguments ...string) {
		before, refused, began := limit.requests.Load(), limit.refused.Load(), time.Now()
		var wait sync.WaitGroup
		for _, x := range teams {
			wait.Go(func() {
				if r := x.run(arguments...); r.ExitCode != 0 {
					t.Errorf("%s of %s ended with %d:\n%.1500s", name, x.name, r.ExitCode, r.Output())
				}
			})
		}
		wait.Wait()
		t.Logf("%s: %d processes, %d budgets each, in %s: %d requests, %d of them refused with 429", name, size.processes, size.budgets,
			time.Since(began).Round(time.Second/10), limit.requests.Load()-before, limit.refused.Load()-refused)
	}
	// Without -lock-timeout the backend refuses a run while another workspace is
	// being set up: for a moment all of them share one lock.
	step("apply", "apply", "-auto-approve", "-input=false", "-no-color", "-lock-timeout=5m")

	// Everything is there once, and each state knows its own.
	held := map[string]int{}
	for _, b := range server.Budgets() {
		held[b.Name]++
	}
	if len(held) != size.processes*size.budgets || len(server.Budgets()) != len(held) {
		t.Errorf("%d budgets with %d names; want %d", len(server.Budgets()), len(held), size.processes*size.budgets)
	}
	for _, x := range teams {
		output := x.run("state", "list").Must(t).Output()
		if n := strings.Count(output, "scpbilling_account_budget.b["); n != size.budgets {
			t.Errorf("the state of %s holds %d budgets, want %d", x.name, n, size.budgets)
		}
	}
	if n := server.Count(http.MethodPost, budgetsPath); n != size.processes*size.budgets {
		t.Errorf("%d creations were processed, want %d", n, size.processes*size.budgets)
	}
	step("plan without a difference", "plan", "-detailed-exitcode", "-input=false", "-no-color", "-lock-timeout=5m")
	step("destroy", "destroy", "-auto-approve", "-input=false", "-no-color", "-lock-timeout=5m")
	if n := len(server.Budgets()); n > 0 {
		t.Errorf("%d budgets are left", n)
	}
	t.Logf("all together: %d requests, %d of them refused with 429", limit.requests.Load(), limit.refused.Load())
}

// team is one workspace with a folder of its own.
type team struct {
	t      *testing.T
	name   string
	folder string
	env    []string
}

// run runs Terraform without the time limit that a single run has elsewhere.
func (x *team) run(arguments ...string) acctest.Result {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(x.t.Context()), 20*time.Minute)
	defer cancel()
	command := acctest.TerraformCommand(ctx, x.t, x.folder, x.env, arguments...)
	var stdout, stderr bytes.Buffer
	command.Stdout, command.Stderr = &stdout, &stderr
	err := command.Run()
	r := acctest.Result{Stdout: stdout.String(), Stderr: stderr.String()}
	if err != nil {
		r.ExitCode = max(command.ProcessState.ExitCode(), 1)
	}
	return r
}

// postgres starts a PostgreSQL server for the test and gives its address.
func postgres(t *testing.T) string {
	t.Helper()
	initdb, server := program(t, "initdb"), program(t, "postgres")
	// Paths of sockets are short, and a server that was started by root runs as
	// somebody else, who must get to its files.
	folder, err := os.MkdirTemp("", "pg") //nolint:usetesting // That of the test is too long and is root's alone.
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(folder) })
	attributes := &syscall.SysProcAttr{}
	owner := "postgres"
	if os.Geteuid() == 0 {
		account, err := user.Lookup(owner)
		if err != nil {
			if account, err = user.Lookup("nobody"); err != nil {
				t.Skip("PostgreSQL does not run as root, and there is no other user: ", err)
			}
		}
		uid, _ := strconv.ParseUint(account.Uid, 10, 32)
		gid, _ := strconv.ParseUint(account.Gid, 10, 32)
		attributes.Credential = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
		if err := os.Chown(folder, int(uid), int(gid)); err != nil {
			t.Fatal(err)
		}
	}
	data := filepath.Join(folder, "data")
	run := func(name string, arguments ...string) *exec.Cmd {
		command := exec.CommandContext(context.WithoutCancel(t.Context()), name, arguments...)
		command.Dir, command.Env, command.SysProcAttr = folder, []string{"PATH=" + os.Getenv("PATH"), "HOME=" + folder, "LC_ALL=C"}, attributes
		return command
	}
	if out, err := run(initdb, "-D", data, "-U", owner, "-A", "trust", "-N", "--no-instructions").CombinedOutput(); err != nil {
		t.Skipf("initdb does not work here: %v\n%s", err, out)
	}
	var log bytes.Buffer
	running := run(server, "-D", data, "-k", folder, "-h", "", "-F")
	running.Stdout, running.Stderr = &log, &log
	if err := running.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		_ = running.Wait()
	}()
	t.Cleanup(func() {
		_ = running.Process.Signal(syscall.SIGQUIT) // at once: the data goes anyway
		<-ended
	})
	// It listens before it takes connections; the file says when it does, as for pg_ctl.
	for deadline := time.Now().Add(time.Minute); ; {
		if status, _ := os.ReadFile(filepath.Join(data, "postmaster.pid")); bytes.Contains(status, []byte("\nready")) {
			break
		}
		select {
		case <-ended:
			t.Fatalf("PostgreSQL ended:\n%s", &log)
		case <-time.After(50 * time.Millisecond):
		}
		if time.Now().After(deadline) {
			t.Fatalf("PostgreSQL is not ready:\n%s", &log)
		}
	}
	return fmt.Sprintf("host=%s user=%s dbname=postgres sslmode=disable", folder, owner)
}

// program finds a program of PostgreSQL, which Debian keeps off the PATH.
func program(t *testing.T, name string) string {
	t.Helper()
	if path, err := exec.LookPath(name); err == nil {
		if target, err := filepath.EvalSymlinks(path); err == nil {
			return target // initdb looks for its neighbours
		}
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) == 0 {
		t.Skipf("PostgreSQL is not installed: no %s on PATH (Debian: apt-get install postgresql)", name)
	}
	return found[len(found)-1]
}
