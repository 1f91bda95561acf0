package billingplan_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

const instancesPath = "/v1/planned-computes/instances"

func won(krw string) acctest.Object { return acctest.Object{"krw": krw, "usd": "0.000"} }

func TestDataCancellationFee(t *testing.T) {
	for name, guesses := range map[string]emulator.Guesses{"a fee as a string": {}, "a fee as a number": {FeeAsNumber: true}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, guesses)
			w.SCP.PutPlannedCompute(boughtOnMarch1("a"))
			w.SCP.PutPlannedCompute(boughtOnMarch1("b"))
			got := dataOf(t, w.Provider, feeData, acctest.Object{"planned_compute_ids": []string{"a"}})
			// 357 days of 24 hours at 48 won, the half of it.
			want := acctest.Object{
				"planned_compute_ids": []any{"a"}, "region": nil, "cancellation_fee": "205632", "bill_year_month": "2026-05",
				"currency": acctest.Object{"code": "KRW", "symbol": "₩"},
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the quote (-want +got):\n%s", diff)
			}
			w.Reset()
			got = dataOf(t, w.Provider, feeData, acctest.Object{"planned_compute_ids": []string{"b", "a"}, "region": "kr-west1"})
			if got["cancellation_fee"] != "411264" {
				t.Errorf("the fee of two contracts is %v, want 411264", got["cancellation_fee"])
			}
			w.MustCheck(t, acctest.Exactly(1, "POST", quotePath))
			var sent any
			if err := json.Unmarshal(w.SCP.Requests()[0].Body, &sent); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(map[string]any{"planned_compute_id": []any{"a", "b"}, "region": "kr-west1"}, sent); diff != "" {
				t.Errorf("the request (-want +got):\n%s", diff)
			}
		})
	}
}

func TestDataCancellationFeeOfNoContract(t *testing.T) {
	w := newWorld(t, emulator.Guesses{})
	_, d := w.ReadData(feeData, acctest.Object{"planned_compute_ids": []string{"nowhere"}})
	if errors := strings.Join(d.Errors(), "\n"); !strings.Contains(errors, "Could not quote the cancellation fee of nowhere") || !strings.Contains(errors, "status 404") {
		t.Errorf("errors: %s", errors)
	}
}

func coverageOfMarch() acctest.Object {
	return acctest.Object{
		"service_id": "VIRTUAL_SERVER", "os_type": "opensource", "server_type": "s1v1m2", "start_date": "2026-03-01", "end_date": "2026-03-31",
	}
}

func TestDataInstances(t *testing.T) {
	for name, test := range map[string]struct {
		guesses emulator.Guesses
		changes acctest.Object
	}{
		"objects": {emulator.Guesses{}, acctest.Object{}},
		"a system as a string and sums as zeros": {emulator.Guesses{CoverageFlat: true}, acctest.Object{
			"os": acctest.Object{"os_type_id": "OPEN_SOURCE", "display_name": nil, "os_type_value": nil},
			"amount": acctest.Object{
				"total": acctest.Object{"krw": "0", "usd": "0"}, "used": acctest.Object{"krw": "0", "usd": "0"},
				"non_applied": acctest.Object{"krw": "0", "usd": "0"}, "no_contract_used": acctest.Object{"krw": "0", "usd": "0"},
			},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, test.guesses)
			pc := boughtOnMarch1("a")
			pc.ResourceName = "web-1"
			w.SCP.PutPlannedCompute(pc)
			// From 2 to 8 March, the last day there is data of: 168 hours at 48 won instead of 60.
			want := coverageOfMarch()
			for attribute, value := range (acctest.Object{
				"coverages": []any{acctest.Object{
					"resource_name": "web-1", "contract_id": "C-a", "used_time": int64(168), "unit_price": won("48.000"),
					"used_amount": won("8064.000"), "non_applied_amount": won("10080.000"), "request_at": "2026-03-01T03:00:00",
				}},
				"amount":      acctest.Object{"total": won("8064.000"), "used": won("8064.000"), "non_applied": won("10080.000"), "no_contract_used": won("0.000")},
				"order_count": int64(1),
				"os":          acctest.Object{"os_type_id": "OPEN_SOURCE", "display_name": "Open Source", "os_type_value": "opensource"},
				"service":     acctest.Object{"service_id": "VIRTUAL_SERVER", "display_name": "Virtual Server"},

				"server_type_description": acctest.Object{"cpu": "1 Core", "memory": "2 GB"},
			}) {
				want[attribute] = value
			}
			for attribute, value := range test.changes {
				want[attribute] = value
			}
			got := dataOf(t, w.Provider, instancesData, coverageOfMarch())
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("the coverage (-want +got):\n%s", diff)
			}
			w.MustCheck(t, acctest.Exactly(1, "GET", instancesPath))
			if query, wanted := w.SCP.Requests()[0].RawQuery, "end_date=2026-03-31&os_type=opensource&server_type=s1v1m2&service_id=VIRTUAL_SERVER&start_date=2026-03-01"; query != wanted {
				t.Errorf("query %s, want %s", query, wanted)
			}
		})
	}
}

func TestDataInstancesOfNothing(t *testing.T) {
	w := newWorld(t, emulator.Guesses{CoverageOfNone: true})
	got := dataOf(t, w.Provider, instancesData, coverageOfMarch())
	if rows := rowsOf(t, got, "coverages"); len(rows) != 0 || got["order_count"] != int64(0) {
		t.Errorf("%d rows and order_count %v, want none", len(rows), got["order_count"])
	}
}

// sized is a server type of which the service sends nothing else.
func sized(core, memory any) acctest.Object {
	return acctest.Object{
		"server_type": nil, "server_type_description": nil, "instance_type": nil, "core": core, "memory_gb": memory, "gpu_name": nil, "scale_up_yn": nil,
	}
}

// Null is neither an empty string nor nothing at all.
func TestDataKeepsNulls(t *testing.T) {
	replies := map[string]string{
		instancesPath: `{"coverages":[{"resource_name":null,"used_time":"7","unit_price":null,"used_amount":{"krw":"12345678901234567890.1230","usd":null}}],
			"amount":null,"order_count":null,"os":null,"service":null,"server_type":null,"server_type_description":null}`,
		quotePath:                             `{"cancellation_fee":12345678901234567890.1230,"bill_year_month":null,"currency":null}`,
		"/v1/planned-computes/server-types":   `{"server_types":[{"server_type":"x","core":1,"memory_gb":2.50,"gpu_name":null,"scale_up_yn":null,"server_type_description":""},{"core":"8","memory_gb":"many"},{"memory_gb":null},{"core":"","memory_gb":"1e3"}]}`,
		"/v1/planned-computes/contract-types": `{"contract_types":[{"code":null,"display_name":""}],"extension_types":null}`,
	}
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte(replies[r.URL.Path]))
	}))
	t.Cleanup(service.Close)
	p := acctest.NewProvider(t)
	if d := p.Configure(acctest.Object{"access_key": "a", "secret_key": "s", "endpoints": acctest.Object{"billingplan": service.URL}}); d.HasError() {
		t.Fatal(d)
	}

	got := dataOf(t, p, instancesData, coverageOfMarch())
	want := coverageOfMarch()
	want["coverages"] = []any{acctest.Object{
		"resource_name": nil, "contract_id": nil, "used_time": int64(7), "unit_price": nil,
		"used_amount": acctest.Object{"krw": "12345678901234567890.1230", "usd": nil}, "non_applied_amount": nil, "request_at": nil,
	}}
	for _, attribute := range []string{"amount", "order_count", "os", "service", "server_type_description"} {
		want[attribute] = nil
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the coverage (-want +got):\n%s", diff)
	}
	got = dataOf(t, p, feeData, acctest.Object{"planned_compute_ids": []string{"a"}})
	want = acctest.Object{
		"planned_compute_ids": []any{"a"}, "region": nil, "cancellation_fee": "12345678901234567890.1230", "currency": nil, "bill_year_month": nil,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the quote (-want +got):\n%s", diff)
	}
	got = dataOf(t, p, serversData, acctest.Object{"service_id": "A"})
	want = acctest.Object{"service_id": "A", "current_server_type": nil, "os_type": nil, "server_types": []any{acctest.Object{
		"server_type": "x", "server_type_description": "", "instance_type": nil, "core": int64(1), "memory_gb": 2.5, "gpu_name": nil, "scale_up_yn": nil,
	}, sized(int64(8), nil), sized(nil, nil), sized(nil, int64(1000))}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the server types (-want +got):\n%s", diff)
	}
	got = dataOf(t, p, contractsData, acctest.Object{})
	want = acctest.Object{
		"service_id": nil, "server_type": nil, "contract_types": []any{acctest.Object{"code": nil, "display_name": ""}}, "extension_types": []any{},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the contract types (-want +got):\n%s", diff)
	}
}

func TestDataOfferings(t *testing.T) {
	for name, guesses := range map[string]emulator.Guesses{"booleans": {}, "Y and N": {ScaleUpAsString: true}} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, guesses)
			services := rowsOf(t, dataOf(t, w.Provider, servicesData, acctest.Object{}), "services")
			if len(services) != 13 || services[0]["service_id"] != "VIRTUAL_SERVER" || services[0]["display_name"] != "Virtual Server" {
				t.Errorf("services: %v", services)
			}
			systems := rowsOf(t, dataOf(t, w.Provider, systemsData, acctest.Object{"service_id": "GPU_SERVER"}), "os_types")
			want := []acctest.Object{
				{"os_type_id": "OPEN_SOURCE", "display_name": "Open Source", "os_type_value": "opensource"},
				{"os_type_id": "RHEL", "display_name": "Red Hat Enterprise Linux", "os_type_value": "rhel"},
			}
			if diff := cmp.Diff(want, systems); diff != "" {
				t.Errorf("operating systems (-want +got):\n%s", diff)
			}
			terms := dataOf(t, w.Provider, contractsData, acctest.Object{"service_id": "GPU_SERVER", "server_type": "g1v16a1"})
			want = []acctest.Object{{"code": "01", "display_name": "1-year"}, {"code": "03", "display_name": "3-year"}}
			if diff := cmp.Diff(want, rowsOf(t, terms, "contract_types")); diff != "" {
				t.Errorf("contract types (-want +got):\n%s", diff)
			}
			if extensions := rowsOf(t, terms, "extension_types"); len(extensions) != 3 || extensions[0]["code"] != "01" {
				t.Errorf("extension types: %v", extensions)
			}
			larger := map[any]any{}
			servers := rowsOf(t, dataOf(t, w.Provider, serversData, acctest.Object{"service_id": "VIRTUAL_SERVER", "current_server_type": "s1v2m4", "os_type": "OPEN_SOURCE"}), "server_types")
			for _, server := range servers {
				larger[server["server_type"]] = server["scale_up_yn"]
			}
			if larger["s1v1m2"] != false || larger["s1v2m4"] != false || larger["s1v4m8"] != true {
				t.Errorf("larger than s1v2m4: %v", larger)
			}
			if diff := cmp.Diff(acctest.Object{
				"server_type": "s1v1m2", "server_type_description": "1 Core / 2 GB", "instance_type": "s1", "core": int64(1), "memory_gb": int64(2),
				"gpu_name": nil, "scale_up_yn": false,
			}, servers[0]); diff != "" {
				t.Errorf("a server type (-want +got):\n%s", diff)
			}
			for typeName, attribute := range map[string]string{systemsData: "os_types", serversData: "server_types", contractsData: "contract_types"} {
				if rows := rowsOf(t, dataOf(t, w.Provider, typeName, acctest.Object{"service_id": "NOTHING"}), attribute); len(rows) != 0 {
					t.Errorf("%s of an unknown service: %v", typeName, rows)
				}
			}
		})
	}
}

func TestDataOfferingsCostOneRequestPerQuery(t *testing.T) {
	w := newWorld(t, emulator.Guesses{})
	queries := []struct {
		typeName string
		config   acctest.Object
	}{
		{servicesData, acctest.Object{}},
		{systemsData, acctest.Object{}},
		{systemsData, acctest.Object{"service_id": "VIRTUAL_SERVER"}},
		{serversData, acctest.Object{"service_id": "VIRTUAL_SERVER"}},
		{serversData, acctest.Object{"service_id": "VIRTUAL_SERVER", "current_server_type": "s1v1m2"}},
		{serversData, acctest.Object{"service_id": "VIRTUAL_SERVER", "os_type": "RHEL"}},
		{contractsData, acctest.Object{"service_id": "VIRTUAL_SERVER"}},
		{contractsData, acctest.Object{"service_id": "VIRTUAL_SERVER", "server_type": "s1v1m2"}},
	}
	var wait sync.WaitGroup
	for range 12 {
		for _, q := range queries {
			wait.Go(func() {
				if _, d := w.ReadData(q.typeName, q.config); len(d) > 0 {
					t.Errorf("%s: %s", q.typeName, d)
				}
			})
		}
	}
	wait.Wait()
	w.MustCheck(t,
		acctest.Exactly(1, "GET", "/v1/planned-computes/service-types"), acctest.Exactly(2, "GET", "/v1/planned-computes/os-types"),
		acctest.Exactly(3, "GET", "/v1/planned-computes/server-types"), acctest.Exactly(2, "GET", "/v1/planned-computes/contract-types"))

	// Another configured provider is another process's.
	w.Reset()
	dataOf(t, w.restart().Provider, servicesData, acctest.Object{})
	w.MustCheck(t, acctest.Exactly(1, "GET", "/v1/planned-computes/service-types"))
}

func TestDataOfferingsThatFailsIsAskedOnce(t *testing.T) {
	w := newWorld(t, emulator.Guesses{}, acctest.WithSetting("max_retries", 0))
	w.Fault(t, "method=GET,path=/v1/planned-computes/server-types,status=503,count=50")
	for range 20 {
		_, d := w.ReadData(serversData, acctest.Object{"service_id": "VIRTUAL_SERVER"})
		if errors := strings.Join(d.Errors(), "\n"); !strings.Contains(errors, "Could not list server types") || !strings.Contains(errors, "status 503") {
			t.Fatalf("errors: %s", errors)
		}
	}
	w.MustCheck(t, acctest.Exactly(1, "GET", "/v1/planned-computes/server-types"))
}

// What the service refuses is said with what was attempted, and once.
func TestDataLookUpsThatFail(t *testing.T) {
	for typeName, c := range map[string]struct {
		path, doing string
		config      acctest.Object
	}{
		servicesData:  {"service-types", "Could not list service types", acctest.Object{}},
		systemsData:   {"os-types", "Could not list operating systems", acctest.Object{}},
		serversData:   {"server-types", "Could not list server types", acctest.Object{}},
		contractsData: {"contract-types", "Could not list contract types", acctest.Object{}},
		instancesData: {"instances", "Could not read", coverageOfMarch()},
	} {
		w := newWorld(t, emulator.Guesses{})
		w.Fault(t, "method=GET,path=/v1/planned-computes/"+c.path+",status=403")
		_, d := w.ReadData(typeName, c.config)
		d.WantError(t, c.doing, "status 403", "permission")
		w.MustCheck(t, acctest.Exactly(1, "GET", "/v1/planned-computes/"+c.path))
	}
}

// What cannot be right is refused while planning, and costs no call.
func TestDataRefusals(t *testing.T) {
	w := newWorld(t, emulator.Guesses{})
	with := func(name string, value any) acctest.Object {
		config := coverageOfMarch()
		config[name] = value
		return config
	}
	for name, test := range map[string]struct {
		typeName string
		config   acctest.Object
		want     string
	}{
		"an empty id":                     {oneData, acctest.Object{"id": ""}, "string length must be at least 1"},
		"no id":                           {oneData, acctest.Object{}, "id"},
		"a date that is none":             {manyData, acctest.Object{"start_date": "2026-02-30"}, `"2026-02-30" is not a date in the form YYYY-MM-DD`},
		"a date with a time":              {manyData, acctest.Object{"end_date": "2026-03-01T00:00:00"}, "is not a date in the form YYYY-MM-DD"},
		"a short date":                    {manyData, acctest.Object{"end_date": "2026-3-1"}, "is not a date in the form YYYY-MM-DD"},
		"an end before the start":         {manyData, acctest.Object{"start_date": "2026-03-02", "end_date": "2026-03-01"}, "start_date is 2026-03-02 and end_date is 2026-03-01"},
		"an unknown term":                 {manyData, acctest.Object{"contract_types": []string{"02"}}, `"02" is not a contract term`},
		"a next term that is none":        {manyData, acctest.Object{"next_contract_types": []string{"forever"}}, `"forever" is not a contract term`},
		"an empty set":                    {manyData, acctest.Object{"states": []string{}}, "at least 1 elements"},
		"a null in a set":                 {manyData, acctest.Object{"os_types": []any{nil}}, "null"},
		"an empty string in a set":        {manyData, acctest.Object{"service_ids": []string{""}}, "string length must be at least 1"},
		"an empty filter":                 {manyData, acctest.Object{"created_by": ""}, "string length must be at least 1"},
		"an order without a direction":    {manyData, acctest.Object{"sort": "created_at"}, "must be a field and a direction"},
		"no contracts to quote":           {feeData, acctest.Object{"planned_compute_ids": []string{}}, "at least 1 elements"},
		"an empty id to quote":            {feeData, acctest.Object{"planned_compute_ids": []string{""}}, "string length must be at least 1"},
		"an empty region":                 {feeData, acctest.Object{"planned_compute_ids": []string{"a"}, "region": ""}, "string length must be at least 1"},
		"coverage without a service":      {instancesData, with("service_id", nil), "service_id"},
		"coverage with a wrong date":      {instancesData, with("end_date", "31.03.2026"), "is not a date in the form YYYY-MM-DD"},
		"coverage that ends too soon":     {instancesData, with("end_date", "2026-02-01"), "ends before it begins"},
		"server types of an empty string": {serversData, acctest.Object{"service_id": ""}, "string length must be at least 1"},
	} {
		t.Run(name, func(t *testing.T) {
			errors := strings.Join(w.ValidateData(test.typeName, test.config).Errors(), "\n")
			if !strings.Contains(errors, test.want) {
				t.Errorf("errors %q, want %q in them", errors, test.want)
			}
		})
	}
	for name, test := range map[string]struct {
		typeName string
		config   acctest.Object
	}{
		"one day":          {manyData, acctest.Object{"start_date": "2028-02-29", "end_date": "2028-02-29"}},
		"unknown dates":    {manyData, acctest.Object{"start_date": acctest.Unknown, "end_date": "2026-01-01"}},
		"an unknown set":   {manyData, acctest.Object{"states": acctest.Unknown}},
		"unknown elements": {manyData, acctest.Object{"contract_types": []any{acctest.Unknown}}},
		"unknown ids":      {feeData, acctest.Object{"planned_compute_ids": acctest.Unknown}},
		"every term":       {manyData, acctest.Object{"contract_types": []string{"01", "03", "05", "1-year", "3-YEAR", "5 years"}}},
	} {
		t.Run("accepts "+name, func(t *testing.T) {
			if d := w.ValidateData(test.typeName, test.config); len(d) > 0 {
				t.Error(d)
			}
		})
	}
	w.MustCheck(t)
}

func TestDataNeedsAProviderThatIsKnown(t *testing.T) {
	p := acctest.NewProvider(t)
	if d := p.Configure(acctest.Object{"access_key": acctest.Unknown}); d.HasError() {
		t.Fatal(d)
	}
	for typeName, config := range map[string]acctest.Object{
		oneData: {"id": "a"}, manyData: {}, feeData: {"planned_compute_ids": []string{"a"}}, instancesData: coverageOfMarch(),
		contractsData: {}, systemsData: {}, serversData: {}, servicesData: {},
	} {
		_, d := p.ReadData(typeName, config)
		if errors := strings.Join(d.Errors(), "\n"); len(d) != 1 || !strings.Contains(errors, "access_key will only be known after apply") {
			t.Errorf("%s: %s", typeName, d)
		}
	}
}

func TestAccData(t *testing.T) {
	acctest.NeedEmulator(t, "it reads contracts that are there already")
	e := acctest.New(t, acctest.WithEmulator(emulator.Options{Seed: "demo"}))
	e.Test(t, resource.TestStep{
		Config: `
data "scpbilling_service_types" "all" {}

data "scpbilling_os_types" "each" {
  count      = length(data.scpbilling_service_types.all.services)
  service_id = data.scpbilling_service_types.all.services[count.index].service_id
}

data "scpbilling_server_types" "upgrades" {
  service_id          = "VIRTUAL_SERVER"
  current_server_type = "s1v2m4"
}

data "scpbilling_contract_types" "linux" {
  service_id = "VIRTUAL_SERVER"
}

data "scpbilling_planned_computes" "running" {
  contract_types = ["1-year"]
  os_types       = ["opensource"]
}

data "scpbilling_planned_compute" "one" {
  id = data.scpbilling_planned_computes.running.planned_computes[0].id
}

data "scpbilling_planned_compute_cancellation_fee" "one" {
  planned_compute_ids = data.scpbilling_planned_computes.running.planned_computes[*].id
}

data "scpbilling_planned_compute_instances" "one" {
  service_id  = data.scpbilling_planned_compute.one.service_id
  os_type     = data.scpbilling_planned_compute.one.os_type
  server_type = data.scpbilling_planned_compute.one.server_type
  start_date  = data.scpbilling_planned_compute.one.start_date
  end_date    = data.scpbilling_planned_compute.one.end_date
}
`,
		Check: resource.ComposeAggregateTestCheckFunc(
			resource.TestCheckResourceAttr("data.scpbilling_service_types.all", "services.#", "13"),
			resource.TestCheckResourceAttr("data.scpbilling_os_types.each.8", "os_types.0.os_type_value", "windows"),
			resource.TestCheckResourceAttr("data.scpbilling_server_types.upgrades", "server_types.0.scale_up_yn", "false"),
			resource.TestCheckResourceAttr("data.scpbilling_contract_types.linux", "contract_types.0.code", "01"),
			resource.TestCheckResourceAttr("data.scpbilling_planned_computes.running", "planned_computes.#", "1"),
			resource.TestCheckResourceAttr("data.scpbilling_planned_compute.one", "server_type", "s1v2m4"),
			resource.TestCheckResourceAttr("data.scpbilling_planned_compute.one", "delete_yn", "false"),
			resource.TestCheckResourceAttr("data.scpbilling_planned_compute_cancellation_fee.one", "currency.code", "KRW"),
			resource.TestCheckResourceAttr("data.scpbilling_planned_compute_instances.one", "coverages.#", "2"),
		),
	})
}
