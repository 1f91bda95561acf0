package costexplorer

// The data source of bills.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/rowserver"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// Names of the data sources of bills.
const (
	BillsTypeName       = "scpbilling_bills"
	BillSummaryTypeName = "scpbilling_bill_summary"
)

var (
	_ datasource.DataSourceWithConfigure        = (*billsDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*billsDataSource)(nil)
)

type billsDataSource struct{ data *tfkit.ProviderData }

type billsModel struct {
	billFilter
	rowsFields

	Bills types.List `tfsdk:"bills"`
}

// NewBillsDataSource makes the data source.
func NewBillsDataSource() datasource.DataSource { return &billsDataSource{} }

// Metadata gives the type name.
func (d *billsDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = BillsTypeName
}

// Schema describes the data source.
func (d *billsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads bills: one row for each resource and month, with every part and discount. All pages are followed, and amounts are the exact text that the service sent. " +
			"For sums use `" + BillSummaryTypeName + "`, which reads any number of bills.\n\n" + descriptionSigns,
		Attributes: rowsAttributes(&bills, billAttributes(), BillSummaryTypeName),
	}
}

// descriptionSigns is what a reader of bills must know about discounts.
const descriptionSigns = "The vendor states no sign convention: whether discounts and credits are positive or negative, and how the parts add up to the totals, is not known. Amounts are passed on as sent."

// ConfigValidators checks the period.
func (d *billsDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{tfkit.Period{First: "start_year_month", Last: "end_year_month"}}
}

// Configure takes the provider's data.
func (d *billsDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = tfkit.FromConfigure(req.ProviderData, &resp.Diagnostics)
}

// Read follows every page.
func (d *billsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m billsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	filter := m.query(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	client, ok := d.data.Client(&resp.Diagnostics, "list bills")
	if !ok {
		return
	}
	filter.Sort, filter.WithCount = m.Sort.ValueString(), true
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	rows, _, err := bills.readRows(complete(client.ListBills(ctx, filter), bills.many, &resp.Diagnostics), m.maxRows())
	if err != nil {
		bills.addReadError(ctx, &resp.Diagnostics, err, m.maxRows(), BillSummaryTypeName)
		return
	}
	rowserver.Deliver(ctx, resp, "bills", rows.List())
}
