package e2e

// Faults of the connection, and 429, through real Terraform and the real provider
// process. Each fault has a service and a provider process of its own in one
// workspace: a connection serves many calls, and a 429 slows all of them down.
// Other systems do not read SSL_CERT_FILE, by which the process trusts the test.

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// lineConfig is one provider with its two objects; %[1]s is the alias.
const lineConfig = `
provider "scpbilling" {
  alias           = "%[1]s"
  max_retries     = 1
  request_timeout = "10s"
  endpoints       = var.at["%[1]s"]
}
resource "scpbilling_account_budget" "%[1]s" {
  provider    = scpbilling.%[1]s
  name        = "%[1]s"
  amount      = var.amount
  unit        = "MONTHLY"
  start_month = "2099-03"
}
resource "scpbilling_planned_compute" "%[1]s" {
  provider           = scpbilling.%[1]s
  service_id         = "VIRTUAL_SERVER"
  os_type            = "opensource"
  server_type        = "s1v2m4"
  contract_type      = "01"
  next_contract_type = var.next
  deletion_policy    = "CANCEL"
}
`

const linesConfig = `
terraform {
  required_providers {
    scpbilling = { source = "scpbilling/scpbilling" }
  }
}
variable "at" { type = map(object({ budget = string, billingplan = string })) }
variable "amount" { type = number }
variable "next" {
  type    = string
  default = null
}
`

// service is an emulator behind lines that a fault can cut.
type service struct {
	name    string // of the provider's alias
	fault   fault
	forEver bool
	scp     *emulator.Server
	lines   map[string]*line // by service
	// away replaces the addresses while the fault lasts.
	away map[string]string
}

// line is the listener of one service.
type line struct {
	net.Listener

	good *tls.Config // nil is plain HTTP

	mu  sync.Mutex
	bad func(func() net.Conn) (net.Conn, error)
	// once: the line is good again after one connection.
	once bool
}

// Accept returns the next connection that is not cut.
func (l *line) Accept() (net.Conn, error) {
	for {
		c, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		l.mu.Lock()
		bad := l.bad
		if l.once {
			l.bad = nil
		}
		l.mu.Unlock()
		switch {
		case bad != nil:
			go splice(c, bad)
		case l.good != nil:
			return tls.Server(c, l.good), nil
		default:
			return c, nil
		}
	}
}

// splice joins a connection with what bad makes of it.
func splice(c net.Conn, bad func(func() net.Conn) (net.Conn, error)) {
	defer c.Close()
	other, err := bad(nil)
	if err != nil {
		return
	}
	defer other.Close()
	go func() {
		_, _ = io.Copy(other, c)
		_ = other.Close()
	}()
	_, _ = io.Copy(c, other)
}

func (s *service) want(step string) verdict {
	if s.forEver {
		return failed
	}
	return judge(s.fault, budgetType, step)
}

// start lets the fault begin for a step.
func (s *service) start(t *testing.T, step string) {
	t.Helper()
	for _, l := range s.lines {
		if s.fault.dial != nil {
			l.mu.Lock()
			l.bad, l.once = s.fault.dial, !s.forEver
			l.mu.Unlock()
		}
	}
	if s.fault.rule == "" {
		return
	}
	method := map[string][2]string{
		"create": {"POST", "POST"}, "read": {"GET", "GET"}, "update": {"PUT", "PUT"}, "delete": {"DELETE", "PUT"},
	}[step]
	for i, path := range []string{budgetsPath, contractsPath} {
		rule := fmt.Sprintf("method=%s,path=%s,%s", method[i], path, strings.Replace(s.fault.rule, "=11", "=1", 1))
		if step != "create" {
			rule = strings.Replace(rule, path, path+"/*", 1)
		}
		if !s.forEver {
			rule += ",count=1"
		}
		f, err := emulator.ParseFault(rule)
		if err != nil {
			t.Fatal(err)
		}
		s.scp.AddFault(f)
	}
}

// stop ends the fault.
func (s *service) stop() {
	s.scp.ClearFaults()
	for _, l := range s.lines {
		l.mu.Lock()
		l.bad = nil
		l.mu.Unlock()
	}
}

func TestConnectionMatrix(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "cuts connections")
	authority, certificate := newAuthority(t)
	folder := t.TempDir()
	write := func(name string, text []byte) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("authority.pem", authority)
	var services []*service
	config := bytes.NewBufferString(linesConfig)
	for i, f := range allFaults {
		if !ownLine(f) || f.name == "DNS: server failure" {
			continue // there is no name server that fails; the client's matrix has it
		}
		for _, forEver := range []bool{false, true} {
			s := &service{name: fmt.Sprintf("line_%d_%t", i, forEver), fault: f, forEver: forEver}
			switch {
			case strings.HasPrefix(f.name, "DNS"):
				// No resolver of Go's asks the network for a name in .onion (RFC 7686).
				s.away = map[string]string{"budget": "https://budget.onion", "billingplan": "https://billingplan.onion"}
			case f.name == "connection refused":
				s.away = map[string]string{"budget": "http://127.0.0.1:1", "billingplan": "http://127.0.0.1:1"}
			}
			if !forEver && (s.away != nil || !f.safe) {
				continue // it lasts for the step, or once is enough to fail
			}
			s.listen(t, certificate)
			services = append(services, s)
			fmt.Fprintf(config, lineConfig, s.name)
		}
	}
	write("main.tf", config.Bytes())

	env := []string{
		"GODEBUG=netdns=go", "SSL_CERT_FILE=" + filepath.Join(folder, "authority.pem"), "SSL_CERT_DIR=" + folder,
		"SCP_TF_ACCESS_KEY=" + emulator.ExampleAccessKey, "SCP_TF_SECRET_KEY=" + emulator.ExampleSecretKey,
	}
	// addresses returns the providers where the services are.
	addresses := func(faulty bool) {
		at := map[string]map[string]string{}
		for _, s := range services {
			at[s.name] = map[string]string{}
			for name, l := range s.lines {
				scheme := "http"
				if l.good != nil {
					scheme = "https"
				}
				at[s.name][name] = scheme + "://" + l.Addr().String()
			}
			if faulty && s.away != nil {
				at[s.name] = s.away
			}
		}
		text, err := json.Marshal(map[string]any{"at": at})
		if err != nil {
			t.Fatal(err)
		}
		write("at.auto.tfvars.json", text)
	}
	cells := 0
	var before map[string]map[string]any // the state before a step
	// meet runs Terraform while the faults last, and compares each object.
	meet := func(step string, check func(s *service, at, typeName string, want verdict) string, arguments ...string) {
		t.Helper()
		addresses(true)
		for _, s := range services {
			s.start(t, step)
		}
		said := runJSON(t, folder, env, arguments...)
		for _, s := range services {
			for _, typeName := range []string{budgetType, contractType} {
				cells++
				at, want := typeName+"."+s.name, s.want(step)
				id, _ := before[at]["id"].(string)
				problem := check(s, at, typeName, want)
				if problem == "" {
					problem = words(said, at, want, id)
				}
				if problem == "" && want == failed && s.fault.dial != nil && !strings.Contains(about(said.errors, at, id)[0], "no connection") {
					problem = fmt.Sprintf("the error does not say that nothing was sent: %q", about(said.errors, at, id))
				}
				if problem != "" {
					t.Errorf("%s of %s with %q (forever: %t): want %s: %s", step, typeName, s.fault.name, s.forEver, want, problem)
				}
			}
			s.stop()
		}
		addresses(false)
	}
	const one, two = "-var=amount=1000", "-var=amount=2000"

	sent := func(s *service, typeName string) int {
		return s.scp.Count(http.MethodPost, map[string]string{budgetType: budgetsPath, contractType: contractsPath}[typeName])
	}
	made := func(s *service) int { return len(s.scp.Budgets()) + len(s.scp.PlannedComputes()) }
	meet("create", func(s *service, at, typeName string, want verdict) string {
		attempts := 1
		switch {
		case s.fault.dial == nil:
			attempts = 2 // 429 is repeated
		case want == failed:
			attempts = 0
		}
		if n := sent(s, typeName); n != attempts {
			return fmt.Sprintf("sent %d times, want %d", n, attempts)
		}
		if n := made(s); n != 0 == (want == failed) {
			return fmt.Sprintf("%d objects were made", n)
		}
		if _, inState := stateOf(t, folder)[at]; inState == (want == failed) {
			return fmt.Sprintf("in the state: %t", inState)
		}
		return ""
	}, "apply", "-auto-approve", one)

	if r := runJSON(t, folder, env, "apply", "-auto-approve", one); r.exit != 0 {
		t.Fatalf("the apply after the faults failed: %s", r)
	}
	before = stateOf(t, folder)
	posts := map[string]int{}
	for _, s := range services {
		for _, typeName := range []string{budgetType, contractType} {
			posts[typeName+"."+s.name] = sent(s, typeName)
		}
		if n := made(s); n != 2 {
			t.Errorf("%q left %d objects, want one budget and one contract", s.fault.name, n)
		}
	}
	if len(before) != 2*len(services) {
		t.Fatalf("%d objects in the state, want %d", len(before), 2*len(services))
	}
	// kept wants the state and the creations as they were.
	kept := func(s *service, at, typeName string) string {
		if n := sent(s, typeName); n != posts[at] {
			return fmt.Sprintf("%d creations were sent, had been %d", n, posts[at])
		}
		if now := stateOf(t, folder)[at]; !reflect.DeepEqual(now, before[at]) {
			return fmt.Sprintf("the state was %v, is %v", before[at], now)
		}
		return ""
	}
	meet("read", func(s *service, at, typeName string, _ verdict) string { return kept(s, at, typeName) }, "plan", one)
	meet("update", func(s *service, at, typeName string, want verdict) string {
		if want == failed {
			return kept(s, at, typeName)
		}
		now := stateOf(t, folder)[at]
		if fmt.Sprint(now["amount"]) != "2000" && fmt.Sprint(now["next_contract_type"]) != "03" {
			return fmt.Sprintf("the state says %v", now)
		}
		return ""
	}, "apply", "-auto-approve", "-refresh=false", two, "-var=next=03")
	if r := runJSON(t, folder, env, "apply", "-auto-approve", two, "-var=next=03"); r.exit != 0 {
		t.Fatalf("the apply after the faults failed: %s", r)
	}
	if r := runJSON(t, folder, env, "plan", "-detailed-exitcode", two, "-var=next=03"); r.exit != 0 {
		t.Errorf("the plan after the faults is not empty: %s", r)
	}
	before = stateOf(t, folder)
	meet("delete", func(s *service, at, typeName string, want verdict) string {
		if want == failed {
			return kept(s, at, typeName)
		}
		if now, inState := stateOf(t, folder)[at]; inState {
			return fmt.Sprintf("still in the state: %v", now)
		}
		return ""
	}, "destroy", "-auto-approve", "-refresh=false", two, "-var=next=03")
	if r := runJSON(t, folder, env, "destroy", "-auto-approve", two, "-var=next=03"); r.exit != 0 {
		t.Fatalf("the destroy after the faults failed: %s", r)
	}
	for _, s := range services {
		if b, p := s.scp.Budgets(), s.scp.PlannedComputes(); len(b) != 0 || len(p) != 1 || p[0].Ended == "" {
			t.Errorf("%q left %d budgets, and of the contract %+v", s.fault.name, len(b), p)
		}
	}
	if n := len(stateOf(t, folder)); n != 0 {
		t.Errorf("%d objects are left in the state", n)
	}
	t.Logf("%d cells: four steps of two resources over %d lines", cells, len(services))
}

// listen starts the service, over TLS if its fault is one of TLS.
func (s *service) listen(t *testing.T, certificate tls.Certificate) {
	t.Helper()
	var err error
	if s.scp, err = emulator.New(emulator.Options{Now: func() time.Time { return seoulNoon }, Guesses: emulator.Guesses{TimestampTolerance: -1}}); err != nil {
		t.Fatal(err)
	}
	web := &http.Server{Handler: s.scp, ReadHeaderTimeout: time.Minute}
	s.lines = map[string]*line{}
	for _, name := range []string{"budget", "billingplan"} {
		l := &line{}
		if l.Listener, err = (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"); err != nil {
			t.Fatal(err)
		}
		if s.fault.https {
			l.good = &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12}
		}
		s.lines[name] = l
		go func() { _ = web.Serve(l) }()
	}
	t.Cleanup(func() {
		_ = s.scp.Close()
		_ = web.Close()
	})
}

// newAuthority creates a certificate that signs itself, other than that of the faults.
func newAuthority(t *testing.T) (text []byte, certificate tls.Certificate) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw}), tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}
}
