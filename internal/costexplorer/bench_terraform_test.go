package costexplorer_test

// A hundred thousand usages through real Terraform.

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// BenchmarkTerraform applies a configuration that reads rows, or a summary, with
// real Terraform and the real provider process. It reports the wall time of the
// command, the time that the provider took for the read, the floor for the same
// pages in the same run, and the provider's memory.
func BenchmarkTerraform(b *testing.B) {
	const n = 100_000
	for name, config := range map[string]string{
		"rows": `
data "scpbilling_usages" "all" {}
output "rows" { value = length(data.scpbilling_usages.all.usages) }
output "last" { value = data.scpbilling_usages.all.usages[99999].amounts }
`,
		"summary": `
data "scpbilling_usage_summary" "all" { group_by = ["usage_month", "service_category"] }
output "rows"  { value = data.scpbilling_usage_summary.all.total.row_count }
output "total" { value = data.scpbilling_usage_summary.all.total.amounts }
`,
	} {
		b.Run(name, func(b *testing.B) {
			address := benchmarkServer(b, n)
			var read, floorTime, cpu time.Duration
			peak := 0
			for b.Loop() {
				b.StopTimer()
				folder := terraformFolder(b, address, config)
				start := time.Now()
				floor(b, address, n)
				floorTime += time.Since(start)
				b.StartTimer()
				used := applyWatched(b, folder)
				read, cpu, peak = read+used.read, cpu+used.cpu, max(peak, used.peak)
			}
			b.ReportMetric(read.Seconds()/float64(b.N), "provider-read-s/op")
			b.ReportMetric(floorTime.Seconds()/float64(b.N), "floor-s/op")
			b.ReportMetric(read.Seconds()/floorTime.Seconds(), "read/floor")
			b.ReportMetric(cpu.Seconds()/float64(b.N), "provider-cpu-s/op")
			b.ReportMetric(float64(peak)/1024, "provider-peak-MiB")
		})
	}
}

func terraformFolder(b *testing.B, address, config string) string {
	b.Helper()
	folder := b.TempDir()
	text := fmt.Sprintf(`terraform {
  required_providers {
    scpbilling = { source = "scpbilling/scpbilling" }
  }
}
provider "scpbilling" {
  endpoint_override = %q
  access_key        = %q
  secret_key        = %q
}
%s`, address, emulator.ExampleAccessKey, emulator.ExampleSecretKey, config)
	if err := os.WriteFile(filepath.Join(folder, "main.tf"), []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	return folder
}

type usedByProvider struct {
	read, cpu time.Duration
	peak      int
}

var (
	readDuration = regexp.MustCompile(`tf_rpc=ReadDataSource.*tf_req_duration_ms=(\d+)|tf_req_duration_ms=(\d+).*tf_rpc=ReadDataSource`)
	providerName = "terraform-provider-scpbilling"
)

// applyWatched applies, and watches the provider process meanwhile.
func applyWatched(b *testing.B, folder string) usedByProvider {
	b.Helper()
	log := filepath.Join(folder, "provider.log")
	command := acctest.TerraformCommand(b.Context(), b, folder, []string{"TF_LOG_PROVIDER=TRACE", "TF_LOG_PATH=" + log}, "apply", "-auto-approve", "-no-color")
	var out bytes.Buffer
	command.Stdout, command.Stderr = &out, &out
	if err := command.Start(); err != nil {
		b.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- command.Wait() }()
	var used usedByProvider
	for {
		select {
		case err := <-done:
			if err != nil || !strings.Contains(out.String(), "Apply complete") {
				b.Fatalf("%v\n%s", err, out.String())
			}
			text, err := os.ReadFile(log)
			if err != nil {
				b.Fatal(err)
			}
			for _, match := range readDuration.FindAllStringSubmatch(string(text), -1) {
				ms, _ := strconv.Atoi(match[1] + match[2])
				used.read += time.Duration(ms) * time.Millisecond
			}
			return used
		case <-time.After(20 * time.Millisecond):
			cpu, peak := providerFigures(folder)
			used.cpu, used.peak = max(used.cpu, cpu), max(used.peak, peak)
		}
	}
}

// providerFigures are the CPU time and the peak memory of the provider processes
// that were started in a folder.
func providerFigures(folder string) (cpu time.Duration, peak int) {
	links, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, link := range links {
		program, err := os.Readlink(link)
		if err != nil || !strings.HasPrefix(filepath.Base(program), providerName) {
			continue
		}
		process := filepath.Dir(link)
		if at, err := os.Readlink(filepath.Join(process, "cwd")); err != nil || at != folder {
			continue
		}
		if one, err := peakMemory(filepath.Base(process)); err == nil {
			peak = max(peak, one)
		}
		stat, err := os.ReadFile(filepath.Join(process, "stat"))
		if err != nil {
			continue
		}
		// Behind the name in brackets: the 12th and 13th fields are ticks of 10 ms.
		if fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:])); len(fields) > 12 {
			user, _ := strconv.Atoi(fields[11])
			system, _ := strconv.Atoi(fields[12])
			cpu = max(cpu, time.Duration(user+system)*10*time.Millisecond)
		}
	}
	return cpu, peak
}
