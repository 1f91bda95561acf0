package scp

// What a client is made from, and the checks that need no request.

import (
	"context"
	"net/http"
	"time"
)

// Service is one of the three services. Its text is the first label of the
// service's host and the first word of Scp-Api-Version.
type Service string

// The services.
const (
	ServiceBillingPlan  Service = "billingplan"
	ServiceBudget       Service = "budget"
	ServiceCostExplorer Service = "costexplorer"
)

// Config is what New needs. Only AccessKey, SecretKey and one way to find the
// hosts (Environment, AuthURL, EndpointOverride or Endpoints) are required.
type Config struct {
	// Environment is "s", "g" or "e". It gives the hosts of the services
	// without a request, and the default of AuthURL.
	Environment string
	// AuthURL is the identity service, such as
	// https://iam.e.samsungsdscloud.com/v1, with or without /endpoints.
	AuthURL string
	// DefaultRegion chooses among catalogue rows.
	DefaultRegion string

	AccessKey string
	SecretKey string
	// AuthToken is sent as X-Auth-Token when it is set.
	AuthToken string
	// AccountID is sent as Scp-AccountId, and signed, when it is set.
	AccountID string

	// Endpoints are base URLs of single services. They win over
	// EndpointOverride, that over Environment, and that over the catalogue.
	Endpoints        map[Service]string
	EndpointOverride string

	// Language is sent as Accept-Language; "" is en-US.
	Language string

	// RequestTimeout bounds one attempt, body included; 0 is 30 seconds.
	RequestTimeout time.Duration
	// MaxRetries is how often a call is repeated; 0 is never.
	MaxRetries int
	// MaxRequestsPerSecond bounds the pace of this client; 0 is no bound.
	MaxRequestsPerSecond float64

	UserAgent string
	// Transport sends the requests; nil is a transport that takes proxy and
	// certificates from the environment and keeps connections.
	Transport http.RoundTripper
	// Observe, when set, is told of each attempt. It must not block.
	Observe func(ctx context.Context, e Event)
}

// Event is one attempt, made for logs: no header, no body, no query value.
type Event struct {
	Operation string
	Method    string
	Host      string
	// Path is the path as sent, without the query.
	Path string
	// QueryKeys are the names of the query parameters, sorted.
	QueryKeys []string
	// Attempt counts from 1.
	Attempt int
	// StatusCode is 0 when no answer came.
	StatusCode int
	Duration   time.Duration
	RequestID  string
	// Error is "" when the attempt succeeded.
	Error string
	// NextWait is how long the client waits before it tries again; Retry
	// tells whether it will.
	Retry    bool
	NextWait time.Duration
}

// ConfigError is a setting or an argument that cannot be used. No request was
// made.
type ConfigError struct {
	// Setting is the name of the setting, such as "auth_url" or
	// "endpoints.budget", or of the argument, such as "budget_id".
	Setting string
	// Problem says what is wrong with it, never with a secret in it.
	Problem string
}

func (e *ConfigError) Error() string { return e.Setting + ": " + e.Problem }
