package billingplan

// What all data sources of planned computes share: the provider's data, the
// frame of a read, and attributes that stand in more than one of them.

import (
	"context"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// dataTimeout bounds the read of a data source with all its pages and retries.
const dataTimeout = 10 * time.Minute

// dataSource is what every data source embeds.
type dataSource struct{ data *tfkit.ProviderData }

// Configure takes the provider's data.
func (d *dataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = tfkit.FromConfigure(req.ProviderData, &resp.Diagnostics)
}

// readData reads the configuration into a model of type M, lets fill complete it
// from the service, and makes it the state. doing completes the sentence
// "Could not ...".
func readData[M any](
	ctx context.Context, data *tfkit.ProviderData, req datasource.ReadRequest, resp *datasource.ReadResponse,
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
		tfkit.AddError(&resp.Diagnostics, doing, err)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// contractAttributes are the attributes of a planned compute, all computed.
func contractAttributes() map[string]schema.Attribute {
	attributes := make(map[string]schema.Attribute, len(descriptions))
	for name, description := range descriptions {
		attributes[name] = schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	attributes["server_type_description"] = schema.MapAttribute{
		Computed: true, ElementType: types.StringType, MarkdownDescription: descriptions["server_type_description"],
	}
	attributes["delete_yn"] = schema.BoolAttribute{Computed: true, MarkdownDescription: descriptions["delete_yn"]}
	return attributes
}

// computedText is a text that the service gives.
func computedText(description string) schema.StringAttribute {
	return schema.StringAttribute{Computed: true, MarkdownDescription: description}
}

// optionalText is a filter that is left out or has a value.
func optionalText(description string, more ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		Optional: true, MarkdownDescription: description, Validators: append([]validator.String{tfkit.NotEmpty()}, more...),
	}
}

// requiredText is an argument that must have a value.
func requiredText(description string, more ...validator.String) schema.StringAttribute {
	return schema.StringAttribute{
		Required: true, MarkdownDescription: description, Validators: append([]validator.String{tfkit.NotEmpty()}, more...),
	}
}

// textsOf are the validators of a set of texts. An empty set is refused: it
// reads like "none", and would be sent as no filter at all.
func textsOf(each ...validator.String) []validator.Set {
	return []validator.Set{
		setvalidator.SizeAtLeast(1),
		setvalidator.NoNullValues(),
		setvalidator.ValueStringsAre(append([]validator.String{tfkit.NotEmpty()}, each...)...),
	}
}

// texts reads a set in a fixed order, each value once after spell has brought it
// into the form that the API takes; nil leaves values as they are.
func texts(ctx context.Context, set types.Set, spell func(string) string, diags *diag.Diagnostics) []string {
	if set.IsNull() || set.IsUnknown() {
		return nil
	}
	var out []string
	diags.Append(set.ElementsAs(ctx, &out, false)...)
	if spell != nil {
		for i := range out {
			out[i] = spell(out[i])
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
