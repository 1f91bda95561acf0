package scp

// JSON of the services, read with the tolerances of NOTES section 9: the API's structs are
// decoded directly, and the functions here accept the other forms in which a string, an
// integer, a boolean or an amount may be sent.

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/shopspring/decimal"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/money"
)

// errEmpty is a response without a body.
var errEmpty = errors.New("the response is empty")

// errNoObject is a JSON response without the object that was requested.
var errNoObject = &shapeError{"the response does not contain the object"}

// unreadableError is a response that is not JSON, or cut short. Another attempt may succeed.
type unreadableError struct{ problem string }

func (e *unreadableError) Error() string { return e.problem }

// shapeError is a JSON response with an unexpected structure.
type shapeError struct{ problem string }

func (e *shapeError) Error() string { return e.problem }

func shapeErrorf(format string, args ...any) error {
	return &shapeError{fmt.Sprintf(format, args...)}
}

// tolerant are the options that every response is read with.
var tolerant = json.JoinOptions(
	jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true),
	json.WithUnmarshalers(json.JoinUnmarshalers(
		scalar("0tf", func(text string) (string, bool) { return text, true }),
		scalar(`0"`, parseWhole),
		scalar(`"`, parseBoolean),
		// Examples print a zero for an amount or for all four sums (a guess), and an id alone for
		// an operating system or a service (NOTES section 9).
		scalar(`0"`, parseZero),
		scalar(`0"`, func(text string) (CoverageAmount, bool) {
			zero, ok := parseZero(text)
			return CoverageAmount{&zero, &zero, &zero, &zero}, ok
		}),
		scalar(`"`, func(id string) (OSType, bool) { return OSType{OSTypeID: &id}, true }),
		scalar(`"`, func(id string) (ServiceType, bool) { return ServiceType{ServiceID: &id}, true }),
		json.UnmarshalFromFunc(readWithoutNulls[string]), json.UnmarshalFromFunc(readWithoutNulls[int64]),
		json.UnmarshalFromFunc(readAmount), json.UnmarshalFromFunc(readDescription),
		json.UnmarshalFromFunc(readBudget), json.UnmarshalFromFunc(readPlannedCompute),
	)),
)

// scalar reads a T from a scalar of one of the kinds, which are those of jsontext.
func scalar[T any](kinds string, parse func(text string) (T, bool)) *json.Unmarshalers {
	return json.UnmarshalFromFunc(func(dec *jsontext.Decoder, to *T) error {
		if !strings.ContainsRune(kinds, rune(dec.PeekKind())) {
			return byDefault
		}
		token, err := dec.ReadToken()
		if err != nil {
			return err
		}
		value, ok := parse(token.String())
		if !ok {
			return &json.SemanticError{JSONPointer: dec.StackPointer(), GoType: reflect.TypeFor[T]()}
		}
		*to = value
		return nil
	})
}

func parseBoolean(text string) (value, ok bool) {
	switch strings.ToUpper(text) {
	case "TRUE", "Y", "YES":
		return true, true
	case "FALSE", "N", "NO":
		return false, true
	default:
		return false, false
	}
}

// parseZero reads an amount of zero, in both currencies.
func parseZero(text string) (zero Amount, ok bool) {
	n, ok := parseWhole(text)
	return Amount{KRW: &text, USD: &text}, ok && n == 0
}

// byDefault is what a function of tolerant returns for a value that needs no tolerance.
var byDefault = errors.ErrUnsupported

// decodeJSON decodes a whole response into what a pointer points to, and resets it first. Its
// errors are errEmpty, *unreadableError and *shapeError.
func decodeJSON(body []byte, into any) error { return decodeField(body, into, "") }

// decodeField is decodeJSON for the value of a field, whose name errors put in front.
func decodeField(body []byte, into any, name string) error {
	reflect.ValueOf(into).Elem().SetZero()
	body = bytes.TrimSpace(body)
	if len(body) == 0 {
		return errEmpty
	}
	err := json.Unmarshal(body, into, tolerant)
	if err == nil {
		return nil
	}
	var mismatch *json.SemanticError
	if !errors.As(err, &mismatch) || !jsontext.Value(body).IsValid(tolerant) {
		return &unreadableError{"the response is not JSON, or cut short: " + describeBody(body)}
	}
	field := fieldName(name, mismatch.JSONPointer)
	if errors.Is(err, errMissing) {
		return shapeErrorf("%s is missing", field)
	}
	value := []byte(mismatch.JSONValue)
	if value == nil {
		value = body[min(mismatch.ByteOffset, int64(len(body))):]
	}
	return shapeErrorf("%s %s: %s", field, expected(mismatch), quoteClean(string(value[:min(len(value), 200)]), 40))
}

// fieldName is the path of a value within a field, without indexes of lists.
func fieldName(field string, pointer jsontext.Pointer) string {
	var names []string
	if field != "" {
		names = append(names, field)
	}
	for name := range pointer.Tokens() {
		if _, err := strconv.Atoi(name); err != nil {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return "the response"
	}
	return cleanString(strings.Join(names, "."), maxWord)
}

// Causes of errors that say more than the type of a value.
var (
	errNotDecimal = errors.New("is not a decimal number")
	errMissing    = errors.New("is missing")
)

// expected says what a value should have been.
func expected(mismatch *json.SemanticError) string {
	if errors.Is(mismatch, errNotDecimal) {
		return errNotDecimal.Error()
	}
	want := mismatch.GoType
	for want.Kind() == reflect.Pointer {
		want = want.Elem()
	}
	return "is not " + cmp.Or(kindNames[want.Kind()], "an object")
}

var kindNames = map[reflect.Kind]string{
	reflect.String: "a string", reflect.Int64: "a 64-bit integer", reflect.Bool: "a boolean", reflect.Slice: "a list",
}

// readWithoutNulls reads a list and omits its nulls; nil is null.
func readWithoutNulls[T any](dec *jsontext.Decoder, to *[]T) error {
	var entries []*T
	if err := json.UnmarshalDecode(dec, &entries); err != nil || entries == nil {
		*to = nil
		return err
	}
	*to = make([]T, 0, len(entries))
	for _, entry := range entries {
		if entry != nil {
			*to = append(*to, *entry)
		}
	}
	return nil
}

// readAmount reads an amount.
func readAmount(dec *jsontext.Decoder, to *Amount) error {
	type plain Amount // without this function
	if err := json.UnmarshalDecode(dec, (*plain)(to)); err != nil {
		return err
	}
	if err := checkDecimal(dec, "/krw", to.KRW); err != nil {
		return err
	}
	return checkDecimal(dec, "/usd", to.USD)
}

// checkDecimal rejects a string that is not an exact decimal. field is its path within the
// last value read.
func checkDecimal(dec *jsontext.Decoder, field jsontext.Pointer, text *string) error {
	if text == nil || money.Valid(*text) {
		return nil
	}
	value := jsontext.Value(*text)
	return &json.SemanticError{JSONPointer: dec.StackPointer() + field, JSONValue: append(value, ' '), GoType: reflect.TypeFor[string](), Err: errNotDecimal}
}

// JoinedString is a string; a list is joined with commas.
type JoinedString string

// UnmarshalJSONFrom reads a string or a list.
func (s *JoinedString) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '[' {
		return json.UnmarshalDecode(dec, (*string)(s))
	}
	var entries []string
	err := json.UnmarshalDecode(dec, &entries)
	*s = JoinedString(strings.Join(entries, ","))
	return err
}

// StringOrJSON is a string; an object or a list is kept as JSON without spaces.
type StringOrJSON string

// UnmarshalJSONFrom reads any value.
func (s *StringOrJSON) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if kind := dec.PeekKind(); kind != '{' && kind != '[' {
		return json.UnmarshalDecode(dec, (*string)(s))
	}
	value, err := dec.ReadValue()
	if err != nil {
		return err
	}
	value = value.Clone()
	err = value.Compact(tolerant)
	*s = StringOrJSON(value)
	return err
}

// readDescription reads an object of strings. A plain string is kept under the key
// "description", an empty one as an empty map; nulls are omitted.
func readDescription(dec *jsontext.Decoder, to *map[string]string) error {
	switch dec.PeekKind() {
	case '{':
		var fields map[string]*StringOrJSON
		err := json.UnmarshalDecode(dec, &fields)
		*to = make(map[string]string, len(fields))
		for key, value := range fields {
			if value != nil {
				(*to)[key] = string(*value)
			}
		}
		return err
	case '"', '0', 't', 'f':
		var text string
		err := json.UnmarshalDecode(dec, &text)
		*to = map[string]string{}
		if text != "" {
			(*to)["description"] = text
		}
		return err
	default:
		return byDefault
	}
}

// listPage is a page of a list in a response. size is the size of a page; nil if not returned.
type listPage[T any] struct {
	Page[T]

	size  *int64
	links []link
}

// decodePage reads a page whose list has a name. An empty list may be missing or null, but
// only if the response has a count and it is 0.
func decodePage[T any](body []byte, name string) (page listPage[T], err error) {
	var response struct {
		Count      *int64                    `json:"count"`
		TotalCount *int64                    `json:"total_count"`
		Size       *int64                    `json:"size"`
		Timezone   *string                   `json:"timezone"`
		Links      []link                    `json:"links"`
		Others     map[string]jsontext.Value `json:",embed"`
	}
	if err := decodeJSON(body, &response); err != nil {
		return page, err
	}
	page.Count, page.size = cmp.Or(response.Count, response.TotalCount), response.Size
	page.Timezone, page.links = response.Timezone, response.Links
	list := response.Others[name]
	if (list == nil || list.Kind() == 'n') && (page.Count == nil || *page.Count != 0) {
		return page, shapeErrorf("%s is missing", name)
	}
	page.Rows, err = decodeRows[T](list, name)
	return page, err
}

// decodeList reads the named list, which may be null, from a response without pages.
func decodeList[T any](body []byte, name string, required bool) ([]T, error) {
	var fields map[string]jsontext.Value
	if err := decodeJSON(body, &fields); err != nil {
		return nil, err
	}
	if fields[name] == nil && required {
		return nil, shapeErrorf("%s is missing", name)
	}
	return decodeRows[T](fields[name], name)
}

// decodeSome reads a list that has at least one row.
func decodeSome[T any](body []byte, name string) ([]T, error) {
	rows, err := decodeList[T](body, name, true)
	if err == nil && len(rows) == 0 {
		err = shapeErrorf("%s is empty", name)
	}
	return rows, err
}

// decodeRows reads a list of objects; nil is an empty list. Unlike strings in a list, objects
// must not be null.
func decodeRows[T any](list jsontext.Value, name string) ([]T, error) {
	if list == nil {
		return nil, nil
	}
	var entries []*T
	if err := decodeField(list, &entries, name); err != nil {
		return nil, err
	}
	rows := make([]T, 0, len(entries))
	for _, entry := range entries {
		if entry == nil {
			return nil, shapeErrorf("%s is not an object: \"null\"", name)
		}
		rows = append(rows, *entry)
	}
	return rows, nil
}

// maxDigits bounds the strings that are read as numbers.
const maxDigits = 128

// parseWhole reads a number that is exactly an integer of at most 64 bits.
func parseWhole(text string) (int64, bool) {
	if n, err := strconv.ParseInt(text, 10, 64); err == nil {
		return n, true
	}
	if !money.Valid(text) {
		return 0, false
	}
	d, err := decimal.NewFromString(text)
	// The library would build a number with as many digits as the exponent says.
	if err != nil || d.Exponent() > 18 || d.Exponent() < -maxDigits || !d.IsInteger() {
		return 0, false
	}
	n := d.BigInt()
	return n.Int64(), n.IsInt64()
}
