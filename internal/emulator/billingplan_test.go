package emulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const plansPath = "/v1/planned-computes"

const purchase = `{"contract_type":"01","os_type":"opensource","server_type":"s1v2m4","service_id":"VIRTUAL_SERVER","service_name":"Virtual Server","tag":[{"key":"team","value":"a"},{"key":"bare","value":null}]}`

func buy(t *testing.T, em *Running, body string) string {
	t.Helper()
	return want(t, em, 200, "POST", plansPath, body).get(t, "planned_compute.id").(string)
}

func act(t *testing.T, em *Running, status int, id, body string) response {
	t.Helper()
	return want(t, em, status, "PUT", plansPath+"/"+id, body)
}

// expect compares values of a response.
func expect(t *testing.T, a response, values map[string]any) {
	t.Helper()
	for path, v := range values {
		if n, isInt := v.(int); isInt {
			v = json.Number(strconv.Itoa(n))
		}
		if got := a.raw(t, path); !cmp.Equal(got, v) {
			t.Errorf("%s = %#v, want %#v", path, got, v)
		}
	}
}

func TestPurchase(t *testing.T) {
	em := start(t, Options{}) // 10 March, 12:04 in Seoul
	a := want(t, em, 200, "POST", plansPath, purchase)
	id := a.get(t, "planned_compute.id").(string)
	expect(t, a, map[string]any{
		"planned_compute.account_id": ExampleAccountID, "planned_compute.contract_type": "1-year",
		"planned_compute.start_date": "2026-03-11", "planned_compute.end_date": "2027-03-10",
		"planned_compute.first_contract_start_at": "2026-03-11", "planned_compute.next_contract_type": nil,
		"planned_compute.next_start_date": nil, "planned_compute.next_end_date": nil,
		"planned_compute.os_type": "OPEN_SOURCE", "planned_compute.os_name": "Open Source",
		"planned_compute.server_type": "s1v2m4", "planned_compute.server_type_description": map[string]any{"cpu": "2 Cores", "memory": "4 GB"},
		"planned_compute.service_name": "Virtual Server", "planned_compute.region": "kr-west1", "planned_compute.state": "ACTIVE", "planned_compute.delete_yn": "N",
		"planned_compute.created_at": "2026-03-10T03:04:05", "planned_compute.created_by": ExampleUser,
		"planned_compute.srn": "srn:e::" + ExampleAccountID + ":kr-west1::billingplan:planned-compute/" + id,
	})
	if len(id) != 32 || strings.Contains(string(a.body), "team") {
		t.Errorf("%s", a.body)
	}
	if shown := want(t, em, 200, "GET", plansPath+"/"+id, ""); string(shown.body) != string(a.body) {
		t.Errorf("shown\n%s\nnot\n%s", shown.body, a.body)
	}
	want(t, em, 200, "POST", plansPath, purchase)
	got := em.PlannedComputes()
	if len(got) != 2 || got[0].ID != id || got[0].ContractID == got[1].ContractID || !cmp.Equal(got[0].Tags, map[string]string{"team": "a", "bare": ""}) {
		t.Errorf("%+v", got)
	}
	if a := want(t, em, 404, "GET", plansPath+"/unknown", ""); a.get(t, "errors.0.code") != "NotFound" {
		t.Errorf("%s", a.body)
	}
}

func TestPurchaseSpellings(t *testing.T) {
	em := start(t, Options{})
	for sent, kept := range map[string]string{"opensource": "OPEN_SOURCE", "OPEN_SOURCE": "OPEN_SOURCE", "rhel": "RHEL", "RHEL": "RHEL", "windows": "WINDOWS", "SLES": "SLES"} {
		a := want(t, em, 200, "POST", plansPath, strings.Replace(purchase, "opensource", sent, 1))
		if got := a.get(t, "planned_compute.os_type"); got != kept {
			t.Errorf("%s: %v", sent, got)
		}
	}
	a := want(t, em, 200, "POST", plansPath, `{"contract_type":"03","os_type":"opensource","server_type":"db1v1m2","service_id":"MYSQL"}`)
	expect(t, a, map[string]any{"planned_compute.contract_type": "3-year", "planned_compute.end_date": "2029-03-10", "planned_compute.service_name": "MySQL(DBaaS)"})
}

func TestPurchaseRules(t *testing.T) {
	em := start(t, Options{})
	change := func(from, to string) string { return strings.Replace(purchase, from, to, 1) }
	for _, c := range []struct{ body, detail string }{
		{`{}`, "['Field required', 'Field required', 'Field required', 'Field required']"}, // observed
		{change(`"contract_type":"01",`, ""), "['Field required']"},
		{change(`"01"`, "null"), "['Field required']"},
		{change(`"01"`, `"02"`), `['Input should be \'01\', \'03\' or \'05\'']`},
		{change(`"01"`, `"1-year"`), `['Input should be \'01\', \'03\' or \'05\'']`},
		{change(`"01"`, `1`), "['contract_type must be a string.']"},
		{change("opensource", "Open Source"), `['Input should be \'opensource\', \'rhel\', \'windows\' or \'sles\'']`},
		{change("VIRTUAL_SERVER", "TOASTER"), `Service "TOASTER" is not open to planned compute.`},
		{change("s1v2m4", "s1v3m4"), `Service "VIRTUAL_SERVER" has no server type "s1v3m4".`},
		{change("s1v2m4", "db1v2m4"), `Service "VIRTUAL_SERVER" has no server type "db1v2m4".`},
		{`{"contract_type":"01","os_type":"windows","server_type":"db1v1m2","service_id":"MYSQL"}`, `Service "MYSQL" has no operating system "windows".`},
		{`{"contract_type":"05","os_type":"rhel","server_type":"g1v16a1","service_id":"GPU_SERVER"}`, `Service "GPU_SERVER" has no contract term "05".`},
		{change(`{"contract`, `{"start_date":"2026-04-01","contract`), `['Field "start_date" is unknown.']`},
		{change(`"key":"team"`, `"name":"team"`), `['Field "tag[0].name" is unknown.']`},
		{change(`"key":"team",`, ""), "['Field required']"},
		{change("team", ""), "['Tag key should have 1 to 128 characters']"},
		{change("team", strings.Repeat("k", 129)), "['Tag key should have 1 to 128 characters']"},
		{change(`"a"`, `"`+strings.Repeat("v", 257)+`"`), "['Tag value should have at most 256 characters']"},
		{change("bare", "team"), `['Tag key "team" is given twice']`},
		{change(`[{"key":"team","value":"a"},{"key":"bare","value":null}]`, `{"team":"a"}`), "['tag must be a list.']"},
	} {
		if got := want(t, em, 400, "POST", plansPath, c.body).detail(t); got != c.detail {
			t.Errorf("%s: detail %s, want %s", c.body, got, c.detail)
		}
	}
	if n := len(em.PlannedComputes()); n != 0 {
		t.Errorf("%d contracts were made", n)
	}
}

func TestSettlementWindow(t *testing.T) {
	for clock, refused := range map[string]bool{"23:29:59": false, "23:30:00": true, "23:59:59": true, "00:00:00": false} {
		now, err := time.ParseInLocation("2006-01-02 15:04:05", "2026-03-10 "+clock, Seoul)
		if err != nil {
			t.Fatal(err)
		}
		em := start(t, Options{Now: at(now)})
		old := em.PutPlannedCompute(PlannedCompute{CreatedAt: now.AddDate(0, -1, 0)})
		status := 200
		if refused {
			status = 400
		}
		want(t, em, status, "POST", plansPath, purchase)
		act(t, em, 200, old.ID, `{"action":"EXTEND_APPLY","contract_type":"01"}`) // purchases only
	}
	now := time.Date(2026, 3, 10, 23, 45, 0, 0, Seoul)
	em := start(t, Options{Now: at(now), Guesses: Guesses{SettlementStatus: 409, SettlementCode: "Settlement"}})
	if a := do(t, em, "POST", plansPath, purchase); a.status != 409 || a.get(t, "errors.0.code") != "Settlement" {
		t.Errorf("%d %s", a.status, a.body)
	}
	if got := em.PlannedComputes(); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	em = start(t, Options{Now: at(now), Guesses: Guesses{NoSettlement: true}})
	want(t, em, 200, "POST", plansPath, purchase)
}

// The five actions, in every state that matters.
func TestActions(t *testing.T) {
	running := PlannedCompute{ID: "p", CreatedAt: testNow.AddDate(0, -6, 0), StartDate: "2025-09-11", ServerType: "s1v2m4"}
	reserved := running
	reserved.NextContractType = "01"
	ended := running
	ended.Ended = EndedCancelled
	gpu := PlannedCompute{ID: "p", ServiceID: "GPU_SERVER", ServerType: "g1v16a1"}
	for _, c := range []struct {
		name    string
		p       PlannedCompute
		body    string
		refused string // detail of a 400
		next    string // next_contract_type, start and end afterwards
		server  string
		ended   string
	}{
		{"apply", running, `{"action":"EXTEND_APPLY","contract_type":"03"}`, "", "03 2026-09-11 2029-09-10", "s1v2m4", ""},
		{"apply with a field of another action", running, `{"action":"EXTEND_APPLY","contract_type":"01","server_type":"nonsense"}`, "", "01 2026-09-11 2027-09-10", "s1v2m4", ""},
		{"apply twice", reserved, `{"action":"EXTEND_APPLY","contract_type":"03"}`, "A follow-up contract is reserved already.", "01 2026-09-11 2027-09-10", "s1v2m4", ""},
		{"apply without term", running, `{"action":"EXTEND_APPLY","contract_type":null}`, "['Field required']", "  ", "s1v2m4", ""},
		{"apply with an unknown term", running, `{"action":"EXTEND_APPLY","contract_type":"00"}`, `['Input should be \'01\', \'03\' or \'05\'']`, "  ", "s1v2m4", ""},
		{"apply with a term that is not sold", gpu, `{"action":"EXTEND_APPLY","contract_type":"05"}`, `Service "GPU_SERVER" has no contract term "05".`, "  ", "g1v16a1", ""},
		{"change", reserved, `{"action":"EXTEND_CHANGE","contract_type":"05","server_type":null}`, "", "05 2026-09-11 2031-09-10", "s1v2m4", ""},
		{"change of nothing", running, `{"action":"EXTEND_CHANGE","contract_type":"01"}`, "No follow-up contract is reserved.", "  ", "s1v2m4", ""},
		{"drop", reserved, `{"action":"EXTEND_CANCEL"}`, "", "  ", "s1v2m4", ""},
		{"drop of nothing", running, `{"action":"EXTEND_CANCEL"}`, "No follow-up contract is reserved.", "  ", "s1v2m4", ""},
		{"larger", reserved, `{"action":"SERVER_TYPE_CHANGE","server_type":"s1v4m8"}`, "", "01 2026-09-11 2027-09-10", "s1v4m8", ""},
		{"more memory", running, `{"action":"SERVER_TYPE_CHANGE","server_type":"s1v2m16"}`, "", "  ", "s1v2m16", ""},
		{"another family", running, `{"action":"SERVER_TYPE_CHANGE","server_type":"h2v24m48"}`, "", "  ", "h2v24m48", ""},
		{"smaller", running, `{"action":"SERVER_TYPE_CHANGE","server_type":"s1v1m2"}`, `Server type "s1v1m2" is not larger than "s1v2m4".`, "  ", "s1v2m4", ""},
		{"more cores, less memory", PlannedCompute{ID: "p", ServerType: "s1v2m16"}, `{"action":"SERVER_TYPE_CHANGE","server_type":"s1v4m8"}`, `Server type "s1v4m8" is not larger than "s1v2m16".`, "  ", "s1v2m16", ""},
		{"equal", running, `{"action":"SERVER_TYPE_CHANGE","server_type":"s1v2m4"}`, `Server type "s1v2m4" is not larger than "s1v2m4".`, "  ", "s1v2m4", ""},
		{"unknown", running, `{"action":"SERVER_TYPE_CHANGE","server_type":"s9"}`, `Service "VIRTUAL_SERVER" has no server type "s9".`, "  ", "s1v2m4", ""},
		{"of another service", running, `{"action":"SERVER_TYPE_CHANGE","server_type":"db1v8m16"}`, `Service "VIRTUAL_SERVER" has no server type "db1v8m16".`, "  ", "s1v2m4", ""},
		{"no server type", running, `{"action":"SERVER_TYPE_CHANGE"}`, "['Field required']", "  ", "s1v2m4", ""},
		{"cancel", reserved, `{"action":"CONTRACT_CANCEL"}`, "", "  ", "s1v2m4", EndedCancelled},
		{"cancel twice", ended, `{"action":"CONTRACT_CANCEL"}`, "The contract has ended.", "  ", "s1v2m4", EndedCancelled},
		{"apply after the end", ended, `{"action":"EXTEND_APPLY","contract_type":"01"}`, "The contract has ended.", "  ", "s1v2m4", EndedCancelled},
		{"console only", running, `{"action":"CHANGE_END_DATE"}`, "Action CHANGE_END_DATE needs a date, which this API does not take.", "  ", "s1v2m4", ""},
		{"no action", running, `{"contract_type":"01"}`, "['Field required']", "  ", "s1v2m4", ""},
		{"unknown action", running, `{"action":"DESTROY"}`, `['Input should be \'EXTEND_APPLY\', \'EXTEND_CHANGE\', \'EXTEND_CANCEL\', \'SERVER_TYPE_CHANGE\' or \'CONTRACT_CANCEL\'']`, "  ", "s1v2m4", ""},
		{"unknown field", running, `{"action":"EXTEND_CANCEL","end_date":"2026-01-01"}`, `['Field "end_date" is unknown.']`, "  ", "s1v2m4", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			em := start(t, Options{})
			before := em.PutPlannedCompute(c.p)
			em.Advance(time.Hour)
			status := 200
			if c.refused != "" {
				status = 400
			}
			a := act(t, em, status, "p", c.body)
			if c.refused != "" && a.detail(t) != c.refused {
				t.Errorf("detail %s, want %s", a.detail(t), c.refused)
			}
			got := em.PlannedComputes()[0]
			if next := got.NextContractType + " " + got.NextStartDate + " " + got.NextEndDate; next != c.next {
				t.Errorf("next %q, want %q", next, c.next)
			}
			if got.ServerType != c.server || got.Ended != c.ended {
				t.Errorf("%+v", got)
			}
			if changed := !got.ModifiedAt.Equal(before.ModifiedAt); changed != (c.refused == "") {
				t.Errorf("modified_at %s", got.ModifiedAt)
			}
			if c.refused == "" && string(want(t, em, 200, "GET", plansPath+"/p", "").body) != string(a.body) {
				t.Error("another response than show")
			}
		})
	}
	em := start(t, Options{})
	act(t, em, 404, "unknown", `{"action":"CONTRACT_CANCEL"}`)
}

func TestRolloverAndEnd(t *testing.T) {
	em := start(t, Options{Guesses: Guesses{RolloverNewContractID: true}})
	id := buy(t, em, purchase)
	plain := buy(t, em, purchase)
	act(t, em, 200, id, `{"action":"EXTEND_APPLY","contract_type":"03"}`)
	show := func(id string) response { return want(t, em, 200, "GET", plansPath+"/"+id, "") }
	first := show(id).get(t, "planned_compute.contract_id")

	// The last second of the last day in Seoul, then the next.
	last := time.Date(2027, 3, 10, 23, 59, 59, 0, Seoul)
	em.Advance(last.Sub(testNow))
	expect(t, show(id), map[string]any{"planned_compute.contract_type": "1-year", "planned_compute.next_contract_type": "3-year"})
	expect(t, show(plain), map[string]any{"planned_compute.state": "ACTIVE"})
	em.Advance(time.Second)
	a := show(id)
	expect(t, a, map[string]any{
		"planned_compute.contract_type": "3-year", "planned_compute.start_date": "2027-03-11", "planned_compute.end_date": "2030-03-10",
		"planned_compute.next_contract_type": nil, "planned_compute.first_contract_start_at": "2026-03-11",
		"planned_compute.state": "ACTIVE", "planned_compute.modified_at": "2027-03-10T15:00:00",
	})
	if a.get(t, "planned_compute.contract_id") == first {
		t.Error("the contract_id stayed")
	}
	expect(t, show(plain), map[string]any{"planned_compute.state": "EXPIRED", "planned_compute.delete_yn": "Y", "planned_compute.contract_type": "1-year"})
	em.Advance(3 * 366 * 24 * time.Hour)
	if got := em.PlannedComputes(); got[0].Ended != EndedExpired || got[0].EndDate != "2030-03-10" {
		t.Errorf("%+v", got[0])
	}
}

func TestEndedForms(t *testing.T) {
	for form, wanted := range map[string][2]string{"": {"CANCELED", "Y"}, "both": {"CANCELED", "Y"}, "state": {"CANCELED", "N"}, "delete-yn": {"ACTIVE", "Y"}, "dates": {"ACTIVE", "N"}} {
		em := start(t, Options{Guesses: Guesses{EndedForm: form}})
		id := buy(t, em, purchase)
		a := act(t, em, 200, id, `{"action":"CONTRACT_CANCEL"}`)
		if got := [2]string{a.get(t, "planned_compute.state").(string), a.get(t, "planned_compute.delete_yn").(string)}; got != wanted {
			t.Errorf("%s: %v", form, got)
		}
		if past := a.get(t, "planned_compute.end_date").(string) < "2026-03-10"; past != (form == "dates") {
			t.Errorf("%s: %s", form, a.body)
		}
	}
	em := start(t, Options{Guesses: Guesses{EndedForm: "gone"}})
	id := buy(t, em, purchase)
	act(t, em, 200, id, `{"action":"CONTRACT_CANCEL"}`)
	want(t, em, 404, "GET", plansPath+"/"+id, "")
	if l := want(t, em, 200, "GET", plansPath, "").list(t, "planned_computes"); len(l) != 0 || len(em.PlannedComputes()) != 1 {
		t.Errorf("%v", l)
	}
	em = start(t, Options{Guesses: Guesses{CancelledState: "TERMINATED", ExpiredState: "DONE"}})
	em.PutPlannedCompute(PlannedCompute{ID: "c", Ended: EndedCancelled})
	em.PutPlannedCompute(PlannedCompute{ID: "e", Ended: EndedExpired})
	expect(t, want(t, em, 200, "GET", plansPath+"/c", ""), map[string]any{"planned_compute.state": "TERMINATED"})
	expect(t, want(t, em, 200, "GET", plansPath+"/e", ""), map[string]any{"planned_compute.state": "DONE"})
}

func TestPlannedComputeResponseForms(t *testing.T) {
	absent := start(t, Options{Guesses: Guesses{NoNextAs: "absent"}})
	if a := want(t, absent, 200, "POST", plansPath, purchase); strings.Contains(string(a.body), `"next_`) {
		t.Errorf("next_* are not absent: %s", a.body)
	}
	for name, c := range map[string]struct {
		g    Guesses
		path string
		want any
	}{
		"code":           {Guesses{ContractTypeForm: "code"}, "contract_type", "01"},
		"os value":       {Guesses{OSTypeForm: "value"}, "os_type", "opensource"},
		"same day":       {Guesses{StartSameDay: true}, "start_date", "2026-03-10"},
		"anniversary":    {Guesses{TermEndsOnAnniversary: true}, "end_date", "2027-03-11"},
		"before start":   {Guesses{StateBeforeStart: "RESERVED"}, "state", "RESERVED"},
		"no contract id": {Guesses{ContractIDLater: true}, "contract_id", nil},
		"no id":          {Guesses{CreateWithoutID: true}, "id", nil},
		"next empty":     {Guesses{NoNextAs: "empty"}, "next_contract_type", ""},
		"description":    {Guesses{DescriptionForm: "empty"}, "server_type_description", ""},
		"no description": {Guesses{DescriptionForm: "null"}, "server_type_description", nil},
		"first start":    {Guesses{FirstStartWithTime: true}, "first_contract_start_at", "2026-03-11 00:00:00"},
		"time":           {Guesses{TimeForm: "space", TimesZone: "Asia/Seoul"}, "created_at", "2026-03-10 12:04:05"},
		"service name":   {Guesses{ServiceNameFromOfferings: true}, "service_name", "Virtual Server"},
	} {
		t.Run(name, func(t *testing.T) {
			em := start(t, Options{Guesses: c.g})
			a := do(t, em, "POST", plansPath, strings.Replace(purchase, `"service_name":"Virtual Server"`, `"service_name":"mine"`, 1))
			expect(t, a, map[string]any{"planned_compute." + c.path: c.want})
			if len(em.PlannedComputes()) != 1 || em.PlannedComputes()[0].ID == "" {
				t.Error("not stored")
			}
		})
	}
	// Terms over a leap day.
	now := time.Date(2028, 2, 28, 12, 0, 0, 0, Seoul)
	em := start(t, Options{Now: at(now)})
	expect(t, want(t, em, 200, "POST", plansPath, purchase), map[string]any{"planned_compute.start_date": "2028-02-29", "planned_compute.end_date": "2029-02-28"})
}

func TestPlannedComputeList(t *testing.T) {
	em := start(t, Options{})
	put := func(id string, p PlannedCompute) {
		p.ID = id
		p.CreatedAt = testNow.AddDate(0, 0, -len(em.PlannedComputes())-1)
		em.PutPlannedCompute(p)
	}
	put("a", PlannedCompute{ContractType: "01", ContractID: "C1", ServerType: "s1v1m2", StartDate: "2025-04-01"})
	put("b", PlannedCompute{ContractType: "03", ServerType: "s1v1m2", OSType: "RHEL", NextContractType: "01", StartDate: "2025-05-01"})
	put("c", PlannedCompute{ContractType: "05", ServiceID: "MYSQL", ServerType: "db1v1m2", StartDate: "2025-06-01", CreatedBy: "kim"})
	put("d", PlannedCompute{ContractType: "01", OSType: "WINDOWS", StartDate: "2025-07-01", State: "PENDING", ModifiedBy: "lee"})
	put("e", PlannedCompute{ContractType: "01", StartDate: "2024-01-01"}) // has run out
	selects(t, em, plansPath, "planned_computes", "id", map[string]string{
		"":                                       "a b c d e",
		"?limit=2":                               "a b",
		"?limit=2&page=3":                        "e",
		"?limit=2&page=4":                        "",
		"?sort=start_date:asc":                   "e a b c d",
		"?sort=start_date:desc&limit=1":          "d",
		"?sort=asc":                              "e d c b a",
		"?sort=desc":                             "a b c d e",
		"?contract_type=01":                      "a d e",
		"?contract_type=1-year&contract_type=05": "a c d e",
		"?contract_type=02":                      "",
		"?next_contract_type=01":                 "b",
		"?service_id=MYSQL":                      "c",
		"?service_id=MYSQL&service_id=VIRTUAL_SERVER&os_type=rhel": "b",
		"?os_type=OPEN_SOURCE":                                 "a c e",
		"?os_type=opensource&os_type=windows":                  "a c d e",
		"?os_type=beos":                                        "",
		"?state=ACTIVE":                                        "a b c",
		"?state=PENDING&state=EXPIRED":                         "d e",
		"?server_type=db1v1m2":                                 "c",
		"?contract_id=C1":                                      "a",
		"?created_by=kim":                                      "c",
		"?modified_by=lee":                                     "d",
		"?start_date=2025-05-01":                               "b c d",
		"?end_date=2025-05-01":                                 "a b e",
		"?start_date=2025-05-01&end_date=2025-06-30":           "b c",
		"?server_type=&contract_id=&start_date=":               "a b c d e",
		"?contract_type=01&os_type=windows&server_type=s1v1m2": "d",
	})
	expect(t, want(t, em, 200, "GET", plansPath+"?limit=2&page=2", ""), map[string]any{
		"total_count": 5, "total_pages": 3, "current_page": 2,
	})
	expect(t, want(t, em, 200, "GET", plansPath+"?limit=5", ""), map[string]any{"total_pages": 1})
	guessed := start(t, Options{Guesses: Guesses{CountersAsString: true}})
	expect(t, do(t, guessed, "GET", plansPath, ""), map[string]any{"total_count": "0", "total_pages": "0", "current_page": "1"})
	for _, query := range []string{"?limit=0", "?limit=x", "?page=0", "?sort=up", "?sort=tags:asc", "?start_date=2025-13-01", "?end_date=2025-1-1", "?size=3", "?server_type=a&server_type=b"} {
		want(t, em, 400, "GET", plansPath+query, "")
	}
}

// Rows that are equal in the sort field have a fixed order, so paging loses none.
func TestPagingWithEqualRows(t *testing.T) {
	em := start(t, Options{})
	const n = 40
	var ids []string
	for i := range n {
		id := fmt.Sprintf("%02d", i*7%n)
		em.PutPlannedCompute(PlannedCompute{ID: id, CreatedAt: testNow})
		em.PutBudget(Budget{ID: id, Name: id, CreatedAt: testNow})
		ids = append(ids, fmt.Sprintf("%02d", i))
	}
	var plans, budgets []string
	for page := range n / 5 {
		plans = append(plans, want(t, em, 200, "GET", fmt.Sprintf("%s?limit=5&page=%d", plansPath, page+1), "").stringsOf(t, "planned_computes", "id")...)
		budgets = append(budgets, do(t, em, "GET", fmt.Sprintf("%s?size=5&page=%d", budgetsPath, page), "").stringsOf(t, "budgets", "id")...)
	}
	if diff := cmp.Diff(ids, plans); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(ids, budgets); diff != "" {
		t.Error(diff)
	}
}

func TestCancellationFee(t *testing.T) {
	em := start(t, Options{})
	fee := func(status int, body string) response {
		return want(t, em, status, "POST", plansPath+"/cancellation-fee", body)
	}
	today := buy(t, em, purchase)
	expect(t, fee(200, `{"planned_compute_id":["`+today+`"],"region":"kr-west1"}`), map[string]any{
		"cancellation_fee": "0", "bill_year_month": "2026-05", "currency.code": "KRW", "currency.symbol": "₩",
	})
	// 2 cores and 4 GB are 120 won an hour, 96 for a year's contract; 10 to 19 March are 10 days of 24 hours; half of it.
	em.PutPlannedCompute(PlannedCompute{ID: "a", ServerType: "s1v2m4", CreatedAt: testNow.AddDate(-1, 0, 9), StartDate: "2025-03-20"})
	expect(t, fee(200, `{"planned_compute_id":["a"]}`), map[string]any{"cancellation_fee": "11520"})
	// Three years of Windows: (2*70+40)*0.6 = 108 won; not yet started, so the whole of 1096 days.
	em.PutPlannedCompute(PlannedCompute{ID: "b", ServerType: "s1v2m4", OSType: "WINDOWS", ContractType: "03", CreatedAt: testNow.AddDate(0, 0, -1), StartDate: "2026-03-20", NextContractType: "03"})
	expect(t, fee(200, `{"planned_compute_id":["b"],"region":null}`), map[string]any{"cancellation_fee": "1420416"})
	expect(t, fee(200, `{"planned_compute_id":["b","a","a"]}`), map[string]any{"cancellation_fee": "1431936"})
	fee(404, `{"planned_compute_id":["a","unknown"]}`)
	fee(404, `{"planned_compute_id":["a"],"region":"kr-east1"}`)
	for body, detail := range map[string]string{
		`{}`:                                       "['Field required']", // observed
		`{"planned_compute_id":[]}`:                "['List should have at least 1 item']",
		`{"planned_compute_id":"a"}`:               "['planned_compute_id must be a list.']",
		`{"planned_compute_id":[1]}`:               "['planned_compute_id must be a list of strings.']",
		`{"planned_compute_id":["a"],"region":1}`:  "['region must be a string.']",
		`{"planned_compute_id":["a"],"reason":""}`: `['Field "reason" is unknown.']`,
	} {
		if got := fee(400, body).detail(t); got != detail {
			t.Errorf("%s: %s", body, got)
		}
	}
	act(t, em, 200, "a", `{"action":"CONTRACT_CANCEL"}`)
	if got := fee(400, `{"planned_compute_id":["a"]}`).detail(t); got != "The contract has ended." {
		t.Errorf("%s", got)
	}
	// On the 31st of December the bill comes in February; a number by guess.
	number := start(t, Options{Now: at(time.Date(2026, 12, 31, 12, 0, 0, 0, Seoul)), Guesses: Guesses{FeeAsNumber: true}})
	p := number.PutPlannedCompute(PlannedCompute{})
	a := do(t, number, "POST", plansPath+"/cancellation-fee", `{"planned_compute_id":["`+p.ID+`"]}`)
	expect(t, a, map[string]any{"bill_year_month": "2027-02", "cancellation_fee": 0})
}

func TestLookUps(t *testing.T) {
	em := start(t, Options{})
	get := func(target string) response { return want(t, em, 200, "GET", plansPath+target, "") }
	if a := get("/service-types"); len(a.list(t, "services")) != 13 {
		t.Errorf("%s", a.body)
	}
	selects(t, em, plansPath+"/os-types", "os_types", "os_type_id", map[string]string{
		"": "OPEN_SOURCE RHEL WINDOWS SLES", "?service_id=SQLSERVER": "WINDOWS", "?service_id=TOASTER": "",
	})
	for query, codes := range map[string]string{
		"": "01 03 05/01 03 05 00", "?service_id=GPU_SERVER": "01 03/01 03 00", "?service_id=TOASTER": "/", "?service_id=MYSQL&server_type=s9": "/",
	} {
		a := get("/contract-types" + query)
		if got := strings.Join(a.stringsOf(t, "contract_types", "code"), " ") + "/" + strings.Join(a.stringsOf(t, "extension_types", "code"), " "); got != codes {
			t.Errorf("%s: %q", query, got)
		}
	}
	all := len(get("/server-types").list(t, "server_types"))
	for query, n := range map[string]int{
		"?service_id=VIRTUAL_SERVER": 45, "?service_id=VIRTUAL_SERVER&os_type=rhel": 45, "?service_id=MYSQL&os_type=WINDOWS": 0,
		"?os_type=beos": 0, "?service_id=TOASTER": 0, "?current_server_type=s1v1m2": all,
	} {
		if got := len(get("/server-types"+query).list(t, "server_types")); got != n {
			t.Errorf("%s: %d, want %d", query, got, n)
		}
	}
	a := get("/server-types?service_id=VIRTUAL_SERVER&current_server_type=s1v2m4")
	up := map[string]any{}
	for i, name := range a.stringsOf(t, "server_types", "server_type") {
		up[name] = a.get(t, fmt.Sprintf("server_types.%d.scale_up_yn", i))
	}
	if up["s1v1m2"] != false || up["s1v2m4"] != false || up["s1v1m8"] != false || up["s1v2m8"] != true || up["h2v24m48"] != true {
		t.Errorf("%v", up)
	}
	expect(t, get("/server-types?service_id=GPU_SERVER"), map[string]any{
		"server_types.1.server_type": "g1v32a2", "server_types.1.core": "32", "server_types.1.memory_gb": "468",
		"server_types.1.gpu_name": "a100", "server_types.1.instance_type": "g1", "server_types.1.scale_up_yn": true,
	})
	expect(t, get("/server-types?current_server_type=unknown"), map[string]any{"server_types.0.scale_up_yn": false})
	ko := send(t, request(t, em, "GET", plansPath+"/contract-types", "", func(r *http.Request) { r.Header.Set("Accept-Language", "ko-KR") }))
	expect(t, ko, map[string]any{"contract_types.0.display_name": "1년"})
	want(t, em, 400, "GET", plansPath+"/service-types?service_id=x", "")

	guessed := start(t, Options{Guesses: Guesses{ScaleUpAsString: true}})
	expect(t, do(t, guessed, "GET", plansPath+"/server-types?current_server_type=s1v1m4", ""), map[string]any{
		"server_types.0.scale_up_yn": "N", "server_types.2.scale_up_yn": "Y",
	})
	// Everything that is listed can be bought, and every fixed path wins over the template.
	for i := range products {
		for _, os := range products[i].systems {
			for j := range servers {
				if !offered(&servers[j], products[i].id, os) {
					continue
				}
				buy(t, em, fmt.Sprintf(`{"contract_type":%q,"os_type":%q,"server_type":%q,"service_id":%q}`, products[i].terms[0], os, servers[j].name, products[i].id))
				break
			}
		}
	}
}

func TestCoverage(t *testing.T) {
	em := start(t, Options{})
	em.PutPlannedCompute(PlannedCompute{ID: "abcdefgh", ServerType: "s1v2m4", StartDate: "2026-03-01", CreatedAt: testNow.AddDate(0, 0, -10)})
	em.PutPlannedCompute(PlannedCompute{ID: "other", ServerType: "s1v4m8", StartDate: "2026-03-01"})
	em.PutPlannedCompute(PlannedCompute{ID: "future", ServerType: "s1v2m4", StartDate: "2026-03-09"})
	get := func(status int, query string) response {
		return want(t, em, status, "GET", plansPath+"/instances"+query, "")
	}
	// From 27 February to 10 March: 1 to 8 March are there, 8 days of 24 hours.
	a := get(200, "?service_id=VIRTUAL_SERVER&os_type=OPEN_SOURCE&server_type=s1v2m4&start_date=2026-02-27&end_date=2026-03-10")
	expect(t, a, map[string]any{
		"coverages.0.resource_name": "vm-abcdef", "coverages.0.used_time": 192, "coverages.0.unit_price.krw": "96.000",
		"coverages.0.used_amount.krw": "18432.000", "coverages.0.non_applied_amount.krw": "23040.000",
		"amount.total.krw": "18432.000", "amount.non_applied.krw": "23040.000", "amount.no_contract_used.krw": "0.000",
		"order_count": 2, "os.os_type_value": "opensource", "service.display_name": "Virtual Server", "server_type": "s1v2m4",
	})
	if n := len(a.list(t, "coverages")); n != 1 {
		t.Errorf("%d coverages", n)
	}
	if n := len(get(200, "?service_id=VIRTUAL_SERVER&os_type=rhel&server_type=s1v2m4&start_date=2026-03-01&end_date=2026-03-01").list(t, "coverages")); n != 0 {
		t.Errorf("%d coverages", n)
	}
	if got := get(400, "").detail(t); got != "['Field required', 'Field required', 'Field required', 'Field required', 'Field required']" {
		t.Errorf("%s", got)
	}
	const one = "?service_id=VIRTUAL_SERVER&os_type=rhel&server_type=s1v2m4"
	get(400, one+"&start_date=2026-03-02&end_date=2026-03-01")
	get(400, one+"&start_date=soon&end_date=2026-03-01")
	get(400, one+"&start_date=2026-03-01&end_date=soon")
	get(400, "?service_id=MYSQL&os_type=rhel&server_type=s1v2m4&start_date=2026-03-01&end_date=2026-03-01")
	// An account without planned computes: 500, whatever is asked for (NOTES section 7).
	none := start(t, Options{})
	want(t, none, 400, "GET", plansPath+"/instances", "")
	expect(t, want(t, none, 500, "GET", plansPath+"/instances"+one+"&start_date=2026-03-01&end_date=2026-03-01", ""), map[string]any{"errors.0.code": "ContactAdminForAssistance"})
	flat := start(t, Options{Guesses: Guesses{CoverageFlat: true, CoverageOfNone: true}})
	expect(t, do(t, flat, "GET", plansPath+"/instances"+one+"&start_date=2026-03-01&end_date=2026-03-01", ""), map[string]any{"os": "RHEL", "amount.total": 0})
}

func TestPlannedComputeGoFunctions(t *testing.T) {
	em := start(t, Options{})
	tags := map[string]string{"k": "v"}
	p := em.PutPlannedCompute(PlannedCompute{Tags: tags})
	tags["k"] = "changed"
	if got := em.PlannedComputes()[0]; !cmp.Equal(got, p) || got.Tags["k"] != "v" || got.EndDate != "2027-03-10" || got.ServiceName != "Virtual Server" {
		t.Errorf("%+v", got)
	}
	p.ServerType = "s1v8m16"
	em.PutPlannedCompute(p)
	expect(t, want(t, em, 200, "GET", plansPath+"/"+p.ID, ""), map[string]any{"planned_compute.server_type": "s1v8m16"})
	if !em.DeletePlannedCompute(p.ID) || em.DeletePlannedCompute(p.ID) {
		t.Error("delete")
	}
	want(t, em, 404, "GET", plansPath+"/"+p.ID, "")
	defer func() {
		if r, _ := recover().(string); !strings.Contains(r, `contract_type "1-year" is unknown`) {
			t.Errorf("panic %q", r)
		}
	}()
	em.PutPlannedCompute(PlannedCompute{ContractType: "1-year"})
}
