package provider

// Where each setting comes from: provider block, environment, files; and the
// errors that name the place.

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

const (
	defaultRequestTimeout = 30 * time.Second
	defaultMaxRetries     = 5
	// maxRetriesLimit keeps a typing error from becoming a day of retries.
	maxRetriesLimit = 100
)

// services are those whose address and API version can be set one by one.
var services = []scp.Service{scp.ServiceBillingPlan, scp.ServiceBudget, scp.ServiceCostExplorer, scp.ServicePricing}

// Settings of one service.
func endpointSetting(service scp.Service) string { return "endpoints." + string(service) }
func versionSetting(service scp.Service) string  { return "api_versions." + string(service) }

// source says where a setting may be found besides the provider block.
type source struct {
	setting, variable, fileKey string
}

// sources follows the table of the provider's documentation.
var sources = allSources()

func allSources() []source {
	all := []source{
		{"environment", "SCP_TF_ENVIRONMENT", "environment"},
		{"auth_url", "SCP_TF_AUTH_URL", "auth-url"},
		{"access_key", "SCP_TF_ACCESS_KEY", "access-key"},
		{"secret_key", "SCP_TF_SECRET_KEY", "secret-key"},
		{"auth_token", "SCP_TF_AUTH_TOKEN", "auth-token"},
		{"account_id", "SCP_TF_ACCOUNT_ID", "account-id"},
		{"default_region", "SCP_TF_DEFAULT_REGION", "default-region"},
		{"endpoint_override", "SCP_TF_ENDPOINT_OVERRIDE", "endpoint-override"},
		{"language", "SCP_TF_LANGUAGE", ""},
		{"request_timeout", "SCP_TF_REQUEST_TIMEOUT", ""},
		{"max_retries", "SCP_TF_MAX_RETRIES", ""},
		{"max_requests_per_second", "SCP_TF_MAX_REQUESTS_PER_SECOND", ""},
	}
	for _, service := range services {
		name := strings.ToUpper(string(service))
		all = append(all, source{endpointSetting(service), "SCP_TF_ENDPOINT_" + name, ""}, source{versionSetting(service), "SCP_TF_API_VERSION_" + name, ""})
	}
	return all
}

// value is a setting and the place that it was found in, for messages.
type value struct{ text, place string }

// settings are the resolved values with what is wrong with them.
type settings struct {
	values map[string]value
	diags  diag.Diagnostics
	// missing are the errors about settings that every request needs.
	missing diag.Diagnostics
}

// resolve looks each setting up: block, then environment, then files. An empty
// string is treated as unset in all three.
func resolve(block map[string]string, getenv func(string) string, home func() (string, error)) *settings {
	s := &settings{values: map[string]value{}}
	stored := s.readFiles(home)
	for _, src := range sources {
		if text := block[src.setting]; text != "" {
			s.values[src.setting] = value{text: text, place: "the provider block's " + src.setting}
		} else if text := getenv(src.variable); text != "" {
			s.values[src.setting] = value{text: text, place: "the environment variable " + src.variable}
		} else if found, ok := stored[src.fileKey]; ok {
			s.values[src.setting] = found
		}
	}
	return s
}

// clientConfig creates the client's configuration, and collects what is wrong
// with values that the client takes in another type than string.
func (s *settings) clientConfig() scp.Config {
	// A file that cannot be read may hold what seems to be missing: one message is enough.
	unreadable := s.diags.HasError()
	config := scp.Config{
		Environment:      s.text("environment"),
		AuthURL:          s.text("auth_url"),
		AccessKey:        s.text("access_key"),
		SecretKey:        s.text("secret_key"),
		AuthToken:        s.text("auth_token"),
		AccountID:        s.text("account_id"),
		DefaultRegion:    s.text("default_region"),
		EndpointOverride: s.text("endpoint_override"),
		Language:         s.text("language"),
		Endpoints:        map[scp.Service]string{},
		APIVersions:      map[scp.Service]string{},
		RequestTimeout:   defaultRequestTimeout,
		MaxRetries:       defaultMaxRetries,
	}
	for _, service := range services {
		if address := s.text(endpointSetting(service)); address != "" {
			config.Endpoints[service] = address
		}
		if version := s.text(versionSetting(service)); version != "" {
			config.APIVersions[service] = version
		}
	}
	s.convert("request_timeout", "a duration above zero, such as 45s or 2m", func(text string) bool {
		d, err := time.ParseDuration(text)
		config.RequestTimeout = d
		return err == nil && d > 0
	})
	s.convert("max_retries", fmt.Sprintf("an integer from 0 to %d", maxRetriesLimit), func(text string) bool {
		n, err := strconv.Atoi(text)
		config.MaxRetries = n
		return err == nil && n >= 0 && n <= maxRetriesLimit
	})
	s.convert("max_requests_per_second", "a number, 0 or more", func(text string) bool {
		f, err := strconv.ParseFloat(text, 64)
		config.MaxRequestsPerSecond = f
		// A comparison with NaN is false, and infinity is no bound that anyone means.
		return err == nil && f >= 0 && f <= 1e6
	})
	s.convert("language", "en-US or ko-KR", func(text string) bool { return text == "en-US" || text == "ko-KR" })
	s.convert("environment", "s, g or e", func(text string) bool { return text == "s" || text == "g" || text == "e" })
	if !unreadable {
		s.requireCredentials()
		s.requireHosts(config)
	}
	return config
}

// EnvironmentConfig is the client's configuration without a provider block: from the
// environment, else from the files in ~/.scpconf. home is os.UserHomeDir.
func EnvironmentConfig(getenv func(string) string, home func() (string, error)) (scp.Config, error) {
	s := resolve(nil, getenv, home)
	config := s.clientConfig()
	for _, d := range append(s.diags.Errors(), s.missing...) {
		return config, fmt.Errorf("%s: %s", d.Summary(), d.Detail())
	}
	return config, nil
}

func (s *settings) text(setting string) string { return s.values[setting].text }

// convert checks one value when it is set, and words the problem.
func (s *settings) convert(setting, want string, ok func(string) bool) {
	v, set := s.values[setting]
	if set && !ok(v.text) {
		s.diags.AddAttributeError(attributePath(setting), "Invalid "+setting, fmt.Sprintf("The value %q in %s is not %s.", v.text, v.place, want))
	}
}

// requireCredentials names each missing half of the key pair.
func (s *settings) requireCredentials() {
	for _, src := range sources {
		if (src.setting == "access_key" || src.setting == "secret_key") && s.text(src.setting) == "" {
			s.missing.AddError("Missing "+src.setting,
				fmt.Sprintf("No %s was found. Set %s in the environment, or %q in ~/.scpconf/credentials.json, or %s in the provider block. "+
					"Create access keys in the console under My menu, Authentication keys.", strings.ReplaceAll(src.setting, "_", " "), src.variable, src.fileKey, src.setting))
		}
	}
}

// requireHosts refuses a configuration that leads to no service at all.
func (s *settings) requireHosts(config scp.Config) {
	if config.Environment == "" && config.AuthURL == "" && config.EndpointOverride == "" && len(config.Endpoints) == 0 {
		s.missing.AddError("Missing environment",
			"No endpoint is configured. Set environment (SCP_TF_ENVIRONMENT, or \"environment\" in ~/.scpconf/config.json) to s, g or e; "+
				"or auth_url (SCP_TF_AUTH_URL, \"auth-url\"); or endpoint_override; or endpoints.")
	}
}

// explain adds what the client refuses, and names the place.
func (s *settings) explain(err error, diags *diag.Diagnostics) {
	var config *scp.ConfigError
	if !errors.As(err, &config) {
		diags.AddError("Invalid provider configuration", err.Error())
		return
	}
	detail := config.Setting + " " + config.Problem + "."
	if v, ok := s.values[config.Setting]; ok {
		detail += "\n\nThe value comes from " + v.place + "."
	}
	diags.AddAttributeError(attributePath(config.Setting), "Invalid "+config.Setting, detail)
}
