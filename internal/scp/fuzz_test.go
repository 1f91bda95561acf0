package scp

// Whatever a server returns: no panic, no control character in an error, no
// error without bounds, and no address but our own.

import (
	"encoding/json"
	"errors"
	"maps"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/money"
)

// tidy checks the message of an error.
func tidy(t *testing.T, text string) {
	t.Helper()
	if len(text) > 4000 || !utf8.ValidString(text) || strings.ContainsFunc(text, unicode.IsControl) {
		t.Errorf("an unfit error: %q", text)
	}
}

func FuzzErrorBody(f *testing.F) {
	for _, seed := range []string{
		gone, down, rejection, noRoute, "", "[]", "null", "<html><title>x</title>", `[{"loc":["a"],"msg":"b"}]`,
		serviceErr(400, "ValidationError", "['Field required', \"it's\", 'a\\n']"), `{"errors":[{"detail":["a",{"b":[1]},null]}]}`,
		`{"errors":[{"code":"Forbidden","detail":"No.","response":{"action_name":"x"}}]}`, "\xff\x00\x1b[31m", `{"errors":{"code":"a"}}`,
	} {
		for _, status := range []int{400, 404, 503} {
			f.Add(status, []byte(seed))
		}
	}
	f.Fuzz(func(t *testing.T, status int, body []byte) {
		e := &Error{Operation: "x", Method: "GET", Path: "/v1/x", StatusCode: status, Outcome: OutcomeRefused}
		readErrorBody(e, body)
		tidy(t, e.Error())
		if e.Kind != KindService && e.Kind != KindGateway && e.Kind != KindResponse {
			t.Errorf("kind %s", e.Kind)
		}
		var fields map[string]any
		isErrors := func(name string) bool { return strings.EqualFold(name, "errors") }
		if IsNotFound(e) && (json.Unmarshal(body, &fields) != nil || !slices.ContainsFunc(slices.Collect(maps.Keys(fields)), isErrors)) {
			t.Errorf("%q passes for the service's 404", body)
		}
	})
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		budgetJSON, contractJSON, `{"budgets":[{"id":"a","name":"n","amount":"1.0","unit":"u","start_month":"s"}],"count":"1","size":null}`,
		`{"planned_computes":[{"id":"a"}],"total_count":1}`, `{"cancellation_fee":{"krw":"1"},"currency":{"code":1}}`,
		`{"coverages":[{"unit_price":{"krw":1}}],"amount":{"total":0},"os":"x","service":{}}`,
		`{"payments":[{"bill_amount":{"krw":"1"}}],"count":1,"size":1}`, `{"bills":[{"amounts":{"krw":"1"}}],"links":[{"rel":"next","href":"?marker=a"}]}`,
		"", "null", "[]", `{"budget":{"amount":1e999999999}}`, `{"budget":{"amount":"0.` + strings.Repeat("0", 200) + `1"}}`, `{"budget":[]}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		check := func(err error) {
			if err == nil {
				return
			}
			tidy(t, err.Error())
			var unreadable *unreadableError
			var shape *shapeError
			if !errors.As(err, &unreadable) && !errors.As(err, &shape) && !errors.Is(err, errEmpty) {
				t.Errorf("an error of an unknown type: %T %v", err, err)
			}
		}
		budget, err := budgetObjects.decodeOf(body, "b1")
		check(err)
		if err == nil && (budget.Name == "" || budget.ID == "") {
			t.Error("a budget without a name or an id")
		}
		_, err = plannedComputeObjects.decodeOf(body, "p1")
		check(err)
		_, err = budgetObjects.createdID(body)
		check(err)
		_, err = decodePage[Budget](body, "budgets")
		check(err)
		_, err = decodePage[PlannedCompute](body, "planned_computes")
		check(err)
		_, err = decodeCancellationFee(body)
		check(err)
		for _, into := range []any{new(PlannedComputeInstances), new(ServerType), new(ContractTypes), new(catalogueRow)} {
			check(decodeJSON(body, into))
		}
		_, err = decodePage[Payment](body, "payments")
		check(err)
		page, err := decodePage[Bill](body, "bills")
		check(err)
		for _, row := range page.Rows {
			if row.Amounts != nil && row.Amounts.KRW != nil && !money.Valid(*row.Amounts.KRW) {
				t.Errorf("the amount %q", *row.Amounts.KRW)
			}
		}
	})
}

func FuzzNextMarker(f *testing.F) {
	for _, seed := range []string{
		"https://costexplorer.e.samsungsdscloud.com/v1/usages?limit=20&marker=607e", "?marker=a%2Fb", "//evil/?marker=x#?marker=y", "", "?marker=%", "?a;marker=b", "?marker=\n",
	} {
		f.Add("next", seed)
	}
	f.Fuzz(func(t *testing.T, rel, href string) {
		marker, err := nextMarker([]link{{Rel: rel, Href: href}})
		if err != nil {
			tidy(t, err.Error())
			return
		}
		if marker == "" {
			return
		}
		target := &call{path: "/v1/usages", query: url.Values{"marker": {marker}}}
		if err := target.aim(testBase); err != nil {
			t.Fatalf("%q: %v", marker, err)
		}
		if target.url.Host != "api.example.invalid" || target.url.Path != "/v1/usages" || target.url.Query().Get("marker") != marker || len(target.url.Query()) != 1 {
			t.Errorf("the marker %q leads to %s", marker, target.url)
		}
	})
}

func FuzzCreatedWithin(f *testing.F) {
	for _, seed := range []string{"2026-03-01T12:00:30", "2026-03-01 21:00:30.5+09:00", "2026-03-01T12:00:30Z", "", "2026-02-30T00:00:00", "0000-00-00T00:00:00"} {
		f.Add(seed)
	}
	middle := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, text string) {
		within, readable := CreatedWithin(text, middle.Add(-time.Minute), middle.Add(time.Minute))
		if within && !readable {
			t.Errorf("%q is within, and not readable", text)
		}
		wider, again := CreatedWithin(text, middle.Add(-time.Hour), middle.Add(time.Hour))
		if again != readable || within && !wider {
			t.Errorf("%q is within a minute, and not within an hour", text)
		}
	})
}

func FuzzIDs(f *testing.F) {
	for _, seed := range []string{"b1", "", ".", "..", "a/../b", "%2f", "a?b", "a#b", "a\x00", "예산", "contract-types", "a\\b", ";", "a b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		for _, pathOf := range []func(string) (string, error){budgetPath, plannedComputePath} {
			path, err := pathOf(id)
			if err != nil {
				tidy(t, err.Error())
				continue
			}
			target := &call{path: path}
			if err := target.aim(testBase); err != nil {
				t.Fatalf("%q: %v", id, err)
			}
			segments := strings.Split(target.url.EscapedPath(), "/")
			last, err := url.PathUnescape(segments[len(segments)-1])
			if err != nil || last != id || len(segments) != strings.Count(budgetsPath, "/")+2 && len(segments) != strings.Count(plannedComputesPath, "/")+2 || target.url.RawQuery != "" || target.url.Host != "api.example.invalid" {
				t.Errorf("%q leads to %s", id, target.url)
			}
		}
	})
}

func FuzzBaseURL(f *testing.F) {
	for _, seed := range []string{"https://a.example/v1/endpoints", "http://127.0.0.1:1", "http://localhost.evil", "https://u:p@a", "https://a?b", "https://[::1]:2/x", "https://a/%2e%2e/b", "HTTPS://A", "https://a:"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, address string) {
		base, problem := parseBaseURL(address)
		if problem != "" {
			tidy(t, problem)
			return
		}
		u, err := url.Parse(base)
		if err != nil || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Hostname() == "" || strings.HasSuffix(base, "/") {
			t.Fatalf("%q became %q", address, base)
		}
		if u.Scheme != "https" && !(u.Scheme == "http" && isLoopback(u.Hostname())) {
			t.Fatalf("credentials would go to %q", base)
		}
		if again, problem := parseBaseURL(base); problem != "" || again != base {
			t.Errorf("%q became %q, then %q (%s)", address, base, again, problem)
		}
		if err := (&call{path: "/v1/x"}).aim(base); err != nil {
			t.Errorf("%q cannot be sent to: %v", base, err)
		}
	})
}
