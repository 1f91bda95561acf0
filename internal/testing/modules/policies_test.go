package modules_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
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

// policyPlan applies the contracts that are in force before a plan, and plans everything
// else: each resource is named by what a rule says of it.
func policyPlan(t *testing.T) string {
	t.Helper()
	contract := func(name, lines string) string {
		return fmt.Sprintf("resource \"scpbilling_planned_compute\" %q {\n service_id = \"VIRTUAL_SERVER\"\n os_type = \"opensource\"\n server_type = \"s1v2m4\"\n%s\n}\n", name, lines)
	}
	budget := func(name, lines string) string {
		return fmt.Sprintf("resource \"scpbilling_account_budget\" %q {\n name = %q\n amount = 1\n unit = \"MONTHLY\"\n%s\n}\n", name, name, lines)
	}
	const year = "contract_type = \"01\"\n"
	applied := ""
	for _, name := range []string{"long_follow_up", "approved_follow_up", "cancelled_later"} {
		applied += contract(name, year+"known_contracts = []")
	}
	applied += contract("destroyed", year+"known_contracts = []\ndeletion_policy = \"CANCEL\"")
	planned := contract("short", year+"known_contracts = []") +
		contract("long_with_label", "contract_type = \"03\"\nknown_contracts = []\ntags = { approved_by = \"cfo\" }") +
		contract("long", "contract_type = \"3-year\"\nknown_contracts = []\ntags = { team = \"web\" }") +
		contract("long_follow_up", year+"next_contract_type = \"03\"") +
		contract("approved_follow_up", year+"next_contract_type = \"03\"") +
		contract("without_known_contracts", year) +
		"data \"scpbilling_planned_computes\" \"all\" {}\n" +
		contract("known_from_data", year+"known_contracts = data.scpbilling_planned_computes.all.planned_computes[*].id") +
		contract("cancelled_later", year+"deletion_policy = \"CANCEL\"") +
		budget("open", "") + budget("total", "prevention = { threshold = 100 }") + budget("sandbox", "prevention = { threshold = 100 }")

	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Guesses: emulator.Guesses{NoSettlement: true}}))
	folder := e.Attached(t, "")
	config := filepath.Join(folder, "policies.tf")
	acctest.WriteFile(t, config, applied)
	acctest.RunTerraform(t, folder, nil, "apply", "-auto-approve", "-input=false", "-no-color").Must(t)
	acctest.WriteFile(t, config, planned)
	acctest.RunTerraform(t, folder, nil, "plan", "-out=plan", "-input=false", "-no-color").Must(t)
	return acctest.RunTerraform(t, folder, nil, "show", "-json", "plan").Must(t).Stdout
}

// Each rule of examples/policies on a plan with resources that pass and some that do not,
// as the real opa judges them.
func TestPolicies(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it plans purchases and changes of contracts")
	plan := policyPlan(t)
	const (
		long      = `scpbilling_planned_compute.%s commits to more than 1 year(s) and has no tag "approved_by"`
		unknown   = "scpbilling_planned_compute.without_known_contracts buys a contract without known_contracts, so a saved plan cannot tell an orphaned contract from your own"
		blocks    = "scpbilling_account_budget.total blocks new servers and databases for the whole account and has no approver"
		policy    = `scpbilling_planned_compute.cancelled_later sets deletion_policy = "CANCEL" outside the change window`
		cancels   = "scpbilling_planned_compute.destroyed cancels a contract outside the change window"
		noSetting = "the setting %q is missing; see settings.json"
	)
	longTerm, longFollowUp := fmt.Sprintf(long, "long"), fmt.Sprintf(long, "long_follow_up")
	tuesday := time.Date(2027, 3, 2, 11, 0, 0, 0, time.FixedZone("", 9*3600))
	approvers := map[string]any{"scpbilling_planned_compute.approved_follow_up": "cfo"}
	for name, test := range map[string]struct {
		now      time.Time
		settings map[string]any
		want     []string
	}{
		"in the window": {tuesday, nil, []string{blocks, longTerm, longFollowUp, unknown}},
		"at night":      {tuesday.Add(12 * time.Hour), nil, []string{blocks, policy, cancels, longTerm, longFollowUp, unknown}},
		"on a Sunday":   {tuesday.AddDate(0, 0, -2), nil, []string{blocks, policy, cancels, longTerm, longFollowUp, unknown}},
		"without approvers of follow-ups": {tuesday, map[string]any{"follow_up_approvers": map[string]any{}}, []string{
			blocks, longTerm, longFollowUp, fmt.Sprintf(long, "approved_follow_up"), unknown,
		}},
		"settings that are missing": {tuesday, map[string]any{"label": nil, "max_years": nil}, []string{
			blocks, unknown, fmt.Sprintf(noSetting, "label"), fmt.Sprintf(noSetting, "max_years"),
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			settings := map[string]any{"now": test.now.UnixNano(), "follow_up_approvers": approvers}
			maps.Copy(settings, test.settings)
			slices.Sort(test.want)
			if diff := cmp.Diff(test.want, denied(t, plan, settings)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// denied runs opa on a plan and returns the refusals. changes replace settings of
// settings.json; null removes one.
func denied(t *testing.T, plan string, changes map[string]any) []string {
	t.Helper()
	folder := examplesPath(t, "policies")
	var data struct {
		Settings map[string]any `json:"settings"`
	}
	if err := json.Unmarshal([]byte(acctest.ReadFile(t, folder, "settings.json")), &data); err != nil {
		t.Fatal(err)
	}
	for name, value := range changes {
		data.Settings[name] = value
		if value == nil {
			delete(data.Settings, name)
		}
	}
	text, err := json.Marshal(data)
	if err != nil {
		t.Fatal(err)
	}
	settings := filepath.Join(t.TempDir(), "settings.json")
	acctest.WriteFile(t, settings, string(text))
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
