package modules_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/big"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// reportUsages are the usages of eight services and two accounts in two months, whose
// amounts differ from day to day.
func reportUsages() []usage {
	var rows []usage
	for i, category := range []string{"COMPUTE", "DATABASE", "CONTAINER", "STORAGE", "NETWORKING", "SECURITY", "MANAGEMENT", "데이터 분석"} {
		for day := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC); day.Month() < time.April; day = day.AddDate(0, 0, 1) {
			for account := range 2 {
				won := 1_000_003*(8-i)/(1+account) + day.YearDay()*977*(i+1)
				rows = append(rows, usage{category, []string{"a", "b"}[account], day.Format(time.DateOnly), fmt.Sprintf("%d.%010d", won, day.YearDay()*12345)})
			}
		}
	}
	return rows
}

// sumOf adds up the usages between two days, of one service or of all.
func sumOf(rows []usage, category, first, last string) *big.Rat {
	sum := new(big.Rat)
	for _, u := range rows {
		if (category == "" || u.category == category) && u.day >= first && u.day <= last {
			amount, _ := new(big.Rat).SetString(u.krw)
			sum.Add(sum, amount)
		}
	}
	return sum
}

// grouped writes a number as the report does.
func grouped(r *big.Rat) string {
	text := r.FloatString(0)
	for i := len(text) - 3; i > 0 && text[i-1] != '-'; i -= 3 {
		text = text[:i] + "," + text[i:]
	}
	return text
}

// percent writes a change as the report does.
func percent(now, before *big.Rat) string {
	change := new(big.Rat).Quo(new(big.Rat).Sub(now, before), before)
	value, _ := change.Mul(change, big.NewRat(100, 1)).Float64()
	return fmt.Sprintf("%+.1f %%", value)
}

// reports are the two reports that are looked at: a month to date, and one that is over.
var reports = []struct {
	name, arguments            string
	days, compared             string
	first, last, before, until string
}{
	{"month-to-date", `today = "2026-03-27"`, "26", "26", "2026-03-01", "2026-03-26", "2026-02-01", "2026-02-26"},
	{"closed-month", "today = \"2026-04-02\"\n month = \"2026-03\"\n language = \"ko\"\n by_account = true", "31", "28", "2026-03-01", "2026-03-31", "2026-02-01", "2026-02-28"},
}

// Every number of the report against one that the test computes, and the report drawn by
// the real mermaid in a real browser.
func TestCostReportNumbers(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it serves usages of its own")
	acctest.Need(t, acctest.Functions)
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Start: time.Date(2026, 4, 2, 3, 0, 0, 0, time.UTC)}))
	rows := reportUsages()
	setUsages(e, rows)
	for i, amount := range []int64{1_400_000_000, 900_000_000, 2_000_000_000, 1_200_000_000, 3_000_000_000} {
		e.SCP.PutBudget(emulator.Budget{Name: []string{"total", "early warning", "plan", "last year", "limit"}[i], Amount: amount, Unit: "MONTHLY", StartMonth: "2026-01"})
	}
	all := apply(t, e, "cost-report", map[string]string{reports[0].name: reports[0].arguments, reports[1].name: reports[1].arguments})
	for _, c := range reports {
		report := fmt.Sprint(all[c.name].values["markdown"])
		spend := sumOf(rows, "", c.first, c.last)
		until := c.last
		if c.compared != c.days {
			until = c.last[:8] + c.compared
		}
		same, before := sumOf(rows, "", c.first, until), sumOf(rows, "", c.before, c.until)
		wants := []string{"**" + grouped(spend) + " KRW**", "**" + percent(same, before) + "**", c.first + " – " + c.last[8:], c.first + " – " + c.compared, c.before + " – " + c.until[8:]}
		for _, category := range []string{"COMPUTE", "DATABASE", "데이터 분석"} {
			now, then := sumOf(rows, category, c.first, until), sumOf(rows, category, c.before, c.until)
			wants = append(wants, fmt.Sprintf("| %s | %s | %s | %s |", category, grouped(sumOf(rows, category, c.first, c.last)), grouped(then), percent(now, then)))
		}
		share := new(big.Rat).Quo(spend, big.NewRat(14_000_000, 1))
		percentage, _ := share.Float64()
		wants = append(wants, fmt.Sprintf("| total | 1,400,000,000 | %.1f %% |", percentage))
		if c.days == "26" {
			projection := new(big.Rat).Mul(spend, big.NewRat(31, 26))
			wants = append(wants, "| Projected to the end of the month | | **"+grouped(projection)+" KRW** |")
		} else {
			wants = append(wants, "클라우드 비용: 2026-03", "2026-02-01 – 28 대비 2026-03-01 – 28", "| a | COMPUTE | ", "| b | 데이터 분석 | ")
		}
		acctest.Has(t, report, wants...)
		height := draw(t, c.name, report)
		if c.name == "month-to-date" && height > 1500 {
			t.Errorf("%s: the report is %d pixels high, want at most 1500", c.name, height)
		}
	}
}

// What is hard to draw: credits, names with signs that Mermaid gives a meaning, names that
// are the same without such signs, one that the module uses itself, and nulls.
func TestCostReportOfOddNames(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it needs rows that are hard to draw")
	acctest.Need(t, acctest.Functions)
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Start: time.Date(2026, 3, 2, 3, 0, 0, 0, time.UTC), Guesses: emulator.Guesses{NegativeAmounts: true}}))
	setUsages(e, []usage{
		{"COMPUTE", "a", "2026-02-03", "106.3225806452"},
		{"COMPUTE", "a", "2026-01-03", "206.3225806452"},
		{"저장소 \"빠른\" | %% ; # <b>", "a", "2026-02-04", "1000.0"},
		{"pie title [x] {y} --> z\nend", "a|b", "2026-02-04", "77.7"},
		{"CREDITS", "a", "2026-02-05", "-50.5"},
		{"", "a", "2026-02-05", "0.0"},
		{"LOG/A", "a", "2026-02-06", "10.0"},
		{"LOG:A", "a", "2026-02-06", "20.0"},
		{"other services", "a", "2026-02-06", "300.0"},
	})
	e.SCP.PutBudget(emulator.Budget{Name: "a =.+@_-", Amount: 1000, Unit: "MONTHLY", StartMonth: "2026-01"})
	cases := map[string]struct {
		arguments string
		has       []string
	}{
		"all": {`month = "2026-02"`, []string{
			"| COMPUTE | 106 | 206 | -48.5 % |", "| CREDITS | -51 | 0 | – |", `"LOG_A 1/2", "LOG_A 2/2"`, "[1000.00, 300.00, 106.32, 77.70, 20.00, 10.00]", "| without a category | 0 |",
			`저장소 "빠른" \| %% ; # &lt;b>`, "| pie title [x] {y} --> z end |", "**1,464 KRW**",
		}},
		"largest": {"month = \"2026-02\"\n largest = 1\n by_account = true", []string{"| 7 other services | 464 |", "| a\\|b | "}},
		"dollars": {"month = \"2026-02\"\n currency = \"usd\"", []string{"**0.00 USD**", "| Not included | KRW | 1,464 |"}},
		"nothing": {`today = "2026-03-01"`, []string{"Nothing has been charged yet."}},
		"empty":   {`month = "2024-02"`, []string{"**0 KRW**", "| **Total** | **0** | **0** | **–** |"}},
	}
	arguments := map[string]string{}
	for name, c := range cases {
		arguments[name] = c.arguments
	}
	var charts []string
	for name, out := range apply(t, e, "cost-report", arguments) {
		report := fmt.Sprint(out.values["markdown"])
		acctest.Has(t, report, cases[name].has...)
		var last int
		for _, line := range strings.Split(report, "\n") {
			bars := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|")
			if bars > 0 && last > 0 && bars != last {
				t.Errorf("%s: a row of a table has %d bars, and the one before %d: %s", name, bars, last, line)
			}
			last = bars
		}
		drawn, _ := out.values["charts"].([]any)
		for _, chart := range drawn {
			charts = append(charts, fmt.Sprint(chart))
		}
		if fences := strings.Count(report, "```mermaid"); fences != len(drawn) {
			t.Errorf("%s: %d charts are in the report and %d in the output", name, fences, len(drawn))
		}
	}
	parseCharts(t, charts)
}

// mermaidFolder has the mermaid package, where it is installed.
func mermaidFolder(t *testing.T) string {
	t.Helper()
	return examplesPath(t, "..", "internal", "testing", "mermaid")
}

// parseCharts returns charts to the mermaid package, where it is installed.
func parseCharts(t *testing.T, charts []string) {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("the charts are not parsed: there is no node on PATH")
	}
	folder := mermaidFolder(t)
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
		if results[i].Error != "" || results[i].Type != "xychart" {
			t.Errorf("mermaid says %+v about\n%s", results[i], chart)
		}
	}
	if results[len(charts)].Error == "" {
		t.Error("mermaid takes a chart that is none")
	}
	t.Logf("%d charts parsed", len(charts))
}

// documentTitle finds what report.html found out.
var documentTitle = regexp.MustCompile(`<title>([^<]*)</title>`)

// draw draws a report in Chromium and returns its height in pixels; 0 without Chromium.
// With PICTURES set it writes NAME.png into that folder.
func draw(t *testing.T, name, report string) (height int) {
	t.Helper()
	browser, err := exec.LookPath("chromium")
	folder := mermaidFolder(t)
	if _, missing := os.Stat(filepath.Join(folder, "node_modules", "marked")); err != nil || missing != nil {
		t.Log("the report is not drawn: it needs chromium, and npm install --prefix internal/testing/mermaid --no-package-lock")
		return 0
	}
	text, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	base := url.URL{Scheme: "file", Path: filepath.ToSlash(folder) + "/"}
	html := strings.Replace(acctest.ReadFile(t, folder, "report.html"), `<meta charset="utf-8">`, fmt.Sprintf(`<meta charset="utf-8"><base href=%q><script>window.report = %s</script>`, base.String(), text), 1)
	file := filepath.Join(t.TempDir(), "report.html")
	acctest.WriteFile(t, file, html)
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	run := func(arguments ...string) string {
		arguments = append([]string{"--headless", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files", "--hide-scrollbars", "--virtual-time-budget=20000", "--user-data-dir=" + t.TempDir()}, arguments...)
		out, err := exec.CommandContext(ctx, browser, append(arguments, "file://"+file)...).Output()
		if err != nil {
			t.Fatalf("chromium: %v", err)
		}
		return string(out)
	}
	match := documentTitle.FindStringSubmatch(run("--dump-dom", "--window-size=800,400"))
	if match == nil {
		t.Fatal("chromium drew nothing")
	}
	if height, err = strconv.Atoi(match[1]); err != nil {
		t.Fatalf("mermaid: %s", match[1])
	}
	if pictures := os.Getenv("PICTURES"); pictures != "" {
		run(fmt.Sprintf("--window-size=800,%d", height), "--screenshot="+filepath.Join(pictures, "report-"+name+".png"))
	}
	t.Logf("%s: %d pixels high", name, height)
	return height
}
