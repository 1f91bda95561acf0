package emulator

// The error bodies of the services and of the gateway (NOTES section 4).

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
)

// Observed codes (NOTES section 4), and placeholders where none is known.
const (
	codeValidation = "ValidationError"
	codeForbidden  = "Forbidden"
	codeNotFound   = "NotFound"
	codeNoVersion  = "NoSuchVersion"
	codeInternal   = "ContactAdminForAssistance"
	codeConflict   = "Conflict"           // guess, NOTES section 10 number 4
	codeTooMany    = "TooManyRequests"    // guess, NOTES section 10 number 3
	codeOther      = "ServiceUnavailable" // guess, for every other 5xx
)

const (
	textInternal = "There was a problem processing your request."
	textNotFound = "The requested resource could not be found."
)

type errorItem struct {
	Code             string `json:"code"`
	Title            string `json:"title"`
	Detail           string `json:"detail"`
	Status           int    `json:"status"`
	RequestID        string `json:"request_id"`
	GlobalRequestID  string `json:"global_request_id"`
	Links            []any  `json:"links"`
	RelatedResources []any  `json:"related_resources"`
	Response         any    `json:"response"`
}

// fail is a service error.
func (c *call) fail(status int, code, detail string) *reply {
	item := errorItem{
		Code: code, Title: code, Detail: detail, Status: status,
		RequestID: c.requestID, GlobalRequestID: "req-" + newUUID(),
		Links: []any{}, RelatedResources: []any{},
	}
	if status == http.StatusForbidden {
		operation := ""
		if c.route != nil {
			operation = c.route.service.name() + ":" + c.route.operation
		}
		item.Response = map[string]any{"access_level": accessLevel(c.r.Method), "action_name": operation}
	}
	return ok(status, map[string]any{"errors": []errorItem{item}})
}

// refuse is the refusal of a request by a rule.
func (c *call) refuse(format string, args ...any) *reply {
	return c.fail(http.StatusBadRequest, codeValidation, fmt.Sprintf(format, args...))
}

// notFound is the service's own 404. The codes of all services were observed.
func (c *call) notFound() *reply {
	code := codeNotFound
	if c.route != nil && c.route.service.name() == "budget" {
		code = "scp-budget.budget.not-found"
	}
	return c.fail(http.StatusNotFound, code, textNotFound)
}

func accessLevel(method string) string {
	switch method {
	case http.MethodPost:
		return "Create"
	case http.MethodPut:
		return "Update"
	case http.MethodDelete:
		return "Delete"
	}
	return "Read"
}

// gateway401 is the gateway's rejection of credentials or entitlement.
func (c *call) gateway401(message string) *reply {
	return ok(http.StatusUnauthorized, map[string]any{
		"status": "UNAUTHORIZED", "name": "Request was rejected by gateway", "message": message,
	})
}

// noRoute is the gateway's response for an unknown path, and for requests without credentials.
func (c *call) noRoute() *reply {
	id := newID()
	return ok(http.StatusNotFound, map[string]any{
		"timestamp": c.now.UTC().Format("2006-01-02T15:04:05.000+00:00"),
		"path":      c.path, "status": 404, "error": "Not Found",
		"requestId": id[:8] + "-" + id[8:12],
	})
}

// newID returns an identifier of 32 hexadecimal digits, the form that the services use.
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	return fmt.Sprintf("%x", b)
}

func newUUID() string { return uuid(newID(), "-") }

// uuid is an identifier in the form of a UUID.
func uuid(id, hyphen string) string {
	return strings.Join([]string{id[:8], id[8:12], "4" + id[13:16], "a" + id[17:20], id[20:]}, hyphen)
}
