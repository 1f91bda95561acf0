package scp

import (
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"
)

// wantConfigError checks the setting, whose end is given, and the problem.
func wantConfigError(t testing.TB, err error, setting, problem string) {
	t.Helper()
	var c *ConfigError
	if !errors.As(err, &c) {
		t.Errorf("got %v; want a *ConfigError about %s", err, setting)
		return
	}
	if !strings.HasSuffix(c.Setting, setting) || !strings.Contains(c.Problem, problem) {
		t.Errorf("got %v; want %s: ...%s...", c, setting, problem)
	}
}

func TestNewRefuses(t *testing.T) {
	endpoint := func(address string) func(*Config) {
		return func(c *Config) { c.Endpoints = map[Service]string{ServiceBudget: address} }
	}
	for _, test := range []struct {
		name             string
		change           func(*Config)
		setting, problem string
	}{
		{"environment", func(c *Config) { c.Environment = "x" }, "environment", `"s", "g" or "e"`},
		{"environment in capitals", func(c *Config) { c.Environment = "E" }, "environment", `"s", "g" or "e"`},
		{"line break in secret", func(c *Config) { c.SecretKey = "abc\n" }, "secret_key", "control character"},
		{"line break in access key", func(c *Config) { c.AccessKey = "abc\r\nX: y" }, "access_key", "control character"},
		{"space after account", func(c *Config) { c.AccountID = "abc " }, "account_id", "space"},
		{"control in token", func(c *Config) { c.AuthToken = "a\x01" }, "auth_token", "control character"},
		{"control in language", func(c *Config) { c.Language = "en\n" }, "language", "control character"},
		{"control in user agent", func(c *Config) { c.UserAgent = "a\nb" }, "user_agent", "control character"},
		{"http auth_url", func(c *Config) { c.AuthURL = "http://iam.e.samsungsdscloud.com/v1" }, "auth_url", "https://"},
		{"http override", func(c *Config) { c.EndpointOverride = "http://10.0.0.1" }, "endpoint_override", "loopback"},
		{"unknown service", func(c *Config) { c.Endpoints = map[Service]string{"iam": "https://a"} }, "endpoints.iam", "no such service"},
		{"http", endpoint("http://budget.e.samsungsdscloud.com"), "endpoints.budget", "https://"},
		{"looks like loopback", endpoint("http://127.0.0.1.example.com"), "endpoints.budget", "loopback"},
		{"localhost suffix", endpoint("http://localhost.example.com"), "endpoints.budget", "loopback"},
		{"other scheme", endpoint("ftp://a"), "endpoints.budget", "https://"},
		{"no scheme", endpoint("budget.e.samsungsdscloud.com"), "endpoints.budget", "https://"},
		{"no host", endpoint("https:///v1"), "endpoints.budget", "no host"},
		{"port alone", endpoint("https://:443"), "endpoints.budget", "no host"},
		{"opaque", endpoint("https:a"), "endpoints.budget", "no host"},
		{"user", endpoint("https://user:hunter2@a"), "endpoints.budget", "user name"},
		{"query", endpoint("https://a/?x=hunter2"), "endpoints.budget", "query"},
		{"empty query", endpoint("https://a?"), "endpoints.budget", "query"},
		{"fragment", endpoint("https://a#x"), "endpoints.budget", "fragment"},
		{"space", endpoint("https://a b"), "endpoints.budget", "without spaces"},
		{"line break", endpoint("https://a\nb"), "endpoints.budget", "without spaces"},
		{"non-ASCII", endpoint("https://예산.kr"), "endpoints.budget", "ASCII"},
		{"backslash", endpoint(`https://a\b`), "endpoints.budget", "ASCII"},
		{"not a URL", endpoint("https://[::1"), "endpoints.budget", "not a URL"},
		{"zone", endpoint("http://[::1%25eth0]"), "endpoints.budget", "zone"},
		{"escaped host", endpoint("https://%80"), "endpoints.budget", "host name that consists of letters"},
		{"odd host", endpoint("https://a,b"), "endpoints.budget", "host name that consists of letters"},
		{"dots", endpoint("https://a/b/../c"), "endpoints.budget", ".."},
		{"escaped dots", endpoint("https://a/b/%2e%2e/c"), "endpoints.budget", ".."},
	} {
		t.Run(test.name, func(t *testing.T) {
			config := Config{AccessKey: testAccessKey, SecretKey: testSecretKey}
			test.change(&config)
			_, err := New(config)
			wantConfigError(t, err, test.setting, test.problem)
			if err != nil && strings.Contains(err.Error(), "hunter2") {
				t.Errorf("the error repeats the value: %v", err)
			}
		})
	}
}

func TestNewAccepts(t *testing.T) {
	for given, want := range map[string]string{
		"https://iam.e.samsungsdscloud.com/v1":             "https://iam.e.samsungsdscloud.com/v1",
		"https://iam.e.samsungsdscloud.com/v1/":            "https://iam.e.samsungsdscloud.com/v1",
		"https://iam.e.samsungsdscloud.com/v1/endpoints":   "https://iam.e.samsungsdscloud.com/v1",
		"https://iam.e.samsungsdscloud.com/v1/endpoints//": "https://iam.e.samsungsdscloud.com/v1",
		"https://IAM.example:8443//v1//endpoints":          "https://iam.example:8443//v1",
		"https://iam.example:/v1":                          "https://iam.example/v1",
		"http://127.0.0.1:1234/v1":                         "http://127.0.0.1:1234/v1",
		"http://127.8.9.1":                                 "http://127.8.9.1",
		"http://[::1]:99":                                  "http://[::1]:99",
		"http://LOCALHOST:5/endpoints":                     "http://localhost:5",
	} {
		c, err := New(Config{AccessKey: testAccessKey, SecretKey: testSecretKey, AuthURL: given})
		if err != nil {
			t.Errorf("%s: %v", given, err)
			continue
		}
		if c.config.AuthURL != want {
			t.Errorf("%s became %s; want %s", given, c.config.AuthURL, want)
		}
	}
}

func TestDefaults(t *testing.T) {
	c, err := New(Config{AccessKey: testAccessKey, SecretKey: testSecretKey, Environment: "g", Endpoints: map[Service]string{ServiceBudget: ""}})
	if err != nil {
		t.Fatal(err)
	}
	if c.config.AuthURL != "https://iam.g.samsungsdscloud.com/v1" || c.config.Language != "en-US" || c.config.RequestTimeout != 30*time.Second {
		t.Errorf("the defaults are %+v", c.config)
	}
	if transport, ok := c.transport.(*http.Transport); !ok || transport.MaxConnsPerHost != slotsPerHost || c.limiter != nil {
		t.Errorf("the transport is %T, the limiter %v", c.transport, c.limiter)
	}
}
