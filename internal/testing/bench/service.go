package main

// The service that is measured against: the emulator, in the process of the
// benchmark, behind a server that counts connections.

import (
	"encoding/pem"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
)

type service struct {
	url      string
	emulator *emulator.Server
	server   *httptest.Server

	lock                 sync.Mutex
	opened, open, atOnce int
}

// startService serves over HTTP/1.1 in the clear.
func startService(options emulator.Options) (*service, error) {
	s, err := newService(options)
	if err == nil {
		s.server.Start()
		s.url = s.server.URL
	}
	return s, err
}

// startEncrypted serves as the real service may: over TLS, and over HTTP/2 to a client
// that knows it. The file gets the certificate.
func startEncrypted(options emulator.Options, certificate string) (*service, error) {
	s, err := newService(options)
	if err != nil {
		return nil, err
	}
	s.server.EnableHTTP2 = true
	s.server.StartTLS()
	s.url = s.server.URL
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.server.Certificate().Raw})
	if err := os.WriteFile(certificate, text, 0o600); err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func newService(options emulator.Options) (*service, error) {
	e, err := emulator.New(options)
	if err != nil {
		return nil, err
	}
	s := &service{emulator: e, server: httptest.NewUnstartedServer(e)}
	s.server.Config.ReadHeaderTimeout = 10 * time.Second
	s.server.Config.ConnState = func(_ net.Conn, state http.ConnState) { s.count(state) }
	return s, nil
}

func (s *service) count(state http.ConnState) {
	s.lock.Lock()
	defer s.lock.Unlock()
	switch state {
	case http.StateNew:
		s.opened++
		s.open++
		s.atOnce = max(s.atOnce, s.open)
	case http.StateClosed, http.StateHijacked:
		s.open--
	default: // in use or idle
	}
}

func (s *service) close() {
	_ = s.emulator.Close() // it has no state file that could be behind
	s.server.CloseClientConnections()
	s.server.Close()
}

// Traffic is what one command caused at the service.
type Traffic struct {
	// Requests counts by method.
	Requests map[string]int `json:"requests"`
	// Total is their sum.
	Total int `json:"total"`
	// MostReads is how often the object that was read most often was read.
	MostReads int `json:"most_reads_of_one_object"`
	// Connections counts those that were opened.
	Connections int `json:"connections"`
	// AtOnce is the most that were open at the same time. A command of Terraform
	// runs one provider process after another, and each opens its own.
	AtOnce int `json:"connections_at_once"`
}

// take gives the traffic since the last call.
func (s *service) take() Traffic {
	s.lock.Lock()
	t := Traffic{Requests: map[string]int{}, Connections: s.opened, AtOnce: s.atOnce}
	s.opened, s.atOnce = 0, s.open
	s.lock.Unlock()
	reads := map[string]int{}
	for _, r := range s.emulator.Requests() {
		t.Total++
		t.Requests[r.Method]++
		if r.Method == http.MethodGet && strings.HasPrefix(r.Path, "/v1/budgets/account/") {
			reads[r.Path]++
			t.MostReads = max(t.MostReads, reads[r.Path])
		}
	}
	s.emulator.ResetRequests()
	return t
}
