package scp

// Error bodies: the service's, and the two of the gateway (NOTES section 4).

import (
	"bytes"
	"cmp"
	"fmt"
	"net/http"
	"regexp"
	"strings"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Length limits for strings from an error body.
const (
	maxDetail = 800
	maxWord   = 120
)

// readErrorBody fills e, whose StatusCode is set, from the body of a response
// that is not a success.
func readErrorBody(e *Error, body []byte) {
	e.Kind = KindResponse
	body = bytes.TrimSpace(body)
	if e.StatusCode == http.StatusExpectationFailed && len(body) > 0 && body[0] == '<' {
		// The platform's front end rejects many calls in a short time with such a page (NOTES
		// section 4).
		e.Outcome, e.retryable, e.throttled = OutcomeRefused, true, true
		e.Detail = "too many requests: rejected before they reached the service, with " + describeBody(body)
		return
	}
	if len(body) == 0 {
		e.Detail = "the response has an empty body"
		return
	}
	if body[0] == '[' {
		// The SDKs expect a bare list of problems with 400. It has never been observed.
		if entries := entriesOf(body); e.StatusCode == http.StatusBadRequest && len(entries) > 0 {
			e.Kind = KindService
			e.Detail = cleanString(joinDetails(renderEntries(entries)), maxDetail)
			return
		}
		e.Detail = "the response is a list, not an error body"
		return
	}
	var fields struct {
		Errors    jsontext.Value `json:"errors"`
		Status    word           `json:"status"`
		Name      word           `json:"name"`
		Message   word           `json:"message"`
		Timestamp word           `json:"timestamp"`
		Path      word           `json:"path"`
		Error     word           `json:"error"`
		RequestID word           `json:"requestId"`
	}
	if err := json.Unmarshal(body, &fields, lenient); err != nil {
		e.Detail = "the response is not JSON: " + describeBody(body)
		return
	}
	switch {
	// The gateway's route error first: some gateways add their own errors to it, and a 404 of
	// the gateway must not be taken for the service's.
	case fields.Path != "" && fields.Timestamp != "":
		e.Kind = KindGateway
		e.Code, e.Detail, e.RequestID = fields.Error.clean(maxWord), fields.Message.clean(maxDetail), fields.RequestID.clean(maxWord)
		if e.StatusCode == http.StatusNotFound {
			path, _, _ := strings.Cut(string(fields.Path), "?")
			e.Detail = "no such route: " + cleanString(path, maxWord)
		}
	case readServiceErrors(e, fields.Errors):
		e.Kind = KindService
	case fields.Name != "" || fields.Message != "":
		e.Kind = KindGateway
		e.Code, e.Title, e.Detail = fields.Status.clean(maxWord), fields.Name.clean(maxWord), fields.Message.clean(maxDetail)
	default:
		e.Detail = "the response is JSON, but not a known error body"
	}
}

// lenient are the options that error bodies are read with.
var lenient = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// word is a string, or a number or boolean as a string; "" is anything else.
type word string

// UnmarshalJSONFrom reads any value.
func (w *word) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	switch dec.PeekKind() {
	case '{', '[', 'n':
		*w = ""
		return dec.SkipValue()
	default:
		token, err := dec.ReadToken()
		*w = word(token.String())
		return err
	}
}

// clean returns the word on one line, truncated.
func (w word) clean(max int) string { return cleanString(string(w), max) }

// wordOf reads a value as a word.
func wordOf(raw jsontext.Value) (w word) {
	_ = json.Unmarshal(raw, &w, lenient) // What cannot be read is "".
	return w
}

// entriesOf reads a list; nil is anything else.
func entriesOf(raw jsontext.Value) []jsontext.Value {
	var entries []jsontext.Value
	if json.Unmarshal(raw, &entries, lenient) != nil {
		return nil
	}
	return entries
}

// readServiceErrors fills e from the errors of a service's body. It reports whether at least
// one of them said something.
func readServiceErrors(e *Error, raw jsontext.Value) bool {
	var details []string
	found := false
	for _, item := range entriesOf(raw) {
		var entry struct {
			Code            word           `json:"code"`
			Title           word           `json:"title"`
			Detail          jsontext.Value `json:"detail"`
			RequestID       word           `json:"request_id"`
			GlobalRequestID word           `json:"global_request_id"`
			Response        jsontext.Value `json:"response"`
		}
		if json.Unmarshal(item, &entry, lenient) != nil {
			continue
		}
		code, title, detail := entry.Code.clean(maxWord), entry.Title.clean(maxWord), renderDetail(entry.Detail)
		if code == "" && title == "" && detail == "" {
			continue
		}
		if !found {
			found = true
			e.Code, e.Title = code, title
		} else if code != e.Code && code != "" {
			detail = strings.TrimSuffix(code+": "+detail, ": ")
		}
		e.RequestID = cmp.Or(e.RequestID, entry.RequestID.clean(maxWord))
		e.GlobalRequestID = cmp.Or(e.GlobalRequestID, entry.GlobalRequestID.clean(maxWord))
		if facts := renderFacts(entry.Response); facts != "" {
			detail = strings.TrimSpace(detail + " (" + facts + ")")
		}
		if detail != "" {
			details = append(details, detail)
		}
	}
	e.Detail = cleanString(joinDetails(details), maxDetail)
	return found
}

// renderDetail turns a detail into a readable string: a sentence stays as it is; a list, or a
// string that looks like a printed list, is joined entry by entry.
func renderDetail(raw jsontext.Value) string {
	if text := wordOf(raw); text != "" {
		if entries, ok := parsePrintedList(string(text)); ok {
			return joinDetails(entries)
		}
		return text.clean(maxDetail)
	}
	if entries := entriesOf(raw); entries != nil {
		return joinDetails(renderEntries(entries))
	}
	return renderEntry(raw)
}

func renderEntries(entries []jsontext.Value) []string {
	var lines []string
	for _, entry := range entries {
		if text := renderEntry(entry); text != "" {
			lines = append(lines, text)
		}
	}
	return lines
}

// renderEntry turns one entry of a list into a string. Problems of the form that
// the SDKs know become "place: message"; other objects stay JSON.
func renderEntry(raw jsontext.Value) string {
	if text := wordOf(raw); text != "" {
		return text.clean(maxDetail)
	}
	var problem struct {
		Loc jsontext.Value `json:"loc"`
		Msg word           `json:"msg"`
	}
	if json.Unmarshal(raw, &problem, lenient) == nil && problem.Msg != "" {
		var place []string
		for _, part := range entriesOf(problem.Loc) {
			place = append(place, string(wordOf(part)))
		}
		return cleanString(strings.TrimPrefix(strings.Join(place, ".")+": "+string(problem.Msg), ": "), maxDetail)
	}
	if kind := raw.Kind(); kind != '{' && kind != '[' || raw.Compact(lenient) != nil {
		return ""
	}
	return cleanString(string(raw), maxDetail)
}

// renderFacts lists the facts about a missing permission (NOTES section 4).
func renderFacts(raw jsontext.Value) string {
	var facts map[string]word
	if json.Unmarshal(raw, &facts, lenient) != nil {
		return ""
	}
	var lines []string
	for _, name := range []string{"action_name", "access_level", "message"} {
		if text := facts[name].clean(maxWord); text != "" {
			lines = append(lines, name+": "+text)
		}
	}
	return strings.Join(lines, ", ")
}

// joinDetails joins strings, each once, with the number of times it occurred.
func joinDetails(lines []string) string {
	counts := make(map[string]int, len(lines))
	var order []string
	for _, text := range lines {
		text = cleanString(text, maxDetail)
		if text == "" {
			continue
		}
		if counts[text] == 0 {
			order = append(order, text)
		}
		counts[text]++
	}
	for i, text := range order {
		if n := counts[text]; n > 1 {
			order[i] = fmt.Sprintf("%s (%d times)", text, n)
		}
	}
	return strings.Join(order, "; ")
}

// quoted is a string as Python prints it, printedList a list of such strings, and escaped
// a character behind a backslash.
const quoted = `(?s:'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")`

var (
	printedString = regexp.MustCompile(quoted)
	printedList   = regexp.MustCompile(`^\[\s*(?:` + quoted + `\s*,\s*)*(?:` + quoted + `)?\s*\]$`)
	escaped       = regexp.MustCompile(`\\(.)`)
)

// parsePrintedList reads a list such as ['Field required', "it's"]. ok is false for
// anything else.
func parsePrintedList(text string) (entries []string, ok bool) {
	text = strings.TrimSpace(text)
	if !printedList.MatchString(text) {
		return nil, false
	}
	for _, entry := range printedString.FindAllString(text, -1) {
		entry = strings.NewReplacer(`\n`, " ", `\r`, " ", `\t`, " ").Replace(entry[1 : len(entry)-1])
		entries = append(entries, escaped.ReplaceAllString(entry, "$1"))
	}
	return entries, true
}

var pageTitle = regexp.MustCompile(`(?is)<title>(.*?)</title>`)

// describeBody describes an unreadable body, and repeats only enough of it to recognise it.
func describeBody(body []byte) string {
	if body[0] == '<' {
		if title := pageTitle.FindSubmatch(body[:min(len(body), 4096)]); title != nil {
			return "a page with the title " + quoteClean(string(title[1]), maxWord)
		}
		return "a page without a title"
	}
	return fmt.Sprintf("%d bytes that begin with %s", len(body), quoteClean(string(body[:min(len(body), 400)]), 60))
}

func quoteClean(text string, max int) string { return `"` + cleanString(text, max) + `"` }
