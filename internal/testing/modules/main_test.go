// Package modules_test runs the modules under examples/modules: the tests that they
// bring, and what those tests cannot express.
package modules_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// modulePath is the folder of a module.
func modulePath(t testing.TB, name string) string {
	t.Helper()
	root, err := acctest.Root()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(root, "examples", "modules", name)
}

// runModuleTests runs terraform test in a copy of a module, against an emulator of
// its own, and returns the emulator.
func runModuleTests(t *testing.T, name string, options emulator.Options) *acctest.Env {
	t.Helper()
	if !acctest.HasTerraform(t, 1, 6) {
		t.Skip("terraform test needs Terraform 1.6")
	}
	acctest.NeedEmulator(t, "the tests of a module create budgets in an empty account")
	e := acctest.New(t, acctest.WithEmulator(options))
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(modulePath(t, name))); err != nil {
		t.Fatal(err)
	}
	acctest.Init(t, folder)
	run := acctest.RunTerraform(t, folder, e.Environment(), "test", "-no-color")
	if run.ExitCode != 0 || !strings.Contains(run.Stdout, "Success!") {
		t.Errorf("terraform test ended with %d:\n%s", run.ExitCode, run.Output())
	}
	return e
}
