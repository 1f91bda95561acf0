package emulator

// The record of requests, in memory and as JSON lines.

import (
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// maxRecords is how many requests are kept in memory; the oldest are dropped first.
const maxRecords = 100000

// masked replaces header values that are secret or derived from a secret.
const masked = "(masked)"

var secretHeaders = []string{"Scp-Signature", "Scp-Accesskey", "X-Auth-Token", "Authorization", "Cookie", "Proxy-Authorization"}

// Request is what the emulator records of one request.
type Request struct {
	Time      time.Time   `json:"time"`      // emulated, at the arrival
	Service   string      `json:"service"`   // billingplan, budget, costexplorer, pricing, iam; "" for no known route
	Operation string      `json:"operation"` // operationId of the API reference; "" for no known route
	Method    string      `json:"method"`
	Path      string      `json:"path"`       // still escaped, as sent
	RawQuery  string      `json:"query"`      // as sent, without the question mark
	Header    http.Header `json:"header"`     // Scp-Signature, Scp-AccessKey and X-Auth-Token are masked
	Body      []byte      `json:"body"`       // a string in JSON
	Status    int         `json:"status"`     // of the response; 0 when the connection was reset instead
	Fault     string      `json:"fault"`      // the fault rule that was applied, in the form of ParseFault; "" for none
	Processed bool        `json:"processed"`  // whether the operation ran, whatever it returned
	RequestID string      `json:"request_id"` // the request ID of an error response
}

func (c *call) record(status int, f *Fault, processed bool) Request {
	h := c.r.Header.Clone()
	for _, name := range secretHeaders {
		if h.Get(name) != "" {
			h.Set(name, masked)
		}
	}
	rec := Request{
		Time: c.now.UTC(), Method: c.r.Method, Path: c.path, RawQuery: c.rawQuery,
		Header: h, Body: c.body, Status: status, Processed: processed, RequestID: c.requestID, Fault: f.String(),
	}
	if c.route != nil {
		rec.Service, rec.Operation = c.route.service.name(), c.route.operation
	}
	return rec
}

type requestLog struct {
	mu   sync.Mutex
	list []Request
	out  io.Writer
}

func (l *requestLog) add(r Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.list) >= maxRecords {
		l.list = slices.Delete(l.list, 0, maxRecords/10)
	}
	l.list = append(l.list, r)
	if l.out != nil {
		// A log that cannot be written must not change the service's responses.
		_, _ = l.out.Write(append(marshal(r), '\n'))
	}
}

// MarshalJSON returns the form of the request log.
func (r Request) MarshalJSON() ([]byte, error) {
	type plain Request // has no MarshalJSON
	return json.Marshal(struct {
		plain
		Body string `json:"body"`
	}{plain(r), string(r.Body)})
}

// Requests returns the requests so far, in the order in which they were served.
// At most the last 100000 are kept.
func (s *Server) Requests() []Request {
	s.requests.mu.Lock()
	defer s.requests.mu.Unlock()
	return slices.Clone(s.requests.list)
}

// ResetRequests forgets all requests.
func (s *Server) ResetRequests() {
	s.requests.mu.Lock()
	defer s.requests.mu.Unlock()
	s.requests.list = nil
}

// Count counts the requests with this method and path; "" is any. The path is a
// glob as in Fault.
func (s *Server) Count(method, pathGlob string) int {
	n := 0
	for _, r := range s.Requests() {
		if (method == "" || r.Method == method) && globMatch(pathGlob, r.Path) {
			n++
		}
	}
	return n
}
