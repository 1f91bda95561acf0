package tfkit

// Integers with readable errors. Terraform passes any number to an integer attribute, and the
// framework reports a fraction there as a bug of the provider, so these attributes are numbers.

import (
	"context"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// Integer accepts 64-bit integers, as a single number or in a set.
type Integer struct {
	// What is the word for the number in messages.
	What string
	// Min and Max are the least and the largest integer; a Max of 0 is the largest of 64 bits.
	Min, Max int64
	// OneOf are the only integers that are accepted, if there are any.
	OneOf []int64
}

var (
	_ validator.Number = Integer{}
	_ validator.Set    = Integer{}
)

// Description says what is allowed.
func (i Integer) Description(context.Context) string { return "value must be " + i.rule() }

// rule completes "It must be".
func (i Integer) rule() string {
	switch {
	case i.OneOf != nil:
		return "one of " + strings.Join(strings.Fields(strings.Trim(fmt.Sprint(i.OneOf), "[]")), ", ")
	case i.Max > 0:
		return fmt.Sprintf("between %d and %d", i.Min, i.Max)
	default:
		return fmt.Sprintf("at least %d", i.Min)
	}
}

// MarkdownDescription is Description.
func (i Integer) MarkdownDescription(ctx context.Context) string { return i.Description(ctx) }

// ValidateNumber checks one number.
func (i Integer) ValidateNumber(_ context.Context, req validator.NumberRequest, resp *validator.NumberResponse) {
	i.Check(req.Path, req.ConfigValue, &resp.Diagnostics)
}

// ValidateSet checks each number of a set.
func (i Integer) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	for _, element := range req.ConfigValue.Elements() {
		i.Check(req.Path.AtSetValue(element), element, &resp.Diagnostics)
	}
}

// Check adds an error about a number that is not accepted. Null and unknown numbers pass; one
// that was unknown during validation has to be checked again while planning.
func (i Integer) Check(at path.Path, value attr.Value, diags *diag.Diagnostics) {
	n, _ := value.(types.Number)
	if n.IsNull() || n.IsUnknown() {
		return
	}
	number, rule := n.ValueBigFloat(), ". It must be "+i.rule()+"."
	text := number.Text('g', -1)
	switch whole, accuracy := number.Int64(); {
	case i.OneOf != nil && accuracy == big.Exact && slices.Contains(i.OneOf, whole):
		return
	case i.OneOf != nil:
	case !number.IsInt():
		text, rule = number.Text('f', -1), " is not an integer. Use ceil() or floor()."
	case accuracy != big.Exact:
		rule = " is outside the range of 64-bit integers."
	case whole >= i.Min && (i.Max == 0 || whole <= i.Max):
		return
	}
	summary := "Invalid " + i.What
	diags.AddAttributeError(at, summary, summary+": "+text+rule)
}
