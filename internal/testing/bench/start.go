package main

// The start of a provider: what every command pays, once or several times.

import (
	"context"
	"fmt"
	"log"
	"os"
	"time"
)

// Start are the figures of one provider's start.
type Start struct {
	Provider string `json:"provider"`
	// BinaryBytes is the size of the program, stripped.
	BinaryBytes int64 `json:"binary_bytes"`
	// Schema is from the start of the process to the answer to GetProviderSchema,
	// with the handshake that Terraform makes; Validate is one terraform validate.
	Schema   []float64 `json:"schema_seconds"`
	Validate []float64 `json:"validate_seconds"`
	// ValidateCPU is what Terraform and the provider computed for it, in seconds.
	ValidateCPU []float64 `json:"validate_cpu_seconds"`
	// SchemaCPU is what the process computed until then, in seconds.
	SchemaCPU []float64 `json:"schema_cpu_seconds"`
	// Peak is the most memory that the process had resident until then, in bytes.
	Peak int64 `json:"peak_bytes"`
	// SchemaBytes is the size of the answer.
	SchemaBytes int `json:"schema_bytes"`
}

func measureStart(ctx context.Context, s *sandbox, runs int) ([]*Start, error) {
	starts := []*Start{{Provider: scpbilling}, {Provider: empty}}
	places := map[string]*workspace{}
	for i, one := range starts {
		info, err := os.Stat(s.binaries[one.Provider])
		if err != nil {
			return nil, err
		}
		one.BinaryBytes = info.Size()
		place, err := s.workspace(ctx, subjects[i].config(1, "http://127.0.0.1:1"))
		if err != nil {
			return nil, err
		}
		defer place.remove()
		places[one.Provider] = place
	}
	for run := range runs + 1 {
		for i := range starts {
			one := starts[(i+run)%len(starts)]
			took, cpu, err := one.measureSchema(ctx, s)
			if err != nil {
				return nil, err
			}
			used, err := places[one.Provider].run(ctx, false, "validate", "-no-color")
			if err != nil {
				return nil, err
			}
			if run > 0 { // The first only warms the caches of the system.
				one.Schema, one.Validate = append(one.Schema, took.Seconds()), append(one.Validate, used.Wall.Seconds())
				one.SchemaCPU, one.ValidateCPU = append(one.SchemaCPU, cpu.Seconds()), append(one.ValidateCPU, used.CPU.Seconds())
			}
		}
	}
	log.Printf("start: %d runs", runs)
	return starts, nil
}

// measureSchema starts the provider and asks for its schema. It tells how long
// that took, and what the process computed for it.
func (one *Start) measureSchema(ctx context.Context, s *sandbox) (took, cpu time.Duration, err error) {
	begin := time.Now()
	p, err := s.startProvider(one.Provider)
	if err != nil {
		return 0, 0, err
	}
	defer p.end()
	answer, err := p.call(ctx, "GetProviderSchema", nil)
	if err != nil {
		return 0, 0, err
	}
	took = time.Since(begin)
	if len(answer) < 20 {
		return 0, 0, fmt.Errorf("%s answers with a schema of %d bytes", one.Provider, len(answer))
	}
	now := p.figures()
	one.SchemaBytes, one.Peak = len(answer), max(one.Peak, now.Peak)
	return took, now.CPU, nil
}
