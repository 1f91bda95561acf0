package function

// contract_end_date computes the last day of a contract.

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// NewContractEndDate returns the function.
func NewContractEndDate() function.Function {
	return pure{name: "contract_end_date", run: contractEndDate, definition: function.Definition{
		Summary: "Computes the last day of a contract",
		MarkdownDescription: "Computes the last day of a contract from its first day and its term: the day before the anniversary of the first day. " +
			"A contract that starts on 29 February ends on 28 February.\n\n" +
			"The rule is a guess: the vendor does not state when a term ends, and its published examples disagree by one day. " +
			"Use the function to plan ahead; for an existing contract, read `end_date`.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "start_date", MarkdownDescription: "First day of the contract as `YYYY-MM-DD`."},
			function.StringParameter{Name: "contract_type", MarkdownDescription: "Term of the contract: `01`, `03` or `05`, or `1-year`, `3-year` or `5-year`."},
		},
		Return: function.StringReturn{},
	}}
}

// contractEndDate computes the day.
func contractEndDate(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var startDate, contractType string
	if resp.Error = req.Arguments.Get(ctx, &startDate, &contractType); resp.Error != nil {
		return
	}
	start, err := time.Parse(time.DateOnly, startDate)
	if err != nil {
		resp.Error = argumentError(0, fmt.Sprintf("%q is not a date in the form YYYY-MM-DD, for example 2026-03-01", startDate))
		return
	}
	var check validator.StringResponse
	tfkit.ContractType().ValidateString(ctx, validator.StringRequest{ConfigValue: types.StringValue(contractType)}, &check)
	if check.Diagnostics.HasError() {
		resp.Error = argumentError(1, check.Diagnostics[0].Detail())
		return
	}
	years, _ := tfkit.ContractYears(contractType)
	end := tfkit.ContractEnd(start, years)
	if end.Year() > 9999 {
		resp.Error = argumentError(0, fmt.Sprintf("a contract that starts on %s would end after the year 9999", startDate))
		return
	}
	resp.Error = resp.Result.Set(ctx, end.Format(time.DateOnly))
}
