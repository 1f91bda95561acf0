package scp

// The client: one call, from its description to its decoded answer.

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
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
	"strings"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/time/rate"
)

// Limits of answers, in bytes.
const (
	maxErrorBody  = 1 << 20
	maxObjectBody = 1 << 20
	maxPageBody   = 64 << 20
)

// Client calls the services. It is safe for use by many goroutines.
type Client struct {
	config    Config
	lanes     lanes
	catalogue catalogue
	clock     serviceClock
	paces     *paces
	// limiter is the caller's own bound; nil is none.
	limiter *rate.Limiter
	// random gives numbers in [0, 1) for the spread of waits.
	random func() float64
}

// New checks the configuration and makes a client. It makes no request. An
// error is a *ConfigError.
func New(config Config) (*Client, error) {
	if err := config.check(); err != nil {
		return nil, err
	}
	c := &Client{config: config, lanes: lanesOf(config.Transport), paces: processPaces, random: rand.Float64}
	if config.MaxRequestsPerSecond > 0 {
		c.limiter = rate.NewLimiter(rate.Limit(config.MaxRequestsPerSecond), 1)
	}
	return c, nil
}

// repetition tells when a call may be sent again.
type repetition int

const (
	// repeatUnprocessed: only when the request certainly was not processed.
	// It is the zero value, so that forgetting to choose buys nothing twice.
	repeatUnprocessed repetition = iota
	// repeatFreely: whenever it may help; sending it twice does what sending
	// it once does.
	repeatFreely
)

// call describes one call.
type call struct {
	// operation is the API's name of the call.
	operation string
	// service is "" for the identity service.
	service Service
	method  string
	lane    lane
	// path begins with a slash; its parts are escaped.
	path  string
	query url.Values
	// body is sent as JSON unless it is nil.
	body   any
	repeat repetition
	// limit is the largest answer in bytes; 0 is maxObjectBody.
	limit int64
	// goneIsDone makes the service's 404 a success after an attempt of which
	// it is not known what it did.
	goneIsDone bool
	// decode reads a successful answer. Its errors are errEmpty,
	// *unreadableError and *shapeError. It must not keep body.
	decode func(body []byte) error
}

// unusable is the error of a creation of which only the id is known: its
// answer had a problem, and reading the object failed too.
func (call *call) unusable(id string, problem, err error) *Error {
	return &Error{
		Kind: KindResponse, Operation: call.operation, Method: call.method, Path: call.path,
		Outcome: OutcomeUnknown, ObjectID: cleanText(id, maxWord), Attempts: 1, Err: err,
		Detail: "the object was created, but the answer could not be used (" + problem.Error() +
			"), and reading the object failed: " + err.Error(),
	}
}

// do makes a call, with its repetitions. An error is an *Error, or a
// *ConfigError when nothing was tried.
func (c *Client) do(ctx context.Context, call *call) error {
	var body []byte
	if call.body != nil {
		var err error
		if body, err = marshal(call.body); err != nil {
			return &ConfigError{call.operation, "the request cannot be written as JSON"}
		}
	}
	base, err := c.baseURL(ctx, call)
	if err != nil {
		return err
	}
	target, err := newTarget(base, call)
	if err != nil {
		return err
	}

	var (
		failure *Error // of the last attempt
		tries   int
		unclear bool
		next    time.Duration
	)
	waits := backoff.NewExponentialBackOff()
	waits.InitialInterval, waits.Multiplier, waits.MaxInterval = 500*time.Millisecond, 2, 20*time.Second
	waits.RandomizationFactor = 0 // the spread is added from c.random
	pace := c.paces.of(target.url.Host)

	_, _ = backoff.Retry(ctx, func() (struct{}, error) {
		place, err := c.lanes[call.lane].enter(ctx, target.url)
		if err == nil {
			defer place.leave()
			err = c.admit(ctx, pace)
		}
		if err != nil {
			if failure == nil {
				failure = c.notAdmitted(call, target, err)
			} else {
				failure.Err = errors.Join(failure.Err, err)
			}
			return struct{}{}, backoff.Permanent(failure)
		}
		tries++
		event := Event{
			Operation: call.operation, Method: call.method, Host: target.url.Host, Path: target.url.EscapedPath(),
			QueryKeys: slices.Sorted(maps.Keys(call.query)), Attempt: tries,
		}
		sent := time.Now()
		failure = c.attempt(ctx, call, target, body, place, &event)
		event.Duration = time.Since(sent)
		if failure == nil || failure.StatusCode != 0 && failure.StatusCode != http.StatusTooManyRequests {
			pace.taken(sent)
		}
		if failure == nil {
			c.observe(ctx, event)
			return struct{}{}, nil
		}
		if call.goneIsDone && unclear && IsNotFound(failure) {
			failure = nil
			c.observe(ctx, event)
			return struct{}{}, nil
		}
		unclear = unclear || failure.Outcome == OutcomeUnknown
		failure.Attempts = tries

		next = waits.NextBackOff()
		next = max(next/2+time.Duration(c.random()*float64(next)), failure.RetryAfter)
		if failure.StatusCode == http.StatusTooManyRequests {
			pace.tooFast(sent, next)
		} else if failure.StatusCode == http.StatusServiceUnavailable && failure.RetryAfter > 0 {
			pace.pause(failure.RetryAfter)
		}
		event.Error = failure.Error()
		event.Retry = tries <= c.config.MaxRetries && ctx.Err() == nil && c.mayRepeat(call, failure) && fits(ctx, next)
		if event.Retry {
			event.NextWait = next
		}
		c.observe(ctx, event)
		if !event.Retry {
			return struct{}{}, backoff.Permanent(failure)
		}
		return struct{}{}, failure
	}, backoff.WithBackOff(nextWait{&next}), backoff.WithMaxElapsedTime(0))

	if failure == nil {
		return nil
	}
	// The context may have ended during a wait. The last failure is the cause
	// that helps; the context's error stays to be asked for.
	if cause := ctx.Err(); cause != nil && !errors.Is(failure, cause) {
		failure.Err = errors.Join(failure.Err, cause)
	}
	if unclear && call.method != http.MethodGet {
		failure.Outcome = OutcomeUnknown
	}
	return failure
}

// nextWait hands backoff the wait that was already chosen.
type nextWait struct{ wait *time.Duration }

func (n nextWait) NextBackOff() time.Duration { return *n.wait }
func (nextWait) Reset()                       {}

// admit waits for the caller's own bound and for the pace of the host.
func (c *Client) admit(ctx context.Context, pace *pace) error {
	if c.limiter != nil {
		turn := c.limiter.Reserve()
		if err := sleep(ctx, turn.Delay()); err != nil {
			turn.Cancel()
			return err
		}
	}
	return pace.wait(ctx)
}

func (c *Client) notAdmitted(call *call, target *target, cause error) *Error {
	e := &Error{
		Kind: KindTransport, Operation: call.operation, Method: call.method, Path: target.url.EscapedPath(),
		Outcome: OutcomeNotSent, Err: cause, Detail: "the call was ended before it was sent",
	}
	var wait *waitError
	var busy busyError
	switch {
	case errors.As(cause, &wait):
		e.Detail = "not sent, to keep within the request rate: " + wait.Error()
	case errors.As(cause, &busy):
		e.Detail = "not sent: " + busy.Error()
	}
	return e
}

func (c *Client) mayRepeat(call *call, failure *Error) bool {
	if !failure.again {
		return false
	}
	if call.repeat == repeatFreely {
		return true
	}
	return failure.StatusCode == http.StatusTooManyRequests || failure.Outcome == OutcomeNotSent
}

func (c *Client) observe(ctx context.Context, e Event) {
	if c.config.Observe != nil {
		c.config.Observe(ctx, e)
	}
}

// target is where a call goes. text is what is signed; url is what net/http
// makes the request line and the Host header from.
type target struct {
	text string
	url  *url.URL
}

func newTarget(base string, call *call) (*target, error) {
	text := base + call.path
	if query := call.query.Encode(); query != "" {
		text += "?" + query
	}
	u, err := url.Parse(text)
	// The signed text must be the very text that goes out.
	if err != nil || u.Scheme+"://"+u.Host+u.RequestURI() != text {
		return nil, &ConfigError{call.operation, "the address of the request cannot be sent as it is signed"}
	}
	return &target{text: text, url: u}, nil
}

// attempt sends the request once. It fills the event and returns nil when the
// answer was good.
func (c *Client) attempt(ctx context.Context, call *call, target *target, body []byte, place place, event *Event) *Error {
	e := &Error{Operation: call.operation, Method: call.method, Path: event.Path}

	ctx, end := context.WithCancelCause(ctx)
	defer end(nil)
	deadline := time.AfterFunc(c.config.RequestTimeout, func() { end(errAttemptTimeout) })
	defer deadline.Stop()
	var state connectionState
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GetConn: func(string) { state.looked() },
		GotConn: func(info httptrace.GotConnInfo) {
			sends, http1 := state.got(info.Conn)
			place.connected(http1)
			switch {
			case sends == 1:
				// A purchase whose connection took long has the whole time for its
				// answer.
				deadline.Reset(c.config.RequestTimeout)
			case sends > maxSends:
				end(errNoAnswerAnywhere)
			}
		},
	})

	request := &http.Request{
		Method: call.method, URL: target.url, Host: target.url.Host,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: make(http.Header, 12),
	}
	if body != nil {
		request.Body = io.NopCloser(bytes.NewReader(body))
		request.GetBody = func() (io.ReadCloser, error) {
			if !state.resendsUnsentOnly() {
				return nil, errSentOnce
			}
			return io.NopCloser(bytes.NewReader(body)), nil
		}
		request.ContentLength = int64(len(body))
		request.Header.Set("Content-Type", "application/json")
	}
	signed := c.sign(request.Header, call.method, target.text, call.service, time.Now())
	// RoundTrip, unlike http.Client, never follows a redirect.
	response, err := c.lanes[call.lane].transport.RoundTrip(request.WithContext(traced))
	if err != nil {
		c.transportFailure(ctx, e, err, &state, signed)
		return e
	}
	defer response.Body.Close()
	received := time.Now()
	event.StatusCode, e.StatusCode = response.StatusCode, response.StatusCode
	date, skew, _ := c.clock.learn(response.Header, received)
	e.ClockSkew = skew
	e.RequestID = c.redact(cleanText(headerRequestID(response.Header), maxWord), signed)
	event.RequestID = e.RequestID

	success := response.StatusCode >= 200 && response.StatusCode < 300
	limit := int64(maxErrorBody)
	if success {
		limit = max(call.limit, maxObjectBody)
	}
	buffer := takeBuffer()
	defer release(buffer)
	readErr := endOfAttempt(ctx, readBody(buffer, response, limit))

	if !success {
		e.Outcome = OutcomeRefused
		status := response.StatusCode
		switch {
		case status >= 500 || status == http.StatusRequestTimeout:
			e.Outcome, e.again = OutcomeUnknown, true
		case status == http.StatusTooManyRequests:
			e.again = true
		case status >= 300 && status < 400:
			// 307 and 308 ask to send the request elsewhere; others may come
			// after the request was processed.
			if status != http.StatusTemporaryRedirect && status != http.StatusPermanentRedirect {
				e.Outcome = OutcomeUnknown
			}
		}
		e.RetryAfter = retryAfter(response.Header, date, received)
		switch {
		case status < 400:
			e.Kind = KindRedirect
			e.Detail = redirectDetail(response.Header)
		case readErr != nil:
			e.Kind, e.Err, e.again = KindResponse, readErr, true
			e.Detail = "the error body could not be read: " + bodyProblem(readErr)
		default:
			readErrorBody(e, buffer.Bytes())
		}
		c.redactError(e, signed)
		event.RequestID = e.RequestID
		return e
	}

	if readErr != nil {
		e.Kind, e.Err, e.Outcome = KindResponse, readErr, OutcomeUnknown
		e.Detail = "the answer could not be read: " + bodyProblem(readErr)
		e.again = !errors.Is(readErr, errTooLarge)
		return e
	}
	if err := call.decode(buffer.Bytes()); err != nil {
		e.Kind, e.Err, e.Outcome = KindResponse, err, OutcomeUnknown
		e.Detail = err.Error()
		var unreadable *unreadableError
		e.again = errors.As(err, &unreadable) || errors.Is(err, errEmpty)
		c.redactError(e, signed)
		return e
	}
	return nil
}

var (
	errAttemptTimeout   = fmt.Errorf("the request timeout was reached: %w", context.DeadlineExceeded)
	errNoAnswerAnywhere = errors.New("the server ended one connection after the other without an answer")
	errTooLarge         = errors.New("it is larger than is read")
	errSentOnce         = errors.New("the server ended the exchange after the request was sent")
)

// endOfAttempt is why the attempt was ended from here, or else err. The transport
// says of both that its context was canceled, as of an interrupt by the user.
func endOfAttempt(ctx context.Context, err error) error {
	cause := context.Cause(ctx)
	if err != nil && (errors.Is(cause, errAttemptTimeout) || errors.Is(cause, errNoAnswerAnywhere)) {
		return cause
	}
	return err
}

// maxSends is how often net/http may send one attempt: each idle connection may turn
// out to be dead, and then it takes another. Over HTTP/2 it would go on without end.
const maxSends = max(readConnections, writeConnections) + 2

// connectionState is what the transport tells of its connections. It is written by
// the transport, perhaps in other goroutines.
type connectionState struct {
	mu sync.Mutex
	// opening and open tell whether the transport looked for a connection, and
	// whether it got one. Without a connection nothing can have been sent.
	opening, open bool
	// http1 tells that the connection is known to speak HTTP/1.1.
	http1 bool
	sends int
}

func (s *connectionState) looked() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.opening = true
}

// got notes a connection. It returns how many there were, and whether this one is
// known to speak HTTP/1.1.
func (s *connectionState) got(connection net.Conn) (sends int, http1 bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open, s.http1 = true, true
	if encrypted, ok := connection.(interface{ ConnectionState() tls.ConnectionState }); ok {
		protocol := encrypted.ConnectionState().NegotiatedProtocol
		s.http1 = protocol == "" || protocol == "http/1.1"
	}
	s.sends++
	return s.sends, s.http1
}

// resendsUnsentOnly tells whether net/http sends a body again only when not a byte
// of the request was sent, as on a connection that the server had closed. That holds
// for HTTP/1.1. Over HTTP/2 it repeats requests that were sent in full, purchases too,
// when the server resets the stream or goes away.
func (s *connectionState) resendsUnsentOnly() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.http1
}

// neverOpen tells whether the transport looked for a connection and got none.
func (s *connectionState) neverOpen(err error) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open {
		return false
	}
	if s.opening {
		return true
	}
	// A transport without traces: only these errors are clear.
	var dial *net.OpError
	var dns *net.DNSError
	return errors.As(err, &dial) && dial.Op == "dial" || errors.As(err, &dns)
}

// transportFailure fills e for a request that got no answer.
func (c *Client) transportFailure(ctx context.Context, e *Error, err error, state *connectionState, signed string) {
	unconnected := state.neverOpen(err)
	err = endOfAttempt(ctx, err)
	late := errors.Is(err, errAttemptTimeout)
	e.Kind, e.Err, e.Outcome, e.again = KindTransport, err, OutcomeUnknown, true
	if unconnected {
		e.Outcome = OutcomeNotSent
	}
	switch problem := cleanText(err.Error(), 300); {
	case unconnected && late:
		e.Detail = fmt.Sprintf("no connection came free or could be opened within the request timeout of %s", c.config.RequestTimeout)
	case unconnected:
		e.Detail = "no connection: " + problem
	case late:
		e.Detail = fmt.Sprintf("no answer: nothing came within the request timeout of %s", c.config.RequestTimeout)
	default:
		e.Detail = "no answer: " + problem
	}
	// These do not go away by trying again.
	var certificate *tls.CertificateVerificationError
	var authority x509.UnknownAuthorityError
	var hostname x509.HostnameError
	var dns *net.DNSError
	if errors.As(err, &certificate) || errors.As(err, &authority) || errors.As(err, &hostname) ||
		errors.As(err, &dns) && dns.IsNotFound {
		e.again = false
	}
	c.redactError(e, signed)
}

// buffers holds the buffers of answers that were read.
var buffers sync.Pool

func takeBuffer() *bytes.Buffer {
	if buffer, ok := buffers.Get().(*bytes.Buffer); ok {
		return buffer
	}
	return new(bytes.Buffer)
}

// release gives a buffer back, unless an unusual answer made it huge.
func release(buffer *bytes.Buffer) {
	if buffer.Cap() <= 4<<20 {
		buffer.Reset()
		buffers.Put(buffer)
	}
}

// readBody reads a whole body of at most limit bytes.
func readBody(buffer *bytes.Buffer, response *http.Response, limit int64) error {
	if response.ContentLength > limit {
		return errTooLarge
	}
	if response.ContentLength > 0 {
		buffer.Grow(int(response.ContentLength) + bytes.MinRead)
	}
	n, err := buffer.ReadFrom(io.LimitReader(response.Body, limit+1))
	if err != nil {
		return err
	}
	if n > limit {
		return errTooLarge
	}
	return nil
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
		return cleanText(err.Error(), 200)
	}
}

// headerRequestID is the request id of an answer that has no error body.
func headerRequestID(header http.Header) string {
	for _, name := range []string{"X-Request-Id", "Request-Id", "X-Openstack-Request-Id"} {
		if id := header.Get(name); id != "" {
			return id
		}
	}
	return ""
}

// redirectDetail names the place that a redirect points to: its host, never
// its query.
func redirectDetail(header http.Header) string {
	location, err := url.Parse(header.Get("Location"))
	if err != nil || location.Host == "" && location.Path == "" {
		return "the answer does not say to where"
	}
	if location.Host == "" {
		return "to another path of the same host"
	}
	return "to the host " + cleanText(location.Host, maxWord)
}

// retryAfter reads Retry-After: seconds, or a date, which is taken relative to
// the answer's own Date header because the local clock may be wrong.
func retryAfter(header http.Header, date, received time.Time) time.Duration {
	text := strings.TrimSpace(header.Get("Retry-After"))
	if text == "" {
		return 0
	}
	const most = 365 * 24 * time.Hour
	if isPlainDecimal(text) {
		wait, err := time.ParseDuration(text + "s")
		if err != nil {
			return most // more than a Duration holds
		}
		return min(max(wait, 0), most)
	}
	until, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	if date.IsZero() {
		date = received
	}
	return min(max(until.Sub(date), 0), most)
}

// minSecret is the length from which on a credential is looked for in texts.
// Shorter ones are no real credentials, and would be found everywhere.
const minSecret = 6

// redact keeps credentials that a server repeats out of texts.
func (c *Client) redact(text, signed string) string {
	const removed, more = "[removed]", "..."
	for _, secret := range []string{c.config.SecretKey, c.config.AuthToken, signed, c.config.AccessKey} {
		if len(secret) < minSecret {
			continue
		}
		text = strings.ReplaceAll(text, secret, removed)
		// cleanText may have cut the text in the middle of the secret.
		for n := len(secret) - 1; n >= minSecret; n-- {
			text = strings.ReplaceAll(text, secret[:n]+more, removed+more)
			if rest, cut := strings.CutSuffix(text, secret[:n]); cut {
				text = rest + removed
			}
		}
	}
	return text
}

func (c *Client) redactError(e *Error, signed string) {
	for _, text := range []*string{&e.Code, &e.Title, &e.Detail, &e.RequestID, &e.GlobalRequestID} {
		*text = c.redact(*text, signed)
	}
}

// marshal writes JSON without escapes that only matter inside HTML.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimRight(b.Bytes(), "\n"), nil
}
