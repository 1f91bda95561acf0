package e2e

// Terraform or the provider ends in the middle of its work: killed, or asked to
// stop. Afterwards a person plans, does what the messages say, and applies.
// Nothing may be lost and nothing bought twice.
//
// FAULTS_KILLS=100 makes that many kills; FAULTS_SEED=2 takes other moments.

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// victim is who is hit.
type victim string

const (
	killProvider  victim = "SIGKILL of the provider"
	killTerraform victim = "SIGKILL of Terraform"
	interrupt     victim = "SIGINT of Terraform"
)

var victims = []victim{killProvider, killTerraform, interrupt}

// moment is when: at a request, before the service has processed it or before it
// responds; or after some time.
type moment struct {
	method, path string // a glob, see hold
	after        bool
	// part is a part of the time that the last plan took.
	part float64
}

func (m moment) String() string {
	if m.method == "" {
		return fmt.Sprintf("after %.0f %% of the time of a plan", 100*m.part)
	}
	phase := "before it is processed"
	if m.after {
		phase = "before its response"
	}
	return fmt.Sprintf("at %s %s, %s", m.method, m.path, phase)
}

// kill is one cell: who and when in a step.
type kill struct {
	victim victim
	moment moment
}

// chain is the life of one workspace: a kill while creating, one while updating,
// one while destroying.
type chain struct {
	steps [3]kill
	// refuse sets purchase_guard = "REFUSE"; messages are ignored at first.
	refuse bool
}

var stepNames = [3]string{"create", "update", "destroy"}

// moments are those at which a request of each step can be held: a read, and both moments of
// the changes of a budget and of a contract.
var moments = func() (all [3][]moment) {
	for step, requests := range [][3][2]string{
		{{"GET", contractsPath}, {"POST", budgetsPath}, {"POST", contractsPath}},
		{{"GET", contractsPath + "/*"}, {"PUT", budgetsPath + "/*"}, {"PUT", contractsPath + "/*"}},
		{{"GET", budgetsPath + "/*"}, {"DELETE", budgetsPath + "/*"}, {"PUT", contractsPath + "/*"}},
	} {
		for i, r := range requests {
			all[step] = append(all[step], moment{method: r[0], path: r[1]})
			if i > 0 {
				all[step] = append(all[step], moment{method: r[0], path: r[1], after: true})
			}
		}
	}
	return all
}()

// fewChains are a dozen kills: every victim at the purchase, the change and the
// end of a contract, where responses are lost, and some by the clock.
func fewChains() []chain {
	purchase, change := moments[0][4], moments[1][4]
	return []chain{
		{steps: [3]kill{{killProvider, purchase}, {killProvider, change}, {killProvider, moments[2][4]}}},
		{steps: [3]kill{{killTerraform, purchase}, {killTerraform, moments[1][1]}, {killTerraform, moments[2][2]}}, refuse: true},
		{steps: [3]kill{{interrupt, purchase}, {interrupt, change}, {interrupt, moments[2][3]}}},
		{steps: [3]kill{{killProvider, moments[0][2]}, {killProvider, moment{part: 0.8}}, {killTerraform, moment{part: 0.7}}}, refuse: true},
	}
}

// manyChains draws kills: every second one by the clock.
func manyChains(kills int, seed uint64) []chain {
	random := rand.New(rand.NewPCG(seed, 0))
	var chains []chain
	for n := 0; n < kills; n += 3 {
		var c chain
		c.refuse = random.IntN(2) == 0
		for step := range c.steps {
			c.steps[step].victim = victims[random.IntN(len(victims))]
			if random.IntN(2) == 0 {
				c.steps[step].moment = moments[step][random.IntN(len(moments[step]))]
			} else {
				c.steps[step].moment = moment{part: 2 * random.Float64()}
			}
		}
		chains = append(chains, c)
	}
	return chains
}

func TestCrashAndInterrupt(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "kills processes in the middle of purchases")
	chains := fewChains()
	if n, _ := strconv.Atoi(os.Getenv("FAULTS_KILLS")); n > 0 {
		seed, _ := strconv.ParseUint(os.Getenv("FAULTS_SEED"), 10, 64)
		chains = manyChains(n, seed)
	}
	limit := make(chan struct{}, 2)
	for i, c := range chains {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			limit <- struct{}{}
			defer func() { <-limit }()
			newPatient(t).live(c)
		})
	}
}

// Terraform was killed twice: the service carried out an update, whose plan is empty from
// then on, and then a destroy, and the state file knows of neither. Destroying again ends
// well at once: that the state lacks the follow-up that the configuration has is not an error
// for a contract that has ended. Terraform plans a change before it plans a destroy, so
// such an error would come back with every destroy.
func TestDestroyAfterLostUpdateAndDestroy(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "looks at what the service holds")
	p := newPatient(t)
	acctest.Attach(t, p.folder, p.env...)
	p.settings(1000, "null", "WARN")
	p.run("apply", "-auto-approve").Must(t)
	old := acctest.ReadFile(t, p.folder, "terraform.tfstate")
	p.settings(2000, `"01"`, "WARN")
	p.run("apply", "-auto-approve").Must(t)
	p.write("terraform.tfstate", old)
	p.run("plan", "-detailed-exitcode").Must(t)
	p.run("destroy", "-auto-approve").Must(t)
	p.write("terraform.tfstate", old)
	if ids := p.stateIDs(); len(ids) != 2 {
		t.Fatalf("the state holds %v", ids)
	}
	p.later()
	p.run("destroy", "-auto-approve").Must(t)
	if ids := p.stateIDs(); len(ids) > 0 {
		t.Errorf("the state still holds %v", ids)
	}
	p.boughtOnce(2)
}

// patient is a workspace and its service.
type patient struct {
	t      *testing.T
	scp    *emulator.Server
	gate   *gate
	folder string
	env    []string
	said   strings.Builder // all messages since the last kill
	took   time.Duration   // by the last plan that had nothing to do
	serviceTime
}

const crashConfig = required + `
variable "amount" { type = number }
variable "next" { type = string }
variable "guard" { type = string }
resource "scpbilling_account_budget" "b" {
  name        = "team-a"
  amount      = var.amount
  unit        = "MONTHLY"
  start_month = "2099-03"
  notifications = { receivers = ["a@example.com"], thresholds = [80] }
}
resource "scpbilling_planned_compute" "c" {
  service_id         = "VIRTUAL_SERVER"
  os_type            = "opensource"
  server_type        = "s1v1m2"
  contract_type      = "01"
  next_contract_type = var.next
  deletion_policy    = "CANCEL"
  purchase_guard     = var.guard
}
`

func newPatient(t *testing.T) *patient {
	t.Helper()
	p := &patient{t: t, folder: t.TempDir(), took: 2 * time.Second}
	p.scp = newEmulator(t, p.now)
	p.gate = &gate{next: p.scp}
	p.env = append(slices.Clone(credentials), "SCP_TF_ENDPOINT_OVERRIDE="+serve(t, p.scp, p.gate))
	p.write("main.tf", crashConfig)
	return p
}

func (p *patient) write(name, text string) {
	p.t.Helper()
	acctest.WriteFile(p.t, filepath.Join(p.folder, name), text)
}

// settings writes the variables of a step.
func (p *patient) settings(amount int, next, guard string) {
	p.t.Helper()
	p.write("terraform.tfvars", fmt.Sprintf("amount = %d\nnext = %s\nguard = %q\n", amount, next, guard))
}

// live goes through the three steps.
func (p *patient) live(c chain) {
	guard := "WARN"
	if c.refuse {
		guard = "REFUSE"
	}
	p.settings(1000, "null", guard)
	p.strike(0, c.steps[0])
	if c.refuse {
		// Nobody reads the messages: apply, and apply again.
		for range 2 {
			p.run("apply", "-auto-approve")
			p.boughtOnce(0)
		}
	}
	p.converge(0)
	p.settings(2000, `"01"`, guard)
	p.strike(1, c.steps[1])
	p.converge(1)
	if b := p.scp.Budgets(); b[0].Amount != 2000 {
		p.t.Errorf("the budget's amount is %d", b[0].Amount)
	}
	if pc := p.scp.PlannedComputes(); pc[0].NextContractType != "01" {
		p.t.Errorf("the follow-up is %q", pc[0].NextContractType)
	}
	p.strike(2, c.steps[2])
	p.later()
	for range 5 {
		r := p.run("destroy", "-auto-approve")
		if r.ExitCode == 0 {
			break
		}
		p.t.Logf("destroying again, since it ended with %d:\n%s", r.ExitCode, r.Output())
	}
	p.boughtOnce(2)
	if n := len(p.scp.Budgets()); n != 0 {
		p.t.Errorf("%d budgets are left", n)
	}
	if pc := p.scp.PlannedComputes(); pc[0].Ended != emulator.EndedCancelled {
		p.t.Errorf("the contract is %q", pc[0].Ended)
	}
	if ids := p.stateIDs(); len(ids) > 0 {
		p.t.Errorf("the state still holds %v", ids)
	}
}

// strike runs a step and hits it.
func (p *patient) strike(step int, k kill) {
	p.t.Helper()
	p.said.Reset()
	name := fmt.Sprintf("%s: %s %s", stepNames[step], k.victim, k.moment)
	arguments := []string{"apply", "-auto-approve", "-input=false", "-no-color"}
	if step == 2 {
		arguments[0] = "destroy"
	}
	var output bytes.Buffer
	command := acctest.TerraformCommand(p.t.Context(), p.t, p.folder, p.env, arguments...)
	command.Stdout, command.Stderr = &output, &output
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	h := p.gate.hold(k.moment)
	if err := command.Start(); err != nil {
		p.t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = command.Wait()
	}()
	var clock <-chan time.Time
	if k.moment.method == "" {
		clock = time.After(time.Duration(k.moment.part * float64(p.took)))
	}
	hit := true
	select {
	case <-h.held:
	case <-clock:
	case <-done:
		hit = false // it was over already
	case <-time.After(2 * time.Minute):
		p.t.Errorf("%s: the moment did not come", name)
	}
	if hit {
		p.end(command, k.victim, h)
	}
	// A provider whose Terraform is gone goes on until its request has its response.
	h.open()
	select {
	case <-done:
	case <-time.After(90 * time.Second):
		p.t.Errorf("%s: Terraform did not end", name)
	}
	_ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) // what is left of the group
	p.gate.idle()
	p.said.WriteString(output.String())
	if strings.Contains(output.String(), "panic:") {
		p.t.Errorf("%s: a panic:\n%s", name, &output)
	}
	p.t.Logf("%s (hit: %t)", name, hit)
	p.boughtOnce(step)
}

// end hits the victim.
func (p *patient) end(command *exec.Cmd, v victim, h *hold) {
	switch pid := command.Process.Pid; v {
	case killProvider:
		for _, child := range children(pid) {
			_ = syscall.Kill(child, syscall.SIGKILL)
		}
	case killTerraform:
		orphans := children(pid)
		_ = syscall.Kill(pid, syscall.SIGKILL)
		h.open()
		// The orphans finish the requests that they are at.
		p.gate.idle()
		for _, child := range orphans {
			_ = syscall.Kill(child, syscall.SIGKILL)
		}
	default:
		_ = syscall.Kill(pid, syscall.SIGINT)
		// Terraform stops the provider; a held request ends by that.
		select {
		case <-h.gone:
		case <-time.After(2 * time.Second):
		}
	}
}

// children are the processes that a process has started.
func children(pid int) []int {
	var out []int
	entries, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, file := range entries {
		data, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		// "pid (name) state parent ..."; the name may hold anything.
		_, rest, _ := strings.Cut(string(data), ") ")
		if fields := strings.Fields(rest); len(fields) > 1 && fields[1] == strconv.Itoa(pid) {
			if child, err := strconv.Atoi(filepath.Base(filepath.Dir(file))); err == nil {
				out = append(out, child)
			}
		}
	}
	return out
}

// run runs Terraform and keeps what it says.
func (p *patient) run(arguments ...string) acctest.Result {
	p.t.Helper()
	r := acctest.RunTerraform(p.t, p.folder, p.env, slices.Insert(arguments, 1, "-input=false", "-no-color")...)
	p.said.WriteString(r.Output())
	return r
}

// importBlock is the advice of a message.
var importBlock = regexp.MustCompile(`to = (scpbilling_\w+)\.NAME[^"]*id = "([^"]+)"`)

// converge does what a person does: plan, follow the messages, apply, until the
// plan is empty.
func (p *patient) converge(step int) {
	p.t.Helper()
	names := map[string]string{"scpbilling_account_budget": "b", "scpbilling_planned_compute": "c"}
	imported := map[string]bool{}
	follow := func(r acctest.Result) bool {
		known, followed := p.stateIDs(), false
		for _, m := range importBlock.FindAllStringSubmatch(r.Output(), -1) {
			if imported[m[2]] || slices.Contains(known, m[2]) {
				continue
			}
			imported[m[2]], followed = true, true
			p.write("import-"+names[m[1]]+".tf", fmt.Sprintf("import {\n  to = %s.%s\n  id = %q\n}\n", m[1], names[m[1]], m[2]))
		}
		return followed
	}
	for range 8 {
		began := time.Now()
		r := p.run("plan", "-detailed-exitcode", "-out=next.plan")
		if r.ExitCode == 0 {
			p.took = time.Since(began)
			p.boughtOnce(step)
			p.accounted()
			for _, name := range names {
				_ = os.Remove(filepath.Join(p.folder, "import-"+name+".tf"))
			}
			return
		}
		if follow(r) {
			continue
		}
		if r.ExitCode != 2 {
			p.t.Fatalf("the plan failed, and no message says what to do:\n%s", r.Output())
		}
		follow(p.run("apply", "next.plan"))
		p.boughtOnce(step)
	}
	p.t.Fatalf("no end:\n%s", &p.said)
}

// boughtOnce wants no more than one contract ever.
func (p *patient) boughtOnce(step int) {
	p.t.Helper()
	if n := len(p.scp.PlannedComputes()); n > 1 {
		p.t.Errorf("%s: %d contracts were bought", stepNames[step], n)
	}
}

// accounted wants every object of the service in the state, or named in a message.
func (p *patient) accounted() {
	p.t.Helper()
	known := p.stateIDs()
	var objects []string
	for _, b := range p.scp.Budgets() {
		objects = append(objects, b.ID)
	}
	for _, pc := range p.scp.PlannedComputes() {
		if pc.Ended == "" {
			objects = append(objects, pc.ID)
		}
	}
	if len(objects) != 2 {
		p.t.Errorf("the service holds %v", objects)
	}
	for _, id := range objects {
		if slices.Contains(known, id) {
			continue
		}
		p.t.Errorf("%s is not in the state, which holds %v", id, known)
		if !strings.Contains(p.said.String(), id) {
			p.t.Errorf("%s was named by no message:\n%s", id, &p.said)
		}
	}
}

// stateIDs are the ids in the state file.
func (p *patient) stateIDs() (ids []string) {
	held, _ := stateOf(p.t, p.folder)
	for _, attributes := range held {
		ids = append(ids, fmt.Sprint(attributes["id"]))
	}
	return ids
}

// gate holds one request at a moment.
type gate struct {
	next    http.Handler
	working atomic.Int64 // requests that are being served

	mu    sync.Mutex
	armed *hold
}

// hold is a request that is held, or will be. Its channels are closed when it is held, when
// it has gone, and to let it go on.
type hold struct {
	moment              moment
	held, gone, release chan struct{}
	open                func() // closes release
}

// hold arms the gate, if the moment is that of a request.
func (g *gate) hold(m moment) *hold {
	h := &hold{moment: m, held: make(chan struct{}), gone: make(chan struct{}), release: make(chan struct{})}
	h.open = sync.OnceFunc(func() { close(h.release) })
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.armed = nil; m.method != "" {
		g.armed = h
	}
	return h
}

// take returns the hold that a request is for, once.
func (g *gate) take(r *http.Request) *hold {
	g.mu.Lock()
	defer g.mu.Unlock()
	h := g.armed
	if h == nil || r.Method != h.moment.method {
		return nil
	}
	if matches, _ := filepath.Match(h.moment.path, r.URL.Path); !matches {
		return nil
	}
	g.armed = nil
	return h
}

// idle waits until no request is being served.
func (g *gate) idle() {
	for g.working.Load() > 0 {
		time.Sleep(time.Millisecond)
	}
}

func (g *gate) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	g.working.Add(1)
	defer g.working.Add(-1)
	h := g.take(r)
	if h == nil {
		g.next.ServeHTTP(rw, r)
		return
	}
	defer close(h.gone)
	wait := func() {
		close(h.held)
		select {
		case <-h.release:
		case <-r.Context().Done():
		}
	}
	if h.moment.after {
		rewrite(g.next, func(_ http.Header, body []byte) []byte {
			wait()
			return body
		}).ServeHTTP(rw, r)
		return
	}
	// The body is read now: nobody may be there to send it later.
	var body bytes.Buffer
	_, _ = body.ReadFrom(r.Body)
	wait()
	if r.Context().Err() != nil {
		return // the client is gone, and the request was never processed
	}
	r.Body = io.NopCloser(&body)
	g.next.ServeHTTP(rw, r)
}
