package scp

// The client: one call, from its description to its decoded response.

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"
	"golang.org/x/time/rate"
)

// Limits of responses, in bytes.
const (
	maxErrorBody  = 1 << 20
	maxObjectBody = 1 << 20
	maxPageBody   = 64 << 20
)

// The wait before the first retry and the longest one; each is twice the one before.
const (
	firstBackoff = 500 * time.Millisecond
	maxBackoff   = 20 * time.Second
)

// Client calls the services. It is safe for use by many goroutines.
type Client struct {
	config    Config
	transport http.RoundTripper
	endpoints Fetched[[]catalogueRow]
	versions  versions
	// clockOffset is the service's clock minus the local one; nil is not known.
	clockOffset atomic.Pointer[time.Duration]
	hosts       sync.Map // of *host, by scheme and host
	// limiter is the limit that the user configured; nil for none.
	limiter *rate.Limiter
	// random returns numbers in [0, 1) for the spread of waits.
	random func() float64
}

// New checks the configuration and returns a client. It sends no request. An error is a
// *ConfigError.
func New(config Config) (*Client, error) {
	if err := config.check(); err != nil {
		return nil, err
	}
	c := &Client{config: config, transport: config.Transport, random: rand.Float64}
	c.versions.inForce, c.versions.unknown = map[Service]string{}, map[Service]*versionError{}
	if c.transport == nil {
		c.transport = newTransport()
	}
	if config.MaxRequestsPerSecond > 0 {
		c.limiter = rate.NewLimiter(rate.Limit(config.MaxRequestsPerSecond), 1)
	}
	return c, nil
}

// MaxRetries is how often a call may be sent again, for callers that verify and repeat
// what the client itself must not.
func (c *Client) MaxRetries() int { return c.config.MaxRetries }

// LookAgain returns the pauses between reads of an object that was just created or changed,
// for callers that wait for something to show.
func (c *Client) LookAgain() []time.Duration { return c.config.LookAgain }

// repetition says when a call may be sent again.
type repetition int

const (
	// repeatUnprocessed: only when the request certainly was not processed.
	// It is the zero value, so that forgetting to choose buys nothing twice.
	repeatUnprocessed repetition = iota
	// repeatFreely: whenever it may help; sending it twice does what sending
	// it once does.
	repeatFreely
)

// allows reports whether a call may be sent again after a failure.
func (r repetition) allows(failure *Error) bool {
	return failure.retryable && (r == repeatFreely || failure.throttled || failure.Outcome == OutcomeNotSent)
}

// call describes one call.
type call struct {
	// operation is the API's name of the call.
	operation string
	// service is "" for the identity service.
	service Service
	method  string
	// path begins with a slash; its parts are escaped.
	path  string
	query url.Values
	// body is sent as JSON unless it is nil.
	body   any
	repeat repetition
	// limit is the largest response in bytes; 0 is maxObjectBody.
	limit int64
	// since is the first API version that has the call; "" is every version.
	since string
	// open is a call without credentials.
	open bool
	// notFoundIsSuccess treats the service's 404 as success when an earlier attempt
	// may already have deleted the object.
	notFoundIsSuccess bool
	// decode reads a successful response. Its errors are errEmpty,
	// *unreadableError and *shapeError.
	decode func(body []byte) error

	// What follows from the rest: the URL, the API version, and the body as JSON.
	url     *url.URL
	version string
	text    []byte
}

// failure is the error of a call that was not sent, or whose response cannot be used.
func (call *call) failure(kind Kind, outcome Outcome, detail string) *Error {
	e := &Error{Kind: kind, Operation: call.operation, Method: call.method, Path: call.path, Outcome: outcome, Detail: detail}
	if call.url != nil {
		e.Path = call.url.EscapedPath()
		e.URL = call.url.Scheme + "://" + call.url.Host + e.Path
	}
	return e
}

// get makes a call that only reads.
func (c *Client) get(ctx context.Context, service Service, operation, path string, q url.Values, decode func(body []byte) error) error {
	return c.do(ctx, &call{
		operation: operation, service: service, method: http.MethodGet, path: path, query: q,
		repeat: repeatFreely, limit: maxPageBody, decode: decode,
	})
}

// do makes a call, with its retries, and once more under another API version when the
// service does not have the one that was asked for. An error is an *Error, or a
// *ConfigError when nothing was tried.
func (c *Client) do(ctx context.Context, call *call) error {
	if call.body != nil {
		var err error
		if call.text, err = json.Marshal(call.body); err != nil {
			return &ConfigError{call.operation, "the request cannot be written as JSON"}
		}
	}
	if err := c.config.checkCredentials(); err != nil {
		return err
	}
	base, err := c.baseURL(ctx, call)
	if err != nil {
		return err
	}
	if err := call.aim(base); err != nil {
		return err
	}
	if call.version, err = c.versionFor(call); err != nil {
		return err
	}
	failure := c.send(ctx, call)
	if failure != nil && call.service != "" && failure.isVersionRefused() {
		if call.version, err = c.otherVersion(ctx, call, base, failure); err != nil {
			return err
		}
		failure = c.send(ctx, call)
	}
	if failure != nil {
		return failure
	}
	return nil
}

// aim sets the URL of a call.
func (call *call) aim(base string) (err error) {
	text := base + call.path
	if query := call.query.Encode(); query != "" {
		text += "?" + query
	}
	// What is signed must be exactly what is sent.
	if call.url, err = url.Parse(text); err != nil || sentText(call.url) != text {
		return &ConfigError{call.operation, "the request URL cannot be sent exactly as it is signed"}
	}
	return nil
}

// sentText is the URL that net/http sends, in the request line and the Host header.
func sentText(u *url.URL) string { return u.Scheme + "://" + u.Host + u.RequestURI() }

// send makes the attempts of a call under its API version.
func (c *Client) send(ctx context.Context, call *call) *Error {
	host := c.host(call.url.Scheme + "://" + call.url.Host)
	var failure *Error // of the last attempt
	unclear := false
	for attempt := 1; ; attempt++ {
		if err := host.acquire(ctx, c.limiter); err != nil {
			if failure == nil {
				return call.notSent(err)
			}
			failure.Err = errors.Join(failure.Err, err)
			break
		}
		sent := time.Now()
		res := c.roundTrip(ctx, call)
		event := Event{
			Operation: call.operation, Method: call.method, Host: call.url.Host, Path: call.url.EscapedPath(),
			QueryKeys: slices.Sorted(maps.Keys(call.query)), Attempt: attempt, StatusCode: res.status, Duration: time.Since(sent),
			RequestID: res.requestID,
		}
		failure = c.judge(ctx, call, &res)
		var delay time.Duration
		if failure != nil {
			delay = max(c.backoff(attempt), failure.RetryAfter)
		}
		host.learn(sent, failure, delay)
		// Not earlier: a call that waits for the slot has to see the pause.
		host.slots.Release(1)
		if failure == nil || call.notFoundIsSuccess && unclear && IsNotFound(failure) {
			c.config.Observe(ctx, event)
			return nil
		}
		unclear = unclear || failure.Outcome == OutcomeUnknown
		failure.Attempts = attempt
		event.RequestID, event.Error = failure.RequestID, failure.Error()
		event.Retry = attempt <= c.config.MaxRetries && ctx.Err() == nil && call.repeat.allows(failure) && isWithin(ctx, delay)
		if event.Retry {
			event.NextWait = delay
		}
		c.config.Observe(ctx, event)
		if !event.Retry || sleep(ctx, delay) != nil {
			break
		}
	}
	// The context may have ended during a wait. The last failure explains more than the
	// context's error, which callers can still ask for.
	if cause := ctx.Err(); cause != nil && !errors.Is(failure, cause) {
		failure.Err = errors.Join(failure.Err, cause)
	}
	if unclear && call.method != http.MethodGet {
		failure.Outcome = OutcomeUnknown
	}
	return failure
}

// backoff is the wait after an attempt that failed, between a half and one and a half of
// its nominal length.
func (c *Client) backoff(attempt int) time.Duration {
	wait := maxBackoff
	if shift := attempt - 1; shift < 16 {
		wait = min(firstBackoff<<shift, maxBackoff)
	}
	return wait/2 + time.Duration(c.random()*float64(wait))
}

// notSent is the error of a call that was held back until its deadline.
func (call *call) notSent(cause error) *Error {
	e := call.failure(KindTransport, OutcomeNotSent, "the request was stopped before it was sent")
	e.Err = cause
	var held *heldBackError
	if errors.As(cause, &held) {
		e.Detail = "not sent: " + held.Error()
	}
	return e
}

// result is what came of one request. Without a response, err is set and status is 0.
type result struct {
	status    int
	header    http.Header
	received  time.Time
	requestID string
	body      []byte
	err       error // of the connection, or of reading the body
	// signature must not appear in error strings.
	signature string
	// unconnected reports that no connection could be opened, so that nothing was sent.
	unconnected bool
}

func (r *result) success() bool { return r.status >= 200 && r.status < 300 }

// roundTrip sends the request once. It changes nothing of the client.
func (c *Client) roundTrip(ctx context.Context, call *call) (res result) {
	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	deadline := time.AfterFunc(c.config.RequestTimeout, func() { end(errAttemptTimeout) })
	defer deadline.Stop()
	var state connectionState
	traced := httptrace.WithClientTrace(ctx, state.trace(func(times int) {
		switch {
		case times == 1:
			// A purchase whose connection took long still gets the full timeout for its
			// response.
			deadline.Reset(c.config.RequestTimeout)
		case times > maxSends:
			end(errNoResponseAnywhere)
		}
	}))

	request := &http.Request{
		Method: call.method, URL: call.url, Host: call.url.Host,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: make(http.Header, 12),
	}
	if call.text != nil {
		request.Body = io.NopCloser(bytes.NewReader(call.text))
		request.GetBody = func() (io.ReadCloser, error) {
			if !state.resendsUnsentOnly() {
				return nil, errSentOnce
			}
			return io.NopCloser(bytes.NewReader(call.text)), nil
		}
		request.ContentLength = int64(len(call.text))
		request.Header.Set("Content-Type", "application/json")
	}
	request.Header.Set("Accept", "application/json")
	// An empty value keeps Go's own User-Agent from being sent.
	request.Header.Set("User-Agent", c.config.UserAgent)
	if !call.open {
		res.signature = c.sign(request.Header, call, time.Now())
	}
	// RoundTrip, unlike http.Client, never follows a redirect.
	response, err := c.transport.RoundTrip(request.WithContext(traced))
	if err != nil {
		res.err, res.unconnected = endOfAttempt(ctx, err), state.unconnected()
		return res
	}
	defer response.Body.Close()
	res.status, res.header, res.received = response.StatusCode, response.Header, time.Now()
	res.requestID = c.redact(cleanString(headerRequestID(response.Header), maxWord), res.signature)
	limit := int64(maxErrorBody)
	if res.success() {
		limit = max(call.limit, maxObjectBody)
	}
	res.body, err = readBody(response, limit)
	res.err = endOfAttempt(ctx, err)
	return res
}

// judge decodes the response of a success; any other result is a failure.
func (c *Client) judge(ctx context.Context, call *call, res *result) *Error {
	skew := c.learnTime(res.header, res.received)
	var e *Error
	switch {
	case res.status == 0:
		e = c.transportFailure(ctx, call, res)
	case !res.success():
		e = refusal(call, res)
	case res.err != nil:
		e = call.failure(KindResponse, OutcomeUnknown, "the response could not be read: "+bodyProblem(res.err))
		e.Err, e.retryable = res.err, !errors.Is(res.err, errTooLarge)
	default:
		err := call.decode(res.body)
		if err == nil {
			return nil
		}
		e = call.failure(KindResponse, OutcomeUnknown, err.Error())
		var unreadable *unreadableError
		e.retryable = errors.As(err, &unreadable) || errors.Is(err, errEmpty) // Err would not be redacted.
	}
	e.StatusCode, e.ClockSkew, e.RequestID = res.status, skew, cmp.Or(e.RequestID, res.requestID)
	for _, text := range []*string{&e.Code, &e.Title, &e.Detail, &e.RequestID, &e.GlobalRequestID} {
		*text = c.redact(*text, res.signature)
	}
	return e
}

// refusal is the failure of a response that is not a success.
func refusal(call *call, res *result) *Error {
	e := call.failure(KindResponse, OutcomeUnknown, "")
	e.StatusCode = res.status
	e.Outcome, e.retryable, e.throttled = classify(res.status)
	e.RetryAfter = retryAfter(res.header, res.received)
	switch {
	case res.status < 400:
		e.Kind, e.Detail = KindRedirect, redirectDetail(res.header)
	case res.err != nil:
		e.Err, e.retryable = res.err, true
		e.Detail = "the error body could not be read: " + bodyProblem(res.err)
	default:
		readErrorBody(e, res.body)
	}
	return e
}

// classify says what a status means for the request: what it may have done, whether
// another attempt may go better, and whether it came too fast.
func classify(status int) (outcome Outcome, retryable, throttled bool) {
	switch {
	case status >= 500 || status == http.StatusRequestTimeout:
		return OutcomeUnknown, true, false
	case status == http.StatusTooManyRequests:
		return OutcomeRefused, true, true
	case status == http.StatusTemporaryRedirect || status == http.StatusPermanentRedirect:
		return OutcomeRefused, false, false // These ask the client to send the request elsewhere.
	case status < 400:
		return OutcomeUnknown, false, false // Other redirects may come after the request was processed.
	default:
		return OutcomeRefused, false, false
	}
}

var (
	errAttemptTimeout     = fmt.Errorf("the request timeout was reached: %w", context.DeadlineExceeded)
	errNoResponseAnywhere = errors.New("the server closed every connection without a response")
	errTooLarge           = errors.New("it is larger than the limit")
	errSentOnce           = errors.New("the server closed the connection after the request was sent")
)

// endOfAttempt returns the reason why this client ended the attempt, or else err. The
// transport reports both as a canceled context, like an interrupt by the user.
func endOfAttempt(ctx context.Context, err error) error {
	cause := context.Cause(ctx)
	if err != nil && (errors.Is(cause, errAttemptTimeout) || errors.Is(cause, errNoResponseAnywhere)) {
		return cause
	}
	return err
}

// transportFailure is the failure of a request without a response.
func (c *Client) transportFailure(ctx context.Context, call *call, res *result) *Error {
	late := errors.Is(res.err, errAttemptTimeout)
	problem := cleanString(res.err.Error(), 300)
	e := call.failure(KindTransport, OutcomeUnknown, "no response: "+problem)
	e.Err, e.retryable = res.err, true
	if res.unconnected {
		e.Outcome, e.Detail = OutcomeNotSent, "no connection: "+problem
	}
	var proxy *proxyError
	switch {
	case errors.As(res.err, &proxy):
		e.Outcome, e.Detail, e.retryable = OutcomeNotSent, proxy.Error(), proxy.status >= 500
	case errors.Is(res.err, context.Canceled) && ctx.Err() != nil && res.unconnected:
		e.Detail = "the run was interrupted before the request was sent"
	case errors.Is(res.err, context.Canceled) && ctx.Err() != nil:
		e.Detail = "the run was interrupted while the request was in flight"
	case late && res.unconnected:
		e.Detail = fmt.Sprintf("no connection: none could be opened within the request timeout of %s", c.config.RequestTimeout)
	case late:
		e.Detail = fmt.Sprintf("no response within the request timeout of %s", c.config.RequestTimeout)
	}
	// Retrying does not help with these.
	var certificate *tls.CertificateVerificationError
	var dns *net.DNSError
	if errors.As(res.err, &certificate) || errors.As(res.err, &dns) && dns.IsNotFound {
		e.retryable = false
	}
	return e
}

// readBody reads a whole body of at most limit bytes.
func readBody(response *http.Response, limit int64) ([]byte, error) {
	if response.ContentLength > limit {
		return nil, errTooLarge
	}
	var buffer bytes.Buffer
	if response.ContentLength > 0 {
		buffer.Grow(int(response.ContentLength) + bytes.MinRead)
	}
	n, err := buffer.ReadFrom(io.LimitReader(response.Body, limit+1))
	if err == nil && n > limit {
		err = errTooLarge
	}
	return buffer.Bytes(), err
}

func bodyProblem(err error) string {
	switch {
	case errors.Is(err, errTooLarge):
		return errTooLarge.Error()
	case errors.Is(err, context.DeadlineExceeded):
		return "it did not end in time"
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "it was cut short"
	default:
		return cleanString(err.Error(), 200)
	}
}

// headerRequestID is the request ID of a response that has no error body.
func headerRequestID(header http.Header) string {
	return cmp.Or(header.Get("X-Request-Id"), header.Get("Request-Id"), header.Get("X-Openstack-Request-Id"))
}

// redirectDetail names the place that a redirect points to: its host, never
// its query.
func redirectDetail(header http.Header) string {
	location, err := url.Parse(header.Get("Location"))
	if err != nil || location.Host == "" && location.Path == "" {
		return "the response does not say where"
	}
	if location.Host == "" {
		return "to another path of the same host"
	}
	return "to the host " + cleanString(location.Host, maxWord)
}

// retryAfter reads Retry-After: seconds, or a date, which is taken relative to
// the response's own Date header because the local clock may be wrong.
func retryAfter(header http.Header, received time.Time) time.Duration {
	text := strings.TrimSpace(header.Get("Retry-After"))
	if text == "" {
		return 0
	}
	const most = 365 * 24 * time.Hour
	if seconds, err := strconv.ParseFloat(text, 64); err == nil && strings.Trim(text, "-.0123456789") == "" {
		return time.Duration(min(max(seconds, 0), most.Seconds()) * float64(time.Second))
	}
	until, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	date, err := http.ParseTime(header.Get("Date"))
	if err != nil {
		date = received
	}
	return min(max(until.Sub(date), 0), most)
}

// minSecret is the length from which on a credential is looked for in strings.
// Shorter ones are no real credentials, and would be found everywhere.
const minSecret = 6

// redact keeps credentials that a server repeats out of strings.
func (c *Client) redact(text, signed string) string {
	const removed, more = "[removed]", "..."
	for _, secret := range []string{c.config.SecretKey, c.config.AuthToken, signed, c.config.AccessKey} {
		if len(secret) < minSecret {
			continue
		}
		text = strings.ReplaceAll(text, secret, removed)
		// cleanString may have cut the string in the middle of the secret.
		for n := len(secret) - 1; n >= minSecret; n-- {
			text = strings.ReplaceAll(text, secret[:n]+more, removed+more)
			if rest, cut := strings.CutSuffix(text, secret[:n]); cut {
				text = rest + removed
			}
		}
	}
	return text
}
