package billingplan_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// What each command does about a contract that has ended, rolled over or gone, with
// another resource beside it. An ended contract is never in the way of a destroy, whatever
// its configuration says and the state has of it.
//
// "ok" sends nothing, "refused" is an error before anything is sent, "fails" is a change that
// the service refuses, and with a "+" the plan warns. "Seen" is a state that a refresh has
// brought up to date before.
func TestTerraformOutcomes(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "ends contracts")
	const beside = "resource \"terraform_data\" \"beside\" {}\n"
	for name, situation := range map[string]struct {
		warning string
		lines   []string // of the configuration at first
		happens func(p *project)
		after   []string // of the configuration when it has happened
		want    string
	}{
		// A follow-up was reserved in the console and written here, and went with the contract.
		"cancelled": {
			"The contract has ended", nil,
			func(p *project) {
				pc := p.held()[0]
				pc.Ended = emulator.EndedCancelled
				p.SCP.PutPlannedCompute(pc)
			},
			[]string{`next_contract_type = "01"`},
			`
                        plan     apply    destroy
                        ok+      ok       ok
-refresh=false          ok       fails    ok
-refresh=false, seen    ok+      ok       ok
-target                 ok+      ok       ok
-target, beside it      ok       ok       ok`,
		},
		"expired, everything changed": {
			"The contract has ended", nil,
			func(p *project) { p.SCP.Advance(370 * day) },
			[]string{`server_type = "s1v1m1"`, `contract_type = "05"`, `next_contract_type = "03"`, `tags = { a = "b" }`},
			`
                        plan     apply    destroy
                        ok+      ok       ok
-refresh=false          refused  refused  ok
-refresh=false, seen    ok+      ok       ok
-target                 ok+      ok       ok
-target, beside it      ok       ok       ok`,
		},
		"rolled over": {
			"The reserved follow-up has started",
			[]string{`next_contract_type = "03"`},
			func(p *project) { p.SCP.Advance(370 * day) },
			[]string{`next_contract_type = "03"`},
			`
                        plan     apply    destroy
                        ok+      ok       refused
-refresh=false          ok       ok       refused
-refresh=false, seen    ok+      ok       refused
-target                 ok+      ok       refused
-target, beside it      ok       ok       ok`,
		},
		"rolled over, CANCEL": {
			"The reserved follow-up has started",
			[]string{`next_contract_type = "03"`, `deletion_policy = "CANCEL"`},
			func(p *project) { p.SCP.Advance(370 * day) },
			[]string{`next_contract_type = "03"`, `deletion_policy = "CANCEL"`},
			`
                        plan     apply    destroy
                        ok+      ok       cancels
-refresh=false          ok       ok       cancels
-refresh=false, seen    ok+      ok       cancels
-target                 ok+      ok       cancels
-target, beside it      ok       ok       ok`,
		},
		"gone": {
			"Planned compute no longer exists", nil,
			func(p *project) {
				p.SCP.Advance(day)
				p.SCP.DeletePlannedCompute(p.held()[0].ID)
			},
			nil, `
                        plan     apply    destroy
                        ok+      buys     ok
-refresh=false          ok       ok       ok
-refresh=false, seen    ok       buys     ok
-target                 ok+      buys     ok
-target, beside it      ok       ok       ok`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProject(t, emulator.Guesses{}, hcl("this", situation.lines...)+beside).attached()
			p.ok("apply")
			situation.happens(p)
			p.write(hcl("this", situation.after...) + beside)
			before := p.SCP.PlannedComputes()
			unseen := p.state()

			got := fmt.Sprintf("\n%-23s %-8s %-8s %s", "", "plan", "apply", "destroy")
			for _, row := range []struct {
				name  string
				flags []string
			}{
				{"", nil},
				{"-refresh=false", []string{"-refresh=false"}},
				{"-refresh=false, seen", []string{"-refresh=false"}},
				{"-target", []string{"-target=" + typeName + ".this"}},
				{"-target, beside it", []string{"-target=terraform_data.beside"}},
			} {
				state := unseen
				if strings.HasSuffix(row.name, "seen") {
					p.setState(unseen)
					p.ok("apply", "-refresh-only")
					state = p.state()
				}
				cells := make([]any, 0, 3)
				for _, command := range []string{"plan", "apply", "destroy"} {
					// Each command starts from the same state and the same contracts.
					p.setState(state)
					p.Reset()
					output, exit := p.run(append([]string{command}, row.flags...)...)
					cells = append(cells, p.outcome(command, situation.warning, output, exit))
					if left := p.state(); command == "destroy" && exit == 0 && row.name != "-target, beside it" && strings.Contains(left, typeName) {
						t.Errorf("%s: the destroy left a contract in the state", row.name)
					}
					p.restore(before)
				}
				got += fmt.Sprintf("\n%-23s %-8s %-8s %s", append([]any{row.name}, cells...)...)
			}
			if got != situation.want {
				t.Errorf("outcomes:%s\nwant:%s", got, situation.want)
			}
		})
	}
}

// outcome names what a command did.
func (p *project) outcome(command, warning, output string, exit int) string {
	p.t.Helper()
	warned := ""
	if command == "plan" && strings.Contains(output, warning) {
		warned = "+"
	}
	switch [3]int{exit, p.purchases(), p.changes()} {
	case [3]int{0, 0, 0}:
		return "ok" + warned
	case [3]int{1, 0, 0}:
		return "refused" + warned
	case [3]int{1, 0, 1}:
		return "fails" + warned
	case [3]int{0, 1, 0}:
		return "buys" + warned
	case [3]int{0, 0, 1}:
		return "cancels" + warned
	}
	return fmt.Sprintf("ended with %d after %v:\n%s", exit, p.Requests(), output)
}

func (p *project) state() string {
	p.t.Helper()
	state, err := os.ReadFile(filepath.Join(p.folder, "terraform.tfstate"))
	if err != nil {
		p.t.Fatal(err)
	}
	return string(state)
}

// restore lets the service hold the contracts that it held before.
func (p *project) restore(before []emulator.PlannedCompute) {
	p.t.Helper()
	for _, pc := range p.SCP.PlannedComputes() {
		p.SCP.DeletePlannedCompute(pc.ID)
	}
	for _, pc := range before {
		p.SCP.PutPlannedCompute(pc)
	}
}

// in is the project in a subtest.
func (p *project) in(t *testing.T) *project { return &project{p.world.in(t), p.folder, p.head} }

func (p *project) setState(state string) {
	p.t.Helper()
	if err := os.WriteFile(filepath.Join(p.folder, "terraform.tfstate"), []byte(state), 0o600); err != nil {
		p.t.Fatal(err)
	}
}
