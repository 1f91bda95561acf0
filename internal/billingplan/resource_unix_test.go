//go:build unix

package billingplan_test

// What dies, or is interrupted, while the response to the purchase is awaited.

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// amidPurchase applies a contract. Once the purchase was processed, something happens to
// Terraform's process, and the response never comes.
func (p *project) amidPurchase(happens func(pid int)) (output string) {
	p.t.Helper()
	direct, pid := p.head, make(chan int, 1)
	between := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !isPurchase(r) {
			p.SCP.ServeHTTP(rw, r)
			return
		}
		p.SCP.ServeHTTP(httptest.NewRecorder(), r)
		happens(<-pid)
		<-r.Context().Done()
	}))
	defer between.Close()
	p.head = strings.ReplaceAll(p.head, p.URL, between.URL)
	p.write(hcl("this"))
	ctx, stop := context.WithTimeout(p.t.Context(), time.Minute)
	defer stop()
	run := acctest.TerraformCommand(ctx, p.t, p.folder, nil, "apply", "-input=false", "-no-color", "-auto-approve")
	run.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // a group with its children
	var out strings.Builder
	run.Stdout, run.Stderr = &out, &out
	if err := run.Start(); err != nil {
		p.t.Fatal(err)
	}
	pid <- run.Process.Pid
	_ = run.Wait()
	p.head = direct
	p.write(hcl("this"))
	p.wantRequests(1, 0)
	p.wantHeld(1)
	return flat(out.String())
}

// Terraform and the provider are killed right after the purchase was processed. The next plan
// names the orphan, REFUSE buys nothing, and the import block ends in an empty plan.
func TestTerraformKilledAfterThePurchase(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "kills")
	p := newProject(t, emulator.Guesses{}, "")
	p.amidPurchase(func(pid int) { _ = syscall.Kill(-pid, syscall.SIGKILL) })
	_ = os.Remove(filepath.Join(p.folder, ".terraform.tfstate.lock.info"))
	id := p.held()[0].ID
	orphan := []string{"An identical contract already exists", id, "bought by " + emulator.ExampleUser, "import {", fmt.Sprintf("id = %q", id)}
	p.says(p.ok("plan"), append(orphan, "1 to add")...)
	p.write(hcl("this", `purchase_guard = "REFUSE"`))
	p.fails(append(orphan, "Nothing is bought"), "apply")
	p.wantRequests(1, 0)

	p.write(hcl("this", `purchase_guard = "REFUSE"`) + fmt.Sprintf("import {\n  to = %s.this\n  id = %q\n}\n", typeName, id))
	p.says(p.ok("apply"), "1 imported, 0 added")
	p.empty()
	p.wantRequests(1, 0)
	p.wantHeld(1)
}

// Only the provider's process dies: Terraform says so, and the next plan names the orphan.
func TestTerraformProviderCrashes(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "kills")
	p := newProject(t, emulator.Guesses{}, "")
	if out := p.amidPurchase(func(pid int) { killChildren(t, pid) }); !strings.Contains(out, "Error:") {
		t.Errorf("the apply went well:\n%s", out)
	}
	p.says(p.ok("plan"), "An identical contract already exists", p.held()[0].ID)
	p.wantRequests(1, 0)
}

// killChildren kills the children of a process, but not the process.
func killChildren(t *testing.T, parent int) {
	t.Helper()
	out, err := exec.Command("ps", "-A", "-o", "pid=,ppid=").Output()
	if err != nil {
		t.Errorf("ps: %v", err)
		return
	}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if len(fields) != 2 || fields[1] != strconv.Itoa(parent) {
			continue
		}
		if pid, err := strconv.Atoi(fields[0]); err == nil {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}

// Ctrl-C: the contract is found and saved before Terraform ends.
func TestTerraformInterrupted(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "loses a response")
	p := newProject(t, emulator.Guesses{}, "")
	out := p.amidPurchase(func(pid int) { _ = syscall.Kill(pid, syscall.SIGINT) })
	p.says(out, "Interrupt received", "The response to the purchase was lost", "nothing was bought twice")
	p.empty()
	p.wantRequests(1, 0)
}
