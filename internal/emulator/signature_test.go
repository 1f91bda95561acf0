package emulator

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// The vectors of NOTES section 3.
var vectors = []struct {
	method, url, account, signature string
}{
	{"GET", "https://budget.e.samsungsdscloud.com/v1/budgets/account?page=0&size=20", "", "oS6F5wGftwLTRSVtGxHKybLIUNIhOpXD+dm62m5WKOM="},
	{"GET", "https://budget.e.samsungsdscloud.com/v1/budgets/account?page=0&size=20", "228cb9e4a7934f84853594c7f26f7a21", "aqy+sYtketxIdJRIUHobq+bzwkAYJebxJC3wwZw8LCM="},
	{"POST", "https://billingplan.e.samsungsdscloud.com/v1/planned-computes/cancellation-fee", "", "suJlF29V0cDoucAWBI6ohlVsqee97DQtLYjTyq07nhs="},
	{"GET", "https://costexplorer.e.samsungsdscloud.com/v1/bills?resource_name=a+b%2Fc&service_category=COMPUTE&service_category=DATABASE", "", "96HNiG8Dhq5xIZLdMOA+37HH4R1Th89sYnG9fj/A8+8="},
	{"GET", "https://iam.e.samsungsdscloud.com/v1/endpoints", "", "rL3Q8Xiw0KxcVNWuI/p4C9bmS3/HQsXC/iCUlHPo8jU="},
}

const vectorStamp = 1767225600000

func vectorRequest(method, url, account, signature string) *http.Request {
	r := httptest.NewRequest(method, url, nil)
	r.Header.Set("Scp-AccessKey", "EXAMPLEACCESSKEY0001")
	r.Header.Set("Scp-Timestamp", strconv.Itoa(vectorStamp))
	r.Header.Set("Scp-ClientType", "Openapi")
	r.Header.Set("Scp-Signature", signature)
	if account != "" {
		r.Header.Set("Scp-AccountId", account)
	}
	return r
}

func vectorServer(t *testing.T, opt Options) *Server {
	t.Helper()
	opt.AccessKey, opt.SecretKey = "EXAMPLEACCESSKEY0001", "example-secret-key-not-real-0001"
	opt.Now = func() time.Time { return time.UnixMilli(vectorStamp) }
	s, err := New(opt)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestSignatureVectors(t *testing.T) {
	s := vectorServer(t, Options{})
	for i, v := range vectors {
		t.Run(strconv.Itoa(i+1), func(t *testing.T) {
			if refused := s.authenticate(s.newCall(vectorRequest(v.method, v.url, v.account, v.signature))); refused != nil {
				t.Errorf("refused: %d %s", refused.status, refused.body)
			}
			// One sign more in the URL, another method, another account: another string.
			for name, r := range map[string]*http.Request{
				"url":       vectorRequest(v.method, v.url+"?", v.account, v.signature),
				"method":    vectorRequest("PUT", v.url, v.account, v.signature),
				"account":   vectorRequest(v.method, v.url, v.account+"0", v.signature),
				"scheme":    vectorRequest(v.method, "http"+strings.TrimPrefix(v.url, "https"), v.account, v.signature),
				"signature": vectorRequest(v.method, v.url, v.account, strings.ToLower(v.signature)),
			} {
				refused := s.authenticate(s.newCall(r))
				if refused == nil || refused.status != http.StatusUnauthorized || !strings.Contains(string(refused.body), "HmacValidFail") {
					t.Errorf("other %s: not refused as a bad signature: %v", name, refused)
				}
			}
		})
	}
}

// The query must be taken as sent: parsing and encoding it again gives another string.
func TestSignatureOverRawTarget(t *testing.T) {
	em := start(t, Options{})
	for _, query := range []string{"sort=name:asc&size=5", "size=5&sort=name%3Aasc", "search_name=a+b", "search_name=a%20b", "search_name=%ec%98%88"} {
		want(t, em, 200, "GET", "/v1/budgets/account?"+query, "")
	}
}

func TestCredentialsRefused(t *testing.T) {
	em := start(t, Options{})
	const target = "/v1/budgets/account"
	signed := func(access, secret string, off time.Duration) func(*http.Request) {
		return func(r *http.Request) { sign(r, em.URL+target, access, secret, em.Now().Add(off)) }
	}
	for name, c := range map[string]struct {
		edit    func(*http.Request)
		status  int
		message string
	}{
		"none":           {func(r *http.Request) { r.Header = http.Header{} }, 404, "Not Found"},
		"no signature":   {func(r *http.Request) { r.Header.Del("Scp-Signature") }, 401, "HmacValidFail"},
		"no client type": {func(r *http.Request) { r.Header.Del("Scp-ClientType") }, 401, "HmacValidFail"},
		"wrong secret":   {signed(ExampleAccessKey, "wrong", 0), 401, "HmacValidFail"},
		"wrong key":      {signed("WRONG", ExampleSecretKey, 0), 401, "HmacValidFail"},
		"two signatures": {func(r *http.Request) { r.Header.Add("Scp-Signature", "x") }, 401, "HmacValidFail"},
		"late":           {signed(ExampleAccessKey, ExampleSecretKey, -301*time.Second), 401, "HmacValidFail"},
		"early":          {signed(ExampleAccessKey, ExampleSecretKey, 301*time.Second), 401, "HmacValidFail"},
		"far off": {func(r *http.Request) {
			sign(r, em.URL+target, ExampleAccessKey, ExampleSecretKey, time.UnixMilli(1<<62))
		}, 401, "HmacValidFail"},
		"within 5 min": {signed(ExampleAccessKey, ExampleSecretKey, 299*time.Second), 200, ""},
		"account in the string": {func(r *http.Request) {
			r.Header.Set("Scp-AccountId", "a")
			sign(r, em.URL+target, ExampleAccessKey, ExampleSecretKey, em.Now())
		}, 200, ""},
	} {
		t.Run(name, func(t *testing.T) {
			r := request(t, em, "GET", target, "", nil)
			c.edit(r)
			a := send(t, r)
			if a.status != c.status {
				t.Fatalf("status %d, want %d: %s", a.status, c.status, a.body)
			}
			switch c.status {
			case 404: // the gateway's body, not the service's
				if a.get(t, "error") != c.message || a.get(t, "path") != target || a.get(t, "status") != "404" {
					t.Errorf("body %s", a.body)
				}
			case 401:
				if a.get(t, "message") != c.message || a.get(t, "status") != "UNAUTHORIZED" {
					t.Errorf("body %s", a.body)
				}
			}
		})
	}
}

func TestTimestampToleranceIsASetting(t *testing.T) {
	var passed atomic.Int64
	now := func() time.Time { return testNow.Add(time.Duration(passed.Load())) }
	em := start(t, Options{Now: now, Guesses: Guesses{TimestampTolerance: time.Minute}})
	off := start(t, Options{Now: now, Guesses: Guesses{TimestampTolerance: -1}})
	r := request(t, em, "GET", "/v1/budgets/account", "", nil)
	unchecked := request(t, off, "GET", "/v1/budgets/account", "", nil)
	passed.Add(int64(61 * time.Second))
	if a := send(t, r); a.status != 401 || a.get(t, "message") != hmacValidFail {
		t.Errorf("%d %s", a.status, a.body)
	}
	passed.Add(int64(1000 * time.Hour))
	if a := send(t, unchecked); a.status != 200 {
		t.Errorf("no check wanted: %d %s", a.status, a.body)
	}
}

func TestAnotherAccountIsRefused(t *testing.T) {
	em := start(t, Options{AccountID: "own"})
	for account, status := range map[string]int{"own": 200, "": 200, "other": 401} {
		r := request(t, em, "GET", "/v1/budgets/account", "", func(r *http.Request) { r.Header.Set("Scp-AccountId", account) })
		if a := send(t, r); a.status != status {
			t.Errorf("account %q: status %d, want %d", account, a.status, status)
		}
	}
}
