package scp

// A transport for tests: it responds from a script, keeps what was sent, and
// holds every request against the contract.

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/apispec"
)

const (
	testAccessKey = "EXAMPLEACCESSKEY0001"
	testSecretKey = "example-secret-key-not-real-0001"
	testToken     = "example-token-not-real-0001"
	testBase      = "https://api.example.invalid"
)

// step responds to one request.
type step func(r *http.Request) (*http.Response, error)

type sent struct {
	method, url, path, body string
	header                  http.Header
	at                      time.Time
}

// fake responds to the n-th request with the n-th step, and the requests after the
// last step with the last step when repeatLast is set.
type fake struct {
	t          testing.TB
	steps      []step
	repeatLast bool
	// odd requests are made on purpose, so the contract is not asked.
	odd bool

	mu       sync.Mutex
	requests []sent
}

func (f *fake) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		_ = r.Body.Close()
		r = r.Clone(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	if strings.HasPrefix(r.URL.Path, "/v1/") && !f.odd {
		if err := apispec.CheckRequest(r); err != nil {
			f.t.Errorf("not a request of the contract: %v", err)
		}
	}
	f.mu.Lock()
	n := len(f.requests)
	f.requests = append(f.requests, sent{
		r.Method, r.URL.Scheme + "://" + r.Host + r.URL.RequestURI(), r.URL.EscapedPath(), string(body), r.Header.Clone(), time.Now(),
	})
	f.mu.Unlock()
	if n >= len(f.steps) {
		if !f.repeatLast {
			f.t.Errorf("request %d was not expected: %s %s", n+1, r.Method, r.URL)
			return nil, errors.New("no such step")
		}
		n = len(f.steps) - 1
	}
	return f.steps[n](r)
}

func (f *fake) sent() []sent {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]sent(nil), f.requests...)
}

// wantSent checks the methods and paths of all requests.
func (f *fake) wantSent(t *testing.T, want ...string) {
	t.Helper()
	var got []string
	for _, s := range f.sent() {
		got = append(got, s.method+" "+s.path)
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("sent %q; want %q", got, want)
	}
}

// reply is a step that responds with a status and a body. header holds pairs.
func reply(status int, body string, header ...string) step {
	return func(r *http.Request) (*http.Response, error) {
		h := http.Header{}
		for i := 0; i+1 < len(header); i += 2 {
			h.Set(header[i], header[i+1])
		}
		return &http.Response{
			StatusCode: status, Header: h, Request: r, ContentLength: int64(len(body)),
			Body: io.NopCloser(strings.NewReader(body)),
		}, nil
	}
}

// beginning is a step that responds with the beginning of a body, and with what then reads.
func beginning(status int, body string, then func(*http.Request) error) step {
	return func(r *http.Request) (*http.Response, error) {
		rest := readerFunc(func([]byte) (int, error) { return 0, then(r) })
		return &http.Response{
			StatusCode: status, Header: http.Header{}, Request: r, ContentLength: -1,
			Body: io.NopCloser(io.MultiReader(strings.NewReader(body), rest)),
		}, nil
	}
}

// fail is a step without a response.
func fail(err error) step {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// hang is a step that never responds.
func hang(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, r.Context().Err()
}

// cut is a step whose body ends too early.
func cut(status int, body string) step {
	return beginning(status, body, func(*http.Request) error { return io.ErrUnexpectedEOF })
}

// hangingBody is a step whose body begins and never ends.
func hangingBody(status int, body string) step {
	return beginning(status, body, func(r *http.Request) error { _, err := hang(r); return err })
}

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(b []byte) (int, error) { return f(b) }

func serviceErr(status int, code, detail string) string {
	return fmt.Sprintf(`{"errors":[{"code":%q,"title":%q,"detail":%q,"status":%d,"request_id":"req-1","global_request_id":"req-2","links":[],"related_resources":[],"response":null}]}`,
		code, code, detail, status)
}

var (
	gone      = serviceErr(404, "NotFound", "The requested resource could not be found.")
	rejection = `{"status":"UNAUTHORIZED","name":"Request was rejected by gateway","message":"HmacValidFail"}`
	noRoute   = `{"timestamp":"2026-06-05T04:44:11.384+00:00","path":"/v1/budgets/account/b1","status":404,"error":"Not Found","requestId":"b3c3a2be-54172"}`
	down      = serviceErr(500, "ContactAdminForAssistance", "There was a problem processing your request.")
	aBudget   = budgetJSON
)

// newTest creates a client whose waits have no spread and that shares its rate
// with nobody. change may be nil.
func newTest(t testing.TB, transport http.RoundTripper, change func(*Config)) *Client {
	t.Helper()
	config := Config{
		AccessKey: testAccessKey, SecretKey: testSecretKey, EndpointOverride: testBase, MaxRetries: 5, Transport: transport,
	}
	if change != nil {
		change(&config)
	}
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	c.random = func() float64 { return 0.5 }
	return c
}

// script creates a client whose responses are the steps.
func script(t testing.TB, steps ...step) (*Client, *fake) {
	f := &fake{t: t, steps: steps}
	return newTest(t, f, nil), f
}

// wantError takes the *Error out of err and compares kind, status and outcome.
func wantError(t testing.TB, err error, kind Kind, status int, outcome Outcome) *Error {
	t.Helper()
	var e *Error
	if !errors.As(err, &e) {
		t.Fatalf("got %v; want an *Error", err)
	}
	if e.Kind != kind || e.StatusCode != status || e.Outcome != outcome {
		t.Errorf("got %s, status %d, outcome %s; want %s, %d, %s: %v", e.Kind, e.StatusCode, e.Outcome, kind, status, outcome, err)
	}
	return e
}

func ptr[T any](v T) *T { return &v }

// showTogether shows a budget with so many calls at once, and wants all to succeed.
func showTogether(t *testing.T, c *Client, calls int) {
	t.Helper()
	var waiting sync.WaitGroup
	for range calls {
		waiting.Go(func() {
			if _, err := c.ShowAccountBudget(t.Context(), "b1"); err != nil {
				t.Error(err)
			}
		})
	}
	waiting.Wait()
}
