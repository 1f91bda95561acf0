package main

// Many objects through their life: apply, a plan without changes, a change of
// all, destroy. The same is done with as many objects of the empty provider, of a
// provider with the budget's schema and nothing behind it, and of Terraform's own
// terraform_data, command by command in turn.

import (
	"context"
	"fmt"
	"log"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
)

// subject is what is measured, or what is measured beside it.
type subject struct {
	name   string
	config func(n int, url string) string
}

const requiredProviders = `terraform {
  required_providers {
    scpbilling = { source = "registry.terraform.io/scpbilling/scpbilling" }
  }
}
`

const requiredEmpty = `terraform {
  required_providers {
    empty = { source = "registry.terraform.io/scpbilling/empty" }
  }
}
`

const requiredShape = `terraform {
  required_providers {
    shape = { source = "registry.terraform.io/scpbilling/shape" }
  }
}
`

const requiredBare = `terraform {
  required_providers {
    bare = { source = "registry.terraform.io/scpbilling/bare" }
  }
}
`

// budgets are the arguments of n budgets, whatever the type of the resource.
func budgets(n int, typeName string) string {
	return fmt.Sprintf(`
variable "round" { type = number }
resource %q "all" {
  count         = %d
  name          = format("budget-%%04d", count.index)
  amount        = 1000000 + var.round
  unit          = "MONTHLY"
  start_month   = "2099-01"
  notifications = { receivers = ["finops@example.com"], thresholds = [80, 100] }
  prevention    = { receivers = ["finops@example.com"], threshold = 100 }
}
`, typeName, n)
}

// providerBlock leads to the emulator.
func providerBlock(url string) string {
	return fmt.Sprintf("provider \"scpbilling\" {\n  endpoint_override = %q\n  access_key = %q\n  secret_key = %q\n}\n",
		url, emulator.ExampleAccessKey, emulator.ExampleSecretKey)
}

var subjects = []subject{
	{"scpbilling_account_budget", func(n int, url string) string {
		return requiredProviders + providerBlock(url) + budgets(n, "scpbilling_account_budget")
	}},
	{"empty_thing", func(n int, _ string) string {
		return requiredEmpty + fmt.Sprintf(`
variable "round" { type = number }
resource "empty_thing" "all" {
  count = %d
  value = format("thing-%%04d-%%d", count.index, var.round)
}
`, n)
	}},
	{"shape_thing", func(n int, _ string) string { return requiredShape + budgets(n, "shape_thing") }},
	{"bare_thing", func(n int, _ string) string { return requiredBare + budgets(n, "bare_thing") }},
	{"terraform_data", func(n int, _ string) string {
		return fmt.Sprintf(`
variable "round" { type = number }
resource "terraform_data" "all" {
  count = %d
  input = format("thing-%%04d-%%d", count.index, var.round)
}
`, n)
	}},
}

// step is a command in the life of the objects.
type step struct {
	name      string
	arguments []string
}

var steps = []step{
	{"apply", []string{"apply", "-auto-approve", "-input=false", "-no-color", "-var", "round=1"}},
	{"no-op plan", []string{"plan", "-detailed-exitcode", "-input=false", "-no-color", "-var", "round=1"}},
	{"change of all", []string{"apply", "-auto-approve", "-input=false", "-no-color", "-var", "round=2"}},
	{"destroy", []string{"destroy", "-auto-approve", "-input=false", "-no-color", "-var", "round=2"}},
}

// Objects are the figures of one step with a number of objects of one kind.
type Objects struct {
	N       int     `json:"n"`
	Latency float64 `json:"latency_seconds"`
	Step    string  `json:"step"`
	Subject string  `json:"subject"`
	// Wall and CPU are of Terraform with its providers, in seconds, run by run.
	Wall []float64 `json:"wall_seconds"`
	CPU  []float64 `json:"cpu_seconds"`
	// ProviderCPU, in seconds, and ProviderPeak, in bytes, were seen in a run of
	// their own, which is not among the others unless there are very many objects.
	ProviderCPU  float64 `json:"provider_cpu_seconds"`
	ProviderPeak int64   `json:"provider_peak_bytes"`
	// Traffic is that of each run; all runs were alike, or the first that was not.
	Traffic Traffic `json:"traffic"`
}

// manyObjects is from how many objects on the watched run counts like the others:
// what watching takes is little then, and a run takes minutes.
const manyObjects = 1000

// measureObjects measures n objects with a latency of the service. One watched run
// goes before the others; it warms the caches of the system as well.
func measureObjects(ctx context.Context, s *sandbox, n int, latency time.Duration, runs int) ([]*Objects, error) {
	server, err := startService(emulator.Options{Latency: latency})
	if err != nil {
		return nil, err
	}
	defer server.close()
	var places []*workspace
	results := map[string]*Objects{}
	var ordered []*Objects
	for _, subject := range subjects {
		place, err := s.workspace(ctx, subject.config(n, server.url))
		if err != nil {
			return nil, err
		}
		defer place.remove()
		places = append(places, place)
	}
	for _, step := range steps {
		for _, subject := range subjects {
			o := &Objects{N: n, Latency: latency.Seconds(), Step: step.name, Subject: subject.name}
			results[step.name+subject.name] = o
			ordered = append(ordered, o)
		}
	}
	rounds := runs + 1
	if n >= manyObjects {
		rounds = runs
	}
	for run := range rounds {
		for _, step := range steps {
			for i := range subjects {
				// Another one goes first in each run.
				i = (i + run) % len(subjects)
				server.take()
				used, err := places[i].run(ctx, run == 0, step.arguments...)
				if err != nil {
					return nil, fmt.Errorf("%s of %d %s: %w", step.name, n, subjects[i].name, err)
				}
				traffic := server.take()
				o := results[step.name+subjects[i].name]
				if run == 0 {
					o.ProviderCPU, o.ProviderPeak, o.Traffic = used.Provider.CPU.Seconds(), used.Provider.Peak, traffic
					if n < manyObjects {
						continue
					}
				}
				o.Wall, o.CPU = append(o.Wall, used.Wall.Seconds()), append(o.CPU, used.CPU.Seconds())
				o.Traffic.Connections = max(o.Traffic.Connections, traffic.Connections)
				o.Traffic.AtOnce = max(o.Traffic.AtOnce, traffic.AtOnce)
				o.Traffic.MostReads = max(o.Traffic.MostReads, traffic.MostReads)
				if traffic.Total != o.Traffic.Total {
					return nil, fmt.Errorf("%s of %d %s: %v requests in one run and %v in another", step.name, n, subjects[i].name, o.Traffic.Requests, traffic.Requests)
				}
			}
		}
		log.Printf("%d objects, latency %s: round %d of %d", n, latency, run+1, rounds)
	}
	return ordered, nil
}
