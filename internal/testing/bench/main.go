// Command bench measures the whole provider as users have it: real Terraform, the
// real provider process, and a local SCP.
//
// Every figure stands beside a floor from the same run, because machines differ:
// an empty provider built from the same framework, Terraform's own terraform_data,
// a program that only fetches and decodes the same pages. The emulator runs in the
// process of this program. Runs are interleaved, and medians are compared.
//
// It prints a table in Markdown and, with -json, writes all figures to a file.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// plan is what is measured, and how often.
type plan struct {
	root, terraform string
	objects         []int
	latencies       []time.Duration
	summaries, rows []int
	// runs is how often, largeRuns with a thousand objects or more, and startRuns
	// for the start, which is short.
	runs, largeRuns, startRuns, costRuns int
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	log.SetFlags(log.Ltime)
	if address := os.Getenv(floorVariable); address != "" {
		if err := runFloor(ctx, address, os.Getenv(floorRowsVariable)); err != nil {
			log.Fatal(err)
		}
		return
	}
	if err := command(ctx, os.Args[1:]); err != nil {
		stop()
		log.Fatal("bench: ", err)
	}
}

func command(ctx context.Context, arguments []string) error {
	p := plan{objects: []int{10, 100, 1000}, latencies: []time.Duration{0, 50 * time.Millisecond}, summaries: []int{100_000, 1_000_000}, rows: []int{100_000}}
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.Func("objects", "`numbers` of objects, with commas; 0 for none (default 10,100,1000)", numbers(&p.objects))
	flags.Func("summaries", "`numbers` of usages to sum up, with commas; 0 for none (default 100000,1000000)", numbers(&p.summaries))
	flags.Func("rows", "`numbers` of usages to list, with commas; 0 for none (default 100000)", numbers(&p.rows))
	flags.Func("latencies", "`times` that the service takes to answer, with commas (default 0s,50ms)", func(text string) error {
		p.latencies = nil
		for part := range strings.SplitSeq(text, ",") {
			d, err := time.ParseDuration(part)
			if err != nil {
				return err
			}
			p.latencies = append(p.latencies, d)
		}
		return nil
	})
	flags.IntVar(&p.runs, "runs", 5, "`number` of runs of each step")
	flags.IntVar(&p.largeRuns, "large-runs", 3, "`number` of runs with 1000 objects and more")
	flags.IntVar(&p.startRuns, "start-runs", 21, "`number` of provider starts; 0 for none")
	flags.IntVar(&p.costRuns, "cost-runs", 3, "`number` of runs of each read of usages")
	flags.StringVar(&p.root, "root", ".", "`folder` of the project")
	flags.StringVar(&p.terraform, "terraform", os.Getenv("TF_ACC_TERRAFORM_PATH"), "`path` of Terraform or OpenTofu (default TF_ACC_TERRAFORM_PATH, or terraform on PATH)")
	out := flags.String("json", "", "`file` for all figures")
	table := flags.String("markdown", "", "`file` for the table, which is printed as well")
	from := flags.String("from", "", "`files` of -json, with commas: print their table together and measure nothing")
	if err := flags.Parse(arguments); err != nil {
		return err
	}
	if *from != "" {
		report, err := together(strings.Split(*from, ","))
		if err == nil {
			fmt.Print(report.markdown())
		}
		return err
	}
	if p.terraform == "" {
		var err error
		if p.terraform, err = exec.LookPath("terraform"); err != nil {
			return err
		}
	}
	report, err := p.measure(ctx)
	if err != nil {
		return err
	}
	text := report.markdown()
	fmt.Print(text)
	if *table != "" {
		if err := os.WriteFile(*table, []byte(text), 0o644); err != nil { //nolint:gosec // Figures are no secret.
			return err
		}
	}
	if *out == "" {
		return nil
	}
	figures, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(*out, append(figures, '\n'), 0o644) //nolint:gosec // Figures are no secret.
}

// together is the figures of several runs on one machine.
func together(files []string) (*Report, error) {
	var all Report
	for i, file := range files {
		text, err := os.ReadFile(file) //nolint:gosec // The user names it.
		if err != nil {
			return nil, err
		}
		var one Report
		if err := json.Unmarshal(text, &one); err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		if i == 0 {
			all.Machine = one.Machine
		}
		all.Start, all.Objects = append(all.Start, one.Start...), append(all.Objects, one.Objects...)
		all.Encrypted, all.Cost = append(all.Encrypted, one.Encrypted...), append(all.Cost, one.Cost...)
	}
	return &all, nil
}

// numbers is a flag of numbers with commas. Zeros are left out.
func numbers(to *[]int) func(string) error {
	return func(text string) error {
		*to = nil
		for part := range strings.SplitSeq(text, ",") {
			n, err := strconv.Atoi(part)
			if err != nil || n < 0 {
				return fmt.Errorf("%q is no number of things", part)
			}
			if n > 0 {
				*to = append(*to, n)
			}
		}
		return nil
	}
}

// measure does all of the plan in a folder that it removes afterwards.
func (p plan) measure(ctx context.Context) (*Report, error) {
	folder, err := os.MkdirTemp("", "scpbilling-bench")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	if folder, err = filepath.EvalSymlinks(folder); err != nil {
		return nil, err
	}
	s, err := newSandbox(ctx, p.root, folder, p.terraform)
	if err != nil {
		return nil, err
	}
	report := &Report{}
	if report.Machine, err = machine(ctx, s); err != nil {
		return nil, err
	}
	if p.startRuns > 0 {
		if report.Start, err = measureStart(ctx, s, p.startRuns); err != nil {
			return nil, err
		}
	}
	for _, n := range p.objects {
		for _, latency := range p.latencies {
			runs := p.runs
			if n >= manyObjects {
				runs = p.largeRuns
			}
			figures, err := measureObjects(ctx, s, n, latency, runs)
			if err != nil {
				return nil, err
			}
			report.Objects = append(report.Objects, figures...)
			if n >= manyObjects || !certificatesFromFile() {
				continue
			}
			encrypted, err := measureEncrypted(ctx, s, n, latency)
			if err != nil {
				return nil, err
			}
			report.Encrypted = append(report.Encrypted, encrypted...)
		}
	}
	for _, read := range []struct {
		name  string
		sizes []int
	}{{"summary", p.summaries}, {"rows", p.rows}} {
		for _, n := range read.sizes {
			figures, err := measureCost(ctx, s, read.name, n, p.costRuns)
			if err != nil {
				return nil, err
			}
			report.Cost = append(report.Cost, figures)
		}
	}
	report.Machine.LoadAfter = load()
	return report, nil
}
