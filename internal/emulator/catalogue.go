package emulator

// The endpoint catalogue of the identity service, and the list of API versions
// (NOTES section 2). Both have no state.

import (
	"net/http"
	"slices"
	"strings"
)

type catalogue struct {
	stateless
	s *Server
}

func newCatalogue(s *Server) service { return &catalogue{s: s} }

func (*catalogue) name() string { return "iam" }

func (k *catalogue) routes() []route {
	return []route{
		{operation: "listEndpoints", method: http.MethodGet, path: "/v1/endpoints", handle: k.endpoints},
		{operation: "listApiVersions", method: http.MethodGet, path: "/", open: true, handle: k.versions},
	}
}

func (k *catalogue) endpoints(c *call) *reply {
	rows := []any{}
	for _, name := range serviceNames {
		// service_name equal to service_type is a guess (NOTES section 10 number 27).
		rows = append(rows, map[string]any{"region": k.s.opt.Region, "service_type": "scp-" + name, "service_name": "scp-" + name, "url": c.base()})
	}
	return ok(http.StatusOK, map[string]any{"endpoints": rows})
}

// versions lists every version that a service of this address has, as the official clients
// look for theirs in it. All services share the address, so the list contains the versions of
// all of them, unless the header names a service or one has refused a version: then the client
// wants to know which versions that service has.
func (k *catalogue) versions(c *call) *reply {
	named, _, _ := strings.Cut(c.r.Header.Get("Scp-Api-Version"), " ")
	if last := k.s.refused.Load(); named == "" && last != nil {
		named = *last
	}
	status := map[string]string{}
	for _, name := range serviceNames {
		if named != "" && named != name {
			continue
		}
		for i, version := range k.s.versionsOf(name) {
			if i == 0 || status[version] == "" {
				status[version] = []string{"CURRENT", "SUPPORTED"}[min(i, 1)]
			}
		}
	}
	rows := []any{}
	for _, version := range slices.Backward(sortedKeys(status)) {
		rows = append(rows, map[string]any{
			"id": "v" + version, "status": status[version], "not_before": "",
			"links": []any{map[string]any{"href": c.base() + "/v1", "rel": "self"}},
		})
	}
	return ok(http.StatusOK, map[string]any{"versions": rows})
}

func (*catalogue) seed(string) {}
