package costexplorer_test

import (
	"fmt"
	"os"
	"strconv"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// serverVariable makes this program a service of that many rows, for benchmarks: in
// a process of its own, so that neither its time nor its memory is counted.
const serverVariable = "SCPBILLING_BENCHMARK_SERVER"

// summaryVariable makes this program a process that reads one summary from the
// service at that address and prints the most memory that it ever took, in KiB.
const summaryVariable = "SCPBILLING_BENCHMARK_SUMMARY"

func TestMain(m *testing.M) {
	if rows := os.Getenv(serverVariable); rows != "" {
		os.Exit(serve(rows))
	}
	if address := os.Getenv(summaryVariable); address != "" {
		os.Exit(summarize(address))
	}
	acctest.Main(m)
}

// serve prints the service's address and ends when its standard input does, that
// is with the process that started it.
func serve(rows string) int {
	n, err := strconv.Atoi(rows)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	em, err := emulator.Start(emulator.Options{
		Usages: n, Bills: n, Guesses: emulator.Guesses{DefaultPeriod: "all"},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	fmt.Fprintln(os.Stdout, em.URL)
	_, _ = os.Stdin.Read(make([]byte, 1))
	if err := em.Close(); err != nil {
		return 1
	}
	return 0
}
