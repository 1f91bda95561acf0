package scp

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// memory is a network in memory, for a server whose time is a fake.
type memory chan net.Conn

func (m memory) Accept() (net.Conn, error) {
	if c, ok := <-m; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}
func (m memory) Close() error   { close(m); return nil }
func (m memory) Addr() net.Addr { return &net.IPAddr{} }
func (m memory) dial(context.Context, string, string) (net.Conn, error) {
	near, far := net.Pipe()
	m <- far
	return near, nil
}

// serveInMemory answers on a network in memory, which is what the transport dials.
func serveInMemory(t *testing.T, transport *http.Transport, handler http.HandlerFunc) {
	t.Helper()
	network, server := make(memory), &http.Server{Handler: handler}
	transport.DialContext, transport.Proxy = network.dial, nil
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = server.Serve(network)
	}()
	t.Cleanup(func() {
		transport.CloseIdleConnections()
		_ = server.Close()
		<-done
	})
}

// All connections may be in use by slow calls. To wait for one is no failed attempt,
// however long it takes, and the request is signed when it goes out.
func TestSlowCallsFailNoOthers(t *testing.T) {
	t.Parallel()
	const calls = 10
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var most, now int
		var oldest time.Duration
		transport := newTransport(writeConnections)
		serveInMemory(t, transport, func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			mu.Lock()
			now++
			most = max(most, now)
			oldest = max(oldest, ageOf(t, r))
			mu.Unlock()
			time.Sleep(25 * time.Second)
			mu.Lock()
			now--
			mu.Unlock()
			w.WriteHeader(http.StatusCreated)
			_, _ = io.WriteString(w, aBudget)
		})
		c := newTest(t, nil, func(config *Config) {
			config.MaxRetries, config.EndpointOverride = 0, "http://127.0.0.1:1"
		})
		c.lanes = lanes{nil, newQueue(transport, writeConnections)}
		began := time.Now()
		var waiting sync.WaitGroup
		for range calls {
			waiting.Go(func() {
				if _, err := c.CreateAccountBudget(t.Context(), validInput()); err != nil {
					t.Error(err)
				}
			})
		}
		waiting.Wait()
		rounds := (calls + writeConnections - 1) / writeConnections
		if took, want := time.Since(began), time.Duration(rounds)*25*time.Second; took != want || most != writeConnections {
			t.Errorf("took %s, want %s; %d at once, want %d", took, want, most, writeConnections)
		}
		if oldest > 0 {
			t.Errorf("a request was signed %s before it was sent", oldest)
		}
	})
}

// A pause that the service asks for holds back the calls that wait for a place, too.
func TestPauseHoldsBackTheQueue(t *testing.T) {
	t.Parallel()
	const asked = 4 * time.Second
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		var sent []time.Duration
		began := time.Now()
		queue := newQueue(transportFunc(func(r *http.Request) (*http.Response, error) {
			mu.Lock()
			sent = append(sent, time.Since(began))
			refused := len(sent) <= 2
			mu.Unlock()
			time.Sleep(300 * time.Millisecond)
			if refused {
				return answer(429, serviceErr(429, "TooManyRequests", "Slow down."), "Retry-After", strconv.Itoa(int(asked.Seconds())))(r)
			}
			return answer(200, aBudget)(r)
		}), 2)
		c := newTest(t, nil, nil)
		c.lanes = lanes{queue, queue}
		showTogether(t, c, 10)
		for _, at := range sent[2:] {
			if at < asked+300*time.Millisecond {
				t.Errorf("sent after %s, within the pause", at)
			}
		}
	})
}

// Where one connection carries all calls nobody waits for a place, and the first call
// has its connection before the others ask for one.
func TestOneConnectionOverHTTP2(t *testing.T) {
	t.Parallel()
	const calls = 2 * readConnections
	var connections, came atomic.Int32
	all := make(chan struct{})
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if came.Add(1) == calls {
			close(all)
		}
		select {
		case <-all:
			_, _ = io.WriteString(w, aBudget)
		case <-r.Context().Done():
		}
	}))
	server.EnableHTTP2 = true
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	c := newTest(t, nil, func(config *Config) { config.EndpointOverride, config.MaxRetries = server.URL, 0 })
	c.lanes = lanes{newQueue(server.Client().Transport, readConnections), nil}
	showTogether(t, c, calls)
	if n := connections.Load(); n != 1 {
		t.Errorf("%d connections, want 1", n)
	}
}

// Others wait for the first call of their host only, until it has its connection or
// has ended without one.
func TestTheFirstCallGoesAlone(t *testing.T) {
	t.Parallel()
	a, b := &url.URL{Scheme: "https", Host: "a.example"}, &url.URL{Scheme: "https", Host: "b.example"}
	for name, test := range map[string]struct {
		end func(place)
		let int // of the five others, how many go on then
	}{
		"HTTP/1.1":      {func(p place) { p.connected(true) }, 1},
		"HTTP/2":        {func(p place) { p.connected(false) }, 5},
		"no connection": {place.leave, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				q := newQueue(nil, 2)
				first, err := q.enter(t.Context(), a)
				if err != nil {
					t.Fatal(err)
				}
				var entered atomic.Int32
				ctx, cancel := context.WithCancel(t.Context())
				var others sync.WaitGroup
				for range 5 {
					others.Go(func() {
						if _, err := q.enter(ctx, a); err == nil {
							entered.Add(1)
						} else if busy := (busyError{}); !errors.As(err, &busy) || !errors.Is(err, context.Canceled) {
							t.Errorf("the error of one that waited: %v", err)
						}
					})
				}
				if _, err := q.enter(ctx, b); err != nil {
					t.Errorf("a call to another host: %v", err)
				}
				synctest.Wait()
				if n := entered.Load(); n != 0 {
					t.Errorf("%d went on before the first had its connection", n)
				}
				test.end(first)
				synctest.Wait()
				if n := int(entered.Load()); n != test.let {
					t.Errorf("%d of 5 went on, want %d", n, test.let)
				}
				cancel()
				others.Wait()
			})
		})
	}
}

// A place that was left goes to the next, whatever became of the call.
func TestPlacesAreGivenBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		queue := newQueue(transportFunc(func(r *http.Request) (*http.Response, error) {
			time.Sleep(time.Second)
			return answer(500, "broken")(r)
		}), 2)
		c := newTest(t, nil, func(config *Config) { config.MaxRetries = 1 })
		c.lanes = lanes{queue, queue}
		var waiting sync.WaitGroup
		for range 20 {
			waiting.Go(func() {
				_, err := c.ShowAccountBudget(t.Context(), "b1")
				wantError(t, err, KindResponse, 500, OutcomeUnknown)
			})
		}
		waiting.Wait()
		for range 2 {
			if _, err := queue.enter(t.Context(), &url.URL{Scheme: "https", Host: strings.TrimPrefix(testBase, "https://")}); err != nil {
				t.Error(err)
			}
		}
	})
}

// A call that waited until its time was over was not sent, and is known not to be.
func TestHeldBackCallsWereNotSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sent atomic.Int32
		queue := newQueue(transportFunc(func(r *http.Request) (*http.Response, error) {
			sent.Add(1)
			return hang(r)
		}), 1)
		c := newTest(t, nil, func(config *Config) { config.RequestTimeout, config.MaxRetries = time.Minute, 0 })
		c.lanes = lanes{queue, queue}
		go func() { _, _ = c.ShowAccountBudget(t.Context(), "b1") }()
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err := c.CreateAccountBudget(ctx, validInput())
		e := wantError(t, err, KindTransport, 0, OutcomeNotSent)
		if n := sent.Load(); n != 1 || !IsHeldBack(err) || !strings.Contains(e.Error(), "other calls to the host had all connections") || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("%d calls were sent, want 1; %v", n, err)
		}
	})
}

// ageOf is how long ago a request was signed.
func ageOf(t *testing.T, r *http.Request) time.Duration {
	t.Helper()
	signed, err := strconv.ParseInt(r.Header.Get("Scp-Timestamp"), 10, 64)
	if err != nil {
		t.Errorf("the time of the signature: %v", err)
	}
	return time.Since(time.UnixMilli(signed))
}
