package scp

// The transport that sends requests, and the state of its connections.

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"sync"
	"time"
)

// newTransport returns a transport with at most slotsPerHost connections to a host. Proxy and
// certificate authorities come from the environment (HTTPS_PROXY, NO_PROXY, SSL_CERT_FILE,
// SSL_CERT_DIR).
func newTransport() *http.Transport {
	return &http.Transport{
		Proxy: http.ProxyFromEnvironment,
		OnProxyConnectResponse: func(_ context.Context, proxy *url.URL, _ *http.Request, response *http.Response) error {
			if response.StatusCode == http.StatusOK {
				return nil
			}
			return &proxyError{address: proxy.Host, status: response.StatusCode}
		},
		DialContext:         (&net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}).DialContext,
		TLSClientConfig:     &tls.Config{MinVersion: tls.VersionTLS12},
		TLSHandshakeTimeout: 10 * time.Second,
		ForceAttemptHTTP2:   true,
		// A ping detects a dead connection, rather than the timeout of each request that waits
		// for it.
		HTTP2:               &http.HTTP2Config{SendPingTimeout: 15 * time.Second, PingTimeout: 10 * time.Second},
		MaxConnsPerHost:     slotsPerHost,
		MaxIdleConnsPerHost: slotsPerHost,
		// Shorter than the idle timeouts of common servers and balancers: a
		// purchase must not go out on a connection that is being closed.
		IdleConnTimeout:        30 * time.Second,
		MaxResponseHeaderBytes: 256 << 10,
	}
}

// maxSends is how often net/http may send one attempt: if an idle connection turns out to be
// dead, it takes another. Over HTTP/2 it would continue forever.
const maxSends = slotsPerHost + 2

// connectionState is what the transport reports about its connections during one attempt. It
// is written by the transport, perhaps in other goroutines.
type connectionState struct {
	mu sync.Mutex
	// opening and open report whether the transport looked for a connection, and
	// whether it got one. Without a connection nothing can have been sent.
	opening, open bool
	// http1 reports that the connection is known to speak HTTP/1.1.
	http1 bool
	sends int
}

// trace records the connections of an attempt. sending is called before each time that
// net/http sends it.
func (s *connectionState) trace(sending func(times int)) *httptrace.ClientTrace {
	return &httptrace.ClientTrace{
		GetConn: func(string) {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.opening = true
		},
		GotConn: func(info httptrace.GotConnInfo) {
			s.mu.Lock()
			s.open, s.http1 = true, true
			if encrypted, ok := info.Conn.(interface{ ConnectionState() tls.ConnectionState }); ok {
				protocol := encrypted.ConnectionState().NegotiatedProtocol
				s.http1 = protocol == "" || protocol == "http/1.1"
			}
			s.sends++
			sends := s.sends
			s.mu.Unlock()
			sending(sends)
		},
	}
}

// resendsUnsentOnly reports whether net/http resends a body only if no byte of the request was
// sent, for example because the server had closed the connection. That holds for HTTP/1.1.
// Over HTTP/2 it repeats requests that were sent in full, purchases too, when the server
// resets the stream or shuts down.
func (s *connectionState) resendsUnsentOnly() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.http1
}

// unconnected reports whether the transport looked for a connection and got none.
func (s *connectionState) unconnected() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.opening && !s.open
}

// proxyError is a proxy that refused to connect. Nothing reached the service.
type proxyError struct {
	address string
	status  int
}

func (e *proxyError) Error() string {
	variable := "HTTPS_PROXY"
	if os.Getenv("HTTPS_PROXY") == "" {
		variable = "https_proxy"
	}
	return fmt.Sprintf("the proxy %s (%s) refused the connection: %d %s", e.address, variable, e.status, http.StatusText(e.status))
}
