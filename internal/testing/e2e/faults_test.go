package e2e

// The faults of the matrix, each with what must come of it.

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

// fault is one way in which a request goes wrong.
type fault struct {
	name string
	// rule is the emulator's; method, path and count are added.
	rule string
	// dial replaces the connection; reply the response.
	dial  dialer
	reply func(next http.Handler) http.Handler
	// words are in the error of a dial that fails forever.
	words string
	// https uses TLS; trusted lets the client trust the test's certificate.
	https, trusted bool

	// processed: the operation runs before things go wrong.
	processed bool
	// retryable: another attempt may help, for calls that may be repeated freely.
	retryable bool
	// safe: the request certainly was not processed, and every call is repeated.
	safe bool
	// good: the response is as good as any. goodDelete: that of a delete is, since
	// it needs no body, and 204 has none.
	good, goodDelete bool
	// noObject: the response lacks the object, so that a change is followed by a read.
	noObject bool
	// noBody: it needs a body to go wrong in, and 204 has none.
	noBody bool
	// lost: nothing reaches the server.
	lost bool

	kind    scp.Kind
	status  int // 0 with ok is the operation's own
	ok      bool
	outcome scp.Outcome
	// wait is the least time between two attempts.
	wait time.Duration
	// deleteStatus is the last status of a delete that fails forever.
	deleteStatus int
	// verdicts are what comes of a resource's steps, where that does not follow
	// from the rest. A step that is not in it does not meet the fault.
	verdicts map[string]verdict
}

var allFaults = []fault{
	{name: "500", rule: "status=500", retryable: true, kind: scp.KindService, status: 500},
	{name: "502", rule: "status=502", retryable: true, kind: scp.KindService, status: 502},
	{name: "503", rule: "status=503", retryable: true, kind: scp.KindService, status: 503},
	{name: "503 with Retry-After", rule: "status=503,retry-after=17", retryable: true, kind: scp.KindService, status: 503, wait: 17 * time.Second},
	{name: "504", rule: "status=504", retryable: true, kind: scp.KindService, status: 504},
	{name: "500 after", rule: "mode=status-after,status=500", processed: true, retryable: true, kind: scp.KindService, status: 500},
	{name: "502 after", rule: "mode=status-after,status=502", processed: true, retryable: true, kind: scp.KindService, status: 502},
	{name: "503 after", rule: "mode=status-after,status=503", processed: true, retryable: true, kind: scp.KindService, status: 503},
	{name: "504 after", rule: "mode=status-after,status=504", processed: true, retryable: true, kind: scp.KindService, status: 504},
	{name: "429", rule: "status=429", safe: true, kind: scp.KindService, status: 429, outcome: scp.OutcomeRefused},
	{name: "429 with Retry-After", rule: "status=429,retry-after=11", safe: true, kind: scp.KindService, status: 429, outcome: scp.OutcomeRefused, wait: 11 * time.Second},
	{name: "reset before", rule: "mode=reset-before", retryable: true, kind: scp.KindTransport},
	{name: "reset after", rule: "mode=reset-after", processed: true, retryable: true, kind: scp.KindTransport},
	{name: "time-out before", rule: "mode=reset-before,delay=1h", retryable: true, kind: scp.KindTransport},
	{name: "time-out after", rule: "delay=1h", processed: true, retryable: true, kind: scp.KindTransport},
	{name: "truncated JSON", rule: "mode=truncate", processed: true, retryable: true, kind: scp.KindResponse, ok: true, deleteStatus: 404},
	{name: "JSON of another shape", rule: "mode=wrong-shape", processed: true, kind: scp.KindResponse, ok: true, goodDelete: true, noObject: true},
	{name: "HTML with 200", rule: "mode=html", retryable: true, kind: scp.KindResponse, status: 200},
	{name: "HTML with 200 after", rule: "mode=html-after", processed: true, retryable: true, kind: scp.KindResponse, status: 200},
	{name: "no JSON", rule: "mode=not-json", processed: true, retryable: true, kind: scp.KindResponse, ok: true, goodDelete: true},
	{name: "empty body", rule: "mode=empty", processed: true, retryable: true, kind: scp.KindResponse, ok: true, goodDelete: true, noObject: true},
	{name: "wrong content type", reply: contentType("text/plain"), processed: true, good: true},
	{name: "no content type", reply: contentType(""), processed: true, good: true},
	{name: "unknown fields", reply: unknownFields, processed: true, good: true},
	{name: "body over the limit", rule: "mode=oversize", processed: true, kind: scp.KindResponse, ok: true, noBody: true},
	{name: "body announced over the limit", reply: announced, processed: true, kind: scp.KindResponse, ok: true},
	{name: "body that trickles", rule: "mode=slow,delay=1h", processed: true, retryable: true, kind: scp.KindResponse, ok: true, goodDelete: true},
	{name: "gateway 401", rule: "mode=gateway-401", kind: scp.KindGateway, status: 401, outcome: scp.OutcomeRefused},
	{name: "gateway 404", rule: "mode=gateway-404", kind: scp.KindGateway, status: 404, outcome: scp.OutcomeRefused},
	{name: "service 400", rule: "status=400", kind: scp.KindService, status: 400, outcome: scp.OutcomeRefused},
	{name: "service 401", rule: "status=401", kind: scp.KindService, status: 401, outcome: scp.OutcomeRefused},
	{name: "service 403", rule: "status=403", kind: scp.KindService, status: 403, outcome: scp.OutcomeRefused},
	{name: "service 404", rule: "status=404", kind: scp.KindService, status: 404, outcome: scp.OutcomeRefused},
	{name: "service 409", rule: "status=409", kind: scp.KindService, status: 409, outcome: scp.OutcomeRefused},
	{name: "redirect 302", rule: "mode=redirect,status=302,location=http://127.0.0.1:9/steal", kind: scp.KindRedirect, status: 302},
	{name: "redirect 307", rule: "mode=redirect,status=307,location=http://127.0.0.1:9/steal", kind: scp.KindRedirect, status: 307, outcome: scp.OutcomeRefused},
	{name: "DNS: no such host", dial: refuse(&net.DNSError{Err: "no such host", Name: "budget.example", IsNotFound: true}), lost: true, kind: scp.KindTransport, outcome: scp.OutcomeNotSent},
	{name: "DNS: server failure", dial: refuse(&net.DNSError{Err: "server misbehaving", Name: "budget.example", IsTemporary: true}), lost: true, safe: true, kind: scp.KindTransport, outcome: scp.OutcomeNotSent},
	{name: "connection refused", dial: refuse(&net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")}), lost: true, safe: true, kind: scp.KindTransport, outcome: scp.OutcomeNotSent},
	{name: "TLS: unknown authority", https: true, words: "certificate", dial: overTLS(&tls.Config{Certificates: []tls.Certificate{testCertificate}, MinVersion: tls.VersionTLS12}), lost: true, kind: scp.KindTransport, outcome: scp.OutcomeNotSent},
	{name: "TLS: too old", https: true, trusted: true, words: "protocol version", dial: overTLS(&tls.Config{Certificates: []tls.Certificate{testCertificate}, MaxVersion: tls.VersionTLS11}), lost: true, safe: true, kind: scp.KindTransport, outcome: scp.OutcomeNotSent},
	{name: "TLS: no TLS at all", https: true, trusted: true, dial: plainHTTP, lost: true, safe: true, kind: scp.KindTransport, outcome: scp.OutcomeNotSent},
}

// clientFaults are all of them, and bodies that only the client's own matrix needs: for
// Terraform they are as good as one of the others.
var clientFaults = append(slices.Clip(allFaults), []fault{
	{name: "408", rule: "status=408", retryable: true, kind: scp.KindService, status: 408},
	{name: "502 page", reply: respond(502, "<html><title>Bad Gateway</title>"), retryable: true, kind: scp.KindResponse, status: 502},
	{name: "503 without body", reply: respond(503, ""), retryable: true, kind: scp.KindResponse, status: 503},
	{name: "429 without body", reply: respond(429, ""), safe: true, kind: scp.KindResponse, status: 429, outcome: scp.OutcomeRefused},
	{name: "gateway 429", reply: respond(429, rejection), safe: true, kind: scp.KindGateway, status: 429, outcome: scp.OutcomeRefused},
	{name: "gateway 503", reply: respond(503, noRoute), retryable: true, kind: scp.KindGateway, status: 503},
	{name: "400 cut short", reply: cutShort, retryable: true, kind: scp.KindResponse, status: 400, outcome: scp.OutcomeRefused},
	{name: "400 too large", reply: respond(400, strings.Repeat("x", 1<<20+1)), retryable: true, kind: scp.KindResponse, status: 400, outcome: scp.OutcomeRefused},
	{name: "half JSON", reply: respond(200, `{"budget":`), retryable: true, kind: scp.KindResponse, status: 200},
}...)

// What the gateway says, with a status that it was not seen with.
const (
	rejection = `{"status":"TOO_MANY_REQUESTS","name":"Request was rejected by gateway","message":"HmacValidFail"}`
	noRoute   = `{"timestamp":"2026-06-05T04:44:11.384+00:00","path":"/v1/x","status":503,"error":"Not Found","requestId":"b3c3a2be-54172"}`
)

// testCertificate is signed by nobody that a machine trusts.
var testCertificate = func() tls.Certificate {
	s := httptest.NewUnstartedServer(nil)
	s.StartTLS()
	defer s.Close()
	certificate := s.TLS.Certificates[0]
	certificate.Leaf = s.Certificate()
	return certificate
}()

func refuse(err error) dialer {
	return func() (net.Conn, error) { return nil, err }
}

// overTLS is a server that speaks TLS its own way.
func overTLS(config *tls.Config) dialer {
	return func() (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			defer server.Close()
			_ = tls.Server(server, config).Handshake()
		}()
		return client, nil
	}
}

// trustTest trusts the test's certificate and nothing else.
func trustTest() *tls.Config {
	pool := x509.NewCertPool()
	pool.AddCert(testCertificate.Leaf)
	return &tls.Config{RootCAs: pool, ServerName: "example.com", MinVersion: tls.VersionTLS12}
}

// plainHTTP is a server that responds to everything with plain HTTP.
func plainHTTP() (net.Conn, error) {
	client, server := net.Pipe()
	go func() {
		defer server.Close()
		_, _ = server.Read(make([]byte, 4096))
		_, _ = server.Write([]byte("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"))
	}()
	return client, nil
}

// rewrite lets edit change a response.
func rewrite(next http.Handler, edit func(header http.Header, body []byte) []byte) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		record := httptest.NewRecorder()
		next.ServeHTTP(record, r)
		header := rw.Header()
		for name, values := range record.Header() {
			if name != "Content-Length" {
				header[name] = values
			}
		}
		body := edit(header, record.Body.Bytes())
		rw.WriteHeader(record.Code)
		if len(body) > 0 {
			_, _ = rw.Write(body)
		}
	})
}

func contentType(value string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return rewrite(next, func(header http.Header, body []byte) []byte {
			header["Content-Type"] = nil // keeps the server from guessing
			if value != "" {
				header.Set("Content-Type", value)
			}
			return body
		})
	}
}

// announced promises a body of 1 GiB and sends its beginning.
func announced(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		record := httptest.NewRecorder()
		next.ServeHTTP(record, r)
		if record.Code == http.StatusNoContent {
			record.Code = http.StatusOK // 204 has no body
		}
		cut(rw, record.Code, 1<<30, `{"filler":"`)
	})
}

// cutShort refuses with an error body whose end never comes.
func cutShort(http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { cut(rw, http.StatusBadRequest, 100, `{"err`) })
}

// cut sends the beginning of a body, and breaks the connection.
func cut(rw http.ResponseWriter, status, length int, beginning string) {
	rw.Header().Set("Content-Length", strconv.Itoa(length))
	rw.WriteHeader(status)
	_, _ = rw.Write([]byte(beginning))
	_ = http.NewResponseController(rw).Flush()
	panic(http.ErrAbortHandler)
}

// respond responds without the service.
func respond(status int, body string) func(http.Handler) http.Handler {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
			rw.WriteHeader(status)
			_, _ = rw.Write([]byte(body))
		})
	}
}

// unknownFields adds fields to every object, of every JSON type.
func unknownFields(next http.Handler) http.Handler {
	return rewrite(next, func(_ http.Header, body []byte) []byte {
		value := decoded(body)
		if value == nil {
			return body
		}
		var add func(v any)
		add = func(v any) {
			switch v := v.(type) {
			case map[string]any:
				for name, inner := range v {
					if name != "server_type_description" { // all its fields are taken as they come
						add(inner)
					}
				}
				v["x_new_text"], v["x_new_number"], v["x_new_null"] = "new", 1.5, nil
				v["x_new_list"], v["x_new_object"] = []any{1, "a", nil}, map[string]any{"id": "other", "errors": []any{}}
			case []any:
				for _, inner := range v {
					add(inner)
				}
			}
		}
		add(value)
		return encoded(value)
	})
}
