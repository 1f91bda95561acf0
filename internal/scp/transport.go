package scp

// The transports that send requests unless the caller brings one.

import (
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync"
	"time"
)

// Terraform makes ten calls at once unless told otherwise. It plans in one process,
// which reads, and applies in another, which writes: with a lane for each, a command
// opens no more connections to a host than it makes calls at once. These are for
// HTTP/1.1, where calls beyond them wait; over HTTP/2 all calls of a lane share one.
// Reads have more, since every plan waits for them, and few plans change many objects.
const (
	readConnections  = 7
	writeConnections = 3
)

// lane is the kind of work that a call belongs to.
type lane int

const (
	// readLane is for looking.
	readLane lane = iota
	// writeLane is for making, changing and removing.
	writeLane
)

// lanes are the transports, by lane.
type lanes [2]http.RoundTripper

// defaultLanes are shared by all clients of the process, so that provider
// aliases share connections too.
var defaultLanes = sync.OnceValue(func() lanes {
	return lanes{
		readLane:  &firstAlone{next: newTransport(readConnections)},
		writeLane: &firstAlone{next: newTransport(writeConnections)},
	}
})

// newTransport has at most so many connections to a host. Proxy and certificate
// authorities come from the environment (HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE,
// SSL_CERT_DIR).
func newTransport(connections int) *http.Transport {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: 10 * time.Second,
		ForceAttemptHTTP2:   true,
		// A connection that died without a word is found by a ping, not by the
		// time-out of each call that waits on it.
		HTTP2:               &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 10 * time.Second},
		MaxConnsPerHost:     connections,
		MaxIdleConnsPerHost: connections,
		// Shorter than the idle time-outs of common servers and balancers: a
		// purchase must not go out on a connection that is being closed.
		IdleConnTimeout:        30 * time.Second,
		MaxResponseHeaderBytes: 256 << 10,
	}
}

// firstAlone lets the first request to a host have its connection before others
// ask for one. Terraform begins with ten calls at once. Without this each of them
// opens a connection, although over HTTP/2 one is enough for all, which is not
// known before it is open.
type firstAlone struct {
	next  http.RoundTripper
	hosts sync.Map // of *hostGate, by scheme and host
}

// hostGate opens when the first request got its connection, or none.
type hostGate struct {
	once   sync.Once
	opened chan struct{}
}

func (g *hostGate) open() { g.once.Do(func() { close(g.opened) }) }

// RoundTrip sends the request, perhaps after a wait that ends with its context.
func (f *firstAlone) RoundTrip(request *http.Request) (*http.Response, error) {
	found, waits := f.hosts.LoadOrStore(request.URL.Scheme+"://"+request.URL.Host, &hostGate{opened: make(chan struct{})})
	gate, _ := found.(*hostGate)
	if !waits {
		defer gate.open()
		trace := &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { gate.open() }}
		return f.next.RoundTrip(request.WithContext(httptrace.WithClientTrace(request.Context(), trace)))
	}
	select {
	case <-gate.opened:
		return f.next.RoundTrip(request)
	case <-request.Context().Done():
		if request.Body != nil {
			_ = request.Body.Close() // as every RoundTripper has to
		}
		// Nothing was sent: the error says so like that of a dial.
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: request.Context().Err()}
	}
}
