package scp

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
)

// versioned is a service that has some API versions. It records each request with the
// version that it asked for.
type versioned struct {
	// list are the rows of its version list, such as "v1.1 CURRENT".
	list []string
	// serves are the versions that it serves; nil are those of the list.
	serves []string
	// refuse is the response to a version that it does not have; nil is the observed 406.
	refuse step

	mu   sync.Mutex
	came []string
}

func (v *versioned) RoundTrip(r *http.Request) (*http.Response, error) {
	_, version, _ := strings.Cut(r.Header.Get("Scp-Api-Version"), " ")
	if r.Body != nil {
		_, _ = io.Copy(io.Discard, r.Body)
	}
	v.mu.Lock()
	v.came = append(v.came, strings.TrimSpace(r.Method+" "+r.URL.Path+" "+version))
	v.mu.Unlock()
	if r.URL.Path == "/" {
		if r.Header.Get("Scp-Signature") != "" {
			return reply(500, "the list takes no credentials")(r)
		}
		var rows []string
		for _, row := range v.list {
			id, status, _ := strings.Cut(row, " ")
			rows = append(rows, `{"id":"`+id+`","links":[],"status":"`+status+`"}`)
		}
		return reply(200, `{"versions":[`+strings.Join(rows, ",")+`]}`)(r)
	}
	served := v.serves
	if served == nil {
		for _, row := range v.list {
			id, status, _ := strings.Cut(row, " ")
			if status != "PLANNED" {
				served = append(served, strings.TrimPrefix(id, "v"))
			}
		}
	}
	if slices.Contains(served, version) {
		return reply(200, aBudget)(r)
	}
	if v.refuse != nil {
		return v.refuse(r)
	}
	return reply(406, serviceErr(406, "NoSuchVersion", "The version is not supported."))(r)
}

const (
	show = "GET /v1/budgets/account/b1 "
	set  = "PUT /v1/budgets/account/b1 "
)

func TestVersions(t *testing.T) {
	const nothing = "no error"
	namesHeader := reply(400, serviceErr(400, "ValidationError", "Scp-Api-Version is invalid."))
	for name, test := range map[string]struct {
		service *versioned
		pin     string
		// reads and writes are the requests of two reads, or of two changes, each with
		// a client of its own.
		reads, writes         []string
		readError, writeError string
		notices               int
	}{
		"1.1 only": {
			service: &versioned{list: []string{"v1.1 CURRENT"}},
			reads:   []string{show + "1.1", show + "1.1"}, writes: []string{set + "1.1", set + "1.1"},
		},
		"both": {
			service: &versioned{list: []string{"v1.1 CURRENT", "v1.0 SUPPORTED"}},
			reads:   []string{show + "1.1", show + "1.1"}, writes: []string{set + "1.1", set + "1.1"},
		},
		"1.0 only": {
			service: &versioned{list: []string{"v1.0 CURRENT"}},
			reads:   []string{show + "1.1", "GET /", show + "1.0", show + "1.0"}, writes: []string{set + "1.1", "GET /", set + "1.0", set + "1.0"},
		},
		"1.0 only, says so with a 400": {
			service: &versioned{list: []string{"v1.0 CURRENT"}, refuse: namesHeader},
			reads:   []string{show + "1.1", "GET /", show + "1.0", show + "1.0"}, writes: []string{set + "1.1", "GET /", set + "1.0", set + "1.0"},
		},
		"1.1 is listed and refused": {
			service: &versioned{list: []string{"v1.1 CURRENT", "v1.0 DEPRECATED"}, serves: []string{"1.0"}},
			reads:   []string{show + "1.1", "GET /", show + "1.0", show + "1.0"}, writes: []string{set + "1.1", "GET /", set + "1.0", set + "1.0"},
		},
		"1.1 is planned": {
			service: &versioned{list: []string{"v1.1 PLANNED", "v1.0 CURRENT"}},
			reads:   []string{show + "1.1", "GET /", show + "1.0", show + "1.0"}, writes: []string{set + "1.1", "GET /", set + "1.0", set + "1.0"},
		},
		"neither": {
			service: &versioned{list: []string{"v2.0 CURRENT", "v1.2 SUPPORTED"}},
			reads:   []string{show + "1.1", "GET /", show + "2.0", show + "2.0"}, notices: 1,
			writes:     []string{set + "1.1", "GET /"},
			writeError: `the service budget refused API version 1.1; it lists 2.0, 1.2, and this provider knows 1.1, 1.0. To use a version that the provider does not know, at your own risk, pin that version in the provider block: api_versions = { budget = "2.0" }`,
		},
		"neither, and the current one is refused": {
			service:   &versioned{list: []string{"v1.1 CURRENT"}, serves: []string{"3.0"}},
			reads:     []string{show + "1.1", "GET /", show + "1.1"},
			readError: "the service budget refused API version 1.1; it lists 1.1, and this provider knows 1.1, 1.0",
			writes:    []string{set + "1.1", "GET /"}, writeError: "the service budget refused API version 1.1; it lists 1.1, and this provider knows 1.1, 1.0",
		},
		"pinned": {
			service: &versioned{list: []string{"v1.1 CURRENT", "v1.0 SUPPORTED"}}, pin: "1.0",
			reads: []string{show + "1.0", show + "1.0"}, writes: []string{set + "1.0", set + "1.0"},
		},
		"pinned to one that is not there": {
			service: &versioned{list: []string{"v1.1 CURRENT"}}, pin: "1.0",
			reads:     []string{show + "1.0", "GET /", show + "1.0"},
			readError: "api_versions.budget pins version 1.0, which the service does not have; it has 1.1",
			writes:    []string{set + "1.0", "GET /", set + "1.0"}, writeError: "api_versions.budget pins version 1.0, which the service does not have; it has 1.1",
		},
		"another 400 is not about the version": {
			service: &versioned{list: []string{"v1.0 CURRENT"}, refuse: reply(400, serviceErr(400, "ValidationError", "Amount is required."))},
			reads:   []string{show + "1.1", show + "1.1"}, readError: "Amount is required.",
			writes: []string{set + "1.1", set + "1.1"}, writeError: "Amount is required.",
		},
	} {
		t.Run(name, func(t *testing.T) {
			for _, half := range []struct {
				call  func(c *Client) error
				want  []string
				error string
			}{
				{func(c *Client) error { _, err := c.ShowAccountBudget(t.Context(), "b1"); return err }, test.reads, test.readError},
				{func(c *Client) error { _, err := c.SetAccountBudget(t.Context(), "b1", validInput()); return err }, test.writes, test.writeError},
			} {
				test.service.came = nil
				notices := 0
				c := newTest(t, test.service, func(config *Config) {
					config.APIVersions = map[Service]string{ServiceBudget: test.pin}
					config.Notice = func(string) { notices++ }
				})
				for range 2 {
					text := nothing
					if err := half.call(c); err != nil {
						text = err.Error()
						if half.error == "" || OutcomeOf(err) == OutcomeUnknown {
							t.Errorf("outcome %s: %v", OutcomeOf(err), err)
						}
					}
					if half.error != "" && !strings.Contains(text, half.error) {
						t.Errorf("got  %s\nwant %s", text, half.error)
					}
				}
				if !slices.Equal(test.service.came, half.want) {
					t.Errorf("came %q\nwant %q", test.service.came, half.want)
				}
				if want := test.notices; strings.HasPrefix(half.want[0], "GET") && notices != want || strings.HasPrefix(half.want[0], "PUT") && notices != 0 {
					t.Errorf("%d notices", notices)
				}
			}
		})
	}
}

// Calls that find out at the same time share one look at the list.
func TestVersionListIsReadOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		service := &versioned{list: []string{"v1.0 CURRENT"}}
		c := newTest(t, service, nil)
		showTogether(t, c, 10)
		lists := 0
		for _, came := range service.came {
			if came == "GET /" {
				lists++
			}
		}
		if lists != 1 {
			t.Errorf("the list was read %d times: %q", lists, service.came)
		}
	})
}

// A purchase that was refused for its version was not processed: it is sent under the
// other version, once.
func TestPurchaseUnderAnotherVersion(t *testing.T) {
	service := &versioned{list: []string{"v1.0 CURRENT"}}
	c := newTest(t, service, nil)
	if _, err := c.CreateAccountBudget(t.Context(), validInput()); err != nil {
		t.Fatal(err)
	}
	if want := []string{"POST /v1/budgets/account 1.1", "GET /", "POST /v1/budgets/account 1.0"}; !slices.Equal(service.came, want) {
		t.Errorf("came %q, want %q", service.came, want)
	}
}

// A list that cannot be read leaves the first refusal as the error.
func TestVersionListFails(t *testing.T) {
	refusal := reply(406, serviceErr(406, "NoSuchVersion", "The version is not supported."))
	for name, list := range map[string]step{
		"403": reply(403, ""), "page": reply(200, "<html>"), "empty": reply(200, `{"versions":[]}`), "null": reply(200, `{"versions":null}`),
		"other": reply(200, `{"versions":[{"id":{}}]}`), "huge": reply(200, string(bytes.Repeat([]byte(" "), maxObjectBody+1))),
	} {
		f := &fake{t: t, steps: []step{refusal, list}}
		c := newTest(t, f, func(config *Config) { config.MaxRetries = 0 })
		_, err := c.ShowAccountBudget(t.Context(), "b1")
		e := wantError(t, err, KindService, 406, OutcomeRefused)
		if !strings.Contains(e.Detail, "The list of its versions could not be read") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A proxy that refuses is named, and nothing reached the service.
func TestProxyRefuses(t *testing.T) {
	for status, attempts := range map[int]int{http.StatusForbidden: 1, http.StatusProxyAuthRequired: 1, http.StatusBadGateway: 2} {
		came := 0
		proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			came++
			w.WriteHeader(status)
		}))
		defer proxy.Close()
		address, err := url.Parse(proxy.URL)
		if err != nil {
			t.Fatal(err)
		}
		transport := newTransport()
		transport.Proxy = http.ProxyURL(address)
		c := newTest(t, transport, func(config *Config) { config.MaxRetries = 1 })
		t.Setenv("HTTPS_PROXY", proxy.URL)
		_, err = c.CreateAccountBudget(t.Context(), validInput())
		e := wantError(t, err, KindTransport, 0, OutcomeNotSent)
		want := "the proxy " + address.Host + " (HTTPS_PROXY) refused the connection: "
		if !strings.Contains(e.Detail, want) || !strings.Contains(err.Error(), "the request did not reach the service") || came != attempts {
			t.Errorf("%d requests, want %d: %v", came, attempts, err)
		}
	}
}

// A page with status 417 means that requests come too fast (NOTES section 4); another
// 417 does not.
func TestRejectedInFront(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		page := reply(417, "<html><title>Request Rejected</title></html>")
		c, f := script(t, page, reply(201, aBudget))
		if _, err := c.CreateAccountBudget(t.Context(), validInput()); err != nil || len(f.sent()) != 2 {
			t.Errorf("%d requests, %v", len(f.sent()), err)
		}
		c, f = script(t, page)
		f.repeatLast = true
		_, err := c.ShowAccountBudget(t.Context(), "b1")
		if e := wantError(t, err, KindResponse, 417, OutcomeRefused); !strings.Contains(e.Detail, "too many requests") || e.Attempts != 6 {
			t.Errorf("%d attempts: %v", e.Attempts, err)
		}
		c, f = script(t, reply(417, serviceErr(417, "ExpectationFailed", "No.")))
		_, err = c.ShowAccountBudget(t.Context(), "b1")
		wantError(t, err, KindService, 417, OutcomeRefused)
		f.wantSent(t, "GET /v1/budgets/account/b1")
	})
}
