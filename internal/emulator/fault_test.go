package emulator

import (
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Each mode: what the client sees, and whether the budget exists afterwards.
func TestFaultModes(t *testing.T) {
	for _, c := range []struct {
		rule      string
		processed bool
		recorded  int // status in the record
		err       error
		status    int
		body      string
	}{
		{"mode=reset-before", false, 0, syscall.ECONNRESET, 0, ""},
		{"mode=reset-after", true, 0, syscall.ECONNRESET, 0, ""},
		{"mode=truncate", true, 201, io.ErrUnexpectedEOF, 201, ""},
		{"mode=html", false, 200, nil, 200, htmlPage},
		{"mode=html-after", true, 200, nil, 200, htmlPage},
		{"mode=empty", true, 201, nil, 201, ""},
		{"mode=empty-before", false, 200, nil, 200, ""},
		{"mode=slow,delay=1ms", true, 201, nil, 201, `"name":"n"`},
		{"mode=gateway-401", false, 401, nil, 401, `"message":"HmacValidFail"`},
		{"mode=gateway-401,message=no endpoint", false, 401, nil, 401, `"message":"no endpoint"`},
		{"mode=gateway-404", false, 404, nil, 404, `"error":"Not Found"`},
		{"mode=status-after,status=504", true, 504, nil, 504, `"code":"ServiceUnavailable"`},
		{"mode=not-json", true, 201, nil, 201, "OK\n"},
		{"mode=wrong-shape", true, 201, nil, 201, `{"result":"OK","items":[1,2,3]}`},
		{"mode=redirect,location=http://127.0.0.1:1/x", false, 307, nil, 307, ""},
		{"mode=redirect,status=302,location=/x", false, 302, nil, 302, ""},
		{"status=400", false, 400, nil, 400, `"code":"ValidationError"`},
		{"status=403", false, 403, nil, 403, `"response":{"access_level":"Create","action_name":"budget:createAccountBudget"}`},
		{"status=409", false, 409, nil, 409, `"code":"Conflict"`},
		{"status=429", false, 429, nil, 429, `"code":"TooManyRequests"`},
		{"status=500", false, 500, nil, 500, `"code":"ContactAdminForAssistance"`},
		{"status=503,code=Busy,message=come back", false, 503, nil, 503, `"code":"Busy","title":"Busy","detail":"come back"`},
		{"delay=1ms", true, 201, nil, 201, `"name":"n"`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			f, err := ParseFault(c.rule)
			if err != nil {
				t.Fatal(err)
			}
			em := start(t, Options{Faults: []Fault{f}})
			r := request(t, em, "POST", budgetsPath, budgetBody("n", ""), nil)
			r.GetBody = nil // no repetition by net/http
			a, err := trySend(r)
			if !errors.Is(err, c.err) {
				t.Errorf("error %v, want %v", err, c.err)
			}
			if a.status != c.status || !strings.Contains(string(a.body), c.body) || c.body == "" && c.err == nil && len(a.body) > 0 {
				t.Errorf("%d %s", a.status, a.body)
			}
			if html := strings.HasPrefix(a.header.Get("Content-Type"), "text/html"); html != (c.body == htmlPage) {
				t.Errorf("content type %q", a.header.Get("Content-Type"))
			}
			if c.processed != (len(em.Budgets()) == 1) {
				t.Errorf("%d budgets", len(em.Budgets()))
			}
			rec := last(em)
			if rec.Processed != c.processed || rec.Status != c.recorded || rec.Fault != f.String() || len(em.Requests()) != 1 {
				t.Errorf("recorded %+v", rec)
			}
		})
	}
}

func TestFaultTruncateAnnouncesTheWholeBody(t *testing.T) {
	em := start(t, Options{})
	whole := want(t, em, 200, "GET", budgetsPath, "")
	em.AddFault(Fault{Mode: "truncate"})
	a, err := trySend(request(t, em, "GET", budgetsPath, "", nil))
	if !errors.Is(err, io.ErrUnexpectedEOF) || a.header.Get("Content-Length") != whole.header.Get("Content-Length") || string(a.body) != string(whole.body[:len(whole.body)/2]) {
		t.Errorf("%v %q %v", err, a.body, a.header)
	}
	// Also where there is no body to halve.
	b := em.PutBudget(Budget{Name: "n"})
	if _, err := trySend(request(t, em, "DELETE", budgetsPath+"/"+b.ID, "", nil)); !errors.Is(err, io.ErrUnexpectedEOF) || len(em.Budgets()) != 0 {
		t.Errorf("%v", err)
	}
}

func TestFaultRetryAfterAndLocation(t *testing.T) {
	em := start(t, Options{})
	for rule, h := range map[string][2]string{
		"status=429,retry-after=0":                             {"Retry-After", "0"},
		"status=503,retry-after=Wed, 11 Mar 2026 00:00:00 GMT": {"Retry-After", "Wed, 11 Mar 2026 00:00:00 GMT"},
		"mode=redirect,location=http://127.0.0.1:1/x?a=b,c":    {"Location", "http://127.0.0.1:1/x?a=b,c"},
	} {
		f, err := ParseFault(rule)
		if err != nil {
			t.Fatal(err)
		}
		if f.String() != rule {
			t.Errorf("%q becomes %q", rule, f.String())
		}
		em.AddFault(f)
		if got := do(t, em, "GET", budgetsPath, "").header.Get(h[0]); got != h[1] {
			t.Errorf("%s: %q", rule, got)
		}
		em.ClearFaults()
	}
}

func TestFaultsAreChosenByMethodPathSkipAndCount(t *testing.T) {
	em := start(t, Options{})
	em.PutBudget(Budget{ID: "b", Name: "n", Amount: 1})
	em.AddFault(Fault{Method: "get", Path: budgetsPath + "/*", Status: 500, Skip: 1, Count: 2})
	em.AddFault(Fault{Path: budgetsPath + "/*", Status: 503, Count: 1})
	got := []int{}
	for range 5 {
		got = append(got, do(t, em, "GET", budgetsPath+"/b", "").status)
	}
	// The first passes rule one and meets rule two, which is then used up.
	if wanted := []int{503, 500, 500, 200, 200}; !reflect.DeepEqual(got, wanted) {
		t.Errorf("%v, want %v", got, wanted)
	}
	want(t, em, 200, "GET", budgetsPath, "") // another path
	em.AddFault(Fault{Status: 500})
	want(t, em, 500, "GET", budgetsPath, "")
	want(t, em, 500, "GET", budgetsPath, "") // forever
	em.ClearFaults()
	want(t, em, 200, "GET", budgetsPath, "")
}

func TestCloseEndsDelayedResponses(t *testing.T) {
	em, err := Start(Options{Latency: time.Hour})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	r := request(t, em, "GET", budgetsPath, "", nil)
	go func() {
		_, err := trySend(r)
		done <- err
	}()
	for len(em.Requests()) == 0 {
		time.Sleep(time.Millisecond)
	}
	if err := em.Close(); err != nil {
		t.Error(err)
	}
	if err := <-done; err == nil {
		t.Error("a response came")
	}
}

// The example of each mode is a rule of that mode.
func TestFaultExamples(t *testing.T) {
	for i, m := range faultModes {
		if f, err := ParseFault(m.example); err != nil || f.mode() != &faultModes[i] || !strings.Contains(FaultHelp(), m.example) {
			t.Errorf("%q: %+v %v", m.example, f, err)
		}
	}
}

func TestFaultRulesAreRead(t *testing.T) {
	f, err := ParseFault("method=post,path=/v1/planned-computes,mode=status-after,status=502,retry-after=3,delay=1.5s,count=1,skip=2,code=C,message=M, and more")
	wanted := Fault{"POST", "/v1/planned-computes", 502, "3", 1500 * time.Millisecond, "status-after", 1, 2, "", "C", "M, and more"}
	if err != nil || f != wanted {
		t.Errorf("%+v %v", f, err)
	}
	if again, err := ParseFault(f.String()); err != nil || again != f {
		t.Errorf("%q: %+v %v", f.String(), again, err)
	}
	for rule, problem := range map[string]string{
		"":                                    "has no value; write key=value with one of the keys method, path, ",
		"reset-after":                         "has no value",
		"modus=reset-after":                   `key "modus" is unknown; choose from method, path, status, retry-after, delay, mode, count, skip, location, code, message`,
		"mode=reset":                          `mode: "reset" is unknown; choose from empty, empty-before, gateway-401, `,
		"method=GO,status=500":                `method: "GO" is unknown; choose from GET, POST`,
		"path=v1,status=500":                  `path: "v1" matches nothing`,
		"path=/[,status=500":                  "is not a valid glob",
		"status=abc":                          `status: "abc" is not an integer`,
		"status=200":                          "status: 200 is not an error; choose from 400 to 599",
		"status=500,mode=html":                "status: not possible with mode html",
		"mode=status-after":                   "status: mode status-after needs one",
		"mode=redirect":                       "location: mode redirect needs an address",
		"mode=redirect,location=/,status=404": "status: 404 is not a redirect",
		"mode=html,location=/":                "location: possible only with mode redirect",
		"mode=slow":                           "delay: mode slow needs one",
		"delay=5":                             "delay: \"5\" is not a duration",
		"status=500,delay=-1s":                "must not be negative",
		"status=500,count=-1":                 "count: \"-1\" is not an integer",
		"status=500,skip=x":                   "skip: \"x\" is not an integer",
		"status=500,status=501":               `key "status" is given twice`,
		"method=GET":                          "the rule does nothing",
	} {
		if _, err := ParseFault(rule); err == nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("%q: error %v, want %q", rule, err, problem)
		}
	}
}

func TestAddFaultRefusesAMistake(t *testing.T) {
	em := start(t, Options{})
	defer func() {
		if r, _ := recover().(string); !strings.Contains(r, `"boom" is unknown`) {
			t.Errorf("panic %q", r)
		}
	}()
	em.AddFault(Fault{Mode: "boom"})
}

var _ http.Handler = (*Running)(nil)
