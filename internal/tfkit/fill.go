package tfkit

// Values for Terraform from what the API sent.

import (
	"context"
	"fmt"
	"math/big"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/money"
)

// Fill sets the fields of a model, a pointer to a struct with tfsdk tags, from an API
// object, a pointer to a struct with json tags: each from the field of the same name. Null
// stays null. Fields without a counterpart stay as they are.
func Fill(model, object any) {
	fields, m := fieldsOf(reflect.ValueOf(object)), reflect.ValueOf(model).Elem()
	for _, field := range reflect.VisibleFields(m.Type()) {
		sent, ok := fields[field.Tag.Get("tfsdk")]
		if !ok {
			continue
		}
		to := m.FieldByIndex(field.Index)
		if known, ok := to.Interface().(attr.Value); ok {
			to.Set(reflect.ValueOf(valueOf(known.Type(context.Background()), sent)))
		}
	}
}

// FillUnknown sets the fields of a model that are unknown from another model of the same type.
func FillUnknown[M any](model *M, other M) {
	to, from := reflect.ValueOf(model).Elem(), reflect.ValueOf(other)
	for _, field := range reflect.VisibleFields(to.Type()) {
		if value, ok := to.FieldByIndex(field.Index).Interface().(attr.Value); ok && value.IsUnknown() {
			to.FieldByIndex(field.Index).Set(from.FieldByIndex(field.Index))
		}
	}
}

// ObjectOf converts an API object, a pointer to a struct with json tags, to the type of another
// object, which may be null.
func ObjectOf(like types.Object, object any) types.Object {
	converted, _ := valueOf(like.Type(context.Background()), reflect.ValueOf(object)).(types.Object)
	return converted
}

// fieldsOf returns the fields of an API object by their names in JSON.
func fieldsOf(object reflect.Value) map[string]reflect.Value {
	object = reflect.Indirect(object)
	fields := map[string]reflect.Value{}
	for _, field := range reflect.VisibleFields(object.Type()) {
		if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" {
			fields[name] = object.FieldByIndex(field.Index)
		}
	}
	return fields
}

// valueOf converts what the API sent to a type of the framework. Null stays null, except that
// a list that is null is empty. Which pairs of types occur depends only on the schemas and the
// API's structs, so a pair that is missing here fails the first test that needs it.
func valueOf(t attr.Type, sent reflect.Value) attr.Value {
	switch t := t.(type) {
	case basetypes.StringType:
		return types.StringPointerValue(pointer[string](sent))
	case basetypes.BoolType:
		if sent.Type() == reflect.TypeFor[*string]() {
			return YesNo(pointer[string](sent))
		}
		return types.BoolPointerValue(pointer[bool](sent))
	case basetypes.Int64Type:
		return types.Int64PointerValue(pointer[int64](sent))
	case basetypes.NumberType:
		switch sent.Type() {
		case reflect.TypeFor[int64](), reflect.TypeFor[*int64]():
			return Number(pointer[int64](sent))
		default:
			return parseNumber(pointer[string](sent))
		}
	case basetypes.MapType:
		strings, _ := sent.Interface().(map[string]string)
		return stringMap(strings)
	case basetypes.ListType:
		return types.ListValueMust(t.ElemType, elementsOf(t.ElemType, sent))
	case basetypes.SetType:
		return types.SetValueMust(t.ElemType, distinct(elementsOf(t.ElemType, sent)))
	case basetypes.ObjectType:
		if sent.Kind() == reflect.Pointer && sent.IsNil() {
			return types.ObjectNull(t.AttrTypes)
		}
		fields, attributes := fieldsOf(sent), map[string]attr.Value{}
		for name, of := range t.AttrTypes {
			attributes[name] = valueOf(of, fields[name])
		}
		return types.ObjectValueMust(t.AttrTypes, attributes)
	default:
		panic(fmt.Sprintf("tfkit: no %s is made from a %s", t, sent.Type()))
	}
}

func elementsOf(t attr.Type, list reflect.Value) []attr.Value {
	elements := make([]attr.Value, list.Len())
	for i := range elements {
		elements[i] = valueOf(t, list.Index(i))
	}
	return elements
}

// distinct keeps one of equal values: the framework rejects a set with duplicates.
func distinct(values []attr.Value) []attr.Value {
	kept := []attr.Value{}
	for _, value := range values {
		if !slices.ContainsFunc(kept, value.Equal) {
			kept = append(kept, value)
		}
	}
	return kept
}

// pointer returns a value, or a pointer to one, as a pointer to a T; nil is null.
func pointer[T any](from reflect.Value) *T {
	if from.Kind() == reflect.Pointer {
		if from.IsNil() {
			return nil
		}
		from = from.Elem()
	}
	value, _ := from.Convert(reflect.TypeFor[T]()).Interface().(T)
	return &value
}

// YesNo reads Y or N, or a boolean as a string; any other string becomes null.
func YesNo(text *string) types.Bool {
	switch {
	case text == nil:
		return types.BoolNull()
	case strings.EqualFold(*text, "Y"), strings.EqualFold(*text, "true"):
		return types.BoolValue(true)
	case strings.EqualFold(*text, "N"), strings.EqualFold(*text, "false"):
		return types.BoolValue(false)
	default:
		return types.BoolNull()
	}
}

// Number returns an integer as a number; nil is null.
func Number(n *int64) types.Number {
	if n == nil {
		return types.NumberNull()
	}
	return types.NumberValue(new(big.Float).SetInt64(*n))
}

// Int64 returns a number that is an integer; null and unknown are 0.
func Int64(n types.Number) (whole int64) {
	if n.ValueBigFloat() != nil {
		whole, _ = n.ValueBigFloat().Int64()
	}
	return whole
}

// parseNumber reads a number that the service sends as a string; any other string becomes null.
func parseNumber(text *string) types.Number {
	if text == nil || !money.Valid(*text) {
		return types.NumberNull()
	}
	value, _, err := big.ParseFloat(*text, 10, 512, big.ToNearestEven)
	if err != nil {
		return types.NumberNull()
	}
	return types.NumberValue(value)
}

// stringMap distinguishes null from empty.
func stringMap(strings map[string]string) types.Map {
	if strings == nil {
		return types.MapNull(types.StringType)
	}
	elements := make(map[string]attr.Value, len(strings))
	for key, value := range strings {
		elements[key] = types.StringValue(value)
	}
	return types.MapValueMust(types.StringType, elements)
}
