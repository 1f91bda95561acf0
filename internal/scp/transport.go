package scp

// The transports that send requests unless the caller brings one.

import (
	"crypto/tls"
	"net"
	"net/http"
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

// lanes are the ways to send a request, by lane.
type lanes [2]*queue

// defaultLanes are shared by all clients of the process. (Under Terraform each
// provider alias is a process of its own.)
var defaultLanes = sync.OnceValue(func() lanes {
	return lanes{
		readLane:  newQueue(newTransport(readConnections), readConnections),
		writeLane: newQueue(newTransport(writeConnections), writeConnections),
	}
})

// lanesOf sends everything with the transport that a caller brings, if there is one.
func lanesOf(transport http.RoundTripper) lanes {
	if transport == nil {
		return defaultLanes()
	}
	all := newQueue(transport, 0)
	return lanes{all, all}
}

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
