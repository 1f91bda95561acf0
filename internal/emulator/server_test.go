package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestCatalogue(t *testing.T) {
	em := start(t, Options{Region: "kr-east1"})
	a := want(t, em, 200, "GET", "/v1/endpoints", "")
	if got := strings.Join(a.stringsOf(t, "endpoints", "service_type"), " "); got != "scp-billingplan scp-budget scp-costexplorer scp-pricing" {
		t.Errorf("service types %q", got)
	}
	for i := range 4 {
		if at := fmt.Sprintf("endpoints.%d.", i); a.get(t, at+"url") != em.URL || a.get(t, at+"region") != "kr-east1" {
			t.Errorf("%s", a.body)
		}
	}
	// The address is the one that the client used.
	s := vectorServer(t, Options{})
	w := httptest.NewRecorder()
	s.ServeHTTP(w, vectorRequest(vectors[4].method, vectors[4].url, "", vectors[4].signature))
	if !strings.Contains(w.Body.String(), `"url":"https://iam.e.samsungsdscloud.com"`) {
		t.Errorf("%s", w.Body)
	}
}

// The list of versions needs no credentials. After a refusal it is that of the service that
// refused: the address is shared, and a client asks it for what that service has instead.
func TestVersionList(t *testing.T) {
	em := start(t, Options{APIVersions: map[string][]string{"budget": {"2.0"}}})
	versions := func() string {
		r, _ := http.NewRequestWithContext(t.Context(), "GET", em.URL+"/", nil)
		a := send(t, r)
		conform(t, "GET", "/", a)
		return strings.Join(append(a.stringsOf(t, "versions", "id"), a.stringsOf(t, "versions", "status")...), " ")
	}
	if got := versions(); got != "v2.0 v1.1 v1.0 CURRENT CURRENT CURRENT" {
		t.Errorf("%s", got)
	}
	if a := send(t, request(t, em, "GET", budgetsPath, "", func(r *http.Request) { r.Header.Set("Scp-Api-Version", "budget 1.1") })); a.status != 406 {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if got := versions(); got != "v2.0 CURRENT" {
		t.Errorf("%s", got)
	}
}

// Fields and parameters that the API does not know pass by default, as with the service:
// an official client sends account_id with every purchase.
func TestUnknownIsTolerated(t *testing.T) {
	em := startAsIs(t, Options{})
	for _, target := range []string{budgetsPath + "?name=x", "/v1/reports/billing-item-ids?size=1"} {
		want(t, em, 200, "GET", target, "")
	}
	body := `{"account_id":"x","contract_type":"01","os_type":"opensource","server_type":"s1v2m4","service_id":"VIRTUAL_SERVER","tag":[{"key":"a","value":"b","more":1}]}`
	want(t, em, 200, "POST", plansPath, body)
	body = `{"name":"n","amount":1,"unit":"MONTHLY","start_month":"2026-03","colour":"red","notifications":{"receivers":[],"sms":true},"prevention":{"why":1}}`
	want(t, em, 201, "POST", budgetsPath, body)
}

func TestVersions(t *testing.T) {
	for name, c := range map[string]struct {
		versions string
		status   map[string]int
	}{
		"both":     {"budget=1.1,1.0", map[string]int{"1.0": 200, "1.1": 200, "1.2": 406, "2.0": 406, "x": 406, "": 406}},
		"1.0 only": {"budget=1.0", map[string]int{"1.0": 200, "1.1": 406}},
		"1.1 only": {"budget=1.1", map[string]int{"1.0": 406, "1.1": 200}},
	} {
		t.Run(name, func(t *testing.T) {
			versions := map[string][]string{}
			if err := ParseAPIVersions(versions, c.versions); err != nil {
				t.Fatal(err)
			}
			em := start(t, Options{APIVersions: versions})
			em.PutBudget(Budget{ID: "b", Name: "n", Amount: 1, IsCostLinked: true})
			for version, status := range c.status {
				a := send(t, request(t, em, "GET", budgetsPath+"/b", "", func(r *http.Request) { r.Header.Set("Scp-Api-Version", "budget "+version) }))
				if a.status != status || status == 406 && a.get(t, "errors.0.code") != "NoSuchVersion" {
					t.Errorf("%s: %d %s", version, a.status, a.body)
				}
				if linked := strings.Contains(string(a.body), `"is_cost_linked":true`); linked != (status == 200 && version == "1.1") {
					t.Errorf("%s: %s", version, a.body)
				}
			}
		})
	}
	for _, bad := range []string{"", "budget", "budget=", "budget=1", "toaster=1.0", "budget=1.0;", "budget=1.0,"} {
		if err := ParseAPIVersions(map[string][]string{}, bad); err == nil {
			t.Errorf("%q was taken", bad)
		}
	}
}

func TestCostLinkage(t *testing.T) {
	em := start(t, Options{})
	em.PutBudget(Budget{ID: "b", Name: "n", Amount: 1})
	em.PutBudget(Budget{ID: "c", Name: "m", Amount: 1})
	for _, step := range []struct {
		method string
		linked bool
	}{{"PUT", true}, {"PUT", true}, {"DELETE", false}, {"DELETE", false}, {"PUT", true}} {
		if a := want(t, em, 200, step.method, budgetsPath+"/b/cost-linkage", ""); a.get(t, "budget.is_cost_linked") != step.linked {
			t.Errorf("%s: %s", step.method, a.body)
		}
	}
	selects(t, em, budgetsPath, "budgets", "name", map[string]string{"?is_cost_linked=true": "n", "?is_cost_linked=false": "m"})
	if a := want(t, em, 404, "PUT", budgetsPath+"/x/cost-linkage", ""); a.get(t, "errors.0.code") != "scp-budget.budget.not-found" {
		t.Errorf("%s", a.body)
	}
	old := func(r *http.Request) { r.Header.Set("Scp-Api-Version", "budget 1.0") }
	for _, target := range [][2]string{{"PUT", budgetsPath + "/b/cost-linkage"}, {"DELETE", budgetsPath + "/b/cost-linkage"}} {
		if a := send(t, request(t, em, target[0], target[1], "", old)); a.status != 406 {
			t.Errorf("under 1.0: %d %s", a.status, a.body)
		}
	}
	if a := send(t, request(t, em, "GET", budgetsPath+"?is_cost_linked=true", "", old)); a.status != 400 {
		t.Errorf("under 1.0: %d %s", a.status, a.body)
	}
}

func TestPricing(t *testing.T) {
	em := start(t, Options{Seed: "demo"})
	if ids := want(t, em, 200, "GET", "/v1/reports/billing-item-ids", "").list(t, "billing_item_ids"); len(ids) != len(products) {
		t.Errorf("%d items", len(ids))
	}
	if offerings := want(t, em, 200, "GET", "/v1/reports/offerings", "").list(t, "offerings"); len(offerings) != 3 {
		t.Errorf("%v", offerings)
	}
	all := want(t, em, 200, "GET", "/v1/reports/prices", "")
	total, _ := strconv.Atoi(all.get(t, "count").(string))
	if len(all.list(t, "prices")) != 20 || total <= 20 || all.get(t, "total_pages") != strconv.Itoa((total+19)/20) {
		t.Errorf("%d rows of %d: %.200s", len(all.list(t, "prices")), total, all.body)
	}
	got := 0
	for page := range (total + 99) / 100 {
		got += len(want(t, em, 200, "GET", fmt.Sprintf("/v1/reports/prices?size=100&page=%d", page), "").list(t, "prices"))
	}
	if got != total {
		t.Errorf("%d rows on all pages, want %d", got, total)
	}
	for _, row := range want(t, em, 200, "GET", "/v1/reports/prices?billing_item_id=GPU_NODE&offering=PP&sort=offering:desc", "").list(t, "prices") {
		if r := row.(map[string]any); r["billing_item_id"] != "GPU_NODE" || r["offering"] != "PP" {
			t.Errorf("%v", r)
		}
	}
	for _, query := range []string{"?size=0", "?page=-1", "?sort=created_at:asc", "?colour=red"} {
		want(t, em, 400, "GET", "/v1/reports/prices"+query, "")
	}
	if a := want(t, start(t, Options{}), 200, "GET", "/v1/reports/prices", ""); a.get(t, "count") != "0" || a.get(t, "total_pages") != "1" {
		t.Errorf("%s", a.body)
	}
}

func TestStrictness(t *testing.T) {
	em := start(t, Options{})
	set := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	version := func(v string) func(*http.Request) { return set("Scp-Api-Version", v) }
	for name, c := range map[string]struct {
		method, target, body string
		edit                 func(*http.Request)
		status               int
		detail               string
	}{
		"no version":         {"GET", budgetsPath, "", nil, 200, ""},
		"right version":      {"GET", budgetsPath, "", version("budget 1.0"), 200, ""},
		"other service":      {"GET", budgetsPath, "", version("billingplan 1.0"), 400, `Scp-Api-Version "billingplan 1.0" does not name the service budget.`},
		"other version":      {"GET", budgetsPath, "", version("budget 1.2"), 406, `The version 1.2 of budget does not exist.`},
		"version of iam":     {"GET", "/v1/endpoints", "", version("budget 1.0"), 400, `Scp-Api-Version "budget 1.0" does not name the service iam.`},
		"unknown parameter":  {"GET", budgetsPath + "?name=x", "", nil, 400, `Query parameter "name" is unknown to listAccountBudgets.`},
		"parameter of a set": {"PUT", budgetsPath + "/x?a=b", "{}", nil, 400, `Query parameter "a" is unknown to setAccountBudget.`},
		"body on a read":     {"GET", budgetsPath, "{}", nil, 400, "listAccountBudgets takes no body."},
		"no content type":    {"POST", budgetsPath, "{}", func(r *http.Request) { r.Header.Del("Content-Type") }, 400, "Content-Type must be application/json."},
		"form":               {"POST", budgetsPath, "{}", set("Content-Type", "application/x-www-form-urlencoded"), 400, "Content-Type must be application/json."},
		"charset":            {"POST", budgetsPath, "{}", set("Content-Type", "application/json; charset=utf-8"), 400, "Amount is required."},
		"no body":            {"POST", budgetsPath, "", set("Content-Type", "application/json"), 400, "The request body is not valid JSON."},
		"no JSON":            {"POST", budgetsPath, "{", nil, 400, "The request body is not valid JSON."},
		"more than one":      {"POST", budgetsPath, "{}{}", nil, 400, "The request body is not valid JSON."},
		"a list":             {"POST", budgetsPath, "[]", nil, 400, "The request body must be a JSON object."},
		"field twice":        {"POST", budgetsPath, `{"amount":1,"amount":2}`, nil, 400, `Field "amount" is given twice.`},
		"too large":          {"POST", budgetsPath, `{"name":"` + strings.Repeat("x", maxBody) + `"}`, nil, 400, "The request body is too large."},
	} {
		t.Run(name, func(t *testing.T) {
			a := send(t, request(t, em, c.method, c.target, c.body, c.edit))
			if a.status != c.status {
				t.Fatalf("status %d, want %d: %s", a.status, c.status, a.body)
			}
			if c.detail == "" {
				return
			}
			if c.target != "/v1/endpoints" { // the contract has no 400 there
				conform(t, c.method, c.target, a)
			}
			if got := a.detail(t); got != c.detail {
				t.Errorf("detail %q, want %q", got, c.detail)
			}
			if id, _ := a.get(t, "errors.0.request_id").(string); !strings.HasPrefix(id, "req-") || id != last(em).RequestID {
				t.Errorf("request id %q, recorded %q", id, last(em).RequestID)
			}
		})
	}
	if n := len(em.Budgets()); n != 0 {
		t.Errorf("%d budgets were made", n)
	}
}

func TestUnknownRoutesAreTheGateways(t *testing.T) {
	em := start(t, Options{})
	for _, c := range [][2]string{{"GET", "/v1/nothing"}, {"GET", budgetsPath + "/"}, {"PATCH", budgetsPath}, {"GET", "/v1/budgets/account/a/b"}, {"GET", "//v1/endpoints"}} {
		a := do(t, em, c[0], c[1], "")
		if a.status != 404 || a.get(t, "error") != "Not Found" {
			t.Errorf("%v: %d %s", c, a.status, a.body)
		}
	}
	r, _ := http.NewRequestWithContext(t.Context(), "OPTIONS", em.URL+budgetsPath, nil)
	if a := send(t, r); a.status != 403 {
		t.Errorf("OPTIONS: %d", a.status)
	}
}

func last(em *Running) Request {
	all := em.Requests()
	return all[len(all)-1]
}

func TestRequestsAreRecordedAndMasked(t *testing.T) {
	var log bytes.Buffer
	em := start(t, Options{RequestLog: &log})
	r := request(t, em, "POST", budgetsPath+"?x=%20a", budgetBody("n", ""), func(r *http.Request) { r.Header.Set("X-Auth-Token", "token-value") })
	signature := r.Header.Get("Scp-Signature")
	send(t, r)
	want(t, em, 201, "POST", budgetsPath, budgetBody("n", ""))
	want(t, em, 200, "GET", budgetsPath, "")
	do(t, em, "GET", "/v1/nothing", "")
	got := em.Requests()
	if len(got) != 4 {
		t.Fatalf("%d requests", len(got))
	}
	first := got[0]
	if first.Service != "budget" || first.Operation != "createAccountBudget" || first.Method != "POST" || first.Path != budgetsPath ||
		first.RawQuery != "x=%20a" || first.Status != 400 || first.Processed || first.Fault != "" || !first.Time.Equal(testNow) || string(first.Body) != budgetBody("n", "") {
		t.Errorf("%+v", first)
	}
	if !got[1].Processed || got[1].Status != 201 || got[3].Processed || got[3].Service != "" {
		t.Errorf("%+v\n%+v", got[1], got[3])
	}
	for _, name := range []string{"Scp-Signature", "Scp-AccessKey", "X-Auth-Token"} {
		if v := first.Header.Get(name); v != "(masked)" {
			t.Errorf("%s = %q", name, v)
		}
	}
	if first.Header.Get("Scp-Timestamp") == "" {
		t.Error("no timestamp")
	}
	lines := strings.Split(strings.TrimSpace(log.String()), "\n")
	if len(lines) != 4 || strings.Contains(log.String(), signature) || strings.Contains(log.String(), "token-value") || strings.Contains(log.String(), ExampleAccessKey) {
		t.Errorf("log: %s", log.String())
	}
	var line map[string]any
	if err := json.Unmarshal([]byte(lines[1]), &line); err != nil || line["operation"] != "createAccountBudget" || line["status"] != 201.0 || line["processed"] != true {
		t.Errorf("%v %v", line, err)
	}
	for glob, n := range map[string]int{"": 4, budgetsPath: 3, "/v1/budgets/*": 3, "/v1/*": 1, "/v1/**": 4, "**": 4, "/v1/bud*/acc*": 3, "/v2/**": 0} {
		if c := em.Count("", glob); c != n {
			t.Errorf("Count %q = %d, want %d", glob, c, n)
		}
	}
	if em.Count("POST", budgetsPath) != 2 || em.Count("DELETE", "") != 0 {
		t.Error("Count by method")
	}
	em.ResetRequests()
	if em.Count("", "") != 0 {
		t.Error("not reset")
	}
}

func TestDateComesFromTheEmulatedClock(t *testing.T) {
	for name, em := range map[string]*Running{
		"advanced": start(t, Options{}),
		"started":  start(t, Options{Start: testNow.Add(36 * time.Hour)}),
	} {
		if name == "advanced" {
			em.Advance(36 * time.Hour) // the client's clock does not move, and its signatures are accepted
		}
		if got := want(t, em, 200, "GET", budgetsPath, "").header.Get("Date"); got != "Wed, 11 Mar 2026 15:04:05 GMT" {
			t.Errorf("%s: Date %q", name, got)
		}
		if got := want(t, em, 201, "POST", budgetsPath, budgetBody("n", "")).get(t, "budget.created_at"); got != "2026-03-11T15:04:05" {
			t.Errorf("%s: created_at %v", name, got)
		}
	}
}

func TestStateSurvivesARestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "state.json")
	em, err := Start(Options{StateFile: file, Seed: "demo", Now: at(testNow)})
	if err != nil {
		t.Fatal(err)
	}
	seeded := em.PlannedComputes()
	if len(em.Budgets()) < 2 || len(seeded) != 3 || seeded[2].Ended != EndedExpired || seeded[1].NextContractType != "01" {
		t.Errorf("the demo seed has %d budgets and the contracts %+v", len(em.Budgets()), seeded)
	}
	id := want(t, em, 201, "POST", budgetsPath, fullBudget).get(t, "budget.id").(string)
	shown := want(t, em, 200, "GET", budgetsPath+"/"+id, "")
	em.DeleteBudget(em.Budgets()[0].ID)
	act(t, em, 200, buy(t, em, purchase), `{"action":"EXTEND_APPLY","contract_type":"05"}`)
	em.Advance(48 * time.Hour)
	// Not closed first: whoever is killed has no time for that.
	again := start(t, Options{StateFile: file, Seed: "demo"})
	if diff := cmp.Diff(em.Budgets(), again.Budgets()); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(em.PlannedComputes(), again.PlannedComputes()); diff != "" {
		t.Error(diff)
	}
	if got := want(t, again, 200, "GET", budgetsPath+"/"+id, ""); !bytes.Equal(got.body, shown.body) {
		t.Errorf("%s\nnot\n%s", got.body, shown.body)
	}
	if !again.Now().Equal(testNow.Add(48 * time.Hour)) {
		t.Errorf("clock %s", again.Now())
	}
	buy(t, again, purchase)
	numbers := map[string]bool{}
	for _, p := range again.PlannedComputes() {
		numbers[p.ID], numbers[p.ContractID] = true, true
	}
	if len(numbers) != 2*5 {
		t.Errorf("a number is given twice: %v", numbers)
	}
	if err := em.Close(); err != nil {
		t.Error(err)
	}
	if left, _ := filepath.Glob(file + ".tmp*"); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
}

func TestStateFileThatCannotBeUsed(t *testing.T) {
	services := func(members string) string { return `{"version":1,"clock_offset":"0s","services":{` + members + `}}` }
	contract := func(members string) string { return services(`"billingplan":{"contracts":[{` + members + `}]}`) }
	for content, problem := range map[string]string{
		"":                                 "unexpected end of JSON input",
		"not json":                         "invalid character",
		`{"version":7}`:                    "its version is 7, not 1",
		`{"version":1,"clock_offset":"x"}`: "clock_offset",
		services(`"budget":{}`):            "service budget",
		services(`"budget":[null]`):        "every budget needs its own id",
		services(`"budget":[{"id":"a"},{"id":"a"}]`): "every budget needs its own id",
		contract(``): "every planned compute needs its own id",
		contract(`"id":"a","contract_type":"02"`):                                                                             `planned compute a: contract_type "02" is unknown`,
		contract(`"id":"a","contract_type":"01","start_date":"x"`):                                                            `planned compute a: date "x" must have the form YYYY-MM-DD`,
		contract(`"id":"a","contract_type":"01","start_date":"2026-01-01","end_date":"2026-12-31","next_contract_type":"01"`): `date "" must have`,
	} {
		file := filepath.Join(t.TempDir(), "state.json")
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := New(Options{StateFile: file})
		if err == nil || !strings.Contains(err.Error(), problem) || !strings.Contains(err.Error(), file) {
			t.Errorf("%q: error %v", content, err)
		}
		if got, _ := os.ReadFile(file); string(got) != content {
			t.Errorf("the file was changed to %q", got)
		}
	}
}

func TestStateFileThatCannotBeWritten(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "gone")
	if _, err := New(Options{StateFile: filepath.Join(dir, "state.json")}); err == nil || !strings.Contains(err.Error(), "state file") {
		t.Errorf("error %v", err)
	}
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	em, err := Start(Options{StateFile: filepath.Join(dir, "state.json"), Now: at(testNow)})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	want(t, em, 500, "POST", budgetsPath, budgetBody("n", ""))
	if err := em.Close(); err == nil || !strings.Contains(err.Error(), "state file") {
		t.Errorf("Close: %v", err)
	}
}

func TestOptionsThatCannotBeMeant(t *testing.T) {
	for name, c := range map[string]struct {
		opt     Options
		problem string
	}{
		"seed":    {Options{Seed: "full"}, `seed "full" is unknown`},
		"rows":    {Options{Bills: -1}, "must not be negative"},
		"latency": {Options{Latency: -1}, "must not be negative"},
		"guess":   {Options{Guesses: Guesses{TimeForm: "unix"}}, `guess time-form: "unix" is not allowed; choose from T, space, rfc3339, fraction`},
		"number":  {Options{Guesses: Guesses{PageSizeCap: -1}}, "guess page-size-cap: -1 is not an integer of 0 or more"},
		"fault":   {Options{Faults: []Fault{{Mode: "boom"}}}, `mode: "boom" is unknown`},
	} {
		if _, err := New(c.opt); err == nil || !strings.Contains(err.Error(), c.problem) {
			t.Errorf("%s: error %v", name, err)
		}
	}
}

func TestGuessesByName(t *testing.T) {
	var g Guesses
	for _, setting := range []string{"amount-as-string", "delete-returns-body=true", "time-form=space", "expired-state=x=y", "page-size-cap=3", "readable-after=90s", "timestamp-tolerance=-1s"} {
		if err := ParseGuess(&g, setting); err != nil {
			t.Error(err)
		}
	}
	if !g.AmountAsString || !g.DeleteReturnsBody || g.TimeForm != "space" || g.ExpiredState != "x=y" || g.PageSizeCap != 3 || g.ReadableAfter != 90*time.Second || g.TimestampTolerance != -time.Second {
		t.Errorf("%+v", g)
	}
	for setting, problem := range map[string]string{
		"colour=red":           `guess "colour" is unknown; choose from timestamp-tolerance, `,
		"amount-as-string=yes": `guess amount-as-string: "yes" is not true or false`,
		"page-size-cap=-1":     "is not an integer of 0 or more",
		"readable-after=5":     "is not a duration like 90s",
		"times-zone=CET":       "choose from UTC, Asia/Seoul",
	} {
		if err := ParseGuess(&g, setting); err == nil || !strings.Contains(err.Error(), problem) {
			t.Errorf("%s: %v", setting, err)
		}
	}
	seen := map[string]bool{}
	for _, x := range ListGuesses() {
		if x.Name == "" || seen[x.Name] || x.Note == "" || x.Help == "" || x.Default == "" || x.Allowed == "" {
			t.Errorf("incomplete or double: %+v", x)
		}
		seen[x.Name] = true
	}
}

// Run with -race: creations, purchases, reads, tests' own changes and moves of the clock at once.
func TestConcurrency(t *testing.T) {
	em := start(t, Options{StateFile: filepath.Join(t.TempDir(), "state.json")})
	const workers = 8
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for i := range 5 {
				a, err := trySend(request(t, em, "POST", budgetsPath, budgetBody(fmt.Sprintf("n %d %d", w, i), ""), nil))
				if err != nil || a.status != 201 {
					t.Errorf("%v %d %s", err, a.status, a.body)
				}
				if a, err := trySend(request(t, em, "POST", budgetsPath, budgetBody("the same", ""), nil)); err != nil || a.status != 201 && a.status != 409 {
					t.Errorf("%v %d %s", err, a.status, a.body)
				}
				if a, err := trySend(request(t, em, "POST", plansPath, purchase, nil)); err != nil || a.status != 200 {
					t.Errorf("%v %d %s", err, a.status, a.body)
				}
				em.PlannedComputes()
				em.PutBudget(Budget{ID: fmt.Sprint("put", w), Name: fmt.Sprint("put", w), Amount: int64(i)})
				em.Advance(time.Second)
				em.AddFault(Fault{Path: "/never", Status: 500})
				em.Count("POST", "/v1/**")
				em.ClearFaults()
			}
		})
	}
	wg.Wait()
	if got := len(em.Budgets()); got != workers*5+1+workers {
		t.Errorf("%d budgets", got)
	}
	if got := em.Count("POST", budgetsPath); got != workers*10 {
		t.Errorf("%d requests", got)
	}
	contracts := map[string]bool{}
	for _, p := range em.PlannedComputes() {
		contracts[p.ID+p.ContractID] = true
	}
	if len(contracts) != workers*5 {
		t.Errorf("%d contracts", len(contracts))
	}
}

// Whatever is sent, the emulator responds and does not fall over.
func FuzzBody(f *testing.F) {
	for _, seed := range []string{fullBudget, "{}", `{"amount":1,"name":null}`, `{"notifications":{"thresholds":[null,1e400]}}`, "\x00", `{"amount":-9223372036854775808}`} {
		f.Add(seed)
	}
	s, err := New(Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body string) {
		r := httptest.NewRequest("POST", "http://127.0.0.1"+budgetsPath, strings.NewReader(body))
		r.Header.Set("Content-Type", "application/json")
		sign(r, "http://127.0.0.1"+budgetsPath, ExampleAccessKey, ExampleSecretKey, time.Now())
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != 201 && w.Code != 400 && w.Code != 409 || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%d %s", w.Code, w.Body)
		}
	})
}
