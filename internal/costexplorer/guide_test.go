package costexplorer_test

// The guide "From bills to decisions": every configuration in it is applied.

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

func TestAccGuide(t *testing.T) {
	t.Parallel()
	if !acctest.HasTerraform(t, 1, 8) {
		t.Skip("functions of providers need Terraform 1.8")
	}
	blocks := regexp.MustCompile("(?s)```terraform\n(.*?)```").FindAllStringSubmatch(readFile(t, "templates", "guides", "bills-to-decisions.md"), -1)
	// What the outputs of each block have, in their order.
	wants := [][]string{
		{`top_services = [`, ` won: COMPUTE, VIRTUAL_SERVER"`, `"krw" = "`},
		{`"2026-03" = {`, `"COMPUTE" = `, `"STORAGE" = `},
		{`"0e0a0c1e5a3f4c1b9d2e7f6a5b4c3d2e" = `},
		{`"2026-02" = {`, `"planned_compute" = "`, `"contracts" = 1`, `"covered" = {`},
		{`"amounts" = "`, `"operation" = "`, `"sales_discount" = "`},
	}
	if len(blocks) != len(wants) {
		t.Fatalf("the guide has %d configurations, want %d", len(blocks), len(wants))
	}
	e := demo(t)
	e.SCP.PutPlannedCompute(emulator.PlannedCompute{ServerType: "s1v1m2", CreatedAt: demoTime.AddDate(0, -2, 0)})
	folder := t.TempDir()
	for i, block := range blocks {
		module := filepath.Join(folder, strconv.Itoa(i))
		if err := os.Mkdir(module, 0o700); err != nil {
			t.Fatal(err)
		}
		settings := "terraform {\n  required_providers {\n    scpbilling = { source = \"scpbilling/scpbilling\" }\n  }\n}\n" + e.Provider()
		for name, text := range map[string]string{"provider.tf": settings, "main.tf": block[1]} {
			if err := os.WriteFile(filepath.Join(module, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		acctest.Init(t, module)
		run := acctest.RunTerraform(t, module, nil, "apply", "-auto-approve", "-input=false", "-no-color").Must(t)
		if strings.Contains(run.Output(), "Warning:") {
			t.Errorf("configuration %d ends in a warning:\n%s", i+1, run.Output())
		}
		for _, want := range wants[i] {
			if !strings.Contains(run.Stdout, want) {
				t.Errorf("the outputs of configuration %d do not have %q:\n%s", i+1, want, run.Stdout)
			}
		}
		formatted := acctest.RunTerraform(t, module, nil, "fmt", "-check", "-diff", "main.tf")
		if formatted.ExitCode != 0 {
			t.Errorf("configuration %d is not formatted:\n%s", i+1, formatted.Output())
		}
	}
}
