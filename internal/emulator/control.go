package emulator

// The control addresses under /_emulator/ (see the package description). They are not part of
// the API, are unsigned, and serve only loopback clients.

import (
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

const controlPrefix = "/_emulator/"

func (s *Server) control(w http.ResponseWriter, r *http.Request) {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		http.Error(w, "the control addresses serve only loopback clients", http.StatusForbidden)
		return
	}
	// Only web pages in a browser send an Origin with a request.
	if r.Header.Get("Origin") != "" {
		http.Error(w, "the control addresses do not serve browsers", http.StatusForbidden)
		return
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, maxBody))
	if err != nil {
		http.Error(w, "the body could not be read", http.StatusBadRequest)
		return
	}
	switch r.Method + " " + strings.TrimPrefix(r.URL.Path, controlPrefix) {
	case "GET requests":
		requests := s.Requests()
		if requests == nil {
			requests = []Request{}
		}
		writeJSON(w, requests)
	case "DELETE requests":
		s.ResetRequests()
		w.WriteHeader(http.StatusNoContent)
	case "POST faults":
		f, err := ParseFault(strings.TrimSpace(string(body)))
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		s.AddFault(f)
		w.WriteHeader(http.StatusNoContent)
	case "DELETE faults":
		s.ClearFaults()
		w.WriteHeader(http.StatusNoContent)
	case "GET clock":
		s.writeClock(w)
	case "POST clock":
		var in struct {
			Advance string `json:"advance"`
		}
		if err := json.Unmarshal(body, &in); err != nil {
			http.Error(w, `the body must look like {"advance":"24h"}`, http.StatusBadRequest)
			return
		}
		d, err := time.ParseDuration(in.Advance)
		if err != nil {
			http.Error(w, `advance must be a duration like "24h" or "90m"`, http.StatusBadRequest)
			return
		}
		s.Advance(d)
		s.writeClock(w)
	default:
		http.Error(w, "no such control address; choose from GET and DELETE requests, POST and DELETE faults, GET and POST clock", http.StatusNotFound)
	}
}

func (s *Server) writeClock(w http.ResponseWriter) {
	writeJSON(w, map[string]any{"now": s.Now().UTC().Format(time.RFC3339Nano)})
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(marshal(v), '\n'))
}
