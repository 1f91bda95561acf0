package scp

// The transport that sends requests unless the caller brings one.

import (
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"time"
)

// maxConnections is the number of connections to a host: Terraform's
// parallelism unless told otherwise. Without a bound a burst of first calls
// opens more connections than there are calls. Calls beyond it wait for a
// connection; over HTTP/2 all share one.
const maxConnections = 10

// defaultTransport is shared by all clients of the process, so that provider
// aliases share connections too. Proxy and certificate authorities come from
// the environment (HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE, SSL_CERT_DIR).
var defaultTransport = sync.OnceValue(func() http.RoundTripper {
	return &http.Transport{
		Proxy:               http.ProxyFromEnvironment,
		DialContext:         (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: 10 * time.Second,
		ForceAttemptHTTP2:   true,
		// A connection that died without a word is found by a ping, not by the
		// time-out of each call that waits on it.
		HTTP2:               &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 10 * time.Second},
		MaxConnsPerHost:     maxConnections,
		MaxIdleConnsPerHost: maxConnections,
		// Shorter than the idle time-outs of common servers and balancers: a
		// purchase must not go out on a connection that is being closed.
		IdleConnTimeout:        30 * time.Second,
		MaxResponseHeaderBytes: 256 << 10,
	}
})
