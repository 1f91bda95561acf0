package costexplorer_test

// How much memory a summary takes, seen from outside.

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/acctest"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/provider"
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
	fmt.Println(peak)
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
	command := exec.Command(program) //nolint:gosec // This program itself.
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

// The most memory that a summary takes does not grow with the rows.
func TestSummaryPeakMemory(t *testing.T) {
	small, large := summaryMemory(t, 20_000), summaryMemory(t, 200_000)
	t.Logf("20,000 rows: %d KiB, 200,000 rows: %d KiB", small, large)
	if large > small+small/10 {
		t.Errorf("20,000 rows take %d KiB at most and 200,000 rows %d KiB, more than a tenth above", small, large)
	}
}

// BenchmarkSummaryMemory is the same at the size of a large organisation.
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
