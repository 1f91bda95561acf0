// Package officialstate reads what the vendor's own provider,
// SamsungSDSCloud/samsungcloudplatformv2, left in a state, for moved blocks.
//
// The shapes of its versions 1.0 to 4.2 differ (public documents and sources of that
// provider): arguments come and go, top-level arguments may be null after an import, and the
// real values are in a nested computed object. So nothing is decoded into a fixed type,
// nothing unexpected is an error, and only what is certain is used; the refresh that follows a
// move fills in the rest.
package officialstate

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Mover takes over objects of the official provider.
type Mover struct {
	// Types are its resource types.
	Types []string
	// Nested is the object in a state that has the id if the resource itself has none, and IDs
	// are the names that it may have there.
	Nested string
	IDs    []string
	// Target is the resource type of this provider, and LookUp the data source that lists ids.
	Target, LookUp string
	// Attributes returns what is copied besides the id, by name; nil is nothing.
	Attributes func(o Object) map[string]any
}

// Movers is the mover in the form of the framework.
func (m Mover) Movers() []resource.StateMover { return []resource.StateMover{{StateMover: m.move}} }

// move ignores a source of any other type. The source's provider may have any address: there
// are mirrors, forks under another namespace, and states that terraform state replace-provider
// gave to this provider.
func (m Mover) move(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
	if !slices.Contains(m.Types, req.SourceTypeName) {
		return
	}
	o := read(req.SourceRawState)
	id, ok := o.id(m.Nested, m.IDs)
	if !ok {
		resp.Diagnostics.AddError("The moved object has no ID",
			fmt.Sprintf("The state of this %s has no ID, so it is unknown which object it stands for. Nothing was changed.\n\n"+
				"Import the object instead: remove the moved block, run terraform state rm with the old address, find the ID (data source %s, or the console), and write\n\n"+
				"  import {\n    to = %s.NAME\n    id = \"ID\"\n  }", req.SourceTypeName, m.LookUp, m.Target))
		return
	}
	resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root("id"), id)...)
	resp.Diagnostics.Append(resp.TargetIdentity.SetAttribute(ctx, path.Root("id"), id)...)
	if m.Attributes != nil {
		for name, value := range m.Attributes(o) {
			resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root(name), value)...)
		}
	}
}

// Object is one object of a state, as far as it could be read.
type Object map[string]any

// read decodes the raw state; what is not an object gives an empty one.
func read(raw *tfprotov6.RawState) Object {
	o := Object{}
	switch {
	case raw == nil:
	case len(raw.JSON) > 0:
		decoder := json.NewDecoder(bytes.NewReader(raw.JSON))
		// A float would change long numbers.
		decoder.UseNumber()
		if err := decoder.Decode(&o); err != nil || o == nil {
			return Object{}
		}
	default:
		// The form of Terraform before 0.12, which a pulled and edited state may still have.
		for name, value := range raw.Flatmap {
			o[name] = value
		}
	}
	return o
}

// Text reads a string or a number. ok is false for null, empty strings and all other types.
func (o Object) Text(name string) (text string, ok bool) {
	switch value := o[name].(type) {
	case string:
		text = value
	case json.Number:
		text = value.String()
	}
	return text, strings.TrimSpace(text) != ""
}

// Strings reads a map of strings. ok is false for a map that contains anything else: a part of
// it would not be what the user wrote.
func (o Object) Strings(name string) (out map[string]string, ok bool) {
	values, isMap := o[name].(map[string]any)
	if !isMap {
		return nil, false
	}
	out = make(map[string]string, len(values))
	for key, value := range values {
		text, isString := value.(string)
		if !isString {
			return nil, false
		}
		out[key] = text
	}
	return out, true
}

// id finds the id: that of the resource, or else that of the nested object, under any of the
// names. A list of exactly one object counts as that object.
func (o Object) id(nested string, names []string) (id string, ok bool) {
	if id, ok = o.Text("id"); ok {
		return id, true
	}
	value := o[nested]
	if list, isList := value.([]any); isList && len(list) == 1 {
		value = list[0]
	}
	inner, _ := value.(map[string]any)
	for _, name := range names {
		if id, ok = Object(inner).Text(name); ok {
			return id, true
		}
	}
	return "", false
}
