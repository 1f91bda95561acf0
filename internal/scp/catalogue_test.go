package scp

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

const testAuth = "https://iam.example.invalid/v1"

func catalogueJSON(rows ...string) string {
	var entries []string
	for _, row := range rows {
		part := strings.Fields(row)
		entries = append(entries, fmt.Sprintf(`{"region":%q,"service_type":%q,"service_name":"x","url":%q}`, part[0], part[1], part[2]))
	}
	return `{"endpoints":[` + strings.Join(entries, ",") + `]}`
}

func viaCatalogue(region string) func(*Config) {
	return func(c *Config) { c.EndpointOverride, c.AuthURL, c.DefaultRegion = "", testAuth, region }
}

func TestEndpointOrder(t *testing.T) {
	one := func(service Service) map[Service]string { return map[Service]string{service: "https://one.example/x/"} }
	for _, test := range []struct {
		name                        string
		endpoints                   map[Service]string
		override, environment, want string
	}{
		{"single endpoint", one(ServiceBudget), "https://two.example", "e", "https://one.example/x/v1/budgets/account/b1"},
		{"override", one(ServiceBillingPlan), "https://two.example", "e", "https://two.example/v1/budgets/account/b1"},
		{"environment", nil, "", "s", "https://budget.s.samsungsdscloud.com/v1/budgets/account/b1"},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := &fake{t: t, steps: []step{reply(200, aBudget)}}
			c := newTest(t, f, func(c *Config) {
				c.Endpoints, c.EndpointOverride, c.Environment, c.AuthURL = test.endpoints, test.override, test.environment, testAuth
			})
			if _, err := c.ShowAccountBudget(t.Context(), "b1"); err != nil {
				t.Fatal(err)
			}
			if got := f.sent(); len(got) != 1 || got[0].url != test.want {
				t.Errorf("sent %v; want %s alone", got, test.want)
			}
		})
	}
}

func TestCatalogueChoice(t *testing.T) {
	for _, test := range []struct {
		name, region, body string
		want               string // base URL; "" is an error
		status             int    // of the error
	}{
		{"one row of any region", "kr-west1", catalogueJSON("kr-south9 scp-budget https://a.example", "kr-west1 scp-other https://b.example"), "https://a.example", 0},
		{"by region", "kr-west1", catalogueJSON("kr-east1 scp-budget https://a.example", "kr-west1 scp-budget https://b.example/"), "https://b.example", 0},
		{"no such region: by URL", "kr-north1", catalogueJSON("kr-west1 scp-budget https://b.example", "kr-east1 scp-budget https://a.example"), "https://a.example", 0},
		{"several of the region: by URL", "kr-west1", catalogueJSON("kr-west1 scp-budget https://c.example", "kr-west1 scp-budget https://b.example", "kr-east1 scp-budget https://a.example"), "https://b.example", 0},
		{"no region wanted", "", catalogueJSON("kr-west1 scp-budget https://b.example", "kr-east1 scp-budget https://a.example"), "https://a.example", 0},
		{"none", "kr-west1", catalogueJSON("kr-west1 scp-billingplan https://b.example"), "", 0},
		{"http", "", catalogueJSON("kr-west1 scp-budget http://a.example"), "", 0},
		{"user", "", catalogueJSON("kr-west1 scp-budget https://u:p@a.example"), "", 0},
		{"loopback", "", catalogueJSON("kr-west1 scp-budget http://127.0.0.1:99"), "http://127.0.0.1:99", 0},
		{"other fields, and no region", "", `{"endpoints":[{"region":null,"service_type":"scp-budget","url":"https://a.example","more":[1]}],"x":1}`, "https://a.example", 0},
		{"a number for a region", "", `{"endpoints":[{"region":1,"service_type":"scp-budget","url":"https://a.example"}]}`, "https://a.example", 0},
		{"no URL", "", `{"endpoints":[{"service_type":"scp-budget","url":null}]}`, "", 0},
		{"no list", "", `{"endpoints":null}`, "", 200},
		{"a list", "", `[]`, "", 200},
		{"a list of types", "", `{"endpoints":[{"service_type":["scp-budget"],"url":"https://a.example"}]}`, "", 200},
	} {
		t.Run(test.name, func(t *testing.T) {
			f := &fake{t: t, steps: []step{reply(200, test.body), reply(200, aBudget)}}
			c := newTest(t, f, viaCatalogue(test.region))
			_, err := c.ShowAccountBudget(t.Context(), "b1")
			got := f.sent()
			if got[0].url != testAuth+"/endpoints" || got[0].method != "GET" {
				t.Errorf("the first request is %s %s", got[0].method, got[0].url)
			}
			if test.want == "" {
				wantError(t, err, KindEndpoint, test.status, OutcomeNotSent)
				if len(got) != 1 {
					t.Errorf("%d requests; credentials went to %s", len(got), got[1].url)
				}
				return
			}
			if err != nil || len(got) != 2 || got[1].url != test.want+"/v1/budgets/account/b1" {
				t.Errorf("sent %v, %v; want %s", got, err, test.want)
			}
		})
	}
}

func TestNoAddressKnown(t *testing.T) {
	f := &fake{t: t}
	c := newTest(t, f, func(config *Config) { config.EndpointOverride = "" })
	_, err := c.ShowAccountBudget(t.Context(), "b1")
	e := wantError(t, err, KindEndpoint, 0, OutcomeNotSent)
	if !strings.Contains(e.Error(), "endpoints.budget") || !strings.Contains(e.Error(), "auth_url") {
		t.Errorf("the error does not say what to set: %v", e)
	}
	f.wantSent(t)
}

func TestCatalogueIsFetchedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rows := catalogueJSON("r scp-budget https://a.example", "r scp-billingplan https://b.example")
		f := &fake{t: t, repeatLast: true, steps: []step{
			func(r *http.Request) (*http.Response, error) {
				time.Sleep(time.Second)
				return reply(200, rows)(r)
			},
			reply(200, aBudget),
		}}
		c := newTest(t, f, viaCatalogue(""))
		showTogether(t, c, 20)
		if _, err := c.ShowAccountBudget(t.Context(), "b1"); err != nil {
			t.Error(err)
		}
		catalogues := 0
		for _, s := range f.sent() {
			if s.path == "/v1/endpoints" {
				catalogues++
			}
		}
		if catalogues != 1 || len(f.sent()) != 22 {
			t.Errorf("%d requests, %d of them for the catalogue; want 22 and 1", len(f.sent()), catalogues)
		}
	})
}

func TestCatalogueFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{t: t, steps: []step{
			reply(401, rejection, "Date", "Sat, 01 Jan 2000 00:10:00 GMT"),
			reply(404, gone),
			reply(200, `{"endpoints":"x"}`),
			reply(200, catalogueJSON("r scp-budget https://a.example")),
			reply(200, aBudget),
		}}
		c := newTest(t, f, viaCatalogue(""))
		_, err := c.ShowAccountBudget(t.Context(), "b1")
		e := wantError(t, err, KindEndpoint, 401, OutcomeNotSent)
		if e.Operation != "showAccountBudget" || e.ClockSkew != -10*time.Minute || !strings.Contains(err.Error(), "HmacValidFail") {
			t.Errorf("got %v, skew %s", err, e.ClockSkew)
		}
		if want := "showAccountBudget (GET /v1/budgets/account/b1): status 401 Unauthorized: the catalogue at auth_url could not be read: " +
			"listEndpoints (GET https://iam.example.invalid/v1/endpoints): status 401 from the gateway: UNAUTHORIZED: Request was rejected by gateway: HmacValidFail"; err.Error() != want {
			t.Errorf("got  %v\nwant %s", err, want)
		}
		// The catalogue's 404 says nothing about the budget.
		_, err = c.ShowAccountBudget(t.Context(), "b1")
		wantError(t, err, KindEndpoint, 404, OutcomeNotSent)
		if IsNotFound(err) {
			t.Errorf("the catalogue's 404 passes for the budget's: %v", err)
		}
		if text := err.Error(); strings.Count(text, "request ID req-1") != 1 || strings.Count(text, "[") != 1 {
			t.Errorf("the notes are there twice, or not at all: %s", text)
		}
		_, err = c.ShowAccountBudget(t.Context(), "b1")
		wantError(t, err, KindEndpoint, 200, OutcomeNotSent)
		if _, err := c.ShowAccountBudget(t.Context(), "b1"); err != nil {
			t.Errorf("a failure was kept: %v", err)
		}
		f.wantSent(t, "GET /v1/endpoints", "GET /v1/endpoints", "GET /v1/endpoints", "GET /v1/endpoints", "GET /v1/budgets/account/b1")
	})
}

// The catalogue's host asked for a longer pause than a call has time. The call ends with
// an error of time, and the fetch goes on for the calls after it.
func TestCatalogueWithinAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{t: t, steps: []step{reply(429, "", "Retry-After", "60"), reply(200, catalogueJSON("r scp-budget https://a.example")), reply(200, aBudget)}}
		c := newTest(t, f, viaCatalogue(""))
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		_, err := c.ShowAccountBudget(ctx, "b1")
		wantError(t, err, KindEndpoint, 0, OutcomeNotSent)
		if !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v", err)
		}
		f.wantSent(t, "GET /v1/endpoints")
		if _, err := c.ShowAccountBudget(t.Context(), "b1"); err != nil {
			t.Errorf("with time enough: %v", err)
		}
		f.wantSent(t, "GET /v1/endpoints", "GET /v1/endpoints", "GET /v1/budgets/account/b1")
	})
}

// A call that ends while it fetches the catalogue must not take the others with it.
func TestCatalogueOutlivesTheCallThatBeganIt(t *testing.T) {
	for _, cancelled := range []bool{true, false} {
		synctest.Test(t, func(t *testing.T) {
			slow := func(r *http.Request) (*http.Response, error) {
				select {
				case <-time.After(5 * time.Second):
					return reply(200, catalogueJSON("r scp-budget https://a.example"))(r)
				case <-r.Context().Done():
					return nil, r.Context().Err()
				}
			}
			f := &fake{t: t, repeatLast: true, steps: []step{slow, slow}}
			c := newTest(t, f, viaCatalogue(""))
			first, cancel := context.WithTimeout(t.Context(), 2*time.Second)
			defer cancel()
			want := context.DeadlineExceeded
			if cancelled {
				want = context.Canceled
				time.AfterFunc(time.Second, cancel)
			}
			var wg sync.WaitGroup
			wg.Go(func() {
				if _, err := c.endpoints.Get(first, "", c.fetchCatalogue); !errors.Is(err, want) {
					t.Errorf("the first call ended with %v, want %v", err, want)
				}
			})
			time.Sleep(100 * time.Millisecond)
			wg.Go(func() {
				if rows, err := c.endpoints.Get(t.Context(), "", c.fetchCatalogue); err != nil || len(rows) != 1 {
					t.Errorf("the second call got %v, %v", rows, err)
				}
			})
			wg.Wait()
			if n := len(f.sent()); n != 1 {
				t.Errorf("%d requests; want one", n)
			}
		})
	}
}
