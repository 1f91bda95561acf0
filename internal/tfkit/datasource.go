package tfkit

// What data sources share: the provider's data, the framework for a read, the warning about an
// incomplete list, and the attributes of filters.

import (
	"cmp"
	"context"
	"fmt"
	"reflect"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

// dataTimeout bounds the read of a data source with all its pages and retries.
const dataTimeout = 10 * time.Minute

// Source is a data source.
type Source struct {
	// Name is the name of the type without the provider's.
	Name        string
	Description string
	Attributes  map[string]schema.Attribute
	Validators  []datasource.ConfigValidator
	// Doing completes the sentence "Could not ...", for example "list contract types".
	Doing string
	// Timeout bounds a whole read; 0 is dataTimeout.
	Timeout time.Duration
	// Fill returns an API object whose fields are computed attributes, or Results. If it returns
	// neither, it has set the attributes or added errors itself.
	Fill func(ctx context.Context, r *Reading) (any, error)

	data *ProviderData
}

// Results are the values of computed attributes by name.
type Results map[string]any

// Reading is one read of a data source, with the arguments of its configuration.
type Reading struct {
	Arguments
	Client *scp.Client
	Data   *ProviderData
	// Response holds the configuration until attributes are set.
	Response *datasource.ReadResponse
}

var (
	_ datasource.DataSourceWithConfigure        = (*Source)(nil)
	_ datasource.DataSourceWithConfigValidators = (*Source)(nil)
)

// Metadata sets the name of the type.
func (s *Source) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_" + s.Name
}

// Schema describes the data source.
func (s *Source) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: s.Description, Attributes: s.Attributes}
}

// Configure takes the provider's data.
func (s *Source) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	s.data = FromConfigure(req.ProviderData, &resp.Diagnostics)
}

// ConfigValidators returns the checks that concern several arguments.
func (s *Source) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return s.Validators
}

// Read saves the configuration, completed by Fill, as the state.
func (s *Source) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	client, ok := s.data.Client(&resp.Diagnostics, s.Doing)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, cmp.Or(s.Timeout, dataTimeout))
	defer cancel()
	r := &Reading{Arguments: Arguments{req.Config, &resp.Diagnostics}, Client: client, Data: s.data, Response: resp}
	switch result, err := s.Fill(ctx, r); {
	case err != nil:
		AddError(&resp.Diagnostics, s.Doing, err)
	case result != nil:
		r.setAll(ctx, result)
	}
}

// setAll sets the computed attributes that Results have, or for which an API object has a field.
func (r *Reading) setAll(ctx context.Context, result any) {
	fields := map[string]reflect.Value{}
	if results, ok := result.(Results); ok {
		for name, value := range results {
			fields[name] = reflect.ValueOf(value)
		}
	} else {
		fields = fieldsOf(reflect.ValueOf(result))
	}
	for name, attribute := range r.Response.State.Schema.GetAttributes() {
		if sent, ok := fields[name]; ok && attribute.IsComputed() {
			r.Diags.Append(r.Response.State.SetAttribute(ctx, path.Root(name), valueOf(attribute.GetType(), sent))...)
		}
	}
}

// WarnShortfall warns when the service reports more rows than its pages contained. What the
// count means is inferred (internal/testing/apispec/NOTES.md section 10, 20), so this is not
// an error; but users must know that the list may be incomplete. many is the plural of a row
// in messages.
func WarnShortfall(many string, diags *diag.Diagnostics) scp.Shortfall {
	return func(counted, given int64) {
		diags.AddWarning("Not all "+many+" were returned",
			fmt.Sprintf("The service reports %d %s, but its pages contain %d. The result covers those only. Plan again; if the problem persists, contact Samsung SDS support.", counted, many, given))
	}
}

// ComputedString is a string that the service returns.
func ComputedString(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

// ComputedAmount is an amount in both currencies.
func ComputedAmount(description string) schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Computed: true, MarkdownDescription: description,
		Attributes: map[string]schema.Attribute{
			"krw": ComputedString("Amount in KRW, as an exact decimal string."),
			"usd": ComputedString("Amount in USD, as an exact decimal string."),
		},
	}
}

// ComputedRows is a list of objects that the service returns.
func ComputedRows(description string, attributes map[string]schema.Attribute) schema.ListNestedAttribute {
	return schema.ListNestedAttribute{
		Computed: true, MarkdownDescription: description, NestedObject: schema.NestedAttributeObject{Attributes: attributes},
	}
}

// OptionalString is a filter that is omitted or has a value.
func OptionalString(description string, more ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, MarkdownDescription: description, Validators: append([]validator.String{NotEmpty()}, more...),
	}
}

// RequiredString is an argument that must have a value.
func RequiredString(description string, more ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		Required: true, MarkdownDescription: description, Validators: append([]validator.String{NotEmpty()}, more...),
	}
}

// OptionalStrings is a filter that is omitted or has one or more values.
func OptionalStrings(description string, each ...validator.String) schema.SetAttribute {
	return schema.SetAttribute{
		Optional: true, ElementType: types.StringType, MarkdownDescription: description, Validators: StringsOf(each...),
	}
}

// StringsOf are the validators of a set of strings. An empty set is an error: it reads like
// "none", but would be sent as no filter at all.
func StringsOf(each ...validator.String) []validator.Set {
	return []validator.Set{
		setvalidator.SizeAtLeast(1),
		setvalidator.NoNullValues(),
		setvalidator.ValueStringsAre(append([]validator.String{NotEmpty()}, each...)...),
	}
}
