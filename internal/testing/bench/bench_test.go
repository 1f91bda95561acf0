// Package bench measures the whole provider with real Terraform: one short run, against
// terraform_data as what Terraform itself takes, and against the waits for requests as
// what the service takes. `make bench` runs it beside the Go benchmarks; it asserts
// nothing.
package bench

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// objects are what each step is about, slots how many requests go to a host at once, and
// latency what each of them takes in the second run.
const (
	objects = 100
	slots   = 10
	latency = 50 * time.Millisecond
)

// steps are the commands that are timed, with the requests that each makes per object.
var steps = []struct {
	name      string
	arguments []string
	requests  int
}{
	{"apply", []string{"apply", "-auto-approve", "-refresh=false"}, 1},
	{"no-op plan", []string{"plan"}, 1},
	{"change of all", []string{"apply", "-auto-approve", "-refresh=false", "-var", "amount=5"}, 1},
	{"destroy", []string{"destroy", "-auto-approve", "-refresh=false"}, 1},
}

const budgets = `
variable "amount" { default = 1000 }
resource "scpbilling_account_budget" "these" {
  count  = %d
  name   = "team-${count.index}"
  amount = var.amount
  unit   = "MONTHLY"
}
`

const data = `
variable "amount" { default = 1000 }
resource "terraform_data" "these" {
  count = %d
  input = { name = "team-${count.index}", amount = var.amount, unit = "MONTHLY" }
}
`

// run times the steps once.
func run(b *testing.B, config string, delay time.Duration) []time.Duration {
	b.Helper()
	e := acctest.New(b, acctest.WithEmulator(emulator.Options{Latency: delay}))
	folder := e.Workspace(b, fmt.Sprintf(config, objects))
	var took []time.Duration
	for _, step := range steps {
		began := time.Now()
		acctest.RunTerraform(b, folder, nil, append(step.arguments, "-no-color", "-input=false")...).Must(b)
		took = append(took, time.Since(began))
	}
	return took
}

// BenchmarkProvider prints one table. The floor of a step at a latency is the waits for
// its requests, ten at a time, and the same step without latency.
func BenchmarkProvider(b *testing.B) {
	if os.Getenv("BENCH_WHOLE") == "" {
		b.Skip("takes half a minute; make bench sets BENCH_WHOLE=1")
	}
	for b.Loop() {
		floor, without, with := run(b, data, 0), run(b, budgets, 0), run(b, budgets, latency)
		var table strings.Builder
		fmt.Fprintf(&table, "\n%d objects          terraform_data   provider   at %s   waits + at 0   ratio\n", objects, latency)
		for i, step := range steps {
			waits := time.Duration((objects+slots-1)/slots*step.requests) * latency
			bound := waits + without[i]
			fmt.Fprintf(&table, "%-20s %12.2fs %9.2fs %9.2fs %13.2fs %7.2f\n",
				step.name, floor[i].Seconds(), without[i].Seconds(), with[i].Seconds(), bound.Seconds(), float64(with[i])/float64(bound))
		}
		b.Log(table.String())
	}
}
