package main

// The figures as a table.

import (
	"context"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
)

// Report are all figures.
type Report struct {
	Machine Machine    `json:"machine"`
	Start   []*Start   `json:"start"`
	Objects []*Objects `json:"objects"`
	// Encrypted is empty where a test cannot bring its own certificate authority.
	Encrypted []*Encrypted `json:"encrypted,omitempty"`
	Cost      []*Cost      `json:"cost"`
}

// Machine is what the figures were taken on, in general terms.
type Machine struct {
	System      string `json:"system"`
	Cores       int    `json:"cores"`
	MemoryBytes int64  `json:"memory_bytes"`
	Go          string `json:"go"`
	Terraform   string `json:"terraform"`
	// The average number of runnable processes in the last minute.
	LoadBefore string `json:"load_before"`
	LoadAfter  string `json:"load_after"`
}

func machine(ctx context.Context, s *sandbox) (Machine, error) {
	terraform, err := s.terraformVersion(ctx)
	m := Machine{System: runtime.GOOS + "/" + runtime.GOARCH, Cores: runtime.NumCPU(), Go: runtime.Version(), Terraform: terraform, LoadBefore: load()}
	if text, err := os.ReadFile("/proc/meminfo"); err == nil {
		if fields := strings.Fields(string(text)); len(fields) > 1 {
			kib, _ := strconv.ParseInt(fields[1], 10, 64)
			m.MemoryBytes = kib << 10
		}
	}
	return m, err
}

// load is the system's load, or nothing where it is not known.
func load() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return ""
	}
	one, _, _ := strings.Cut(string(text), " ")
	return one
}

// median is the middle of the values, NaN of none.
func median(values []float64) float64 {
	if len(values) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(values))
	middle := len(sorted) / 2
	if len(sorted)%2 == 0 {
		return (sorted[middle-1] + sorted[middle]) / 2
	}
	return sorted[middle]
}

// number writes a figure, and a dash where there is none.
func number(format string, value float64) string {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return "-"
	}
	return fmt.Sprintf(format, value)
}

func seconds(values []float64) string { return number("%.3f", median(values)) }

func mebibytes(bytes int64) string { return fmt.Sprintf("%.0f", float64(bytes)/(1<<20)) }

func ratio(a, b float64) string { return number("%.2f", a/b) }

// markdown is the whole report.
func (r *Report) markdown() string {
	var b strings.Builder
	m := r.Machine
	fmt.Fprintf(&b, "%s, %d cores, %.0f GiB; %s; Terraform %s; load %s before, %s after.\n", m.System, m.Cores, float64(m.MemoryBytes)/(1<<30), m.Go, m.Terraform, m.LoadBefore, m.LoadAfter)
	r.startTable(&b)
	r.objectsTable(&b)
	r.encryptedTable(&b)
	r.latencyTable(&b)
	r.costTable(&b)
	return b.String()
}

func (r *Report) startTable(b *strings.Builder) {
	if len(r.Start) == 0 {
		return
	}
	base := r.Start[len(r.Start)-1]
	b.WriteString("\n### Start\n\n| provider | binary, MB | process start to schema, s | of empty | CPU until then, s | of empty | terraform validate, s | of empty | CPU of it, s | of empty | memory, MiB | schema, KiB |\n|---|---|---|---|---|---|---|---|---|---|---|---|\n")
	for _, s := range r.Start {
		fmt.Fprintf(b, "| %s | %.1f | %s | %s | %s | %s | %s | %s | %s | %s | %s | %.0f |\n", s.Provider, float64(s.BinaryBytes)/1e6,
			seconds(s.Schema), ratio(median(s.Schema), median(base.Schema)), seconds(s.SchemaCPU), ratio(median(s.SchemaCPU), median(base.SchemaCPU)),
			seconds(s.Validate), ratio(median(s.Validate), median(base.Validate)), seconds(s.ValidateCPU), ratio(median(s.ValidateCPU), median(base.ValidateCPU)),
			mebibytes(s.Peak), float64(s.SchemaBytes)/1024)
	}
}

// objects finds the figures of a step.
func (r *Report) objects(n int, latency float64, step, subject string) *Objects {
	for _, o := range r.Objects {
		if o.N == n && o.Latency == latency && o.Step == step && o.Subject == subject {
			return o
		}
	}
	return &Objects{}
}

func (r *Report) objectsTable(b *strings.Builder) {
	if len(r.Objects) == 0 {
		return
	}
	var times, more strings.Builder
	for _, o := range r.Objects {
		if o.Subject != subjects[0].name {
			continue
		}
		base := r.objects(o.N, o.Latency, o.Step, subjects[1].name)
		same := r.objects(o.N, o.Latency, o.Step, subjects[2].name)
		core := r.objects(o.N, o.Latency, o.Step, subjects[3].name)
		data := r.objects(o.N, o.Latency, o.Step, subjects[4].name)
		fmt.Fprintf(&times, "| %d | %.0f | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", o.N, o.Latency*1000, o.Step,
			seconds(o.Wall), seconds(base.Wall), seconds(same.Wall), seconds(core.Wall), seconds(data.Wall),
			ratio(median(o.Wall), median(same.Wall)), ratio(median(o.Wall), median(base.Wall)), ratio(median(core.Wall), median(base.Wall)))
		fmt.Fprintf(&more, "| %d | %.0f | %s | %s | %s | %s | %s | %s | %s | %s | %.2f | %s | %s | %d | %d | %d |\n", o.N, o.Latency*1000, o.Step,
			seconds(o.CPU), seconds(base.CPU), seconds(same.CPU), seconds(core.CPU), ratio(median(o.CPU), median(same.CPU)), ratio(median(o.CPU), median(base.CPU)), ratio(median(core.CPU), median(base.CPU)),
			o.ProviderCPU, mebibytes(o.ProviderPeak), o.Traffic, o.Traffic.MostReads, o.Traffic.Connections, o.Traffic.AtOnce)
	}
	b.WriteString("\n### Objects: time\n\n| objects | latency, ms | step | budgets, s | empty resource, s | same schema, s | Terraform alone, s | terraform_data, s | budgets / same schema | budgets / empty | Terraform alone / empty |\n" +
		"|---|---|---|---|---|---|---|---|---|---|---|\n" + times.String())
	b.WriteString("\n### Objects: CPU, memory, requests\n\n| objects | latency, ms | step | CPU of budgets, s | of empty, s | of same schema, s | of Terraform alone, s | budgets / same schema | budgets / empty | Terraform alone / empty | " +
		"CPU of the provider alone, s | its memory, MiB | requests | reads of one object | connections | at once |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n" + more.String())
}

// String lists the requests by method.
func (t Traffic) String() string {
	var parts []string
	for _, method := range []string{"POST", "GET", "PUT", "DELETE"} {
		if n := t.Requests[method]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, method))
		}
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// encryptedTable has the connections over HTTP/1.1 beside those over HTTP/2.
func (r *Report) encryptedTable(b *strings.Builder) {
	if len(r.Encrypted) == 0 {
		return
	}
	b.WriteString("\n### Connections opened by one command\n\n| objects | latency, ms | step | HTTP/1.1 | at once | HTTP/2 over TLS | at once |\n|---|---|---|---|---|---|---|\n")
	for _, e := range r.Encrypted {
		plain := r.objects(e.N, e.Latency, e.Step, subjects[0].name).Traffic
		fmt.Fprintf(b, "| %d | %.0f | %s | %d | %d | %d | %d |\n", e.N, e.Latency*1000, e.Step, plain.Connections, plain.AtOnce, e.Traffic.Connections, e.Traffic.AtOnce)
	}
}

// latencyTable compares plans with the waits that cannot be avoided: as many
// rounds of Terraform's ten calls at a time as the objects need.
func (r *Report) latencyTable(b *strings.Builder) {
	var lines strings.Builder
	for _, o := range r.Objects {
		if o.Subject != subjects[0].name || o.Step != steps[1].name || o.Latency == 0 {
			continue
		}
		near := r.objects(o.N, 0, o.Step, o.Subject)
		if near.N == 0 {
			continue
		}
		waits := math.Ceil(float64(o.N)/10) * o.Latency
		fmt.Fprintf(&lines, "| %d | %.0f | %.3f | %s | %s | %s |\n", o.N, o.Latency*1000, waits, seconds(near.Wall), seconds(o.Wall), ratio(median(o.Wall), waits+median(near.Wall)))
	}
	if lines.Len() > 0 {
		b.WriteString("\n### A no-op plan against a distant service\n\n| objects | latency, ms | unavoidable waits, s | plan without latency, s | plan, s | plan / (waits + plan without latency) |\n|---|---|---|---|---|---|\n" + lines.String())
	}
}

func (r *Report) costTable(b *strings.Builder) {
	if len(r.Cost) == 0 {
		return
	}
	b.WriteString("\n### Usages\n\n| read | usages | floor, s | provider, s | provider / floor | floor CPU, s | provider CPU, s | gRPC, s | core, s | terraform apply, s | floor memory, MiB | provider memory, MiB | answer, MiB |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n")
	for _, c := range r.Cost {
		fmt.Fprintf(b, "| %s | %d | %s | %s | %s | %s | %s | %s | %s | %s | %s | %s | %.1f |\n", c.Read, c.Rows, seconds(c.Floor), seconds(c.Provider), ratio(median(c.Provider), median(c.Floor)),
			seconds(c.FloorCPU), seconds(c.ProviderCPU), seconds(c.GRPC), seconds(c.Core), seconds(c.Apply), mebibytes(c.FloorPeak), mebibytes(c.ProviderPeak), float64(c.AnswerBytes)/(1<<20))
	}
}
