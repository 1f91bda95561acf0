package emulator

// How a service is added: its routes, its part of the state, and the table of all services.

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
)

// registry lists the services. A new service is a set of files with a type that
// implements service, and one line here. Its guesses are fields of Guesses.
var registry = []func(*Server) service{
	newCatalogue,
	newBillingPlan,
	newBudgetService,
	newCostExplorer,
	newPricing,
}

const (
	seedEmpty = "empty"
	seedDemo  = "demo"
)

// service is one API of the platform. Everything but name and routes is called
// with the Server's lock held.
type service interface {
	// name is the service's name in Scp-Api-Version, and its key in the state file.
	name() string
	routes() []route
	// seed fills a fresh service; kind is seedEmpty or seedDemo.
	seed(kind string)
	// save returns the state as a value that marshals to JSON, nil for none.
	save() any
	// load restores what save returned. It must reject what it cannot use.
	load(json.RawMessage) error
}

// stateless is a service without a state to save.
type stateless struct{}

func (stateless) save() any                  { return nil }
func (stateless) load(json.RawMessage) error { return nil }

// route is one operation.
type route struct {
	operation string // operationId of the API reference
	method    string
	path      string   // {id} stands for any segment; a path without it takes precedence
	single    []string // query parameters that may be given once
	repeated  []string // query parameters that may be given several times
	body      bool     // takes a JSON object, which handlers find in call.object
	open      bool     // needs no credentials
	since     string   // the first API version that has it; "" is every version
	handle    func(*call) *reply

	service service
}

// match finds the route for a request, and the id in its path.
func (s *Server) match(method, escapedPath string) (best *route, id string) {
	segments := strings.Split(escapedPath, "/")
	for i, segment := range segments {
		var err error
		if segments[i], err = url.PathUnescape(segment); err != nil {
			return nil, ""
		}
	}
	for _, rt := range s.routes {
		pattern, own := strings.Split(rt.path, "/"), ""
		at := slices.Index(pattern, "{id}")
		if at >= 0 && at < len(segments) {
			own, pattern[at] = segments[at], segments[at]
		}
		if rt.method == method && slices.Equal(pattern, segments) && (at < 0) == (own == "") && (best == nil || at < 0) {
			best, id = rt, own
		}
	}
	return best, id
}

// changed records that state was changed, so that it is written before the response is sent.
// Called with the lock held.
func (s *Server) changed() { s.dirty = true }

// change runs f on the state, bypassing the API, for the Go functions of tests.
func (s *Server) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	s.dirty = true
	_ = s.save() // Close reports it
}

// find returns the service of one type; the table above always has it.
func find[T service](s *Server) T {
	for _, svc := range s.services {
		if t, ok := svc.(T); ok {
			return t
		}
	}
	var none T
	return none
}

var _ http.Handler = (*Server)(nil)
