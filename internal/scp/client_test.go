package scp

// How calls are repeated, and what is said of those that failed. TestClientMatrix in
// internal/testing/e2e holds every operation against every fault.

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// unreachable is a step without a connection.
func unreachable(r *http.Request) (*http.Response, error) {
	httptrace.ContextClientTrace(r.Context()).GetConn("example")
	return nil, errors.New("connection refused")
}

// Waits grow, and are spread.
func TestBackOff(t *testing.T) {
	for random, want := range map[float64][]time.Duration{
		0:   {250 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second},
		0.5: {500 * time.Millisecond, time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := &fake{t: t, steps: []step{reply(500, down)}, repeatLast: true}
			c := newTest(t, f, nil)
			c.random = func() float64 { return random }
			_, err := c.ShowAccountBudget(t.Context(), "b1")
			wantError(t, err, KindService, 500, OutcomeUnknown)
			got := f.sent()
			for i := 1; i < len(got); i++ {
				if wait := got[i].at.Sub(got[i-1].at); wait != want[i-1] {
					t.Errorf("wait %d is %s; want %s", i, wait, want[i-1])
				}
			}
		})
	}
}

func TestRetryAfter(t *testing.T) {
	const now = "Sat, 01 Jan 2000 00:00:00 GMT" // the time at which a test of synctest begins
	for _, test := range []struct {
		name   string
		status int
		header []string
		wait   time.Duration
	}{
		{"seconds", 429, []string{"Retry-After", "7"}, 7 * time.Second},
		{"seconds with 503", 503, []string{"Retry-After", "7"}, 7 * time.Second},
		{"less than the back-off", 503, []string{"Retry-After", "0"}, 250 * time.Millisecond},
		{"fraction", 429, []string{"Retry-After", "1.5"}, 1500 * time.Millisecond},
		{"date by the service's clock", 429, []string{"Date", "Sat, 01 Jan 2000 05:00:00 GMT", "Retry-After", "Sat, 01 Jan 2000 05:00:09 GMT"}, 9 * time.Second},
		{"date by the local clock", 429, []string{"Retry-After", "Sat, 01 Jan 2000 00:00:04 GMT"}, 4 * time.Second},
		{"date in the past", 429, []string{"Date", now, "Retry-After", "Fri, 31 Dec 1999 00:00:04 GMT"}, 250 * time.Millisecond},
		{"negative", 429, []string{"Retry-After", "-5"}, 250 * time.Millisecond},
		{"NaN", 429, []string{"Retry-After", "NaN"}, 250 * time.Millisecond},
		{"nonsense", 429, []string{"Retry-After", "soon"}, 250 * time.Millisecond},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, f := script(t, reply(test.status, "", test.header...), reply(200, aBudget))
				c.random = func() float64 { return 0 } // no spread
				if _, err := c.ShowAccountBudget(t.Context(), "b1"); err != nil {
					t.Fatal(err)
				}
				if wait := f.sent()[1].at.Sub(f.sent()[0].at); wait != test.wait {
					t.Errorf("waited %s; want %s", wait, test.wait)
				}
			})
		})
	}
}

// A wait longer than the time left is not begun.
func TestWaitThatDoesNotFit(t *testing.T) {
	for name, test := range map[string]struct {
		after   string
		timeout time.Duration
	}{
		"deadline":           {"30", 10 * time.Second},
		"no deadline":        {"100000", 0},
		"more than there is": {"99999999999999999999", 0},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx := t.Context()
				if test.timeout > 0 {
					var cancel context.CancelFunc
					ctx, cancel = context.WithTimeout(ctx, test.timeout)
					defer cancel()
				}
				c, f := script(t, reply(429, serviceErr(429, "TooManyRequests", "Slow down."), "Retry-After", test.after))
				began := time.Now()
				_, err := c.ShowAccountBudget(ctx, "b1")
				e := wantError(t, err, KindService, 429, OutcomeRefused)
				if e.Attempts != 1 || e.RetryAfter < 30*time.Second || time.Since(began) != 0 || !strings.Contains(err.Error(), "Slow down.") {
					t.Errorf("after %s: %v", time.Since(began), err)
				}
				f.wantSent(t, "GET /v1/budgets/account/b1")

				// Other calls see the pause and give up at once too, unsent.
				_, err = c.CreateAccountBudget(ctx, validInput())
				e = wantError(t, err, KindTransport, 0, OutcomeNotSent)
				if e.Attempts != 0 || time.Since(began) != 0 || !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("after %s: %v", time.Since(began), err)
				}
				f.wantSent(t, "GET /v1/budgets/account/b1")
			})
		})
	}
}

// A call whose time is over, or would be over after a pause that the service asked other calls
// for, is not repeated. The last failure stays the error, and later calls are not sent.
func TestContextEnds(t *testing.T) {
	for _, test := range []struct {
		name    string
		timeout time.Duration
		pause   time.Duration
		cancel  bool
		step    step
		kind    Kind
		status  int
		text    string
	}{
		{"during an attempt", time.Second, 0, false, hang, KindTransport, 0, "no response"},
		{"during a wait", time.Minute, 0, true, reply(500, down), KindService, 500, "There was a problem"},
		{"before a pause does", time.Minute, time.Hour, false, reply(500, down), KindService, 500, "There was a problem"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeout(t.Context(), test.timeout)
				defer cancel()
				cause := context.DeadlineExceeded
				if test.cancel {
					cause = context.Canceled
					time.AfterFunc(200*time.Millisecond, cancel)
				}
				var c *Client
				f := &fake{t: t, steps: []step{func(r *http.Request) (*http.Response, error) {
					c.host(testBase).pause(test.pause)
					return test.step(r)
				}}}
				c = newTest(t, f, nil)
				_, err := c.SetAccountBudget(ctx, "b1", validInput())
				wantError(t, err, test.kind, test.status, OutcomeUnknown)
				if !errors.Is(err, cause) || !strings.Contains(err.Error(), test.text) {
					t.Errorf("the error lacks %v or %q: %v", cause, test.text, err)
				}
				_, err = c.CreateAccountBudget(ctx, validInput())
				wantError(t, err, KindTransport, 0, OutcomeNotSent)
				f.wantSent(t, "PUT /v1/budgets/account/b1")
			})
		})
	}
}

// All connections may be in use by slow calls. The wait for one is not the request's
// time: a purchase that is sent late still has all of it.
func TestRequestTimeoutBeginsWithTheConnection(t *testing.T) {
	connected := func(after time.Duration, then step) step {
		return func(r *http.Request) (*http.Response, error) {
			trace := httptrace.ContextClientTrace(r.Context())
			trace.GetConn("example")
			select {
			case <-time.After(after):
			case <-r.Context().Done():
				return nil, r.Context().Err()
			}
			trace.GotConn(httptrace.GotConnInfo{})
			return then(r)
		}
	}
	slowly := func(r *http.Request) (*http.Response, error) {
		select {
		case <-time.After(20 * time.Second):
			return reply(200, aBudget)(r)
		case <-r.Context().Done():
			return nil, r.Context().Err()
		}
	}
	for _, test := range []struct {
		name    string
		step    step
		took    time.Duration
		outcome Outcome
		text    string
	}{
		{"late, then slow", connected(25*time.Second, slowly), 45 * time.Second, "", ""},
		{"late, then silent", connected(25*time.Second, hang), 55 * time.Second, OutcomeUnknown, "no response within the request timeout of 30s"},
		{"late, then half a response", connected(25*time.Second, hangingBody(201, `{"budget":`)), 55 * time.Second, OutcomeUnknown, "it did not end in time"},
		{"late, then half an error", connected(25*time.Second, hangingBody(500, `{"err`)), 55 * time.Second, OutcomeUnknown, "it did not end in time"},
		{"no connection", connected(35*time.Second, hang), 30 * time.Second, OutcomeNotSent, "no connection: none could be opened within the request timeout of 30s"},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fake{t: t, steps: []step{test.step}}
				c := newTest(t, f, func(config *Config) { config.MaxRetries = 0 })
				began := time.Now()
				_, err := c.CreateAccountBudget(t.Context(), validInput())
				if took := time.Since(began); took != test.took {
					t.Errorf("took %s, want %s", took, test.took)
				}
				if test.text == "" {
					if err != nil {
						t.Error(err)
					}
					return
				}
				if err == nil || OutcomeOf(err) != test.outcome || !strings.Contains(err.Error(), test.text) || !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("outcome %v, want %v with %q: %v", OutcomeOf(err), test.outcome, test.text, err)
				}
			})
		})
	}
}

// What an unclear attempt may have done stays unknown, whatever comes later. After it, the 404
// of the service, and of nobody else, is a success for a delete.
func TestOutcomeOfAllAttempts(t *testing.T) {
	reset := fail(errors.New("connection reset"))
	exists, invalid := reply(409, serviceErr(409, "Conflict", "There is one.")), reply(400, serviceErr(400, "ValidationError", "No."))
	for name, test := range map[string]struct {
		call    func(*Client) error
		steps   []step
		kind    Kind // "" is a success
		status  int
		outcome Outcome
	}{
		"conflict after a reset":        {setOne, []step{reset, exists}, KindService, 409, OutcomeUnknown},
		"invalid after 429":             {createOne, []step{reply(429, ""), invalid}, KindService, 400, OutcomeRefused},
		"reset after clear refusals":    {createOne, []step{unreachable, reply(429, ""), reset}, KindTransport, 0, OutcomeUnknown},
		"gone after no clear response":  {deleteOne, []step{reset, reply(500, down), reply(200, "<html>"), reply(404, gone)}, "", 0, ""},
		"gone after 429":                {deleteOne, []step{reply(429, ""), reply(404, gone)}, KindService, 404, OutcomeRefused},
		"gone after no connection":      {deleteOne, []step{unreachable, reply(404, gone)}, KindService, 404, OutcomeRefused},
		"no route after a reset":        {deleteOne, []step{reset, reply(404, noRoute)}, KindGateway, 404, OutcomeUnknown},
		"deleted, with a body about it": {deleteOne, []step{reply(200, aBudget)}, "", 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, f := script(t, test.steps...)
				err := test.call(c)
				if test.kind == "" && err != nil {
					t.Error(err)
				} else if test.kind != "" {
					if e := wantError(t, err, test.kind, test.status, test.outcome); e.Attempts != len(test.steps) {
						t.Errorf("%d attempts", e.Attempts)
					}
				}
				if len(f.sent()) != len(test.steps) {
					t.Errorf("%d requests; want %d", len(f.sent()), len(test.steps))
				}
			})
		})
	}
}

// One call of each kind of change.
func createOne(c *Client) error {
	_, err := c.CreateAccountBudget(context.Background(), validInput())
	return err
}

func setOne(c *Client) error {
	_, err := c.SetAccountBudget(context.Background(), "b1", validInput())
	return err
}

func deleteOne(c *Client) error { return c.DeleteAccountBudget(context.Background(), "b1") }

// What comes over the wire and is not HTTP stays out of errors as far as it could harm.
func TestResponseThatIsNoHTTP(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		connection, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		_, _ = io.WriteString(connection, "\x1b[31mhello\r\n\r\n")
		_ = connection.Close()
	}))
	defer server.Close()
	c := newTest(t, nil, func(config *Config) { config.EndpointOverride, config.MaxRetries = server.URL, 0 })
	if e := wantError(t, createOne(c), KindTransport, 0, OutcomeUnknown); strings.Contains(e.Error(), "\x1b") {
		t.Errorf("a control character is in %q", e.Error())
	}
}

// The error says where a redirect leads, as far as the response does, and nothing that
// stands in the address besides the host.
func TestRedirectDetail(t *testing.T) {
	for location, want := range map[string]string{
		"":                              "the response does not say where",
		"%zz":                           "the response does not say where",
		"?token=hunter2":                "the response does not say where",
		"/login?token=hunter2":          "to another path of the same host",
		"https://sso.invalid/hunter2":   "to the host sso.invalid",
		"//sso.invalid:8443/?a=hunter2": "to the host sso.invalid:8443",
	} {
		c, f := script(t, reply(302, "", "Location", location))
		_, err := c.ShowAccountBudget(t.Context(), "b1")
		if e := wantError(t, err, KindRedirect, 302, OutcomeUnknown); e.Detail != want || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%s: %v", location, err)
		}
		f.wantSent(t, "GET /v1/budgets/account/b1")
	}
}

// The responses of a server are read to their end, so connections are kept.
func TestConnectionsAreReused(t *testing.T) {
	var mu sync.Mutex
	opened := 0
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/v1/budgets/account/gone" {
			w.WriteHeader(404)
			_, _ = io.WriteString(w, gone)
			return
		}
		_, _ = io.WriteString(w, aBudget)
	}))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			mu.Lock()
			opened++
			mu.Unlock()
		}
	}
	server.Start()
	defer server.Close()
	c := newTest(t, nil, func(config *Config) { config.EndpointOverride = server.URL })
	var wg sync.WaitGroup
	for range 3 * slotsPerHost {
		wg.Go(func() {
			for i := range 10 {
				_, err := c.ShowAccountBudget(t.Context(), []string{"b1", "gone"}[i%2])
				if err != nil && !IsNotFound(err) {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	mu.Lock()
	defer mu.Unlock()
	// net/http does not reuse a connection whose request took it 50 ms longer to write than the
	// response took to arrive, as happens now and then on a busy machine.
	if most := 3 * slotsPerHost / 2; opened > most {
		t.Errorf("%d connections were opened for 300 calls; want %d at most", opened, most)
	}
}

// A page may be larger than an object, and neither is read without end.
func TestBodyLimits(t *testing.T) {
	padding := strings.Repeat(" ", 2*maxObjectBody)
	endless := func(r *http.Request) (*http.Response, error) {
		return &http.Response{
			StatusCode: 200, Header: http.Header{}, ContentLength: -1, Request: r,
			Body: io.NopCloser(readerFunc(func(b []byte) (int, error) { return len(b), nil })),
		}, nil
	}
	announced := func(r *http.Request) (*http.Response, error) {
		response, err := endless(r)
		response.ContentLength = maxPageBody + 1
		return response, err
	}
	c, _ := script(t, reply(200, `{"usages":[]}`+padding), announced, reply(200, aBudget+padding), endless)
	list := func() error { return drain(c.ListUsages(t.Context(), UsageFilter{})) }
	if err := list(); err != nil {
		t.Error(err)
	}
	wantError(t, list(), KindResponse, 200, OutcomeUnknown)
	for range 2 {
		_, err := c.ShowAccountBudget(t.Context(), "b1")
		if e := wantError(t, err, KindResponse, 200, OutcomeUnknown); !strings.Contains(e.Detail, "larger") {
			t.Errorf("got %v", err)
		}
	}
}

func TestEvents(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var events []Event
		slow := func(s step) step {
			return func(r *http.Request) (*http.Response, error) { time.Sleep(time.Second); return s(r) }
		}
		f := &fake{t: t, steps: []step{
			slow(reply(503, serviceErr(503, "Unavailable", "Later."), "Retry-After", "3")),
			reply(200, `{"budgets":[],"count":0,"page":0,"size":100}`, "X-Request-Id", "req-9"),
		}}
		c := newTest(t, f, func(config *Config) {
			config.Observe = func(_ context.Context, e Event) { events = append(events, e) }
		})
		for _, err := range c.ListAccountBudgets(t.Context(), BudgetFilter{SearchName: "hunter2"}) {
			t.Error(err)
		}
		keys := []string{"page", "search_name", "size"}
		want := []Event{
			{"listAccountBudgets", "GET", "api.example.invalid", "/v1/budgets/account", keys, 1, 503, time.Second, "req-1", "", true, 3 * time.Second},
			{"listAccountBudgets", "GET", "api.example.invalid", "/v1/budgets/account", keys, 2, 200, 0, "req-9", "", false, 0},
		}
		if len(events) != 2 {
			t.Fatalf("%d events", len(events))
		}
		if !strings.Contains(events[0].Error, "Later.") {
			t.Errorf("the first event says %q", events[0].Error)
		}
		events[0].Error = ""
		for i := range want {
			if fmt.Sprint(events[i]) != fmt.Sprint(want[i]) || !slices.Equal(events[i].QueryKeys, keys) {
				t.Errorf("event %d is %+v; want %+v", i, events[i], want[i])
			}
		}
		if strings.Contains(fmt.Sprintf("%+v", events), "hunter2") {
			t.Error("an event holds a query value")
		}
	})
}

func TestMaxRequestsPerSecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{t: t, steps: []step{reply(200, aBudget)}, repeatLast: true}
		c := newTest(t, f, func(config *Config) { config.MaxRequestsPerSecond = 4 })
		showTogether(t, c, 9)
		got := f.sent()
		for i := 1; i < len(got); i++ {
			if gap := got[i].at.Sub(got[i-1].at); gap < 249*time.Millisecond {
				t.Errorf("requests %d and %d are %s apart", i-1, i, gap)
			}
		}
		// A wait that would end too late is not begun.
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		began := time.Now()
		_, err := c.ShowAccountBudget(ctx, "b1")
		wantError(t, err, KindTransport, 0, OutcomeNotSent)
		if time.Since(began) != 0 || len(f.sent()) != 9 {
			t.Errorf("after %s, %d requests: %v", time.Since(began), len(f.sent()), err)
		}
	})
}

func TestErrorMessage(t *testing.T) {
	for _, test := range []struct {
		e    Error
		want string
	}{
		{
			Error{Kind: KindService, Operation: "showAccountBudget", Method: "GET", Path: "/v1/budgets/account/b1", StatusCode: 404, Code: "NotFound", Title: "NotFound", Detail: "Gone.", RequestID: "req-1", GlobalRequestID: "req-2", Attempts: 1, Outcome: OutcomeRefused},
			"showAccountBudget (GET /v1/budgets/account/b1): status 404: NotFound: Gone. [request ID req-1; global request ID req-2]",
		},
		{
			Error{Kind: KindGateway, Operation: "x", Method: "POST", Path: "/v1/x", StatusCode: 401, Code: "UNAUTHORIZED", Title: "Request was rejected by gateway", Detail: "HmacValidFail", Outcome: OutcomeRefused, Attempts: 1},
			"x (POST /v1/x): status 401 from the gateway: UNAUTHORIZED: Request was rejected by gateway: HmacValidFail",
		},
		{
			Error{Kind: KindTransport, Operation: "x", Method: "POST", Path: "/v1/x", Detail: "no response: reset", Attempts: 3},
			"x (POST /v1/x): no response: reset [3 attempts; it is unknown whether the request took effect]",
		},
		{
			Error{Kind: KindTransport, Operation: operationFee, Method: "POST", Path: "/v1/x", Detail: "no response: reset", Attempts: 1},
			"showCancellationFee (POST /v1/x): no response: reset",
		},
		{
			Error{Kind: KindTransport, Operation: "x", Method: "PUT", Path: "/v1/x", Detail: "no connection", Outcome: OutcomeNotSent, RetryAfter: 5 * time.Second, ObjectID: "b1"},
			"x (PUT /v1/x): no connection [the service asked for a wait of 5s; object b1; the request did not reach the service]",
		},
		{Error{Kind: KindResponse, Operation: "x", StatusCode: 503}, "x: status 503 Service Unavailable: no error message"},
	} {
		if got := test.e.Error(); got != test.want {
			t.Errorf("got  %s\nwant %s", got, test.want)
		}
	}
}
