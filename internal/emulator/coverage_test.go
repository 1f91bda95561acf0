package emulator

import (
	"fmt"
	"math/big"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"
)

const virtualServers = "/v1/planned-computes/instances?service_id=VIRTUAL_SERVER&os_type=OPEN_SOURCE&start_date=2026-02-01&end_date=2026-02-28&server_type="

// add adds a number of a response to a sum.
func add(t *testing.T, sum *big.Rat, number any) {
	t.Helper()
	n, ok := new(big.Rat).SetString(fmt.Sprint(number))
	if !ok {
		t.Fatalf("%v is not a number", number)
	}
	sum.Add(sum, n)
}

// Servers without a contract use the hours that contracts leave, one server after the other.
func TestCoverageOfDemand(t *testing.T) {
	em := start(t, Options{Seed: seedDemo})
	em.PutPlannedCompute(PlannedCompute{ContractID: "C1", ServerType: "s1v1m2", StartDate: "2026-02-01", EndDate: "2027-01-31", IdleHours: 9})
	em.PutPlannedCompute(PlannedCompute{ContractID: "C2", ServerType: "s1v1m2", ContractType: "03", StartDate: "2026-02-20", EndDate: "2029-02-19"})
	em.PutDemand(Demand{Name: "a", ServiceID: "VIRTUAL_SERVER", OSType: "OPEN_SOURCE", ServerType: "s1v1m2", From: "2026-02-10", To: "2026-02-25", HoursPerDay: 7})
	em.PutDemand(Demand{Name: "b", ServiceID: "VIRTUAL_SERVER", OSType: "OPEN_SOURCE", ServerType: "s1v1m2", From: "2026-02-10", HoursPerDay: 24})
	// Nine hours of the first contract are left on each of 19 days, of which 16 give 7 to a and 2
	// to b, and then b takes 9.
	covered := want(t, em, http.StatusOK, "GET", virtualServers+"s1v1m2", "")
	hours := map[string]string{}
	for i := range covered.list(t, "coverages") {
		at := fmt.Sprintf("coverages.%d.", i)
		hours[fmt.Sprint(covered.get(t, at+"resource_name"), " ", covered.get(t, at+"contract_id"))] = fmt.Sprint(covered.get(t, at+"used_time"))
	}
	if hours["a C1"] != "112" || hours["b C1"] != "59" || hours["b <nil>"] != "397" {
		t.Errorf("hours %v", hours)
	}
}

// Random contracts and demand: on each day the hours that contracts leave unused are taken
// by demand, the rest of which is uncovered, the parts add up to the sums, and usages charge
// the same amounts.
func TestCoverageOfRandomDemand(t *testing.T) {
	for seed := range uint64(10) {
		random := rand.New(rand.NewPCG(seed, 1))
		em := start(t, Options{})
		em.PutPlannedCompute(PlannedCompute{ServerType: "s1v8m16", StartDate: "2026-03-20"}) // without any, there is no coverage
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
		charged, usages := map[bool]*big.Rat{true: {}, false: {}}, map[bool]*big.Rat{true: {}, false: {}} // by whether under a contract
		for _, server := range specs {
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
			got := want(t, em, http.StatusOK, "GET", virtualServers+server, "")
			sums := map[string]*big.Rat{"covered": {}, "uncovered": {}, "used": {}, "non_applied": {}, "no_contract_used": {}}
			for i := range got.list(t, "coverages") {
				at := fmt.Sprintf("coverages.%d.", i)
				add(t, sums["non_applied"], got.get(t, at+"non_applied_amount.krw"))
				if got.get(t, at+"contract_id") == nil {
					add(t, sums["uncovered"], got.get(t, at+"used_time"))
					add(t, sums["no_contract_used"], got.get(t, at+"non_applied_amount.krw"))
					continue
				}
				add(t, sums["covered"], got.get(t, at+"used_time"))
				add(t, sums["used"], got.get(t, at+"used_amount.krw"))
			}
			for sum, want := range map[string]int64{"covered": covered, "uncovered": uncovered} {
				if sums[sum].Cmp(big.NewRat(want, 1)) != 0 {
					t.Errorf("seed %d, %s: %s hours %s, want %d", seed, server, sums[sum].RatString(), sum, want)
				}
			}
			sums["total"] = new(big.Rat).Add(sums["used"], sums["no_contract_used"])
			for _, path := range []string{"used", "non_applied", "no_contract_used", "total"} {
				amount := new(big.Rat)
				if add(t, amount, got.get(t, "amount."+path+".krw")); amount.Cmp(sums[path]) != 0 {
					t.Errorf("seed %d, %s: %s is %s, want %s", seed, server, path, amount.RatString(), sums[path].RatString())
				}
			}
			charged[true].Add(charged[true], sums["used"])
			charged[false].Add(charged[false], sums["no_contract_used"])
		}
		rows, _ := walk(t, em, "/v1/usages?limit=10000&start_date=2026-02-01&end_date=2026-02-28")
		for _, row := range rows {
			add(t, usages[row["contract_id"] != ""], row["amounts"].(map[string]any)["krw"])
		}
		for contract, amount := range charged {
			if usages[contract].Cmp(amount) != 0 {
				t.Errorf("seed %d: usages under a contract (%v) are %s, want %s", seed, contract, usages[contract].RatString(), amount.RatString())
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
