package billingplan_test

import (
	"encoding/json"
	"fmt"
	"math/big"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

const coverageData = "scpbilling_planned_compute_coverage"

// expected is one combination, counted day by day and hour by hour.
type expected struct {
	contracts, contracted, used, covered int64
	paid, list, uncovered                *big.Rat
}

// 60 contracts and 400 resources in random combinations, against an independent count.
func TestCoverageOfMany(t *testing.T) {
	t.Parallel()
	for seed := range uint64(5) {
		random := rand.New(rand.NewPCG(seed, 1))
		servers := []string{"s1v1m2", "s1v2m4", "s1v4m8", "g1v16a1"}
		systems := []string{"OPEN_SOURCE", "WINDOWS"}
		first, last := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 2, 28, 0, 0, 0, 0, time.UTC)
		want := map[string]*expected{}
		of := func(key string) *expected {
			if want[key] == nil {
				want[key] = &expected{paid: new(big.Rat), list: new(big.Rat), uncovered: new(big.Rat)}
			}
			return want[key]
		}
		key := func() string {
			return "VIRTUAL_SERVER " + systems[random.IntN(len(systems))] + " " + servers[random.IntN(len(servers))]
		}
		var contracts []any
		for i := range 60 {
			k := key()
			start := first.AddDate(0, 0, random.IntN(460)-430)
			end := start.AddDate(1, 0, -1)
			contracts = append(contracts, object{
				"id": fmt.Sprintf("c%d", i), "service_id": strings.Fields(k)[0], "os_type": strings.Fields(k)[1], "server_type": strings.Fields(k)[2],
				"start_date": start.Format(time.DateOnly), "end_date": end.Format(time.DateOnly), "first_contract_start_at": start.Format(time.DateOnly), "contract_type": "01", "state": "ACTIVE",
			})
			runs := false
			for d := first; !d.After(last); d = d.AddDate(0, 0, 1) {
				if !d.Before(start) && !d.After(end) {
					runs = true
					of(k).contracted += 24
				}
			}
			if runs {
				of(k).contracts++
			}
		}
		rows := map[string][]any{}
		for i := range 400 {
			k, hours := key(), int64(random.IntN(673))
			row := object{"resource_name": fmt.Sprintf("vm-%d", i), "used_time": hours, "contract_id": nil}
			amount := func(name string, sum ...*big.Rat) {
				text := fmt.Sprintf("%d.%03d", random.Int64N(1_000_000_000_000), random.IntN(1000))
				row[name] = object{"krw": text, "usd": "0.000"}
				value, _ := new(big.Rat).SetString(text)
				for _, s := range sum {
					s.Add(s, value)
				}
			}
			e := of(k)
			e.used += hours
			if random.IntN(2) == 0 {
				row["contract_id"] = fmt.Sprintf("C%09d", i)
				e.covered += hours
				amount("used_amount", e.paid)
				amount("non_applied_amount", e.list)
			} else {
				amount("used_amount")
				amount("non_applied_amount", e.uncovered)
			}
			rows[k] = append(rows[k], row)
		}
		var lock sync.Mutex
		asked := map[string]int{}
		web := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			q := r.URL.Query()
			var reply object
			if r.URL.Path == computesPath {
				page, _ := strconv.Atoi(q.Get("page"))
				from, to := min(page*25-25, 60), min(page*25, 60) // pages are capped
				reply = object{"total_count": 60, "current_page": page, "planned_computes": contracts[from:to]}
			} else {
				k := q.Get("service_id") + " " + q.Get("os_type") + " " + q.Get("server_type")
				lock.Lock()
				asked[k]++
				lock.Unlock()
				reply = object{"coverages": append([]any{}, rows[k]...)}
			}
			_ = json.NewEncoder(rw).Encode(reply)
		}))
		t.Cleanup(web.Close)
		p := acctest.NewProvider(t)
		p.Configure(object{"access_key": "a", "secret_key": "s", "endpoints": object{"billingplan": web.URL}}).WantNone(t)
		got := dataOf(t, p, coverageData, object{"start_date": "2026-02-01", "end_date": "2026-02-28", "service_ids": []string{"VIRTUAL_SERVER"}, "os_types": systems, "server_types": servers})
		found := rowsOf(t, got, "coverages")
		if len(found) != len(servers)*len(systems) {
			t.Errorf("%d rows, want %d", len(found), len(servers)*len(systems))
		}
		for _, row := range found {
			k := fmt.Sprint(row["service_id"], " ", row["os_type"], " ", row["server_type"])
			e := of(k)
			for name, value := range map[string]int64{"contract_count": e.contracts, "contracted_hours": e.contracted, "used_hours": e.used, "covered_hours": e.covered, "uncovered_hours": e.used - e.covered} {
				if row[name] != value {
					t.Errorf("seed %d, %s: %s is %v, want %d", seed, k, name, row[name], value)
				}
			}
			for name, value := range map[string]*big.Rat{"covered_amount": e.paid, "covered_list_amount": e.list, "uncovered_amount": e.uncovered} {
				amount, _ := row[name].(object)
				if sum, ok := new(big.Rat).SetString(fmt.Sprint(amount["krw"])); !ok || sum.Cmp(value) != 0 {
					t.Errorf("seed %d, %s: %s is %v, want %s", seed, k, name, row[name], value.FloatString(3))
				}
			}
			for name, of := range map[string][2]int64{"utilization_percent": {e.covered, e.contracted}, "coverage_percent": {e.covered, e.used}} {
				if of[1] == 0 {
					if row[name] != nil {
						t.Errorf("seed %d, %s: %s is %v of nothing", seed, k, name, row[name])
					}
					continue
				}
				want := new(big.Rat).SetFrac64(of[0]*100, of[1])
				got, ok := new(big.Rat).SetString(fmt.Sprint(row[name]))
				if off := new(big.Rat).Sub(want, got); !ok || off.Abs(off).Cmp(big.NewRat(1, 20_000)) > 0 {
					t.Errorf("seed %d, %s: %s is %v, want %s", seed, k, name, row[name], want.FloatString(6))
				}
			}
			if asked[k] != 1 {
				t.Errorf("%s was asked for %d times", k, asked[k])
			}
		}
	}
}

// The emulator's own data: a server that is covered all day shows 100 %, one that is idle
// by night less, and demand beside it takes what is left.
func TestCoverageOfTheEmulator(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Guesses{})
	w.SCP.PutPlannedCompute(boughtOnMarch1("a"))
	idle := boughtOnMarch1("b")
	idle.ServerType, idle.IdleHours = "s1v2m4", 14
	w.SCP.PutPlannedCompute(idle)
	w.SCP.PutDemand(emulator.Demand{Name: "by-day", ServiceID: "VIRTUAL_SERVER", OSType: "OPEN_SOURCE", ServerType: "s1v2m4", From: "2026-03-04", HoursPerDay: 20})
	w.SCP.PutDemand(emulator.Demand{Name: "alone", ServiceID: "VIRTUAL_SERVER", OSType: "OPEN_SOURCE", ServerType: "s1v4m8", From: "2026-03-01", To: "2026-03-02", HoursPerDay: 6})
	march := object{"start_date": "2026-03-01", "end_date": "2026-03-31"}
	check := func(config object, want ...object) {
		t.Helper()
		got := dataOf(t, w.Provider, coverageData, config)
		if got["last_data_day"] != "2026-03-08" {
			t.Errorf("data until %v", got["last_data_day"])
		}
		rows := rowsOf(t, got, "coverages")
		if len(rows) != len(want) {
			t.Fatalf("%d rows, want %d: %v", len(rows), len(want), rows)
		}
		for i, w := range want {
			for name, value := range w {
				if !acctest.Equal(rows[i][name], value) {
					t.Errorf("%v: %s is %v, want %v", rows[i]["server_type"], name, rows[i][name], value)
				}
			}
		}
	}
	full := object{
		"server_type": "s1v1m2", "contract_count": int64(1), "contracted_hours": int64(168), "used_hours": int64(168), "covered_hours": int64(168), "uncovered_hours": int64(0),
		"utilization_percent": int64(100), "coverage_percent": int64(100), "covered_amount": won("8064.000"), "covered_list_amount": won("10080.000"), "uncovered_amount": object{"krw": "0", "usd": "0"},
	}
	// 7 days of 10 hours, and on 5 days 14 of 20 hours beside it.
	part := object{
		"server_type": "s1v2m4", "contract_count": int64(1), "contracted_hours": int64(168), "used_hours": int64(170), "covered_hours": int64(140), "uncovered_hours": int64(30),
		"coverage_percent": 82.3529, "utilization_percent": 83.3333, "uncovered_amount": won("3600.000"),
	}
	check(march, full, part)
	alone := object{"server_type": "s1v4m8", "contract_count": int64(0), "contracted_hours": int64(0), "used_hours": int64(12), "covered_hours": int64(0), "utilization_percent": nil, "coverage_percent": int64(0)}
	check(object{"start_date": "2026-03-01", "end_date": "2026-03-31", "server_types": []string{"s1v1m2", "s1v2m4", "s1v4m8"}}, full, part, alone)
	nothing := object{"used_hours": int64(0), "utilization_percent": nil, "coverage_percent": nil}
	check(object{"start_date": "2026-03-01", "end_date": "2026-03-31", "service_ids": []string{"VIRTUAL_SERVER"}, "os_types": []string{"windows"}, "server_types": []string{"s1v4m8"}}, nothing)

	// A value that the service refuses everywhere is named. One that it refuses in some
	// combinations only is not: filters are crossed.
	with := func(filter string, values ...string) object {
		return object{"start_date": "2026-03-01", "end_date": "2026-03-31", filter: values}
	}
	_, d := w.ReadData(coverageData, with("server_types", "s1v1m2", "s9v9"))
	d.WantWarning(t, "Some combinations were omitted", "VIRTUAL_SERVER, OPEN_SOURCE, s9v9.")
	database := boughtOnMarch1("c")
	database.ServiceID, database.ServerType = "POSTGRESQL", "db1v4m16"
	w.SCP.PutPlannedCompute(database)
	check(with("service_ids", "VIRTUAL_SERVER"), full, part)
	check(with("server_types", "s1v4m8"), alone)
	for _, config := range []object{{"start_date": "2026-03-02", "end_date": "2026-03-01"}, {"start_date": "2026-03-02", "end_date": "soon"}} {
		if d := w.ValidateData(coverageData, config); !d.HasError() {
			t.Errorf("accepted: %v", config)
		}
	}
}

// A contract covers from its first day to the day in Seoul on which it was cancelled. One
// that was cancelled before its first day covers nothing.
func TestCoverageOfCancelledContracts(t *testing.T) {
	t.Parallel()
	w := newWorld(t, emulator.Guesses{})
	evening := boughtOnMarch1("a")
	evening.Ended, evening.ModifiedAt = emulator.EndedCancelled, time.Date(2026, 3, 4, 20, 0, 0, 0, time.UTC)
	w.SCP.PutPlannedCompute(evening)
	before := boughtOnMarch1("b")
	before.Ended, before.ModifiedAt = emulator.EndedCancelled, time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	w.SCP.PutPlannedCompute(before)
	rows := rowsOf(t, dataOf(t, w.Provider, coverageData, object{"start_date": "2026-03-01", "end_date": "2026-03-31"}), "coverages")
	if len(rows) != 1 {
		t.Fatalf("%d rows, want 1: %v", len(rows), rows)
	}
	for name, want := range map[string]int64{"contract_count": 1, "contracted_hours": 96, "covered_hours": 96, "utilization_percent": 100} {
		if !acctest.Equal(rows[0][name], want) {
			t.Errorf("%s is %v, want %d", name, rows[0][name], want)
		}
	}
}

// The service fails for an account without planned computes. Demand is unknown then, and
// only one combination is asked for.
func TestCoverageWithoutContracts(t *testing.T) {
	t.Parallel()
	filters := object{"start_date": "2026-03-01", "end_date": "2026-03-31", "service_ids": []string{"VIRTUAL_SERVER"}, "os_types": []string{"OPEN_SOURCE"}, "server_types": []string{"s1v1m2", "s1v2m4", "s1v4m8"}}
	for _, given := range []bool{false, true} {
		w := newWorld(t, emulator.Guesses{CoverageOfNone: given}, acctest.WithSetting("max_retries", 0))
		w.SCP.PutDemand(emulator.Demand{Name: "alone", ServiceID: "VIRTUAL_SERVER", OSType: "OPEN_SOURCE", ServerType: "s1v2m4", From: "2026-03-01", HoursPerDay: 24})
		w.Reset()
		got, d := w.ReadData(coverageData, filters)
		rows := rowsOf(t, got, "coverages")
		if given {
			d.WantNone(t)
			if len(rows) != 3 || rows[1]["uncovered_hours"] != int64(192) {
				t.Errorf("the rows are %v", rows)
			}
			w.MustCheck(t, acctest.Exactly(1, "GET", computesPath), acctest.Exactly(3, "GET", instancesPath))
			continue
		}
		d.WantWarning(t, "Uncovered demand cannot be read", "unknown, not zero")
		if len(rows) > 0 {
			t.Errorf("rows of unknown demand: %v", rows)
		}
		w.MustCheck(t, acctest.Exactly(1, "GET", computesPath), acctest.Exactly(1, "GET", instancesPath))
	}
}

// Hours that make no sense are an error, not a wrong sum; very old contracts count fully.
func TestCoverageAtTheLimits(t *testing.T) {
	t.Parallel()
	for hours, says := range map[string]string{
		"9223372036854775807, 0": "",
		"9223372036854775807, 1": `the resource "vm-1": 1 hours cannot be added`,
		"0, -1":                  `the resource "vm-1": -1 hours cannot be added`,
		"9223372036854775807, 9223372036854775807": "cannot be added",
	} {
		first, second, _ := strings.Cut(hours, ", ")
		web := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if r.URL.Path == computesPath {
				_, _ = rw.Write([]byte(`{"total_count":1,"planned_computes":[{"id":"a","service_id":"V","os_type":"O","server_type":"s","start_date":"1601-01-01","end_date":"2600-12-31"}]}`))
				return
			}
			_, _ = fmt.Fprintf(rw, `{"coverages":[{"resource_name":"vm-0","contract_id":"C1","used_time":%s},{"resource_name":"vm-1","contract_id":"","used_time":%s}]}`, first, second)
		}))
		t.Cleanup(web.Close)
		p := acctest.NewProvider(t)
		p.Configure(object{"access_key": "a", "secret_key": "s", "max_retries": 0, "endpoints": object{"billingplan": web.URL}}).WantNone(t)
		got, d := p.ReadData(coverageData, object{"start_date": "1601-01-01", "end_date": "2000-12-31"})
		if says != "" {
			d.WantError(t, "Could not compute the coverage", says)
			continue
		}
		d.WantNone(t)
		row := rowsOf(t, got, "coverages")[0]
		// Four centuries have 146,097 days.
		if row["contracted_hours"] != int64(24*146_097) || row["used_hours"] != int64(9223372036854775807) {
			t.Errorf("the row is %v", row)
		}
	}
}

// A contract that two pages list counts once.
func TestCoverageOfOverlappingPages(t *testing.T) {
	t.Parallel()
	web := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path != computesPath {
			_, _ = rw.Write([]byte(`{"coverages":[]}`))
			return
		}
		page, _ := strconv.Atoi(r.URL.Query().Get("page"))
		var contracts []any
		for i := min(page*20-20, 50); i < min(page*20+5, 50); i++ { // five rows of the next page too
			contracts = append(contracts, object{"id": fmt.Sprint("c", i), "service_id": "V", "os_type": "O", "server_type": "s", "start_date": "2026-03-01", "end_date": "2027-02-28"})
		}
		_ = json.NewEncoder(rw).Encode(object{"total_count": 50, "planned_computes": contracts})
	}))
	t.Cleanup(web.Close)
	p := acctest.NewProvider(t)
	p.Configure(object{"access_key": "a", "secret_key": "s", "max_retries": 0, "endpoints": object{"billingplan": web.URL}}).WantNone(t)
	rows := rowsOf(t, dataOf(t, p, coverageData, object{"start_date": "2026-03-01", "end_date": "2026-03-02"}), "coverages")
	if len(rows) != 1 || rows[0]["contract_count"] != int64(50) || rows[0]["contracted_hours"] != int64(50*48) {
		t.Errorf("the rows are %v", rows)
	}
}

// A list that is not complete is no base for sums, and no contract means no rows.
func TestCoverageOfLists(t *testing.T) {
	t.Parallel()
	for reply, says := range map[string]string{
		`{"total_count":2,"planned_computes":[{"id":"a","service_id":"V","os_type":"O","server_type":"s","start_date":"2026-03-01","end_date":"2027-02-28"}]}`: "repeats earlier ones although there are more",
		`{"total_count":0,"planned_computes":[]}`: "",
	} {
		web := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if r.URL.Path != computesPath {
				t.Errorf("asked for %s", r.URL)
			}
			_, _ = rw.Write([]byte(reply))
		}))
		t.Cleanup(web.Close)
		p := acctest.NewProvider(t)
		p.Configure(object{"access_key": "a", "secret_key": "s", "max_retries": 0, "endpoints": object{"billingplan": web.URL}}).WantNone(t)
		got, d := p.ReadData(coverageData, object{"start_date": "2026-03-01", "end_date": "2026-03-31"})
		if says != "" {
			d.WantError(t, "Could not compute the coverage", says)
			continue
		}
		d.WantNone(t)
		if rows := rowsOf(t, got, "coverages"); len(rows) > 0 {
			t.Errorf("rows of no contract: %v", rows)
		}
	}
}
