package costexplorer

// The data source of sums over usages.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

var (
	_ datasource.DataSourceWithConfigure        = (*usageSummaryDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*usageSummaryDataSource)(nil)
)

type usageSummaryDataSource struct{ data *tfkit.ProviderData }

type usageSummaryModel struct {
	usageFilter
	summaryFields
}

// NewUsageSummaryDataSource makes the data source.
func NewUsageSummaryDataSource() datasource.DataSource { return &usageSummaryDataSource{} }

// Metadata gives the type name.
func (d *usageSummaryDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = UsageSummaryTypeName
}

// Schema describes the data source.
func (d *usageSummaryDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Sums usages up, grouped by any of their attributes, over any number of usages.\n\n" +
			descriptionSums + "The vendor states no sign convention; amounts are summed up as sent.",
		Attributes: summaryAttributes(&usages, usageAttributes()),
	}
}

// ConfigValidators checks the period.
func (d *usageSummaryDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{tfkit.Period{First: "start_date", Last: "end_date"}}
}

// Configure takes the provider's data.
func (d *usageSummaryDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = tfkit.FromConfigure(req.ProviderData, &resp.Diagnostics)
}

// Read sums up page by page.
func (d *usageSummaryDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m usageSummaryModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	filter := m.query(ctx, &resp.Diagnostics)
	sums := newSummary(&usages, texts(ctx, &resp.Diagnostics, m.GroupBy))
	if resp.Diagnostics.HasError() {
		return
	}
	client, ok := d.data.Client(&resp.Diagnostics, "list usages")
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	filter.WithCount = true
	if err := sums.addPages(complete(client.ListUsages(ctx, filter), usages.many, &resp.Diagnostics)); err != nil {
		sums.addError(ctx, &resp.Diagnostics, err)
		return
	}
	sums.deliver(ctx, resp)
}
