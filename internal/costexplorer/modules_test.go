package costexplorer_test

// The example modules: their own tests, and what they report.

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
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
	t.Parallel()
	e := testModule(t, "budget-guard")
	for _, budget := range e.SCP.Budgets() {
		if budget.Name == "platform" {
			t.Errorf("the tests left the budget %s behind", budget.ID)
		}
	}
}

func TestAccCostReport(t *testing.T) {
	t.Parallel()
	e := testModule(t, "cost-report")
	for _, r := range e.SCP.Requests() {
		if r.Method != http.MethodGet || r.Path != usagesPath {
			t.Fatalf("the report asks for %s %s; it needs usages only", r.Method, r.Path)
		}
	}
}

// reportUsages are usages of two months with what is hard to draw: credits, names
// with signs that Mermaid gives a meaning, names that are the same without such signs,
// one that the module uses itself, dollars, and nulls.
func reportUsages() []string {
	row := func(category, day, krw, usd string) string {
		return fmt.Sprintf(`{"id":"i","account_id":"a","service_category":%s,"billing_item_id":"b","ccbs_product_code":"p","resource_id":"r","contract_id":"c",
			"order_status":null,"usage_date":"%sT00:00:00","status_code":0,"amounts":{"krw":%q,"usd":%q}}`, category, day, krw, usd)
	}
	return []string{
		row(`"COMPUTE"`, "2026-02-03", "106.3225806452", "0.0"), row(`"COMPUTE"`, "2026-01-03", "206.3225806452", "0.0"),
		row(`"저장소 \"빠른\" | %% ; # <b>"`, "2026-02-04", "1000.0000000000", "12.5"), row(`"pie title [x] {y} --> z\nend"`, "2026-02-04", "77.7", "0.0"),
		row(`"CREDITS"`, "2026-02-05", "-50.5", "-100.25"), row(`null`, "2026-02-05", "0.0", "0.0"), row(`""`, "2026-02-06", "3.25", "0.0"),
		row(`"LOG/A"`, "2026-02-06", "10.0", "0.0"), row(`"LOG:A"`, "2026-02-06", "20.0", "0.0"), row(`"other services"`, "2026-02-06", "300.0", "0.0"),
	}
}

// Every chart, of data of every kind, is one that the real mermaid package can read.
func TestAccCostReportCharts(t *testing.T) {
	t.Parallel()
	if !acctest.HasTerraform(t, 1, 8) {
		t.Skip("functions of providers need Terraform 1.8")
	}
	acctest.NeedEmulator(t, "it needs rows that are hard to draw")
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Guesses: emulator.Guesses{NegativeAmounts: true}}))
	e.SCP.SetUsages(reportUsages()...)
	module := projectPath(t, "examples", "modules", "cost-report")
	folder := e.Workspace(t, "")
	var config strings.Builder
	for name, arguments := range map[string]string{
		"all":      `budgets = { "팀 \"A\"; %%" = { amount = 500.5, account_ids = ["a"] }, b = { amount = 1, account_ids = ["b"] }, "c;" = { amount = 2, account_ids = [] }, "c:" = { amount = 3, account_ids = [] } }`,
		"dollars":  `currency = "usd"`,
		"negative": `currency = "usd"` + "\n" + `months = 1` + "\n" + `budgets = { a = { amount = 10, account_ids = ["a"] } }`,
		"largest":  `largest = 1`,
		"named":    `largest = 2`,
	} {
		fmt.Fprintf(&config, "module %q {\n  source = %q\n  month = \"2026-02\"\n  %s\n}\noutput %q { value = module.%s }\n", name, filepath.ToSlash(module), arguments, name, name)
	}
	if err := os.WriteFile(filepath.Join(folder, "modules.tf"), []byte(config.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	acctest.Init(t, folder)
	acctest.RunTerraform(t, folder, nil, "apply", "-auto-approve", "-input=false", "-no-color").Must(t)
	var outputs map[string]struct {
		Value struct {
			Markdown string
			Charts   []string
		}
	}
	if err := json.Unmarshal([]byte(acctest.RunTerraform(t, folder, nil, "output", "-json").Must(t).Stdout), &outputs); err != nil {
		t.Fatal(err)
	}
	fence := regexp.MustCompile("(?s)```mermaid\n(.*?)```")
	var charts []string
	for name, output := range outputs {
		drawn := fence.FindAllStringSubmatch(output.Value.Markdown, -1)
		if len(drawn) != len(output.Value.Charts) {
			t.Errorf("%s: %d charts are in the report and %d in the output", name, len(drawn), len(output.Value.Charts))
		}
		for _, chart := range drawn {
			charts = append(charts, chart[1])
		}
	}
	if len(charts) != 12 {
		t.Errorf("%d charts, want 12", len(charts))
	}
	// Mermaid leaves out a slice whose label it has already.
	label := regexp.MustCompile(`"[^"]*"`)
	for _, chart := range charts {
		_, chart, _ = strings.Cut(chart, "title")
		labels := label.FindAllString(chart, -1)
		slices.Sort(labels)
		if n := len(slices.Compact(slices.Clone(labels))); n != len(labels) {
			t.Errorf("labels that are the same: %s", labels)
		}
	}
	for name, wants := range map[string][]string{
		"all":   {`"LOG_A 1/2" : 20.00`, `"LOG_A 2/2" : 10.00`, `"other services" : 300.00`, `"c_ 1/2", "c_ 2/2"`, "[0.00, 0.00, 0.00, 1466.77]", "[1.00, 3.00, 2.00, 500.50]"},
		"named": {`"other services 1/2" : 300.00`, `"other services 2/2" : 166.77`},
	} {
		for _, want := range wants {
			if !strings.Contains(outputs[name].Value.Markdown, want) {
				t.Errorf("%s does not have %s:\n%s", name, want, outputs[name].Value.Markdown)
			}
		}
	}
	report := outputs["all"].Value.Markdown
	for _, want := range []string{
		"# Cloud costs: 2026-02", "10 usages from 2025-09 to 2026-02.", `| 팀 "A"; %% | 500.5 | 1466.7725806452 | 293.1 % |`, "| COMPUTE | 106.3225806452 | 0.0 | -48.5 % |", "| CREDITS | -50.5 | -100.25 | – |",
		"| 2026-02 | 1466.7725806452 | -87.75 |", "| 2025-09 | 0 | 0 | – |", `| b | 1 | 0 | 0.0 % |`,
	} {
		if !strings.Contains(report, want) {
			t.Errorf("the report does not have %q:\n%s", want, report)
		}
	}
	for _, line := range strings.Split(report, "\n") {
		if bars := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|"); strings.HasPrefix(line, "|") && bars != 5 {
			t.Errorf("a row of a table has %d bars, want 5: %s", bars, line)
		}
	}
	if testing.Verbose() {
		t.Log(report)
	}
	parseCharts(t, charts)
}

// parseCharts gives charts to the mermaid package, where it is installed.
func parseCharts(t *testing.T, charts []string) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("the charts are not parsed: there is no node on PATH")
	}
	folder := projectPath(t, "internal", "mermaid")
	if _, err := os.Stat(filepath.Join(folder, "node_modules", "mermaid")); err != nil {
		t.Skip("the charts are not parsed: npm install --prefix internal/testing/mermaid --no-package-lock was not run")
	}
	// One that is wrong shows that the parser looks at all.
	input, err := json.Marshal(append(slices.Clone(charts), "xychart-beta\n    bar [1, two]"))
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), node, "check.mjs")
	command.Dir, command.Stdin, command.Stderr = folder, bytes.NewReader(input), os.Stderr
	out, err := command.Output()
	if err != nil {
		t.Fatal(err)
	}
	var results []struct{ Type, Error string }
	if err := json.Unmarshal(out, &results); err != nil || len(results) != len(charts)+1 {
		t.Fatalf("%d results of %d charts, %v: %s", len(results), len(charts), err, out)
	}
	for i, chart := range charts {
		if results[i].Error != "" || (results[i].Type != "pie" && results[i].Type != "xychart") {
			t.Errorf("mermaid says %+v about\n%s", results[i], chart)
		}
	}
	if results[len(charts)].Error == "" {
		t.Error("mermaid takes a chart that is none")
	}
	t.Logf("%d charts parsed", len(charts))
}
