package scp

// The transport that sends requests unless the caller brings one.

import (
	"crypto/tls"
	"net"
	"net/http"
	"sync"
	"time"
)

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
		HTTP2: &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 10 * time.Second},
		// Terraform's parallelism is 10 unless told otherwise; every call in
		// flight keeps its connection.
		MaxIdleConns:        256,
		MaxIdleConnsPerHost: 128,
		// Shorter than the idle time-outs of common servers and balancers: a
		// purchase must not go out on a connection that is being closed.
		IdleConnTimeout:        30 * time.Second,
		MaxResponseHeaderBytes: 256 << 10,
	}
})
