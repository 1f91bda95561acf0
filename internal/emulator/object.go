package emulator

// Strict reading of JSON request bodies. A field is unset, null or a value, and an integer is
// a JSON number, never a string.

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"slices"
)

// object is a JSON object whose fields have not been decoded. path is its position in the
// body, "" at the top. What is wrong with a field is a problem of the call; the field reads as
// unset then.
type object struct {
	c      *call
	path   string
	fields map[string]json.RawMessage
}

// parseObject reads a body, or the field at path, that must be one JSON object without
// repeated fields.
func (c *call) parseObject(path string, body []byte) object {
	o := object{c: c, path: path, fields: map[string]json.RawMessage{}}
	const notJSON = "The request body is not valid JSON."
	dec := json.NewDecoder(bytes.NewReader(body))
	open, err := dec.Token()
	switch {
	case err != nil:
		c.problem(notJSON)
		return o
	case open != json.Delim('{') && path != "":
		c.problem("%s must be an object.", path)
		return o
	case open != json.Delim('{'):
		c.problem("The request body must be a JSON object.")
		return o
	}
	for dec.More() {
		key, err := dec.Token()
		name, _ := key.(string)
		var raw json.RawMessage
		if err != nil || dec.Decode(&raw) != nil {
			c.problem(notJSON)
			return o
		}
		_, twice := o.fields[name]
		c.require(!twice, "Field %q is given twice.", o.at(name))
		o.fields[name] = raw
	}
	_, err = dec.Token() // the closing brace
	_, end := dec.Token()
	c.require(err == nil && errors.Is(end, io.EOF), notJSON)
	return o
}

// only rejects fields other than the allowed ones, if the options say so: the services ignore
// unknown fields (NOTES section 4).
func (o object) only(allowed ...string) {
	for _, name := range sortedKeys(o.fields) {
		o.c.require(!o.c.s.opt.Strict || slices.Contains(allowed, name), "Field %q is unknown.", o.at(name))
	}
}

// has reports whether a field is present and not null.
func (o object) has(name string) bool {
	raw, there := o.fields[name]
	return there && string(bytes.TrimSpace(raw)) != "null"
}

func (o object) at(name string) string {
	if o.path == "" {
		return name
	}
	return o.path + "." + name
}

// text reads a string; "" if unset or null.
func (o object) text(name string) string { return readField(o, name, "", "a string") }

// bool reads a boolean; def if unset or null.
func (o object) bool(name string, def bool) bool { return readField(o, name, def, "true or false") }

// whole reads a 64-bit integer; def if unset or null.
func (o object) whole(name string, def int64) int64 {
	return readField(o, name, def, "a 64-bit integer")
}

// list reads a list; nil if unset or null, and an empty list for an empty one.
func (o object) list(name string) []json.RawMessage {
	return readField[[]json.RawMessage](o, name, nil, "a list")
}

// stringsOf reads a list of strings.
func (o object) stringsOf(name string) []string { return listOf[string](o, name, "a list of strings") }

// wholes reads a list of integers.
func (o object) wholes(name string) []int64 { return listOf[int64](o, name, "a list of integers") }

// readField reads a field of any type; unset and null give def.
func readField[T any](o object, name string, def T, kind string) T {
	var v T
	if !o.has(name) {
		return def
	}
	if err := json.Unmarshal(o.fields[name], &v); err != nil {
		o.c.problem("%s must be %s.", o.at(name), kind)
		return def
	}
	return v
}

// listOf reads a list without nulls.
func listOf[T any](o object, name, kind string) []T {
	list := o.list(name)
	if list == nil {
		return nil
	}
	out := make([]T, len(list))
	for i, raw := range list {
		err := json.Unmarshal(raw, &out[i])
		o.c.require(err == nil && string(raw) != "null", "%s must be %s.", o.at(name), kind)
	}
	return out
}

// object reads an object; the second result is false for unset and null.
func (o object) object(name string) (object, bool) {
	if !o.has(name) {
		return object{c: o.c, path: o.at(name)}, false
	}
	return o.c.parseObject(o.at(name), o.fields[name]), true
}
