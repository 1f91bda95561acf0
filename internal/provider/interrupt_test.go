//go:build unix

package provider_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// A user who interrupts Terraform while a creation waits for its response does not
// lose the budget: it is looked up, adopted, and saved in the state.
func TestInterruptedCreationIsAdopted(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "holds a response back")
	e := acctest.New(t)
	folder := e.Workspace(t, budgetConfig)
	e.Fault(t, "method=POST,count=1,delay=10m")
	e.Reset()

	command := acctest.TerraformCommand(t.Context(), t, folder, nil, "apply", "-auto-approve", "-no-color")
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	deadline := time.After(time.Minute)
	for e.Count("POST", acctest.BudgetsPath) == 0 {
		select {
		case err := <-ended:
			t.Fatalf("terraform ended early: %v\n%s", err, output.String())
		case <-deadline:
			_ = command.Process.Kill()
			t.Fatal("no creation was sent")
		case <-time.After(10 * time.Millisecond):
		}
	}
	if err := command.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ended:
	case <-deadline:
		_ = command.Process.Kill()
		t.Fatal("terraform did not end after the interrupt")
	}

	stored := e.SCP.Budgets()
	if len(stored) != 1 {
		t.Fatalf("%d budgets in the service", len(stored))
	}
	state, err := os.ReadFile(filepath.Join(folder, "terraform.tfstate"))
	if err != nil || !strings.Contains(string(state), stored[0].ID) {
		t.Errorf("the state does not hold the budget %s (%v):\n%s\n%s", stored[0].ID, err, state, output.String())
	}
	if !strings.Contains(unwrapped(output.String()), "The response to the creation was lost") {
		t.Errorf("there is no warning:\n%s", output.String())
	}
	r := acctest.RunTerraform(t, folder, nil, "plan", "-detailed-exitcode", "-no-color")
	if r.ExitCode != 0 {
		t.Errorf("the next plan ended with %d:\n%s", r.ExitCode, r.Output())
	}
	if n := e.Count("POST", acctest.BudgetsPath); n != 1 {
		t.Errorf("%d creations", n)
	}
}
