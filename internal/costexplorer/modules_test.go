package costexplorer_test

// The example modules: their own tests, and what they report.

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/acctest"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
)

// testModule runs the tests that a module brings.
func testModule(t *testing.T, name string) *acctest.Env {
	t.Helper()
	if !acctest.HasTerraform(t, 1, 8) {
		t.Skip("functions of providers need Terraform 1.8")
	}
	acctest.NeedEmulator(t, "the tests of the modules speak of accounts that the emulator has")
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Seed: "demo"}))
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(projectPath(t, "examples", "modules", name))); err != nil {
		t.Fatal(err)
	}
	acctest.Init(t, folder)
	run := acctest.RunTerraform(t, folder, e.Environment(), "test", "-no-color")
	if run.ExitCode != 0 || !strings.Contains(run.Stdout, "Success!") {
		t.Errorf("terraform test ended with %d:\n%s", run.ExitCode, run.Output())
	}
	t.Log(regexp.MustCompile(`(?m)^Success!.*$`).FindString(run.Stdout))
	return e
}

func TestAccBudgetGuard(t *testing.T) {
	e := testModule(t, "budget-guard")
	for _, budget := range e.SCP.Budgets() {
		if budget.Name == "platform" {
			t.Errorf("the tests left the budget %s behind", budget.ID)
		}
	}
}
