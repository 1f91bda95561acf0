package emulator

// Fault rules: what goes wrong with which requests, and how it is sent.

import (
	"cmp"
	"errors"
	"fmt"
	"net"
	"net/http"
	"path"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// faultMode is a way in which requests go wrong.
type faultMode struct {
	name      string // "" for a rule without a mode
	processed bool   // the operation runs, and changes what it changes, before things go wrong
	help      string
	example   string
	alter     func(f *Fault, c *call, out *reply) // changes the response; nil leaves it as it is
}

// faultModes are all modes. What is not a matter of the response is in send.
var faultModes = []faultMode{
	{"", false, "the status, with an error body", "method=GET,path=/v1/budgets/**,status=503,count=1", failWithStatus},
	{"reset-before", false, "the connection is reset", "path=/v1/planned-computes,mode=reset-before,count=1", nil},
	{"html", false, "200 with a page, as from a proxy", "path=/v1/usages,mode=html", showPage},
	{"empty-before", false, "200 without a body", "method=PUT,mode=empty-before,count=1", func(_ *Fault, _ *call, out *reply) {
		*out = reply{status: http.StatusOK}
	}},
	{"gateway-401", false, "the gateway's refusal", "mode=gateway-401", func(f *Fault, c *call, out *reply) {
		*out = *c.gateway401(cmp.Or(f.Message, hmacValidFail))
	}},
	{"gateway-404", false, "the gateway knows no such route", "path=/v1/bills,mode=gateway-404", func(_ *Fault, c *call, out *reply) {
		*out = *c.noRoute()
	}},
	{"redirect", false, "a redirect to location; status is 307 by default", "mode=redirect,location=https://example.com/", func(f *Fault, _ *call, out *reply) {
		*out = reply{status: cmp.Or(f.Status, http.StatusTemporaryRedirect)}
	}},
	{"", true, "a late response", "method=POST,delay=40s,count=1", nil},
	{"status-after", true, "the status, although the change was made", "method=POST,mode=status-after,status=500,count=1", failWithStatus},
	{"reset-after", true, "the connection is reset", "method=POST,path=/v1/planned-computes,mode=reset-after,count=1", nil},
	{"truncate", true, "half of the body", "path=/v1/usages,mode=truncate,count=1", nil},
	{"html-after", true, "200 with a page", "method=POST,mode=html-after,count=1", showPage},
	{"empty", true, "the right status without a body", "method=PUT,mode=empty,count=1", replaceBody("")},
	{"slow", true, "a body that trickles in during delay", "path=/v1/bills,mode=slow,delay=10s", nil},
	{"not-json", true, "a body that is not JSON", "mode=not-json,count=1", replaceBody("OK\n")},
	{"wrong-shape", true, "a JSON object without the expected keys", "mode=wrong-shape,count=1", replaceBody(`{"result":"OK","items":[1,2,3]}`)},
	{"oversize", true, "a body that does not end", "path=/v1/bills,mode=oversize", nil},
}

const htmlPage = "<!DOCTYPE html>\n<html><head><title>Service temporarily unavailable</title></head><body><h1>Please try again later</h1></body></html>\n"

func showPage(_ *Fault, _ *call, out *reply) {
	*out = reply{status: http.StatusOK, contentType: "text/html; charset=utf-8", body: []byte(htmlPage)}
}

func replaceBody(body string) func(*Fault, *call, *reply) {
	return func(_ *Fault, _ *call, out *reply) { out.body = []byte(body) }
}

// failWithStatus is the error response that a rule asks for. All codes but the first four are
// guesses.
func failWithStatus(f *Fault, c *call, out *reply) {
	code, detail := codeOther, textInternal
	known := map[int][2]string{
		http.StatusBadRequest:          {codeValidation, "The request was refused."},
		http.StatusForbidden:           {codeForbidden, "You do not have permission to " + accessLevel(c.r.Method) + ". Please contact the administrator."},
		http.StatusNotFound:            {codeNotFound, textNotFound},
		http.StatusInternalServerError: {codeInternal, textInternal},
		http.StatusUnauthorized:        {"Unauthorized", "The request is not authorized."},
		http.StatusConflict:            {codeConflict, "The resource is in conflict with another one."},
		http.StatusTooManyRequests:     {codeTooMany, "Too many requests."},
	}
	if k, there := known[f.Status]; there {
		code, detail = k[0], k[1]
	}
	*out = *c.fail(f.Status, cmp.Or(f.Code, code), cmp.Or(f.Message, detail))
}

// Fault is one rule. The first rule that matches a request, in the order in which they were
// added, is applied to it; a rule whose count is used up matches nothing.
//
// Path is a glob over the whole path, segment by segment as in path.Match: "*" is
// any one segment or a part of one, "**" is any number of segments.
//
// Delay is the wait before the response (or the reset), after any processing; so with Delay
// alone, a client times out although its change was made. With mode slow it is the time that
// the body takes.
type Fault struct {
	Method     string        `rule:"method"`      // "" matches any
	Path       string        `rule:"path"`        // "" matches any
	Status     int           `rule:"status"`      // 400 to 599; with mode redirect 301, 302, 303, 307 or 308
	RetryAfter string        `rule:"retry-after"` // Retry-After of the response, seconds or an HTTP date
	Delay      time.Duration `rule:"delay"`
	Mode       string        `rule:"mode"`     // see faultModes
	Count      int           `rule:"count"`    // how often the rule is applied; 0 means forever
	Skip       int           `rule:"skip"`     // how many matching requests pass before it is applied
	Location   string        `rule:"location"` // where mode redirect leads
	Code       string        `rule:"code"`     // error code of a Status response; default by status
	Message    string        `rule:"message"`  // detail of a Status response, message of gateway-401; default by status
}

// mode is the mode of a rule, or nil. Without a mode, a rule with a status replaces the response,
// and one without only delays it.
func (f *Fault) mode() *faultMode {
	return first(faultModes, func(m *faultMode) bool {
		return m.name == f.Mode && (m.name != "" || m.processed == (f.Status == 0))
	})
}

// faultFields are the keys of a rule.
var faultFields = reflect.VisibleFields(reflect.TypeFor[Fault]())

// FaultHelp describes fault rules for the command line.
func FaultHelp() string {
	var b strings.Builder
	b.WriteString(`Fault rules (-fault) are key=value pairs: method, path (a glob; ** is any number of
segments), mode, status, code, message, retry-after, delay, location, count (how many times;
0 means forever) and skip (how many requests pass first).

  not processed:
`)
	for i, m := range faultModes {
		if i > 0 && m.processed && !faultModes[i-1].processed {
			b.WriteString("  processed, and then:\n")
		}
		shown := "mode=" + m.name
		switch {
		case m.name == "" && m.processed:
			shown = "delay=40s"
		case m.name == "":
			shown = "status=503"
		}
		fmt.Fprintf(&b, "    %-18s %-50s %s\n", shown, m.help, m.example)
	}
	return b.String()
}

// ParseFault reads a rule as "key=value,key=value", for example
//
//	method=POST,path=/v1/planned-computes,mode=reset-after,count=1
//
// [FaultHelp] lists the keys and modes. A part without "=" belongs to the value before it, so
// an HTTP date may contain its comma.
func ParseFault(rule string) (Fault, error) {
	var f Fault
	err := f.parse(rule)
	if err == nil {
		err = f.check()
	}
	if err != nil {
		return Fault{}, fmt.Errorf("fault rule %q: %w", rule, err)
	}
	return f, nil
}

func (f *Fault) parse(rule string) error {
	var keys []string
	for _, field := range faultFields {
		keys = append(keys, field.Tag.Get("rule"))
	}
	values := map[string]string{}
	last := ""
	for piece := range strings.SplitSeq(rule, ",") {
		key, value, pair := strings.Cut(piece, "=")
		key = strings.TrimSpace(key)
		_, twice := values[key]
		switch {
		case !pair && last != "":
			values[last] += "," + piece
		case !pair:
			return fmt.Errorf("%q has no value; write key=value with one of the keys %s", piece, strings.Join(keys, ", "))
		case !slices.Contains(keys, key):
			return fmt.Errorf("key %q is unknown; choose from %s", key, strings.Join(keys, ", "))
		case twice:
			return fmt.Errorf("key %q is given twice", key)
		default:
			values[key], last = value, key
		}
	}
	for i, key := range keys {
		if value, given := values[key]; given {
			if err := parseOption(reflect.ValueOf(f).Elem().Field(i).Addr().Interface(), value); err != nil {
				return fmt.Errorf("%s: %w", key, err)
			}
		}
	}
	f.Method = strings.ToUpper(f.Method)
	return nil
}

// check rejects rules that make no sense.
func (f *Fault) check() error {
	methods := []string{"", http.MethodGet, http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch, http.MethodHead, http.MethodOptions}
	if !slices.Contains(methods, f.Method) {
		return fmt.Errorf("method: %q is unknown; choose from %s", f.Method, strings.Join(methods[1:], ", "))
	}
	for segment := range strings.SplitSeq(f.Path, "/") {
		if _, err := path.Match(segment, ""); err != nil {
			return fmt.Errorf("path: %q is not a valid glob; use *, **, ? and [a-z]", f.Path)
		}
	}
	if f.Path != "" && f.Path[0] != '/' && f.Path[0] != '*' {
		return fmt.Errorf("path: %q matches nothing; a path starts with / or *", f.Path)
	}
	if f.mode() == nil {
		names := []string{}
		for _, m := range faultModes {
			if m.name != "" {
				names = append(names, m.name)
			}
		}
		slices.Sort(names)
		return fmt.Errorf("mode: %q is unknown; choose from %s", f.Mode, strings.Join(names, ", "))
	}
	redirects, responds := f.Mode == "redirect", f.Mode == "" || f.Mode == "status-after"
	switch {
	case redirects && f.Location == "":
		return errors.New("location: mode redirect needs an address")
	case redirects && f.Status != 0 && !slices.Contains([]int{301, 302, 303, 307, 308}, f.Status):
		return fmt.Errorf("status: %d is not a redirect; with mode redirect, choose from 301, 302, 303, 307, 308", f.Status)
	case responds && f.Status != 0 && (f.Status < 400 || f.Status > 599):
		return fmt.Errorf("status: %d is not an error; choose from 400 to 599", f.Status)
	case f.Mode == "status-after" && f.Status == 0:
		return errors.New("status: mode status-after needs one from 400 to 599")
	case f.Mode == "" && f.Status == 0 && f.Delay == 0:
		return errors.New("mode: the rule does nothing; it needs a mode, a status or a delay")
	case f.Mode == "slow" && f.Delay == 0:
		return errors.New("delay: mode slow needs one, which is the time that the body takes")
	case !redirects && !responds && f.Status != 0:
		return fmt.Errorf("status: not possible with mode %s; use it without a mode or with the modes status-after and redirect", f.Mode)
	case !redirects && f.Location != "":
		return errors.New("location: possible only with mode redirect")
	case f.Delay < 0 || f.Count < 0 || f.Skip < 0:
		return errors.New("delay, count and skip must not be negative")
	}
	return nil
}

// String formats the rule as ParseFault reads it.
func (f *Fault) String() string {
	var parts []string
	for i, field := range faultFields {
		if value := reflect.ValueOf(f).Elem().Field(i); !value.IsZero() {
			parts = append(parts, fmt.Sprintf("%s=%v", field.Tag.Get("rule"), value))
		}
	}
	return strings.Join(parts, ",")
}

// AddFault adds a rule after the existing ones. It panics for a rule that ParseFault would
// reject: the mistake is in the test that calls it.
func (s *Server) AddFault(f Fault) {
	f.Method = strings.ToUpper(f.Method)
	if err := f.check(); err != nil {
		panic("emulator: fault rule: " + err.Error())
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &activeFault{Fault: f})
}

// ClearFaults drops all rules.
func (s *Server) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

type activeFault struct {
	Fault
	skipped, applied int
}

// takeFault returns the rule for a request and counts it. Without one, it is a rule that does nothing.
func (s *Server) takeFault(method, p string) *Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, f := range s.faults {
		switch {
		case f.Method != "" && f.Method != method, !globMatch(f.Path, p), f.Count > 0 && f.applied >= f.Count:
		case f.skipped < f.Skip:
			f.skipped++
		default:
			f.applied++
			return &f.Fault
		}
	}
	return &Fault{}
}

// globMatch matches a path with a glob; "" matches everything.
func globMatch(glob, p string) bool {
	return glob == "" || matchSegments(strings.Split(glob, "/"), strings.Split(p, "/"))
}

func matchSegments(glob, p []string) bool {
	if len(glob) == 0 {
		return len(p) == 0
	}
	if glob[0] == "**" {
		for i := range len(p) + 1 {
			if matchSegments(glob[1:], p[i:]) {
				return true
			}
		}
		return false
	}
	if len(p) == 0 {
		return false
	}
	ok, err := path.Match(glob[0], p[0])
	return err == nil && ok && matchSegments(glob[1:], p[1:])
}

func (f *Fault) resets() bool { return f.Mode == "reset-before" || f.Mode == "reset-after" }

// send writes the response, or breaks off where the fault says so.
func (s *Server) send(w http.ResponseWriter, r *http.Request, out *reply, f *Fault) {
	if f.resets() {
		reset(w)
		return
	}
	h := w.Header()
	for name, value := range map[string]string{"Retry-After": f.RetryAfter, "Location": f.Location} {
		if value != "" {
			h.Set(name, value)
		}
	}
	h.Set("Date", s.Now().UTC().Format(http.TimeFormat))
	if len(out.body) > 0 || f.Mode == "oversize" || f.Mode == "truncate" {
		h.Set("Content-Type", cmp.Or(out.contentType, "application/json"))
	}
	if out.status != http.StatusNoContent && f.Mode != "oversize" {
		h.Set("Content-Length", strconv.Itoa(len(out.body)))
	}
	switch f.Mode {
	case "oversize":
		w.WriteHeader(out.status)
		s.flood(w)
	case "truncate":
		// A response without a body announces one that never comes: that is enough to break
		// it. 204 cannot announce a body.
		h.Set("Content-Length", strconv.Itoa(max(len(out.body), 2)))
		if out.status == http.StatusNoContent {
			out.status = http.StatusOK
		}
		w.WriteHeader(out.status)
		s.writeBody(w, r, out.body[:len(out.body)/2], 1, 0)
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler) // closes the connection
	case "slow":
		w.WriteHeader(out.status)
		s.writeBody(w, r, out.body, 10, f.Delay)
	default:
		w.WriteHeader(out.status)
		s.writeBody(w, r, out.body, 1, 0)
	}
}

// writeBody writes a body in a few parts that are spread over d.
func (s *Server) writeBody(w http.ResponseWriter, r *http.Request, body []byte, parts int, d time.Duration) {
	for i := range parts {
		if d > 0 {
			_ = http.NewResponseController(w).Flush()
		}
		if !s.wait(r, d/time.Duration(parts)) {
			panic(http.ErrAbortHandler)
		}
		//nolint:gosec // No browser reads the responses.
		if _, err := w.Write(body[len(body)*i/parts : len(body)*(i+1)/parts]); err != nil {
			return
		}
	}
}

// reset ends the connection with a TCP reset.
func reset(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // HTTP/2 and recorders: the closest equivalent
	}
	raw := conn
	if t, ok := conn.(interface{ NetConn() net.Conn }); ok {
		raw = t.NetConn()
	}
	if tcp, ok := raw.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = raw.Close()
}

// flood writes a JSON string that does not end, until the client closes the connection.
func (s *Server) flood(w http.ResponseWriter) {
	const limit = 1 << 30
	chunk := []byte(strings.Repeat("a", 64<<10))
	_, err := w.Write([]byte(`{"filler":"`))
	for n := 0; err == nil && n < limit; n += len(chunk) {
		select {
		case <-s.closed:
			panic(http.ErrAbortHandler)
		default:
			_, err = w.Write(chunk)
		}
	}
	panic(http.ErrAbortHandler)
}
