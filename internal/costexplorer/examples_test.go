package costexplorer_test

// The examples of the documentation, run as they stand.

import (
	"strings"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// All examples are applied in one configuration; a second plan is empty.
func TestAccExamples(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "the examples speak of months and names that the emulator has")
	// A day on which the emulator has rows for the months of the examples.
	day := time.Date(2026, 3, 25, 3, 0, 0, 0, time.UTC)
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{
		Seed: "demo", Now: func() time.Time { return day }, Guesses: emulator.Guesses{TimestampTolerance: -1},
	}))
	root, err := acctest.Root()
	if err != nil {
		t.Fatal(err)
	}
	var config strings.Builder
	for _, name := range []string{"bills", "usages", "monthly_payments", "bill_summary", "usage_summary"} {
		config.WriteString(acctest.ReadFile(t, root, "examples", "data-sources", "scpbilling_"+name, "data-source.tf"))
	}
	folder := e.Attached(t, config.String())
	run := acctest.RunTerraform(t, folder, nil, "apply", "-auto-approve", "-input=false", "-no-color").Must(t)
	if strings.Contains(run.Output(), "Warning:") {
		t.Errorf("a warning:\n%s", run.Output())
	}
	for _, want := range []string{
		`"2026-02-28" = [`, `"2026-01 COMPUTE" = [`, `"planned_compute" =`, `"fee" = "`, "unpaid = {", `"0e0a0c1e5a3f4c1b9d2e7f6a5b4c3d2e 2026-01" = {`, `"usages" = `,
	} {
		if !strings.Contains(run.Stdout, want) {
			t.Errorf("the outputs do not have %s:\n%s", want, run.Stdout)
		}
	}
	if plan := acctest.RunTerraform(t, folder, nil, "plan", "-detailed-exitcode", "-input=false", "-no-color"); plan.ExitCode != 0 {
		t.Errorf("the second plan ended with %d:\n%s", plan.ExitCode, plan.Output())
	}
}
