package pricing

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

var _ datasource.DataSourceWithConfigure = (*pricesDataSource)(nil)

type pricesDataSource struct{ tfkit.DataSource }

// pricesModel is the data source.
type pricesModel struct {
	BillingItemID types.String `tfsdk:"billing_item_id"`
	Offering      types.String `tfsdk:"offering"`
	Prices        []priceModel `tfsdk:"prices"`
}

type priceModel struct {
	Attributes       types.String `tfsdk:"attributes"`
	BillingItemID    types.String `tfsdk:"billing_item_id"`
	CurrencyCode     types.String `tfsdk:"currency_code"`
	Offering         types.String `tfsdk:"offering"`
	PriceModel       types.String `tfsdk:"price_model"`
	PriceUnit        types.String `tfsdk:"price_unit"`
	ProrationRule    types.String `tfsdk:"proration_rule"`
	RoundingPosition types.Int64  `tfsdk:"rounding_position"`
	RoundingRule     types.String `tfsdk:"rounding_rule"`
	Prices           []rangeModel `tfsdk:"prices"`
}

type rangeModel struct {
	RangeStart types.String `tfsdk:"range_start"`
	RangeEnd   types.String `tfsdk:"range_end"`
	BasePrice  types.String `tfsdk:"base_price"`
	UnitPrice  types.String `tfsdk:"unit_price"`
}

// NewPricesDataSource makes the data source.
func NewPricesDataSource() datasource.DataSource { return &pricesDataSource{} }

// Metadata gives the type name.
func (*pricesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_prices"
}

// Schema describes the data source.
func (*pricesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the public price list, each field as the service sends it. " +
			"The vendor does not document what the offerings, the keys of `attributes` and the values of `price_model` and `price_unit` mean, " +
			"so the price of one server type for one term cannot be picked out with certainty. " +
			"What a contract costs can be seen in `scpbilling_planned_compute_instances`, and what ending it costs in `scpbilling_planned_compute_cancellation_fee`.",
		Attributes: map[string]schema.Attribute{
			"billing_item_id": tfkit.OptionalText("Billing item, as listed by `scpbilling_billing_item_ids`. It is sent to the service; that the service filters by it has not been observed."),
			"offering":        tfkit.OptionalText("Offering, as listed by `scpbilling_offerings`. It is sent to the service; that the service filters by it has not been observed."),
			"prices": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The prices, in the service's order. Empty when there are none.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"attributes":        tfkit.ComputedText("What the price is for, as the text of a JSON object with undocumented keys. Read it with `jsondecode`."),
					"billing_item_id":   tfkit.ComputedText("Billing item."),
					"currency_code":     tfkit.ComputedText("Currency, such as `KRW`."),
					"offering":          tfkit.ComputedText("Offering. What it stands for is not documented."),
					"price_model":       tfkit.ComputedText("How the ranges are applied. The values are not documented."),
					"price_unit":        tfkit.ComputedText("Unit that the price is for. The values are not documented."),
					"proration_rule":    tfkit.ComputedText("How a part of a unit is charged. The values are not documented."),
					"rounding_position": schema.Int64Attribute{Computed: true, MarkdownDescription: "Position that amounts are rounded to. Probably digits after the decimal point; the vendor does not say."},
					"rounding_rule":     tfkit.ComputedText("How amounts are rounded. The values are not documented."),
					"prices": schema.ListNestedAttribute{
						Computed: true, MarkdownDescription: "Prices by range of quantity. Empty when there are none.",
						NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
							"range_start": tfkit.ComputedText("Start of the range; null when it is open."),
							"range_end":   tfkit.ComputedText("End of the range; null when it is open."),
							"base_price":  tfkit.ComputedText("Base price, as sent. Probably a decimal; the vendor does not say."),
							"unit_price":  tfkit.ComputedText("Price of one unit, as sent. Probably a decimal; the vendor does not say."),
						}},
					},
				}},
			},
		},
	}
}

// Read follows every page.
func (d *pricesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	tfkit.ReadData(ctx, d.Data, req, resp, "list prices", func(ctx context.Context, client *scp.Client, m *pricesModel, diags *diag.Diagnostics) error {
		m.Prices = []priceModel{}
		filter := scp.PriceFilter{BillingItemID: m.BillingItemID.ValueString(), Offering: m.Offering.ValueString(), Shortfall: tfkit.WarnShortfall("prices", diags)}
		for row, err := range client.ListPrices(ctx, filter) {
			if err != nil {
				return err
			}
			m.Prices = append(m.Prices, priceFrom(row))
		}
		return nil
	})
}

func priceFrom(row *scp.Price) priceModel {
	price := priceModel{
		Attributes:       types.StringPointerValue(row.Attributes),
		BillingItemID:    types.StringPointerValue(row.BillingItemID),
		CurrencyCode:     types.StringPointerValue(row.CurrencyCode),
		Offering:         types.StringPointerValue(row.Offering),
		PriceModel:       types.StringPointerValue(row.PriceModel),
		PriceUnit:        types.StringPointerValue(row.PriceUnit),
		ProrationRule:    types.StringPointerValue(row.ProrationRule),
		RoundingPosition: types.Int64PointerValue(row.RoundingPosition),
		RoundingRule:     types.StringPointerValue(row.RoundingRule),
		Prices:           []rangeModel{},
	}
	for _, one := range row.Prices {
		price.Prices = append(price.Prices, rangeModel{
			RangeStart: types.StringPointerValue(one.RangeStart),
			RangeEnd:   types.StringPointerValue(one.RangeEnd),
			BasePrice:  types.StringPointerValue(one.BasePrice),
			UnitPrice:  types.StringPointerValue(one.UnitPrice),
		})
	}
	return price
}
