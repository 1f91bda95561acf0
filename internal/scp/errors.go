package scp

// The error of a call, and the questions that callers ask about it.

import (
	"errors"
	"net/http"
	"time"
)

// Kind tells who failed.
type Kind int

// The kinds.
const (
	// KindService is an answer of the service with an errors body.
	KindService Kind = iota + 1
	// KindGateway is an answer of the gateway in front of the service: a
	// rejection (401) or a route that does not exist (404).
	KindGateway
	// KindTransport is no answer at all.
	KindTransport
	// KindResponse is an answer that cannot be used: not JSON, cut short, too
	// large, of another shape, without an id.
	KindResponse
	// KindRedirect is an answer that points elsewhere. It is never followed.
	KindRedirect
	// KindEndpoint is a service whose host is not known.
	KindEndpoint
)

// Outcome tells what a failed call may have done. The zero value is the
// careful one.
type Outcome int

// The outcomes.
const (
	// OutcomeUnknown: the request was sent, and no clear answer came.
	OutcomeUnknown Outcome = iota
	// OutcomeRefused: a clear answer came, and nothing was done.
	OutcomeRefused
	// OutcomeNotSent: the request never left.
	OutcomeNotSent
)

// Error is a call that failed.
type Error struct {
	Kind Kind
	// Operation is the API's name of the call, such as showAccountBudget.
	Operation string
	Method    string
	// Path is the path of the last request, without the query.
	Path string
	// StatusCode is 0 when no answer came.
	StatusCode int
	// Code, Title and Detail are the service's words, made readable.
	Code, Title, Detail        string
	RequestID, GlobalRequestID string
	Outcome                    Outcome
	// Attempts is how many requests were sent, or tried.
	Attempts int
	// RetryAfter is how long the service asked to wait, 0 when it did not.
	RetryAfter time.Duration
	// ClockSkew is the local clock minus the service's (its Date header), 0
	// when no answer came or the header was missing.
	ClockSkew time.Duration
	// ObjectID is the id of the object that a change made or touched, when the
	// answer named it and was unusable otherwise.
	ObjectID string
	// Err is the cause, when there is one.
	Err error
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Error says what was tried and what came of it.
func (e *Error) Error() string { return e.Operation + ": " + e.Detail }

// IsNotFound tells whether the service itself said, with an errors body, that
// the object does not exist. The gateway's 404 is not that.
func IsNotFound(err error) bool { return hasStatus(err, KindService, http.StatusNotFound) }

// IsGateway404 tells whether the gateway knew no such route. It answers so to
// requests without credentials too (NOTES section 4).
func IsGateway404(err error) bool { return hasStatus(err, KindGateway, http.StatusNotFound) }

// IsConflict tells whether the service answered 409.
func IsConflict(err error) bool { return hasStatus(err, KindService, http.StatusConflict) }

// IsUnauthorized tells whether the gateway or the service answered 401.
func IsUnauthorized(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.StatusCode == http.StatusUnauthorized
}

func hasStatus(err error, kind Kind, status int) bool {
	var e *Error
	return errors.As(err, &e) && e.Kind == kind && e.StatusCode == status
}

// OutcomeOf tells what a failed call may have done. A ConfigError was not
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
