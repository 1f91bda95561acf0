package tfkit

// The arguments of data sources and of list blocks, read by name.

import (
	"context"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
)

// Arguments are the arguments of a configuration whose values are known. A list block without
// any may be null.
type Arguments struct {
	Config tfsdk.Config
	Diags  *diag.Diagnostics
}

// argument reads one argument; T is a pointer or a slice, and nil is null.
func argument[T any](a Arguments, name string) (value T) {
	if !a.Config.Raw.IsNull() {
		a.Diags.Append(a.Config.GetAttribute(context.Background(), path.Root(name), &value)...)
	}
	return value
}

// String returns a string; null is the empty string.
func (a Arguments) String(name string) string {
	if text := argument[*string](a, name); text != nil {
		return *text
	}
	return ""
}

// Bool returns a boolean; nil is null.
func (a Arguments) Bool(name string) *bool { return argument[*bool](a, name) }

// Integer returns an integer, or what it is by default.
func (a Arguments) Integer(name string, byDefault int64) int64 {
	if n := argument[*int64](a, name); n != nil {
		return *n
	}
	return byDefault
}

// Into sets the fields of a call's filter, which a pointer points to: each from the argument
// with the name of its query parameter, in the plural if the field has several values.
func (a Arguments) Into(filter any) {
	fields, attributes := reflect.ValueOf(filter).Elem(), a.Config.Schema.GetAttributes()
	for _, field := range reflect.VisibleFields(fields.Type()) {
		name := field.Tag.Get("query")
		if field.Type.Kind() == reflect.Slice {
			name = plural(name)
		}
		if attributes[name] == nil {
			continue
		}
		switch to := fields.FieldByIndex(field.Index).Addr().Interface().(type) {
		case *string:
			*to = a.String(name)
		case **bool:
			*to = a.Bool(name)
		case *[]string:
			*to = a.Strings(name, nil)
		}
	}
}

// plural returns the name of an argument with several values.
func plural(name string) string {
	switch {
	case strings.HasSuffix(name, "y"):
		return strings.TrimSuffix(name, "y") + "ies"
	case strings.HasSuffix(name, "s"):
		return name + "es"
	default:
		return name + "s"
	}
}

// Strings returns a set or list in a fixed order, so that the same configuration always sends
// the same request. Each value is included once, after spell has converted it to the form that
// the API takes; a nil spell leaves values unchanged. Null gives no values.
func (a Arguments) Strings(name string, spell func(string) string) []string {
	values := argument[[]string](a, name)
	if spell != nil {
		for i := range values {
			values[i] = spell(values[i])
		}
	}
	slices.Sort(values)
	return slices.Compact(values)
}
