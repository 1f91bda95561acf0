package tfkit

// Models filled from what the API sent.

import (
	"fmt"
	"math/big"
	"reflect"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/money"
)

// Amount is the model of an amount in both currencies, as exact decimal strings.
type Amount struct {
	KRW types.String `tfsdk:"krw"`
	USD types.String `tfsdk:"usd"`
}

// Fill sets the fields of a model, a pointer to a struct with tfsdk tags, from an API
// object, a pointer to a struct with json tags: each from the field of the same name. Null
// stays null, except that a list that is null is empty. Fields without a counterpart stay
// as they are.
func Fill(model, object any) {
	fillStruct(reflect.ValueOf(model).Elem(), reflect.ValueOf(object).Elem())
}

func fillStruct(model, object reflect.Value) {
	sent := map[string]reflect.Value{}
	for _, field := range reflect.VisibleFields(object.Type()) {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		sent[name] = object.FieldByIndex(field.Index)
	}
	for _, field := range reflect.VisibleFields(model.Type()) {
		name := field.Tag.Get("tfsdk")
		if value, ok := sent[name]; ok && name != "" {
			fillValue(model.FieldByIndex(field.Index), value)
		}
	}
}

// fillValue converts one value. Which pairs of types occur depends only on the structs, so a
// pair that is missing here fails the first test that fills the model.
func fillValue(to, from reflect.Value) {
	null := from.Kind() == reflect.Pointer && from.IsNil()
	switch to.Interface().(type) {
	case types.String:
		to.Set(reflect.ValueOf(types.StringPointerValue(pointer[string](from))))
		return
	case types.Bool:
		if from.Type() == reflect.TypeFor[*string]() {
			to.Set(reflect.ValueOf(YesNo(pointer[string](from))))
		} else {
			to.Set(reflect.ValueOf(types.BoolPointerValue(pointer[bool](from))))
		}
		return
	case types.Int64:
		to.Set(reflect.ValueOf(types.Int64PointerValue(pointer[int64](from))))
		return
	case Integer:
		to.Set(reflect.ValueOf(IntegerPointer(pointer[int64](from))))
		return
	case types.Number:
		to.Set(reflect.ValueOf(Number(pointer[string](from))))
		return
	case types.Map:
		strings, _ := from.Interface().(map[string]string)
		to.Set(reflect.ValueOf(stringMap(strings)))
		return
	}
	switch {
	case to.Kind() == reflect.Pointer && null:
		to.SetZero()
	case to.Kind() == reflect.Pointer:
		to.Set(reflect.New(to.Type().Elem()))
		fillStruct(to.Elem(), from.Elem())
	case to.Kind() == reflect.Slice && from.Kind() == reflect.Slice:
		to.Set(reflect.MakeSlice(to.Type(), from.Len(), from.Len()))
		for i := range from.Len() {
			fillValue(to.Index(i), from.Index(i))
		}
	case to.Kind() == reflect.Struct && from.Kind() == reflect.Struct:
		fillStruct(to, from)
	default:
		panic(fmt.Sprintf("tfkit: a %s cannot be filled from a %s", to.Type(), from.Type()))
	}
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

// Number reads a number that the service sends as a string; any other string becomes null.
func Number(text *string) types.Number {
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

// FillRows fills a list of models from the rows of a list.
func FillRows[M, R any](models *[]M, rows []R) {
	*models = make([]M, len(rows))
	for i := range rows {
		Fill(&(*models)[i], &rows[i])
	}
}
