package emulator

// Strict reading of JSON request bodies. A field is unset, null or a value; and a
// number is a whole JSON number, never a string.

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// object is a JSON object with its fields still unread. path is where it stands in
// the body, "" at the top.
type object struct {
	path   string
	fields map[string]json.RawMessage
	// strict refuses fields that the API does not know.
	strict bool
}

// parseObject reads a body that must be one JSON object without repeated fields.
func parseObject(body []byte, strict bool) (object, *text) {
	return parseObjectAt("", body, strict)
}

func parseObjectAt(path string, body []byte, strict bool) (object, *text) {
	o := object{path: path, fields: map[string]json.RawMessage{}, strict: strict}
	notJSON := &text{en: "The request body is not valid JSON.", ko: "요청 본문이 올바른 JSON이 아닙니다."}
	dec := json.NewDecoder(bytes.NewReader(body))
	open, err := dec.Token()
	if err != nil {
		return o, notJSON
	}
	if open != json.Delim('{') {
		if path != "" {
			return o, wrongType(path, "an object", "객체")
		}
		return o, &text{en: "The request body must be a JSON object.", ko: "요청 본문은 JSON 객체여야 합니다."}
	}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return o, notJSON
		}
		name, _ := key.(string)
		var raw json.RawMessage
		if err := dec.Decode(&raw); err != nil {
			return o, notJSON
		}
		if _, twice := o.fields[name]; twice {
			return o, &text{
				en: fmt.Sprintf("Field %q is given twice.", o.at(name)),
				ko: fmt.Sprintf("필드 %q이(가) 중복되었습니다.", o.at(name)),
			}
		}
		o.fields[name] = raw
	}
	if _, err := dec.Token(); err != nil {
		return o, notJSON
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return o, notJSON
	}
	return o, nil
}

// only refuses fields besides the allowed ones, where the options ask for it: the
// services tolerate what they do not know (NOTES section 4).
func (o object) only(allowed ...string) *text {
	if !o.strict {
		return nil
	}
	known := map[string]bool{}
	for _, a := range allowed {
		known[a] = true
	}
	for _, name := range sortedKeys(o.fields) {
		if !known[name] {
			return &text{
				en: fmt.Sprintf("Field %q is unknown.", o.at(name)),
				ko: fmt.Sprintf("알 수 없는 필드입니다: %q.", o.at(name)),
			}
		}
	}
	return nil
}

// has reports whether a field is there and not null.
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

// text reads a string; unset and null give "".
func (o object) text(name string) (string, *text) {
	var v string
	if !o.has(name) {
		return "", nil
	}
	if err := json.Unmarshal(o.fields[name], &v); err != nil {
		return "", wrongType(o.at(name), "a string", "문자열")
	}
	return v, nil
}

// bool reads a boolean; unset and null give def.
func (o object) bool(name string, def bool) (bool, *text) {
	if !o.has(name) {
		return def, nil
	}
	var v bool
	if err := json.Unmarshal(o.fields[name], &v); err != nil {
		return false, wrongType(o.at(name), "true or false", "true 또는 false")
	}
	return v, nil
}

// whole reads a 64-bit integer; unset and null give def.
func (o object) whole(name string, def int64) (int64, *text) {
	if !o.has(name) {
		return def, nil
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(o.fields[name])), 10, 64)
	if err != nil {
		return 0, wrongType(o.at(name), "a 64-bit integer", "64비트 정수")
	}
	return n, nil
}

// list reads a list; unset and null give nil, an empty list gives an empty one.
func (o object) list(name string) ([]json.RawMessage, *text) {
	if !o.has(name) {
		return nil, nil
	}
	var v []json.RawMessage
	if err := json.Unmarshal(o.fields[name], &v); err != nil {
		return nil, wrongType(o.at(name), "a list", "목록")
	}
	return v, nil
}

// stringsOf reads a list of strings.
func (o object) stringsOf(name string) ([]string, *text) {
	raw, bad := o.list(name)
	if bad != nil || raw == nil {
		return nil, bad
	}
	out := make([]string, len(raw))
	for i, r := range raw {
		if err := json.Unmarshal(r, &out[i]); err != nil || string(r) == "null" {
			return nil, wrongType(o.at(name), "a list of strings", "문자열 목록")
		}
	}
	return out, nil
}

// wholes reads a list of integers.
func (o object) wholes(name string) ([]int64, *text) {
	raw, bad := o.list(name)
	if bad != nil || raw == nil {
		return nil, bad
	}
	out := make([]int64, len(raw))
	for i, r := range raw {
		n, err := strconv.ParseInt(strings.TrimSpace(string(r)), 10, 64)
		if err != nil {
			return nil, wrongType(o.at(name), "a list of integers", "정수 목록")
		}
		out[i] = n
	}
	return out, nil
}

// object reads an object; the second result is false for unset and null.
func (o object) object(name string) (object, bool, *text) {
	if !o.has(name) {
		return object{}, false, nil
	}
	inner, bad := parseObjectAt(o.at(name), o.fields[name], o.strict)
	return inner, bad == nil, bad
}

func wrongType(field, en, ko string) *text {
	return &text{
		en: fmt.Sprintf("%s must be %s.", field, en),
		ko: fmt.Sprintf("%s은(는) %s이어야 합니다.", field, ko),
	}
}
