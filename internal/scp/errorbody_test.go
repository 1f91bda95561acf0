package scp

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func TestErrorBodies(t *testing.T) {
	list := func(detail string) string {
		return `{"errors":[{"code":"ValidationError","title":"ValidationError","detail":` + detail + `,"status":400}]}`
	}
	for _, test := range []struct {
		name, body          string
		kind                Kind
		code, title, detail string
	}{
		{"sentence", list(`"Amount is required."`), KindService, "ValidationError", "ValidationError", "Amount is required."},
		{"printed list", list(`"['Field required', 'Field required', 'Field required', 'Field required']"`), KindService, "ValidationError", "ValidationError", "Field required (4 times)"},
		{"printed list, several", list(`"['Name is too long', \"it's wrong\", 'a \\'quoted\\' one']"`), KindService, "ValidationError", "ValidationError", "Name is too long; it's wrong; a 'quoted' one"},
		{"printed list with a line break", list(`"['one\\ntwo']"`), KindService, "ValidationError", "ValidationError", "one two"},
		{"printed list with nothing said", list(`"['', 'one', '\u0007']"`), KindService, "ValidationError", "ValidationError", "one"},
		{"empty printed list", list(`"[]"`), KindService, "ValidationError", "ValidationError", ""},
		{"looks like a list and is none", list(`"[see the manual]"`), KindService, "ValidationError", "ValidationError", "[see the manual]"},
		{"printed list cut short", list(`"['one', 'tw]"`), KindService, "ValidationError", "ValidationError", "['one', 'tw]"},
		{"printed list without comma", list(`"['one' 'two']"`), KindService, "ValidationError", "ValidationError", "['one' 'two']"},
		{"real list", list(`["one","two","one"]`), KindService, "ValidationError", "ValidationError", "one (2 times); two"},
		{"list of anything", list(`["one",2,true,null,{"a":"b"},["c"],""]`), KindService, "ValidationError", "ValidationError", `one; 2; true; {"a":"b"}; ["c"]`},
		{"list of problems", list(`[{"loc":["body","amount"],"msg":"Field required","type":"missing"},{"msg":"No place"}]`), KindService, "ValidationError", "ValidationError", "body.amount: Field required; No place"},
		{"object", list(`{"reason":"x"}`), KindService, "ValidationError", "ValidationError", `{"reason":"x"}`},
		{"number", list(`7`), KindService, "ValidationError", "ValidationError", "7"},
		{"null", list(`null`), KindService, "ValidationError", "ValidationError", ""},
		{"several errors", `{"errors":[{"code":"A","detail":"one","request_id":"r1"},{"code":"A","detail":"two"},{"code":"B","detail":"three","request_id":"r2"},{"code":"C"},"x",null]}`, KindService, "A", "", "one; two; B: three; C"},
		{"facts of a refusal", `{"errors":[{"code":"Forbidden","detail":"No.","response":{"action_name":"budget:CreateAccountBudget","access_level":"Create","other":1}}]}`, KindService, "Forbidden", "", "No. (action_name: budget:CreateAccountBudget, access_level: Create)"},
		{"control characters", list(`"a\u001b[31mb\r\nc\u202ed\u0000e"`), KindService, "ValidationError", "ValidationError", "a [31mb c d e"},
		{"code that is a number", `{"errors":[{"code":12,"title":null,"detail":"x"}]}`, KindService, "12", "", "x"},
		{"bare list of 400", `[{"loc":["body","name"],"msg":"too long","type_":"x","ctx":{}}]`, KindService, "", "", "body.name: too long"},
		{"rejection", rejection, KindGateway, "UNAUTHORIZED", "Request was rejected by gateway", "HmacValidFail"},
		{"route of 400", noRoute, KindGateway, "Not Found", "", ""},
		{"unknown object", `{"a":1}`, KindResponse, "", "", "the response is JSON, but not a known error body"},
		{"empty list", `[]`, KindResponse, "", "", "the response is a list, not an error body"},
		{"nothing", "  \n", KindResponse, "", "", "the response has an empty body"},
		{"page", "<!DOCTYPE html><html><TITLE>502 Bad\nGateway</TITLE>", KindResponse, "", "", `the response is not JSON: a page with the title "502 Bad Gateway"`},
		{"page without title", "<html><title>", KindResponse, "", "", "the response is not JSON: a page without a title"},
		{"text", "upstream connect error\x1b", KindResponse, "", "", `the response is not JSON: 23 bytes that begin with "upstream connect error"`},
		{"scalar", `"x"`, KindResponse, "", "", `the response is not JSON: 3 bytes that begin with ""x""`},
	} {
		t.Run(test.name, func(t *testing.T) {
			e := &Error{StatusCode: 400}
			readErrorBody(e, []byte(test.body))
			if e.Kind != test.kind || e.Code != test.code || e.Title != test.title || e.Detail != test.detail {
				t.Errorf("got %s, %q, %q, %q\nwant %s, %q, %q, %q", e.Kind, e.Code, e.Title, e.Detail, test.kind, test.code, test.title, test.detail)
			}
		})
	}
}

// The two bodies of the gateway come with more than the two statuses that they were seen with. Only
// its 404 says that there is no such route, and only the service's own 404 that the object does not exist.
func TestErrorBodiesByStatus(t *testing.T) {
	for _, test := range []struct {
		status int
		body   string
		kind   Kind
		want   string // "" is not looked at
	}{
		{404, gone, KindService, "x: status 404: NotFound: The requested resource could not be found. [request ID req-1; global request ID req-2]"},
		{404, noRoute, KindGateway, "x: status 404 from the gateway: Not Found: no such route: /v1/budgets/account/b1 [request ID b3c3a2be-54172]"},
		{404, `{"timestamp":"t","path":"/v1/x?secret=1","error":"Not Found","message":"m","requestId":"r"}`, KindGateway, "x: status 404 from the gateway: Not Found: no such route: /v1/x [request ID r]"},
		{404, `{"timestamp":"t","path":"/v1/x","status":404,"error":"Not Found","errors":[{"code":"NotFound"}]}`, KindGateway, ""},
		{404, "<html>NotFound</html>", KindResponse, ""},
		{404, "", KindResponse, ""},
		{404, `{"errors":[]}`, KindResponse, ""},
		{404, `{"errors":[{}]}`, KindResponse, ""},
		{404, `{"errors":null}`, KindResponse, ""},
		{404, `[{"msg":"x"}]`, KindResponse, ""},
		{400, serviceErr(400, "NotFound", "404"), KindService, ""},
		{409, serviceErr(409, "Conflict", "x"), KindService, ""},
		{401, serviceErr(401, "Unauthorized", "x"), KindService, ""},
		{401, rejection, KindGateway, "x: status 401 from the gateway: UNAUTHORIZED: Request was rejected by gateway: HmacValidFail"},
		{429, `{"timestamp":"t","path":"/v1/x","status":429,"error":"Too Many Requests","requestId":"r"}`, KindGateway, "x: status 429 from the gateway: Too Many Requests [request ID r]"},
		{503, `{"timestamp":"t","path":"/v1/x","status":503,"error":"Service Unavailable","message":"no host\nis up"}`, KindGateway, "x: status 503 from the gateway: Service Unavailable: no host is up"},
		{500, `{"timestamp":"t","path":"/v1/x","status":500,"error":"","requestId":""}`, KindGateway, "x: status 500 Internal Server Error from the gateway: no error message"},
		{408, `{"status":"REQUEST_TIMEOUT","name":"Request was rejected by gateway","message":"upstream"}`, KindGateway, "x: status 408 from the gateway: REQUEST_TIMEOUT: Request was rejected by gateway: upstream"},
	} {
		e := &Error{Operation: "x", StatusCode: test.status, Outcome: OutcomeRefused}
		readErrorBody(e, []byte(test.body))
		if e.Kind != test.kind || test.want != "" && e.Error() != test.want {
			t.Errorf("got  %s: %s\nwant %s: %s", e.Kind, e.Error(), test.kind, test.want)
		}
		wrapped := fmt.Errorf("outer: %w", e)
		service := test.kind == KindService
		if IsNotFound(wrapped) != (service && test.status == 404) || IsConflict(wrapped) != (service && test.status == 409) || OutcomeOf(wrapped) != OutcomeRefused {
			t.Errorf("not found %t, conflict %t, outcome %s: %v", IsNotFound(wrapped), IsConflict(wrapped), OutcomeOf(wrapped), e)
		}
	}
	if OutcomeOf(errors.New("404")) != OutcomeUnknown || IsNotFound(errors.New("404 NotFound")) {
		t.Error("an error of another package passes for one of the service")
	}
}

// However long the words of a server are, ours are not.
func TestErrorBodiesAreBounded(t *testing.T) {
	long := strings.Repeat("word ", 50_000)
	many := `["` + strings.Repeat(`a","b`, 10) + `"`
	for i := range 100 {
		many += `,"` + strings.Repeat("x", i+1) + `"`
	}
	many += "]"
	for _, body := range []string{
		`{"errors":[{"code":"` + long + `","title":"` + long + `","detail":"` + long + `","request_id":"` + long + `"}]}`,
		`{"errors":[{"code":"a","detail":` + many + `}]}`,
		`{"status":"` + long + `","name":"` + long + `","message":"` + long + `"}`,
		long,
	} {
		e := &Error{Operation: "x", StatusCode: 400}
		readErrorBody(e, []byte(body))
		if text := e.Error(); len(text) > 1500 || text == "" {
			t.Errorf("%d characters: %.100s", len(text), text)
		}
	}
	e := &Error{StatusCode: 400}
	readErrorBody(e, []byte(`{"errors":[{"code":"a","detail":`+many+`}]}`))
	if !strings.HasSuffix(e.Detail, "...") && !strings.HasSuffix(e.Detail, "and more") {
		t.Errorf("a long list ends without a sign: %q", e.Detail)
	}
}

func TestCleanString(t *testing.T) {
	for given, want := range map[string]string{
		"plain":               "plain",
		"  a \t\n b  ":        "a b",
		"a\xffb":              "a b",
		"예산":                  "예산",
		"0123456789abc":       "0123456789...",
		"01234567  ab":        "01234567 a...",
		"\x1b]0;title\x07bad": "]0;title b...",
		"":                    "",
	} {
		if got := cleanString(given, 10); got != want {
			t.Errorf("%q became %q; want %q", given, got, want)
		}
	}
}
