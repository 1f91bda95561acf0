package e2e

// The matrix of the resources: create, read, update and delete of a budget and
// of a contract against every fault, through real Terraform and the real
// provider process. One workspace holds a budget and a contract for each fault,
// and each of them meets its own fault. Null in place of a field is a fault too,
// for each field in turn of each response to a resource.
//
// Faults of the connection, and 429, have a service and a provider process of
// their own in the same workspace: a connection serves many calls, and a 429
// slows all of them down.

import (
	"bufio"
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

const matrixConfig = required + `
variable "at" { type = map(object({ budget = string, billingplan = string })) }
variable "amount" { type = number }
variable "next" {
  type    = string
  default = null
}
`

// providerConfig is one provider; %[1]s is its alias.
const providerConfig = `
provider "scpbilling" {
  alias           = "%[1]s"
  endpoints       = var.at["%[1]s"]
  max_retries     = %d
  request_timeout = "%s"
}
`

// cellConfig is one cell: its key, the alias of its provider, and the contract's spec.
const cellConfig = `
resource "scpbilling_account_budget" "%[1]s" {
  provider      = scpbilling.%[2]s
  name          = "%[1]s"
  amount        = var.amount
  unit          = "MONTHLY"
  start_month   = "2099-03"
  notifications = { receivers = ["a@example.com"], thresholds = [80, 100] }
  prevention    = { receivers = ["b@example.com"], threshold = 90 }
}
resource "scpbilling_planned_compute" "%[1]s" {
  provider           = scpbilling.%[2]s
  service_id         = "VIRTUAL_SERVER"
  server_type        = %[3]q
  os_type            = %[4]q
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
			m.add(m.shared, false, map[string]fault{budgetType: f, contractType: f})
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
		m.add(m.shared, false, faults)
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
				own := m.newService(f)
				own.away = away
				m.add(own, forEver, map[string]fault{budgetType: f, contractType: f})
			}
		}
	}
	m.walk()
}

// ownLine reports whether a fault needs a connection of its own: a 429 slows down all calls to its host.
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
			name: "null for " + path, verdicts: map[string]verdict{},
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
	key    string
	faults map[string]fault // by the type of the object
	// forEver: the fault is met in each request of a step, not once.
	forEver bool
	service *service
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
	shared      *service // of all cells whose faults are not of the connection
	providers   map[string]*service
	cells       []*cell
	specs       map[string]string // the key of a cell by the server type and system of its contract
	config      strings.Builder
	// amount and next are the variables of the configuration.
	amount int
	next   string
	// faulty, nulls and connections count what was compared; runs those of Terraform.
	faulty, nulls, connections, runs int

	mu       sync.Mutex
	creating bool
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
	m.shared = m.newService(fault{})
	m.config.WriteString(matrixConfig)
	m.provider("cell", m.shared, 3, "1m")
	// Of the cells whose fault is that nothing comes. The others have all the time that a
	// busy machine needs.
	m.provider("hang", m.shared, 3, "3s")
	return m
}

func (m *matrix) write(name, text string) {
	m.t.Helper()
	acctest.WriteFile(m.t, filepath.Join(m.folder, name), text)
}

func (m *matrix) provider(alias string, s *service, retries int, timeout string) {
	m.providers[alias] = s
	fmt.Fprintf(&m.config, providerConfig, alias, retries, timeout)
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
func (m *matrix) add(s *service, forEver bool, faults map[string]fault) {
	m.t.Helper()
	systems, cores, memory := []string{"opensource", "rhel", "windows", "sles"}, []int{1, 2, 4, 6, 8, 10, 12, 14, 16}, []int{2, 4, 8}
	n := len(m.cells)
	if n >= len(systems)*len(cores)*len(memory) {
		m.t.Fatal("more faults than contract specs")
	}
	vcpu := cores[n/4%len(cores)]
	serverType, system := fmt.Sprintf("s1v%dm%d", vcpu, vcpu*memory[n/4/len(cores)]), systems[n%4]
	c := &cell{key: fmt.Sprintf("cell_%03d", n), faults: faults, forEver: forEver, service: s}
	alias := "cell"
	switch {
	case s != m.shared:
		alias = c.key
		m.provider(alias, s, 1, "10s")
	case strings.Contains(faults[budgetType].rule, "delay=1h"):
		alias = "hang"
	}
	fmt.Fprintf(&m.config, cellConfig, c.key, alias, serverType, system)
	m.specs[serverType+" "+system] = c.key
	m.cells = append(m.cells, c)
}

// addresses writes where the services are, for the providers.
func (m *matrix) addresses(faulty bool) {
	m.t.Helper()
	at := map[string]map[string]string{}
	for alias, s := range m.providers {
		at[alias] = map[string]string{}
		for name, l := range s.lines {
			at[alias][name] = "http://" + l.Addr().String()
			if l.good != nil {
				at[alias][name] = "https://" + l.Addr().String()
			}
			if faulty && s.away != "" {
				at[alias][name] = strings.ReplaceAll(s.away, "*", name)
			}
		}
	}
	text, err := json.Marshal(map[string]any{"at": at})
	if err != nil {
		m.t.Fatal(err)
	}
	m.write("at.auto.tfvars.json", string(text))
}

// begin puts the faults of a step in place. Those of creations in the shared service have
// to wait for the requests: all creations of a type have one path.
func (m *matrix) begin(step string) {
	m.t.Helper()
	m.addresses(true)
	methods := map[string]map[string]string{
		budgetType:   {"create": "POST", "read": "GET", "update": "PUT", "delete": "DELETE"},
		contractType: {"create": "POST", "read": "GET", "update": "PUT", "delete": "PUT"},
	}
	held := m.state()
	for _, c := range m.cells {
		for _, l := range c.service.lines {
			l.cut(c.faults[budgetType].dial, !c.forEver)
		}
		for typeName := range c.faults {
			switch {
			case step != "create":
				c.meet(typeName, methods[typeName][step], fmt.Sprintf("%s/%s", pathOf[typeName], held[typeName+"."+c.key]["id"]))
			case c.service != m.shared:
				c.meet(typeName, http.MethodPost, pathOf[typeName])
			}
		}
	}
	m.setCreating(step == "create")
}

// end takes back the faults that nothing met.
func (m *matrix) end() {
	m.t.Helper()
	m.setCreating(false)
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

func (m *matrix) setCreating(creating bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.creating = creating
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
	if !c.forEver {
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

// ServeHTTP counts creations, and lets those of the shared service meet the faults of
// their cells, which only the body distinguishes.
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
	m.mu.Lock()
	m.posts[typeName+"."+key]++
	first := m.creating && m.posts[typeName+"."+key] == 1
	m.mu.Unlock()
	if s != m.shared {
		s.serve(rw, r)
		return
	}
	// One at a time until the fault was met, which the record of requests shows.
	m.posting.Lock()
	before := s.Count(http.MethodPost, path)
	if first {
		m.cell(key).meet(typeName, http.MethodPost, path)
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
	exit   int
	errors map[string][]string
	warns  map[string][]string
	plans  map[string]string // what is planned for an address
	all    string
}

// String shows the errors.
func (s said) String() string { return fmt.Sprintf("exit %d, errors %q", s.exit, s.errors) }

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
	s := said{exit: r.ExitCode, errors: map[string][]string{}, warns: map[string][]string{}, plans: map[string]string{}, all: r.Output()}
	lines := bufio.NewScanner(strings.NewReader(r.Stdout))
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var line struct {
			Type       string
			Diagnostic *struct{ Severity, Summary, Detail, Address string }
			Change     struct {
				Action   string
				Resource struct{ Addr string }
			}
		}
		if json.Unmarshal(lines.Bytes(), &line) != nil {
			continue
		}
		if line.Type == "planned_change" {
			s.plans[line.Change.Resource.Addr] = line.Change.Action
		}
		if line.Diagnostic == nil {
			continue
		}
		d := line.Diagnostic
		text := d.Summary + ": " + d.Detail
		if d.Severity == "error" {
			s.errors[d.Address] = append(s.errors[d.Address], text)
		} else {
			s.warns[d.Address] = append(s.warns[d.Address], text)
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
			at := typeName + "." + c.key
			o := object{at: at, typeName: typeName, fault: f, service: c.service, want: judge(f, typeName, name), before: before[at], now: after[at], said: s}
			if c.forEver {
				o.want = failed
			}
			for _, attributes := range []map[string]any{o.now, o.before} {
				if id, ok := attributes["id"].(string); ok {
					o.id = id
				}
			}
			_, null := f.verdicts[name]
			switch {
			case c.service != m.shared:
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

// apply runs apply without faults, which must end well.
func (m *matrix) apply() {
	m.t.Helper()
	if s := m.run("apply", "-auto-approve"); s.exit != 0 {
		m.t.Fatalf("the apply after the faults failed: %s", s)
	}
}

// unchanged wants an empty plan, and one budget and one contract for each cell, all in the
// state.
func (m *matrix) unchanged() {
	m.t.Helper()
	if s := m.run("plan", "-detailed-exitcode"); s.exit != 0 {
		m.t.Errorf("the plan after the faults is not empty: %s\n%.3000s", s, s.all)
	}
	budgets, contracts := m.objects()
	if held := m.state(); len(budgets) != len(m.cells) || len(contracts) != len(m.cells) || len(held) != 2*len(m.cells) {
		m.t.Errorf("%d budgets, %d contracts, %d in the state; want %d each", len(budgets), len(contracts), len(held), len(m.cells))
	}
	for _, c := range m.cells {
		if c.service != m.shared && (len(c.service.Budgets()) != 1 || len(c.service.PlannedComputes()) != 1) {
			m.t.Errorf("%q left other objects than one budget and one contract", c.faults[budgetType].name)
		}
	}
}

// objects are those of all services.
func (m *matrix) objects() (budgets []emulator.Budget, contracts []emulator.PlannedCompute) {
	seen := map[*service]bool{}
	for _, s := range m.providers {
		if !seen[s] {
			budgets, contracts = append(budgets, s.Budgets()...), append(contracts, s.PlannedComputes()...)
		}
		seen[s] = true
	}
	return budgets, contracts
}

// walk goes through the life of all objects.
func (m *matrix) walk() {
	m.t.Helper()
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
			return fmt.Sprintf("in the state: %t; errors %q, all: %.6000s", inState, o.said.errors[o.at], o.said)
		}
		return ""
	}, "apply", "-auto-approve")
	// Nothing was made that is not known.
	budgets, contracts := m.objects()
	for _, b := range budgets {
		if !known[b.ID] {
			m.t.Errorf("the budget %s (%s) is in no state", b.Name, m.cell(b.Name).faults[budgetType].name)
		}
	}
	for _, p := range contracts {
		if !known[p.ID] {
			m.t.Errorf("the contract %s (%s) is in no state", p.ID, p.ServerType)
		}
	}
	m.made = maps.Clone(m.posts)
	m.apply()
	for _, c := range m.cells {
		for typeName, f := range c.faults {
			if c.forEver || judge(f, typeName, "create") == failed {
				m.made[typeName+"."+c.key]++ // what was not made is made by the next apply
			}
		}
	}
	m.noneMade()

	m.step("read", func(o object) string {
		if plan := o.said.plans[o.at]; plan != "" && plan != "update" {
			return fmt.Sprintf("the plan is %q", plan)
		}
		return o.kept()
	}, "plan")
	m.unchanged()
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
			return fmt.Sprintf("the state says %s; errors %q", value, o.said.errors[o.at])
		}
		return ""
	}, "apply", "-auto-approve", "-refresh=false")
	m.apply()
	m.unchanged()
	m.noneMade()

	m.later()
	m.step("delete", func(o object) string {
		if o.want == failed {
			return o.kept()
		}
		if o.now != nil {
			return fmt.Sprintf("in the state; errors %q, all: %.6000s", o.said.errors[o.at], o.said)
		}
		return ""
	}, "destroy", "-auto-approve", "-refresh=false")
	if s := m.run("destroy", "-auto-approve"); s.exit != 0 {
		m.t.Fatalf("the second destroy failed: %s", s)
	}
	// What the service itself called gone is left alone; nothing else is left.
	var left, want []string
	budgets, contracts = m.objects()
	for _, b := range budgets {
		left = append(left, m.cell(b.Name).faults[budgetType].name)
	}
	for _, p := range contracts {
		if p.Ended == "" {
			left = append(left, m.cell(m.specs[p.ServerType+" "+strings.ToLower(strings.ReplaceAll(p.OSType, "_", ""))]).faults[contractType].name)
		}
	}
	for _, c := range m.cells {
		if f := c.faults[budgetType]; f.name == "service 404" {
			want = append(want, f.name)
		}
	}
	if !slices.Equal(left, want) {
		m.t.Errorf("left behind: %q, want %q", left, want)
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
	errors, warnings := about(o.said.errors, o.at, o.id), about(o.said.warns, o.at, o.id)
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
