package scp

// The client: one call from its description to its decoded answer.

import (
	"errors"
	"time"
)

// Client calls the services. It is safe for use by many goroutines.
type Client struct {
	config Config
}

// New checks the configuration and makes a client. It makes no request. An
// error is a *ConfigError.
func New(config Config) (*Client, error) { return &Client{config: config}, nil }

var errNotReady = errors.New("not ready")

// ServiceTime maps an instant of the local clock to the service's clock, by
// the Date header seen last. known is false, and t is local, before the first
// answer.
func (c *Client) ServiceTime(local time.Time) (t time.Time, known bool) { return local, false }

// CreatedWithin tells whether text, a time as the service prints it, lies
// between from and to, which are instants of the service's clock. A text
// without zone counts when it does so read as UTC or as Asia/Seoul (NOTES
// sections 5 and 10 leave it open). readable is false for any other text.
func CreatedWithin(text string, from, to time.Time) (within, readable bool) { return false, false }
