package scp

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

// Ten calls at once share one connection where the service speaks HTTP/2.
func TestOneConnectionOverHTTP2(t *testing.T) {
	t.Parallel()
	var connections atomic.Int32
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.WriteString(w, r.Proto) }))
	server.EnableHTTP2 = true
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	transport := &firstAlone{next: server.Client().Transport}

	var calls sync.WaitGroup
	for range 10 {
		calls.Go(func() {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL, nil)
			if err != nil {
				t.Error(err)
				return
			}
			response, err := transport.RoundTrip(request)
			if err != nil {
				t.Error(err)
				return
			}
			defer response.Body.Close()
			if body, err := io.ReadAll(response.Body); err != nil || string(body) != "HTTP/2.0" {
				t.Errorf("answer %q, error %v", body, err)
			}
		})
	}
	calls.Wait()
	if n := connections.Load(); n != 1 {
		t.Errorf("%d connections, want 1", n)
	}
}

// transportFunc is a transport that never opens a connection.
type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Others wait for the first call of their host only, until it has failed, and no
// longer than their own context.
func TestFirstAlone(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sent []string
		var lock sync.Mutex
		release, refused := make(chan struct{}), errors.New("connection refused")
		transport := &firstAlone{next: transportFunc(func(r *http.Request) (*http.Response, error) {
			lock.Lock()
			sent = append(sent, r.URL.String())
			lock.Unlock()
			if r.URL.Path == "/first" {
				<-release
			}
			return nil, refused
		})}
		call := func(ctx context.Context, url string, body io.Reader) error {
			request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, body)
			if err != nil {
				return err
			}
			_, err = transport.RoundTrip(request)
			return err
		}
		results := make(chan error, 2)
		go func() { results <- call(t.Context(), "http://a/first", nil) }()
		synctest.Wait()
		go func() { results <- call(t.Context(), "http://a/second", nil) }()
		synctest.Wait()

		impatient, cancel := context.WithCancel(t.Context())
		cancel()
		body := &closed{Reader: strings.NewReader("{}")}
		err := call(impatient, "http://a/impatient", body)
		var state connectionState
		if !errors.Is(err, context.Canceled) || !state.neverOpen(err) || !body.done {
			t.Errorf("the impatient call: error %v, known as never sent: %t, body closed: %t", err, state.neverOpen(err), body.done)
		}
		if err := call(t.Context(), "http://b/first-of-b", nil); !errors.Is(err, refused) {
			t.Errorf("the call to another host: %v", err)
		}
		lock.Lock()
		if got := strings.Join(sent, " "); got != "http://a/first http://b/first-of-b" {
			t.Errorf("sent while the first waits: %s", got)
		}
		lock.Unlock()

		close(release)
		for range 2 {
			if err := <-results; !errors.Is(err, refused) {
				t.Errorf("after the first ended: %v", err)
			}
		}
		if last := sent[len(sent)-1]; last != "http://a/second" {
			t.Errorf("the last one sent is %s", last)
		}
	})
}

// closed is a body that remembers that it was closed.
type closed struct {
	io.Reader
	done bool
}

func (c *closed) Close() error { c.done = true; return nil }

// A call that waited behind the first one until its time was over was not sent, and
// is known not to be.
func TestHeldBackCallsWereNotSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sent atomic.Int32
		transport := &firstAlone{next: transportFunc(func(r *http.Request) (*http.Response, error) {
			sent.Add(1)
			return hang(r)
		})}
		client := func(timeout time.Duration) *Client {
			return newTest(t, nil, func(config *Config) {
				config.Transport, config.RequestTimeout, config.MaxRetries, config.EndpointOverride = transport, timeout, 0, "http://127.0.0.1:1"
			})
		}
		patient := client(time.Minute)
		go func() { _, _ = patient.ShowAccountBudget(t.Context(), "b1") }()
		synctest.Wait()
		_, err := client(time.Second).CreateAccountBudget(t.Context(), validInput())
		e := wantError(t, err, KindTransport, 0, OutcomeNotSent)
		if n := sent.Load(); n != 1 || !strings.Contains(e.Error(), "no connection came free") {
			t.Errorf("%d calls were sent, want 1; %v", n, err)
		}
	})
}

// What changes something has connections of its own, and so has the catalogue that
// is read for it.
func TestLanes(t *testing.T) {
	t.Parallel()
	input := PlannedComputeInput{ContractType: "01", OSType: "opensource", ServerType: "s1v1m2", ServiceID: "VIRTUAL_SERVER"}
	for name, test := range map[string]struct {
		lane lane
		call func(c *Client) error
	}{
		"show a budget":   {readLane, func(c *Client) error { _, err := c.ShowAccountBudget(t.Context(), "b1"); return err }},
		"create a budget": {writeLane, func(c *Client) error { _, err := c.CreateAccountBudget(t.Context(), validInput()); return err }},
		"change a budget": {writeLane, func(c *Client) error { _, err := c.SetAccountBudget(t.Context(), "b1", validInput()); return err }},
		"remove a budget": {writeLane, func(c *Client) error { return c.DeleteAccountBudget(t.Context(), "b1") }},
		"show a contract": {readLane, func(c *Client) error { _, err := c.ShowPlannedCompute(t.Context(), "p1"); return err }},
		"buy a contract":  {writeLane, func(c *Client) error { _, err := c.CreatePlannedCompute(t.Context(), input); return err }},
		"end a contract": {writeLane, func(c *Client) error {
			_, err := c.UpdatePlannedCompute(t.Context(), "p1", PlannedComputeChange{Action: ContractCancel})
			return err
		}},
		"ask for a fee": {readLane, func(c *Client) error {
			_, err := c.ShowCancellationFee(t.Context(), []string{"p1"}, "kr-west1")
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var sent [len(lanes{})][]string
			c := newTest(t, nil, viaCatalogue(""))
			for l := range c.lanes {
				c.lanes[l] = transportFunc(func(r *http.Request) (*http.Response, error) {
					sent[l] = append(sent[l], r.Method)
					if len(sent[l]) == 1 {
						return answer(200, `{"endpoints":[{"region":null,"service_type":"scp-budget","url":"https://a.example"},{"region":null,"service_type":"scp-billingplan","url":"https://a.example"}]}`)(r)
					}
					return answer(400, serviceErr(400, "ValidationError", "No."))(r)
				})
			}
			err := test.call(c)
			wantError(t, err, KindService, 400, OutcomeRefused)
			if n := len(sent[test.lane]); n != 2 || len(sent[0])+len(sent[1]) != 2 {
				t.Errorf("reads %v, writes %v; want both requests in lane %d", sent[readLane], sent[writeLane], test.lane)
			}
		})
	}
}
