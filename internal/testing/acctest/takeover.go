package acctest

// A user's way from the official provider to this one, in real Terraform: a state
// file that the other provider wrote, a moved block, and an empty plan.

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
)

const officialSource = "samsungsdscloud/samsungcloudplatformv2"

// TakeOver moves one object, held by a state file of the official provider with
// the given attributes, to a resource of this provider with the given body. It
// wants a plan that only moves, an apply, and then an empty plan: once with the
// official provider installed, as it is for most users, and once without it, after
// terraform state replace-provider.
//
// Terraform loads the schemas of every provider in the state but uses none of the
// official one for a move, so any program may stand in for it; here it is this
// provider under the other's name.
func (e *Env) TakeOver(t *testing.T, sourceType, targetType string, attributes Object, body string) {
	t.Helper()
	needTerraform(t)
	config := fmt.Sprintf("resource %q \"this\" {%s}\n\nmoved {\n  from = %s.this\n  to   = %s.this\n}\n", targetType, body, sourceType, targetType)

	t.Run("installed", func(t *testing.T) {
		folder := e.Workspace(t, config)
		writeOfficialState(t, folder, sourceType, attributes)
		onlyMoves(t, folder, sourceType, targetType)
	})
	t.Run("replaced", func(t *testing.T) {
		folder := e.Attached(t, config)
		writeOfficialState(t, folder, sourceType, attributes)
		RunTerraform(t, folder, nil, "state", "replace-provider", "-auto-approve", "-no-color", officialSource, "scpbilling/scpbilling").Must(t)
		onlyMoves(t, folder, sourceType, targetType)
	})
}

// onlyMoves wants a plan that changes nothing, and after it an empty one.
func onlyMoves(t *testing.T, folder, sourceType, targetType string) {
	t.Helper()
	r := RunTerraform(t, folder, nil, "plan", "-input=false", "-no-color", "-out=plan").Must(t)
	Has(t, r.Stdout, sourceType+".this has moved to "+targetType+".this", "Plan: 0 to add, 0 to change, 0 to destroy.")
	if t.Failed() {
		t.FailNow() // A plan that changes something is not applied.
	}
	RunTerraform(t, folder, nil, "apply", "-input=false", "-no-color", "plan").Must(t)
	if r := RunTerraform(t, folder, nil, "plan", "-input=false", "-no-color", "-detailed-exitcode"); r.ExitCode != 0 {
		t.Errorf("the plan after the move is not empty, it ended with %d:\n%s", r.ExitCode, r.Output())
	}
}

// writeOfficialState writes a state file with one object of the official provider.
func writeOfficialState(t *testing.T, folder, sourceType string, attributes Object) {
	t.Helper()
	data, err := json.Marshal(Object{
		"version": 4, "terraform_version": "1.8.0", "serial": 7, "lineage": "6f1f3b1e-0c0a-4f7e-9d53-6a4f2f5f7c11",
		"outputs": Object{},
		"resources": []any{Object{
			"mode": "managed", "type": sourceType, "name": "this",
			"provider":  fmt.Sprintf("provider[%q]", surroundings.registry+"/"+officialSource),
			"instances": []any{Object{"schema_version": 0, "attributes": attributes, "sensitive_attributes": []any{}}},
		}},
		"check_results": nil,
	})
	if err != nil {
		t.Fatal(err)
	}
	WriteFile(t, filepath.Join(folder, "terraform.tfstate"), string(data))
}
