package tfkit

// Integers with readable errors. Terraform passes any number to an integer attribute, and the
// framework reports a fraction as a bug of the provider.

import (
	"context"
	"fmt"
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var (
	_ basetypes.Int64Typable      = IntegerType{}
	_ basetypes.Int64Valuable     = Integer{}
	_ xattr.ValidateableAttribute = Integer{}
)

// IntegerType is the type of a 64-bit integer that takes any number, so that the
// attribute can say what is wrong with it.
type IntegerType struct{ basetypes.Int64Type }

// Integer is a 64-bit integer, or a number that is not one.
type Integer struct {
	basetypes.Int64Value
	// other is a number that is not a 64-bit integer; nil otherwise.
	other *big.Float
}

// NewInteger returns a known integer.
func NewInteger(n int64) Integer { return Integer{Int64Value: basetypes.NewInt64Value(n)} }

// IntegerPointer returns an integer; nil is null.
func IntegerPointer(n *int64) Integer { return Integer{Int64Value: basetypes.NewInt64PointerValue(n)} }

// UnknownInteger returns an integer that is not known yet.
func UnknownInteger() Integer { return Integer{Int64Value: basetypes.NewInt64Unknown()} }

// Equal compares types.
func (t IntegerType) Equal(other attr.Type) bool { _, same := other.(IntegerType); return same }

// String names the type.
func (t IntegerType) String() string { return "tfkit.IntegerType" }

// Validate accepts everything: the values validate themselves.
func (t IntegerType) Validate(context.Context, tftypes.Value, path.Path) diag.Diagnostics { return nil }

// ValueType is the zero value.
func (t IntegerType) ValueType(context.Context) attr.Value { return Integer{} }

// ValueFromInt64 converts an integer.
func (t IntegerType) ValueFromInt64(_ context.Context, in basetypes.Int64Value) (basetypes.Int64Valuable, diag.Diagnostics) {
	return Integer{Int64Value: in}, nil
}

// ValueFromTerraform converts any number.
func (t IntegerType) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	if in.IsKnown() && !in.IsNull() {
		var number *big.Float
		if err := in.As(&number); err != nil {
			return nil, err
		}
		if n, accuracy := number.Int64(); accuracy != big.Exact {
			return Integer{Int64Value: basetypes.NewInt64Null(), other: number}, nil
		} else {
			return NewInteger(n), nil
		}
	}
	value, err := t.Int64Type.ValueFromTerraform(ctx, in)
	if err != nil {
		return nil, err
	}
	n, _ := value.(basetypes.Int64Value)
	return Integer{Int64Value: n}, nil
}

// Type is IntegerType.
func (i Integer) Type(context.Context) attr.Type { return IntegerType{} }

// IsNull reports whether the value is null.
func (i Integer) IsNull() bool { return i.other == nil && i.Int64Value.IsNull() }

// Equal compares values.
func (i Integer) Equal(other attr.Value) bool {
	o, ok := other.(Integer)
	if !ok || (i.other == nil) != (o.other == nil) {
		return false
	}
	if i.other != nil {
		return i.other.Cmp(o.other) == 0
	}
	return i.Int64Value.Equal(o.Int64Value)
}

// ToTerraformValue returns the number as it came.
func (i Integer) ToTerraformValue(ctx context.Context) (tftypes.Value, error) {
	if i.other != nil {
		return tftypes.NewValue(tftypes.Number, i.other), nil
	}
	return i.Int64Value.ToTerraformValue(ctx)
}

// ToInt64Value returns the integer, or null for a number that is not an integer: Check reports
// that, so other validators need not.
func (i Integer) ToInt64Value(context.Context) (basetypes.Int64Value, diag.Diagnostics) {
	return i.Int64Value, nil
}

// ValidateAttribute is Check during validation.
func (i Integer) ValidateAttribute(_ context.Context, req xattr.ValidateAttributeRequest, resp *xattr.ValidateAttributeResponse) {
	i.Check(req.Path, &resp.Diagnostics)
}

// Check adds an error for a number that is not a 64-bit integer. A value that was unknown
// during validation has to be checked again while planning.
func (i Integer) Check(at path.Path, diags *diag.Diagnostics) {
	if i.other == nil {
		return
	}
	name, rule := attributeName(at), "is not an integer. Use ceil() or floor()."
	if i.other.IsInt() {
		rule = "is outside the range of 64-bit integers."
	}
	diags.AddAttributeError(at, "Invalid "+name, fmt.Sprintf("Invalid %s: %s %s", name, i.Text(), rule))
}

// Text is the number as messages show it.
func (i Integer) Text() string {
	switch {
	case i.other == nil:
		return fmt.Sprint(i.ValueInt64())
	case i.other.IsInt():
		return i.other.Text('g', 20)
	default:
		return i.other.Text('f', -1)
	}
}

// IsInteger reports whether the value is null, unknown or a 64-bit integer.
func (i Integer) IsInteger() bool { return i.other == nil }

// attributeName is the last name of a path.
func attributeName(at path.Path) string {
	steps := at.Steps()
	for i := len(steps) - 1; i >= 0; i-- {
		if name, ok := steps[i].(path.PathStepAttributeName); ok {
			return string(name)
		}
	}
	return "number"
}
