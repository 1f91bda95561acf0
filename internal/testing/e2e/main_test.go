package e2e

import (
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

func TestMain(m *testing.M) {
	// These tests wait for time-outs and for other processes more than they compute,
	// so one more than the machine has processors. A -parallel of the command line wins.
	if err := flag.Set("test.parallel", strconv.Itoa(runtime.GOMAXPROCS(0)+1)); err != nil {
		panic(err)
	}
	acctest.Main(m)
}

// seoulNoon is the emulated time of tests with real processes: no purchase is
// refused at noon.
var seoulNoon = time.Date(2026, 3, 10, 3, 0, 0, 0, time.UTC)

// newEmulator starts a service of which only the time of requests is not checked.
func newEmulator(t *testing.T, now func() time.Time) *emulator.Server {
	t.Helper()
	server, err := emulator.New(emulator.Options{Now: now, Guesses: emulator.Guesses{TimestampTolerance: -1}})
	if err != nil {
		t.Fatal(err)
	}
	return server
}

// serve serves an emulator behind a handler, and returns the address.
func serve(t *testing.T, server *emulator.Server, handler http.Handler) string {
	t.Helper()
	web := httptest.NewServer(handler)
	t.Cleanup(func() {
		_ = server.Close()
		web.CloseClientConnections()
		web.Close()
	})
	return web.URL
}

// credentials are settings of the provider.
var credentials = []string{"SCP_TF_ACCESS_KEY=" + emulator.ExampleAccessKey, "SCP_TF_SECRET_KEY=" + emulator.ExampleSecretKey}

// required begins a configuration.
const required = `
terraform {
  required_providers {
    scpbilling = { source = "scpbilling/scpbilling" }
  }
}
`

// serviceTime is the emulated time of a test whose service grows older. It is noon at first.
type serviceTime struct{ passed atomic.Int64 }

func (s *serviceTime) now() time.Time { return seoulNoon.Add(time.Duration(s.passed.Load())) }

// later lets time pass until nothing counts as just made: the provider looks for a new
// object again for a while when it is not found.
func (s *serviceTime) later() { s.passed.Add(int64(10 * time.Minute)) }

// stateOf returns the attributes of every resource in a state file by its address, and the
// addresses of those that are tainted.
func stateOf(t *testing.T, folder string) (held map[string]map[string]any, tainted []string) {
	t.Helper()
	held = map[string]map[string]any{}
	data, err := os.ReadFile(filepath.Join(folder, "terraform.tfstate"))
	if err != nil || len(data) == 0 {
		return held, nil // a killed Terraform may leave the file empty
	}
	var state struct {
		Resources []struct {
			Type, Name string
			Instances  []struct {
				IndexKey   any `json:"index_key"`
				Status     string
				Attributes map[string]any
			}
		}
	}
	if err := json.Unmarshal(data, &state); err != nil {
		t.Errorf("the state cannot be read: %v", err)
	}
	for _, r := range state.Resources {
		for _, i := range r.Instances {
			at := r.Type + "." + r.Name
			if i.IndexKey != nil {
				at = fmt.Sprintf("%s[%v]", at, i.IndexKey)
			}
			if held[at] = i.Attributes; i.Status == "tainted" {
				tainted = append(tainted, at)
			}
		}
	}
	return held, tainted
}
