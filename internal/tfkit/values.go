package tfkit

// This file moves values between Terraform's objects and Go structs.
//
// The framework's own way compiles a regular expression for each field of the
// struct, at each call; for a budget that was a third of all that the provider did
// for a plan. Here the fields of a struct are looked up once. Whatever is out of
// the ordinary is left to the framework, whose messages say what is wrong.

import (
	"context"
	"reflect"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Read is from.Get(ctx, to), for a configuration, plan or state, and a pointer to
// a struct whose fields are framework values such as types.String.
func Read(ctx context.Context, from interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}, to any,
) diag.Diagnostics {
	var whole types.Object
	diags := from.Get(ctx, &whole)
	if diags.HasError() {
		return diags
	}
	if !fill(to, whole) {
		return from.Get(ctx, to)
	}
	return diags
}

// ReadObject is from.As(ctx, to, basetypes.ObjectAsOptions{}), for the same kind of
// struct.
func ReadObject(ctx context.Context, from types.Object, to any) diag.Diagnostics {
	if !fill(to, from) {
		return from.As(ctx, to, basetypes.ObjectAsOptions{})
	}
	return nil
}

// Write is to.Set(ctx, from), for a plan, state or identity, and a struct as Read
// takes it, or a pointer to one.
func Write(ctx context.Context, to interface {
	Set(ctx context.Context, value any) diag.Diagnostics
}, from any,
) diag.Diagnostics {
	var typ tftypes.Type
	switch to := to.(type) {
	case *tfsdk.State:
		typ = to.Raw.Type()
	case *tfsdk.Plan:
		typ = to.Raw.Type()
	case *tfsdk.ResourceIdentity:
		if to != nil {
			typ = to.Raw.Type()
		}
	}
	if typ, ok := typ.(tftypes.Object); ok {
		if whole, ok := object(ctx, typ, from); ok {
			return to.Set(ctx, whole)
		}
	}
	return to.Set(ctx, from)
}

// field is a field of a struct, perhaps of a struct that is embedded in it.
type field struct {
	name  string
	index []int
}

// fields are those of a struct type; nil when one of them is no framework value.
var fieldsByType sync.Map // reflect.Type to []field

func fieldsOf(typ reflect.Type) []field {
	if known, ok := fieldsByType.Load(typ); ok {
		return known.([]field) //nolint:forcetypeassert // Nothing else is stored.
	}
	fields, ok := findFields(typ, nil, nil)
	if !ok {
		fields = nil
	}
	fieldsByType.Store(typ, fields)
	return fields
}

var valueType = reflect.TypeFor[attr.Value]()

func findFields(typ reflect.Type, index []int, fields []field) ([]field, bool) {
	if typ.Kind() != reflect.Struct {
		return nil, false
	}
	for i := range typ.NumField() {
		one := typ.Field(i)
		at := append(append([]int{}, index...), i)
		if one.Anonymous {
			var ok bool
			if fields, ok = findFields(one.Type, at, fields); !ok {
				return nil, false
			}
			continue
		}
		name, tagged := one.Tag.Lookup("tfsdk")
		if !one.IsExported() || name == "-" {
			continue
		}
		if !tagged || !one.Type.Implements(valueType) {
			return nil, false
		}
		fields = append(fields, field{name, at})
	}
	return fields, true
}

// fill sets the fields of the struct that to points to. It tells false, and leaves
// the struct as it was, when struct and object do not have the very same fields.
func fill(to any, from types.Object) bool {
	pointer := reflect.ValueOf(to)
	if from.IsNull() || from.IsUnknown() || pointer.Kind() != reflect.Pointer || pointer.IsNil() {
		return false
	}
	target := pointer.Elem()
	fields, values := fieldsOf(target.Type()), from.Attributes()
	if len(fields) == 0 || len(fields) != len(values) {
		return false
	}
	for _, one := range fields {
		value, ok := values[one.name]
		if !ok || reflect.TypeOf(value) != target.FieldByIndex(one.index).Type() {
			return false
		}
	}
	for _, one := range fields {
		target.FieldByIndex(one.index).Set(reflect.ValueOf(values[one.name]))
	}
	return true
}

// object is a struct as a Terraform value. It tells false when it is none of the
// type.
func object(ctx context.Context, typ tftypes.Object, from any) (tftypes.Value, bool) {
	source := reflect.ValueOf(from)
	if source.Kind() == reflect.Pointer {
		source = source.Elem()
	}
	if !source.IsValid() {
		return tftypes.Value{}, false
	}
	fields := fieldsOf(source.Type())
	if len(fields) == 0 || len(fields) != len(typ.AttributeTypes) {
		return tftypes.Value{}, false
	}
	values := make(map[string]tftypes.Value, len(fields))
	for _, one := range fields {
		value, ok := source.FieldByIndex(one.index).Interface().(attr.Value)
		if !ok {
			return tftypes.Value{}, false
		}
		converted, err := value.ToTerraformValue(ctx)
		if err != nil {
			return tftypes.Value{}, false
		}
		values[one.name] = converted
	}
	if tftypes.ValidateValue(typ, values) != nil {
		return tftypes.Value{}, false
	}
	return tftypes.NewValue(typ, values), true
}
