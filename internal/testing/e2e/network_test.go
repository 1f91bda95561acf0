package e2e

// A local SCP behind pipes instead of sockets. A synctest bubble can hold all of
// it, so that back-off, Retry-After and time-outs take no real time, while
// requests and responses go through the real HTTP client and server.

import (
	"bytes"
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"google.golang.org/grpc/test/bufconn"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

// Objects that every world holds.
const (
	budgetID   = "240200fd2b02490ca63bb3965048b4aa"
	contractID = "5f3688a192094ddeb0c94166a3e889aa"
	reservedID = "5f3688a192094ddeb0c94166a3e889bb"
	token      = "example-token-not-real"
)

// arrival is a request that reached the server.
type arrival struct {
	line string // METHOD path
	at   time.Time
	// rest is what a repetition has in common with it: its query and its body.
	rest, signature string
}

// world is an emulator, the pipes to it, and a client.
type world struct {
	scp    *emulator.Server
	client *scp.Client
	// base is the address of the services; empty where the catalogue has it.
	base string

	mu       sync.Mutex
	arrivals []arrival
}

// dialer opens a connection.
type dialer func() (net.Conn, error)

// options change a world.
type options struct {
	// wrap stands between the network and the emulator.
	wrap func(http.Handler) http.Handler
	// dial stands between the client and the pipes; n counts from 1.
	dial func(n int, next dialer) (net.Conn, error)
	// https encrypts all connections; trusted lets the client trust the certificate.
	https, trusted bool
	// change edits the client's configuration.
	change func(*scp.Config)
}

// hosts gives every world a host of its own: the rate towards a host is shared
// by the process.
var hosts atomic.Int64

// newWorld creates a world inside a bubble. It is taken down when the test ends.
func newWorld(t testing.TB, o options) *world {
	t.Helper()
	server, err := emulator.New(emulator.Options{Usages: 5, Bills: 5})
	if err != nil {
		t.Fatal(err)
	}
	// Purchases are refused for half an hour before midnight in Seoul.
	server.Advance(3 * time.Hour)
	server.PutBudget(emulator.Budget{
		ID: budgetID, Name: "team-a", Amount: 1000,
		Notifications: emulator.Notifications{IsUseNotification: true, Receivers: []string{"a@example.com"}, Thresholds: []int64{80, 100}},
		Prevention:    emulator.Prevention{Receivers: []string{}, Threshold: 80},
	})
	bought := server.Now().AddDate(0, 0, -100)
	server.PutPlannedCompute(emulator.PlannedCompute{ID: contractID, ServerType: "s1v2m4", CreatedAt: bought})
	server.PutPlannedCompute(emulator.PlannedCompute{ID: reservedID, ServerType: "s1v2m4", NextContractType: "01", CreatedAt: bought})
	server.SetPayments(`{"payer_account_id": "p", "payer_account_name": "본사", "payer_account_type": "MEMBER",
		"bill_year_month": "1999-12", "used_year_month": "1999-11", "payment_date": "1999-12-20", "suspended_year_month": null,
		"bill_currency": "KRW", "payment_currency": "KRW", "payment_state": "PAID",
		"bill_amount": {"krw": "12.000", "usd": "0.00"}, "used_amount": {"krw": "12.000", "usd": "0.00"},
		"unpaid_amount": {"krw": "0.000", "usd": "0.00"}, "paid_amount": {"krw": "12.000", "usd": "0.00"},
		"accumulated_unpaid_amount": {"krw": "0.000", "usd": "0.00"}}`)

	w := &world{scp: server}
	var handler http.Handler = server
	if o.wrap != nil {
		handler = o.wrap(handler)
	}
	pipes := bufconn.Listen(1 << 14)
	listener := net.Listener(pipes)
	if o.https {
		listener = tls.NewListener(pipes, &tls.Config{Certificates: []tls.Certificate{testCertificate}, MinVersion: tls.VersionTLS12})
	}
	web := &http.Server{Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		at := time.Now()
		body, _ := io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		w.mu.Lock()
		w.arrivals = append(w.arrivals, arrival{r.Method + " " + r.URL.EscapedPath(), at, r.URL.RawQuery + " " + string(body), r.Header.Get("Scp-Signature")})
		w.mu.Unlock()
		handler.ServeHTTP(rw, r)
	})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = web.Serve(listener)
	}()
	dials := 0
	transport := &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		if dials++; o.dial != nil {
			return o.dial(dials, func() (net.Conn, error) { return pipes.DialContext(ctx) })
		}
		return pipes.DialContext(ctx)
	}, ReadBufferSize: 1 << 20} // a body over the limit comes in few pieces
	if o.trusted {
		transport.TLSClientConfig = trustTest()
	}
	n := hosts.Add(1)
	config := scp.Config{
		AccessKey: emulator.ExampleAccessKey, SecretKey: emulator.ExampleSecretKey, AuthToken: token,
		EndpointOverride: fmt.Sprintf("http://127.%d.%d.%d", 1+n>>16, n>>8&255, n&255),
		MaxRetries:       retries, Transport: transport,
	}
	if o.change != nil {
		o.change(&config)
	}
	w.base = config.EndpointOverride
	if w.client, err = scp.New(config); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Close()
		_ = web.Close()
		<-done
	})
	return w
}

// retries is max_retries of the client, the provider's default.
const retries = 5

// lines are the requests that arrived.
func (w *world) lines() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var lines []string
	for _, a := range w.arrivals {
		lines = append(lines, a.line)
	}
	return lines
}

// apart is the time between the first two requests.
func (w *world) apart() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.arrivals) < 2 {
		return 0
	}
	return w.arrivals[1].at.Sub(w.arrivals[0].at)
}
