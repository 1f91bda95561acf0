package emulator

// One request on its way through the emulator, and the checks that are the same
// for all operations.

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

type call struct {
	s         *Server
	r         *http.Request
	target    string // the request target as it was sent
	path      string // its path, still escaped
	rawQuery  string
	route     *route
	id        string // in the path
	query     url.Values
	body      []byte
	object    object // the parsed body of a route with body
	now       time.Time
	korean    bool   // names are Korean
	version   string // the API version of the response, such as 1.1
	requestID string
	bad       string // the first thing that is wrong with the query or the body; see problem
}

// problem notes what is wrong with a request. One problem is reported at a time (NOTES
// section 4): the first one. So an operation reads and checks everything in order, and
// looks at bad once, before it does anything.
func (c *call) problem(format string, args ...any) {
	if c.bad == "" {
		c.bad = fmt.Sprintf(format, args...)
	}
}

// require is problem for what has to hold.
func (c *call) require(holds bool, format string, args ...any) {
	if !holds {
		c.problem(format, args...)
	}
}

// refusal is the response to a request with a problem; nil if there is none.
func (c *call) refusal() *reply {
	if c.bad == "" {
		return nil
	}
	return c.refuse("%s", c.bad)
}

func (s *Server) newCall(r *http.Request) *call {
	c := &call{s: s, r: r, now: s.Now(), korean: isKorean(r.Header.Get("Accept-Language")), requestID: "req-" + newUUID()}
	c.target = r.RequestURI
	if !strings.HasPrefix(c.target, "/") {
		// The absolute form, as a client of a proxy sends it.
		if u, err := url.Parse(c.target); err == nil && u.Host != "" {
			c.target = strings.TrimPrefix(c.target, u.Scheme+"://"+u.Host)
		}
	}
	c.path, c.rawQuery, _ = strings.Cut(c.target, "?")
	if c.path == "" {
		c.path = "/"
	}
	c.route, c.id = s.match(r.Method, c.path)
	return c
}

// base is the address under which the client reached the emulator.
func (c *call) base() string {
	if c.r.TLS != nil {
		return "https://" + c.r.Host
	}
	return "http://" + c.r.Host
}

// account is the account that the request acts for.
func (c *call) account() string {
	return cmp.Or(c.r.Header.Get("Scp-AccountId"), c.s.opt.AccountID, ExampleAccountID)
}

// readBody reads the body. A problem with it is reported only if the operation would run.
func (c *call) readBody() {
	b, err := io.ReadAll(io.LimitReader(c.r.Body, maxBody+1))
	c.require(err == nil, "The request body could not be read.")
	c.require(len(b) <= maxBody, "The request body is too large.")
	if c.bad == "" {
		c.body = b
	}
}

// checkForm rejects a malformed request before it reaches its operation. Apart from the
// existence of Scp-Api-Version, all of this is stricter than the service.
func (c *call) checkForm() *reply {
	if own := c.s.opt.AccountID; own != "" && !c.route.open {
		if got := c.r.Header.Get("Scp-AccountId"); got != "" && got != own {
			// Guess: the rejection observed for an account without the service (NOTES section
			// 4).
			return c.gateway401("Service Account catalog has not target's endpoint. target : scp-" + c.route.service.name() + "_hmac")
		}
	}
	if refused := c.chooseVersion(); refused != nil {
		return refused
	}
	q, err := url.ParseQuery(c.rawQuery)
	if err != nil {
		return c.refuse("The query could not be read.")
	}
	for _, key := range sortedKeys(q) {
		many := slices.Contains(c.route.repeated, key)
		if !many && !slices.Contains(c.route.single, key) {
			if !c.s.opt.Strict {
				continue
			}
			return c.refuse("Query parameter %q is unknown to %s.", key, c.route.operation)
		}
		if !many && len(q[key]) > 1 {
			return c.refuse("Query parameter %q may be given only once.", key)
		}
	}
	c.query = q
	if !c.route.body {
		if len(c.body) > 0 {
			return c.refuse("%s takes no body.", c.route.operation)
		}
		return nil
	}
	if mt, _, err := mime.ParseMediaType(c.r.Header.Get("Content-Type")); err != nil || mt != "application/json" {
		return c.refuse("Content-Type must be application/json.")
	}
	c.object = c.parseObject("", c.body)
	return c.refusal()
}

// number reads an integer query parameter that must be at least low; def if absent.
func (c *call) number(key string, low, def int64) int64 {
	if !c.query.Has(key) {
		return def
	}
	n, err := strconv.ParseInt(c.query.Get(key), 10, 64)
	if err != nil || n < low {
		c.problem("Query parameter %q must be an integer of at least %d.", key, low)
	}
	return n
}

// date reads a query parameter that is a date of a layout; "" if absent.
func (c *call) date(key, layout string) string {
	v := c.query.Get(key)
	if v == "" {
		return ""
	}
	if t, err := time.Parse(layout, v); err != nil || t.Format(layout) != v {
		c.problem("Query parameter %q must be a date like %s.", key, layout)
	}
	return v
}

// timeForms are the layouts that Guesses.TimeForm names.
var timeForms = map[string]string{
	"space": time.DateTime, "rfc3339": time.RFC3339, "fraction": "2006-01-02T15:04:05.000000",
}

// time formats a time as Guesses select.
func (c *call) time(t time.Time) string {
	g := c.s.opt.Guesses
	t = t.UTC()
	if g.TimesZone == "Asia/Seoul" {
		t = t.In(Seoul)
	}
	return t.Format(cmp.Or(timeForms[g.TimeForm], "2006-01-02T15:04:05"))
}

// Seoul is the zone of the platform's console rules (NOTES section 5). Korea has no
// daylight saving time, so no time zone database is needed.
var Seoul = time.FixedZone("Asia/Seoul", 9*60*60)

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }

// reply is a response before faults and transport.
type reply struct {
	status      int
	contentType string // default application/json
	body        []byte
}

// ok responds with a JSON body.
func ok(status int, v any) *reply { return &reply{status: status, body: marshal(v)} }

func marshal(v any) []byte {
	var b strings.Builder
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false) // links keep their "&"
	if err := enc.Encode(v); err != nil {
		// Only the emulator's own types get here, none of which can fail to marshal.
		panic(fmt.Sprintf("emulator: marshal %T: %v", v, err))
	}
	return []byte(strings.TrimSuffix(b.String(), "\n"))
}
