package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestMain lets this program be the floor, as main does.
func TestMain(m *testing.M) {
	if address := os.Getenv(floorVariable); address != "" {
		if err := runFloor(context.Background(), address, os.Getenv(floorRowsVariable)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// Everything is measured once, with a few objects. How long it takes is not looked
// at; what was asked of the service is.
func TestMeasuresEverything(t *testing.T) {
	if testing.Short() {
		t.Skip("builds four providers and runs Terraform many times")
	}
	terraform := os.Getenv("TF_ACC_TERRAFORM_PATH")
	if terraform == "" {
		var err error
		if terraform, err = exec.LookPath("terraform"); err != nil {
			t.Skip("no terraform on PATH")
		}
	}
	figures, table := filepath.Join(t.TempDir(), "bench.json"), filepath.Join(t.TempDir(), "bench.md")
	const n = 3
	err := command(t.Context(), []string{
		"-root", "../../..", "-terraform", terraform, "-objects", "3", "-latencies", "0s", "-runs", "1",
		"-start-runs", "1", "-cost-runs", "1", "-summaries", "1200", "-rows", "700", "-json", figures, "-markdown", table,
	})
	if err != nil {
		t.Fatal(err)
	}
	var report Report
	text, err := os.ReadFile(figures)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &report); err != nil {
		t.Fatal(err)
	}

	wants := map[string]map[string]int{
		"apply":         {"POST": n},
		"no-op plan":    {"GET": n},
		"change of all": {"GET": n, "PUT": n},
		"destroy":       {"GET": n, "DELETE": n},
	}
	if got, want := len(report.Objects), len(steps)*len(subjects); got != want {
		t.Errorf("%d figures of objects, want %d", got, want)
	}
	for _, o := range report.Objects {
		want := map[string]int{}
		if o.Subject == subjects[0].name {
			want = wants[o.Step]
			if o.Traffic.MostReads > 1 || o.Traffic.AtOnce < 1 || o.Traffic.AtOnce > o.N {
				t.Errorf("%s: %+v; want each object read once, and one connection for an object at most", o.Step, o.Traffic)
			}
		}
		if fmt.Sprint(o.Traffic.Requests) != fmt.Sprint(want) {
			t.Errorf("%s of %s: requests %v, want %v", o.Step, o.Subject, o.Traffic.Requests, want)
		}
		if len(o.Wall) != 1 || o.Wall[0] <= 0 {
			t.Errorf("%s of %s took %v", o.Step, o.Subject, o.Wall)
		}
	}
	if certificatesFromFile() && len(report.Encrypted) != len(steps) {
		t.Errorf("%d figures of encrypted connections, want %d", len(report.Encrypted), len(steps))
	}
	for _, e := range report.Encrypted {
		// One for each process: one that plans, and one that applies.
		if e.Traffic.Connections < 1 || e.Traffic.Connections > 2 || e.Traffic.AtOnce != 1 || fmt.Sprint(e.Traffic.Requests) != fmt.Sprint(wants[e.Step]) {
			t.Errorf("%s over HTTP/2: %+v, want one connection at a time", e.Step, e.Traffic)
		}
	}
	for _, s := range report.Start {
		if s.BinaryBytes < 1<<20 || s.BinaryBytes > 25_000_000 || len(s.Schema) != 1 || len(s.Validate) != 1 {
			t.Errorf("start: %+v", s)
		}
	}
	if len(report.Start) != 2 || len(report.Cost) != 2 {
		t.Errorf("%d starts and %d reads of usages, want 2 of each", len(report.Start), len(report.Cost))
	}
	for _, c := range report.Cost {
		if len(c.Floor) != 1 || len(c.Provider) != 1 || c.AnswerBytes == 0 {
			t.Errorf("usages: %+v", c)
		}
	}
	markdown, err := os.ReadFile(table)
	if err != nil {
		t.Fatal(err)
	}
	for _, heading := range []string{"### Start", "### Objects: time", "### Objects: CPU", "### Connections", "### Usages"} {
		if !strings.Contains(string(markdown), heading) {
			t.Errorf("no %q in the table:\n%s", heading, markdown)
		}
	}
	again, err := together([]string{figures})
	if err != nil || again.markdown() != string(markdown) {
		t.Errorf("%v, the figures read again make another table:\n%s", err, again.markdown())
	}
	for line := range strings.Lines(string(markdown)) {
		if strings.Contains(line, "%!") {
			t.Errorf("broken line %s", line)
		}
	}
}

func TestHandledReadsBothLogs(t *testing.T) {
	t.Parallel()
	for log, want := range map[string]time.Duration{
		`{"@level":"trace","tf_req_duration_ms":517,"tf_req_id":"x","tf_rpc":"ReadDataSource"}`:                        517 * time.Millisecond,
		"provider: Received downstream response: tf_req_duration_ms=5 tf_req_id=x tf_rpc=ReadDataSource @module=sdk\n": 5 * time.Millisecond,
		"a: tf_rpc=ReadDataSource tf_req_duration_ms=5\nb: tf_req_duration_ms=7 tf_rpc=ReadDataSource\n":               12 * time.Millisecond,
	} {
		if got, ok := handled([]byte(log)); !ok || got != want {
			t.Errorf("%s: %s, %t, want %s", log, got, ok, want)
		}
	}
	if got, ok := handled([]byte("a: tf_req_duration_ms=5\nb: tf_rpc=ReadDataSource tf_req_id=x\n")); ok {
		t.Errorf("a log without a read tells %s", got)
	}
}

func TestMedian(t *testing.T) {
	t.Parallel()
	for want, values := range map[float64][]float64{1: {1}, 2: {3, 1, 2}, 2.5: {4, 1, 2, 3}} {
		if got := median(values); got != want {
			t.Errorf("the median of %v is %v, want %v", values, got, want)
		}
	}
	if got := seconds(nil); got != "-" {
		t.Errorf("no figures are written as %q", got)
	}
}
