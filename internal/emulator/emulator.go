package emulator

// The server itself: options, start and stop, and the path of a request.

import (
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// Default credentials and names. They are examples and give access to nothing.
const (
	ExampleAccessKey = "EXAMPLEACCESSKEY0001"
	ExampleSecretKey = "example-secret-key-not-real-0001"
	ExampleAccountID = "0e0a0c1e5a3f4c1b9d2e7f6a5b4c3d2e"
	ExampleUser      = "example-user"
	DefaultRegion    = "kr-west1"
)

// maxBody is the largest request body that is read. It is the emulator's own limit; no source
// states one.
const maxBody = 1 << 20

// Options say what the emulator accepts and how it behaves. The zero value is a
// working empty service with the example credentials.
type Options struct {
	AccessKey string // default ExampleAccessKey
	SecretKey string // default ExampleSecretKey
	AccountID string // the account that is accepted in Scp-AccountId; "" accepts any
	User      string // what created_by and modified_by say; default ExampleUser
	Strict    bool   // refuse request fields that the API does not know, which the services tolerate
	Region    string // region of the catalogue rows and of new objects; default DefaultRegion
	Seed      string // "empty" (default) or "demo"; without effect when StateFile exists

	// APIVersions are the versions by service, the current one first; others have those
	// of September 2026.
	APIVersions map[string][]string

	Usages int // rows that CostExplorer holds; 0 is its default
	Bills  int // as Usages

	Latency    time.Duration // added before every response
	Faults     []Fault
	RequestLog io.Writer // one JSON line per request, secrets masked
	StateFile  string    // JSON; read at the start when it exists, written after every change
	Now        func() time.Time
	// Start is the emulated time at which the clock starts to run. Without it the clock is
	// Now. A state file has its own clock.
	Start   time.Time
	Guesses Guesses
}

// Server is the emulator as an http.Handler. All its methods may be called at any
// time from any goroutine.
type Server struct {
	opt      Options
	services []service
	routes   []*route

	offset atomic.Int64 // nanoseconds between Options.Now and the emulated time
	closed chan struct{}
	once   sync.Once
	// refused is the service that refused a version last; nil before.
	refused atomic.Pointer[string]

	mu      sync.Mutex // guards the state of all services, and faults, dirty and saveErr
	faults  []*activeFault
	dirty   bool  // a service changed its state since the last save
	saveErr error // the last failure to write the state file

	requests requestLog
}

// New creates a Server. It returns an error for invalid options: an unknown seed or guess
// value, a fault rule that matches nothing, a state file that cannot be read.
func New(opt Options) (*Server, error) {
	setDefault(&opt.AccessKey, ExampleAccessKey)
	setDefault(&opt.SecretKey, ExampleSecretKey)
	setDefault(&opt.User, ExampleUser)
	setDefault(&opt.Region, DefaultRegion)
	setDefault(&opt.Seed, seedEmpty)
	if opt.Now == nil {
		opt.Now = time.Now
	}
	switch {
	case opt.Seed != seedEmpty && opt.Seed != seedDemo:
		return nil, fmt.Errorf("seed %q is unknown; choose %q or %q", opt.Seed, seedDemo, seedEmpty)
	case opt.Usages < 0 || opt.Bills < 0:
		return nil, errors.New("the number of usages and bills must not be negative")
	case opt.Latency < 0:
		return nil, errors.New("the latency must not be negative")
	}
	if err := opt.Guesses.check(); err != nil {
		return nil, err
	}
	s := &Server{opt: opt, closed: make(chan struct{})}
	if !opt.Start.IsZero() {
		s.offset.Store(int64(opt.Start.Sub(opt.Now())))
	}
	s.requests.out = opt.RequestLog
	for _, f := range opt.Faults {
		if err := f.check(); err != nil {
			return nil, fmt.Errorf("fault rule: %w", err)
		}
		s.faults = append(s.faults, &activeFault{Fault: f})
	}
	for _, plug := range registry {
		svc := plug(s)
		s.services = append(s.services, svc)
		for _, rt := range svc.routes() {
			rt.service = svc
			s.routes = append(s.routes, &rt)
		}
	}
	loaded, err := s.load()
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !loaded {
		for _, svc := range s.services {
			svc.seed(opt.Seed)
		}
		s.dirty = true
	}
	if err := s.save(); err != nil {
		return nil, err
	}
	return s, nil
}

// Close ends all waiting responses. It returns the last failure to write the state file, if
// the file is out of date.
func (s *Server) Close() error {
	s.once.Do(func() { close(s.closed) })
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.saveErr
}

// Running is a listening Server.
type Running struct {
	*Server
	URL string // http://127.0.0.1:port, without a slash at the end; a loopback address also when it listens on all

	http *http.Server
	done chan struct{}
}

// Start listens on a free port of 127.0.0.1.
func Start(opt Options) (*Running, error) { return Listen("127.0.0.1:0", opt) }

// Listen is Start with a given address.
func Listen(addr string, opt Options) (*Running, error) {
	s, err := New(opt)
	if err != nil {
		return nil, err
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	r := &Running{Server: s, URL: localURL(l.Addr()), done: make(chan struct{}), http: &http.Server{
		Handler:           s,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       time.Minute,
		IdleTimeout:       2 * time.Minute,
	}}
	go func() {
		defer close(r.done)
		_ = r.http.Serve(l) // always ends with ErrServerClosed, by Close
	}()
	return r, nil
}

// localURL returns the URL of a listener on this machine. For a listener on all addresses, it
// is a loopback address.
func localURL(addr net.Addr) string {
	text := addr.String()
	if tcp, ok := addr.(*net.TCPAddr); ok && tcp.IP.IsUnspecified() {
		text = net.JoinHostPort("127.0.0.1", strconv.Itoa(tcp.Port))
	}
	return "http://" + text
}

// Close stops listening, drops all connections and closes the Server.
func (r *Running) Close() error {
	err := r.Server.Close()
	if cerr := r.http.Close(); err == nil {
		err = cerr
	}
	<-r.done
	return err
}

// Now returns the emulated time: Options.Now plus the total of all Advance calls.
func (s *Server) Now() time.Time { return s.opt.Now().Add(time.Duration(s.offset.Load())) }

// Advance moves the emulated clock. What is due by then (a contract that ends) happens before
// the next response. Timestamps of signatures are still compared with Options.Now, so that
// clients with a real clock continue to work; to make the clock wrong for them too, set
// Options.Now.
func (s *Server) Advance(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offset.Add(int64(d))
	s.dirty = true
	_ = s.save() // Close reports it
}

// ServeHTTP serves one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := s.newCall(r)
	c.readBody()

	f := s.takeFault(r.Method, c.path)
	out := &reply{}
	processed := false
	if f.mode().processed {
		if out = c.refusal(); out == nil {
			out, processed = s.respond(c)
		}
	}
	if alter := f.mode().alter; alter != nil {
		alter(f, c, out)
	}
	status := out.status
	if f.resets() {
		status = 0 // no response was sent at all
	}
	// Recorded before the response is sent: a client that has the response can rely on the
	// record.
	s.requests.add(c.record(status, f, processed))

	delay := s.opt.Latency
	if f.Mode != "slow" {
		delay += f.Delay
	}
	if !s.wait(r, delay) {
		panic(http.ErrAbortHandler) // the client is gone, or the emulator closes
	}
	s.send(w, r, out, f)
}

// respond runs a request through everything except faults. It reports whether the request
// reached its operation, even if the operation refused it.
func (s *Server) respond(c *call) (*reply, bool) {
	if c.r.Method == http.MethodOptions {
		return &reply{status: http.StatusForbidden}, false // NOTES section 4, observed
	}
	if c.route == nil || !c.route.open {
		if refused := s.authenticate(c); refused != nil {
			return refused, false
		}
	}
	if c.route == nil {
		return c.noRoute(), false
	}
	if refused := c.checkForm(); refused != nil {
		return refused, false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out := c.route.handle(c)
	if err := s.save(); err != nil {
		return c.fail(http.StatusInternalServerError, codeInternal, textInternal), true
	}
	return out, true
}

// wait sleeps, and returns false if the client or the emulator went away in the meantime.
func (s *Server) wait(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return true
	case <-r.Context().Done():
		return false
	case <-s.closed:
		return false
	}
}

func setDefault(v *string, d string) {
	if *v == "" {
		*v = d
	}
}
