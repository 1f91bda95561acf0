// Package modules_test runs the modules under examples/modules: the tests that they
// bring, and what those tests cannot express.
package modules_test

import (
	"os"
	"path/filepath"
	"slices"
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

// Each module has a test here, and tests of its own.
func TestEveryModuleIsTested(t *testing.T) {
	t.Parallel()
	folders, err := os.ReadDir(modulePath(t, ""))
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		if !slices.Contains([]string{"account-budgets", "budget-guard", "commitments", "cost-report"}, folder.Name()) {
			t.Errorf("no test runs the module %s", folder.Name())
		}
		if files, err := filepath.Glob(modulePath(t, folder.Name()) + "/tests/*.tftest.hcl"); err != nil || len(files) == 0 {
			t.Errorf("the module %s has no tests: %v", folder.Name(), err)
		}
	}
}

// runModuleTests runs terraform test in a copy of a module, against an emulator of
// its own, and returns the emulator.
func runModuleTests(t *testing.T, name string, options emulator.Options) *acctest.Env {
	t.Helper()
	acctest.Need(t, acctest.ModuleTests)
	if versions, err := os.ReadFile(filepath.Join(modulePath(t, name), "versions.tf")); err != nil {
		t.Fatal(err)
	} else if strings.Contains(string(versions), `">= 1.8"`) {
		acctest.Need(t, acctest.Functions)
	}
	tests, err := filepath.Glob(filepath.Join(modulePath(t, name), "tests", "*.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range tests {
		if text, err := os.ReadFile(file); err != nil {
			t.Fatal(err)
		} else if strings.Contains(string(text), "override_data") {
			acctest.Need(t, acctest.TestOverrides)
		}
	}
	acctest.NeedEmulator(t, "the tests of a module create budgets in an empty account")
	e := acctest.New(t, acctest.WithEmulator(options))
	folder := t.TempDir()
	if err := os.CopyFS(folder, os.DirFS(modulePath(t, name))); err != nil {
		t.Fatal(err)
	}
	acctest.GetModules(t, folder)
	acctest.Attach(t, folder, e.Environment()...)
	run := acctest.RunTerraform(t, folder, nil, "test", "-no-color")
	if run.ExitCode != 0 || !strings.Contains(run.Stdout, "Success!") {
		t.Errorf("terraform test ended with %d:\n%s", run.ExitCode, run.Output())
	}
	return e
}
