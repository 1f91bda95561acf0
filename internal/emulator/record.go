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
	Time      time.Time   // emulated, at the arrival
	Service   string      // billingplan, budget, costexplorer, iam; "" for no known path
	Operation string      // operationId of the API reference; "" for no known route
	Method    string      //
	Path      string      // still escaped, as sent
	RawQuery  string      // as sent, without the question mark
	Header    http.Header // Scp-Signature, Scp-AccessKey and X-Auth-Token are masked
	Body      []byte      //
	Status    int         // of the response; 0 when the connection was reset instead
	Fault     string      // the fault rule that was applied, in the form of ParseFault; "" for none
	Processed bool        // whether the operation ran, whatever it returned
	RequestID string      // the request ID of an error response
}

func (c *call) record(status int, f *activeFault, processed bool) Request {
	h := c.r.Header.Clone()
	for _, name := range secretHeaders {
		if h.Get(name) != "" {
			h.Set(name, masked)
		}
	}
	rec := Request{
		Time: c.now, Service: c.s.serviceOf(c.path), Method: c.r.Method, Path: c.path, RawQuery: c.rawQuery,
		Header: h, Body: c.body, Status: status, Processed: processed, RequestID: c.requestID,
	}
	if c.route != nil {
		rec.Operation = c.route.operation
	}
	if f != nil {
		rec.Fault = f.String()
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

// MarshalJSON returns the form of the request log and of /_emulator/requests.
func (r Request) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Time      string      `json:"time"`
		Service   string      `json:"service"`
		Operation string      `json:"operation"`
		Method    string      `json:"method"`
		Path      string      `json:"path"`
		Query     string      `json:"query"`
		Header    http.Header `json:"header"`
		Body      string      `json:"body"`
		Status    int         `json:"status"`
		Fault     string      `json:"fault"`
		Processed bool        `json:"processed"`
		RequestID string      `json:"request_id"`
	}{
		r.Time.UTC().Format(time.RFC3339Nano), r.Service, r.Operation, r.Method, r.Path, r.RawQuery,
		r.Header, string(r.Body), r.Status, r.Fault, r.Processed, r.RequestID,
	})
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
