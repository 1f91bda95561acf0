package provider

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

// secretWord stands in every secret of these tests; no message may hold it.
const secretWord = "hush-hush"

// homeWith creates a home folder with the two files; empty strings make none.
func homeWith(t *testing.T, config, credentials string) func() (string, error) {
	t.Helper()
	home := t.TempDir()
	folder := filepath.Join(home, ".scpconf")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"config.json": config, "credentials.json": credentials} {
		if text == "" {
			continue
		}
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return func() (string, error) { return home, nil }
}

func noHome() (string, error) { return "", os.ErrNotExist }

func noEnvironment(string) string { return "" }

// usable is an environment with all that a configuration needs, and with more.
func usable(more map[string]string) func(string) string {
	values := map[string]string{"SCP_TF_ACCESS_KEY": "AK", "SCP_TF_SECRET_KEY": secretWord, "SCP_TF_ENVIRONMENT": "e"}
	maps.Copy(values, more)
	return func(name string) string { return values[name] }
}

func keyValue(key, value string) string {
	text, err := json.Marshal(map[string]string{key: value})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// wantProblems compares problems with expected strings, one group per problem, and
// looks for secrets in them.
func wantProblems(t *testing.T, got diag.Diagnostics, want ...[]string) {
	t.Helper()
	for _, p := range got {
		if strings.Contains(p.Summary()+p.Detail(), secretWord) {
			t.Errorf("a secret is in the message: %+v", p)
		}
	}
	if len(got) != len(want) {
		t.Fatalf("%d problems, want %d: %+v", len(got), len(want), got)
	}
	for i, words := range want {
		for _, text := range words {
			if !strings.Contains(got[i].Summary()+": "+got[i].Detail(), text) {
				t.Errorf("problem %d does not say %q: %+v", i, text, got[i])
			}
		}
	}
}

// allSettings are the table of the provider's documentation, written down a
// second time on purpose: users' scripts rely on each name.
var allSettings = []struct {
	setting, variable, file, key string
	// block, env and stored are values for the three places.
	block, env, stored string
	get                func(scp.Config) any
	parse              func(string) any
}{
	{"environment", "SCP_TF_ENVIRONMENT", "config.json", "environment", "s", "g", "e", func(c scp.Config) any { return c.Environment }, nil},
	{"auth_url", "SCP_TF_AUTH_URL", "config.json", "auth-url", "https://a/v1", "https://b/v1", "https://c/v1", func(c scp.Config) any { return c.AuthURL }, nil},
	{"access_key", "SCP_TF_ACCESS_KEY", "credentials.json", "access-key", "ka", "kb", "kc", func(c scp.Config) any { return c.AccessKey }, nil},
	{"secret_key", "SCP_TF_SECRET_KEY", "credentials.json", "secret-key", "sa", "sb", "sc", func(c scp.Config) any { return c.SecretKey }, nil},
	{"auth_token", "SCP_TF_AUTH_TOKEN", "credentials.json", "auth-token", "ta", "tb", "tc", func(c scp.Config) any { return c.AuthToken }, nil},
	{"account_id", "SCP_TF_ACCOUNT_ID", "config.json", "account-id", "1", "2", "3", func(c scp.Config) any { return c.AccountID }, nil},
	{"default_region", "SCP_TF_DEFAULT_REGION", "config.json", "default-region", "kr-west1", "kr-east1", "kr-south1", func(c scp.Config) any { return c.DefaultRegion }, nil},
	{"endpoints.billingplan", "SCP_TF_ENDPOINT_BILLINGPLAN", "", "", "https://a", "https://b", "", func(c scp.Config) any { return c.Endpoints[scp.ServiceBillingPlan] }, nil},
	{"endpoints.budget", "SCP_TF_ENDPOINT_BUDGET", "", "", "https://a", "https://b", "", func(c scp.Config) any { return c.Endpoints[scp.ServiceBudget] }, nil},
	{"endpoints.costexplorer", "SCP_TF_ENDPOINT_COSTEXPLORER", "", "", "https://a", "https://b", "", func(c scp.Config) any { return c.Endpoints[scp.ServiceCostExplorer] }, nil},
	{"endpoints.pricing", "SCP_TF_ENDPOINT_PRICING", "", "", "https://a", "https://b", "", func(c scp.Config) any { return c.Endpoints[scp.ServicePricing] }, nil},
	{"api_versions.billingplan", "SCP_TF_API_VERSION_BILLINGPLAN", "", "", "1.0", "1.1", "", func(c scp.Config) any { return c.APIVersions[scp.ServiceBillingPlan] }, nil},
	{"api_versions.budget", "SCP_TF_API_VERSION_BUDGET", "", "", "1.0", "1.1", "", func(c scp.Config) any { return c.APIVersions[scp.ServiceBudget] }, nil},
	{"api_versions.costexplorer", "SCP_TF_API_VERSION_COSTEXPLORER", "", "", "1.0", "1.1", "", func(c scp.Config) any { return c.APIVersions[scp.ServiceCostExplorer] }, nil},
	{"api_versions.pricing", "SCP_TF_API_VERSION_PRICING", "", "", "1.0", "1.1", "", func(c scp.Config) any { return c.APIVersions[scp.ServicePricing] }, nil},
	{"endpoint_override", "SCP_TF_ENDPOINT_OVERRIDE", "config.json", "endpoint-override", "https://a", "https://b", "https://c", func(c scp.Config) any { return c.EndpointOverride }, nil},
	{"language", "SCP_TF_LANGUAGE", "", "", "ko-KR", "en-US", "", func(c scp.Config) any { return c.Language }, nil},
	{"request_timeout", "SCP_TF_REQUEST_TIMEOUT", "", "", "45s", "2m", "", func(c scp.Config) any { return c.RequestTimeout }, func(s string) any { d, _ := time.ParseDuration(s); return d }},
	{"max_retries", "SCP_TF_MAX_RETRIES", "", "", "0", "7", "", func(c scp.Config) any { return fmt.Sprint(c.MaxRetries) }, nil},
	{"max_requests_per_second", "SCP_TF_MAX_REQUESTS_PER_SECOND", "", "", "2.5", "10", "", func(c scp.Config) any { return fmt.Sprint(c.MaxRequestsPerSecond) }, nil},
}

// Each setting is taken from the block, else the environment, else a file; an
// empty string is treated as unset in each of them.
func TestEverySettingFromEveryPlace(t *testing.T) {
	t.Parallel()
	if len(allSettings) != len(sources) {
		t.Fatalf("%d settings are tested, there are %d", len(allSettings), len(sources))
	}
	for _, s := range allSettings {
		t.Run(s.setting, func(t *testing.T) {
			t.Parallel()
			home := noHome
			if s.key != "" {
				config, credentials := keyValue(s.key, s.stored), ""
				if s.file == "credentials.json" {
					config, credentials = credentials, config
				}
				home = homeWith(t, config, credentials)
			}
			value := func(text string) any {
				if s.parse != nil {
					return s.parse(text)
				}
				return text
			}
			for _, c := range []struct {
				name  string
				block map[string]string
				env   string
				want  string
				place string
			}{
				{"block wins", map[string]string{s.setting: s.block}, s.env, s.block, "the provider block's " + s.setting},
				{"environment wins over files", nil, s.env, s.env, "the environment variable " + s.variable},
				{"empty block is not set", map[string]string{s.setting: ""}, s.env, s.env, "the environment variable " + s.variable},
				{"files are last", map[string]string{s.setting: ""}, "", s.stored, s.file},
			} {
				if c.want == "" {
					continue
				}
				got := resolve(c.block, usable(map[string]string{s.variable: c.env}), home)
				if v := s.get(got.clientConfig()); v != value(c.want) {
					t.Errorf("%s: %v, want %v", c.name, v, value(c.want))
				}
				if place := got.values[s.setting].place; !strings.Contains(place, c.place) {
					t.Errorf("%s: the place is %q, want %q", c.name, place, c.place)
				}
				if len(got.diags.Errors()) > 0 || len(got.diags.Warnings()) > 0 {
					t.Errorf("%s: %+v %+v", c.name, got.diags.Errors(), got.diags.Warnings())
				}
			}
		})
	}
}

// Each value of the provider block is a setting as it was written. A fraction that is known
// only while applying is seen by no validator, and must not pass for an integer.
func TestValuesOfTheProviderBlock(t *testing.T) {
	services := tftypes.Object{AttributeTypes: map[string]tftypes.Type{"budget": tftypes.String, "pricing": tftypes.String}}
	text := func(value any) tftypes.Value { return tftypes.NewValue(tftypes.String, value) }
	number := func(value any) tftypes.Value { return tftypes.NewValue(tftypes.Number, value) }
	attributes := map[string]tftypes.Value{
		"environment": text("e"), "language": text(""), "access_key": text(nil), "secret_key": text(tftypes.UnknownValue),
		"max_retries": number(2.5), "max_requests_per_second": number(0.1),
		"endpoints":    tftypes.NewValue(services, map[string]tftypes.Value{"budget": text("https://b.test"), "pricing": text(tftypes.UnknownValue)}),
		"api_versions": tftypes.NewValue(services, tftypes.UnknownValue),
	}
	types := map[string]tftypes.Type{}
	for name, value := range attributes {
		types[name] = value.Type()
	}
	values, unknown, err := blockValues(tftypes.NewValue(tftypes.Object{AttributeTypes: types}, attributes))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"environment": "e", "max_retries": "2.5", "max_requests_per_second": "0.1", "endpoints.budget": "https://b.test"}
	if diff := cmp.Diff(want, values); diff != "" {
		t.Errorf("values (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"api_versions", "endpoints.pricing", "secret_key"}, unknown); diff != "" {
		t.Errorf("unknown (-want +got):\n%s", diff)
	}
	s := resolve(values, noEnvironment, noHome)
	s.clientConfig()
	wantProblems(t, s.diags.Errors(), []string{"max_retries", "2.5", "integer from 0 to 100"})
}

func TestDefaults(t *testing.T) {
	t.Parallel()
	s := resolve(nil, usable(nil), noHome)
	got := s.clientConfig()
	want := scp.Config{
		Environment: "e", AccessKey: "AK", SecretKey: secretWord, Endpoints: map[scp.Service]string{}, APIVersions: map[scp.Service]string{},
		RequestTimeout: 30 * time.Second, MaxRetries: 5,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	wantProblems(t, s.diags.Errors())
}

// A value of another type than string is an error that names where it comes from.
func TestInvalidValues(t *testing.T) {
	t.Parallel()
	s := resolve(map[string]string{"access_key": "AK", "secret_key": secretWord}, noEnvironment, homeWith(t, keyValue("environment", "prod"), ""))
	s.clientConfig()
	wantProblems(t, s.diags.Errors(), []string{`"prod"`, "config.json", `the key "environment"`, "s, g or e"})
	for _, c := range []struct{ variable, value, want string }{
		{"SCP_TF_REQUEST_TIMEOUT", "soon", "a duration above zero"},
		{"SCP_TF_REQUEST_TIMEOUT", "0s", "a duration above zero"},
		{"SCP_TF_REQUEST_TIMEOUT", "-5s", "a duration above zero"},
		{"SCP_TF_REQUEST_TIMEOUT", "30", "a duration above zero"},
		{"SCP_TF_MAX_RETRIES", "many", "an integer from 0 to 100"},
		{"SCP_TF_MAX_RETRIES", "-1", "an integer from 0 to 100"},
		{"SCP_TF_MAX_RETRIES", "101", "an integer from 0 to 100"},
		{"SCP_TF_MAX_RETRIES", "1.5", "an integer from 0 to 100"},
		{"SCP_TF_MAX_REQUESTS_PER_SECOND", "fast", "a number, 0 or more"},
		{"SCP_TF_MAX_REQUESTS_PER_SECOND", "-0.5", "a number, 0 or more"},
		{"SCP_TF_MAX_REQUESTS_PER_SECOND", "NaN", "a number, 0 or more"},
		{"SCP_TF_MAX_REQUESTS_PER_SECOND", "Inf", "a number, 0 or more"},
		{"SCP_TF_LANGUAGE", "fr-FR", "en-US or ko-KR"},
		{"SCP_TF_ENVIRONMENT", "x", "s, g or e"},
	} {
		t.Run(c.variable+"="+c.value, func(t *testing.T) {
			t.Parallel()
			s := resolve(nil, usable(map[string]string{c.variable: c.value}), noHome)
			s.clientConfig()
			wantProblems(t, s.diags.Errors(), []string{c.want, fmt.Sprintf("%q", c.value), c.variable})
		})
	}
}

func TestMissingCredentialsSayWhatToDo(t *testing.T) {
	t.Parallel()
	s := resolve(map[string]string{"environment": "e"}, noEnvironment, noHome)
	s.clientConfig()
	wantProblems(t, s.diags.Errors()) // A function needs no credentials.
	wantProblems(t, s.missing,
		[]string{"Missing access_key", "SCP_TF_ACCESS_KEY", `"access-key"`, "~/.scpconf/credentials.json", "provider block", "console"},
		[]string{"Missing secret_key", "SCP_TF_SECRET_KEY", `"secret-key"`, "~/.scpconf/credentials.json"},
	)
}

func TestNowhereToGoSaysWhatToDo(t *testing.T) {
	t.Parallel()
	s := resolve(map[string]string{"access_key": "AK", "secret_key": secretWord, "account_id": "1"}, noEnvironment, noHome)
	s.clientConfig()
	wantProblems(t, s.missing, []string{"Missing environment", "SCP_TF_ENVIRONMENT", "auth_url", "endpoint_override", "endpoints"})
	for _, setting := range []string{"environment", "auth_url", "endpoint_override", "endpoints.budget"} {
		value := "https://x"
		if setting == "environment" {
			value = "e"
		}
		s := resolve(map[string]string{"access_key": "AK", "secret_key": secretWord, setting: value}, noEnvironment, noHome)
		s.clientConfig()
		wantProblems(t, s.diags.Errors())
		wantProblems(t, s.missing)
	}
}

// What the client refuses is reported at its attribute, with the place.
func TestExplainNamesThePlace(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		values map[string]string
		want   []string
	}{
		{map[string]string{"SCP_TF_AUTH_URL": "http://iam.example.com/v1"}, []string{"Invalid auth_url", "https://", "the environment variable SCP_TF_AUTH_URL"}},
		{map[string]string{"SCP_TF_ENDPOINT_BUDGET": "ftp://x"}, []string{"Invalid endpoints.budget", "SCP_TF_ENDPOINT_BUDGET"}},
		{map[string]string{"SCP_TF_SECRET_KEY": secretWord + "\n"}, []string{"Invalid secret_key", "SCP_TF_SECRET_KEY"}},
		{map[string]string{"SCP_TF_AUTH_TOKEN": secretWord + " "}, []string{"Invalid auth_token", "SCP_TF_AUTH_TOKEN"}},
		{map[string]string{"SCP_TF_ENDPOINT_OVERRIDE": "https://user:" + secretWord + "@host"}, []string{"Invalid endpoint_override", "SCP_TF_ENDPOINT_OVERRIDE"}},
	} {
		s := resolve(nil, usable(c.values), noHome)
		config := s.clientConfig()
		wantProblems(t, s.diags.Errors())
		_, err := scp.New(config)
		if err == nil {
			t.Errorf("%v is accepted", c.values)
			continue
		}
		var diags diag.Diagnostics
		s.explain(err, &diags)
		wantProblems(t, diags, c.want)
	}
}

// No string that a person can put anywhere makes the provider panic or spend long.
func FuzzValues(f *testing.F) {
	f.Add("e", "30s", "5", "1.5", "https://x", `{"access-key":"a"}`)
	f.Add("", "1e9h", "99999999999999999999", "1e400", "://", "{")
	f.Fuzz(func(t *testing.T, env, timeout, retries, rate, address, file string) {
		home := homeWith(t, file, file)
		s := resolve(map[string]string{
			"environment": env, "request_timeout": timeout, "max_retries": retries, "max_requests_per_second": rate,
			"auth_url": address, "endpoints.budget": address, "access_key": "AK", "secret_key": "SK",
		}, noEnvironment, home)
		config := s.clientConfig()
		if len(s.diags.Errors()) > 0 {
			return
		}
		if config.RequestTimeout <= 0 || config.MaxRetries < 0 || config.MaxRetries > maxRetriesLimit || math.IsNaN(config.MaxRequestsPerSecond) {
			t.Errorf("accepted: %+v", config)
		}
		_, _ = scp.New(config)
	})
}
