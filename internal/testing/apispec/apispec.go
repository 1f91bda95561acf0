// Package apispec holds the API's description, openapi.yaml with NOTES.md
// beside it, and checks requests and responses against it. Only tests use it.
package apispec

import (
	"bytes"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"
)

//go:embed openapi.yaml
var document []byte

// requestSchemas are the bodies that clients send. The document leaves them
// open, as the vendor does; here a property that it does not have is a slip of
// the client.
var requestSchemas = []string{
	"BudgetCreateRequest", "BudgetSetRequest", "NotificationSettingNew", "PreventionSettingNew",
	"PlannedComputeCreateRequest", "PlannedComputeChangeRequest", "CancellationFeeRequest", "TagDTO",
}

var router = sync.OnceValues(func() (routers.Router, error) {
	doc, err := openapi3.NewLoader().LoadFromData(document)
	if err != nil {
		return nil, err
	}
	// Tests serve everything on a loopback address, so hosts do not matter.
	doc.Servers = nil
	for _, item := range doc.Paths.Map() {
		item.Servers = nil
		for _, operation := range item.Operations() {
			operation.Servers = nil
		}
	}
	for _, name := range requestSchemas {
		schema := doc.Components.Schemas[name]
		if schema == nil {
			return nil, fmt.Errorf("openapi.yaml has no schema %s", name)
		}
		closed := false
		schema.Value.AdditionalProperties.Has = &closed
	}
	// Examples are checked too: they are what people copy.
	if err := doc.Validate(context.Background()); err != nil {
		return nil, err
	}
	return legacy.NewRouter(doc)
})

// route finds the operation of a request. None is an error.
func route(r *http.Request) (*openapi3filter.RequestValidationInput, error) {
	router, err := router()
	if err != nil {
		return nil, fmt.Errorf("openapi.yaml cannot be used: %w", err)
	}
	found, params, err := router.FindRoute(r)
	if err != nil {
		return nil, fmt.Errorf("%s %s is not an operation of the API spec: %w", r.Method, r.URL.Path, err)
	}
	return &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: found,
		Options: &openapi3filter.Options{MultiError: true, SkipSettingDefaults: true, AuthenticationFunc: authenticate},
	}, nil
}

// authenticate accepts any credentials; they only have to be there.
func authenticate(_ context.Context, input *openapi3filter.AuthenticationInput) error {
	name := input.SecurityScheme.Name
	if input.RequestValidationInput.Request.Header.Get(name) == "" {
		return fmt.Errorf("the header %s is missing", name)
	}
	return nil
}

// CheckRequest reports how a request differs from the API spec: path, query,
// headers and body. The body can still be read afterwards.
func CheckRequest(r *http.Request) error {
	input, err := route(r)
	if err != nil {
		return err
	}
	var problems []error
	known := map[string]bool{}
	for _, parameter := range slices.Concat(input.Route.PathItem.Parameters, input.Route.Operation.Parameters) {
		if parameter.Value.In == openapi3.ParameterInQuery && hasVersion(r, parameter.Value.Extensions) {
			known[parameter.Value.Name] = true
		}
	}
	for key := range r.URL.Query() {
		if !known[key] {
			problems = append(problems, fmt.Errorf("the query parameter %q does not exist", key))
		}
	}
	if !hasVersion(r, input.Route.Operation.Extensions) {
		problems = append(problems, fmt.Errorf("the operation does not exist in version %s", r.Header.Get("Scp-Api-Version")))
	}
	if err := openapi3filter.ValidateRequest(r.Context(), input); err != nil {
		problems = append(problems, err)
	}
	if input.Route.Operation.RequestBody == nil && r.ContentLength != 0 {
		problems = append(problems, errors.New("there must be no body"))
	}
	return about(r, "the request", problems...)
}

// CheckResponse reports how the response to a request differs from the API spec.
// Statuses of errors that the contract does not list are let through.
func CheckResponse(r *http.Request, status int, header http.Header, body []byte) error {
	return checkResponse(r, status, header, body, status < 400)
}

// CheckListedResponse is CheckResponse, and reports every status that the contract does not list.
func CheckListedResponse(r *http.Request, status int, header http.Header, body []byte) error {
	return checkResponse(r, status, header, body, true)
}

func checkResponse(r *http.Request, status int, header http.Header, body []byte, listed bool) error {
	input, err := route(r)
	if err != nil {
		return err
	}
	reply := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: status, Header: header,
		Options: &openapi3filter.Options{MultiError: true, IncludeResponseStatus: listed},
	}
	reply.SetBodyBytes(body)
	if err := openapi3filter.ValidateResponse(r.Context(), reply); err != nil {
		return about(r, fmt.Sprintf("the response %d", status), err)
	}
	for _, property := range laterProperties(input.Route.Spec, r) {
		if bytes.Contains(body, []byte(`"`+property+`":`)) {
			return about(r, fmt.Sprintf("the response %d", status), fmt.Errorf("%s does not exist in version %s", property, r.Header.Get("Scp-Api-Version")))
		}
	}
	if responses := input.Route.Operation.Responses.Status(status); responses != nil && len(responses.Value.Content) == 0 && len(body) > 0 {
		return about(r, fmt.Sprintf("the response %d", status), errors.New("there must be no body"))
	}
	return nil
}

// since is the extension that names the first version of an operation, a parameter or a
// property.
const since = "x-since"

// hasVersion reports whether the version that a request asks for has something. Without
// the header the newest version responds, which has everything.
func hasVersion(r *http.Request, extensions map[string]any) bool {
	first, marked := extensions[since].(string)
	version := r.Header.Get("Scp-Api-Version")
	return !marked || version == "" || version >= first
}

// laterProperties are the properties that the version of a request does not have.
func laterProperties(doc *openapi3.T, r *http.Request) (names []string) {
	for _, schema := range doc.Components.Schemas {
		for name, property := range schema.Value.Properties {
			if !hasVersion(r, property.Extensions) || property.Value != nil && !hasVersion(r, property.Value.Extensions) {
				names = append(names, name)
			}
		}
	}
	return names
}

func about(r *http.Request, what string, problems ...error) error {
	if len(problems) == 0 {
		return nil
	}
	return fmt.Errorf("%s %s: %s: %w", r.Method, r.URL.Path, what, errors.Join(problems...))
}

// Handler passes requests on to next and fails the test for each request and
// each response that differs from the contract. A request to a path that the
// contract does not have passes when the response is a 404. A handler that breaks the
// connection panics through here, and no response is checked.
func Handler(t testing.TB, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, unknown := route(r)
		if unknown == nil {
			if err := CheckRequest(r); err != nil {
				t.Error(err)
			}
		}
		recorder := httptest.NewRecorder()
		next.ServeHTTP(recorder, r)
		status, body := recorder.Code, recorder.Body.Bytes()
		if unknown != nil && status != http.StatusNotFound {
			t.Errorf("%v, but got %d", unknown, status)
		}
		maps.Copy(w.Header(), recorder.Result().Header)
		if unknown == nil {
			if err := CheckResponse(r, status, w.Header(), body); err != nil {
				t.Error(err)
			}
		}
		w.WriteHeader(status)
		_, _ = w.Write(body)
	})
}
