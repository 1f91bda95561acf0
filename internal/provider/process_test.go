package provider_test

// The provider as a user runs it: a process of its own under real Terraform.

import (
	"encoding/base64"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

const budgetConfig = `
variable "amount" { default = 1000 }
resource "scpbilling_account_budget" "this" {
  name        = "team-a"
  amount      = var.amount
  unit        = "MONTHLY"
  start_month = "2099-01"
  notifications = { receivers = ["a@example.com"], thresholds = [80] }
}
`

// The requests of each command, counted. The catalogue is read at most once per
// process, and only when a request needs it.
func TestRequestsOfEachCommand(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "counts requests")
	e := acctest.New(t, acctest.ThroughCatalogue())
	folder := e.Workspace(t, budgetConfig)
	catalogue := acctest.Exactly(1, "GET", acctest.CataloguePath)
	list := acctest.Exactly(1, "GET", acctest.BudgetsPath) // by the process that plans
	for _, c := range []struct {
		arguments string
		wants     []acctest.Want
	}{
		{"validate", nil},
		{"plan", []acctest.Want{catalogue, list}},
		{"apply -auto-approve", []acctest.Want{acctest.Exactly(2, "GET", acctest.CataloguePath), list, acctest.Exactly(1, "POST", acctest.BudgetsPath), acctest.AtMost(1, "GET", acctest.BudgetPath)}},
		{"plan -detailed-exitcode", []acctest.Want{catalogue, acctest.Exactly(1, "GET", acctest.BudgetPath)}},
		{"apply -refresh-only -auto-approve", []acctest.Want{catalogue, acctest.Exactly(1, "GET", acctest.BudgetPath)}},
		{"plan -refresh=false -var amount=5", nil},
		{"apply -refresh=false -auto-approve -var amount=5", []acctest.Want{catalogue, acctest.Exactly(1, "PUT", acctest.BudgetPath), acctest.AtMost(1, "GET", acctest.BudgetPath)}},
		{"destroy -refresh=false -auto-approve", []acctest.Want{catalogue, acctest.Exactly(1, "DELETE", acctest.BudgetPath)}},
	} {
		e.Reset()
		arguments := append(strings.Fields(c.arguments), "-no-color")
		r := acctest.RunTerraform(t, folder, nil, arguments...)
		if r.ExitCode != 0 {
			t.Fatalf("terraform %s ended with %d:\n%s", c.arguments, r.ExitCode, r.Output())
		}
		if err := e.Check(c.wants...); err != nil {
			t.Errorf("terraform %s: %v", c.arguments, err)
		}
	}
	if left := e.SCP.Budgets(); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
}

// Each of the two processes of a command, one to plan and one to apply, opens no more
// connections than it has slots, with those to the catalogue.
func TestConnectionsOfOneCommand(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "counts connections")
	const slots, objects = 10, 30
	e := acctest.New(t, acctest.ThroughCatalogue())
	folder := e.Workspace(t, fmt.Sprintf(`
variable "amount" { default = 1000 }
resource "scpbilling_account_budget" "these" {
  count       = %d
  name        = "team-${count.index}"
  amount      = var.amount
  unit        = "MONTHLY"
  start_month = "2099-01"
}
`, objects))
	for _, arguments := range []string{"apply -auto-approve", "plan", "apply -auto-approve -var amount=5", "destroy -auto-approve"} {
		e.Reset()
		before := e.Connections()
		acctest.RunTerraform(t, folder, nil, strings.Fields(arguments)...).Must(t)
		opened, requests := e.Connections()-before, len(e.SCP.Requests())
		if opened < 1 || opened > 2*slots || requests < objects {
			t.Errorf("terraform %s opened %d connections for %d requests, want at most %d connections", arguments, opened, requests, 2*slots)
		}
	}
}

// Neither the secret key nor a signature nor the token is in the most talkative
// log there is, nor in the state.
func TestLogsHoldNoSecrets(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "reads signatures off the requests")
	const token = "hush-token-hush-token"
	e := acctest.New(t, acctest.WithSetting("access_key", nil), acctest.WithSetting("secret_key", nil))
	folder := e.Workspace(t, budgetConfig+`
data "scpbilling_account_budgets" "all" {
  depends_on = [scpbilling_account_budget.this]
}
`)
	environment := []string{
		"TF_LOG=TRACE", "SCP_TF_ACCESS_KEY=" + emulator.ExampleAccessKey,
		"SCP_TF_SECRET_KEY=" + emulator.ExampleSecretKey, "SCP_TF_AUTH_TOKEN=" + token,
	}
	// A failing attempt logs more than one that succeeds.
	e.Fault(t, "method=GET,path=/v1/budgets/account,status=503,retry-after=0,count=1")
	var log strings.Builder
	for _, arguments := range []string{"apply -auto-approve", "plan", "destroy -auto-approve"} {
		r := acctest.RunTerraform(t, folder, environment, strings.Fields(arguments)...).Must(t)
		log.WriteString(r.Output())
		state, err := os.ReadFile(filepath.Join(folder, "terraform.tfstate"))
		if err != nil {
			t.Fatal(err)
		}
		log.Write(state)
	}
	text := log.String()
	for _, sign := range []string{"SCP request", "createAccountBudget", "SCP request failed", "deleteAccountBudget"} {
		if !strings.Contains(text, sign) {
			t.Errorf("the log has no %q, so it is not the one that was meant", sign)
		}
	}
	secrets := map[string]string{
		"secret key": emulator.ExampleSecretKey, "token": token,
		"secret key in Base64": base64.StdEncoding.EncodeToString([]byte(emulator.ExampleSecretKey)),
		"a signature header":   "Scp-Signature",
	}
	seen := e.Signatures()
	if len(seen) < 5 {
		t.Fatalf("only %d requests were signed", len(seen))
	}
	for i, signature := range seen {
		secrets[fmt.Sprintf("signature of request %d", i)] = signature
	}
	for what, secret := range secrets {
		if secret == "" {
			t.Errorf("%s: nothing to look for", what)
		} else if strings.Contains(text, secret) {
			t.Errorf("the log holds the %s", what)
		}
	}
}

// A service that redirects, and one without encryption, get no credentials, and
// neither does the address that they point to.
func TestCredentialsStayAtHome(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "plays a hostile service")
	var mu sync.Mutex
	var elsewhere []string
	target := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		elsewhere = append(elsewhere, r.Method+" "+r.URL.Path)
	}))
	t.Cleanup(target.Close)
	for _, status := range []int{301, 302, 303, 307, 308} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			e := acctest.New(t, acctest.WithSetting("max_retries", 0))
			e.Fault(t, fmt.Sprintf("mode=redirect,status=%d,location=%s/steal", status, target.URL))
			p := e.Protocol(t)
			_, d := p.ReadData("scpbilling_account_budgets", acctest.Object{})
			d.WantError(t, "redirect", "never followed", fmt.Sprint(status))
			planned := p.Plan(acctest.State{Type: "scpbilling_account_budget"}, acctest.Object{"name": "a", "amount": 1, "unit": "MONTHLY", "start_month": "2099-01"})
			_, d = p.Apply(planned)
			d.WantError(t, "redirect")
		})
	}
	mu.Lock()
	defer mu.Unlock()
	if len(elsewhere) > 0 {
		t.Errorf("the redirect was followed: %v", elsewhere)
	}
}

// An address without encryption is refused before anything is sent, wherever it
// is written; loopback addresses are let through.
func TestUnencryptedAddressesAreRefused(t *testing.T) {
	t.Parallel()
	with := func(name string, value any) acctest.Object {
		return acctest.Object{"access_key": "AK", "secret_key": "hush-hush", name: value}
	}
	listener := outside(t)
	host := listener.Addr().String()
	for _, address := range []string{"http://budget.example.com", "http://" + host, "HTTP://" + host + "/v1", "http://127.0.0.1.example.com", "ftp://" + host} {
		for name, config := range map[string]acctest.Object{
			"auth_url":          with("auth_url", address),
			"endpoint_override": with("endpoint_override", address),
			"endpoints.budget":  with("endpoints", acctest.Object{"budget": address}),
		} {
			d := acctest.NewProvider(t).Configure(config)
			d.WantError(t, "Invalid "+name, "https://")
			if strings.Contains(d.String(), "hush-hush") {
				t.Errorf("the secret is in the message: %s", d)
			}
		}
	}
	for _, address := range []string{"http://127.0.0.1:1", "http://localhost:1", "http://[::1]:1", "http://127.9.9.9:1/base/"} {
		acctest.NewProvider(t).Configure(with("endpoint_override", address)).WantNone(t)
	}
	if err := listener.SetDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if _, err := listener.Accept(); err == nil {
		t.Error("a connection arrived at the refused address")
	}
}

// outside listens on an address of this machine that is not loopback.
func outside(t *testing.T) *net.TCPListener {
	t.Helper()
	addresses, _ := net.InterfaceAddrs()
	for _, a := range addresses {
		if ip, ok := a.(*net.IPNet); ok && !ip.IP.IsLoopback() && ip.IP.To4() != nil {
			listener, err := net.ListenTCP("tcp", &net.TCPAddr{IP: ip.IP})
			if err != nil {
				t.Skip("no listener: ", err)
			}
			t.Cleanup(func() { _ = listener.Close() })
			return listener
		}
	}
	t.Skip("this machine has loopback addresses only")
	return nil
}

// With environment the host is known without the catalogue, and nothing but an
// encrypted tunnel to it is asked for.
func TestEnvironmentNeedsNoCatalogue(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "counts requests")
	var mu sync.Mutex
	var tunnels []string
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		tunnels = append(tunnels, r.Method+" "+r.Host)
		w.WriteHeader(http.StatusForbidden)
	}))
	t.Cleanup(proxy.Close)
	e := acctest.New(t, acctest.ThroughCatalogue(), acctest.WithSetting("environment", "e"), acctest.WithSetting("max_retries", 0))
	folder := e.Workspace(t, `data "scpbilling_account_budgets" "all" {}`)
	r := acctest.RunTerraform(t, folder, []string{"HTTPS_PROXY=" + proxy.URL, "NO_PROXY=127.0.0.1"}, "plan", "-no-color")
	if r.ExitCode != 1 || !strings.Contains(unwrapped(r.Output()), "Could not list account budgets") {
		t.Errorf("ended with %d:\n%s", r.ExitCode, r.Output())
	}
	mu.Lock()
	defer mu.Unlock()
	slices.Sort(tunnels)
	if tunnels = slices.Compact(tunnels); !slices.Equal(tunnels, []string{"CONNECT budget.e.samsungsdscloud.com:443"}) {
		t.Errorf("the proxy was asked for %v", tunnels)
	}
	e.MustCheck(t)
}

// Given addresses make the catalogue needless, even with auth_url beside them. Endpoints wins
// over endpoint_override.
func TestEndpointsNeedNoCatalogue(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "counts requests")
	e, other := acctest.New(t, acctest.ThroughCatalogue()), acctest.New(t)
	for _, c := range []struct {
		given      acctest.Object
		catalogues int
	}{
		{acctest.Object{}, 1},
		{acctest.Object{"endpoints": acctest.Object{"budget": e.URL}}, 0},
		{acctest.Object{"endpoint_override": e.URL}, 0},
		{acctest.Object{"endpoints": acctest.Object{"budget": e.URL + "/"}, "endpoint_override": other.URL}, 0},
	} {
		e.Reset()
		settings := e.Settings()
		maps.Copy(settings, c.given)
		p := acctest.NewProvider(t)
		p.Configure(settings).WantNone(t)
		e.MustCheck(t) // Configuring asks nothing.
		for range 3 {
			_, d := p.ReadData("scpbilling_account_budgets", acctest.Object{})
			d.WantNone(t)
		}
		e.MustCheck(t, acctest.Exactly(c.catalogues, "GET", acctest.CataloguePath), acctest.Exactly(3, "GET", acctest.BudgetsPath))
	}
	other.MustCheck(t)
}

// The three mistakes that a new user makes.
func TestMistakesOfNewUsers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		option acctest.Option
		want   []string
		// requests is how many may reach the service.
		requests int
	}{
		{
			acctest.WithSetting("access_key", nil),
			[]string{"Missing access_key", "SCP_TF_ACCESS_KEY", "~/.scpconf/credentials.json"},
			0,
		},
		{
			acctest.WithSetting("secret_key", nil),
			[]string{"Missing secret_key", "SCP_TF_SECRET_KEY", "~/.scpconf/credentials.json"},
			0,
		},
		{
			acctest.WithSetting("secret_key", "hush-hush-not-the-right-one"),
			[]string{"401", "The credentials were rejected", "secret_key", "SCP_TF_SECRET_KEY"},
			1,
		},
		{
			acctest.WithEmulator(emulator.Options{Now: func() time.Time { return time.Now().Add(-2 * time.Hour) }}),
			[]string{"401", "clock of this machine is 2h0m", "ahead of", "NTP"},
			1,
		},
	} {
		e := acctest.New(t, c.option)
		_, d := e.Protocol(t).ReadData("scpbilling_account_budgets", acctest.Object{})
		d.WantError(t, c.want...)
		if strings.Contains(d.String(), "hush-hush") {
			t.Errorf("the secret is in the output:\n%s", d)
		}
		if n := len(e.Requests()); n != c.requests {
			t.Errorf("%d requests, want %d: %v", n, c.requests, e.Requests())
		}
	}
}

var frame = regexp.MustCompile(`[\s│╷╵]+`)

// unwrapped undoes the frame and the line breaks of Terraform's messages.
func unwrapped(text string) string { return frame.ReplaceAllString(text, " ") }
