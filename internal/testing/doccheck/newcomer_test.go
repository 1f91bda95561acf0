package doccheck

import (
	"context"
	"os/exec"
	"runtime"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// The first steps of the readme, from a clean clone to an empty plan.
func TestNewcomersPath(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "its script starts one of its own")
	program := acctest.Terraform(t)
	for _, tool := range []string{"bash", "git", "make", "go"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not on PATH", tool)
		}
	}
	if runtime.GOOS == "windows" {
		t.Skip("make install and the scripts are for a Unix shell")
	}
	ctx, stop := context.WithTimeout(t.Context(), 15*time.Minute)
	defer stop()
	command := exec.CommandContext(ctx, "bash", acctest.Path(t, "internal", "scripts", "newcomer.sh"))
	command.Env = append(environment, "TF_ACC_TERRAFORM_PATH="+program)
	command.WaitDelay = 10 * time.Second
	out, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	acctest.Has(t, string(out), "1 added, 0 changed, 0 destroyed", "No changes.", "The newcomer's path works")
}
