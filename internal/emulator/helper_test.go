package emulator

// A client of the tests' own. It signs from NOTES section 3.

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/apispec"
)

// testNow is where the tests' clocks start.
var testNow = time.Date(2026, 3, 10, 3, 4, 5, 0, time.UTC)

// at is a clock that stands still.
func at(now time.Time) func() time.Time { return func() time.Time { return now } }

// start runs a strict emulator with a clock that stands still.
func start(t *testing.T, opt Options) *Running {
	t.Helper()
	opt.Strict = true
	return startAsIs(t, opt)
}

// startAsIs is start with the options' own strictness.
func startAsIs(t *testing.T, opt Options) *Running {
	t.Helper()
	if opt.Now == nil {
		opt.Now = at(testNow)
	}
	em, err := Start(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := em.Close(); err != nil {
			t.Error(err)
		}
	})
	return em
}

type response struct {
	status int
	header http.Header
	body   []byte
}

// get reads a value out of the body: keys and indexes with dots between. Numbers are
// given as strings.
func (a response) get(t *testing.T, path string) any {
	t.Helper()
	v := a.raw(t, path)
	if n, isNumber := v.(json.Number); isNumber {
		return n.String()
	}
	return v
}

// raw is get with numbers as json.Number.
func (a response) raw(t *testing.T, path string) any {
	t.Helper()
	dec := json.NewDecoder(bytes.NewReader(a.body))
	dec.UseNumber()
	var v any
	if err := dec.Decode(&v); err != nil {
		t.Fatalf("response %d %q: %v", a.status, a.body, err)
	}
	for key := range strings.SplitSeq(path, ".") {
		switch x := v.(type) {
		case map[string]any:
			inner, there := x[key]
			if !there {
				t.Fatalf("no %s of %s in %s", key, path, a.body)
			}
			v = inner
		case []any:
			i, err := strconv.Atoi(key)
			if err != nil || i >= len(x) {
				t.Fatalf("no %s of %s in %s", key, path, a.body)
			}
			v = x[i]
		default:
			t.Fatalf("no %s of %s in %s", key, path, a.body)
		}
	}
	return v
}

// list is get for lists.
func (a response) list(t *testing.T, path string) []any {
	t.Helper()
	l, ok := a.get(t, path).([]any)
	if !ok {
		t.Fatalf("%s is not a list in %s", path, a.body)
	}
	return l
}

// stringsOf are the values of one key in every element of a list.
func (a response) stringsOf(t *testing.T, list, key string) []string {
	t.Helper()
	out := []string{}
	for i := range a.list(t, list) {
		out = append(out, a.get(t, list+"."+strconv.Itoa(i)+"."+key).(string))
	}
	return out
}

func (a response) detail(t *testing.T) string {
	t.Helper()
	s, ok := a.get(t, "errors.0.detail").(string)
	if !ok {
		t.Fatalf("no detail in %s", a.body)
	}
	return s
}

func sign(r *http.Request, url, access, secret string, at time.Time) {
	stamp := strconv.FormatInt(at.UnixMilli(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(r.Method + url + stamp + access + r.Header.Get("Scp-AccountId") + "Openapi"))
	r.Header.Set("Scp-AccessKey", access)
	r.Header.Set("Scp-Timestamp", stamp)
	r.Header.Set("Scp-ClientType", "Openapi")
	r.Header.Set("Scp-Signature", base64.StdEncoding.EncodeToString(mac.Sum(nil)))
}

// request creates a signed request; edit may change it before it is signed.
func request(t *testing.T, em *Running, method, target, body string, edit func(*http.Request)) *http.Request {
	t.Helper()
	var in io.Reader
	if body != "" {
		in = strings.NewReader(body)
	}
	r, err := http.NewRequestWithContext(t.Context(), method, em.URL+target, in)
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if edit != nil {
		edit(r)
	}
	sign(r, em.URL+target, ExampleAccessKey, ExampleSecretKey, em.opt.Now())
	return r
}

var plain = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// send sends a request and must get a response.
func send(t *testing.T, r *http.Request) response {
	t.Helper()
	a, err := trySend(r)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func trySend(r *http.Request) (response, error) {
	res, err := plain.Do(r)
	if err != nil {
		return response{}, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 4<<20))
	return response{res.StatusCode, res.Header, body}, err
}

func do(t *testing.T, em *Running, method, target, body string) response {
	t.Helper()
	return send(t, request(t, em, method, target, body, nil))
}

// want is do with the status that must come, in a form that the contract allows.
func want(t *testing.T, em *Running, status int, method, target, body string) response {
	t.Helper()
	a := do(t, em, method, target, body)
	if a.status != status {
		t.Fatalf("%s %s %s: status %d, want %d: %s", method, target, body, a.status, status, a.body)
	}
	conform(t, method, target, a)
	return a
}

// conform fails the test when a response is not one that the contract knows.
func conform(t *testing.T, method, target string, a response) {
	t.Helper()
	if err := apispec.CheckListedResponse(httptest.NewRequest(method, target, nil), a.status, a.header, a.body); err != nil {
		t.Error(err)
	}
}

// selects compares the rows of a list that queries select, each named by one of its members.
func selects(t *testing.T, em *Running, path, list, member string, rows map[string]string) {
	t.Helper()
	for query, wanted := range rows {
		if got := strings.Join(want(t, em, 200, "GET", path+query, "").stringsOf(t, list, member), " "); got != wanted {
			t.Errorf("%s%s: %q, want %q", path, query, got, wanted)
		}
	}
}
