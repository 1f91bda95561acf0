package emulator

// Fault rules: what goes wrong with which requests, and how it is sent.

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Modes of a fault. "Processed" means that the operation ran, and changed what it
// changes, before things went wrong.
const (
	modeNone        = ""             // with Status: not processed, the status is returned; without: processed, only delayed
	modeResetBefore = "reset-before" // not processed, TCP reset
	modeResetAfter  = "reset-after"  // processed, then TCP reset
	modeTruncate    = "truncate"     // processed; the right Content-Length, half of the body, connection closed
	modeHTML        = "html"         // not processed, 200 with an HTML page, as from a proxy in between
	modeHTMLAfter   = "html-after"   // processed, then as html
	modeEmpty       = "empty"        // processed; the right status without a body
	modeEmptyBefore = "empty-before" // not processed, 200 without a body
	modeSlow        = "slow"         // processed; the body trickles in during Delay
	modeGateway401  = "gateway-401"  // not processed, the gateway's 401
	modeGateway404  = "gateway-404"  // not processed, the gateway's 404
	modeStatusAfter = "status-after" // processed, then the response is Status with an error body
	modeNotJSON     = "not-json"     // processed; the right status with a body that is not JSON
	modeWrongShape  = "wrong-shape"  // processed; the right status with a JSON object without the expected keys
	modeRedirect    = "redirect"     // not processed; Status (default 307) to Location
	modeOversize    = "oversize"     // processed; the right status with a body that does not end (until 1 GiB)
)

// faultModes maps each mode to whether the request is processed.
var faultModes = map[string]bool{
	modeResetBefore: false, modeResetAfter: true, modeTruncate: true, modeHTML: false, modeHTMLAfter: true,
	modeEmpty: true, modeEmptyBefore: false, modeSlow: true, modeGateway401: false, modeGateway404: false, modeStatusAfter: true,
	modeNotJSON: true, modeWrongShape: true, modeRedirect: false, modeOversize: true,
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
	Method     string // "" matches any
	Path       string // "" matches any
	Status     int    // 400 to 599; with mode redirect 301, 302, 303, 307 or 308
	RetryAfter string // Retry-After of the response, seconds or an HTTP date
	Delay      time.Duration
	Mode       string // see the list of modes in the description of ParseFault
	Count      int    // how often the rule is applied; 0 means forever
	Skip       int    // how many matching requests pass before it is applied
	Location   string // where mode redirect leads
	Code       string // error code of a Status response; default by status
	Message    string // detail of a Status response, message of gateway-401; default by status
}

// FaultHelp describes fault rules for the command line.
const FaultHelp = `Fault rules (-fault) are key=value pairs: method, path (a glob; ** is any number of
segments), mode, status, code, message, retry-after, delay, location, count (how many times;
0 means forever) and skip (how many requests pass first).

  not processed:
    status=503             the status, with an error body          method=GET,path=/v1/budgets/**,status=503,count=1
    mode=reset-before      the connection is reset                 path=/v1/planned-computes,mode=reset-before,count=1
    mode=html              200 with a page, as from a proxy        path=/v1/usages,mode=html
    mode=empty-before      200 without a body                      method=PUT,mode=empty-before,count=1
    mode=gateway-401       the gateway's refusal                   mode=gateway-401
    mode=gateway-404       the gateway knows no such route         path=/v1/bills,mode=gateway-404
    mode=redirect          a redirect to location                  mode=redirect,location=https://example.com/
  processed, and then:
    delay=5s               a late response                         method=POST,delay=40s,count=1
    mode=status-after      the status, although the change was made        method=POST,mode=status-after,status=500,count=1
    mode=reset-after       the connection is reset                 method=POST,path=/v1/planned-computes,mode=reset-after,count=1
    mode=truncate          half of the body                        path=/v1/usages,mode=truncate,count=1
    mode=html-after        200 with a page                         method=POST,mode=html-after,count=1
    mode=empty             the right status without a body         method=PUT,mode=empty,count=1
    mode=slow              a body that trickles in during delay         path=/v1/bills,mode=slow,delay=10s
    mode=not-json          a body that is not JSON                 mode=not-json,count=1
    mode=wrong-shape       a JSON object without the expected keys  mode=wrong-shape,count=1
    mode=oversize          a body that does not end                path=/v1/bills,mode=oversize
`

var faultKeys = []string{"method", "path", "status", "retry-after", "delay", "mode", "count", "skip", "location", "code", "message"}

// ParseFault reads a rule as "key=value,key=value", for example
//
//	method=POST,path=/v1/planned-computes,mode=reset-after,count=1
//
// Keys: method, path, status, retry-after, delay (as "1.5s"), mode, count, skip, location,
// code, message. A part without "=" belongs to the value before it, so an HTTP date may
// contain its comma.
//
// Not processed: status alone, reset-before, html, empty-before, gateway-401,
// gateway-404, redirect. Processed first: delay alone, status-after, reset-after, truncate,
// html-after, empty, slow, not-json, wrong-shape, oversize.
func ParseFault(rule string) (Fault, error) {
	var f Fault
	type pair struct{ key, value string }
	var pairs []pair
	for piece := range strings.SplitSeq(rule, ",") {
		key, value, ok := strings.Cut(piece, "=")
		switch {
		case ok && slices.Contains(faultKeys, strings.TrimSpace(key)):
			pairs = append(pairs, pair{strings.TrimSpace(key), value})
		case !ok && len(pairs) > 0:
			pairs[len(pairs)-1].value += "," + piece
		case !ok:
			return Fault{}, fmt.Errorf("fault rule %q: %q has no value; write key=value with one of the keys %s", rule, piece, strings.Join(faultKeys, ", "))
		default:
			return Fault{}, fmt.Errorf("fault rule %q: key %q is unknown; choose from %s", rule, key, strings.Join(faultKeys, ", "))
		}
	}
	seen := map[string]bool{}
	for _, p := range pairs {
		if seen[p.key] {
			return Fault{}, fmt.Errorf("fault rule %q: key %q is given twice", rule, p.key)
		}
		seen[p.key] = true
		var err error
		switch p.key {
		case "method":
			f.Method = strings.ToUpper(p.value)
		case "path":
			f.Path = p.value
		case "status":
			f.Status, err = parseInteger(p.value, "a status from 300 to 599")
		case "retry-after":
			f.RetryAfter = p.value
		case "delay":
			if f.Delay, err = time.ParseDuration(p.value); err != nil {
				err = fmt.Errorf("%q is not a duration such as 500ms or 2s", p.value)
			}
		case "mode":
			f.Mode = p.value
		case "count":
			f.Count, err = parseInteger(p.value, "an integer of 0 or more, where 0 means forever")
		case "skip":
			f.Skip, err = parseInteger(p.value, "an integer of 0 or more")
		case "location":
			f.Location = p.value
		case "code":
			f.Code = p.value
		case "message":
			f.Message = p.value
		}
		if err != nil {
			return Fault{}, fmt.Errorf("fault rule %q: %s: %w", rule, p.key, err)
		}
	}
	if err := f.check(); err != nil {
		return Fault{}, fmt.Errorf("fault rule %q: %w", rule, err)
	}
	return f, nil
}

func parseInteger(v, allowed string) (int, error) {
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 {
		return 0, fmt.Errorf("%q is not %s", v, allowed)
	}
	return n, nil
}

// check rejects rules that make no sense.
func (f Fault) check() error {
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
	if _, known := faultModes[f.Mode]; !known && f.Mode != modeNone {
		return fmt.Errorf("mode: %q is unknown; choose from %s", f.Mode, strings.Join(sortedKeys(faultModes), ", "))
	}
	switch f.Mode {
	case modeRedirect:
		if f.Location == "" {
			return errors.New("location: mode redirect needs an address")
		}
		if f.Status != 0 && !slices.Contains([]int{301, 302, 303, 307, 308}, f.Status) {
			return fmt.Errorf("status: %d is not a redirect; with mode redirect, choose from 301, 302, 303, 307, 308", f.Status)
		}
	case modeNone, modeStatusAfter:
		if f.Status != 0 && (f.Status < 400 || f.Status > 599) {
			return fmt.Errorf("status: %d is not an error; choose from 400 to 599", f.Status)
		}
		if f.Mode == modeStatusAfter && f.Status == 0 {
			return errors.New("status: mode status-after needs one from 400 to 599")
		}
		if f.Mode == modeNone && f.Status == 0 && f.Delay == 0 {
			return errors.New("mode: the rule does nothing; it needs a mode, a status or a delay")
		}
	case modeSlow:
		if f.Delay == 0 {
			return errors.New("delay: mode slow needs one, which is the time that the body takes")
		}
		fallthrough
	default:
		if f.Status != 0 {
			return fmt.Errorf("status: not possible with mode %s; use it without a mode or with the modes status-after and redirect", f.Mode)
		}
	}
	if f.Location != "" && f.Mode != modeRedirect {
		return errors.New("location: possible only with mode redirect")
	}
	if f.Delay < 0 || f.Count < 0 || f.Skip < 0 {
		return errors.New("delay, count and skip must not be negative")
	}
	return nil
}

// String formats the rule as ParseFault reads it.
func (f Fault) String() string {
	var b []string
	add := func(key, value string) {
		if value != "" && value != "0" && value != "0s" {
			b = append(b, key+"="+value)
		}
	}
	add("method", f.Method)
	add("path", f.Path)
	add("status", strconv.Itoa(f.Status))
	add("retry-after", f.RetryAfter)
	if f.RetryAfter == "0" {
		b = append(b, "retry-after=0")
	}
	add("delay", f.Delay.String())
	add("mode", f.Mode)
	add("count", strconv.Itoa(f.Count))
	add("skip", strconv.Itoa(f.Skip))
	add("location", f.Location)
	add("code", f.Code)
	add("message", f.Message)
	return strings.Join(b, ",")
}

// AddFault adds a rule after the existing ones. It panics for a rule that ParseFault would
// reject: the mistake is in the test that calls it.
func (s *Server) AddFault(f Fault) {
	f.Method = strings.ToUpper(f.Method)
	if err := f.check(); err != nil {
		panic("emulator: fault rule: " + err.Error())
	}
	s.faults.add(f)
}

// ClearFaults drops all rules.
func (s *Server) ClearFaults() {
	s.faults.mu.Lock()
	defer s.faults.mu.Unlock()
	s.faults.list = nil
}

type activeFault struct {
	Fault
	skipped, applied int
}

type faultList struct {
	mu   sync.Mutex
	list []*activeFault
}

func (l *faultList) add(f Fault) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.list = append(l.list, &activeFault{Fault: f})
}

// take returns the rule for a request and counts it, nil for none.
func (l *faultList) take(method, p string) *activeFault {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, f := range l.list {
		if f.Method != "" && f.Method != method || !globMatch(f.Path, p) {
			continue
		}
		if f.Count > 0 && f.applied >= f.Count {
			continue
		}
		if f.skipped < f.Skip {
			f.skipped++
			continue
		}
		f.applied++
		return f
	}
	return nil
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

func (f *activeFault) processes() bool {
	if f.Mode == modeNone {
		return f.Status == 0
	}
	return faultModes[f.Mode]
}

func (f *activeFault) resets() bool { return f.Mode == modeResetBefore || f.Mode == modeResetAfter }

const htmlPage = "<!DOCTYPE html>\n<html><head><title>Service temporarily unavailable</title></head><body><h1>Please try again later</h1></body></html>\n"

// alter replaces the response if the mode has its own.
func (f *activeFault) alter(c *call, out reply) reply {
	switch f.Mode {
	case modeNone, modeStatusAfter:
		if f.Status != 0 {
			out = f.failure(c)
		}
	case modeHTML, modeHTMLAfter:
		out = reply{status: http.StatusOK, contentType: "text/html; charset=utf-8", body: []byte(htmlPage)}
	case modeGateway401:
		message := f.Message
		if message == "" {
			message = hmacValidFail
		}
		out = c.gateway401(message)
	case modeGateway404:
		out = c.noRoute()
	case modeEmpty:
		out = reply{status: out.status, header: out.header}
	case modeEmptyBefore:
		out = reply{status: http.StatusOK}
	case modeNotJSON:
		out = reply{status: out.status, header: out.header, body: []byte("OK\n")}
	case modeWrongShape:
		out = reply{status: out.status, header: out.header, body: []byte(`{"result":"OK","items":[1,2,3]}`)}
	case modeRedirect:
		status := f.Status
		if status == 0 {
			status = http.StatusTemporaryRedirect
		}
		out = reply{status: status, header: http.Header{"Location": {f.Location}}}
	}
	if f.RetryAfter != "" {
		if out.header == nil {
			out.header = http.Header{}
		}
		out.header.Set("Retry-After", f.RetryAfter)
	}
	return out
}

func (f *activeFault) failure(c *call) reply {
	code, t := codeOther, textInternal
	switch f.Status {
	case http.StatusBadRequest:
		code, t = codeValidation, text{en: "The request was refused.", ko: "요청이 거부되었습니다."}
	case http.StatusUnauthorized:
		code, t = "Unauthorized", text{en: "The request is not authorized.", ko: "인증되지 않은 요청입니다."}
	case http.StatusForbidden:
		code = codeForbidden
		t = text{
			en: "You do not have permission to " + accessLevel(c.r.Method) + ". Please contact the administrator.",
			ko: accessLevel(c.r.Method) + " 권한이 없습니다. 관리자에게 문의하세요.",
		}
	case http.StatusNotFound:
		code, t = codeNotFound, textNotFound
	case http.StatusConflict:
		code, t = codeConflict, text{en: "The resource is in conflict with another one.", ko: "다른 리소스와 충돌합니다."}
	case http.StatusTooManyRequests:
		code, t = codeTooMany, text{en: "Too many requests.", ko: "요청이 너무 많습니다."}
	case http.StatusInternalServerError:
		code = codeInternal
	}
	if f.Code != "" {
		code = f.Code
	}
	if f.Message != "" {
		t = text{en: f.Message}
	}
	return c.fail(f.Status, code, t)
}

// send writes the response, or breaks off where the fault says so.
func (s *Server) send(w http.ResponseWriter, r *http.Request, out reply, f *activeFault) {
	mode := modeNone
	if f != nil {
		mode = f.Mode
	}
	if f != nil && f.resets() {
		reset(w)
		return
	}
	h := w.Header()
	for k, v := range out.header {
		h[k] = v
	}
	h.Set("Date", s.Now().UTC().Format(http.TimeFormat))
	hasBody := len(out.body) > 0 || mode == modeOversize || mode == modeTruncate
	if hasBody {
		if out.contentType == "" {
			out.contentType = "application/json"
		}
		h.Set("Content-Type", out.contentType)
	}
	switch mode {
	case modeOversize:
		w.WriteHeader(out.status)
		s.flood(w)
	case modeTruncate:
		// A response without a body announces one that never comes: that is enough to break
		// it.
		h.Set("Content-Length", strconv.Itoa(max(len(out.body), 2)))
		w.WriteHeader(bodyStatus(out.status))
		_, _ = w.Write(out.body[:len(out.body)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler) // closes the connection
	case modeSlow:
		h.Set("Content-Length", strconv.Itoa(len(out.body)))
		w.WriteHeader(out.status)
		s.trickle(w, r, out.body, f.Delay)
	default:
		if out.status != http.StatusNoContent {
			h.Set("Content-Length", strconv.Itoa(len(out.body)))
		}
		w.WriteHeader(out.status)
		_, _ = w.Write(out.body)
	}
}

// bodyStatus replaces 204, which cannot announce a body.
func bodyStatus(status int) int {
	if status == http.StatusNoContent {
		return http.StatusOK
	}
	return status
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

// trickle writes the body in a few parts spread over d.
func (s *Server) trickle(w http.ResponseWriter, r *http.Request, body []byte, d time.Duration) {
	const pieces = 10
	rc := http.NewResponseController(w)
	_ = rc.Flush()
	for i := range pieces {
		if !s.wait(r, d/pieces) {
			panic(http.ErrAbortHandler)
		}
		if _, err := w.Write(body[len(body)*i/pieces : len(body)*(i+1)/pieces]); err != nil {
			return
		}
		_ = rc.Flush()
	}
}
