package main

// The service that is measured against: the emulator, in the process of the
// benchmark, behind a server that counts connections.

import (
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
)

type service struct {
	url      string
	emulator *emulator.Server
	server   *http.Server

	lock                 sync.Mutex
	opened, open, atOnce int
}

func startService(options emulator.Options) (*service, error) {
	e, err := emulator.New(options)
	if err != nil {
		return nil, err
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &service{url: "http://" + listener.Addr().String(), emulator: e}
	s.server = &http.Server{
		Handler:           e,
		ReadHeaderTimeout: 10 * time.Second,
		ConnState:         func(_ net.Conn, state http.ConnState) { s.count(state) },
	}
	go func() { _ = s.server.Serve(listener) }() // always ends with ErrServerClosed
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
	_ = s.server.Close()
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
