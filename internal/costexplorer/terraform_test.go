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
data "scpbilling_usages" "all" {
  start_date = "2026-01-01"
  end_date   = "2026-12-31"
}
data "scpbilling_bills" "all" {
  start_year_month = "2000-01"
  end_year_month   = "2999-12"
}
data "scpbilling_monthly_payments" "all" {}

output "first"    { value = data.scpbilling_usages.all.usages[0].amounts.krw }
output "null"     { value = data.scpbilling_usages.all.usages[1].amounts == null }
output "sum"      { value = jsonencode(provider::scpbilling::sum_amounts(data.scpbilling_usages.all.usages[*].amounts)) }
output "timezone" { value = data.scpbilling_usages.all.timezone }
output "bills"    { value = length(data.scpbilling_bills.all.bills) }
output "paid"     { value = data.scpbilling_monthly_payments.all.payments[0].paid_amount.krw }
`,
		Check: outputs(map[string]string{
			"first": "106.3225806452", "null": "true", "sum": `{"krw":"106.0000000000","usd":"500.0000000000"}`,
			"timezone": "Asia/Seoul", "bills": "30", "paid": "12.000",
		}),
	}, resource.TestStep{
		RefreshState: true,
		RefreshPlanChecks: resource.RefreshPlanChecks{
			PostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
		},
	})
}

func TestAccSummary(t *testing.T) {
	t.Parallel()
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Bills: 30}))
	e.SCP.SetUsages(
		usageRow("a", `{"krw":"106.3225806452","usd":"0.0"}`), usageRow("b", `null`), usageRow("c", `{"krw":"-6.3225806452","usd":"1.5"}`),
	)
	e.Test(t, resource.TestStep{
		Config: `
data "scpbilling_usage_summary" "month" {
  start_date = "2026-01-01"
  end_date   = "2026-12-31"
  group_by   = ["usage_month", "service_category"]
}
data "scpbilling_usage_summary" "total" {
  start_date = "2026-01-01"
  end_date   = "2026-12-31"
}
data "scpbilling_bill_summary" "bills" {
  start_year_month = "2000-01"
  end_year_month   = "2999-12"
  group_by         = ["bill_year_month"]
}
output "groups" { value = jsonencode(data.scpbilling_usage_summary.month.groups) }
output "total"  { value = jsonencode(data.scpbilling_usage_summary.total.total) }
output "none"   { value = jsonencode(data.scpbilling_usage_summary.total.groups) }
output "months" { value = length(data.scpbilling_bill_summary.bills.groups) }
output "number" { value = tonumber(data.scpbilling_usage_summary.total.total.amounts.krw) + 1 }
`,
		Check: outputs(map[string]string{
			"groups": `[{"amounts":{"krw":"100.0000000000","usd":"1.5"},"keys":{"service_category":"COMPUTE","usage_month":"2026-02"},"row_count":3}]`,
			"total":  `{"amounts":{"krw":"100.0000000000","usd":"1.5"},"keys":{},"row_count":3}`,
			"none":   `[]`, "months": "6", "number": "101",
		}),
	})
}

// Too many rows end the run before anything of the state is changed.
func TestAccMaxRows(t *testing.T) {
	t.Parallel()
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{}))
	e.SCP.SetUsages(usageRows(12)...)
	config := func(most int) string {
		return fmt.Sprintf(`
data "scpbilling_usages" "all" {
  start_date = "2026-01-01"
  end_date   = "2026-12-31"
  max_rows   = %d
}
output "rows" { value = length(data.scpbilling_usages.all.usages) }
`, most)
	}
	e.Test(t,
		resource.TestStep{Config: config(12), Check: outputs(map[string]string{"rows": "12"})},
		resource.TestStep{Config: config(11), ExpectError: regexp.MustCompile(`(?s)Too many usages.*There are\s+12\..*scpbilling_usage_summary`)},
		resource.TestStep{Config: config(12), Check: outputs(map[string]string{"rows": "12"})},
	)
}

// A filter that is only known after apply puts the read off.
func TestAccUnknownFilter(t *testing.T) {
	t.Parallel()
	acctest.Need(t, acctest.Functions)
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{}))
	e.SCP.SetUsages(usageRows(3)...)
	e.Test(t, resource.TestStep{
		Config: `
resource "terraform_data" "day" { input = "2026-01-01" }
data "scpbilling_usage_summary" "all" {
  start_date = terraform_data.day.output
  end_date   = "2026-12-31"
  group_by   = [terraform_data.day.output == "" ? "account_id" : "resource_id"]
}
output "rows" { value = data.scpbilling_usage_summary.all.total.row_count }
output "sum"  { value = provider::scpbilling::sum_amounts([{ krw = terraform_data.day.output == "" ? "1" : "2", usd = null }]).krw }
`,
		Check: outputs(map[string]string{"rows": "3", "sum": "2"}),
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
		resource.TestStep{Config: `output "x" { value = provider::scpbilling::parse_srn("arn:aws") }`, ExpectError: regexp.MustCompile(`(?s)"srn" parameter.*is not an SRN`)},
		resource.TestStep{Config: `output "x" { value = provider::scpbilling::contract_end_date("2026-03-10", "7") }`, ExpectError: regexp.MustCompile(`(?s)"contract_type" parameter.*1-year.*5-year\)\.\n`)},
		resource.TestStep{Config: `output "x" { value = provider::scpbilling::sum_amounts([{ krw = "1e500", usd = "1" }]) }`, ExpectError: regexp.MustCompile(`(?s)"amounts" parameter.*amounts\[0\]\.krw.*[^.]\.\n`)},
		resource.TestStep{Config: `output "x" { value = provider::scpbilling::sum_amounts(null) }`, ExpectError: regexp.MustCompile(`(?s)"amounts" parameter.*null`)},
	)
	if n := len(e.SCP.Requests()); n > 0 {
		t.Errorf("functions made %d requests: %s", n, strings.Join(e.Requests(), ", "))
	}
}
