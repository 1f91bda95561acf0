// Package provider is the provider itself: its block, where its settings come from,
// and what it registers.
package provider

// The provider: its schema, its configuration, and what it registers.

import (
	"context"
	"fmt"
	"math/big"
	"os"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/float64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	fwfunction "github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/billingplan"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/budget"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/costexplorer"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/function"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/pricing"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

var (
	_ provider.Provider                  = (*scpbilling)(nil)
	_ provider.ProviderWithActions       = (*scpbilling)(nil)
	_ provider.ProviderWithFunctions     = (*scpbilling)(nil)
	_ provider.ProviderWithListResources = (*scpbilling)(nil)
)

// scpbilling is the provider.
type scpbilling struct {
	version string
	// getenv and home are the process's own, unless a test says otherwise.
	getenv func(string) string
	home   func() (string, error)
	pauses Pauses
	// data is what the last Configure made; the server takes notices from it.
	data atomic.Pointer[tfkit.ProviderData]
}

// Pauses are the waits that tests shorten.
type Pauses struct {
	// LookAgain are those of [scp.Config].
	LookAgain []time.Duration
	// Grace is that of [tfkit.ProviderData].
	Grace time.Duration
}

// newProvider creates the provider. version goes into the User-Agent header.
func newProvider(version string) *scpbilling {
	return &scpbilling{version: version, getenv: os.Getenv, home: os.UserHomeDir, pauses: Pauses{Grace: time.Second}}
}

// Metadata sets the name that all types begin with.
func (p *scpbilling) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "scpbilling"
	resp.Version = p.version
}

// Schema describes the provider block. Nothing in it is required: every value
// can come from the environment or from the files in ~/.scpconf.
func (p *scpbilling) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages budgets and planned computes of Samsung Cloud Platform v2, and reads its bills and usages.\n\n" +
			"Each setting is taken from the first of these that sets it: the provider block, its environment variable, and the files `~/.scpconf/config.json` and `~/.scpconf/credentials.json`. " +
			"An empty string is treated as unset. Below, *file key* means a key in these files.",
		Attributes: map[string]schema.Attribute{
			"environment": optional("Environment of the account: `s` (Samsung), `g` (Sovereign) or `e` (Enterprise). It determines the hosts of the services and the default of `auth_url`. "+
				"Environment variable `SCP_TF_ENVIRONMENT`, file key `environment`.",
				stringvalidator.OneOf("", "s", "g", "e")),
			"auth_url": optional("URL of the identity service, for example `https://iam.e.samsungsdscloud.com/v1`, with or without `/endpoints` at the end. Its endpoint catalogue supplies the hosts if no other setting does. " +
				"Environment variable `SCP_TF_AUTH_URL`, file key `auth-url`."),
			"access_key":     credential("Access key. Environment variable `SCP_TF_ACCESS_KEY`, file key `access-key`."),
			"secret_key":     credential("Secret key that belongs to the access key. Environment variable `SCP_TF_SECRET_KEY`, file key `secret-key`."),
			"auth_token":     credential("Token sent in addition to the signature. Few accounts need one. Environment variable `SCP_TF_AUTH_TOKEN`, file key `auth-token`."),
			"account_id":     optional("ID of the account that the requests act on. If set, it is sent, and signed, with each request. Environment variable `SCP_TF_ACCOUNT_ID`, file key `account-id`."),
			"default_region": optional("Region to choose if the endpoint catalogue lists several, for example `kr-west1`. Environment variable `SCP_TF_DEFAULT_REGION`, file key `default-region`."),
			"endpoints": schema.SingleNestedAttribute{
				Optional:            true,
				MarkdownDescription: "Base URLs of individual services. They take precedence over all other endpoint settings. `http://` is refused except for loopback addresses.",
				Attributes:          serviceAttributes("Base URL of the service `%s`. Environment variable `SCP_TF_ENDPOINT_%s`."),
			},
			"endpoint_override": optional("One base URL for all services. Environment variable `SCP_TF_ENDPOINT_OVERRIDE`, file key `endpoint-override`."),
			"api_versions": schema.SingleNestedAttribute{
				Optional: true,
				MarkdownDescription: "API versions to request instead of the newest that the provider knows. If a version is not pinned and the service does not have the newest, the provider falls back to another version that both support; " +
					"a pinned version is never replaced.",
				Attributes: serviceAttributes("API version of the service `%s`, such as `1.0`. Environment variable `SCP_TF_API_VERSION_%s`.",
					stringvalidator.RegexMatches(versionPattern, "must be a version such as 1.0")),
			},
			"language": optional("Language of the service's messages and display names: `en-US` (default) or `ko-KR`. Environment variable `SCP_TF_LANGUAGE`.",
				stringvalidator.OneOf("", "en-US", "ko-KR")),
			"request_timeout": optional("Time limit for one attempt of a request, such as `45s` or `2m`. The clock starts once a connection is open; opening a connection has a separate limit of the same length. Time spent waiting for a free connection is not counted. Default: `30s`. Environment variable `SCP_TF_REQUEST_TIMEOUT`.",
				stringvalidator.RegexMatches(durationPattern, "must be a duration such as 45s or 2m")),
			"max_retries": schema.NumberAttribute{
				Optional:            true,
				MarkdownDescription: "How many times a failed request is retried if that is safe. Default: `5`. `0` turns retries off; the maximum is `" + strconv.Itoa(maxRetriesLimit) + "`. Environment variable `SCP_TF_MAX_RETRIES`.",
				Validators:          []validator.Number{tfkit.Integer{What: "max_retries", Max: maxRetriesLimit}},
			},
			"max_requests_per_second": schema.Float64Attribute{
				Optional:            true,
				MarkdownDescription: "Maximum number of requests per second that one provider process sends. Fractions are allowed: `0.5` is one request every two seconds. Default: `0`, which means no limit. Environment variable `SCP_TF_MAX_REQUESTS_PER_SECOND`.",
				Validators:          []validator.Float64{float64validator.AtLeast(0)},
			},
		},
	}
}

// optional is an argument that is a string.
func optional(description string, validators ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, MarkdownDescription: description, Validators: validators}
}

// credential is an optional argument whose value Terraform hides.
func credential(description string) schema.StringAttribute {
	return schema.StringAttribute{Optional: true, Sensitive: true, MarkdownDescription: description}
}

// serviceAttributes has an attribute for each service. description is a format for its name
// and for the end of the name of its environment variable.
func serviceAttributes(description string, validators ...validator.String) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for _, service := range services {
		attributes[string(service)] = optional(fmt.Sprintf(description, service, strings.ToUpper(string(service))), validators...)
	}
	return attributes
}

var versionPattern = regexp.MustCompile(`^$|^[0-9]{1,4}\.[0-9]{1,4}$`)

// durationPattern is a coarse check at validate time; settings.go parses.
var durationPattern = regexp.MustCompile(`^$|^([0-9]+(\.[0-9]+)?(ms|s|m|h))+$`)

// Configure resolves the settings and makes the client. It sends no request.
func (p *scpbilling) Configure(_ context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	block, unknown, err := blockValues(req.Config.Raw)
	if err != nil {
		resp.Diagnostics.AddError("Invalid provider configuration", err.Error())
		return
	}
	s := resolve(block, p.getenv, p.home)
	resp.Diagnostics.Append(s.diags.Warnings()...)
	if len(unknown) > 0 {
		// Problems of the known values can wait: the values that come may win over them.
		p.share(resp, tfkit.NewUnknownProviderData(unknown))
		return
	}
	clientConfig := s.clientConfig()
	resp.Diagnostics.Append(s.diags.Errors()...)
	if resp.Diagnostics.HasError() {
		return
	}
	clientConfig.UserAgent = fmt.Sprintf("terraform-provider-scpbilling/%s (Terraform %s)", p.version, req.TerraformVersion)
	clientConfig.Observe, clientConfig.LookAgain = logAttempt, p.pauses.LookAgain
	data, err := tfkit.NewProviderData(clientConfig)
	if err != nil {
		s.explain(err, &resp.Diagnostics)
		return
	}
	data.Grace = p.pauses.Grace
	if len(s.missing) > 0 {
		data = tfkit.NewMissingProviderData(s.missing)
	}
	p.share(resp, data)
}

// share passes the same data to everything that the provider registers.
func (p *scpbilling) share(resp *provider.ConfigureResponse, data *tfkit.ProviderData) {
	p.data.Store(data)
	resp.ResourceData = data
	resp.DataSourceData = data
	resp.ListResourceData = data
	resp.ActionData = data
}

// Resources lists the resource types.
func (p *scpbilling) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{budget.NewResource, billingplan.NewResource}
}

// Actions lists the actions, which Terraform 1.14 and newer can invoke.
func (p *scpbilling) Actions(context.Context) []func() action.Action {
	return []func() action.Action{billingplan.NewCancelAction}
}

// ListResources lists what terraform query of Terraform 1.14 and newer can find.
func (p *scpbilling) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{budget.NewListResource, billingplan.NewListResource}
}

// DataSources lists the data source types.
func (p *scpbilling) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		budget.NewDataSource, budget.NewListDataSource,
		billingplan.NewPlannedComputeDataSource, billingplan.NewPlannedComputesDataSource,
		billingplan.NewCancellationFeeDataSource, billingplan.NewInstancesDataSource, billingplan.NewCoverageDataSource,
		billingplan.NewContractTypesDataSource, billingplan.NewOSTypesDataSource,
		billingplan.NewServerTypesDataSource, billingplan.NewServiceTypesDataSource,
		costexplorer.NewBillsDataSource, costexplorer.NewUsagesDataSource, costexplorer.NewPaymentsDataSource,
		costexplorer.NewBillSummaryDataSource, costexplorer.NewUsageSummaryDataSource,
		pricing.NewPricesDataSource, pricing.NewBillingItemIDsDataSource, pricing.NewOfferingsDataSource,
	}
}

// Functions lists the functions.
func (p *scpbilling) Functions(context.Context) []func() fwfunction.Function {
	return []func() fwfunction.Function{function.NewParseSRN, function.NewSumAmounts, function.NewContractEndDate, function.NewFormatAmount}
}

// blockValues reads the provider block into strings by setting, and names the
// arguments that are not known yet. Null and empty are treated as unset.
func blockValues(block tftypes.Value) (values map[string]string, unknown []string, err error) {
	values = map[string]string{}
	err = tftypes.Walk(block, func(at *tftypes.AttributePath, value tftypes.Value) (bool, error) {
		setting := settingAt(at)
		switch {
		case !value.IsKnown():
			unknown = append(unknown, setting)
		case value.IsNull():
		case value.Type().Is(tftypes.String):
			var text string
			if err := value.As(&text); err != nil {
				return false, err
			}
			if text != "" {
				values[setting] = text
			}
		case value.Type().Is(tftypes.Number):
			var number big.Float
			if err := value.As(&number); err != nil {
				return false, err
			}
			values[setting] = number.Text('f', -1)
		}
		return true, nil
	})
	sort.Strings(unknown)
	return values, unknown, err
}

// settingAt is the name of the setting at a path, such as "endpoints.budget".
func settingAt(at *tftypes.AttributePath) string {
	var names []string
	for _, step := range at.Steps() {
		names = append(names, fmt.Sprint(step))
	}
	return strings.Join(names, ".")
}

// attributePath turns "endpoints.budget" into the path of that attribute.
func attributePath(setting string) path.Path {
	if object, name, nested := strings.Cut(setting, "."); nested {
		return path.Root(object).AtName(name)
	}
	return path.Root(setting)
}
