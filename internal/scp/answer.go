package scp

// Error bodies: the service's, and the two of the gateway (NOTES section 4).

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// Limits of the words that are taken from an error body.
const (
	maxDetail = 800
	maxWord   = 120
	// maxEntries is how many different entries of a list are shown, and
	// maxRendered how many are looked at.
	maxEntries  = 20
	maxRendered = 500
)

// readErrorBody fills e, whose StatusCode is set, from the body of a response
// that is not a success.
func readErrorBody(e *Error, body []byte) {
	e.Kind = KindResponse
	body = bytes.TrimSpace(body)
	if e.StatusCode == http.StatusExpectationFailed && len(body) > 0 && body[0] == '<' {
		// What stands in front of the platform cuts off many calls in a short time
		// with such a page (NOTES section 4).
		e.Outcome, e.retryable, e.throttled = OutcomeRefused, true, true
		e.Detail = "too many requests: they were rejected in front of the service with " + describeBody(body)
		return
	}
	if len(body) == 0 {
		e.Detail = "the response has no body that would say why"
		return
	}
	if body[0] == '[' {
		// The SDKs expect a bare list of problems with 400. It was never seen.
		if entries := jsonList(body); e.StatusCode == http.StatusBadRequest && len(entries) > 0 {
			e.Kind = KindService
			e.Detail = cleanText(joinDetails(renderEntries(entries)), maxDetail)
			return
		}
		e.Detail = "the response is a list, not an error body"
		return
	}
	var fields struct {
		Errors    json.RawMessage `json:"errors"`
		Status    json.RawMessage `json:"status"`
		Name      json.RawMessage `json:"name"`
		Message   json.RawMessage `json:"message"`
		Timestamp json.RawMessage `json:"timestamp"`
		Path      json.RawMessage `json:"path"`
		Error     json.RawMessage `json:"error"`
		RequestID json.RawMessage `json:"requestId"`
	}
	if err := json.Unmarshal(body, &fields); err != nil {
		e.Detail = "the response is not JSON: " + describeBody(body)
		return
	}
	switch {
	// The gateway's route error first: some gateways add errors of their own
	// to it, and a 404 of the gateway must not pass for the service's.
	case jsonText(fields.Path) != "" && jsonText(fields.Timestamp) != "":
		e.Kind = KindGateway
		e.Code = cleanText(jsonText(fields.Error), maxWord)
		e.Detail = cleanText(jsonText(fields.Message), maxDetail)
		if e.StatusCode == http.StatusNotFound {
			e.Detail = "no such route: " + cleanText(withoutQuery(jsonText(fields.Path)), maxWord)
		}
		e.RequestID = cleanText(jsonText(fields.RequestID), maxWord)
	case readServiceErrors(e, fields.Errors):
		e.Kind = KindService
	case jsonText(fields.Name) != "" || jsonText(fields.Message) != "":
		e.Kind = KindGateway
		e.Code = cleanText(jsonText(fields.Status), maxWord)
		e.Title = cleanText(jsonText(fields.Name), maxWord)
		e.Detail = cleanText(jsonText(fields.Message), maxDetail)
	default:
		e.Detail = "the response is JSON, but no known error body"
	}
}

// readServiceErrors fills e from the errors of a service's body. It tells
// whether there was at least one with something to say.
func readServiceErrors(e *Error, raw json.RawMessage) bool {
	var details []string
	found := false
	for _, item := range jsonList(raw) {
		var entry struct {
			Code            json.RawMessage `json:"code"`
			Title           json.RawMessage `json:"title"`
			Detail          json.RawMessage `json:"detail"`
			RequestID       json.RawMessage `json:"request_id"`
			GlobalRequestID json.RawMessage `json:"global_request_id"`
			Response        json.RawMessage `json:"response"`
		}
		if json.Unmarshal(item, &entry) != nil {
			continue
		}
		code, title := cleanText(jsonText(entry.Code), maxWord), cleanText(jsonText(entry.Title), maxWord)
		detail := renderDetail(entry.Detail)
		if code == "" && title == "" && detail == "" {
			continue
		}
		if !found {
			found = true
			e.Code, e.Title = code, title
		} else if code != e.Code && code != "" {
			detail = strings.TrimSuffix(code+": "+detail, ": ")
		}
		if e.RequestID == "" {
			e.RequestID = cleanText(jsonText(entry.RequestID), maxWord)
		}
		if e.GlobalRequestID == "" {
			e.GlobalRequestID = cleanText(jsonText(entry.GlobalRequestID), maxWord)
		}
		if facts := renderFacts(entry.Response); facts != "" {
			detail = strings.TrimSpace(detail + " (" + facts + ")")
		}
		if detail != "" {
			details = append(details, detail)
		}
	}
	e.Detail = cleanText(joinDetails(details), maxDetail)
	return found
}

// renderDetail turns a detail into readable text: a sentence as it is, a string
// that looks like a printed list and a real list entry by entry.
func renderDetail(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		if entries, ok := parsePrintedList(text); ok {
			return joinDetails(entries)
		}
		return cleanText(text, maxDetail)
	}
	if entries := jsonList(raw); entries != nil {
		return joinDetails(renderEntries(entries))
	}
	return renderEntry(raw)
}

func renderEntries(entries []json.RawMessage) []string {
	entries = entries[:min(len(entries), maxRendered)]
	texts := make([]string, 0, len(entries))
	for _, entry := range entries {
		if text := renderEntry(entry); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// renderEntry turns one entry of a list into text. Problems of the form that
// the SDKs know become "place: message"; other objects stay JSON.
func renderEntry(raw json.RawMessage) string {
	if isNull(raw) {
		return ""
	}
	if text := jsonText(raw); text != "" {
		return cleanText(text, maxDetail)
	}
	var problem struct {
		Loc json.RawMessage `json:"loc"`
		Msg json.RawMessage `json:"msg"`
	}
	if json.Unmarshal(raw, &problem) == nil && jsonText(problem.Msg) != "" {
		var place []string
		for _, part := range jsonList(problem.Loc) {
			place = append(place, jsonText(part))
		}
		if len(place) == 0 {
			return cleanText(jsonText(problem.Msg), maxDetail)
		}
		return cleanText(strings.Join(place, ".")+": "+jsonText(problem.Msg), maxDetail)
	}
	var compact bytes.Buffer
	if json.Compact(&compact, raw) != nil || compact.String() == `""` {
		return ""
	}
	return cleanText(compact.String(), maxDetail)
}

// renderFacts names the facts of a refused permission (NOTES section 4).
func renderFacts(raw json.RawMessage) string {
	var facts map[string]json.RawMessage
	if json.Unmarshal(raw, &facts) != nil {
		return ""
	}
	var texts []string
	for _, name := range []string{"action_name", "access_level", "message"} {
		if text := cleanText(jsonText(facts[name]), maxWord); text != "" {
			texts = append(texts, name+": "+text)
		}
	}
	return strings.Join(texts, ", ")
}

// joinDetails joins texts, each once, with how often it came.
func joinDetails(texts []string) string {
	counts := make(map[string]int, len(texts))
	var order []string
	for _, text := range texts {
		text = cleanText(text, maxDetail)
		if text == "" {
			continue
		}
		if counts[text] == 0 {
			order = append(order, text)
		}
		counts[text]++
	}
	more := len(order) - maxEntries
	if more > 0 {
		order = order[:maxEntries]
	}
	for i, text := range order {
		if n := counts[text]; n > 1 {
			order[i] = fmt.Sprintf("%s (%d times)", text, n)
		}
	}
	if more > 0 {
		order = append(order, "and more")
	}
	return strings.Join(order, "; ")
}

// parsePrintedList reads a list of texts as Python prints it, such as
// ['Field required', "it's"]. ok is false for anything else.
func parsePrintedList(text string) (entries []string, ok bool) {
	text = strings.TrimSpace(text)
	if !strings.HasPrefix(text, "[") || !strings.HasSuffix(text, "]") || len(text) < 2 {
		return nil, false
	}
	rest := strings.TrimSpace(text[1 : len(text)-1])
	for rest != "" {
		quote := rest[0]
		if quote != '\'' && quote != '"' {
			return nil, false
		}
		var entry strings.Builder
		end := -1
		for i := 1; i < len(rest); i++ {
			if rest[i] == '\\' && i+1 < len(rest) {
				i++
				switch rest[i] {
				case 'n', 'r', 't':
					entry.WriteByte(' ')
				default:
					entry.WriteByte(rest[i])
				}
				continue
			}
			if rest[i] == quote {
				end = i
				break
			}
			entry.WriteByte(rest[i])
		}
		if end < 0 {
			return nil, false
		}
		entries = append(entries, entry.String())
		rest = strings.TrimSpace(rest[end+1:])
		if rest == "" {
			break
		}
		if rest[0] != ',' {
			return nil, false
		}
		rest = strings.TrimSpace(rest[1:])
	}
	return entries, true
}

// describeBody says what an unreadable body is, without repeating more of it
// than helps to recognise it.
func describeBody(body []byte) string {
	lower := bytes.ToLower(body[:min(len(body), 4096)])
	if body[0] == '<' {
		if start := bytes.Index(lower, []byte("<title>")); start >= 0 {
			start += len("<title>")
			if length := bytes.Index(lower[start:], []byte("</title>")); length >= 0 {
				return "a page with the title " + quoteClean(string(body[start:start+length]), maxWord)
			}
		}
		return "a page without a title"
	}
	return fmt.Sprintf("%d bytes that begin with %s", len(body), quoteClean(string(body[:min(len(body), 400)]), 60))
}

func quoteClean(text string, max int) string { return `"` + cleanText(text, max) + `"` }

// withoutQuery cuts the query off an address that a server repeats.
func withoutQuery(text string) string {
	text, _, _ = strings.Cut(text, "?")
	return text
}

func isNull(raw json.RawMessage) bool {
	raw = bytes.TrimSpace(raw)
	return len(raw) == 0 || string(raw) == "null"
}

// jsonText reads a string, or a number or boolean as its text; "" is anything
// else.
func jsonText(raw json.RawMessage) string {
	raw = bytes.TrimSpace(raw)
	if isNull(raw) || slices.Contains([]byte("[{"), raw[0]) {
		return ""
	}
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	return string(raw)
}

// jsonList reads a list; nil is anything else.
func jsonList(raw json.RawMessage) []json.RawMessage {
	var entries []json.RawMessage
	if json.Unmarshal(raw, &entries) != nil {
		return nil
	}
	return entries
}
