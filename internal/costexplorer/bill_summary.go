package costexplorer

// The data source of sums over bills.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

var (
	_ datasource.DataSourceWithConfigure        = (*billSummaryDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*billSummaryDataSource)(nil)
)

type billSummaryDataSource struct{ data *tfkit.ProviderData }

type billSummaryModel struct {
	billFilter
	summaryFields
}

// NewBillSummaryDataSource makes the data source.
func NewBillSummaryDataSource() datasource.DataSource { return &billSummaryDataSource{} }

// Metadata gives the type name.
func (d *billSummaryDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = BillSummaryTypeName
}

// Schema describes the data source.
func (d *billSummaryDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Sums bills up, grouped by any of their attributes, over any number of bills.\n\n" +
			descriptionSums + descriptionSigns + " Sums are taken over the amounts as sent, so check the signs in your own bills before you add kinds of amounts together.",
		Attributes: summaryAttributes(&bills, billAttributes()),
	}
}

// ConfigValidators checks the period.
func (d *billSummaryDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{tfkit.Period{First: "start_year_month", Last: "end_year_month"}}
}

// Configure takes the provider's data.
func (d *billSummaryDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = tfkit.FromConfigure(req.ProviderData, &resp.Diagnostics)
}

// Read sums up page by page.
func (d *billSummaryDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m billSummaryModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	filter := m.query(ctx, &resp.Diagnostics)
	sums := newSummary(&bills, texts(ctx, &resp.Diagnostics, m.GroupBy))
	if resp.Diagnostics.HasError() {
		return
	}
	client, ok := d.data.Client(&resp.Diagnostics, "list bills")
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	filter.WithCount = true
	if err := sums.addPages(complete(client.ListBills(ctx, filter), bills.many, &resp.Diagnostics)); err != nil {
		sums.addError(ctx, &resp.Diagnostics, err)
		return
	}
	sums.deliver(ctx, resp)
}
