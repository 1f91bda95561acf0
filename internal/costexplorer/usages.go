package costexplorer

// The data source of usages.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/rowserver"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// Names of the data sources of usages.
const (
	UsagesTypeName       = "scpbilling_usages"
	UsageSummaryTypeName = "scpbilling_usage_summary"
)

var (
	_ datasource.DataSourceWithConfigure        = (*usagesDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*usagesDataSource)(nil)
)

type usagesDataSource struct{ data *tfkit.ProviderData }

type usagesModel struct {
	usageFilter
	rowsFields

	Timezone types.String `tfsdk:"timezone"`
	Usages   types.List   `tfsdk:"usages"`
}

// NewUsagesDataSource makes the data source.
func NewUsagesDataSource() datasource.DataSource { return &usagesDataSource{} }

// Metadata gives the type name.
func (d *usagesDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = UsagesTypeName
}

// Schema describes the data source.
func (d *usagesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := rowsAttributes(&usages, usageAttributes(), UsageSummaryTypeName)
	attributes["timezone"] = schema.StringAttribute{
		Computed: true, MarkdownDescription: "Time zone of `usage_date`, such as `Asia/Seoul`. Null when the service did not say.",
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads usages: one row for each resource and day. All pages are followed, and amounts are the exact text that the service sent. " +
			"For sums use `" + UsageSummaryTypeName + "`, which reads any number of usages.",
		Attributes: attributes,
	}
}

// ConfigValidators checks the period.
func (d *usagesDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{tfkit.Period{First: "start_date", Last: "end_date"}}
}

// Configure takes the provider's data.
func (d *usagesDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = tfkit.FromConfigure(req.ProviderData, &resp.Diagnostics)
}

// Read follows every page.
func (d *usagesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m usagesModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	filter := m.query(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	client, ok := d.data.Client(&resp.Diagnostics, "list usages")
	if !ok {
		return
	}
	filter.Sort, filter.WithCount = m.Sort.ValueString(), true
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	rows, timezone, err := usages.readRows(complete(client.ListUsages(ctx, filter), usages.many, &resp.Diagnostics), m.maxRows())
	if err != nil {
		usages.addReadError(ctx, &resp.Diagnostics, err, m.maxRows(), UsageSummaryTypeName)
		return
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("timezone"), types.StringPointerValue(timezone))...)
	rowserver.Deliver(ctx, resp, "usages", rows.List())
}
