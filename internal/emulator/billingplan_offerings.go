package emulator

// What can be bought: services, operating systems, server types, terms and prices. Eight of
// the service ids, the operating systems, s1v1m2 and the terms are stated or observed (NOTES
// section 7); so is the number of services, 13. All other names and all prices are the
// emulator's own (NOTES section 10 number 17).

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// termYears are the contract terms (NOTES section 7).
var termYears = map[string]int{"01": 1, "03": 3, "05": 5}

type product struct {
	id       string
	name     text
	families []string // of server types
	systems  []string // os_type_id
	terms    []string
}

var (
	allSystems = []string{"OPEN_SOURCE", "RHEL", "WINDOWS", "SLES"}
	linuxOnly  = []string{"OPEN_SOURCE"}
	allTerms   = []string{"01", "03", "05"}
)

var products = []product{
	{"VIRTUAL_SERVER", text{en: "Virtual Server"}, []string{"s1", "h2"}, allSystems, allTerms},
	{"GPU_SERVER", text{en: "GPU Server", ko: "GPU 서버"}, []string{"g1"}, []string{"OPEN_SOURCE", "RHEL"}, []string{"01", "03"}},
	{"GPU_NODE", text{en: "Multi-node GPU Cluster"}, []string{"g1"}, linuxOnly, []string{"01", "03"}},
	{"BARE_METAL_SERVER", text{en: "Bare Metal Server"}, []string{"s3"}, allSystems, allTerms},
	{"MYSQL", text{en: "MySQL(DBaaS)"}, []string{"db1"}, linuxOnly, allTerms},
	{"MARIADB", text{en: "MariaDB(DBaaS)"}, []string{"db1"}, linuxOnly, allTerms},
	{"POSTGRESQL", text{en: "PostgreSQL(DBaaS)"}, []string{"db1"}, linuxOnly, allTerms},
	{"EPAS", text{en: "EPAS(DBaaS)"}, []string{"db1"}, linuxOnly, allTerms},
	{"SQLSERVER", text{en: "Microsoft SQL Server(DBaaS)"}, []string{"db1"}, []string{"WINDOWS"}, allTerms},
	{"CACHESTORE", text{en: "CacheStore(DBaaS)"}, []string{"redis1"}, linuxOnly, allTerms},
	{"EVENTSTREAMS", text{en: "Event Streams"}, []string{"es1"}, linuxOnly, allTerms},
	{"SEARCHENGINE", text{en: "Search Engine"}, []string{"ses1"}, linuxOnly, allTerms},
	{"VERTICA", text{en: "Vertica(DBaaS)"}, []string{"vdb1"}, linuxOnly, allTerms},
}

func findProduct(id string) *product {
	return first(products, func(x *product) bool { return x.id == id })
}

type system struct {
	id, value string
	name      text
	perCore   int64 // won per core and hour on top of the server
}

var systems = []system{
	{"OPEN_SOURCE", "opensource", text{en: "Open Source", ko: "오픈 소스"}, 0},
	{"RHEL", "rhel", text{en: "Red Hat Enterprise Linux"}, 20},
	{"WINDOWS", "windows", text{en: "Windows", ko: "윈도우"}, 30},
	{"SLES", "sles", text{en: "SUSE Linux Enterprise Server"}, 20},
}

// findSystem accepts either spelling.
func findSystem(idOrValue string) *system {
	return first(systems, func(x *system) bool { return x.id == idOrValue || x.value == idOrValue })
}

type server struct {
	name, family        string
	cores, memory, gpus int64
	gpu                 string
}

var servers = makeServers()

func makeServers() []server {
	var out []server
	add := func(family, suffix string, cores []int64, perCore ...int64) {
		for _, c := range cores {
			for _, m := range perCore {
				out = append(out, server{name: fmt.Sprintf("%sv%dm%d%s", family, c, c*m, suffix), family: family, cores: c, memory: c * m})
			}
		}
	}
	add("s1", "", []int64{1, 2, 4, 6, 8, 10, 12, 14, 16}, 2, 4, 8)
	add("h2", "", []int64{24, 32, 64, 72, 96, 128}, 2, 4, 8)
	add("s3", "_metal", []int64{16, 32, 64, 96}, 8)
	add("db1", "", []int64{1, 2, 4, 6, 8, 10, 12, 14, 16}, 2, 4, 8)
	add("redis1", "", []int64{1, 2, 4, 8}, 2, 4)
	add("es1", "", []int64{2, 4, 8, 16}, 2, 4)
	add("ses1", "", []int64{2, 4, 8, 16}, 2, 4)
	add("vdb1", "", []int64{8, 16}, 4, 8)
	for _, n := range []int64{1, 2, 4, 8} {
		out = append(out, server{
			name: fmt.Sprintf("g1v%da%d", 16*n, n), family: "g1",
			cores: 16 * n, memory: 234 * n, gpus: n, gpu: "a100",
		})
	}
	return out
}

func findServer(name string) *server {
	return first(servers, func(x *server) bool { return x.name == name })
}

// larger reports whether a planned compute may change from one server type to another: no part
// may be smaller, and at least one must be larger. How the service compares is a guess.
func (v *server) larger(than *server) bool {
	return v.cores >= than.cores && v.memory >= than.memory && v.gpus >= than.gpus &&
		(v.cores > than.cores || v.memory > than.memory || v.gpus > than.gpus)
}

// onDemand is the price in won per hour without a contract, always divisible by 10.
func (v *server) onDemand(os *system) int64 {
	return v.cores*(40+os.perCore) + v.memory*10 + v.gpus*3000
}

// committed is the price in won per hour under a contract: 20 % less for one year,
// 40 % less for more. "Up to 40 %" is stated (NOTES section 7).
func (v *server) committed(os *system, contractType string) int64 {
	if termYears[contractType] > 1 {
		return v.onDemand(os) / 10 * 6
	}
	return v.onDemand(os) / 10 * 8
}

func (v *server) description() map[string]string {
	d := map[string]string{"cpu": plural(v.cores, "Core"), "memory": strconv.FormatInt(v.memory, 10) + " GB"}
	if v.gpus > 0 {
		d["gpu"] = strings.ToUpper(v.gpu) + " x " + strconv.FormatInt(v.gpus, 10)
	}
	return d
}

func plural(n int64, word string) string {
	if n != 1 {
		word += "s"
	}
	return strconv.FormatInt(n, 10) + " " + word
}

// contractName is the name of a term in responses, whatever the language.
func contractName(code string) string { return strconv.Itoa(termYears[code]) + "-year" }

func (b *billingPlan) serviceTypes(c *call) *reply {
	list := []any{}
	for i := range products {
		list = append(list, products[i].response(c.korean))
	}
	return ok(http.StatusOK, map[string]any{"services": list})
}

func (p *product) response(korean bool) any {
	return map[string]any{"service_id": p.id, "display_name": p.name.in(korean)}
}

func (o *system) response(korean bool) any {
	return map[string]any{"os_type_id": o.id, "display_name": o.name.in(korean), "os_type_value": o.value}
}

// The look-ups return an empty list for a service that does not exist. That is a guess; the
// API reference lists no 404 for them.

func (b *billingPlan) osTypes(c *call) *reply {
	list := []any{}
	for i := range systems {
		id := c.query.Get("service_id")
		if p := findProduct(id); id != "" && (p == nil || !slices.Contains(p.systems, systems[i].id)) {
			continue
		}
		list = append(list, systems[i].response(c.korean))
	}
	return ok(http.StatusOK, map[string]any{"os_types": list})
}

func (b *billingPlan) contractTypes(c *call) *reply {
	terms := allTerms
	if id := c.query.Get("service_id"); id != "" {
		terms = nil
		if p := findProduct(id); p != nil {
			terms = p.terms
		}
	}
	if name := c.query.Get("server_type"); name != "" && findServer(name) == nil {
		terms = nil
	}
	first, extension := []any{}, []any{}
	entry := func(code string, name text) any {
		return map[string]any{"code": code, "display_name": name.in(c.korean)}
	}
	for _, code := range terms {
		e := entry(code, text{en: contractName(code), ko: strconv.Itoa(termYears[code]) + "년"})
		first, extension = append(first, e), append(extension, e)
	}
	if len(terms) > 0 {
		// Four entries have been observed, but only three codes are known. The fourth is made
		// up, and no action accepts it.
		extension = append(extension, entry("00", text{en: "No extension", ko: "연장 안 함"}))
	}
	return ok(http.StatusOK, map[string]any{"contract_types": first, "extension_types": extension})
}

func (b *billingPlan) serverTypes(c *call) *reply {
	current := findServer(c.query.Get("current_server_type"))
	list := []any{}
	for i := range servers {
		v := &servers[i]
		if !offered(v, c.query.Get("service_id"), c.query.Get("os_type")) {
			continue
		}
		up := true // the default of the models
		if c.query.Get("current_server_type") != "" {
			up = current != nil && v.larger(current)
		}
		var upYN any = up
		if b.s.opt.Guesses.ScaleUpAsString {
			upYN = yn(up)
		}
		var gpu any
		if v.gpus > 0 {
			gpu = v.gpu
		}
		list = append(list, map[string]any{
			"server_type": v.name, "server_type_description": plural(v.cores, "Core") + " / " + strconv.FormatInt(v.memory, 10) + " GB",
			"instance_type": v.family, "core": strconv.FormatInt(v.cores, 10), "memory_gb": strconv.FormatInt(v.memory, 10),
			"gpu_name": gpu, "scale_up_yn": upYN,
		})
	}
	return ok(http.StatusOK, map[string]any{"server_types": list})
}

// offered reports whether a service has a server type with an operating system; "" is any.
func offered(v *server, serviceID, osType string) bool {
	if osType != "" && findSystem(osType) == nil {
		return false
	}
	for i := range products {
		p := &products[i]
		if (serviceID == "" || p.id == serviceID) && slices.Contains(p.families, v.family) &&
			(osType == "" || slices.Contains(p.systems, findSystem(osType).id)) {
			return true
		}
	}
	return false
}

func yn(b bool) string {
	if b {
		return "Y"
	}
	return "N"
}
