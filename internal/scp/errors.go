package scp

// The error of a call, and the questions that callers ask about it.

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// Kind is who failed.
type Kind string

// The kinds.
const (
	// KindService is a response of the service, with an errors body.
	KindService Kind = "service"
	// KindGateway is a response with a body of the gateway in front of the service: a
	// rejection (401), or a route that does not exist (404, also for requests without
	// credentials). With other statuses, the status says what it means.
	KindGateway Kind = "gateway"
	// KindTransport means that there was no response at all.
	KindTransport Kind = "transport"
	// KindResponse is a response that cannot be used: not JSON, cut short, too large, of an
	// unexpected structure, or without an id.
	KindResponse Kind = "response"
	// KindRedirect is a response that points elsewhere. It is never followed.
	KindRedirect Kind = "redirect"
	// KindVersion is a call for which the service and this client have no common API
	// version.
	KindVersion Kind = "version"
	// KindEndpoint is a service whose address is unknown, or whose address in the catalogue is
	// unusable. Err is the reason when the catalogue could not be read.
	KindEndpoint Kind = "endpoint"
)

// Outcome is what a failed call may have done. The zero value is the safe one.
type Outcome string

// The outcomes.
const (
	// OutcomeUnknown: a request was sent, and no clear response came.
	OutcomeUnknown Outcome = ""
	// OutcomeRefused: a clear response came, and nothing was done.
	OutcomeRefused Outcome = "refused"
	// OutcomeNotSent: no request reached the service.
	OutcomeNotSent Outcome = "not sent"
)

// Error is a call that failed.
type Error struct {
	Kind Kind
	// Operation is the API's name of the call, such as showAccountBudget.
	Operation string
	Method    string
	// Path is the path of the request as sent, without the query, and URL the whole
	// address; URL is "" when no host was known.
	Path, URL string
	// StatusCode is 0 when no response came.
	StatusCode int
	// Code, Title and Detail come from the service or the gateway, cleaned for display;
	// without them Detail says what went wrong.
	Code, Title, Detail        string
	RequestID, GlobalRequestID string
	// Outcome covers all attempts: it is OutcomeUnknown if the outcome of any attempt is
	// unknown, even if the last one was refused.
	Outcome Outcome
	// Attempts is the number of requests that were sent or attempted.
	Attempts int
	// RetryAfter is how long the service asked to wait, 0 when it did not.
	RetryAfter time.Duration
	// ClockSkew is the local clock minus the service's (its Date header), in
	// whole seconds; 0 also when no response came or the header was missing.
	ClockSkew time.Duration
	// ObjectID is the id of the object that a change created, if the response named it but was
	// otherwise unusable.
	ObjectID string
	// Err is the cause, when there is one.
	Err error

	// retryable reports whether another attempt may succeed, and throttled whether the request
	// was rejected by a rate limit.
	retryable, throttled bool
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Error describes the attempt and its result on one line.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Operation)
	if e.Method != "" {
		fmt.Fprintf(&b, " (%s %s)", e.Method, cleanString(cmp.Or(e.URL, e.Path), 300))
	}
	b.WriteString(": ")
	if e.StatusCode != 0 {
		fmt.Fprintf(&b, "status %d", e.StatusCode)
		if text := http.StatusText(e.StatusCode); text != "" && !sameWords(text, e.Code) {
			b.WriteString(" " + text)
		}
		switch e.Kind {
		case KindGateway:
			b.WriteString(" from the gateway")
		case KindRedirect:
			b.WriteString(", a redirect, which is not followed")
		default:
		}
		b.WriteString(": ")
	}
	words := slices.DeleteFunc([]string{e.Code, e.Title, e.Detail}, func(word string) bool { return word == "" })
	// Services repeat the code as the title.
	b.WriteString(cmp.Or(strings.Join(slices.Compact(words), ": "), "no error message"))

	var notes []string
	note := func(applies bool, text string) {
		if applies {
			notes = append(notes, text)
		}
	}
	// With KindEndpoint these belong to the catalogue's response, and are part of Detail.
	own := e.Kind != KindEndpoint
	note(own && e.RequestID != "", "request ID "+e.RequestID)
	note(own && e.GlobalRequestID != "" && e.GlobalRequestID != e.RequestID, "global request ID "+e.GlobalRequestID)
	note(own && e.Attempts > 1, fmt.Sprintf("%d attempts", e.Attempts))
	note(own && e.RetryAfter > 0, "the service asked for a wait of "+roundWait(e.RetryAfter).String())
	note(e.ObjectID != "", "object "+e.ObjectID)
	note(e.Changes() && e.Outcome == OutcomeUnknown, "it is unknown whether the request took effect")
	note(e.Changes() && e.Outcome == OutcomeNotSent, "the request did not reach the service")
	if len(notes) > 0 {
		b.WriteString(" [" + strings.Join(notes, "; ") + "]")
	}
	return b.String()
}

// sameWords reports whether a code only repeats the words of its status, as
// TOO_MANY_REQUESTS does.
func sameWords(status, code string) bool {
	return strings.EqualFold(strings.ReplaceAll(status, " ", ""), strings.NewReplacer(" ", "", "_", "").Replace(code))
}

// IsNotFound reports whether the service itself said, with an errors body, that
// the object does not exist. The gateway's 404 is not that.
func IsNotFound(err error) bool { return hasStatus(err, KindService, http.StatusNotFound) }

// Changes reports whether the request asks for a change. The quote of a fee is a POST
// and changes nothing.
func (e *Error) Changes() bool { return e.Method != "" && changes(e.Method, e.Operation) }

func changes(method, operation string) bool {
	return method != http.MethodGet && operation != operationFee
}

// IsHeldBack reports whether a call was never sent because, until its deadline, other requests
// were using all slots or the service had asked for a pause.
func IsHeldBack(err error) bool {
	var held *heldBackError
	return errors.As(err, &held)
}

// IsConflict reports whether the service responded with 409.
func IsConflict(err error) bool { return hasStatus(err, KindService, http.StatusConflict) }

func hasStatus(err error, kind Kind, status int) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind && e.StatusCode == status
}

// OutcomeOf reports what a failed call may have done. A *ConfigError was not
// sent; an error of another package is OutcomeUnknown.
func OutcomeOf(err error) Outcome {
	var e *Error
	if errors.As(err, &e) {
		return e.Outcome
	}
	var c *ConfigError
	if errors.As(err, &c) {
		return OutcomeNotSent
	}
	return OutcomeUnknown
}
