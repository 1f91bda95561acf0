package acctest

// One test's service and the provider block that leads to it.

import (
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/provider"
)

// Version is the provider's version in tests.
const Version = "0.0.0-test"

// budgetsPath and cataloguePath are globs for Count.
const (
	CataloguePath = "/v1/endpoints"
	BudgetsPath   = "/v1/budgets/account"
	BudgetPath    = "/v1/budgets/account/*"
)

// Env is one test's service.
type Env struct {
	// SCP is the emulator; nil in a live run.
	SCP *emulator.Server
	// URL is the emulator's address, without a slash at the end.
	URL string

	settings   map[string]any
	prefix     string
	names      atomic.Int64
	signatures sync.Map
	// connections counts those to the emulator.
	connections atomic.Int64
	// misbehaves is set when responses need not be as the API description says.
	misbehaves atomic.Bool
}

// Connections is how many connections were opened to the emulator so far.
func (e *Env) Connections() int { return int(e.connections.Load()) }

// Signatures are the signatures of all requests, for tests that look for them
// where they must not be. The emulator's own record has them masked, as everything that is
// written down should.
func (e *Env) Signatures() (all []string) {
	for signature := range e.signatures.Range {
		all = append(all, fmt.Sprint(signature))
	}
	return all
}

// Option changes what New makes.
type Option func(*options)

type options struct {
	emulator emulator.Options
	settings map[string]any
	paid     bool
	// arranged holds for what the real service cannot be made to do.
	arranged bool
}

// WithEmulator returns the emulator's options. A test with it is skipped in a live
// run, where nothing can be arranged.
func WithEmulator(o emulator.Options) Option {
	return func(to *options) { to.emulator, to.arranged = o, true }
}

// WithSetting sets an argument of the provider block; nil removes it. A test with
// it is skipped in a live run, whose settings are the user's.
func WithSetting(name string, value any) Option {
	return func(to *options) { to.settings[name], to.arranged = value, true }
}

// ThroughCatalogue leaves it to the catalogue to find the hosts.
func ThroughCatalogue() Option {
	return func(to *options) {
		to.arranged = true
		to.settings["endpoint_override"] = nil
		to.settings["auth_url"] = urlPlaceholder + "/v1"
	}
}

// Paid marks a test that costs money when it is run against the real service.
func Paid() Option { return func(to *options) { to.paid = true } }

// urlPlaceholder stands for the emulator's address in settings.
const urlPlaceholder = "{url}"

// New starts an emulator for a test and makes the provider block that leads to
// it. Requests and responses are checked against the API description on their way.
// In a live run there is no emulator, and the block is empty.
func New(t testing.TB, opts ...Option) *Env {
	t.Helper()
	if !surroundings.ready {
		t.Fatal("acctest: the package's TestMain does not call acctest.Main")
	}
	o := options{settings: map[string]any{
		"endpoint_override": urlPlaceholder,
		"access_key":        emulator.ExampleAccessKey,
		"secret_key":        emulator.ExampleSecretKey,
	}}
	for _, opt := range opts {
		opt(&o)
	}
	e := &Env{prefix: "tf" + strconv.FormatInt(time.Now().UnixMilli()%1e8, 36)}
	if Live() {
		if o.arranged {
			NeedEmulator(t, "the test arranges how the service or the provider block is")
		}
		if o.paid && os.Getenv(paidVariable) != "1" {
			t.Skip("costs money; set " + paidVariable + "=1 to run it against the real service")
		}
		return e
	}
	if o.emulator.Now == nil {
		// On the real clock a test would fail for half an hour of each day.
		o.emulator.Guesses.NoSettlement = true
	}
	o.emulator.Strict = true
	server, err := emulator.New(o.emulator)
	if err != nil {
		t.Fatalf("start the emulator: %v", err)
	}
	listener := httptest.NewUnstartedServer(e.checked(t, server, o.emulator))
	listener.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			e.connections.Add(1)
		}
	}
	listener.Start()
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Errorf("close the emulator: %v", err)
		}
		listener.CloseClientConnections()
		listener.Close()
	})
	e.SCP, e.URL = server, listener.URL
	e.settings = o.settings
	for name, value := range e.settings {
		if text, ok := value.(string); ok {
			e.settings[name] = strings.ReplaceAll(text, urlPlaceholder, e.URL)
		}
		if value == nil {
			delete(e.settings, name)
		}
	}
	return e
}

// NeedEmulator skips a test that makes no sense against the real service.
func NeedEmulator(t testing.TB, reason string) {
	t.Helper()
	if Live() {
		t.Skip("needs the emulator: " + reason)
	}
}

// Name returns a budget name that no other test uses, of at most 20 characters.
func (e *Env) Name() string {
	return fmt.Sprintf("%s-%d", e.prefix, e.names.Add(1))
}

// Settings are the arguments of the provider block, for [Provider.Configure].
func (e *Env) Settings() map[string]any { return maps.Clone(e.settings) }

// Provider is the provider block in HCL.
func (e *Env) Provider() string {
	var b strings.Builder
	b.WriteString("provider \"scpbilling\" {\n")
	for _, name := range slices.Sorted(maps.Keys(e.settings)) {
		switch value := e.settings[name].(type) {
		case string:
			fmt.Fprintf(&b, "  %s = %q\n", name, value)
		default:
			fmt.Fprintf(&b, "  %s = %v\n", name, value)
		}
	}
	b.WriteString("}\n")
	return b.String()
}

// Environment is the same as Provider in environment variables.
func (e *Env) Environment() []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(e.settings)) {
		out = append(out, fmt.Sprintf("SCP_TF_%s=%v", strings.ToUpper(name), e.settings[name]))
	}
	return out
}

// Factories serve the real provider in this process.
func Factories() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"scpbilling": func() (tfprotov6.ProviderServer, error) { return provider.NewServer(Version, pauses)(), nil },
	}
}

// Test runs a test case of the test framework in Terraform, with the provider in
// this process. The block of provider settings is put before each configuration.
func (e *Env) Test(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	needTerraform(t)
	for i := range steps {
		if steps[i].Config != "" && !strings.Contains(steps[i].Config, "provider \"scpbilling\"") {
			steps[i].Config = required + e.Provider() + steps[i].Config
		} else if steps[i].Config != "" && !strings.Contains(steps[i].Config, "required_providers") {
			steps[i].Config = required + steps[i].Config
		}
	}
	resource.Test(t, resource.TestCase{
		IsUnitTest:               true,
		ProtoV6ProviderFactories: Factories(),
		Steps:                    steps,
	})
}

const required = `terraform {
  required_providers {
    scpbilling = { source = "scpbilling/scpbilling" }
  }
}
`

// Count counts the requests since the last Reset; "" matches any method or path,
// "*" one segment of a path.
func (e *Env) Count(method, path string) int {
	if e.SCP == nil {
		return 0
	}
	return e.SCP.Count(method, path)
}

// Reset forgets the requests so far. It can stand as a step's PreConfig.
func (e *Env) Reset() {
	if e.SCP != nil {
		e.SCP.ResetRequests()
	}
}

// Requests are the requests since the last Reset as "METHOD path" lines.
func (e *Env) Requests() []string {
	var out []string
	if e.SCP != nil {
		for _, r := range e.SCP.Requests() {
			out = append(out, fmt.Sprintf("%s %s -> %d", r.Method, r.Path, r.Status))
		}
	}
	return out
}

// Want says how many requests of one method and path were made, at least and at most.
type Want struct {
	Method, Path string
	Min, Max     int
}

// Exactly wants n requests of one method and path.
func Exactly(n int, method, path string) Want { return Want{method, path, n, n} }

// AtMost wants no more than n requests of one method and path.
func AtMost(n int, method, path string) Want { return Want{method, path, 0, n} }

// Check compares the requests since the last Reset with what is wanted. Requests
// that no Want speaks of are wrong, too. In a live run it is no check.
func (e *Env) Check(wants ...Want) error {
	if e.SCP == nil {
		return nil
	}
	accounted := 0
	for _, w := range wants {
		n := e.Count(w.Method, w.Path)
		accounted += n
		if n < w.Min || n > w.Max {
			return fmt.Errorf("%d requests %s %s, want %d to %d; all requests:\n%s", n, w.Method, w.Path, w.Min, w.Max, strings.Join(e.Requests(), "\n"))
		}
	}
	if all := len(e.Requests()); all != accounted {
		return fmt.Errorf("%d requests, of which %d were expected; all requests:\n%s", all, accounted, strings.Join(e.Requests(), "\n"))
	}
	return nil
}

// MustCheck is Check for tests without Terraform.
func (e *Env) MustCheck(t testing.TB, wants ...Want) {
	t.Helper()
	if err := e.Check(wants...); err != nil {
		t.Error(err)
	}
}

// Fault adds a fault rule to the emulator, in the words of scp-emulator's -fault.
func (e *Env) Fault(t testing.TB, rule string) {
	t.Helper()
	NeedEmulator(t, "makes the service fail")
	f, err := emulator.ParseFault(rule)
	if err != nil {
		t.Fatal(err)
	}
	e.misbehaves.Store(true)
	e.SCP.AddFault(f)
}
