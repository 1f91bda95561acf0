package billingplan_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

const (
	oneData       = "scpbilling_planned_compute"
	manyData      = "scpbilling_planned_computes"
	feeData       = "scpbilling_planned_compute_cancellation_fee"
	instancesData = "scpbilling_planned_compute_instances"
	contractsData = "scpbilling_contract_types"
	systemsData   = "scpbilling_os_types"
	serversData   = "scpbilling_server_types"
	servicesData  = "scpbilling_service_types"
)

// boughtOnMarch1 is a contract that was bought on 1 March.
func boughtOnMarch1(id string) emulator.PlannedCompute {
	return emulator.PlannedCompute{
		ID: id, ContractID: "C-" + id, ContractType: "01", ServiceID: "VIRTUAL_SERVER", OSType: "OPEN_SOURCE", ServerType: "s1v1m2",
		StartDate: "2026-03-02", EndDate: "2027-03-01", CreatedAt: seoulNoon.AddDate(0, 0, -9), CreatedBy: "kim", ModifiedBy: "kim",
	}
}

// dataOf reads a data source and ends the test when that fails.
func dataOf(t *testing.T, p *acctest.Provider, typeName string, config acctest.Object) acctest.Object {
	t.Helper()
	got, d := p.ReadData(typeName, config)
	if len(d) > 0 {
		t.Fatalf("read %s: %s", typeName, d)
	}
	return got
}

// rowsOf is a list of objects; null is none.
func rowsOf(t *testing.T, o acctest.Object, name string) []acctest.Object {
	t.Helper()
	values, ok := o[name].([]any)
	if !ok {
		t.Fatalf("%s is %T, want a list", name, o[name])
	}
	out := make([]acctest.Object, 0, len(values))
	for _, value := range values {
		row, ok := value.(acctest.Object)
		if !ok {
			t.Fatalf("a row of %s is %T", name, value)
		}
		out = append(out, row)
	}
	return out
}

func rowIDs(rows []acctest.Object) []string {
	out := []string{}
	for _, row := range rows {
		out = append(out, fmt.Sprint(row["id"]))
	}
	return out
}

func TestDataPlannedCompute(t *testing.T) {
	w := newWorld(t, emulator.Guesses{})
	reserved := boughtOnMarch1("r1")
	reserved.NextContractType = "03"
	reserved.ResourceName = "web-1"
	stored := w.SCP.PutPlannedCompute(reserved)
	plain := w.SCP.PutPlannedCompute(boughtOnMarch1("p1"))

	got := dataOf(t, w.Provider, oneData, acctest.Object{"id": "r1"})
	want := acctest.Object{
		"id": "r1", "account_id": stored.AccountID, "contract_id": "C-r1", "contract_type": "1-year",
		"start_date": "2026-03-02", "end_date": "2027-03-01", "first_contract_start_at": "2026-03-02",
		"next_contract_type": "3-year", "next_start_date": "2027-03-02", "next_end_date": "2030-03-01",
		"service_id": "VIRTUAL_SERVER", "service_name": "Virtual Server", "os_type": "OPEN_SOURCE", "os_name": "Open Source",
		"server_type": "s1v1m2", "server_type_description": acctest.Object{"cpu": "1 Core", "memory": "2 GB"},
		"region": "kr-west1", "resource_type": "instance", "resource_name": "web-1", "srn": stored.SRN,
		"state": "ACTIVE", "delete_yn": false,
		"created_at": "2026-03-01T03:00:00", "created_by": "kim", "modified_at": "2026-03-01T03:00:00", "modified_by": "kim",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the contract (-want +got):\n%s", diff)
	}
	got = dataOf(t, w.Provider, oneData, acctest.Object{"id": plain.ID})
	for _, name := range []string{"next_contract_type", "next_start_date", "next_end_date", "resource_name"} {
		if value, there := got[name]; !there || value != nil {
			t.Errorf("%s is %v, want null", name, value)
		}
	}
	w.MustCheck(t, acctest.Exactly(2, "GET", computePath))
}

func TestDataPlannedComputeThatIsNotThere(t *testing.T) {
	w := newWorld(t, emulator.Guesses{})
	_, d := w.ReadData(oneData, acctest.Object{"id": "nowhere"})
	if errors := strings.Join(d.Errors(), "\n"); !strings.Contains(errors, "no planned compute with the ID nowhere") ||
		!strings.Contains(errors, manyData) || !strings.Contains(errors, "status 404") || !strings.Contains(errors, "request ID") {
		t.Errorf("errors: %s", errors)
	}
	// The gateway's 404 says nothing about the contract.
	w.SCP.PutPlannedCompute(boughtOnMarch1("r1"))
	w.Fault(t, "method=GET,path=/v1/planned-computes/*,mode=gateway-404")
	_, d = w.ReadData(oneData, acctest.Object{"id": "r1"})
	if errors := strings.Join(d.Errors(), "\n"); strings.Contains(errors, "no planned compute with the ID") || !strings.Contains(errors, "the gateway's response, not the service's") ||
		!strings.Contains(errors, "read the planned compute r1") {
		t.Errorf("errors: %s", errors)
	}
	// An id that would reach another address is not sent at all.
	w.Reset()
	for _, id := range []string{"os-types", "..", "."} {
		if _, d = w.ReadData(oneData, acctest.Object{"id": id}); !d.HasError() {
			t.Errorf("the id %q was read", id)
		}
	}
	w.MustCheck(t)
}

func TestDataPlannedComputesFilters(t *testing.T) {
	w := newWorld(t, emulator.Guesses{})
	put := func(id string, change func(*emulator.PlannedCompute)) {
		pc := boughtOnMarch1(id)
		pc.CreatedAt = pc.CreatedAt.Add(time.Duration(len(w.SCP.PlannedComputes())) * time.Minute)
		change(&pc)
		w.SCP.PutPlannedCompute(pc)
	}
	put("a-plain", func(*emulator.PlannedCompute) {})
	put("b-three", func(pc *emulator.PlannedCompute) { pc.ContractType, pc.EndDate = "03", "2029-03-01" })
	put("c-next-one", func(pc *emulator.PlannedCompute) { pc.NextContractType = "01" })
	put("d-next-three", func(pc *emulator.PlannedCompute) { pc.NextContractType = "03" })
	put("e-mysql", func(pc *emulator.PlannedCompute) { pc.ServiceID, pc.ServerType = "MYSQL", "db1v1m2" })
	put("f-rhel", func(pc *emulator.PlannedCompute) { pc.OSType = "RHEL" })
	put("g-windows", func(pc *emulator.PlannedCompute) { pc.OSType = "WINDOWS" })
	put("h-larger", func(pc *emulator.PlannedCompute) { pc.ServerType = "s1v2m4" })
	put("i-old", func(pc *emulator.PlannedCompute) { pc.StartDate, pc.EndDate = "2025-06-01", "2026-05-31" })
	put("j-ended", func(pc *emulator.PlannedCompute) {
		pc.StartDate, pc.EndDate, pc.Ended = "2025-01-01", "2025-12-31", emulator.EndedExpired
	})
	put("k-lee", func(pc *emulator.PlannedCompute) { pc.CreatedBy, pc.ModifiedBy = "lee", "lee & park" })
	all := rowIDs(rowsOf(t, dataOf(t, w.Provider, manyData, acctest.Object{"sort": "id:asc"}), "planned_computes"))
	if len(all) != 11 {
		t.Fatalf("%d contracts without a filter, want 11: %q", len(all), all)
	}
	for name, test := range map[string]struct {
		config acctest.Object
		query  url.Values
		want   []string
	}{
		"server_type":                   {acctest.Object{"server_type": "s1v2m4"}, url.Values{"server_type": {"s1v2m4"}}, []string{"h-larger"}},
		"contract_id":                   {acctest.Object{"contract_id": "C-b-three"}, url.Values{"contract_id": {"C-b-three"}}, []string{"b-three"}},
		"contract_types by code":        {acctest.Object{"contract_types": []string{"03"}}, url.Values{"contract_type": {"03"}}, []string{"b-three"}},
		"contract_types by name":        {acctest.Object{"contract_types": []string{"3-year"}}, url.Values{"contract_type": {"03"}}, []string{"b-three"}},
		"contract_types in two ways":    {acctest.Object{"contract_types": []string{"3-year", "03", "3"}}, url.Values{"contract_type": {"03"}}, []string{"b-three"}},
		"next_contract_types":           {acctest.Object{"next_contract_types": []string{"1-year"}}, url.Values{"next_contract_type": {"01"}}, []string{"c-next-one"}},
		"several next_contract_types":   {acctest.Object{"next_contract_types": []string{"03", "1-year"}}, url.Values{"next_contract_type": {"01", "03"}}, []string{"c-next-one", "d-next-three"}},
		"service_ids":                   {acctest.Object{"service_ids": []string{"MYSQL"}}, url.Values{"service_id": {"MYSQL"}}, []string{"e-mysql"}},
		"os_types, each as written":     {acctest.Object{"os_types": []string{"rhel", "WINDOWS"}}, url.Values{"os_type": {"WINDOWS", "rhel"}}, []string{"f-rhel", "g-windows"}},
		"states":                        {acctest.Object{"states": []string{"EXPIRED"}}, url.Values{"state": {"EXPIRED"}}, []string{"j-ended"}},
		"start_date and end_date":       {acctest.Object{"start_date": "2025-05-01", "end_date": "2025-12-31"}, url.Values{"start_date": {"2025-05-01"}, "end_date": {"2025-12-31"}}, []string{"i-old"}},
		"end_date alone":                {acctest.Object{"end_date": "2025-03-01"}, url.Values{"end_date": {"2025-03-01"}}, []string{"j-ended"}},
		"created_by":                    {acctest.Object{"created_by": "lee"}, url.Values{"created_by": {"lee"}}, []string{"k-lee"}},
		"modified_by, with odd letters": {acctest.Object{"modified_by": "lee & park"}, url.Values{"modified_by": {"lee & park"}}, []string{"k-lee"}},
		"two filters":                   {acctest.Object{"os_types": []string{"RHEL"}, "created_by": "lee"}, url.Values{"os_type": {"RHEL"}, "created_by": {"lee"}}, []string{}},
		"a bare direction":              {acctest.Object{"sort": "asc", "states": []string{"EXPIRED"}}, url.Values{"sort": {"asc"}, "state": {"EXPIRED"}}, []string{"j-ended"}},
		"a sort": {
			acctest.Object{"sort": "created_at:desc", "next_contract_types": []string{"01", "03"}},
			url.Values{"sort": {"created_at:desc"}, "next_contract_type": {"01", "03"}},
			[]string{"d-next-three", "c-next-one"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w.Reset()
			got := dataOf(t, w.Provider, manyData, test.config)
			rows := rowIDs(rowsOf(t, got, "planned_computes"))
			if test.config["sort"] == nil {
				slices.Sort(rows)
			}
			if diff := cmp.Diff(test.want, rows); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			requests := w.SCP.Requests()
			if len(requests) != 1 {
				t.Fatalf("%d requests, want 1", len(requests))
			}
			query, err := url.ParseQuery(requests[0].RawQuery)
			if err != nil {
				t.Fatal(err)
			}
			query.Del("limit")
			query.Del("page")
			if diff := cmp.Diff(test.query, query); diff != "" {
				t.Errorf("query (-want +got):\n%s", diff)
			}
			for argument, value := range test.config {
				if list, several := value.([]string); several {
					sorted := []any{}
					for _, text := range slices.Sorted(slices.Values(list)) {
						sorted = append(sorted, text)
					}
					value = sorted
				}
				if !acctest.Equal(got[argument], value) {
					t.Errorf("%s came back as %v, want %v", argument, got[argument], value)
				}
			}
		})
	}
}

func TestDataPlannedComputesFollowsEveryPage(t *testing.T) {
	for name, test := range map[string]struct {
		guesses emulator.Guesses
		rows    int
		most    int
	}{
		"more rows than a page":        {emulator.Guesses{}, 250, 3},
		"exactly one page":             {emulator.Guesses{}, 100, 2},
		"a page that the service caps": {emulator.Guesses{PageSizeCap: 20}, 70, 4},
		"counters as strings":          {emulator.Guesses{PageSizeCap: 20, CountersAsString: true}, 50, 3},
		"none":                         {emulator.Guesses{}, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, test.guesses)
			want := []string{}
			for i := range test.rows {
				id := fmt.Sprintf("pc-%04d", i)
				w.SCP.PutPlannedCompute(boughtOnMarch1(id))
				want = append(want, id)
			}
			got := dataOf(t, w.Provider, manyData, acctest.Object{"sort": "id:asc"})
			if diff := cmp.Diff(want, rowIDs(rowsOf(t, got, "planned_computes"))); diff != "" {
				t.Errorf("rows (-want +got):\n%s", diff)
			}
			w.MustCheck(t, acctest.Want{Method: "GET", Path: computesPath, Min: 1, Max: test.most})
		})
	}
}

func TestDataPlannedComputesGivesNoPartOfAList(t *testing.T) {
	w := newWorld(t, emulator.Guesses{PageSizeCap: 1}, acctest.WithSetting("max_retries", 0))
	w.SCP.PutPlannedCompute(boughtOnMarch1("a"))
	w.SCP.PutPlannedCompute(boughtOnMarch1("b"))
	w.Fault(t, "method=GET,path=/v1/planned-computes,status=500,skip=1")
	got, d := w.ReadData(manyData, acctest.Object{})
	if errors := strings.Join(d.Errors(), "\n"); !strings.Contains(errors, "Could not list planned computes") || !strings.Contains(errors, "status 500") {
		t.Errorf("errors: %s", errors)
	}
	if got["planned_computes"] != nil {
		t.Errorf("a part of the list is in the state: %v", got["planned_computes"])
	}
}

// The service spells the same facts in several ways.
func TestDataPlannedComputeSpellings(t *testing.T) {
	for name, test := range map[string]struct {
		guesses emulator.Guesses
		want    acctest.Object
	}{
		"code and value": {
			emulator.Guesses{ContractTypeForm: "code", OSTypeForm: "value"},
			acctest.Object{"contract_type": "01", "os_type": "opensource"},
		},
		"no follow-up as empty strings": {
			emulator.Guesses{NoNextAs: "empty"},
			acctest.Object{"next_contract_type": nil, "next_start_date": nil, "next_end_date": nil},
		},
		"no follow-up at all":       {emulator.Guesses{NoNextAs: "absent"}, acctest.Object{"next_contract_type": nil}},
		"an empty description":      {emulator.Guesses{DescriptionForm: "empty"}, acctest.Object{"server_type_description": acctest.Object{}}},
		"a null description":        {emulator.Guesses{DescriptionForm: "null"}, acctest.Object{"server_type_description": nil}},
		"times with a space":        {emulator.Guesses{TimeForm: "space"}, acctest.Object{"created_at": "2026-03-01 03:00:00"}},
		"a contract id that is new": {emulator.Guesses{ContractIDLater: true}, acctest.Object{"contract_id": "C-r1"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, test.guesses)
			w.SCP.PutPlannedCompute(boughtOnMarch1("r1"))
			one := dataOf(t, w.Provider, oneData, acctest.Object{"id": "r1"})
			row := rowsOf(t, dataOf(t, w.Provider, manyData, acctest.Object{}), "planned_computes")[0]
			for attribute, want := range test.want {
				for where, got := range map[string]any{oneData: one[attribute], manyData: row[attribute]} {
					if diff := cmp.Diff(want, got); diff != "" {
						t.Errorf("%s of %s (-want +got):\n%s", attribute, where, diff)
					}
				}
			}
		})
	}
}

// Pages that end before the service's own count are a warning, and what came is kept.
func TestPlannedComputesThatAreNotDelivered(t *testing.T) {
	t.Parallel()
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"planned_computes":[],"total_count":50,"total_pages":3,"current_page":1}`))
	}))
	t.Cleanup(service.Close)
	p := acctest.NewProvider(t)
	p.Configure(acctest.Object{"access_key": "a", "secret_key": "s", "endpoints": acctest.Object{"billingplan": service.URL}}).WantNone(t)
	got, d := p.ReadData("scpbilling_planned_computes", acctest.Object{})
	d.WantWarning(t, "Not all planned computes were returned", "reports 50 planned computes, but its pages contain 0")
	if rows, ok := got["planned_computes"].([]any); !ok || len(rows) != 0 {
		t.Errorf("planned_computes is %v, want none", got["planned_computes"])
	}
}
