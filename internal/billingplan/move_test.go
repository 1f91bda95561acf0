package billingplan_test

import (
	"maps"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

const (
	officialProvider   = "registry.terraform.io/samsungsdscloud/samsungcloudplatformv2"
	officialType       = "samsungcloudplatformv2_billing_planned_compute"
	officialTypePlural = "samsungcloudplatformv2_billing_planned_computes"
)

// officialContract is a state as the official provider writes it: every attribute
// of its schema stands there, the top-level ones null after an import.
func officialContract(id string, changes acctest.Object) acctest.Object {
	out := acctest.Object{
		"id": id, "last_updated": nil, "account_id": nil, "contract_type": nil, "os_type": nil, "server_type": nil,
		"service_id": nil, "service_name": nil, "action": nil, "tags": nil,
		"planned_compute": acctest.Object{
			"id": id, "account_id": "f5c8e56a4d9b49a8bd89e14758a32d53", "contract_id": "C-" + id, "contract_type": "1-year",
			"start_date": "2026-03-02", "end_date": "2027-03-01", "first_contract_start_at": "", "next_contract_type": "", "next_start_date": "", "next_end_date": "",
			"service_id": "VIRTUAL_SERVER", "service_name": "Virtual Server", "os_type": "OPEN_SOURCE", "os_name": "Open Source",
			"server_type": "s1v1m2", "server_type_description": acctest.Object{"cpu": "1 Core"}, "region": "kr-west1", "resource_name": nil, "resource_type": "VM",
			"srn": "srn:e::x", "state": "ACTIVE", "delete_yn": "N", "created_at": "2026-03-01T00:00:00Z", "created_by": "kim", "modified_at": "2026-03-01T00:00:00Z", "modified_by": "kim",
		},
	}
	maps.Copy(out, changes)
	return out
}

var officialArguments = acctest.Object{
	"account_id": "f5c8e56a4d9b49a8bd89e14758a32d53", "contract_type": "01", "os_type": "opensource", "server_type": "s1v1m2",
	"service_id": "VIRTUAL_SERVER", "service_name": "virtual server of team a", "last_updated": "Sunday, 01-Mar-26 00:00:00 UTC",
	"tags": acctest.Object{"team": "a", "환경": "운영"},
}

// moved is a contract of the service that was moved from a state of the official provider,
// and read.
func moved(t *testing.T, arguments acctest.Object) (*world, acctest.State) {
	t.Helper()
	acctest.NeedEmulator(t, "it stores a contract behind the API")
	w := newWorld(t, emulator.Guesses{})
	id := w.SCP.PutPlannedCompute(boughtOnMarch1("moved")).ID
	state, d := w.Move(typeName, acctest.Source{Provider: officialProvider, Type: officialType, State: officialContract(id, arguments)})
	d.WantNone(t)
	state, d = w.Read(state)
	d.WantNone(t)
	return w, state
}

// From every shape that the official provider leaves behind: after the move and
// the read that follows, the plan is empty, and nothing is bought or changed.
func TestMovedContractPlansEmpty(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "it stores contracts behind the API")
	w := newWorld(t, emulator.Guesses{})
	id := w.SCP.PutPlannedCompute(boughtOnMarch1("moved")).ID
	reserved := boughtOnMarch1("reserved")
	reserved.NextContractType, reserved.NextStartDate, reserved.NextEndDate = "03", "2027-03-02", "2030-03-01"
	w.SCP.PutPlannedCompute(reserved)

	sent := acctest.Object{"service_name": officialArguments["service_name"], "tags": officialArguments["tags"]}
	for name, test := range map[string]struct {
		typeName string
		state    any
		config   acctest.Object
	}{
		"all arguments null":          {officialType, officialContract(id, nil), contract()},
		"all arguments given":         {officialType, officialContract(id, officialArguments), contract(sent)},
		"the plural type":             {officialTypePlural, officialContract(id, officialArguments), contract(sent)},
		"spelled as the service does": {officialType, officialContract(id, nil), contract(acctest.Object{"os_type": "OPEN_SOURCE", "contract_type": "1-year"})},
		"with region and action":      {officialType, officialContract(id, acctest.Object{"region": "kr-west1", "action": "EXTEND_CANCEL"}), contract()},
		"a follow-up, as the official argument has it": {
			officialType, officialContract("reserved", acctest.Object{"action": "EXTEND_APPLY", "contract_type": "03"}),
			contract(acctest.Object{"next_contract_type": "03"}),
		},
		"the nested object missing":   {officialType, acctest.Object{"id": id}, contract()},
		"the id in the nested object": {officialType, officialContract(id, acctest.Object{"id": nil}), contract()},
		"attributes nobody knows":     {officialType, officialContract(id, acctest.Object{"limit": 3.5, "planned_compute_v2": []any{acctest.Object{}}}), contract()},
		"other types everywhere":      {officialType, officialContract(id, acctest.Object{"tags": []any{"a"}, "service_name": acctest.Object{}, "planned_compute": 1}), contract()},
		"tags that are no strings":    {officialType, officialContract(id, acctest.Object{"tags": acctest.Object{"a": "b", "n": 1}}), contract()},
	} {
		t.Run(name, func(t *testing.T) {
			w := w.in(t)
			w.Reset()
			moved, d := w.Move(typeName, acctest.Source{Provider: officialProvider, Type: test.typeName, State: test.state})
			d.WantNone(t)
			if !acctest.Equal(moved.Identity, acctest.Object{"id": moved.Object["id"]}) {
				t.Errorf("identity %v", moved.Identity)
			}
			after, d := w.Read(moved)
			d.WantNone(t)
			for name, want := range map[string]any{"deletion_policy": "PREVENT", "purchase_guard": "WARN", "contract_id": "C-" + moved.Object["id"].(string)} {
				if after.Object[name] != want {
					t.Errorf("%s is %v, want %v", name, after.Object[name], want)
				}
			}
			planned := w.Plan(after, test.config)
			planned.Diagnostics.WantNone(t)
			if !planned.NoChange() || len(planned.Replace) > 0 {
				t.Errorf("a change is planned\nfrom %v\nto   %v", after.Object, planned.Object)
			}
			w.MustCheck(t, acctest.Exactly(1, "GET", computePath))
		})
	}
}

// What the official state cannot know goes into the state with the first apply: it
// is planned as a change in place once, and no request is sent. The same goes for tags that
// the state does not know, as after an import; tags that it knows cannot be changed.
func TestMovedContractTakesSettingsOnce(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]acctest.Object{
		"tags":            {"tags": acctest.Object{"team": "b"}},
		"deletion_policy": {"deletion_policy": "CANCEL"},
		"purchase_guard":  {"purchase_guard": "REFUSE"},
		"timeouts":        {"timeouts": acctest.Object{"create": "1h"}},
		"service_name":    {"service_name": "virtual server of team a"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, state := moved(t, nil)
			w.Reset()
			planned := w.Plan(state, contract(change))
			if planned.Diagnostics.HasError() || planned.NoChange() || len(planned.Replace) > 0 {
				t.Fatalf("no change: %t, replaced by %v: %s", planned.NoChange(), planned.Replace, planned.Diagnostics)
			}
			if name == "tags" {
				planned.Diagnostics.WantWarning(t, "The tags cannot be verified")
			}
			state = w.applied(planned)
			if again := w.Plan(state, contract(change)); !again.NoChange() || len(again.Diagnostics) > 0 {
				t.Errorf("the next plan is not empty: %s", again.Diagnostics)
			}
			if lines := w.Requests(); len(lines) > 0 {
				t.Errorf("requests: %v", lines)
			}
		})
	}
	w, state := moved(t, officialArguments)
	w.Plan(state, contract(acctest.Object{"tags": acctest.Object{"team": "b"}})).Diagnostics.WantError(t, "tags of a contract cannot be changed", "team")
}

// A moved contract is protected like any other.
func TestMovedContractIsProtected(t *testing.T) {
	t.Parallel()
	w, state := moved(t, nil)
	if !w.Plan(state, nil).Diagnostics.HasError() {
		t.Error("a moved contract can be destroyed")
	}
	if !w.Plan(state, contract(acctest.Object{"os_type": "rhel"})).Diagnostics.HasError() {
		t.Error("a moved contract can be replaced")
	}
}

func TestMoveIsRefused(t *testing.T) {
	t.Parallel()
	p := acctest.NewProvider(t)
	for name, test := range map[string]struct {
		from  acctest.Source
		words []string
	}{
		"no id": {
			acctest.Source{Provider: officialProvider, Type: officialTypePlural, State: officialContract("", acctest.Object{"planned_compute": nil})},
			[]string{"state of this " + officialTypePlural + " has no ID", "terraform state rm", "scpbilling_planned_computes", "to = scpbilling_planned_compute.NAME"},
		},
		"another type":     {acctest.Source{Provider: officialProvider, Type: "samsungcloudplatformv2_budget_budget", State: acctest.Object{"id": "x"}}, []string{"Unable to Move Resource State"}},
		"another provider": {acctest.Source{Provider: "registry.terraform.io/hashicorp/aws", Type: "aws_budgets_budget", State: acctest.Object{"id": "x"}}, []string{"Unable to Move Resource State"}},
	} {
		t.Run(name, func(t *testing.T) {
			moved, d := p.For(t).Move(typeName, test.from)
			d.WantError(t, test.words...)
			if moved.Object != nil {
				t.Errorf("moved %v", moved.Object)
			}
		})
	}
}

// The same in real Terraform, with nothing but a state file of the official provider.
func TestMovedContractInTerraform(t *testing.T) {
	acctest.Need(t, acctest.MoveAcrossTypes)
	t.Parallel()
	acctest.NeedEmulator(t, "it stores contracts behind the API")
	const body = `
  service_id    = "VIRTUAL_SERVER"
  os_type       = "opensource"
  server_type   = "s1v1m2"
  contract_type = "01"
`
	for name, test := range map[string]struct {
		typeName        string
		arguments       acctest.Object
		moreToConfigure string
	}{
		"all arguments null":  {officialType, nil, ""},
		"all arguments given": {officialTypePlural, officialArguments, "  service_name = \"virtual server of team a\"\n  tags = {\n    team = \"a\"\n    환경 = \"운영\"\n  }\n"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := acctest.New(t)
			id := e.SCP.PutPlannedCompute(emulator.PlannedCompute{ContractType: "01", ServiceID: "VIRTUAL_SERVER", OSType: "OPEN_SOURCE", ServerType: "s1v1m2"}).ID
			e.TakeOver(t, test.typeName, typeName, officialContract(id, test.arguments), body+test.moreToConfigure)
			if n := e.Count("GET", computePath); n == 0 || n != len(e.Requests()) {
				t.Errorf("a move only reads the contract, but these requests were made:\n%v", e.Requests())
			}
		})
	}
}
