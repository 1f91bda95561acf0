package e2e

// The matrix of the resources: create, read, update and delete of a budget and
// of a contract against every fault, through real Terraform and the real
// provider process. One workspace holds a budget and a contract for each fault,
// and each of them meets its own fault. Null in place of a field is a fault too,
// for each field in turn of each response to a resource.
//
// Each fault of the connection has a service and a provider process of its own in the
// same workspace, and all of 429 have another: a connection serves many calls, and a 429
// slows all of them down. All runs of Terraform share the provider processes.

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/big"
	"net"
	"net/http"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

const (
	budgetType   = "scpbilling_account_budget"
	contractType = "scpbilling_planned_compute"
)

const matrixConfig = `
variable "at" { type = map(object({ budget = string, billingplan = string })) }
variable "cells" { type = map(map(object({ server_type = string, os_type = string }))) }
variable "amount" { type = number }
variable "next" {
  type    = string
  default = null
}
`

// providerConfig is one provider, %[1]s, and its cells.
const providerConfig = `
provider "%[1]s" {
  endpoints       = var.at["%[1]s"]
  max_retries     = %[2]d
  request_timeout = "%[3]s"
}
resource "scpbilling_account_budget" "%[1]s" {
  for_each      = var.cells["%[1]s"]
  provider      = %[1]s
  name          = each.key
  amount        = var.amount
  unit          = "MONTHLY"
  start_month   = "2099-03"
  notifications = { receivers = ["a@example.com"], thresholds = [80, 100] }
  prevention    = { receivers = ["b@example.com"], threshold = 90 }
}
resource "scpbilling_planned_compute" "%[1]s" {
  for_each           = var.cells["%[1]s"]
  provider           = %[1]s
  service_id         = "VIRTUAL_SERVER"
  server_type        = each.value.server_type
  os_type            = each.value.os_type
  contract_type      = "01"
  next_contract_type = var.next
  deletion_policy    = "CANCEL"
}
`

// verdict is what must come of one cell.
type verdict int

const (
	fine    verdict = iota // no error
	adopted                // no error, and a warning that names the object
	failed                 // an error, and the state as it was
)

func (v verdict) String() string { return [...]string{"fine", "adopted", "failed"}[v] }

// judge derives a cell's verdict from the fault.
func judge(f fault, typeName, step string) verdict {
	if f.verdicts != nil {
		return f.verdicts[step]
	}
	repeated := f.safe || f.retryable && (step == "read" || typeName == budgetType && step != "create")
	missing := f.kind == scp.KindService && f.status == http.StatusNotFound
	switch {
	case missing && step == "read":
		return fine // an object just made is asked for again
	case missing && step == "delete":
		if typeName == contractType {
			return failed // the contract can still be read
		}
		return fine // gone already
	case f.good || repeated:
		return fine
	case step == "create" && f.processed:
		return adopted
	case step == "update" && f.noObject:
		return fine // followed by a read
	case typeName == contractType && (step == "update" || step == "delete") && (f.processed || f.outcome == scp.OutcomeUnknown):
		return fine // a read shows the change in place, or that it has to be sent again
	case typeName == budgetType && step == "delete" && (f.goodDelete || f.noBody):
		return fine
	}
	return failed
}

func TestResourceMatrix(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "makes the service fail")
	m := newMatrix(t)
	of := map[string][]fault{budgetType: nullFaults(t, budgetType), contractType: nullFaults(t, contractType)}
	for _, f := range allFaults {
		if !ownLine(f) {
			provider := "cell"
			if strings.Contains(f.rule, "delay=1h") {
				provider = "hang"
			}
			m.add(provider, false, map[string]fault{budgetType: f, contractType: f})
		}
	}
	for i := range max(len(of[budgetType]), len(of[contractType])) {
		faults := map[string]fault{}
		for typeName, list := range of {
			faults[typeName] = fault{name: "none", verdicts: map[string]verdict{}}
			if i < len(list) {
				faults[typeName] = list[i]
			}
		}
		m.add("cell", false, faults)
	}
	for _, f := range allFaults {
		if !ownLine(f) || f.name == "DNS: server failure" {
			continue // there is no name server that fails; the client's matrix has it
		}
		if f.https && runtime.GOOS != "linux" {
			continue // others do not read SSL_CERT_FILE, by which the process trusts the test
		}
		away := ""
		switch {
		case strings.HasPrefix(f.name, "DNS"):
			away = "https://*.onion" // No resolver of Go's asks the network for such a name (RFC 7686).
		case f.name == "connection refused":
			away = "http://127.0.0.1:1"
		}
		for _, forEver := range []bool{false, true} {
			if forEver || away == "" && f.safe { // else it lasts for the step, or once is enough to fail
				provider := "limited"
				if f.dial != nil {
					provider = fmt.Sprint("line", len(m.cells))
					own := m.newService(f)
					own.away = away
					m.provider(provider, own, 1, "10s")
				}
				m.add(provider, forEver, map[string]fault{budgetType: f, contractType: f})
			}
		}
	}
	m.walk()
}

// ownLine reports whether a fault needs a connection apart from the rest: a 429 slows down all calls to its host.
func ownLine(f fault) bool { return f.dial != nil || f.status == http.StatusTooManyRequests }

// operationsOf are the client's operations behind the steps of a resource.
var operationsOf = map[string]map[string]string{
	budgetType:   {"create": "createAccountBudget", "read": "showAccountBudget", "update": "setAccountBudget"},
	contractType: {"create": "createPlannedComputes", "read": "showPlannedCompute", "update": "updatePlannedCompute/EXTEND_APPLY", "delete": "updatePlannedCompute/CONTRACT_CANCEL"},
}

// nullFaults are the faults "this field is null", for each field that any response
// to a resource has. The verdicts of a fault name the steps that it can meet.
func nullFaults(t *testing.T, typeName string) []fault {
	t.Helper()
	steps := map[string][]string{}
	for step, name := range operationsOf[typeName] {
		all := operations()
		op := all[slices.IndexFunc(all, func(o operation) bool { return o.name == name })]
		for _, path := range paths(responseOf(t, op)) {
			steps[path] = append(steps[path], step)
		}
	}
	var out []fault
	for _, path := range slices.Sorted(maps.Keys(steps)) {
		f := fault{
			name: "null for " + path, processed: true, verdicts: map[string]verdict{},
			reply: func(next http.Handler) http.Handler {
				return rewrite(next, func(_ http.Header, body []byte) []byte { return replaced(body, path, replacements[0]) })
			},
		}
		for _, step := range steps[path] {
			name, _, _ := strings.Cut(operationsOf[typeName][step], "/")
			f.verdicts[step] = fine
			switch {
			case !slices.Contains(needed[name], path):
			case step == "create":
				f.verdicts[step] = adopted
			default:
				f.verdicts[step] = failed
			}
		}
		out = append(out, f)
	}
	return out
}

// cell is a budget and a contract, each with its fault.
type cell struct {
	key, provider string
	spec          map[string]string // of the contract
	faults        map[string]fault  // by the type of the object
	// forEver: the fault is met in each request of a step, not once.
	forEver bool
	service *service
}

// at is the address of a cell's object, without quotes.
func (c *cell) at(typeName string) string {
	return fmt.Sprintf("%s.%s[%s]", typeName, c.provider, c.key)
}

// judge is the verdict on an object of a cell.
func (c *cell) judge(typeName, step string) verdict {
	if c.forEver {
		return failed
	}
	return judge(c.faults[typeName], typeName, step)
}

// service is an emulator and its listeners.
type service struct {
	*emulator.Server

	m     *matrix
	lines map[string]*line // by the name of the API
	// away replaces the addresses while a fault lasts; * is the name of the API.
	away    string
	replies map[string]func(http.Handler) http.Handler // by method and path, each for one response
}

// line is a listener of a service, which a fault can cut.
type line struct {
	net.Listener

	good *tls.Config // nil is plain HTTP

	mu  sync.Mutex
	bad dialer
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
func splice(c net.Conn, bad dialer) {
	defer c.Close()
	other, err := bad()
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

// cut lets a fault begin, for one connection or until it is cut again; nil ends it.
func (l *line) cut(bad dialer, once bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.bad, l.once = bad, once
}

// matrix is the workspace of all cells.
type matrix struct {
	serviceTime

	t      *testing.T
	folder string
	env    []string
	// certificate is that of the services with TLS.
	certificate tls.Certificate
	providers   map[string]*service
	cells       []*cell
	specs       map[string]string // the key of a cell by the server type and system of its contract
	config      strings.Builder
	// amount and next are the variables of the configuration.
	amount int
	next   string
	// faulty, nulls and connections count what was compared; runs those of Terraform.
	faulty, nulls, connections, runs int

	creating atomic.Bool
	mu       sync.Mutex
	posts    map[string]int // creations that arrived, by address
	made     map[string]int // posts when all was made
	posting  sync.Mutex
}

func newMatrix(t *testing.T) *matrix {
	t.Helper()
	m := &matrix{
		t: t, folder: t.TempDir(), providers: map[string]*service{}, specs: map[string]string{}, posts: map[string]int{},
	}
	var authority string
	authority, m.certificate = newAuthority(t)
	m.write("authority.pem", authority)
	m.env = append(slices.Clone(credentials), "GODEBUG=netdns=go", "SSL_CERT_FILE="+filepath.Join(m.folder, "authority.pem"), "SSL_CERT_DIR="+m.folder)
	m.config.WriteString(matrixConfig)
	shared := m.newService(fault{})
	m.provider("cell", shared, 3, "1m")
	// Of the cells whose fault is that nothing comes. The others have all the time that a
	// busy machine needs.
	m.provider("hang", shared, 3, "3s")
	m.provider("limited", m.newService(fault{}), 1, "10s")
	return m
}

func (m *matrix) write(name, text string) {
	m.t.Helper()
	acctest.WriteFile(m.t, filepath.Join(m.folder, name), text)
}

// provider adds a provider to the workspace. It has a source of its own, so that it can have
// one process for all runs.
func (m *matrix) provider(name string, s *service, retries int, timeout string) {
	m.t.Helper()
	m.providers[name] = s
	fmt.Fprintf(&m.config, providerConfig, name, retries, timeout)
	acctest.AttachAs(m.t, m.folder, name, m.env...)
}

// newService starts a service, over TLS if the fault is one of TLS: with TLS 1.3, and with
// TLS 1.2 where the fault is about the version.
func (m *matrix) newService(f fault) *service {
	m.t.Helper()
	s := &service{Server: newEmulator(m.t, m.now), m: m, lines: map[string]*line{}, replies: map[string]func(http.Handler) http.Handler{}}
	web := &http.Server{Handler: s, ReadHeaderTimeout: time.Minute}
	// Two addresses: a 503 with Retry-After lets all calls to one host wait.
	for _, name := range []string{"budget", "billingplan"} {
		l := &line{}
		var err error
		if l.Listener, err = (&net.ListenConfig{}).Listen(m.t.Context(), "tcp", "127.0.0.1:0"); err != nil {
			m.t.Fatal(err)
		}
		if f.https {
			l.good = &tls.Config{Certificates: []tls.Certificate{m.certificate}, MinVersion: tls.VersionTLS12}
			if f.trusted {
				l.good.MaxVersion = tls.VersionTLS12
			}
		}
		s.lines[name] = l
		go func() { _ = web.Serve(l) }()
	}
	m.t.Cleanup(func() { _ = errors.Join(s.Close(), web.Close()) })
	return s
}

// add puts a cell into the workspace.
func (m *matrix) add(provider string, forEver bool, faults map[string]fault) {
	m.t.Helper()
	systems, cores, memory := []string{"opensource", "rhel", "windows", "sles"}, []int{1, 2, 4, 6, 8, 10, 12, 14, 16}, []int{2, 4, 8}
	n := len(m.cells)
	if n >= len(systems)*len(cores)*len(memory) {
		m.t.Fatal("more faults than contract specs")
	}
	vcpu := cores[n/4%len(cores)]
	serverType, system := fmt.Sprintf("s1v%dm%d", vcpu, vcpu*memory[n/4/len(cores)]), systems[n%4]
	c := &cell{
		key: fmt.Sprintf("cell%03d", n), provider: provider, faults: faults, forEver: forEver, service: m.providers[provider],
		spec: map[string]string{"server_type": serverType, "os_type": system},
	}
	m.specs[serverType+" "+system] = c.key
	m.cells = append(m.cells, c)
}

// addresses writes where the services are, for the providers.
func (m *matrix) addresses(faulty bool) {
	m.t.Helper()
	at := map[string]map[string]string{}
	for provider, s := range m.providers {
		at[provider] = map[string]string{}
		for name, l := range s.lines {
			at[provider][name] = "http://" + l.Addr().String()
			if l.good != nil {
				at[provider][name] = "https://" + l.Addr().String()
			}
			if faulty && s.away != "" {
				at[provider][name] = strings.ReplaceAll(s.away, "*", name)
			}
		}
	}
	m.write("at.auto.tfvars.json", string(encoded(map[string]any{"at": at})))
}

// begin puts the faults of a step in place. Those of creations have to wait for the
// requests: all creations of a type have one path.
func (m *matrix) begin(step string) {
	m.t.Helper()
	m.addresses(true)
	methods := map[string]map[string]string{
		budgetType:   {"read": "GET", "update": "PUT", "delete": "DELETE"},
		contractType: {"read": "GET", "update": "PUT", "delete": "PUT"},
	}
	held := m.state()
	for _, c := range m.cells {
		for _, l := range c.service.lines {
			l.cut(c.faults[budgetType].dial, !c.forEver)
		}
		for typeName := range c.faults {
			if step != "create" {
				c.meet(typeName, methods[typeName][step], fmt.Sprintf("%s/%s", pathOf[typeName], held[c.at(typeName)]["id"]))
			}
		}
	}
	m.creating.Store(step == "create")
}

// end takes back the faults that nothing met.
func (m *matrix) end() {
	m.t.Helper()
	m.creating.Store(false)
	m.addresses(false)
	for _, s := range m.providers {
		s.ClearFaults()
		m.mu.Lock()
		clear(s.replies)
		m.mu.Unlock()
		for _, l := range s.lines {
			l.cut(nil, false)
		}
	}
}

// pathOf is where objects are created.
var pathOf = map[string]string{budgetType: budgetsPath, contractType: contractsPath}

// meet lets the next request of a method to a path meet the fault of an object.
func (c *cell) meet(typeName, method, path string) {
	f, s := c.faults[typeName], c.service
	if f.reply != nil {
		s.m.mu.Lock()
		defer s.m.mu.Unlock()
		s.replies[method+" "+path] = f.reply
	}
	if f.rule == "" {
		return
	}
	rule := fmt.Sprintf("method=%s,path=%s,%s", method, path, strings.NewReplacer("retry-after=17", "retry-after=1", "retry-after=11", "retry-after=1").Replace(f.rule))
	if !c.forEver || method == http.MethodPost {
		rule += ",count=1"
	}
	parsed, err := emulator.ParseFault(rule)
	if err != nil {
		panic(err)
	}
	s.AddFault(parsed)
}

// serve responds to a request, by the fault that waits for it.
func (s *service) serve(rw http.ResponseWriter, r *http.Request) {
	at := r.Method + " " + r.URL.Path
	s.m.mu.Lock()
	reply := s.replies[at]
	delete(s.replies, at)
	s.m.mu.Unlock()
	if reply == nil {
		s.Server.ServeHTTP(rw, r)
		return
	}
	reply(s.Server).ServeHTTP(rw, r)
}

// ServeHTTP counts creations, and lets them meet the faults of their cells, which only the
// body distinguishes.
func (s *service) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	m, path := s.m, r.URL.Path
	if r.Method != http.MethodPost || path != budgetsPath && path != contractsPath {
		s.serve(rw, r)
		return
	}
	var body bytes.Buffer
	_, _ = body.ReadFrom(r.Body)
	var in struct {
		Name       string `json:"name"`
		ServerType string `json:"server_type"`
		OSType     string `json:"os_type"`
	}
	_ = json.Unmarshal(body.Bytes(), &in)
	r.Body = io.NopCloser(&body)
	typeName, key := budgetType, in.Name
	if path == contractsPath {
		typeName, key = contractType, m.specs[in.ServerType+" "+in.OSType]
	}
	c := m.cell(key)
	m.mu.Lock()
	m.posts[c.at(typeName)]++
	met := m.creating.Load() && (c.forEver || m.posts[c.at(typeName)] == 1)
	m.mu.Unlock()
	// One at a time until the fault was met, which the record of requests shows.
	m.posting.Lock()
	before := s.Count(http.MethodPost, path)
	if met {
		c.meet(typeName, http.MethodPost, path)
	}
	taken := make(chan struct{})
	go func() {
		defer close(taken)
		defer m.posting.Unlock()
		for s.Count(http.MethodPost, path) == before {
			time.Sleep(time.Millisecond)
		}
	}()
	defer func() { <-taken }()
	s.serve(rw, r)
}

func (m *matrix) cell(key string) *cell {
	return m.cells[slices.IndexFunc(m.cells, func(c *cell) bool { return c.key == key })]
}

// said is what a run said about each resource.
type said struct {
	exit  int
	words map[string]map[string][]string // by severity and address
	plans map[string]string              // what is planned for an address
	all   string
}

// String shows the errors.
func (s said) String() string { return fmt.Sprintf("exit %d, errors %q", s.exit, s.words["error"]) }

// run runs Terraform with JSON messages and sorts what it says.
func (m *matrix) run(arguments ...string) said {
	t := m.t
	t.Helper()
	m.runs++
	arguments = append(arguments, fmt.Sprintf("-var=amount=%d", m.amount), "-input=false", "-json", "-parallelism=100")
	if m.next != "" {
		arguments = append(arguments, "-var=next="+m.next)
	}
	began := time.Now()
	r := acctest.RunTerraform(t, m.folder, m.env, arguments...)
	t.Logf("terraform %s: %s", arguments[0], time.Since(began).Round(time.Second/10))
	s := said{exit: r.ExitCode, words: map[string]map[string][]string{"error": {}, "warning": {}}, plans: map[string]string{}, all: r.Output()}
	for text := range strings.Lines(r.Stdout) {
		var line struct {
			Type       string
			Diagnostic *struct{ Severity, Summary, Detail, Address string }
			Change     struct {
				Action   string
				Resource struct{ Addr string }
			}
		}
		if json.Unmarshal([]byte(text), &line) != nil {
			continue
		}
		if line.Type == "planned_change" {
			s.plans[strings.ReplaceAll(line.Change.Resource.Addr, `"`, "")] = line.Change.Action
		}
		if d := line.Diagnostic; d != nil {
			at := strings.ReplaceAll(d.Address, `"`, "")
			s.words[d.Severity][at] = append(s.words[d.Severity][at], d.Summary+": "+d.Detail)
		}
	}
	if strings.Contains(s.all, "panic:") {
		t.Errorf("a panic:\n%s", s.all)
	}
	return s
}

// state returns the attributes of every resource by its address.
func (m *matrix) state() map[string]map[string]any {
	m.t.Helper()
	held, tainted := stateOf(m.t, m.folder)
	if len(tainted) > 0 {
		m.t.Errorf("%v are tainted: the next apply would make them anew", tainted)
	}
	return held
}

// object is an object in a step.
type object struct {
	at, id      string
	typeName    string
	fault       fault
	service     *service
	want        verdict
	before, now map[string]any // its attributes in the state; nil is none
	said        said
}

// step runs Terraform while the faults last, and checks each object.
func (m *matrix) step(name string, check func(o object) string, arguments ...string) {
	m.t.Helper()
	before := m.state()
	m.begin(name)
	s := m.run(arguments...)
	after := m.state()
	for _, c := range m.cells {
		for typeName, f := range c.faults {
			at := c.at(typeName)
			o := object{at: at, typeName: typeName, fault: f, service: c.service, want: c.judge(typeName, name), before: before[at], now: after[at], said: s}
			for _, attributes := range []map[string]any{o.now, o.before} {
				if id, ok := attributes["id"].(string); ok {
					o.id = id
				}
			}
			_, null := f.verdicts[name]
			switch {
			case ownLine(f):
				m.connections++
			case null:
				m.nulls++
			case f.verdicts == nil:
				m.faulty++
			}
			problem := check(o)
			if problem == "" {
				problem = words(o)
			}
			if problem != "" {
				m.t.Errorf("%s of %s with %q (forever: %t): want %s: %s", name, typeName, f.name, c.forEver, o.want, problem)
			}
		}
	}
	m.end()
}

// apply runs apply without faults, which must end well and do what a step failed to do, and
// nothing else.
func (m *matrix) apply(step string) {
	m.t.Helper()
	s := m.run("apply", "-auto-approve")
	if s.exit != 0 {
		m.t.Fatalf("the apply after the faults failed: %s", s)
	}
	for _, c := range m.cells {
		for typeName, f := range c.faults {
			want := ""
			if c.judge(typeName, step) == failed && !f.processed {
				want = step
			}
			if got := s.plans[c.at(typeName)]; got != want {
				m.t.Errorf("after the %s of %s with %q the plan is %q, want %q", step, typeName, f.name, got, want)
			}
		}
	}
}

// unchanged wants an empty plan, and one budget and one contract for each cell, all in the
// state.
func (m *matrix) unchanged() {
	m.t.Helper()
	if s := m.run("plan", "-detailed-exitcode"); s.exit != 0 {
		m.t.Errorf("the plan after the faults is not empty: %s\n%.3000s", s, s.all)
	}
	if held, objects := m.state(), m.objects(); len(objects) != 2*len(m.cells) || len(held) != len(objects) {
		m.t.Errorf("%d objects, %d in the state; want a budget and a contract for each of %d cells", len(objects), len(held), len(m.cells))
	}
}

// objects are the faults of the objects of all services by their ids, without contracts that
// have ended.
func (m *matrix) objects() map[string]string {
	out := map[string]string{}
	for _, s := range m.providers {
		for _, b := range s.Budgets() {
			out[b.ID] = m.cell(b.Name).faults[budgetType].name
		}
		for _, p := range s.PlannedComputes() {
			if p.Ended == "" {
				system := strings.ToLower(strings.ReplaceAll(p.OSType, "_", ""))
				out[p.ID] = m.cell(m.specs[p.ServerType+" "+system]).faults[contractType].name
			}
		}
	}
	return out
}

// walk goes through the life of all objects.
func (m *matrix) walk() {
	m.t.Helper()
	required, cells := map[string]any{}, map[string]map[string]any{}
	for name := range m.providers {
		required[name], cells[name] = map[string]string{"source": "scpbilling/" + name}, map[string]any{}
	}
	for _, c := range m.cells {
		cells[c.provider][c.key] = c.spec
	}
	m.write("cells.auto.tfvars.json", string(encoded(map[string]any{"cells": cells})))
	m.write("providers.tf.json", string(encoded(map[string]any{"terraform": map[string]any{"required_providers": required}})))
	m.write("main.tf", m.config.String())
	m.amount = 1000
	known := map[string]bool{}
	m.step("create", func(o object) string {
		known[o.id] = true
		posts := 1
		switch {
		case o.fault.dial != nil && o.want == failed:
			posts = 0
			if n := o.service.Count("", ""); n != 0 {
				return fmt.Sprintf("%d requests with credentials arrived", n)
			}
		case o.fault.dial == nil && o.fault.safe:
			posts = 2
		}
		if m.posts[o.at] != posts {
			return fmt.Sprintf("sent %d times, want %d", m.posts[o.at], posts)
		}
		if inState := o.now != nil; inState != (o.want != failed) {
			return fmt.Sprintf("in the state: %t; errors %q, all: %.6000s", inState, o.said.words["error"][o.at], o.said)
		}
		return ""
	}, "apply", "-auto-approve")
	// Nothing was made that is not known.
	for id, name := range m.objects() {
		if !known[id] {
			m.t.Errorf("%s, which met %q, is in no state", id, name)
		}
	}
	m.made = maps.Clone(m.posts)
	m.apply("create")
	for _, c := range m.cells {
		for typeName := range c.faults {
			if c.judge(typeName, "create") == failed {
				m.made[c.at(typeName)]++ // what was not made is made by the next apply
			}
		}
	}
	m.noneMade()

	m.amount, m.next = 2000, "03"
	m.step("update", func(o object) string {
		if o.want == failed {
			return o.kept()
		}
		value, wanted := fmt.Sprint(o.now["amount"]), "2000"
		if o.typeName == contractType {
			value, wanted = fmt.Sprint(o.now["next_contract_type"]), "03"
		}
		if value != wanted {
			return fmt.Sprintf("the state says %s; errors %q", value, o.said.words["error"][o.at])
		}
		return ""
	}, "apply", "-auto-approve", "-refresh=false")
	m.apply("update")
	m.noneMade()

	m.step("read", func(o object) string {
		if plan := o.said.plans[o.at]; plan != "" && plan != "update" {
			return fmt.Sprintf("the plan is %q", plan)
		}
		return o.kept()
	}, "plan")
	m.unchanged()
	m.noneMade()

	m.later()
	m.step("delete", func(o object) string {
		if o.want == failed {
			return o.kept()
		}
		if o.now != nil {
			return fmt.Sprintf("in the state; errors %q, all: %.6000s", o.said.words["error"][o.at], o.said)
		}
		return ""
	}, "destroy", "-auto-approve", "-refresh=false")
	if s := m.run("destroy", "-auto-approve"); s.exit != 0 {
		m.t.Fatalf("the second destroy failed: %s", s)
	}
	// What the service itself called gone is left alone; nothing else is left.
	left := slices.Collect(maps.Values(m.objects()))
	if !slices.Equal(left, []string{"service 404"}) {
		m.t.Errorf("left behind: %q, want the budget that met service 404", left)
	}
	m.noneMade()
	if n := len(m.state()); n != 0 {
		m.t.Errorf("%d objects are left in the state", n)
	}
	m.t.Logf("%d cells of faults, %d of null fields and %d of connections, in %d runs of Terraform", m.faulty, m.nulls, m.connections, m.runs)
}

// kept wants the state as it was.
func (o object) kept() string {
	if !reflect.DeepEqual(o.now, o.before) {
		return fmt.Sprintf("the state was %v, is %v", o.before, o.now)
	}
	return ""
}

// noneMade wants that nothing was created since the creation.
func (m *matrix) noneMade() {
	m.t.Helper()
	if !maps.Equal(m.posts, m.made) {
		m.t.Errorf("creations that arrived: %v, want %v", m.posts, m.made)
	}
}

// words compares what was said of an object with the verdict.
func words(o object) string {
	errors, warnings := about(o.said.words["error"], o.at, o.id), about(o.said.words["warning"], o.at, o.id)
	switch {
	case o.want == failed && len(errors) != 1, o.want != failed && len(errors) > 0:
		return fmt.Sprintf("errors %q", errors)
	case o.want == failed && !strings.Contains(errors[0], "Could not "):
		return fmt.Sprintf("the error does not say what was tried: %q", errors)
	case o.want == failed && o.fault.dial != nil && (!strings.Contains(errors[0], "no connection") || !strings.Contains(errors[0], o.fault.words)):
		return fmt.Sprintf("the error does not say that nothing was sent, and %q: %q", o.fault.words, errors)
	case o.want == adopted && !slices.ContainsFunc(warnings, func(text string) bool { return strings.Contains(text, o.id) }):
		return fmt.Sprintf("no warning names %q: %q", o.id, warnings)
	}
	return ""
}

// about picks the messages about an object.
func about(messages map[string][]string, at, id string) []string {
	found := slices.Clone(messages[at])
	// Terraform does not give the address of each; the message names the object.
	for _, text := range messages[""] {
		if id != "" && strings.Contains(text, id) {
			found = append(found, text)
		}
	}
	return found
}

// newAuthority creates a certificate that signs itself, other than that of the faults.
func newAuthority(t *testing.T) (text string, certificate tls.Certificate) {
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
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})), tls.Certificate{Certificate: [][]byte{raw}, PrivateKey: key}
}
