package apispec

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

func request(method, target, body string) *http.Request {
	r := httptest.NewRequest(method, "http://127.0.0.1:1234"+target, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, name := range []string{"Scp-AccessKey", "Scp-Signature", "Scp-Timestamp", "Scp-ClientType"} {
		r.Header.Set(name, "x")
	}
	return r
}

func budgetBody(name string) string {
	return fmt.Sprintf(`{"name":%q,"amount":1000,"unit":"MONTHLY","start_month":"2099-01",`+
		`"notifications":{"is_use_notification":true,"notification_send_period":"FIRST","receivers":[],"thresholds":[80]},`+
		`"prevention":{"is_use_prevention":false,"receivers":[]}}`, name)
}

func TestCheckRequest(t *testing.T) {
	withHeader := func(r *http.Request, name, value string) *http.Request {
		r.Header.Set(name, value)
		return r
	}
	for _, test := range []struct {
		name    string
		request *http.Request
		want    string // "" is no problem
	}{
		{"list", request("GET", "/v1/budgets/account?page=0&size=20&sort=created_at:desc", ""), ""},
		{"api version", withHeader(request("GET", "/v1/budgets/account", ""), "Scp-Api-Version", "budget 1.0"), ""},
		{"wrong api version", withHeader(request("GET", "/v1/budgets/account", ""), "Scp-Api-Version", "budget"), "Scp-Api-Version"},
		{"no signature", withHeader(request("GET", "/v1/budgets/account", ""), "Scp-Signature", ""), "Scp-Signature is missing"},
		{"unknown query", request("GET", "/v1/budgets/account?limit=3", ""), `query parameter "limit" does not exist`},
		{"bad sort", request("GET", "/v1/budgets/account?sort=up", ""), "sort"},
		{"repeated filter", request("GET", "/v1/usages?account_id=a&account_id=b&limit=500", ""), ""},
		{"create", request("POST", "/v1/budgets/account", budgetBody("team-a")), ""},
		{"Korean name", request("POST", "/v1/budgets/account", budgetBody("예산 ㄱㅏ 2026")), ""},
		{"Korean name of 21", request("POST", "/v1/budgets/account", budgetBody(strings.Repeat("가", 21))), "maximum string length"},
		{"other script", request("POST", "/v1/budgets/account", budgetBody("予算")), "doesn't match"},
		{"unknown property", request("POST", "/v1/budgets/account", strings.Replace(budgetBody("a"), `"unit"`, `"colour":1,"unit"`, 1)), "colour"},
		{"unknown nested property", request("POST", "/v1/budgets/account", strings.Replace(budgetBody("a"), `"thresholds"`, `"treshold":1,"thresholds"`, 1)), "treshold"},
		{"missing property", request("POST", "/v1/budgets/account", `{"name":"a"}`), "amount"},
		{"threshold", request("POST", "/v1/budgets/account", strings.Replace(budgetBody("a"), "[80]", "[75]", 1)), "75"},
		{"body where none belongs", request("DELETE", "/v1/budgets/account/x", "{}"), "no body"},
		{"no such path", request("GET", "/v2/budgets", ""), "not an operation"},
		{"sibling wins over id", request("GET", "/v1/planned-computes/contract-types?service_id=a&server_type=b", ""), ""},
		{"id", request("GET", "/v1/planned-computes/5f36", ""), ""},
		{"catalogue", request("GET", "/v1/endpoints", ""), ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			expect(t, CheckRequest(test.request), test.want)
		})
	}
}

func expect(t *testing.T, err error, want string) {
	t.Helper()
	switch {
	case err == nil && want != "":
		t.Errorf("no problem was found; want one about %q", want)
	case err != nil && (want == "" || !strings.Contains(err.Error(), want)):
		t.Errorf("got %v; want %q", err, want)
	}
}

func TestCheckRequestLeavesTheBody(t *testing.T) {
	r := request("POST", "/v1/budgets/account", budgetBody("a"))
	if err := CheckRequest(r); err != nil {
		t.Fatal(err)
	}
	var body bytes.Buffer
	if _, err := body.ReadFrom(r.Body); err != nil || body.String() != budgetBody("a") {
		t.Errorf("the body is %q afterwards, %v", body.String(), err)
	}
}

const (
	serviceError = `{"errors":[{"code":"NotFound","title":"NotFound","detail":"gone","status":404,"request_id":"r","links":[]}]}`
	listDetail   = `{"errors":[{"code":"ValidationError","detail":["a",{"b":1}],"status":400}]}`
	rejection    = `{"status":"UNAUTHORIZED","name":"Request was rejected by gateway","message":"HmacValidFail"}`
	routeError   = `{"timestamp":"2026-06-05T04:44:11.384+00:00","path":"/v1/x","status":404,"error":"Not Found","requestId":"b3"}`
	aBudget      = `{"budget":{"id":"b1","name":"a","amount":"1000.0","unit":"MONTHLY","start_month":"2099-01","type":"COST",` +
		`"created_at":"2026-01-01T00:00:00","created_by":"x","modified_at":"2026-01-01 00:00:00","modified_by":"x"},"notifications":{},"prevention":{}}`
)

func TestCheckResponse(t *testing.T) {
	show := request("GET", "/v1/budgets/account/b1", "")
	versioned := func(r *http.Request, version string) *http.Request {
		r.Header.Set("Scp-Api-Version", "budget "+version)
		return r
	}
	linked := strings.Replace(aBudget, `"id":"b1"`, `"is_cost_linked":true,"id":"b1"`, 1)
	if err := CheckRequest(versioned(request("PUT", "/v1/budgets/account/b1/cost-linkage", ""), "1.1")); err != nil {
		t.Error(err)
	}
	for _, r := range []*http.Request{request("PUT", "/v1/budgets/account/b1/cost-linkage", ""), request("GET", "/v1/budgets/account?is_cost_linked=true", "")} {
		expect(t, CheckRequest(versioned(r, "1.0")), "does not exist")
	}
	for _, test := range []struct {
		name    string
		request *http.Request
		status  int
		body    string
		want    string
	}{
		{"budget", show, 200, aBudget, ""},
		{"budget 1.1", versioned(request("GET", "/v1/budgets/account/b1", ""), "1.1"), 200, linked, ""},
		{"1.1 under 1.0", versioned(request("GET", "/v1/budgets/account/b1", ""), "1.0"), 200, linked, "is_cost_linked"},
		{"the status of the 1.0 page", show, 201, aBudget, "not supported"},
		{"another success", show, 202, aBudget, "not supported"},
		{"without id", show, 200, strings.Replace(aBudget, `"id":"b1",`, "", 1), `"id"`},
		{"service 404", show, 404, serviceError, ""},
		{"gateway 404", show, 404, routeError, ""},
		{"unknown 404", show, 404, `{"a":1}`, "doesn't match"},
		{"gateway 401", show, 401, rejection, ""},
		{"list of details", request("POST", "/v1/budgets/account", budgetBody("a")), 400, listDetail, ""},
		{"unlisted error", show, 429, "slow down", ""},
		{"bad gateway", show, 502, "<html>", ""},
		{"delete", request("DELETE", "/v1/budgets/account/b1", ""), 204, "", ""},
		{"delete with body", request("DELETE", "/v1/budgets/account/b1", ""), 204, "{}", "no body"},
		{"usage with exact amounts", request("GET", "/v1/usages", ""), 200, `{"usages":[{"id":"a","amounts":{"krw":"106.3225806452","usd":"0.0"}}],"links":[]}`, ""},
		{"usage with a number", request("GET", "/v1/usages", ""), 200, `{"usages":[{"id":"a","amounts":{"krw":106.3,"usd":"0.0"}}]}`, "krw"},
	} {
		t.Run(test.name, func(t *testing.T) {
			header := http.Header{"Content-Type": {"application/json; charset=utf-8"}}
			if test.body == "" {
				header = http.Header{}
			}
			expect(t, CheckResponse(test.request, test.status, header, []byte(test.body)), test.want)
		})
	}
}

// reports stands for a test and keeps its errors.
type reports struct {
	testing.TB
	errors []string
}

func (r *reports) Helper()                   {}
func (r *reports) Error(args ...any)         { r.errors = append(r.errors, fmt.Sprint(args...)) }
func (r *reports) Errorf(f string, a ...any) { r.errors = append(r.errors, fmt.Sprintf(f, a...)) }

func TestHandler(t *testing.T) {
	reply := func(status int, body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		}
	}
	for _, test := range []struct {
		name    string
		request *http.Request
		next    http.HandlerFunc
		want    []string
	}{
		{"all is well", request("GET", "/v1/budgets/account/b1", ""), reply(200, aBudget), nil},
		{"bad request", request("GET", "/v1/budgets/account/b1?x=1", ""), reply(200, aBudget), []string{"the request"}},
		{"bad response", request("GET", "/v1/budgets/account/b1", ""), reply(200, `{}`), []string{"the response 200"}},
		{"unknown path", request("GET", "/nothing", ""), reply(404, routeError), nil},
		{"unknown path that responds", request("GET", "/nothing", ""), reply(200, `{}`), []string{"not an operation"}},
		{"nothing written", request("DELETE", "/v1/budgets/account/b1", ""), func(http.ResponseWriter, *http.Request) {}, []string{"the response 200"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			seen := &reports{TB: t}
			written := httptest.NewRecorder()
			Handler(seen, test.next).ServeHTTP(written, test.request)
			if len(seen.errors) != len(test.want) {
				t.Fatalf("reports %q; want %d", seen.errors, len(test.want))
			}
			for i, want := range test.want {
				if !strings.Contains(seen.errors[i], want) {
					t.Errorf("report %q; want %q", seen.errors[i], want)
				}
			}
		})
	}
}

// The document's own examples of errors must pass as responses.
func TestErrorExamplesAreResponses(t *testing.T) {
	r := request("GET", "/v1/budgets/account/b1", "")
	input, err := route(r)
	if err != nil {
		t.Fatal(err)
	}
	checked := 0
	for code, response := range input.Route.Operation.Responses.Map() {
		for _, content := range response.Value.Content {
			if content.Example == nil {
				continue
			}
			checked++
			var schemaError *openapi3.SchemaError
			if err := content.Schema.Value.VisitJSON(content.Example); errors.As(err, &schemaError) {
				t.Errorf("the example of %s: %v", code, err)
			}
		}
	}
	if checked == 0 {
		t.Error("no example was found")
	}
}
