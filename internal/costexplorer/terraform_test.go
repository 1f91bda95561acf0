package costexplorer_test

// The data sources and the functions in real Terraform.

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// outputs checks output values, as Terraform prints them.
func outputs(want map[string]string) resource.TestCheckFunc {
	return func(s *terraform.State) error {
		for name, value := range want {
			output, ok := s.RootModule().Outputs[name]
			if !ok {
				return fmt.Errorf("there is no output %s", name)
			}
			if got := fmt.Sprint(output.Value); got != value {
				return fmt.Errorf("output %s is %s, want %s", name, got, value)
			}
		}
		return nil
	}
}

// Rows, sums of them, functions of them, and a filter that is only known after apply, which
// puts the read off.
func TestAccRows(t *testing.T) {
	t.Parallel()
	acctest.Need(t, acctest.Functions)
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Bills: 30, Guesses: emulator.Guesses{PageSizeCap: 7}}))
	e.SCP.SetUsages(
		usageRow("a", `{"krw":"106.3225806452","usd":"500.0000000000"}`),
		usageRow("b", `null`),
		usageRow("c", `{"krw":"-0.3225806452","usd":"0.0"}`),
	)
	e.SCP.SetPayments(`{"payer_account_id":"p","payer_account_name":"본사","payer_account_type":"MEMBER","bill_year_month":"2026-02","used_year_month":"2026-01","paid_amount":{"krw":"12.000","usd":"0.00"}}`)
	e.Test(t, resource.TestStep{
		Config: `
resource "terraform_data" "day" { input = "2026-01-01" }
data "scpbilling_usages" "all" {
  start_date = "2026-01-01"
  end_date   = "2026-12-31"
}
data "scpbilling_bills" "all" {
  start_year_month = "2000-01"
  end_year_month   = "2999-12"
}
data "scpbilling_monthly_payments" "all" {}
data "scpbilling_usage_summary" "month" {
  start_date = "2026-01-01"
  end_date   = "2026-12-31"
  group_by   = ["usage_month", "service_category"]
}
data "scpbilling_usage_summary" "later" {
  start_date = terraform_data.day.output
  end_date   = "2026-12-31"
  group_by   = terraform_data.day.output == "" ? ["account_id"] : []
}
data "scpbilling_bill_summary" "bills" {
  start_year_month = "2000-01"
  end_year_month   = "2999-12"
  group_by         = ["bill_year_month"]
}

output "first"    { value = data.scpbilling_usages.all.usages[0].amounts.krw }
output "null"     { value = data.scpbilling_usages.all.usages[1].amounts == null }
output "sum"      { value = jsonencode(provider::scpbilling::sum_amounts(data.scpbilling_usages.all.usages[*].amounts)) }
output "timezone" { value = data.scpbilling_usages.all.timezone }
output "bills"    { value = length(data.scpbilling_bills.all.bills) }
output "paid"     { value = data.scpbilling_monthly_payments.all.payments[0].paid_amount.krw }
output "groups"   { value = jsonencode(data.scpbilling_usage_summary.month.groups) }
output "total"    { value = jsonencode(data.scpbilling_usage_summary.later.total) }
output "none"     { value = jsonencode(data.scpbilling_usage_summary.later.groups) }
output "months"   { value = length(data.scpbilling_bill_summary.bills.groups) }
output "number"   { value = tonumber(data.scpbilling_usage_summary.later.total.amounts.krw) + 1 }
output "later"    { value = provider::scpbilling::sum_amounts([{ krw = terraform_data.day.output == "" ? "1" : "2", usd = null }]).krw }
`,
		Check: outputs(map[string]string{
			"first": "106.3225806452", "null": "true", "sum": `{"krw":"106.0000000000","usd":"500.0000000000"}`,
			"timezone": "Asia/Seoul", "bills": "30", "paid": "12.000",
			"groups": `[{"amounts":{"krw":"106.0000000000","usd":"500.0000000000"},"keys":{"service_category":"COMPUTE","usage_month":"2026-02"},"row_count":3}]`,
			"total":  `{"amounts":{"krw":"106.0000000000","usd":"500.0000000000"},"keys":{},"row_count":3}`,
			"none":   `[]`, "months": "6", "number": "107", "later": "2",
		}),
	}, resource.TestStep{
		RefreshState: true,
		RefreshPlanChecks: resource.RefreshPlanChecks{
			PostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
		},
	})
}

func TestAccFunctions(t *testing.T) {
	t.Parallel()
	acctest.Need(t, acctest.Functions)
	e := acctest.New(t)
	acctest.NeedEmulator(t, "the provider needs no service for functions, but a configuration")
	e.Test(t,
		resource.TestStep{
			Config: `
locals {
  srn = provider::scpbilling::parse_srn("srn:e::26affb52e16944038a0cd2cc26060e1c:kr1-west1::compute:instance/INSTANCE-UPOg3Z6ZqyiMM0QyC3sI2m")
}
output "srn"   { value = "${local.srn.environment} ${local.srn.account_id} ${local.srn.region} ${local.srn.service} ${local.srn.resource_type} ${local.srn.resource_id}" }
output "empty" { value = jsonencode(provider::scpbilling::sum_amounts([])) }
output "sum"   { value = provider::scpbilling::sum_amounts([{ krw = "0.1", usd = "1" }, { krw = "0.2", usd = null }, null]).krw }
output "end"   { value = provider::scpbilling::contract_end_date("2026-03-10", "01") }
`,
			Check: outputs(map[string]string{
				"srn":   "e 26affb52e16944038a0cd2cc26060e1c kr1-west1 compute instance INSTANCE-UPOg3Z6ZqyiMM0QyC3sI2m",
				"empty": `{"krw":"0","usd":"0"}`, "sum": "0.3", "end": "2027-03-09",
			}),
		},
		resource.TestStep{Config: `output "x" { value = provider::scpbilling::sum_amounts([{ krw = "1e500", usd = "1" }]) }`, ExpectError: regexp.MustCompile(`(?s)"amounts" parameter.*amounts\[0\]\.krw.*[^.]\.\n`)},
	)
	if n := len(e.SCP.Requests()); n > 0 {
		t.Errorf("functions made %d requests: %s", n, strings.Join(e.Requests(), ", "))
	}
}
