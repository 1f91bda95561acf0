package billingplan

// The data source that quotes what cancelling would cost today.

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

var _ datasource.DataSourceWithConfigure = (*cancellationFeeDataSource)(nil)

type cancellationFeeDataSource struct{ tfkit.DataSource }

// cancellationFeeModel is the data source.
type cancellationFeeModel struct {
	PlannedComputeIDs types.Set      `tfsdk:"planned_compute_ids"`
	Region            types.String   `tfsdk:"region"`
	CancellationFee   types.String   `tfsdk:"cancellation_fee"`
	Currency          *currencyModel `tfsdk:"currency"`
	BillYearMonth     types.String   `tfsdk:"bill_year_month"`
}

type currencyModel struct {
	Code   types.String `tfsdk:"code"`
	Symbol types.String `tfsdk:"symbol"`
}

// NewCancellationFeeDataSource returns the data source.
func NewCancellationFeeDataSource() datasource.DataSource { return &cancellationFeeDataSource{} }

// Metadata sets the type name.
func (*cancellationFeeDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_planned_compute_cancellation_fee"
}

// Schema describes the data source.
func (*cancellationFeeDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Quotes what cancelling planned computes would cost today. It cancels nothing. Each plan gets a new quote.",
		Attributes: map[string]schema.Attribute{
			"planned_compute_ids": schema.SetAttribute{
				Required: true, ElementType: types.StringType, Validators: tfkit.TextsOf(),
				MarkdownDescription: "Identifiers of one or more planned computes. The fee is for all of them together.",
			},
			"region":           tfkit.OptionalText("Region of the planned computes, such as `kr-west1`."),
			"cancellation_fee": tfkit.ComputedText("The fee as an exact decimal string."),
			"currency": schema.SingleNestedAttribute{
				Computed: true, MarkdownDescription: "Currency of the fee; null if the service does not return one.",
				Attributes: map[string]schema.Attribute{
					"code":   tfkit.ComputedText("Code of the currency, such as `KRW`."),
					"symbol": tfkit.ComputedText("Symbol of the currency, such as `₩`."),
				},
			},
			"bill_year_month": tfkit.ComputedText("Month in which the fee would be billed, as `YYYY-MM`."),
		},
	}
}

// Read asks for the quote.
func (d *cancellationFeeDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	const doing = "quote the cancellation fee"
	tfkit.ReadData(ctx, d.Data, req, resp, doing, func(ctx context.Context, client *scp.Client, m *cancellationFeeModel, diags *diag.Diagnostics) error {
		ids := tfkit.Texts(ctx, m.PlannedComputeIDs, nil, diags)
		if diags.HasError() {
			return nil
		}
		quoted, err := client.ShowCancellationFee(ctx, ids, m.Region.ValueString())
		if err != nil {
			tfkit.AddError(diags, doing+" of "+strings.Join(ids, ", "), err)
			return nil
		}
		m.CancellationFee = types.StringPointerValue(quoted.CancellationFee)
		m.BillYearMonth = types.StringPointerValue(quoted.BillYearMonth)
		m.Currency = nil
		if quoted.Currency != nil {
			m.Currency = &currencyModel{
				Code: types.StringPointerValue(quoted.Currency.Code), Symbol: types.StringPointerValue(quoted.Currency.Symbol),
			}
		}
		return nil
	})
}
