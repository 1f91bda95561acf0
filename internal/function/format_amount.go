package function

// format_amount writes an amount for people.

import (
	"context"
	"fmt"
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/money"
)

// maxDigits are more fraction digits than any amount has.
const maxDigits = 20

// NewFormatAmount returns the function.
func NewFormatAmount() function.Function {
	return pure{name: "format_amount", run: formatAmount, definition: function.Definition{
		Summary: "Formats an amount for a report",
		MarkdownDescription: "Rounds an amount half away from zero to a number of fraction digits and writes it with thousands separators: `format_amount(\"12533525.5\", 0)` is `\"12,533,526\"`. " +
			"The arithmetic is decimal and exact; no floating-point number is involved.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "amount", MarkdownDescription: "Decimal string, such as a sum from `sum_amounts` or a summary data source. Terraform converts a number to a string."},
			// The framework reports a fraction as a fault of the provider if this is an Int64Parameter.
			function.NumberParameter{Name: "digits", MarkdownDescription: "Number of fraction digits, 0 to 20."},
		},
		Return: function.StringReturn{},
	}}
}

// formatAmount formats.
func formatAmount(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var amount string
	var digits *big.Float
	if resp.Error = req.Arguments.Get(ctx, &amount, &digits); resp.Error != nil {
		return
	}
	n, accuracy := digits.Int64()
	if accuracy != big.Exact || n < 0 || n > maxDigits {
		resp.Error = argumentError(1, fmt.Sprintf("%s is not an integer from 0 to %d", digits.Text('g', 20), maxDigits))
		return
	}
	text, err := money.Format(amount, int(n))
	if err != nil {
		resp.Error = argumentError(0, err.Error())
		return
	}
	resp.Error = resp.Result.Set(ctx, text)
}
