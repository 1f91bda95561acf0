package tfkit

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

func TestValidators(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name      string
		check     validator.String
		good, bad []string
	}{
		{"month", Month(), []string{"2026-01", "2026-12", "1999-10"}, []string{"", "2026-13", "2026-00", "2026-1", "26-01", "2026/01", "2026-01-01", " 2026-01", "2026-01\n", "２０２６-01"}},
		{"sort", SortOrder(), []string{"created_at:desc", "name:asc"}, []string{"", "name", "name:up", ":asc", "name:asc,", "name:ASC", "a b:asc"}},
		{"not empty", NotEmpty(), []string{"x", " "}, []string{""}},
		{
			"email address", EmailAddress(),
			[]string{"user@example.com", "first.last+tag@sub.example.co.kr", "O'Neil@example.com"},
			[]string{"", "user", "user@", "@example.com", "User <user@example.com>", "<user@example.com>", "a@example.com, b@example.com", "a b@example.com", "user@example.com ", " user@example.com", "user@@example.com", "user@example.com\n", `"a b"@example.com`},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			errorsFor := func(value types.String) int {
				var resp validator.StringResponse
				c.check.ValidateString(t.Context(), validator.StringRequest{Path: path.Root("x"), ConfigValue: value}, &resp)
				return resp.Diagnostics.ErrorsCount()
			}
			for _, text := range c.good {
				if errorsFor(types.StringValue(text)) != 0 {
					t.Errorf("%q is refused", text)
				}
			}
			for _, text := range c.bad {
				if errorsFor(types.StringValue(text)) != 1 {
					t.Errorf("%q is accepted, or refused more than once", text)
				}
			}
			if errorsFor(types.StringNull()) != 0 || errorsFor(types.StringUnknown()) != 0 {
				t.Error("null and unknown have to wait")
			}
			if c.check.Description(t.Context()) == "" || c.check.MarkdownDescription(t.Context()) == "" {
				t.Error("no description")
			}
		})
	}
}

// Each kind of failure says what to do about it.
func TestHints(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		err  error
		want []string
		not  []string
	}{
		{"wrong secret", &scp.Error{Kind: scp.KindGateway, StatusCode: 401, Detail: "HmacValidFail"}, []string{"credentials were rejected", "secret_key", "SCP_TF_SECRET_KEY", "access key is active"}, nil},
		{"clock ahead", &scp.Error{Kind: scp.KindGateway, StatusCode: 401, ClockSkew: 20 * time.Minute}, []string{"clock of this machine is 20m0s ahead of", "NTP"}, []string{"secret_key"}},
		{"clock behind", &scp.Error{Kind: scp.KindGateway, StatusCode: 401, ClockSkew: -3 * time.Minute}, []string{"3m0s behind"}, []string{"secret_key"}},
		{"clock nearly right", &scp.Error{Kind: scp.KindGateway, StatusCode: 401, ClockSkew: 100 * time.Second}, []string{"secret_key"}, []string{"ahead"}},
		{"service not opened", &scp.Error{Kind: scp.KindGateway, StatusCode: 401, Detail: "no service in the catalog"}, []string{"no endpoint for this service"}, []string{"secret_key"}},
		{"service's own 401", &scp.Error{Kind: scp.KindService, StatusCode: 401}, []string{"secret_key"}, nil},
		{"gateway 404", &scp.Error{Kind: scp.KindGateway, StatusCode: 404}, []string{"gateway's response, not the service's", "does not mean that the object does not exist", "endpoints"}, nil},
		{"forbidden", &scp.Error{Kind: scp.KindService, StatusCode: 403}, []string{"administrator", "permission"}, nil},
		{"too many", &scp.Error{Kind: scp.KindService, StatusCode: 429}, []string{"max_requests_per_second", "max_retries"}, nil},
		{"too many, says the gateway", &scp.Error{Kind: scp.KindGateway, StatusCode: 429}, []string{"max_requests_per_second", "max_retries"}, []string{"signature", "address"}},
		{"too many, says nobody", &scp.Error{Kind: scp.KindResponse, StatusCode: 429}, []string{"max_requests_per_second", "max_retries"}, []string{"request ID", "endpoint"}},
		{"service's fault", &scp.Error{Kind: scp.KindService, StatusCode: 500, RequestID: "r"}, []string{"The service failed.", "request ID"}, nil},
		{"service's fault without id", &scp.Error{Kind: scp.KindService, StatusCode: 500}, []string{"The service failed.", "the operation and the time"}, []string{"request ID"}},
		{"gateway's fault", &scp.Error{Kind: scp.KindGateway, StatusCode: 503, RequestID: "r", ClockSkew: time.Hour}, []string{"The service, or a gateway or proxy in front of it, failed", "request ID"}, []string{"signature", "clock"}},
		{"fault without words", &scp.Error{Kind: scp.KindResponse, StatusCode: 502}, []string{"The service, or a gateway or proxy in front of it, failed", "the operation and the time"}, []string{"did not come from the service", "request ID"}},
		{"fault at an unclear change", &scp.Error{Kind: scp.KindGateway, Method: "POST", StatusCode: 503}, []string{"failed", "If the problem persists"}, []string{"again"}},
		{"another account's object", &scp.Error{Kind: scp.KindService, StatusCode: 404}, []string{"Check the ID", "account_id"}, nil},
		{"another account's key", &scp.Error{Kind: scp.KindService, StatusCode: 403}, []string{"lack this permission", "account_id"}, nil},
		{"interrupted", &scp.Error{Kind: scp.KindTransport, Outcome: scp.OutcomeUnknown, Err: context.Canceled}, []string{"Terraform was interrupted", "Plan again"}, []string{"request_timeout"}},
		{"fault at a read", &scp.Error{Kind: scp.KindService, Method: "GET", StatusCode: 500}, []string{"Try again later; if the problem persists"}, nil},
		{"too slow, at an unclear change", &scp.Error{Kind: scp.KindService, Method: "PUT", StatusCode: 408}, []string{"took too long", "If the problem persists"}, []string{"again"}},
		{"too slow, says the gateway", &scp.Error{Kind: scp.KindGateway, StatusCode: 408}, []string{"took too long", "Try again"}, []string{"signature"}},
		{"conflict, says the gateway", &scp.Error{Kind: scp.KindGateway, StatusCode: 409}, []string{"conflicts"}, []string{"signature"}},
		{"conflict, says nobody", &scp.Error{Kind: scp.KindResponse, StatusCode: 409}, []string{"conflicts"}, []string{"request ID"}},
		{"forbidden, says the gateway", &scp.Error{Kind: scp.KindGateway, StatusCode: 403, Detail: "catalog"}, []string{"gateway or proxy", "IP address of this machine"}, []string{"signature", "names", "catalog"}},
		{"forbidden, says nobody", &scp.Error{Kind: scp.KindResponse, StatusCode: 403}, []string{"gateway or proxy", "permission"}, []string{"request ID"}},
		{"unauthorized, says nobody", &scp.Error{Kind: scp.KindResponse, StatusCode: 401}, []string{"secret_key", "no proxy responds in place of the service"}, []string{"request ID"}},
		{"not found, says nobody", &scp.Error{Kind: scp.KindResponse, StatusCode: 404}, []string{"did not come from the service", "does not mean that the object does not exist"}, []string{"request ID"}},
		{"bad request, says the gateway", &scp.Error{Kind: scp.KindGateway, StatusCode: 400}, []string{"gateway's response, not the service's"}, []string{"signature"}},
		{"not JSON, with an id", &scp.Error{Kind: scp.KindResponse, StatusCode: 200, GlobalRequestID: "g"}, []string{"quote the request ID"}, nil},
		{"redirect", &scp.Error{Kind: scp.KindRedirect, StatusCode: 307}, []string{"never followed", "endpoint_override"}, nil},
		{"no endpoint", &scp.Error{Kind: scp.KindEndpoint}, []string{"Set environment", "auth_url"}, nil},
		// Where the services are is not the question when the catalogue refuses.
		{"no endpoint, wrong secret", &scp.Error{Kind: scp.KindEndpoint, StatusCode: 401, Err: &scp.Error{Kind: scp.KindGateway, StatusCode: 401, Detail: "HmacValidFail"}}, []string{"secret_key"}, nil},
		{"no endpoint, wrong clock", &scp.Error{Kind: scp.KindEndpoint, StatusCode: 401, Err: &scp.Error{Kind: scp.KindGateway, StatusCode: 401, ClockSkew: time.Hour}}, []string{"1h0m0s ahead"}, nil},
		{"not JSON", &scp.Error{Kind: scp.KindResponse, StatusCode: 200}, []string{"did not come from the service", "proxy"}, []string{"request ID"}},
		{"no connection", &scp.Error{Kind: scp.KindTransport, Outcome: scp.OutcomeNotSent}, []string{"No connection could be opened", "HTTPS_PROXY"}, nil},
		{"connection lost", &scp.Error{Kind: scp.KindTransport, Outcome: scp.OutcomeUnknown}, []string{"request_timeout"}, nil},
		{"time is over", fmt.Errorf("waiting: %w", context.DeadlineExceeded), []string{"timeouts attribute"}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			// Wrapped or not, the hint is the same.
			for _, err := range []error{c.err, fmt.Errorf("read: %w", c.err)} {
				hint := hintFor(err)
				for _, text := range c.want {
					if !strings.Contains(hint, text) {
						t.Errorf("the hint does not say %q: %s", text, hint)
					}
				}
				for _, text := range c.not {
					if strings.Contains(hint, text) {
						t.Errorf("the hint says %q: %s", text, hint)
					}
				}
				if !strings.Contains(Explain(err), hint) {
					t.Errorf("the explanation lacks the hint: %s", Explain(err))
				}
			}
		})
	}
	for _, err := range []error{
		errors.New("x"), &scp.Error{Kind: scp.KindService, StatusCode: http.StatusBadRequest},
		// The callers know what a conflict means.
		&scp.Error{Kind: scp.KindService, StatusCode: http.StatusConflict},
	} {
		if hint := hintFor(err); hint != "" {
			t.Errorf("%v: %s", err, hint)
		}
	}
}

func TestAddErrorSaysWhatWasAttempted(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	AddError(&diags, `create account budget "a"`, &scp.Error{
		Kind: scp.KindService, Operation: "createAccountBudget", Method: "POST", Path: "/v1/budgets/account",
		StatusCode: 403, Code: "Forbidden", Detail: "You may not", RequestID: "req-1",
	})
	if len(diags) != 1 || diags[0].Summary() != `Could not create account budget "a"` {
		t.Fatalf("%+v", diags)
	}
	for _, text := range []string{"createAccountBudget", "403", "You may not", "req-1", "administrator"} {
		if !strings.Contains(diags[0].Detail(), text) {
			t.Errorf("no %q in %s", text, diags[0].Detail())
		}
	}
}

func TestProviderData(t *testing.T) {
	t.Parallel()
	var diags diag.Diagnostics
	if data := FromConfigure(nil, &diags); data != nil || data.Known() || diags.HasError() {
		t.Errorf("before Configure: %v %v", data, diags)
	}
	if data := FromConfigure("text", &diags); data != nil || !diags.HasError() {
		t.Errorf("other data: %v %v", data, diags)
	}

	diags = nil
	data, err := NewProviderData(scp.Config{EndpointOverride: "https://api.example.invalid"})
	if err != nil {
		t.Fatal(err)
	}
	if got, ok := data.Client(&diags, "x"); !ok || got == nil || got != data.KnownClient() || diags.HasError() || !data.Complete(&diags) {
		t.Errorf("%v %v %v", got, ok, diags)
	}
	data.notices.add("once")
	data.notices.add("once")
	data.Report(&diags)
	data.Report(&diags)
	if len(diags) != 1 || diags[0].Detail() != "once" {
		t.Errorf("%v", diags)
	}
	diags = nil
	missing := NewMissingProviderData(diag.Diagnostics{diag.NewErrorDiagnostic("Missing access_key", "Set it.")})
	if _, ok := missing.Client(&diags, "read it"); ok || len(diags) != 1 || diags[0].Summary() != "Missing access_key" || missing.Known() || missing.Complete(&diags) {
		t.Errorf("%v", diags)
	}
	diags = nil
	if _, ok := NewUnknownProviderData([]string{"access_key", "secret_key"}).Client(&diags, "read it"); ok || !diags.HasError() ||
		!strings.Contains(diags[0].Detail(), "access_key, secret_key will only be known after apply") || diags[0].Summary() != "Could not read it" {
		t.Errorf("%v", diags)
	}
	diags = nil
	var none *ProviderData
	if _, ok := none.Client(&diags, "read it"); ok || !diags.HasError() {
		t.Errorf("%v", diags)
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A call that was held back was not sent, and neither the network nor a proxy is why.
func TestHintOfACallThatWasHeldBack(t *testing.T) {
	client, err := scp.New(scp.Config{
		AccessKey: "key", SecretKey: "secret", EndpointOverride: "https://held-back.example", MaxRetries: 1,
		Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			return &http.Response{
				StatusCode: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"600"}},
				Body: io.NopCloser(strings.NewReader("{}")), Request: r,
			}, nil
		}),
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	for range 2 {
		_, err = client.ShowAccountBudget(ctx, "b1")
	}
	if hint := hintFor(err); !strings.Contains(hint, "timeouts attribute") || strings.Contains(hint, "PROXY") {
		t.Errorf("%v: %s", err, hint)
	}
}
