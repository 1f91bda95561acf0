package billingplan_test

// What Terraform has from 1.12 and 1.14 on, in the real program: import by identity,
// terraform query with generated configuration, and actions.

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// Each running contract is found once. What Terraform generates imports all of them and
// plans nothing else, and so does the next plan.
func TestTerraformQuery(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "stores contracts")
	acctest.Need(t, acctest.Query)
	for name, more := range map[string]string{"identities alone": "", "whole resources": "include_resource = true"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := newProject(t, emulator.Guesses{}, "")
			p.putContracts(2)
			p.Reset()
			list := fmt.Sprintf("list %q \"all\" {\n  provider = scpbilling\n  %s\n  config {\n    states = [\"ACTIVE\"]\n  }\n}\n", typeName, more)
			if err := os.WriteFile(filepath.Join(p.folder, "all.tfquery.hcl"), []byte(list), 0o600); err != nil {
				t.Fatal(err)
			}
			found := p.ok("query", "-no-color", "-generate-config-out=generated.tf")
			p.says(found, "(C-running-00)", "(C-running-01)", "(C-reserved)", "(C-windows)")
			p.says(p.ok("plan"), "4 to import, 0 to add, 0 to change, 0 to destroy")
			p.says(p.ok("apply"), "4 imported, 0 added, 0 changed, 0 destroyed")
			p.empty()
			p.wantRequests(0, 0)
		})
	}
}

// A plan of the action shows the fee and cancels nothing; the action cancels the one
// contract, and once. What cannot be cancelled is refused before anybody confirms.
func TestTerraformInvoke(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "stores contracts")
	acctest.Need(t, acctest.Actions)
	p := newProject(t, emulator.Guesses{}, "")
	p.putContracts(2)
	p.Reset()
	invoke := "-invoke=action." + cancelType + ".old"
	action := func(id string) {
		p.write(fmt.Sprintf("resource \"terraform_data\" \"later\" {\n  input = \"running-00\"\n}\naction %q \"old\" {\n  config {\n    id = %s\n  }\n}\n", cancelType, id))
	}
	for id, words := range map[string]string{
		`"nowhere"`:                   "Could not plan to cancel planned compute nowhere",
		`"cancelled"`:                 "The contract has already ended",
		`""`:                          "must be at least 1",
		"terraform_data.later.output": "unknown values",
	} {
		action(id)
		p.fails([]string{words}, "plan", invoke)
		p.fails([]string{words}, "apply", invoke)
	}
	action(`"running-00"`)
	p.says(p.ok("plan", invoke), "The contract will be cancelled", "C-running-00", "Cancelling today costs", "KRW")
	p.wantRequests(0, 0)
	p.says(p.ok("apply", invoke), "The contract will be cancelled", "was cancelled")
	p.wantRequests(0, 1)
	if !p.isCancelled("running-00") {
		t.Error("the contract was not cancelled")
	}
	p.fails([]string{"The contract has already ended"}, "apply", invoke)
	p.wantRequests(0, 1)
}
