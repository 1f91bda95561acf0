package scp

// What a client is made from, and the checks that need no request.

import (
	"cmp"
	"context"
	"net/http"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/net/http/httpguts"
)

// Service is one of the services. Its value is the first label of the
// service's host and the first word of Scp-Api-Version.
type Service string

// services are all of them.
var services = []Service{ServiceBillingPlan, ServiceBudget, ServiceCostExplorer, ServicePricing}

// The services.
const (
	ServiceBillingPlan  Service = "billingplan"
	ServiceBudget       Service = "budget"
	ServiceCostExplorer Service = "costexplorer"
	ServicePricing      Service = "pricing"
)

// defaultRequestTimeout bounds one attempt when Config.RequestTimeout is 0.
const defaultRequestTimeout = 30 * time.Second

// Config is what New needs. Calls need AccessKey and SecretKey, and one way to find
// the hosts: Environment, AuthURL, EndpointOverride or Endpoints.
type Config struct {
	// Environment is "s", "g" or "e". The hosts of the services follow from it, without a
	// request (NOTES section 2).
	Environment string
	// AuthURL is the identity service, such as
	// https://iam.e.samsungsdscloud.com/v1, with or without /endpoints.
	AuthURL string
	// DefaultRegion chooses among the rows of the catalogue.
	DefaultRegion string

	AccessKey string
	SecretKey string
	// AuthToken is sent as X-Auth-Token when it is set.
	AuthToken string
	// AccountID is sent as Scp-AccountId, and signed, when it is set.
	AccountID string

	// Endpoints are base URLs of single services. They take precedence over EndpointOverride,
	// which takes precedence over Environment, and that over the catalogue.
	Endpoints        map[Service]string
	EndpointOverride string

	// APIVersions pins the API version of services, such as "1.0".
	APIVersions map[Service]string

	// Language is sent as Accept-Language; "" is en-US.
	Language string

	// RequestTimeout bounds one attempt from its signature to the end of its
	// response, and before that the time until it has a connection; 0 is
	// defaultRequestTimeout. Waits for a slot are not counted.
	RequestTimeout time.Duration
	// MaxRetries is how often a call is repeated; 0 is never.
	MaxRetries int
	// MaxRequestsPerSecond bounds the rate of this client; 0 is no bound.
	MaxRequestsPerSecond float64

	// LookAgain lists the pauses between reads of an object that was just created or changed;
	// nil means 1, 2, 4 and 8 seconds.
	LookAgain []time.Duration

	UserAgent string
	// Transport sends the requests. It does not handle redirects: the client never follows
	// one. nil means transports shared by the process, which take proxy and certificates from
	// the environment.
	Transport http.RoundTripper
	// Observe, when set, is called after each attempt. Calls come from many
	// goroutines at once.
	Observe func(ctx context.Context, e Event)
	// Notice, when set, receives what users should know besides results and errors.
	Notice func(text string)
}

// Event is one attempt, made for logs: no header, no body, no query value.
type Event struct {
	Operation string
	Method    string
	Host      string
	// Path is the path as sent, without the query.
	Path string
	// QueryKeys lists the names of the query parameters, sorted.
	QueryKeys []string
	// Attempt counts from 1.
	Attempt int
	// StatusCode is 0 when no response came.
	StatusCode int
	Duration   time.Duration
	RequestID  string
	// Error is "" when the attempt succeeded.
	Error string
	// Retry reports whether the call is retried, and NextWait the minimum wait before that.
	Retry    bool
	NextWait time.Duration
}

// ConfigError is a setting or an argument that cannot be used. No request was
// made.
type ConfigError struct {
	// Setting is the name of the setting, such as "auth_url" or
	// "endpoints.budget", or of the argument, such as "budget_id".
	Setting string
	// Problem says what is wrong, without the value of a secret.
	Problem string
}

// Error says which setting cannot be used, and why.
func (e *ConfigError) Error() string { return e.Setting + ": " + e.Problem }

// check rejects what is wrong without a request, and normalises the addresses.
func (c *Config) check() error {
	switch c.Environment {
	case "", "s", "g", "e":
	default:
		return &ConfigError{"environment", `must be "s", "g" or "e"`}
	}
	var err error
	if c.AuthURL == "" && c.Environment != "" {
		c.AuthURL = "https://iam." + c.Environment + ".samsungsdscloud.com/v1"
	}
	if c.AuthURL, err = checkAddress("auth_url", c.AuthURL); err != nil {
		return err
	}
	c.AuthURL = strings.TrimRight(strings.TrimSuffix(c.AuthURL, "/endpoints"), "/")
	if c.EndpointOverride, err = checkAddress("endpoint_override", c.EndpointOverride); err != nil {
		return err
	}
	endpoints := make(map[Service]string, len(c.Endpoints))
	for service, address := range c.Endpoints {
		setting, err := serviceSetting("endpoints", service)
		if err != nil {
			return err
		}
		if endpoints[service], err = checkAddress(setting, address); err != nil {
			return err
		}
	}
	for _, service := range services {
		shared := c.EndpointOverride
		if shared == "" && c.Environment != "" {
			shared = "https://" + string(service) + "." + c.Environment + ".samsungsdscloud.com"
		}
		endpoints[service] = cmp.Or(endpoints[service], shared)
	}
	c.Endpoints = endpoints

	if c.Observe == nil {
		c.Observe = func(context.Context, Event) {}
	}
	c.Language = cmp.Or(c.Language, "en-US")
	for _, header := range []struct{ setting, value string }{
		{"access_key", c.AccessKey},
		{"secret_key", c.SecretKey},
		{"auth_token", c.AuthToken},
		{"account_id", c.AccountID},
		{"language", c.Language},
		{"user_agent", c.UserAgent},
	} {
		switch {
		case !httpguts.ValidHeaderFieldValue(header.value):
			return &ConfigError{header.setting, "contains a control character, such as a line break"}
		case strings.TrimSpace(header.value) != header.value:
			return &ConfigError{header.setting, "begins or ends with a space"}
		}
	}

	for service, version := range c.APIVersions {
		setting, err := serviceSetting("api_versions", service)
		if err != nil {
			return err
		}
		if version != "" && !versionPattern.MatchString(version) {
			return &ConfigError{setting, `must be a version such as "1.0"`}
		}
	}

	c.RequestTimeout = cmp.Or(c.RequestTimeout, defaultRequestTimeout)
	if c.LookAgain == nil {
		c.LookAgain = []time.Duration{time.Second, 2 * time.Second, 4 * time.Second, 8 * time.Second}
	}
	return nil
}

// checkCredentials reports what is missing before a request can be signed. Calls use it, not
// New: OpenTofu configures a provider before it runs one of its functions.
func (c *Config) checkCredentials() error {
	switch {
	case c.AccessKey == "":
		return &ConfigError{"access_key", "is not set"}
	case c.SecretKey == "":
		return &ConfigError{"secret_key", "is not set"}
	default:
		return nil
	}
}

// serviceSetting is the name of a setting of one service.
func serviceSetting(setting string, service Service) (string, error) {
	setting += "." + cleanString(string(service), 40)
	if !slices.Contains(services, service) {
		return "", &ConfigError{setting, "there is no such service"}
	}
	return setting, nil
}

// checkAddress is parseBaseURL for a setting, which may be empty.
func checkAddress(setting, address string) (string, error) {
	if address == "" {
		return "", nil
	}
	base, problem := parseBaseURL(address)
	if problem != "" {
		return "", &ConfigError{setting, problem}
	}
	return base, nil
}

// parseBaseURL checks an address that credentials may be sent to, and returns
// it without slashes at its end. Otherwise problem says what is wrong.
func parseBaseURL(address string) (base, problem string) {
	// Problems do not repeat the address: it may contain a password.
	for _, r := range address {
		if r <= ' ' || r > '~' || r == '\\' {
			return "", "must be a URL of plain ASCII letters, without spaces (write a non-ASCII host in its xn-- form)"
		}
	}
	u, err := url.Parse(address)
	if err != nil {
		return "", "is not a URL"
	}
	switch {
	case u.Scheme != "https" && u.Scheme != "http":
		return "", "must begin with https://"
	case u.Opaque != "" || u.Hostname() == "":
		return "", "has no host"
	case u.User != nil:
		return "", "must not contain a user name or password"
	case strings.ContainsAny(address, "?#"):
		return "", "must not have a query or a fragment"
	case !plainHost.MatchString(u.Host): // url.Parse has already decoded escapes
		return "", "must have a host name that consists of letters, digits, dots and hyphens, or an IP address without a zone"
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		return "", "must begin with https:// because credentials are sent to it (http:// is for loopback addresses only)"
	}
	for segment := range strings.SplitSeq(u.Path, "/") {
		if segment == "." || segment == ".." {
			return "", "must not have . or .. in its path"
		}
	}
	// What is signed is what is sent, so it is normalised
	// here, once: lower-case host, no empty port.
	host := strings.TrimSuffix(strings.ToLower(u.Host), ":")
	return u.Scheme + "://" + host + strings.TrimRight(u.EscapedPath(), "/"), ""
}

// plainHost is a host name or an address, with or without a port.
var plainHost = regexp.MustCompile(`^[-._:\[\]a-zA-Z0-9]+$`)

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}

// maxIDLength is far above the 32 characters of real ids.
const maxIDLength = 256

// pathSegment escapes an id for use as one segment of a path, and rejects ids that would reach
// another path nevertheless. reserved are sibling paths with their own meaning.
func pathSegment(argument, id string, reserved ...string) (string, error) {
	switch {
	case id == "":
		return "", &ConfigError{argument, "is empty"}
	case id == "." || id == "..":
		return "", &ConfigError{argument, "is not an ID"}
	case len(id) > maxIDLength:
		return "", &ConfigError{argument, "is too long for an ID"}
	case !utf8.ValidString(id):
		return "", &ConfigError{argument, "is not valid UTF-8"}
	case strings.ContainsFunc(id, isUnprintable):
		return "", &ConfigError{argument, "contains a control character"}
	}
	for _, path := range reserved {
		if strings.EqualFold(id, path) {
			return "", &ConfigError{argument, "is the name of another path of the API, not an ID"}
		}
	}
	return url.PathEscape(id), nil
}
