package costexplorer_test

// How much memory a summary takes, seen from outside.

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"runtime"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/provider"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// panicker stands for a test in a process that runs none.
type panicker struct{ testing.TB }

func (panicker) Helper()                   {}
func (panicker) Context() context.Context  { return context.Background() }
func (panicker) Fatal(a ...any)            { panic(fmt.Sprint(a...)) }
func (panicker) Fatalf(f string, a ...any) { panic(fmt.Sprintf(f, a...)) }

func summarize(address string) int {
	serveProvider(panicker{}, provider.NewServer(acctest.Version)(), address).read("scpbilling_usage_summary", "usage_month", "account_id")
	peak, err := peakMemory("self")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Fprintln(os.Stdout, peak)
	return 0
}

// peakMemory is the most memory that a process ever had resident, in KiB.
func peakMemory(process string) (int, error) {
	file, err := os.Open("/proc/" + process + "/status")
	if err != nil {
		return 0, err
	}
	defer func() { _ = file.Close() }()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if rest, found := strings.CutPrefix(lines.Text(), "VmHWM:"); found {
			return strconv.Atoi(strings.TrimSpace(strings.TrimSuffix(rest, "kB")))
		}
	}
	return 0, errors.Join(lines.Err(), errors.New("no VmHWM in the status"))
}

// summaryMemory reads a summary of n usages in a process of its own.
func summaryMemory(tb testing.TB, n int) int {
	tb.Helper()
	if _, err := peakMemory("self"); err != nil {
		tb.Skip("needs the memory figures of Linux: ", err)
	}
	program, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	command := exec.Command(program)
	command.Env = append(os.Environ(), summaryVariable+"="+benchmarkServer(tb, n))
	command.Stderr = os.Stderr
	out, err := command.Output()
	if err != nil {
		tb.Fatal(err)
	}
	peak, err := strconv.Atoi(strings.TrimSpace(string(out)))
	if err != nil {
		tb.Fatal(err)
	}
	return peak
}

// What a summary keeps while it reads does not grow with the pages: neither in the
// data source nor in the client.
func TestSummaryKeepsNoPages(t *testing.T) {
	// Few rows with long strings: much to keep, and little to read.
	rows := ""
	for i := range 79 {
		rows += usageRow(fmt.Sprint(i)+strings.Repeat("0123456789", 40), `{"krw":"1.5","usd":"0.0"}`) + ","
	}
	rows += usageRow("last", "null")
	kept := func(pages int) uint64 {
		// Requests come one after the other, but from goroutines of their own.
		var most, requests atomic.Uint64
		listener := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			page := requests.Add(1)
			if page%20 == 0 {
				var figures runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&figures)
				most.Store(max(most.Load(), figures.HeapAlloc))
			}
			links := ""
			if page < uint64(pages) {
				links = fmt.Sprintf(`{"rel":"next","href":"http://x/v1/usages?marker=%032d"}`, page)
			}
			w.Header().Set("Content-Type", "application/json")
			_, _ = fmt.Fprintf(w, `{"usages":[%s],"count":null,"timezone":"Asia/Seoul","links":[%s]}`, strings.ReplaceAll(rows, `"id":"`, fmt.Sprintf(`"id":"%d-`, page)), links)
		}))
		defer listener.Close()
		serveProvider(t, provider.NewServer(acctest.Version)(), listener.URL).read("scpbilling_usage_summary", "usage_month", "account_id")
		if got := requests.Load(); got != uint64(pages) {
			t.Fatalf("%d requests, want %d", got, pages)
		}
		return most.Load()
	}
	// The first read fills what is kept for good: connections, pools, schemas.
	kept(40)
	small, large := kept(40), kept(400)
	t.Logf("40 pages: %d KiB, 400 pages: %d KiB", small>>10, large>>10)
	if large > small+5<<20 {
		t.Errorf("with 40 pages %d bytes are kept at most, with 400 pages %d", small, large)
	}
}

// BenchmarkSummaryMemory reports the most memory that a process with a summary takes.
func BenchmarkSummaryMemory(b *testing.B) {
	for _, n := range []int{100_000, 1_000_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			peak := 0
			for b.Loop() {
				peak = summaryMemory(b, n)
			}
			b.ReportMetric(float64(peak)/1024, "peak-MiB")
		})
	}
}
