package tfkit

// What data sources share: the provider's data, the frame of a read, the warning
// about a list that ends too soon, and the attributes of filters.

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

// dataTimeout bounds the read of a data source with all its pages and retries.
const dataTimeout = 10 * time.Minute

// DataSource is what every data source embeds.
type DataSource struct{ Data *ProviderData }

// Configure takes the provider's data.
func (d *DataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.Data = FromConfigure(req.ProviderData, &resp.Diagnostics)
}

// ReadData reads the configuration into a model of type M, lets fill complete it
// from the service, and makes it the state. doing completes the sentence
// "Could not ...".
func ReadData[M any](
	ctx context.Context, data *ProviderData, req datasource.ReadRequest, resp *datasource.ReadResponse,
	doing string, fill func(ctx context.Context, client *scp.Client, m *M, diags *diag.Diagnostics) error,
) {
	var m M
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	client, ok := data.Client(&resp.Diagnostics, doing)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, dataTimeout)
	defer cancel()
	if err := fill(ctx, client, &m, &resp.Diagnostics); err != nil {
		AddError(&resp.Diagnostics, doing, err)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// WarnShortfall warns when the service counts more rows than its pages gave. What
// the count means is inferred (internal/testing/apispec/NOTES.md section 10, 20), so it is
// no error; but a part must not pass for the whole. many names the rows.
func WarnShortfall(many string, diags *diag.Diagnostics) scp.Shortfall {
	return func(counted, given int64) {
		diags.AddWarning("Not all "+many+" were delivered",
			fmt.Sprintf("The service counts %d %s, and its pages ended after %d. The result covers those only. Read again; if the problem persists, ask the service's support.", counted, many, given))
	}
}

// ComputedText is a string that the service gives.
func ComputedText(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

// OptionalText is a filter that is omitted or has a value.
func OptionalText(description string, more ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, MarkdownDescription: description, Validators: append([]validator.String{NotEmpty()}, more...),
	}
}

// RequiredText is an argument that must have a value.
func RequiredText(description string, more ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		Required: true, MarkdownDescription: description, Validators: append([]validator.String{NotEmpty()}, more...),
	}
}

// OptionalTexts is a filter that is omitted or has one or more values.
func OptionalTexts(description string, each ...validator.String) schema.SetAttribute {
	return schema.SetAttribute{
		Optional: true, ElementType: types.StringType, MarkdownDescription: description, Validators: TextsOf(each...),
	}
}

// TextsOf are the validators of a set of strings. An empty set is refused: it
// reads like "none", and would be sent as no filter at all.
func TextsOf(each ...validator.String) []validator.Set {
	return []validator.Set{
		setvalidator.SizeAtLeast(1),
		setvalidator.NoNullValues(),
		setvalidator.ValueStringsAre(append([]validator.String{NotEmpty()}, each...)...),
	}
}

// Several is a set or a list of strings.
type Several interface {
	attr.Value
	ElementsAs(ctx context.Context, target any, allowUnhandled bool) diag.Diagnostics
}

// Texts reads a set or list in a fixed order, so that the same configuration always
// makes the same request. Each value comes once, after spell has brought it into the
// form that the API takes; nil leaves values as they are. Null and unknown have none.
func Texts(ctx context.Context, several Several, spell func(string) string, diags *diag.Diagnostics) []string {
	if several.IsNull() || several.IsUnknown() {
		return nil
	}
	var out []string
	diags.Append(several.ElementsAs(ctx, &out, false)...)
	if spell != nil {
		for i := range out {
			out[i] = spell(out[i])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
