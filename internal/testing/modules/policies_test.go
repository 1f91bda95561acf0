package modules_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// Each rule of examples/policies with a plan that passes and one that does not, as
// the real opa judges them.
func TestPolicies(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it plans purchases and changes of contracts")
	const contract = `resource "scpbilling_planned_compute" "web" {
  service_id    = "VIRTUAL_SERVER"
  os_type       = "opensource"
  server_type   = "s1v2m4"
`
	var (
		tuesday = time.Date(2027, 3, 2, 11, 0, 0, 0, time.FixedZone("", 9*3600))
		night   = tuesday.Add(12 * time.Hour)
		sunday  = tuesday.AddDate(0, 0, -2)
	)
	for name, test := range map[string]struct {
		// applied is in force before planned is planned.
		applied, planned string
		settings         map[string]any
		want             []string
	}{
		"short term":               {planned: contract + "contract_type = \"01\"\nknown_contracts = []\n}"},
		"long term with the label": {planned: contract + "contract_type = \"03\"\nknown_contracts = []\ntags = { approved_by = \"cfo\" }\n}"},
		"long term": {
			planned: contract + "contract_type = \"3-year\"\nknown_contracts = []\ntags = { team = \"web\" }\n}",
			want:    []string{`scpbilling_planned_compute.web commits to more than 1 year(s) and has no tag "approved_by"`},
		},
		"long follow-up": {
			applied: contract + "contract_type = \"01\"\nknown_contracts = []\n}",
			planned: contract + "contract_type = \"01\"\nnext_contract_type = \"03\"\n}",
			want:    []string{`scpbilling_planned_compute.web commits to more than 1 year(s) and has no tag "approved_by"`},
		},
		"long follow-up with an approver": {
			applied:  contract + "contract_type = \"01\"\nknown_contracts = []\n}",
			planned:  contract + "contract_type = \"01\"\nnext_contract_type = \"03\"\n}",
			settings: map[string]any{"follow_up_approvers": map[string]any{"scpbilling_planned_compute.web": "cfo"}},
		},
		"without known_contracts": {
			planned: contract + "contract_type = \"01\"\n}",
			want:    []string{"scpbilling_planned_compute.web buys a contract without known_contracts, so a saved plan cannot tell an orphaned contract from your own"},
		},
		"known_contracts of a data source": {
			planned: "data \"scpbilling_planned_computes\" \"all\" {}\n" + contract + "contract_type = \"01\"\nknown_contracts = data.scpbilling_planned_computes.all.planned_computes[*].id\n}",
		},
		"cancel in the window": {
			applied:  contract + "contract_type = \"01\"\nknown_contracts = []\n}",
			planned:  contract + "contract_type = \"01\"\ndeletion_policy = \"CANCEL\"\n}",
			settings: map[string]any{"now": tuesday.UnixNano()},
		},
		"cancel at night": {
			applied:  contract + "contract_type = \"01\"\nknown_contracts = []\n}",
			planned:  contract + "contract_type = \"01\"\ndeletion_policy = \"CANCEL\"\n}",
			settings: map[string]any{"now": night.UnixNano()},
			want:     []string{`scpbilling_planned_compute.web sets deletion_policy = "CANCEL" outside the change window`},
		},
		"destroy on a Sunday": {
			applied:  contract + "contract_type = \"01\"\nknown_contracts = []\ndeletion_policy = \"CANCEL\"\n}",
			settings: map[string]any{"now": sunday.UnixNano()},
			want:     []string{"scpbilling_planned_compute.web cancels a contract outside the change window"},
		},
		"destroy in the window": {
			applied:  contract + "contract_type = \"01\"\nknown_contracts = []\ndeletion_policy = \"CANCEL\"\n}",
			settings: map[string]any{"now": tuesday.UnixNano()},
		},
		"budget without a block": {planned: "resource \"scpbilling_account_budget\" \"total\" {\nname = \"total\"\namount = 1\nunit = \"MONTHLY\"\n}"},
		"block with an approver": {planned: "resource \"scpbilling_account_budget\" \"sandbox\" {\nname = \"sandbox\"\namount = 1\nunit = \"MONTHLY\"\nprevention = { threshold = 100 }\n}"},
		"block": {
			planned: "resource \"scpbilling_account_budget\" \"total\" {\nname = \"total\"\namount = 1\nunit = \"MONTHLY\"\nprevention = { threshold = 100 }\n}",
			want:    []string{"scpbilling_account_budget.total blocks new servers and databases for the whole account and has no approver"},
		},
		"settings that are missing": {
			settings: map[string]any{"label": nil, "max_years": nil},
			want:     []string{`the setting "label" is missing; see settings.json`, `the setting "max_years" is missing; see settings.json`},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := acctest.New(t, acctest.WithEmulator(emulator.Options{Guesses: emulator.Guesses{NoSettlement: true}}))
			folder := e.Attached(t, test.applied)
			if test.applied != "" {
				acctest.RunTerraform(t, folder, nil, "apply", "-auto-approve", "-input=false", "-no-color").Must(t)
			}
			main := filepath.Join(folder, "main.tf")
			text, err := os.ReadFile(main)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(main, []byte(strings.Replace(string(text), test.applied, "", 1)+test.planned), 0o600); err != nil {
				t.Fatal(err)
			}
			acctest.RunTerraform(t, folder, nil, "plan", "-out=plan", "-input=false", "-no-color").Must(t)
			plan := acctest.RunTerraform(t, folder, nil, "show", "-json", "plan").Must(t).Stdout
			if diff := cmp.Diff(test.want, denied(t, plan, test.settings)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// denied runs opa on a plan and returns the refusals. changes replace settings of
// settings.json; null removes one.
func denied(t *testing.T, plan string, changes map[string]any) []string {
	t.Helper()
	folder := filepath.Join(modulePath(t, ".."), "policies")
	text, err := os.ReadFile(filepath.Join(folder, "settings.json"))
	if err != nil {
		t.Fatal(err)
	}
	var data struct {
		Settings map[string]any `json:"settings"`
	}
	if err := json.Unmarshal(text, &data); err != nil {
		t.Fatal(err)
	}
	for name, value := range changes {
		data.Settings[name] = value
		if value == nil {
			delete(data.Settings, name)
		}
	}
	if text, err = json.Marshal(data); err != nil {
		t.Fatal(err)
	}
	settings := filepath.Join(t.TempDir(), "settings.json")
	if err := os.WriteFile(settings, text, 0o600); err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), acctest.Tool(t, "opa"), "eval", "--fail-defined", "--stdin-input",
		"--data", filepath.Join(folder, "scpbilling.rego"), "--data", settings, "--format", "json", "data.scpbilling.deny[message]")
	var stderr bytes.Buffer
	command.Stdin, command.Stderr = strings.NewReader(plan), &stderr
	out, err := command.Output()
	if stderr.Len() > 0 {
		t.Fatalf("opa: %v\n%s", err, stderr.String())
	}
	var result struct {
		Result []struct {
			Bindings struct{ Message string }
		}
	}
	if err := json.Unmarshal(out, &result); err != nil {
		t.Fatalf("%v in the output of opa: %s", err, out)
	}
	var messages []string
	for _, one := range result.Result {
		messages = append(messages, one.Bindings.Message)
	}
	if (err != nil) != (len(messages) > 0) {
		t.Errorf("opa ended with %v and %d refusals", err, len(messages))
	}
	slices.Sort(messages)
	return messages
}
