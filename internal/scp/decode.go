package scp

// JSON of the services, read with the tolerances of NOTES section 9.
//
// The wire types never fail while the JSON is parsed: what does not fit is kept
// and reported afterwards, by a reader that knows the name of the field.

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/money"
)

// errEmpty is a response without a body.
var errEmpty = errors.New("the response is empty")

// errNoObject is a response that is JSON and lacks what was asked for.
var errNoObject = &shapeError{"the response does not hold the object"}

// unreadableError is a response that is not JSON, or cut short. Another attempt
// may go better.
type unreadableError struct{ problem string }

func (e *unreadableError) Error() string { return e.problem }

// shapeError is a response that is JSON of another shape than it should be.
type shapeError struct{ problem string }

func (e *shapeError) Error() string { return e.problem }

func shapeErrorf(format string, args ...any) error {
	return &shapeError{fmt.Sprintf(format, args...)}
}

// decodeJSON parses a whole answer.
func decodeJSON(body []byte, into any) error {
	body = bytes.TrimSpace(body)
	if len(body) == 0 {
		return errEmpty
	}
	err := json.Unmarshal(body, into)
	if err == nil {
		return nil
	}
	var kind *json.UnmarshalTypeError
	if errors.As(err, &kind) {
		where := kind.Field
		if where == "" {
			where = "the response"
		}
		return shapeErrorf("%s is %s, which is not what the API describes", cleanText(where, maxWord), aValue(kind.Value))
	}
	return &unreadableError{"the response is not JSON: " + describeBody(body)}
}

// aValue names a JSON value in the words of encoding/json, shortened.
func aValue(value string) string {
	word, _, _ := strings.Cut(value, " ")
	switch word {
	case "array":
		return "a list"
	case "object":
		return "an object"
	case "string":
		return "a string"
	case "bool":
		return "a boolean"
	default:
		return "a " + cleanText(word, 20)
	}
}

// wireValue is a JSON value kept as sent; nil is absent or null.
type wireValue []byte

func (v *wireValue) UnmarshalJSON(data []byte) error {
	*v = nil
	if string(data) != "null" {
		*v = slices.Clone(data)
	}
	return nil
}

// wireList is a list of objects. Null is an empty list, absent is not.
type wireList[T any] struct {
	present, null bool
	rows          []T
}

func (l *wireList[T]) UnmarshalJSON(data []byte) error {
	l.present, l.null, l.rows = true, string(data) == "null", nil
	return json.Unmarshal(data, &l.rows)
}

// missing reports whether a page lacks its rows. An empty list may be sent as
// null, but not while the count says that there are rows, or says nothing.
func (l *wireList[T]) missing(count *int64) bool {
	return !l.present || l.null && (count == nil || *count != 0)
}

// show repeats a value in an error.
func (v wireValue) show() string { return quoteClean(string(v), 40) }

// reader turns wire values into Go values and keeps the first problem.
type reader struct{ err error }

func (r *reader) fail(name, format string, args ...any) {
	if r.err == nil {
		r.err = shapeErrorf("%s %s", name, fmt.Sprintf(format, args...))
	}
}

// text reads a string; numbers and booleans count as their text.
func (r *reader) text(name string, v wireValue) *string {
	if v == nil {
		return nil
	}
	switch v[0] {
	case '"':
		var text string
		if json.Unmarshal(v, &text) != nil {
			r.fail(name, "is not a string: %s", v.show())
			return nil
		}
		return &text
	case '{', '[':
		r.fail(name, "is not a string: %s", v.show())
		return nil
	default:
		text := string(v)
		return &text
	}
}

// required reads a string that must be there.
func (r *reader) required(name string, v wireValue) string {
	text := r.text(name, v)
	if text == nil || *text == "" {
		r.fail(name, "is missing")
		return ""
	}
	return *text
}

// texts reads a list of texts; nil is null or absent. Null entries are left
// out.
func (r *reader) texts(name string, v wireValue) []string { return readList(r, name, v, r.text) }

// readList reads a list entry by entry; nil is null or absent. Entries without a
// value are omitted.
func readList[T any](r *reader, name string, v wireValue, read func(name string, v wireValue) *T) []T {
	if v == nil {
		return nil
	}
	var entries []wireValue
	if json.Unmarshal(v, &entries) != nil {
		r.fail(name, "is not a list: %s", v.show())
		return nil
	}
	values := make([]T, 0, len(entries))
	for _, entry := range entries {
		if value := read(name, entry); value != nil {
			values = append(values, *value)
		}
	}
	return values
}

// whole reads an integer, also from a string or with a fraction of zeros.
func (r *reader) whole(name string, v wireValue) *int64 {
	text := r.text(name, v)
	if text == nil {
		return nil
	}
	n, ok := parseWhole(*text)
	if !ok {
		r.fail(name, "is not a 64-bit integer: %s", quoteClean(*text, 40))
		return nil
	}
	return &n
}

// wholes reads a list of integers; nil is null or absent.
func (r *reader) wholes(name string, v wireValue) []int64 { return readList(r, name, v, r.whole) }

// boolean reads true and false, also as texts or as Y and N.
func (r *reader) boolean(name string, v wireValue) *bool {
	text := r.text(name, v)
	if text == nil {
		return nil
	}
	var value bool
	switch strings.ToUpper(*text) {
	case "TRUE", "Y", "YES":
		value = true
	case "FALSE", "N", "NO":
	default:
		r.fail(name, "is no boolean: %s", quoteClean(*text, 40))
		return nil
	}
	return &value
}

// decimal reads an exact decimal and keeps its text.
func (r *reader) decimal(name string, v wireValue) *string {
	text := r.text(name, v)
	if text == nil {
		return nil
	}
	if !money.Valid(*text) {
		r.fail(name, "is not a decimal number: %s", quoteClean(*text, 40))
		return nil
	}
	return text
}

// amount reads an amount.
func (r *reader) amount(name string, v wireValue) *Amount {
	if v == nil {
		return nil
	}
	if v[0] != '{' {
		r.fail(name, "is no amount: %s", v.show())
		return nil
	}
	var fields struct {
		KRW wireValue `json:"krw"`
		USD wireValue `json:"usd"`
	}
	r.object(name, v, &fields)
	return &Amount{KRW: r.decimal(name+".krw", fields.KRW), USD: r.decimal(name+".usd", fields.USD)}
}

// amountOrZero is amount for a place where an example prints a plain 0.
func (r *reader) amountOrZero(name string, v wireValue) *Amount {
	if zero := r.plainZero(name, v); zero != nil {
		return zero
	}
	return r.amount(name, v)
}

// plainZero reads a zero that stands where an object should, as a number or a
// text; nil is anything else.
func (r *reader) plainZero(name string, v wireValue) *Amount {
	if v == nil || v[0] == '{' {
		return nil
	}
	text := deref(r.text(name, v))
	if n, ok := parseWhole(text); !ok || n != 0 {
		return nil
	}
	return &Amount{KRW: &text, USD: &text}
}

// object reads an object into a struct of wire values.
func (r *reader) object(name string, v wireValue, into any) {
	if json.Unmarshal(v, into) != nil {
		r.fail(name, "is not an object: %s", v.show())
	}
}

// textMap reads an object of texts; nil is null or absent. A plain text is
// kept under the key "description", an empty one as an empty map. Values that
// are no texts are kept as JSON; nulls are omitted.
func (r *reader) textMap(name string, v wireValue) map[string]string {
	if v == nil {
		return nil
	}
	if v[0] != '{' {
		text := r.text(name, v)
		if text == nil {
			return nil
		}
		if *text == "" {
			return map[string]string{}
		}
		return map[string]string{"description": *text}
	}
	var fields map[string]wireValue
	r.object(name, v, &fields)
	texts := make(map[string]string, len(fields))
	for key, value := range fields {
		if text := r.textOrJSON(name+"."+cleanText(key, 40), value); text != nil {
			texts[key] = *text
		}
	}
	return texts
}

// textOrJSON reads a string, or keeps a list or an object as JSON.
func (r *reader) textOrJSON(name string, v wireValue) *string {
	if v == nil || v[0] != '{' && v[0] != '[' {
		return r.text(name, v)
	}
	text := compactJSON(v)
	return &text
}

// yesNo reads Y and N; a boolean counts as them, other texts stay as they are.
func (r *reader) yesNo(name string, v wireValue) *string {
	text := r.text(name, v)
	if text == nil || v[0] == '"' {
		return text
	}
	switch *text {
	case "true":
		*text = "Y"
	case "false":
		*text = "N"
	}
	return text
}

// compactJSON is JSON without insignificant spaces.
func compactJSON(v wireValue) string {
	var b bytes.Buffer
	if json.Compact(&b, v) != nil {
		return ""
	}
	return b.String()
}

// maxDigits bounds the texts that are read as numbers.
const maxDigits = 128

// isPlainDecimal is the form that the contract describes, ^-?\d+(\.\d+)?$.
func isPlainDecimal(text string) bool {
	text = strings.TrimPrefix(text, "-")
	before, digits := true, 0
	for i := range len(text) {
		switch {
		case isDigit(text[i]):
			digits++
		case text[i] == '.' && before && digits > 0:
			before, digits = false, 0
		default:
			return false
		}
	}
	return digits > 0
}

func isDigit(b byte) bool { return '0' <= b && b <= '9' }

// parseWhole reads a number that is exactly whole and fits 64 bits.
func parseWhole(text string) (int64, bool) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, true
	}
	if !money.Valid(text) {
		return 0, false
	}
	d, err := decimal.NewFromString(text)
	// The library would make a number of as many digits as the exponent says.
	if err != nil || d.Exponent() > 18 || d.Exponent() < -maxDigits || !d.IsInteger() {
		return 0, false
	}
	n := d.BigInt()
	return n.Int64(), n.IsInt64()
}

// settleID fills a missing id with the one that was asked for. A response about
// another object, from a cache perhaps, must never take its place.
func settleID(answered *string, asked string) error {
	if *answered == "" {
		*answered = asked
	}
	if !sameID(*answered, asked) {
		return shapeErrorf("it is about another object, %s", cleanText(*answered, maxWord))
	}
	return nil
}

// sameID compares two ids, which may lack their hyphens (NOTES section 5).
func sameID(a, b string) bool {
	return strings.EqualFold(strings.ReplaceAll(a, "-", ""), strings.ReplaceAll(b, "-", ""))
}
