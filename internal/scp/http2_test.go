package scp

// A server that speaks HTTP/2 and ends the exchange once it has the whole request.
// net/http repeats such requests by itself, which a purchase must not be.

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"
)

// ending is how the server ends the exchange.
type ending struct {
	code   http2.ErrCode
	goAway bool
}

// serveEnding counts the requests that came in full.
func serveEnding(connection net.Conn, end ending, came *atomic.Int32) {
	defer connection.Close()
	if _, err := io.ReadFull(connection, make([]byte, len(http2.ClientPreface))); err != nil {
		return
	}
	framer := http2.NewFramer(connection, connection)
	_ = framer.WriteSettings()
	for {
		frame, err := framer.ReadFrame()
		if err != nil {
			return
		}
		ended := false
		switch frame := frame.(type) {
		case *http2.SettingsFrame:
			if !frame.IsAck() {
				_ = framer.WriteSettingsAck()
			}
		case *http2.HeadersFrame:
			ended = frame.StreamEnded()
		case *http2.DataFrame:
			ended = frame.StreamEnded()
		}
		if !ended {
			continue
		}
		came.Add(1)
		if end.goAway {
			_ = framer.WriteGoAway(0, end.code, nil)
			return
		}
		_ = framer.WriteRSTStream(frame.Header().StreamID, end.code)
	}
}

func TestHTTP2RepeatsNothingByItself(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]ending{
		"reset, protocol error": {code: http2.ErrCodeProtocol},
		"reset, refused":        {code: http2.ErrCodeRefusedStream},
		"reset, internal error": {code: http2.ErrCodeInternal},
		"reset, calm":           {code: http2.ErrCodeEnhanceYourCalm},
		"going away":            {code: http2.ErrCodeNo, goAway: true},
		"going away, error":     {code: http2.ErrCodeProtocol, goAway: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var came atomic.Int32
			server := httptest.NewUnstartedServer(nil)
			server.Config.TLSNextProto = map[string]func(*http.Server, *tls.Conn, http.Handler){
				"h2": func(_ *http.Server, connection *tls.Conn, _ http.Handler) { serveEnding(connection, end, &came) },
			}
			server.TLS = &tls.Config{NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12}
			server.StartTLS()
			t.Cleanup(server.Close)
			inner := newTransport()
			t.Cleanup(inner.CloseIdleConnections)
			inner.TLSClientConfig.RootCAs = x509.NewCertPool()
			inner.TLSClientConfig.RootCAs.AddCert(server.Certificate())
			c := newTest(t, nil, func(config *Config) {
				config.EndpointOverride, config.RequestTimeout, config.MaxRetries = server.URL, 20*time.Second, 0
			})
			c.transport = inner
			once := func(operation string, err error) {
				t.Helper()
				if n := came.Swap(0); n != 1 || OutcomeOf(err) != OutcomeUnknown {
					t.Errorf("%s: came %d times, want 1; outcome %v, want unknown: %v", operation, n, OutcomeOf(err), err)
				}
			}
			_, err := c.CreatePlannedCompute(t.Context(), PlannedComputeInput{ContractType: "01", OSType: "opensource", ServerType: "s1v1m2", ServiceID: "VIRTUAL_SERVER"})
			once("purchase", err)
			_, err = c.UpdatePlannedCompute(t.Context(), "pc-1", PlannedComputeChange{Action: ContractCancel})
			once("cancellation", err)
			_, err = c.CreateAccountBudget(t.Context(), BudgetInput{Name: "a", Amount: 1, Unit: "MONTHLY", StartMonth: "2026-01"})
			once("creation", err)
			// A read may be repeated, but not without end. (After a refusal net/http waits in between.)
			if end.code == http2.ErrCodeRefusedStream {
				return
			}
			if _, err = c.ShowPlannedCompute(t.Context(), "pc-1"); err == nil {
				t.Error("a read without a response succeeded")
			}
			if n := came.Swap(0); n < 1 || n > maxSends+1 {
				t.Errorf("a read came %d times, want at most %d", n, maxSends+1)
			}
		})
	}
}
