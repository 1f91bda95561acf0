package function

// sum_amounts adds rows of {krw, usd} up exactly.

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/money"
)

// currencies are the attributes of an amount.
var currencies = [...]string{"krw", "usd"}

var amountType = map[string]attr.Type{"krw": types.StringType, "usd": types.StringType}

// NewSumAmounts returns the function.
func NewSumAmounts() function.Function {
	return pure{name: "sum_amounts", run: sumAmounts, definition: function.Definition{
		Summary: "Adds amounts exactly",
		MarkdownDescription: "Adds amounts that the configuration already has. To add up what the service holds, use a summary data source.\n\n" +
			"The argument is a list of `{ krw, usd }` objects, and the result is one such object. The sum is an exact decimal string with as many fraction digits as the amount that has the most: " +
			"`500.000` plus `0.0` is `500.000`. No floating-point number is involved, so nothing is rounded.\n\n" +
			"A null amount, or a null `krw` or `usd`, adds nothing. The sum is `0` for a currency that no row has, and for an empty list.",
		Parameters: []function.Parameter{function.ListParameter{
			Name:                "amounts",
			ElementType:         types.ObjectType{AttrTypes: amountType},
			AllowUnknownValues:  true,
			MarkdownDescription: "The amounts, each a `{ krw, usd }` object of decimal strings or nulls, for example `data.scpbilling_usages.all.usages[*].amounts`. Exponents from -100 to 100 are accepted, as in `0E-10`, which some programs write for zero.",
		}},
		Return: function.ObjectReturn{AttributeTypes: amountType},
	}}
}

// sumAmounts adds up.
func sumAmounts(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var rows types.List
	if resp.Error = req.Arguments.Get(ctx, &rows); resp.Error != nil {
		return
	}
	if rows.IsNull() {
		// Terraform refuses it before this call; other callers may not.
		resp.Error = argumentError(0, "it is null; give a list, which may be empty")
		return
	}
	var sums [len(currencies)]money.Sum
	// unknown is set once one amount is not known yet: no sum is known then.
	var unknown [len(currencies)]bool
	for i, element := range rows.Elements() {
		row, _ := element.(types.Object)
		for c, currency := range currencies {
			// A null row has no attributes, and so null amounts.
			text, _ := row.Attributes()[currency].(types.String)
			switch {
			case row.IsUnknown() || text.IsUnknown():
				unknown[c] = true
			case !text.IsNull():
				if err := sums[c].Add(text.ValueString()); err != nil {
					resp.Error = argumentError(0, fmt.Sprintf("amounts[%d].%s: %s", i, currency, err))
					return
				}
			}
		}
	}
	result := map[string]attr.Value{}
	for c, currency := range currencies {
		if result[currency] = types.StringValue(sums[c].Text()); unknown[c] || rows.IsUnknown() {
			result[currency] = types.StringUnknown()
		}
	}
	resp.Error = resp.Result.Set(ctx, types.ObjectValueMust(amountType, result))
}
