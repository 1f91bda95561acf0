package budget_test

// The resource in real Terraform: what it asks of the service, and when.

import (
	"fmt"
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

const address = "scpbilling_account_budget.this"

// hcl is a resource block; body stands after the required attributes.
func hcl(name string, amount int64, body string) string {
	return fmt.Sprintf(`
resource "scpbilling_account_budget" "this" {
  name        = %q
  amount      = %d
  unit        = "MONTHLY"
  start_month = "2099-01"
%s
}
`, name, amount, body)
}

const bothSettings = `
  notifications = {
    notification_send_period = "DAILY"
    receivers                = ["a@example.com", "b@example.com"]
    thresholds               = [80, 100]
  }
  prevention = {
    receivers = ["c@example.com"]
    threshold = 90
  }
`

// reordered is bothSettings in another order, with its defaults written down.
const reordered = `
  prevention = {
    threshold         = 90
    receivers         = ["c@example.com", "c@example.com"]
    is_use_prevention = true
  }
  notifications = {
    is_use_notification      = true
    thresholds               = [100, 80]
    receivers                = ["b@example.com", "a@example.com"]
    notification_send_period = "DAILY"
  }
`

// counted resets the count before a step and checks it after its apply.
func counted(e *acctest.Env, step resource.TestStep, wants ...acctest.Want) resource.TestStep {
	before := step.PreConfig
	step.PreConfig = func() {
		if before != nil {
			before()
		}
		e.Reset()
	}
	check := func(*terraform.State) error { return e.Check(wants...) }
	if step.Check != nil {
		check = resource.ComposeTestCheckFunc(step.Check, check)
	}
	step.Check = check
	return step
}

// The life of a budget, and how many requests each part of it takes. Each step of
// the test framework plans and refreshes several times, so reads are bounded by
// the number of its commands; the exact number is in TestRequestsOfOneCommand.
func TestAccBudget(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	name, other := e.Name(), e.Name()
	reads := acctest.Want{Method: "GET", Path: acctest.BudgetPath, Min: 0, Max: 9}
	e.Test(
		t,
		counted(e, resource.TestStep{
			Config: hcl(name, 5_000_000_000, bothSettings),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("amount"), knownvalue.Int64Exact(5_000_000_000)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("type"), knownvalue.StringExact("COST")),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.NotNull()),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("created_at"), knownvalue.NotNull()),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("notifications").AtMapKey("is_use_notification"), knownvalue.Bool(true)),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("prevention").AtMapKey("is_use_prevention"), knownvalue.Bool(true)),
			},
		}, acctest.Exactly(1, "POST", acctest.BudgetsPath), acctest.Want{Method: "GET", Path: acctest.BudgetsPath, Min: 1, Max: 3}, reads),
		counted(e, resource.TestStep{
			Config:           hcl(name, 5_000_000_000, reordered),
			ConfigPlanChecks: planned(plancheck.ResourceActionNoop),
		}, reads),
		counted(e, resource.TestStep{
			Config:           hcl(name, 5_000_000_000, bothSettings+`  timeouts = { create = "5m", read = "1m", update = "2m", delete = "3m" }`),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
		}, reads),
		counted(e, resource.TestStep{
			Config:           hcl(other, 7, ""),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("notifications"), knownvalue.Null()),
				statecheck.ExpectKnownValue(address, tfjsonpath.New("prevention"), knownvalue.Null()),
			},
		}, acctest.Exactly(1, "PUT", acctest.BudgetPath), reads),
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateVerifyIgnore: []string{"notifications", "prevention", "timeouts"}},
	)
}

// planned wants one action for the budget.
func planned(action plancheck.ResourceActionType) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)}}
}

// Each attribute that is changed elsewhere shows in the next plan, and the apply
// puts it back; so does a setting that is enabled where none is configured.
func TestAccBudgetDrift(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "changes budgets behind the API")
	e := acctest.New(t)
	name := e.Name()
	var id string
	steps := []resource.TestStep{{Config: hcl(name, 1000, bothSettings), Check: remember(&id)}}
	for _, alter := range []func(*emulator.Budget){
		func(b *emulator.Budget) {
			b.Name = "renamed"
			b.Amount = 1
			b.Unit = "OVERALL"
			b.StartMonth = "2025-12"
		},
		func(b *emulator.Budget) { b.Notifications.IsUseNotification = false },
		func(b *emulator.Budget) { b.Prevention.Receivers = nil },
	} {
		steps = append(steps, resource.TestStep{
			PreConfig:        func() { change(t, e, id, alter) },
			Config:           hcl(name, 1000, bothSettings),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
		})
	}
	steps = append(steps,
		resource.TestStep{Config: hcl(name, 1000, "")},
		resource.TestStep{
			PreConfig:        func() { change(t, e, id, func(b *emulator.Budget) { b.Prevention.IsUsePrevention = true }) },
			Config:           hcl(name, 1000, ""),
			ConfigPlanChecks: planned(plancheck.ResourceActionUpdate),
		},
		// Deleted elsewhere: planned again.
		resource.TestStep{
			PreConfig:        func() { e.SCP.DeleteBudget(id) },
			Config:           hcl(name, 1000, ""),
			ConfigPlanChecks: planned(plancheck.ResourceActionCreate),
		},
	)
	e.Test(t, steps...)
}

func remember(id *string) resource.TestCheckFunc {
	return resource.TestCheckResourceAttrWith(address, "id", func(value string) error {
		*id = value
		return nil
	})
}

// A budget that exists is taken over by an import block, and nothing is planned.
// TestOneApplyIsEnough does the same for every way to write a configuration.
func TestAccBudgetImport(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "puts budgets there behind the API")
	e := acctest.New(t)
	for _, c := range []struct {
		name, body string
		alter      func(*emulator.Budget)
	}{
		{"with settings", bothSettings, func(b *emulator.Budget) {
			b.Notifications = emulator.Notifications{IsUseNotification: true, NotificationSendPeriod: "DAILY", Receivers: []string{"b@example.com", "a@example.com"}, Thresholds: []int64{100, 80}}
			b.Prevention = emulator.Prevention{IsUsePrevention: true, Receivers: []string{"c@example.com"}, Threshold: 90}
		}},
		{"switched off", "notifications = { is_use_notification = false }\nprevention = { is_use_prevention = false }", func(b *emulator.Budget) {
			b.Notifications = emulator.Notifications{NotificationSendPeriod: "DAILY", Receivers: []string{"old@example.com"}, Thresholds: []int64{70}}
			b.Prevention = emulator.Prevention{Receivers: []string{"old@example.com"}, Threshold: 70}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			b := emulator.Budget{Name: e.Name(), Amount: 1000, StartMonth: "2099-01"}
			c.alter(&b)
			b = e.SCP.PutBudget(b)
			config := hcl(b.Name, 1000, c.body)
			e.Test(t, resource.TestStep{
				Config: config + fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", address, b.ID),
				ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop),
				}},
			})
		})
	}
	t.Run("not there", func(t *testing.T) {
		t.Parallel()
		e.Test(t, resource.TestStep{
			Config:      hcl(e.Name(), 1000, "") + fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", address, "0123456789abcdef0123456789abcdef"),
			ExpectError: regexp.MustCompile(`(?s)Cannot import non-existent remote object`),
		})
	})
}

// In Terraform, too, what is wrong is an error of the plan, and nothing is asked.
func TestAccBudgetRefused(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	steps := []resource.TestStep{}
	for _, c := range []struct{ config, want string }{
		{hcl(e.Name(), 0, `prevention = { threshold = 75, receivers = ["nobody"] }`), `(?s)(mail\s+address.*at\s+least\s+1|at\s+least\s+1.*mail\s+address)`},
		{hcl("a name of 21 signs...", 1, ""), `1\s+to\s+20\s+characters`},
		{hcl("team/a", 1, `notifications = { receivers = ["a@example.com"], thresholds = [80] }`), `Korean\s+and\s+Latin`},
	} {
		steps = append(steps, resource.TestStep{Config: c.config, PlanOnly: true, ExpectError: regexp.MustCompile(c.want)})
	}
	e.Test(t, steps...)
	e.MustCheck(t)
}

// A second budget of a name is refused by the service; the error names the one
// that is in the way and how to take it over.
func TestAccBudgetConflict(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "whether names may repeat is a guess")
	e := acctest.New(t)
	b := e.SCP.PutBudget(emulator.Budget{Name: e.Name(), Amount: 1})
	e.Test(t, resource.TestStep{
		Config:      hcl(b.Name, 1000, ""),
		ExpectError: regexp.MustCompile(`(?s)Could not create account budget.*409.*Conflict.*` + b.ID + `.*terraform\s+import\s+scpbilling_account_budget.NAME\s+` + b.ID),
	})
}
