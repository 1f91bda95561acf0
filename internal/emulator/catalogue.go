package emulator

// The endpoint catalogue of the identity service, and the list of API versions
// (NOTES section 2). Both have no state.

import (
	"encoding/json"
	"net/http"
)

type catalogue struct{ s *Server }

func newCatalogue(s *Server) service { return &catalogue{s} }

func (*catalogue) name() string { return "iam" }

func (k *catalogue) routes() []route {
	return []route{
		{operation: "listEndpoints", method: http.MethodGet, path: "/v1/endpoints", lockless: true, handle: k.endpoints},
		{operation: "listApiVersions", method: http.MethodGet, path: "/", open: true, lockless: true, handle: k.versions},
	}
}

type endpoint struct {
	Region      string `json:"region"`
	ServiceType string `json:"service_type"`
	ServiceName string `json:"service_name"`
	URL         string `json:"url"`
}

func (k *catalogue) endpoints(c *call) reply {
	rows := []endpoint{}
	for _, name := range []string{"billingplan", "budget", "costexplorer"} {
		// service_name equal to service_type is a guess (NOTES section 10 number 27).
		rows = append(rows, endpoint{Region: k.s.opt.Region, ServiceType: "scp-" + name, ServiceName: "scp-" + name, URL: c.base()})
	}
	return ok(http.StatusOK, map[string]any{"endpoints": rows})
}

func (k *catalogue) versions(c *call) reply {
	return ok(http.StatusOK, map[string]any{"versions": []any{map[string]any{
		"id": "v" + apiVersion, "status": "CURRENT", "not_before": "",
		"links": []any{map[string]any{"href": c.base() + "/v1", "rel": "self"}},
	}}})
}

func (*catalogue) seed(string)                {}
func (*catalogue) save() any                  { return nil }
func (*catalogue) load(json.RawMessage) error { return nil }
