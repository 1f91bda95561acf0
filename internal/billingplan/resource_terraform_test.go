package billingplan_test

// The contract in real Terraform, with the provider in processes of its own: what
// Terraform does between the provider's responses, killed processes, and the ways
// out that errors name.

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// project is a folder with a configuration, and the service that it leads to.
type project struct {
	*world
	folder, head string
}

// hcl is a resource block; lines stand in it.
func hcl(name string, lines ...string) string {
	given := strings.Join(lines, "\n")
	for attribute, value := range map[string]string{"os_type": "opensource", "server_type": "s1v1m2", "contract_type": "01", "service_id": "VIRTUAL_SERVER"} {
		if !strings.Contains(given, " "+attribute+" ") && !strings.HasPrefix(given, attribute+" ") && !strings.Contains(given, "\n"+attribute+" ") {
			lines = append(lines, fmt.Sprintf("%s = %q", attribute, value))
		}
	}
	return fmt.Sprintf("resource %q %q {\n  %s\n}\n", typeName, name, strings.Join(lines, "\n  "))
}

// newProject writes the configuration.
func newProject(t *testing.T, g emulator.Guesses, config string, more ...acctest.Option) *project {
	t.Helper()
	w := newWorld(t, g, more...)
	folder := w.Workspace(t, config)
	whole, err := os.ReadFile(filepath.Join(folder, "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	return &project{w, folder, strings.TrimSuffix(string(whole), config)}
}

// attached lets all runs of Terraform share one provider process.
func (p *project) attached() *project {
	p.t.Helper()
	acctest.Attach(p.t, p.folder)
	return p
}

// write replaces the configuration.
func (p *project) write(config string) {
	p.t.Helper()
	if err := os.WriteFile(filepath.Join(p.folder, "main.tf"), []byte(p.head+config), 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// run runs Terraform. The output is put on one line, since Terraform wraps it.
func (p *project) run(arguments ...string) (output string, exit int) {
	p.t.Helper()
	switch arguments[0] {
	case "plan", "apply", "destroy":
		flags := []string{arguments[0], "-input=false", "-no-color"}
		if arguments[0] != "plan" {
			flags = append(flags, "-auto-approve")
		}
		arguments = append(flags, arguments[1:]...)
	}
	r := acctest.RunTerraform(p.t, p.folder, nil, arguments...)
	return flat(r.Output()), r.ExitCode
}

// flat undoes Terraform's frames and line breaks.
func flat(output string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(output)), " ")
}

func (p *project) ok(arguments ...string) string {
	p.t.Helper()
	output, exit := p.run(arguments...)
	if exit != 0 {
		p.t.Fatalf("terraform %v ended with %d:\n%s", arguments, exit, output)
	}
	return output
}

// fails wants an error that holds all words.
func (p *project) fails(words []string, arguments ...string) {
	p.t.Helper()
	output, exit := p.run(arguments...)
	if exit != 1 {
		p.t.Fatalf("terraform %v ended with %d, want 1:\n%s", arguments, exit, output)
	}
	p.says(output, words...)
}

func (p *project) says(output string, words ...string) {
	p.t.Helper()
	acctest.Has(p.t, output, words...)
}

// empty wants the next plan to be empty.
func (p *project) empty() {
	p.t.Helper()
	if output, exit := p.run("plan", "-detailed-exitcode"); exit != 0 {
		p.t.Errorf("the next plan ended with %d, want 0 (empty):\n%s", exit, output)
	}
}

// Five ways to an end, and under PREVENT none of them ends or buys anything. Then
// the ways out: untaint, and a policy that is applied first.
func TestTerraformPrevent(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "counts")
	p := newProject(t, emulator.Guesses{}, hcl("this")).attached()
	const address = typeName + ".this"
	p.ok("apply")
	p.wantRequests(1, 0)
	p.Reset()

	protected := []string{"The contract is protected", p.held()[0].ID, `"PREVENT"`}
	p.fails(append(protected, "This plan destroys the resource"), "destroy")
	p.write("")
	p.fails(append(protected, "This plan destroys the resource"), "apply")
	p.write(hcl("this", `os_type = "windows"`))
	p.fails(append(protected, "Changing os_type replaces the contract"), "apply")
	p.write(hcl("this"))
	p.fails(append(protected, "plan without it", "Nothing was cancelled and nothing was bought"), "apply", "-replace="+address)
	p.empty()
	p.ok("taint", address)
	p.fails(append(protected, "terraform untaint", "Nothing was cancelled and nothing was bought"), "apply")
	p.wantRequests(0, 0)
	p.wantHeld(1)
	p.ok("untaint", address)
	p.empty()

	p.write(hcl("this", `deletion_policy = "CANCEL"`))
	p.fails(protected, "destroy")
	p.ok("apply")
	p.wantRequests(0, 0)
	p.SCP.Advance(day)
	p.says(p.ok("plan", "-destroy"), "The contract will be cancelled", p.held()[0].ID, "Cancelling today costs 210240 KRW")
	p.ok("destroy")
	p.wantRequests(0, 1)
	p.wantHeld(0)
}

// The plan of a replacement says all that it costs. Terraform plans the new contract
// separately, and of that shows errors only.
func TestTerraformReplacement(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "there is a contract that nobody knows")
	p := newProject(t, emulator.Guesses{}, hcl("this", `deletion_policy = "CANCEL"`)).attached()
	p.ok("apply")
	windows := hcl("this", `os_type = "windows"`, `deletion_policy = "CANCEL"`)
	p.write(windows)
	p.says(p.ok("plan"), "Changing os_type replaces the contract", "The contract will be cancelled", "A contract will be bought")
	p.SCP.PutPlannedCompute(emulator.PlannedCompute{ID: "orphan", OSType: "WINDOWS"})
	p.says(p.ok("plan"), "The contract will be cancelled", "A contract will be bought", "An identical contract already exists", "orphan")
	p.write(hcl("this", `os_type = "windows"`, `deletion_policy = "CANCEL"`, `purchase_guard = "REFUSE"`))
	p.fails([]string{"An identical contract already exists", "orphan"}, "apply")
	p.wantRequests(1, 0)
}

// Ten identical contracts in one apply: ten purchases, and the next plan is empty.
// One more under REFUSE is no orphan beside its siblings, neither in the plan nor
// in the apply.
func TestTerraformIdentical(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "counts")
	refusing := `purchase_guard = "REFUSE"`
	p := newProject(t, emulator.Guesses{}, hcl("this", "count = 1", refusing))
	p.ok("apply")
	p.write(hcl("this", "count = 2", refusing))
	p.ok("apply")
	p.wantRequests(2, 0)
	p.write(hcl("this", "count = 12", refusing))
	p.ok("apply")
	p.wantRequests(12, 0)
	p.wantHeld(12)
	p.empty()

	// A saved plan is applied by a process that has read no state: it says so, and
	// applying without a saved plan works.
	p.write(hcl("this", "count = 13", refusing))
	p.ok("plan", "-out=saved")
	r := acctest.RunTerraform(t, p.folder, nil, "apply", "-input=false", "-no-color", "saved")
	if r.ExitCode != 1 {
		t.Errorf("a saved plan was applied: %s", r.Output())
	}
	p.says(flat(r.Output()), "An identical contract already exists", "with a saved plan", "Nothing is bought")
	p.wantRequests(12, 0)
	p.ok("apply")
	p.wantRequests(13, 0)
	p.empty()
}

// Three identical contracts and one lost response: three contracts, three ids.
func TestTerraformOneResponseLost(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "loses responses")
	p := newProject(t, emulator.Guesses{}, hcl("this", "count = 3")+`output "ids" { value = length(distinct(`+typeName+`.this[*].id)) }`)
	p.Fault(t, purchase+"mode=reset-after,skip=1,count=1")
	p.says(p.ok("apply"), "The response to the purchase was lost", "nothing was bought twice", "3 added", "ids = 3")
	p.wantRequests(3, 0)
	p.wantHeld(3)
	p.empty()
}

// The term of a running contract: the third way out, to end it and buy anew.
func TestTerraformTaintToBuyAnew(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "counts")
	p := newProject(t, emulator.Guesses{}, hcl("this", `deletion_policy = "CANCEL"`)).attached()
	p.ok("apply")
	p.Reset()
	p.write(hcl("this", `deletion_policy = "CANCEL"`, `contract_type = "03"`))
	says := []string{"The term of a running contract cannot be changed", "terraform taint"}
	p.fails(says, "apply")
	p.fails(says, "apply", "-replace="+typeName+".this")
	p.wantRequests(0, 0)
	p.ok("taint", typeName+".this")
	p.ok("apply")
	p.wantRequests(1, 1)
	if held := p.held(); len(held) != 1 || held[0].ContractType != "03" {
		t.Errorf("the service holds %+v", held)
	}
	p.empty()
}

// A rollover: the plan is empty and says what to write, a resource beside it can be
// changed, and the next follow-up is one edit of a date.
func TestTerraformRollover(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "moves the clock")
	p := newProject(t, emulator.Guesses{}, hcl("this", `next_contract_type = "1-year"`)).attached()
	p.says(p.ok("apply"), "A contract will be bought", "A follow-up contract will be reserved")
	p.SCP.Advance(370 * day)
	p.Reset()
	const started = "The reserved follow-up has started"
	p.says(p.ok("plan"), started, "No changes", `next_start_date = "2028-03-11"`)
	p.ok("apply", "-refresh-only")
	p.says(p.ok("apply"), started, "0 added, 0 changed, 0 destroyed")
	p.write(hcl("this", `next_contract_type = "1-year"`) + "resource \"terraform_data\" \"beside\" {}\n")
	p.says(p.ok("apply"), started, "1 added, 0 changed, 0 destroyed")
	p.wantRequests(0, 0)

	p.write(hcl("this", `next_contract_type = "1-year"`, `next_start_date = "2028-03-12"`))
	p.fails([]string{"No follow-up starts on this day", `next_start_date = "2028-03-11"`}, "apply")
	p.write(hcl("this", `next_contract_type = "1-year"`, `next_start_date = "2028-03-11"`))
	p.says(p.ok("apply"), "term 01, from 2028-03-11 to 2029-03-10")
	p.wantRequests(0, 1)
	p.empty()
	p.SCP.Advance(366 * day)
	p.empty()
	p.ok("apply", "-refresh-only")
	p.empty()

	p.write(hcl("this"))
	p.says(p.ok("apply"), "0 added, 1 changed, 0 destroyed")
	p.empty()
	p.wantRequests(0, 1)
	p.write(hcl("this", `next_contract_type = "03"`))
	p.says(p.ok("apply"), "term 03, from 2029-03-11 to 2032-03-10")
	p.wantRequests(0, 2)
	p.empty()
}

// The warnings of a plan are in the diagnostic lines of its JSON output, where a review
// finds them; terraform show does not have them.
func TestTerraformWarningsInJSON(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "counts")
	p := newProject(t, emulator.Guesses{}, hcl("this")).attached()
	warnings := func() string {
		r := acctest.RunTerraform(t, p.folder, nil, "plan", "-json", "-out=plan")
		var out []string
		for line := range strings.Lines(r.Stdout) {
			var message struct {
				Type       string `json:"type"`
				Diagnostic struct{ Severity, Summary, Address string }
			}
			if json.Unmarshal([]byte(line), &message) == nil && message.Type == "diagnostic" {
				out = append(out, message.Diagnostic.Severity+": "+message.Diagnostic.Summary+" at "+message.Diagnostic.Address)
			}
		}
		return strings.Join(out, "\n")
	}
	at := " at " + typeName + ".this"
	if got, want := warnings(), "warning: A contract will be bought"+at; got != want {
		t.Errorf("diagnostics: %s, want %s", got, want)
	}
	if shown := p.ok("show", "plan"); strings.Contains(shown, "A contract will be bought") {
		t.Errorf("terraform show has the warning, so the guide is wrong:\n%s", shown)
	}
	p.ok("apply")
	p.write(hcl("this", `next_contract_type = "03"`, `server_type = "s1v2m4"`))
	if got, want := warnings(), "warning: A follow-up contract will be reserved"+at+"\nwarning: The contract will be upgraded to a larger server type"+at; got != want {
		t.Errorf("diagnostics: %s, want %s", got, want)
	}
	p.write(hcl("this", `deletion_policy = "CANCEL"`))
	p.ok("apply")
	p.write("")
	if got, want := warnings(), "warning: The contract will be cancelled at "; got != want {
		t.Errorf("diagnostics: %s, want %s", got, want)
	}
}

// An error about a running contract that has to stay says how to destroy it all the same,
// and what it says works.
func TestTerraformDestroyAnyway(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "counts")
	for name, lines := range map[string][]string{
		"smaller server type": {`server_type = "s1v1m2"`},
		"unknown server type": {`server_type = "s9v9m9"`},
		"another term":        {`server_type = "s1v2m4"`, `contract_type = "03"`},
		"tags":                {`server_type = "s1v2m4"`, `tags = { team = "b" }`},
		"follow-up, date":     {`server_type = "s1v2m4"`, `next_contract_type = "01"`, `next_start_date = "2030-01-01"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			const policy = `deletion_policy = "CANCEL"`
			p := newProject(t, emulator.Guesses{}, hcl("this", policy, `server_type = "s1v2m4"`)).attached()
			p.ok("apply")
			p.Reset()
			p.write(hcl("this", append(lines, policy)...))
			p.fails([]string{"terraform destroy -refresh=false"}, "destroy")
			p.wantRequests(0, 0)
			p.ok("destroy", "-refresh=false")
			p.wantRequests(0, 1)
			p.wantHeld(0)
		})
	}
}

// An ended contract: warned about at every plan, nothing bought, and -replace buys
// exactly one, under PREVENT too. The same with another term.
func TestTerraformEnded(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "moves the clock")
	p := newProject(t, emulator.Guesses{}, hcl("this")).attached()
	p.ok("apply")
	p.SCP.Advance(370 * day)
	p.Reset()
	for range 2 {
		p.says(p.ok("apply"), "The contract has ended", "nothing is bought", "0 added, 0 changed, 0 destroyed")
	}
	p.wantRequests(0, 0)
	p.ok("apply", "-replace="+typeName+".this")
	p.wantRequests(1, 0)
	p.wantHeld(1)
	p.empty()

	p.SCP.Advance(370 * day)
	p.Reset()
	p.write(hcl("this", `contract_type = "03"`))
	p.says(p.ok("apply"), "The contract has ended", "0 added, 0 changed, 0 destroyed")
	p.wantRequests(0, 0)
	p.ok("apply", "-replace="+typeName+".this")
	p.wantRequests(1, 0)
	p.wantHeld(1)
	p.empty()

	// It ends and leaves the configuration before any run has seen the end.
	p.SCP.Advance(4 * 366 * day)
	p.Reset()
	p.write("")
	p.ok("apply")
	p.wantRequests(0, 0)
}

// A contract that the service no longer knows leaves the state with a warning;
// removing it from the configuration buys nothing.
func TestTerraformGone(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "deletes contracts")
	p := newProject(t, emulator.Guesses{}, hcl("this")).attached()
	p.ok("apply")
	p.SCP.Advance(day)
	p.SCP.DeletePlannedCompute(p.held()[0].ID)
	p.Reset()
	p.says(p.ok("plan"), "Planned compute no longer exists", "the next apply buys a new contract", "1 to add")
	p.write("")
	p.ok("apply")
	p.wantRequests(0, 0)
	p.empty()
}

// Import with tags, as the guide shows it: an import block, then a warning once.
func TestTerraformImportWithTags(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "stores a contract")
	p := newProject(t, emulator.Guesses{}, "").attached()
	pc := p.SCP.PutPlannedCompute(emulator.PlannedCompute{})
	block := fmt.Sprintf("import {\n  to = %s.this\n  id = %q\n}\n", typeName, pc.ID)
	p.write(block + hcl("this", `contract_type = "1-year"`))
	p.says(p.ok("apply"), "1 imported, 0 added, 0 changed, 0 destroyed")
	p.empty()
	p.write(block + hcl("this", `tags = { team = "a" }`))
	p.says(p.ok("apply"), "The tags cannot be verified", "0 added, 1 changed, 0 destroyed")
	p.empty()
	p.write(block + hcl("this", `tags = { team = "b" }`))
	p.fails([]string{"The tags of a contract cannot be changed"}, "plan")
	p.wantRequests(0, 0)
}

// A value that is not known while planning does not replace the contract, even
// under CANCEL, and when it turns out to be another one nothing is cancelled.
func TestTerraformUnknownSystem(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "counts")
	config := func(system, trigger, more string) string {
		return fmt.Sprintf("resource \"terraform_data\" \"os\" {\n  input            = %q\n  triggers_replace = %q\n}\n", system, trigger) +
			hcl("this", `deletion_policy = "CANCEL"`, "os_type = terraform_data.os.output", more)
	}
	p := newProject(t, emulator.Guesses{}, config("opensource", "1", "")).attached()
	p.ok("apply")
	p.Reset()
	p.write(config("opensource", "2", ""))
	p.says(p.ok("apply"), "Value unknown during planning", "1 added, 0 changed, 1 destroyed")
	p.empty()
	p.write(config("windows", "3", ""))
	p.says(p.ok("apply"), "Value unknown during planning")
	p.wantRequests(0, 0)
	// Now it is known, and the plan says what it comes to.
	p.says(p.ok("plan"), "will be cancelled", "os_type")
	// Together with another change the apply stops before anything is done.
	p.write(config("rhel", "4", `server_type = "s1v2m4"`))
	if output, exit := p.run("apply"); exit != 1 {
		t.Errorf("the apply ended with %d:\n%s", exit, output)
	}
	p.wantRequests(0, 0)
	p.wantHeld(1)
}

// The ways to forget a contract without touching it.
func TestTerraformForget(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "counts")
	p := newProject(t, emulator.Guesses{}, hcl("this")).attached()
	p.ok("apply")
	p.Reset()
	id := p.held()[0].ID
	p.ok("state", "rm", typeName+".this")
	p.wantRequests(0, 0)
	// Forgotten by mistake: the plan that would buy again names it, and it can be taken back.
	p.says(p.ok("plan"), "An identical contract already exists", id)
	p.ok("import", typeName+".this", id)
	p.empty()

	p.write("removed {\n  from = " + typeName + ".this\n  lifecycle {\n    destroy = false\n  }\n}\n")
	if output, exit := p.run("apply"); exit != 0 && !strings.Contains(output, "Unsupported block type") { // Terraform before 1.7
		t.Errorf("removed block: %s", output)
	}
	p.wantRequests(0, 0)
	p.wantHeld(1)
}
