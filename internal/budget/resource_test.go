package budget_test

// The resource in real Terraform: what it asks of the service, and when.

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

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

// The life of a budget, and how many requests each part of it takes. Each step of
// the test framework plans and refreshes several times, so reads are bounded by
// the number of its commands. The data sources find the budget.
func TestAccBudget(t *testing.T) {
	t.Parallel()
	e := acctest.New(t)
	name, other := e.Name(), e.Name()
	value := func(of string, check knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(address, tfjsonpath.New(of), check)
	}
	reads := acctest.AtMost(9, "GET", acctest.BudgetPath)
	step := func(config string, action plancheck.ResourceActionType, wants ...acctest.Want) resource.TestStep {
		return resource.TestStep{
			PreConfig: e.Reset, Config: config, ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, action)},
			},
			Check: func(*terraform.State) error { return e.Check(append(wants, reads)...) },
		}
	}
	created := step(hcl(name, 5_000_000_000, bothSettings), plancheck.ResourceActionCreate,
		acctest.Exactly(1, "POST", acctest.BudgetsPath), acctest.Want{Method: "GET", Path: acctest.BudgetsPath, Min: 1, Max: 3})
	created.ConfigStateChecks = []statecheck.StateCheck{
		value("amount", knownvalue.Int64Exact(5_000_000_000)), value("type", knownvalue.StringExact("COST")),
		value("id", knownvalue.NotNull()), value("created_at", knownvalue.NotNull()),
		value("notifications", knownvalue.ObjectPartial(map[string]knownvalue.Check{"is_use_notification": knownvalue.Bool(true)})),
		value("prevention", knownvalue.ObjectPartial(map[string]knownvalue.Check{"is_use_prevention": knownvalue.Bool(true)})),
	}
	omitted := step(hcl(other, 7, ""), plancheck.ResourceActionUpdate, acctest.Exactly(1, "PUT", acctest.BudgetPath))
	omitted.ConfigStateChecks = []statecheck.StateCheck{value("notifications", knownvalue.Null()), value("prevention", knownvalue.Null())}
	e.Test(
		t,
		created,
		resource.TestStep{
			Config: hcl(name, 5_000_000_000, bothSettings) + fmt.Sprintf(`
data "scpbilling_account_budget" "by_id" {
  id = scpbilling_account_budget.this.id
}
data "scpbilling_account_budget" "by_name" {
  name       = %[1]q
  depends_on = [scpbilling_account_budget.this]
}
data "scpbilling_account_budgets" "all" {
  search_name = %[1]q
  sort        = "created_at:desc"
  depends_on  = [scpbilling_account_budget.this]
}
output "found" {
  value = data.scpbilling_account_budgets.all.budgets[0].name
}
`, name),
			Check: resource.ComposeTestCheckFunc(
				resource.TestCheckResourceAttrPair("data.scpbilling_account_budget.by_name", "id", address, "id"),
				resource.TestCheckResourceAttrPair("data.scpbilling_account_budget.by_id", "created_at", address, "created_at"),
			),
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownOutputValue("found", knownvalue.StringExact(name)),
				statecheck.ExpectKnownValue("data.scpbilling_account_budget.by_id", tfjsonpath.New("notifications").AtMapKey("thresholds"), knownvalue.SetSizeExact(2)),
				statecheck.ExpectKnownValue("data.scpbilling_account_budget.by_name", tfjsonpath.New("prevention").AtMapKey("threshold"), knownvalue.Int64Exact(90)),
			},
		},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true},
		step(hcl(name, 5_000_000_000, reordered), plancheck.ResourceActionNoop),
		step(hcl(name, 5_000_000_000, bothSettings+`  timeouts = { create = "5m", read = "1m", update = "2m", delete = "3m" }`), plancheck.ResourceActionUpdate),
		omitted,
	)
}
