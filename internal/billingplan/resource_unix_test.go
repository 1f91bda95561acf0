//go:build unix

package billingplan_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// ownGroup puts a command and its children into a process group.
func ownGroup(command *exec.Cmd) { command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup kills a command and its children at once.
func killGroup(t *testing.T, command *exec.Cmd) {
	t.Helper()
	if err := syscall.Kill(-command.Process.Pid, syscall.SIGKILL); err != nil {
		t.Errorf("kill: %v", err)
	}
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

// Ctrl-C while the response to the purchase is awaited: the contract is found and
// saved before Terraform ends.
func TestTerraformInterrupted(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "loses a response")
	p := newProject(t, emulator.Guesses{}, "")
	direct, command := p.head, make(chan int, 1)
	between := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if !isPurchase(r) {
			p.SCP.ServeHTTP(rw, r)
			return
		}
		p.SCP.ServeHTTP(httptest.NewRecorder(), r)
		_ = syscall.Kill(<-command, syscall.SIGINT)
		<-r.Context().Done()
	}))
	t.Cleanup(between.Close)
	p.head = strings.ReplaceAll(p.head, p.URL, between.URL)
	p.write(hcl("this"))
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	run := acctest.TerraformCommand(ctx, t, p.folder, nil, "apply", "-input=false", "-no-color", "-auto-approve")
	ownGroup(run)
	var output strings.Builder
	run.Stdout, run.Stderr = &output, &output
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	command <- run.Process.Pid
	_ = run.Wait()
	p.says(flat(output.String()), "Interrupt received", "The response to the purchase was lost", "nothing was bought twice")
	p.head = direct
	p.write(hcl("this"))
	p.empty()
	p.wantRequests(1, 0)
	p.wantHeld(1)
}
