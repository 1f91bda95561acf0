package main

// The connections of each command over TLS, where the service speaks HTTP/2. The
// other measurements are over HTTP/1.1, where a connection carries one call at a time.

import (
	"context"
	"path/filepath"
	"runtime"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
)

// Encrypted is what one step with a number of objects caused at such a service.
type Encrypted struct {
	N       int     `json:"n"`
	Latency float64 `json:"latency_seconds"`
	Step    string  `json:"step"`
	Traffic Traffic `json:"traffic"`
}

// certificatesFromFile tells whether a program takes its authorities from the file
// that SSL_CERT_FILE names. Go asks the system instead on these two.
func certificatesFromFile() bool { return runtime.GOOS != "windows" && runtime.GOOS != "darwin" }

func measureEncrypted(ctx context.Context, s *sandbox, n int, latency time.Duration) ([]*Encrypted, error) {
	certificate := filepath.Join(s.folder, "authority.pem")
	server, err := startEncrypted(emulator.Options{Latency: latency}, certificate)
	if err != nil {
		return nil, err
	}
	defer server.close()
	place, err := s.workspace(ctx, subjects[0].config(n, server.url))
	if err != nil {
		return nil, err
	}
	defer place.remove()
	place.more = []string{"SSL_CERT_FILE=" + certificate}
	var all []*Encrypted
	for _, step := range steps {
		if _, err := place.run(ctx, false, step.arguments...); err != nil {
			return nil, err
		}
		all = append(all, &Encrypted{n, latency.Seconds(), step.name, server.take()})
	}
	return all, nil
}
