package emulator

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"
)

// Usages and coverage are made of the same hours: what is charged under a contract, and
// without one, is the same in both.
func TestCoverageAgreesWithUsages(t *testing.T) {
	em := start(t, Options{Seed: seedDemo})
	em.PutPlannedCompute(PlannedCompute{ContractID: "C1", ServerType: "s1v1m2", StartDate: "2026-02-01", EndDate: "2027-01-31", IdleHours: 9})
	em.PutPlannedCompute(PlannedCompute{ContractID: "C2", ServerType: "s1v1m2", ContractType: "03", StartDate: "2026-02-20", EndDate: "2029-02-19"})
	em.PutDemand(Demand{Name: "a", ServiceID: "VIRTUAL_SERVER", OSType: "OPEN_SOURCE", ServerType: "s1v1m2", From: "2026-02-10", To: "2026-02-25", HoursPerDay: 7})
	em.PutDemand(Demand{Name: "b", ServiceID: "VIRTUAL_SERVER", OSType: "OPEN_SOURCE", ServerType: "s1v1m2", From: "2026-02-10", HoursPerDay: 24})
	covered := want(t, em, http.StatusOK, "GET", "/v1/planned-computes/instances?service_id=VIRTUAL_SERVER&os_type=OPEN_SOURCE&server_type=s1v1m2&start_date=2026-02-01&end_date=2026-03-31", "")
	// Nine hours of the first contract are left on each day of 27, of which 10 to 25 February
	// give 7 to a, and 2 to b; then b takes 9 until 8 March.
	hours := map[string]string{}
	contracts := map[string]*big.Rat{"": new(big.Rat), "C1": new(big.Rat), "C2": new(big.Rat)}
	sum := func(to *big.Rat, text any) {
		amount, ok := new(big.Rat).SetString(fmt.Sprint(text))
		if !ok {
			t.Fatalf("amount %v", text)
		}
		to.Add(to, amount)
	}
	for i := range covered.list(t, "coverages") {
		at := fmt.Sprintf("coverages.%d.", i)
		id, _ := covered.get(t, at+"contract_id").(string)
		hours[fmt.Sprint(covered.get(t, at+"resource_name"), " ", id)] = fmt.Sprint(covered.get(t, at+"used_time"))
		if id == "" {
			sum(contracts[""], covered.get(t, at+"non_applied_amount.krw"))
			continue
		}
		sum(contracts[id], covered.get(t, at+"used_amount.krw"))
	}
	for _, c := range []struct{ name, hours string }{{"a C1", "112"}, {"b C1", "131"}, {"b ", "517"}} {
		if hours[c.name] != c.hours {
			t.Errorf("%s ran for %s hours, want %s; all: %v", c.name, hours[c.name], c.hours, hours)
		}
	}
	for _, query := range []struct{ filter, id string }{{"contract_id=C1", "C1"}, {"contract_id=C2", "C2"}, {"contract_id=&resource_name=b", ""}} {
		charged := new(big.Rat)
		usages := want(t, em, http.StatusOK, "GET", "/v1/usages?limit=1000&start_date=2026-02-01&end_date=2026-03-31&"+query.filter, "")
		for i := range usages.list(t, "usages") {
			sum(charged, usages.get(t, fmt.Sprintf("usages.%d.amounts.krw", i)))
		}
		if charged.Sign() == 0 || charged.Cmp(contracts[query.id]) != 0 {
			t.Errorf("contract %q: usages of %s, coverage of %s", query.id, charged.FloatString(0), contracts[query.id].FloatString(0))
		}
	}
	used, without := new(big.Rat), new(big.Rat)
	sum(used, covered.get(t, "amount.used.krw"))
	sum(without, covered.get(t, "amount.no_contract_used.krw"))
	if used.Cmp(new(big.Rat).Add(contracts["C1"], contracts["C2"])) != 0 || without.Cmp(contracts[""]) != 0 {
		t.Errorf("the sums are %s and %s", used.FloatString(0), without.FloatString(0))
	}
}

// Random contracts and demand: on each day the hours that contracts leave unused are taken
// by demand, the rest of which is uncovered, and the parts add up to the sums.
func TestCoverageOfRandomDemand(t *testing.T) {
	for seed := range uint64(10) {
		random := rand.New(rand.NewPCG(seed, 1))
		em := start(t, Options{})
		first, last := "2026-02-01", "2026-02-28"
		type days struct {
			from, to string
			hours    int64
		}
		day := func(n int) string {
			return time.Date(2026, 1, 20, 0, 0, 0, 0, time.UTC).AddDate(0, 0, n).Format(time.DateOnly)
		}
		specs := []string{"s1v1m2", "s1v2m4"}
		contracts, demand := map[string][]days{}, map[string][]days{}
		for range 20 {
			from := random.IntN(40)
			d := days{day(from), day(from + random.IntN(40)), random.Int64N(24)}
			server := specs[random.IntN(2)]
			if random.IntN(2) == 0 {
				em.PutPlannedCompute(PlannedCompute{ServerType: server, StartDate: d.from, EndDate: d.to, IdleHours: d.hours, ContractType: []string{"01", "03"}[random.IntN(2)]})
				contracts[server] = append(contracts[server], d)
			} else {
				em.PutDemand(Demand{Name: fmt.Sprint("vm", len(demand[server])), ServiceID: "VIRTUAL_SERVER", OSType: "OPEN_SOURCE", ServerType: server, From: d.from, To: d.to, HoursPerDay: d.hours})
				demand[server] = append(demand[server], d)
			}
		}
		for _, server := range specs {
			if len(em.PlannedComputes()) == 0 {
				continue
			}
			var covered, uncovered int64
			for n := range 28 {
				on := time.Date(2026, 2, 1+n, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)
				var idle, wanted int64
				for _, c := range contracts[server] {
					if c.from <= on && on <= c.to {
						covered += 24 - c.hours
						idle += c.hours
					}
				}
				for _, d := range demand[server] {
					if d.from <= on && on <= d.to {
						wanted += d.hours
					}
				}
				covered += min(idle, wanted)
				uncovered += wanted - min(idle, wanted)
			}
			got := want(t, em, http.StatusOK, "GET", "/v1/planned-computes/instances?service_id=VIRTUAL_SERVER&os_type=OPEN_SOURCE&server_type="+server+"&start_date="+first+"&end_date="+last, "")
			sums := map[string]*big.Rat{"covered": {}, "uncovered": {}, "used": {}, "list": {}, "without": {}}
			add := func(sum, path string) {
				amount, ok := new(big.Rat).SetString(fmt.Sprint(got.get(t, path)))
				if !ok {
					t.Fatalf("%s is not a number", path)
				}
				sums[sum].Add(sums[sum], amount)
			}
			for i := range got.list(t, "coverages") {
				at := fmt.Sprintf("coverages.%d.", i)
				add("list", at+"non_applied_amount.krw")
				if got.get(t, at+"contract_id") == nil {
					add("uncovered", at+"used_time")
					add("without", at+"non_applied_amount.krw")
					continue
				}
				add("covered", at+"used_time")
				add("used", at+"used_amount.krw")
			}
			for sum, want := range map[string]int64{"covered": covered, "uncovered": uncovered} {
				if sums[sum].Cmp(big.NewRat(want, 1)) != 0 {
					t.Errorf("seed %d, %s: %s hours %s, want %d", seed, server, sums[sum].RatString(), sum, want)
				}
			}
			total := new(big.Rat).Add(sums["used"], sums["without"])
			for path, want := range map[string]*big.Rat{"used": sums["used"], "non_applied": sums["list"], "no_contract_used": sums["without"], "total": total} {
				if amount, _ := new(big.Rat).SetString(fmt.Sprint(got.get(t, "amount."+path+".krw"))); amount.Cmp(want) != 0 {
					t.Errorf("seed %d, %s: %s is %s, want %s", seed, server, path, amount.RatString(), want.RatString())
				}
			}
		}
	}
}

// Pages of usages with servers behind the others: every row once, whatever the filter.
func TestUsagesOfServersInPages(t *testing.T) {
	em := start(t, Options{Usages: 500})
	em.PutPlannedCompute(PlannedCompute{ContractID: "C1", StartDate: "2025-12-01", EndDate: "2026-11-30"})
	for filter, rows := range map[string]int{"start_date=2025-01-01&end_date=2026-12-31": 0, "start_date=2026-01-01&end_date=2026-01-31": 0, "contract_id=C1&start_date=2026-01-01&end_date=2026-01-31": 31} {
		got, _ := walk(t, em, "/v1/usages?limit=50&with_count=true&"+filter)
		seen := map[string]bool{}
		for _, row := range column(got, "id") {
			seen[row] = true
		}
		count := want(t, em, http.StatusOK, "GET", "/v1/usages?limit=1&with_count=true&"+filter, "").get(t, "count")
		if rows > 0 && len(seen) != rows || len(seen) != len(got) || fmt.Sprint(count) != fmt.Sprint(len(seen)) || len(seen) < 31 {
			t.Errorf("%s: %d rows, %d of them distinct, want %d; the count says %v", filter, len(got), len(seen), rows, count)
		}
	}
}
