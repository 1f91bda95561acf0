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
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Object is one object of a state, as far as it could be read.
type Object map[string]any

// From reads the source of a move. ok is false when the source is of none of the types.
// Its provider may have any address: there are mirrors, forks under another namespace, and
// states that terraform state replace-provider gave to this provider.
func From(req resource.MoveStateRequest, types ...string) (o Object, ok bool) {
	for _, name := range types {
		if req.SourceTypeName == name {
			return read(req), true
		}
	}
	return nil, false
}

// read decodes the raw state; what is not an object gives an empty one.
func read(req resource.MoveStateRequest) Object {
	o := Object{}
	raw := req.SourceRawState
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

// nested is the object below a name; an empty one when there is none. A list of
// exactly one object counts as that object.
func (o Object) nested(name string) Object {
	switch value := o[name].(type) {
	case map[string]any:
		return value
	case []any:
		if len(value) == 1 {
			if object, isObject := value[0].(map[string]any); isObject {
				return object
			}
		}
	}
	return Object{}
}

// ID finds the id: that of the resource, or else that of the nested object, under any of the
// names.
func (o Object) ID(nested string, names ...string) (id string, ok bool) {
	if id, ok = o.Text("id"); ok {
		return id, true
	}
	inner := o.nested(nested)
	for _, name := range names {
		if id, ok = inner.Text(name); ok {
			return id, true
		}
	}
	return "", false
}

// AddNoID reports a state without an id, without which a move is impossible. target is the
// resource type of this provider, lookUp the data source that lists ids.
func AddNoID(req resource.MoveStateRequest, resp *resource.MoveStateResponse, target, lookUp string) {
	resp.Diagnostics.AddError("The moved object has no ID",
		fmt.Sprintf("The state of this %s has no ID, so it is unknown which object it stands for. Nothing was changed.\n\n"+
			"Import the object instead: remove the moved block, run terraform state rm with the old address, find the ID (data source %s, or the console), and write\n\n"+
			"  import {\n    to = %s.NAME\n    id = \"ID\"\n  }", req.SourceTypeName, lookUp, target))
}
