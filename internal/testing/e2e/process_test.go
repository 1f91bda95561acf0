package e2e

// The matrix of the resources: create, read, update and delete of a budget and
// of a contract against every fault, through real Terraform and the real
// provider process. One workspace holds a budget and a contract for each fault,
// and each of them meets its own fault once. Null in place of a field is a fault
// too, for each field in turn of each response to a resource.

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
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

const matrixConfig = `
terraform {
  required_providers {
    scpbilling = { source = "scpbilling/scpbilling" }
  }
}
provider "scpbilling" { max_retries = 3 }
# Of the cells whose fault is that nothing comes. The others have all the time that a busy
# machine needs.
provider "scpbilling" {
  alias           = "hasty"
  max_retries     = 3
  request_timeout = "3s"
}
variable "cells" { type = map(object({ server_type = string, os_type = string })) }
variable "amount" { type = number }
variable "next" {
  type    = string
  default = null
}
resource "scpbilling_account_budget" "x" {
  for_each      = { for k, v in var.cells : k => v if startswith(k, "cell") }
  name          = each.key
  amount        = var.amount
  unit          = "MONTHLY"
  start_month   = "2099-03"
  notifications = { receivers = ["a@example.com"], thresholds = [80, 100] }
  prevention    = { receivers = ["b@example.com"], threshold = 90 }
}
resource "scpbilling_planned_compute" "x" {
  for_each           = { for k, v in var.cells : k => v if startswith(k, "cell") }
  service_id         = "VIRTUAL_SERVER"
  os_type            = each.value.os_type
  server_type        = each.value.server_type
  contract_type      = "01"
  next_contract_type = var.next
  deletion_policy    = "CANCEL"
}
resource "scpbilling_account_budget" "hang" {
  provider      = scpbilling.hasty
  for_each      = { for k, v in var.cells : k => v if startswith(k, "hang") }
  name          = each.key
  amount        = var.amount
  unit          = "MONTHLY"
  start_month   = "2099-03"
  notifications = { receivers = ["a@example.com"], thresholds = [80, 100] }
  prevention    = { receivers = ["b@example.com"], threshold = 90 }
}
resource "scpbilling_planned_compute" "hang" {
  provider           = scpbilling.hasty
  for_each           = { for k, v in var.cells : k => v if startswith(k, "hang") }
  service_id         = "VIRTUAL_SERVER"
  os_type            = each.value.os_type
  server_type        = each.value.server_type
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
	var faults []pair
	for _, f := range allFaults {
		if !ownLine(f) {
			faults = append(faults, pair{budgetType: f, contractType: f})
		}
	}
	of := map[string][]fault{budgetType: nullFaults(t, budgetType), contractType: nullFaults(t, contractType)}
	for i := range max(len(of[budgetType]), len(of[contractType])) {
		p := pair{}
		for typeName, list := range of {
			if i < len(list) {
				p[typeName] = list[i]
			} else {
				p[typeName] = fault{name: "none", verdicts: map[string]verdict{}}
			}
		}
		faults = append(faults, p)
	}
	newMatrix(t, faults).walk()
}

// ownLine reports whether a fault needs a connection of its own: those of
// TestConnectionMatrix. A 429 slows down all calls to its host.
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

// pair is what the budget and the contract of a cell meet, by their types.
type pair map[string]fault

// matrix is the workspace of all cells.
type matrix struct {
	t      *testing.T
	scp    *emulator.Server
	folder string
	env    []string
	faults map[string]pair   // by the key of the cell
	server map[string]string // key of the cell by server type and system
	cells  int
	nulls  int // cells that are about null
	runs   int
	serviceTime

	mu       sync.Mutex
	creating bool
	replies  map[string]func(http.Handler) http.Handler // by method and path, each for one response
	posts    map[string]int                             // creations that arrived, by address
	made     map[string]int                             // posts when all was made
	posting  sync.Mutex
}

// walk goes through the life of all objects.
func (m *matrix) walk() {
	m.create()
	m.read()
	m.update()
	m.delete()
	m.t.Logf("%d cells of faults and %d of null fields, in %d runs of Terraform", m.cells-m.nulls, m.nulls, m.runs)
}

func newMatrix(t *testing.T, faults []pair) *matrix {
	t.Helper()
	m := &matrix{
		t: t, folder: t.TempDir(), faults: map[string]pair{}, server: map[string]string{},
		replies: map[string]func(http.Handler) http.Handler{}, posts: map[string]int{},
	}
	server, err := emulator.New(emulator.Options{Now: m.now, Guesses: emulator.Guesses{TimestampTolerance: -1}})
	if err != nil {
		t.Fatal(err)
	}
	m.scp = server
	// Two addresses: a 503 with Retry-After lets all calls to one host wait.
	listen := func() string {
		web := httptest.NewServer(m)
		t.Cleanup(func() {
			_ = server.Close()
			web.CloseClientConnections()
			web.Close()
		})
		return web.URL
	}
	m.env = []string{
		"SCP_TF_ENDPOINT_BUDGET=" + listen(), "SCP_TF_ENDPOINT_BILLINGPLAN=" + listen(),
		"SCP_TF_ACCESS_KEY=" + emulator.ExampleAccessKey, "SCP_TF_SECRET_KEY=" + emulator.ExampleSecretKey,
	}
	systems := []string{"opensource", "rhel", "windows", "sles"}
	var types []string
	for _, cores := range []int{1, 2, 4, 6, 8, 10, 12, 14, 16} {
		for _, memory := range []int{2, 4, 8} {
			types = append(types, fmt.Sprintf("s1v%dm%d", cores, memory*cores))
		}
	}
	cells := map[string]any{}
	for n, f := range faults {
		key := fmt.Sprintf("cell-%02d", n)
		if strings.Contains(f[budgetType].rule, "delay=1h") {
			key = fmt.Sprintf("hang-%02d", n)
		}
		m.faults[key] = f
		if n >= len(systems)*len(types) {
			t.Fatal("more faults than contract specs")
		}
		kind := map[string]string{"os_type": systems[n%4], "server_type": types[n/4]}
		m.server[kind["server_type"]+" "+kind["os_type"]] = key
		cells[key] = kind
	}
	m.write("main.tf", []byte(matrixConfig))
	text, err := json.Marshal(map[string]any{"cells": cells})
	if err != nil {
		t.Fatal(err)
	}
	m.write("cells.auto.tfvars.json", text)
	return m
}

func (m *matrix) write(name string, text []byte) {
	m.t.Helper()
	if err := os.WriteFile(filepath.Join(m.folder, name), text, 0o600); err != nil {
		m.t.Fatal(err)
	}
}

// meet lets the next request of a method to a path meet a cell's fault.
func (m *matrix) meet(f fault, method, path string) {
	if f.reply != nil {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.replies[method+" "+path] = f.reply
	}
	if f.rule == "" {
		return
	}
	rule := f.rule
	for _, long := range []string{"retry-after=17", "retry-after=11"} {
		rule = strings.Replace(rule, long, "retry-after=1", 1)
	}
	parsed, err := emulator.ParseFault(fmt.Sprintf("method=%s,path=%s,count=1,%s", method, path, rule))
	if err != nil {
		panic(err)
	}
	m.scp.AddFault(parsed)
}

// clear takes back the faults that nothing met.
func (m *matrix) clear() {
	m.scp.ClearFaults()
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.replies)
}

// serve responds to a request, by the fault that waits for it.
func (m *matrix) serve(rw http.ResponseWriter, r *http.Request) {
	at := r.Method + " " + r.URL.Path
	m.mu.Lock()
	reply := m.replies[at]
	delete(m.replies, at)
	m.mu.Unlock()
	if reply == nil {
		m.scp.ServeHTTP(rw, r)
		return
	}
	reply(m.scp).ServeHTTP(rw, r)
}

// ServeHTTP returns a creation its cell's fault: all creations of a type have one
// path, and only the body distinguishes them.
func (m *matrix) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	path := r.URL.Path
	if r.Method != http.MethodPost || path != budgetsPath && path != contractsPath {
		m.serve(rw, r)
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
	r.Body = readCloser{&body}
	typeName, key := budgetType, in.Name
	if path == contractsPath {
		typeName, key = contractType, m.server[in.ServerType+" "+in.OSType]
	}
	// One at a time until the fault was met, which the record of requests shows.
	m.posting.Lock()
	before := m.scp.Count(http.MethodPost, path)
	m.mu.Lock()
	at := address(typeName, key)
	m.posts[at]++
	first := m.creating && m.posts[at] == 1
	m.mu.Unlock()
	if first {
		m.meet(m.faults[key][typeName], http.MethodPost, path)
	}
	taken := make(chan struct{})
	go func() {
		defer close(taken)
		defer m.posting.Unlock()
		for m.scp.Count(http.MethodPost, path) == before {
			time.Sleep(time.Millisecond)
		}
	}()
	defer func() { <-taken }()
	m.serve(rw, r)
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

// run runs Terraform with JSON messages.
func (m *matrix) run(amount int, next string, arguments ...string) said {
	m.t.Helper()
	m.runs++
	arguments = append(arguments, fmt.Sprintf("-var=amount=%d", amount))
	if next != "" {
		arguments = append(arguments, "-var=next="+next)
	}
	return runJSON(m.t, m.folder, m.env, arguments...)
}

// runJSON runs Terraform with JSON messages and sorts what it says.
func runJSON(t *testing.T, folder string, env []string, arguments ...string) said {
	t.Helper()
	arguments = append(arguments, "-input=false", "-json", "-parallelism=100")
	began := time.Now()
	r := acctest.RunTerraform(t, folder, env, arguments...)
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

// settled runs apply without faults, which must end well, and wants the next
// plan to be empty.
func (m *matrix) settled(amount int, next string) {
	m.t.Helper()
	m.clear()
	if s := m.run(amount, next, "apply", "-auto-approve"); s.exit != 0 {
		m.t.Fatalf("the apply after the faults failed: %s", s)
	}
	if s := m.run(amount, next, "plan", "-detailed-exitcode"); s.exit != 0 {
		m.t.Errorf("the plan after the faults is not empty: %s\n%.3000s", s, s.all)
	}
	m.once()
}

// once wants one budget and one contract for each cell, all in the state.
func (m *matrix) once() {
	m.t.Helper()
	held := m.state()
	if b, p := len(m.scp.Budgets()), len(m.scp.PlannedComputes()); b != len(m.faults) || p != len(m.faults) || len(held) != 2*len(m.faults) {
		m.t.Errorf("%d budgets, %d contracts, %d in the state; want %d each", b, p, len(held), len(m.faults))
	}
}

func address(typeName, key string) string {
	name := "x"
	if strings.HasPrefix(key, "hang") {
		name = "hang"
	}
	return fmt.Sprintf("%s.%s[%q]", typeName, name, key)
}

// state returns the attributes of every resource by its address.
func (m *matrix) state() map[string]map[string]any {
	m.t.Helper()
	return stateOf(m.t, m.folder)
}

func stateOf(t *testing.T, folder string) map[string]map[string]any {
	t.Helper()
	out := map[string]map[string]any{}
	data, err := os.ReadFile(filepath.Join(folder, "terraform.tfstate"))
	if err != nil {
		return out
	}
	var state struct {
		Resources []struct {
			Type, Name string
			Instances  []struct {
				IndexKey   string `json:"index_key"`
				Status     string
				Attributes map[string]any
			}
		}
	}
	if err := json.Unmarshal(data, &state); err != nil {
		t.Fatal(err)
	}
	for _, r := range state.Resources {
		for _, i := range r.Instances {
			at := r.Type + "." + r.Name
			if i.IndexKey != "" {
				at = address(r.Type, i.IndexKey)
			}
			if i.Status == "tainted" {
				t.Errorf("%s is tainted: the next apply would make it anew", at)
			}
			out[at] = i.Attributes
		}
	}
	return out
}

// each calls check for every cell, with its verdict.
func (m *matrix) each(step string, check func(typeName, key string, want verdict) string) {
	m.t.Helper()
	for _, typeName := range []string{budgetType, contractType} {
		for key, faults := range m.faults {
			f := faults[typeName]
			_, null := f.verdicts[step]
			if null {
				m.nulls++
			}
			if null || f.verdicts == nil {
				m.cells++
			}
			want := judge(f, typeName, step)
			if problem := check(typeName, key, want); problem != "" {
				m.t.Errorf("%s of %s with %q: want %s: %s", step, typeName, f.name, want, problem)
			}
		}
	}
}

// words compares what was said of a resource with the verdict.
func words(s said, at string, want verdict, id string) string {
	errors, warnings := about(s.errors, at, id), about(s.warns, at, id)
	switch {
	case want == failed && len(errors) != 1:
		return fmt.Sprintf("errors %q", errors)
	case want != failed && len(errors) > 0:
		return fmt.Sprintf("errors %q", errors)
	case want == failed && !strings.Contains(errors[0], "Could not "):
		return fmt.Sprintf("the error does not say what was tried: %q", errors)
	case want == adopted && !slices.ContainsFunc(warnings, func(text string) bool { return strings.Contains(text, id) }):
		return fmt.Sprintf("no warning names %q: %q", id, warnings)
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

func (m *matrix) create() {
	m.t.Helper()
	m.mu.Lock()
	m.creating = true
	m.mu.Unlock()
	s := m.run(1000, "", "apply", "-auto-approve")
	m.mu.Lock()
	m.creating = false
	m.mu.Unlock()
	held := m.state()
	known := map[string]bool{}
	m.each("create", func(typeName, key string, want verdict) string {
		at := address(typeName, key)
		id, _ := held[at]["id"].(string)
		known[id] = true
		posts := 1
		if m.faults[key][typeName].safe {
			posts = 2
		}
		if m.posts[at] != posts {
			return fmt.Sprintf("sent %d times, want %d", m.posts[at], posts)
		}
		if inState := id != ""; inState != (want != failed) {
			return fmt.Sprintf("in the state: %t; errors %q, all: %.6000s", inState, s.errors[at], s)
		}
		return words(s, at, want, id)
	})
	// Nothing was made that is not known.
	for _, b := range m.scp.Budgets() {
		if !known[b.ID] {
			m.t.Errorf("the budget %s (%s) is in no state", b.Name, m.faults[b.Name][budgetType].name)
		}
	}
	for _, p := range m.scp.PlannedComputes() {
		if !known[p.ID] {
			m.t.Errorf("the contract %s (%s) is in no state", p.ID, p.ServerType)
		}
	}
	posts := maps.Clone(m.posts)
	m.settled(1000, "")
	for key, faults := range m.faults {
		for typeName, f := range faults {
			if judge(f, typeName, "create") == failed {
				posts[address(typeName, key)]++ // what was not made is made by the next apply
			}
		}
	}
	if !maps.Equal(m.posts, posts) {
		m.t.Errorf("creations that arrived: %v, want %v", m.posts, posts)
	}
	m.made = posts
}

// noneMade wants that nothing was created since the creation.
func (m *matrix) noneMade() {
	m.t.Helper()
	if !maps.Equal(m.posts, m.made) {
		m.t.Errorf("creations that arrived: %v, were %v", m.posts, m.made)
	}
}

func (m *matrix) read() {
	m.t.Helper()
	before := m.state()
	m.onEach(http.MethodGet, http.MethodGet)
	s := m.run(1000, "", "plan")
	m.each("read", func(typeName, key string, want verdict) string {
		at := address(typeName, key)
		if plan := s.plans[at]; plan != "" && plan != "update" {
			return fmt.Sprintf("the plan is %q", plan)
		}
		return words(s, at, want, fmt.Sprint(before[at]["id"]))
	})
	if after := m.state(); fmt.Sprint(after) != fmt.Sprint(before) {
		m.t.Errorf("the state was %v, is %v", before, after)
	}
	m.clear()
	if s := m.run(1000, "", "plan", "-detailed-exitcode"); s.exit != 0 {
		m.t.Errorf("the plan after the faults is not empty: %s\n%.3000s", s, s.all)
	}
	m.once()
	m.noneMade()
}

// onEach puts every cell's fault on the path of its own objects.
func (m *matrix) onEach(budgetMethod, contractMethod string) {
	m.t.Helper()
	for at, attributes := range m.state() {
		key := strings.Split(at, `"`)[1]
		if strings.HasPrefix(at, budgetType) {
			m.meet(m.faults[key][budgetType], budgetMethod, fmt.Sprintf("%s/%s", budgetsPath, attributes["id"]))
		} else {
			m.meet(m.faults[key][contractType], contractMethod, fmt.Sprintf("%s/%s", contractsPath, attributes["id"]))
		}
	}
}

func (m *matrix) update() {
	m.t.Helper()
	before := m.state()
	m.onEach(http.MethodPut, http.MethodPut)
	s := m.run(2000, "03", "apply", "-auto-approve")
	held := m.state()
	m.each("update", func(typeName, key string, want verdict) string {
		at := address(typeName, key)
		value, wanted := fmt.Sprint(held[at]["amount"]), "2000"
		if typeName == contractType {
			value, wanted = fmt.Sprint(held[at]["next_contract_type"]), "03"
		}
		if want == failed == (value == wanted) || want == failed && !reflect.DeepEqual(held[at], before[at]) {
			return fmt.Sprintf("the state says %s; errors %q", value, s.errors[at])
		}
		return words(s, at, want, "")
	})
	m.settled(2000, "03")
	m.noneMade()
}

func (m *matrix) delete() {
	m.t.Helper()
	before := m.state()
	m.later()
	m.onEach(http.MethodDelete, http.MethodPut)
	s := m.run(2000, "03", "destroy", "-auto-approve")
	held := m.state()
	m.each("delete", func(typeName, key string, want verdict) string {
		at := address(typeName, key)
		if _, inState := held[at]; inState != (want == failed) {
			return fmt.Sprintf("in the state: %t; errors %q, all: %.6000s", inState, s.errors[at], s)
		}
		return words(s, at, want, fmt.Sprint(before[at]["id"]))
	})
	m.clear()
	if s := m.run(2000, "03", "destroy", "-auto-approve"); s.exit != 0 {
		m.t.Fatalf("the second destroy failed: %s", s)
	}
	// What the service itself called gone is left alone; nothing else is left.
	var left []string
	for _, b := range m.scp.Budgets() {
		left = append(left, m.faults[b.Name][budgetType].name)
	}
	for _, p := range m.scp.PlannedComputes() {
		if p.Ended == "" {
			key := m.server[p.ServerType+" "+strings.ToLower(strings.ReplaceAll(p.OSType, "_", ""))]
			left = append(left, m.faults[key][contractType].name)
		}
	}
	var want []string
	for _, faults := range m.faults {
		if f := faults[budgetType]; f.name == "service 404" {
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
}
