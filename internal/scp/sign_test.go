package scp

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// The vectors of NOTES section 3.
var vectors = []struct{ method, url, accountID, want string }{
	{"GET", "https://budget.e.samsungsdscloud.com/v1/budgets/account?page=0&size=20", "", "oS6F5wGftwLTRSVtGxHKybLIUNIhOpXD+dm62m5WKOM="},
	{"GET", "https://budget.e.samsungsdscloud.com/v1/budgets/account?page=0&size=20", "228cb9e4a7934f84853594c7f26f7a21", "aqy+sYtketxIdJRIUHobq+bzwkAYJebxJC3wwZw8LCM="},
	{"POST", "https://billingplan.e.samsungsdscloud.com/v1/planned-computes/cancellation-fee", "", "suJlF29V0cDoucAWBI6ohlVsqee97DQtLYjTyq07nhs="},
	{"GET", "https://costexplorer.e.samsungsdscloud.com/v1/bills?resource_name=a+b%2Fc&service_category=COMPUTE&service_category=DATABASE", "", "96HNiG8Dhq5xIZLdMOA+37HH4R1Th89sYnG9fj/A8+8="},
	{"GET", "https://iam.e.samsungsdscloud.com/v1/endpoints", "", "rL3Q8Xiw0KxcVNWuI/p4C9bmS3/HQsXC/iCUlHPo8jU="},
}

func TestSignatureVectors(t *testing.T) {
	for _, v := range vectors {
		if got := signature(v.method, v.url, "1767225600000", testAccessKey, v.accountID, testSecretKey); got != v.want {
			t.Errorf("%s %s: %s; want %s", v.method, v.url, got, v.want)
		}
	}
}

// The vectors again, through whole calls at the time of the vectors.
func TestCallsAreSignedLikeTheVectors(t *testing.T) {
	list := func(ctx context.Context, c *Client) {
		for range c.ListAccountBudgets(ctx, BudgetFilter{Size: 20}) {
		}
	}
	calls := []func(ctx context.Context, c *Client){
		list,
		list,
		func(ctx context.Context, c *Client) { _, _ = c.ShowCancellationFee(ctx, []string{"a"}, "") },
		nil, // the limit is always sent, so this vector is not a call of ours
		func(ctx context.Context, c *Client) { _, _ = c.fetchCatalogue(ctx) },
	}
	for i, v := range vectors {
		if calls[i] == nil {
			continue
		}
		synctest.Test(t, func(t *testing.T) {
			time.Sleep(time.Until(time.UnixMilli(1767225600000)))
			f := &fake{t: t, steps: []step{reply(400, `{}`)}}
			c := newTest(t, f, func(config *Config) {
				config.EndpointOverride, config.Environment, config.AccountID = "", "e", v.accountID
			})
			calls[i](t.Context(), c)
			got := f.sent()
			if len(got) != 1 || got[0].url != v.url || got[0].header.Get("Scp-Signature") != v.want {
				t.Errorf("sent %+v; want %s with %s", got, v.url, v.want)
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	f := &fake{t: t, steps: []step{reply(200, `{"endpoints":[{}]}`), reply(200, aBudget), reply(200, aBudget)}}
	c := newTest(t, f, func(config *Config) {
		config.AccountID, config.AuthToken, config.Language, config.UserAgent, config.AuthURL = "acc-1", testToken, "ko-KR", "tool/1.0", testAuth
	})
	if _, err := c.fetchCatalogue(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := c.SetAccountBudget(t.Context(), "b1", validInput()); err != nil {
		t.Fatal(err)
	}
	plain := newTest(t, f, nil)
	if _, err := plain.ShowAccountBudget(t.Context(), "b1"); err != nil {
		t.Fatal(err)
	}
	absent := "\x00"
	for i, want := range []map[string]string{
		{"Scp-Api-Version": absent, "Scp-AccountId": "acc-1", "X-Auth-Token": testToken, "Accept-Language": "ko-KR", "User-Agent": "tool/1.0", "Content-Type": absent, "Scp-ClientType": "Openapi", "Scp-AccessKey": testAccessKey, "Accept": "application/json"},
		{"Scp-Api-Version": "budget 1.1", "Scp-AccountId": "acc-1", "X-Auth-Token": testToken, "Accept-Language": "ko-KR", "Content-Type": "application/json"},
		{"Scp-Api-Version": "budget 1.1", "Scp-AccountId": absent, "X-Auth-Token": absent, "Accept-Language": "en-US", "Content-Type": absent},
	} {
		header := f.sent()[i].header
		for name, value := range want {
			got, there := header[http.CanonicalHeaderKey(name)]
			if value == absent && there || value != absent && (len(got) != 1 || got[0] != value) {
				t.Errorf("request %d: %s is %q; want %q", i, name, got, value)
			}
		}
	}
}

// What goes over the wire must be the string that was signed: here the server
// rebuilds that string from what it receives.
func TestSignedStringIsSentString(t *testing.T) {
	var hits atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hits.Add(1)
		text := "http://" + r.Host + r.RequestURI
		want := signature(r.Method, text, r.Header.Get("Scp-Timestamp"), r.Header.Get("Scp-AccessKey"), "", testSecretKey)
		if r.Header.Get("Scp-Signature") != want {
			t.Errorf("the signature is not that of %s %s", r.Method, text)
		}
		if strings.Contains(r.RequestURI, "usages") {
			_, _ = w.Write([]byte(`{"usages":[]}`))
			return
		}
		_, _ = w.Write([]byte(strings.Replace(aBudget, `"id":"b1"`, `"id":null`, 1)))
	}))
	defer server.Close()
	for _, base := range []string{server.URL, server.URL + "/", strings.Replace(server.URL, "127.0.0.1", "LocalHost", 1), server.URL + "/a%2fb/~x//"} {
		c := newTest(t, nil, func(config *Config) { config.EndpointOverride, config.MaxRetries = base, 0 })
		for _, id := range []string{"b1", "a b", "a/../b", "%2f", "a?b#c", "..%2f..", "예산", "a+b&c=d", "'()*!~", "a;b,c:d@e$", `a\b`, "./a"} {
			if _, err := c.ShowAccountBudget(t.Context(), id); err != nil {
				t.Errorf("%s: %v", id, err)
			}
		}
		collect(t, c.ListUsages(t.Context(), UsageFilter{RowFilter: RowFilter{ResourceName: "예산 a+b/c%2f&d=e;f'\"[]{}|\\^`", AccountIDs: []string{"b", "a"}}}))
	}
	if hits.Load() != 52 {
		t.Errorf("%d requests arrived; want 52", hits.Load())
	}
}

// What comes of the other ids is tested by TestIDsReachNoOtherPath in internal/testing/e2e.
func TestRefusedIDsMakeNoRequest(t *testing.T) {
	bad := []string{"", ".", "..", "a\nb", "a\x00", "a\x7f", "a\u202eb", "a\u0085", "\xff", strings.Repeat("a", 257)}
	for _, id := range bad {
		c, f := script(t)
		_, showErr := c.ShowAccountBudget(t.Context(), id)
		_, setErr := c.SetAccountBudget(t.Context(), id, validInput())
		deleteErr := c.DeleteAccountBudget(t.Context(), id)
		_, contractErr := c.ShowPlannedCompute(t.Context(), id)
		_, updateErr := c.UpdatePlannedCompute(t.Context(), id, PlannedComputeChange{Action: ExtendCancel})
		for _, err := range []error{showErr, setErr, deleteErr, contractErr, updateErr} {
			wantConfigError(t, err, "_id", "")
			if OutcomeOf(err) != OutcomeNotSent {
				t.Errorf("%q: outcome %s", id, OutcomeOf(err))
			}
		}
		f.wantSent(t)
	}
	// These are other operations of the API.
	for _, id := range []string{"contract-types", "OS-Types", "cancellation-fee", "instances", "server-types", "service-types"} {
		c, f := script(t)
		_, err := c.ShowPlannedCompute(t.Context(), id)
		wantConfigError(t, err, "planned_compute_id", "another path")
		f.wantSent(t)
	}
}

// A request is signed with the time at which it is sent, not with that of the
// first attempt.
func TestEachAttemptIsSignedAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, f := script(t, reply(503, down), reply(200, aBudget))
		if _, err := c.ShowAccountBudget(t.Context(), "b1"); err != nil {
			t.Fatal(err)
		}
		for i, s := range f.sent() {
			if want := strconv.FormatInt(s.at.UnixMilli(), 10); s.header.Get("Scp-Timestamp") != want {
				t.Errorf("attempt %d has the timestamp %s; want %s", i+1, s.header.Get("Scp-Timestamp"), want)
			}
			want := signature("GET", testBase+"/v1/budgets/account/b1", s.header.Get("Scp-Timestamp"), testAccessKey, "", testSecretKey)
			if s.header.Get("Scp-Signature") != want {
				t.Errorf("attempt %d is not signed for its own time", i+1)
			}
		}
	})
}
