package pricing

// The two data sources that list strings: billing items and offerings.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

var (
	_ datasource.DataSourceWithConfigure = (*itemsDataSource)(nil)
	_ datasource.DataSourceWithConfigure = (*offeringsDataSource)(nil)
)

type itemsDataSource struct{ tfkit.DataSource }

type offeringsDataSource struct{ tfkit.DataSource }

type itemsModel struct {
	BillingItemIDs []types.String `tfsdk:"billing_item_ids"`
}

type offeringsModel struct {
	Offerings []types.String `tfsdk:"offerings"`
}

// NewBillingItemIDsDataSource returns the data source of the billing items.
func NewBillingItemIDsDataSource() datasource.DataSource { return &itemsDataSource{} }

// NewOfferingsDataSource returns the data source of the offerings.
func NewOfferingsDataSource() datasource.DataSource { return &offeringsDataSource{} }

// Metadata sets the type name.
func (*itemsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_billing_item_ids"
}

// Metadata sets the type name.
func (*offeringsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_offerings"
}

// Schema describes the data source.
func (*itemsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the billing items of the public price list. Each is a possible value of `billing_item_id` in `scpbilling_prices`.",
		Attributes: map[string]schema.Attribute{
			"billing_item_ids": schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "The identifiers, in the service's order. Empty when there are none."},
		},
	}
}

// Schema describes the data source.
func (*offeringsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the offerings of the public price list. Each is a possible value of `offering` in `scpbilling_prices`. The vendor names `PS`, `PP` and `PG` without explaining them, and the service may list others.",
		Attributes: map[string]schema.Attribute{
			"offerings": schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: "The offerings, in the service's order. Empty when there are none."},
		},
	}
}

// Read lists the billing items.
func (d *itemsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	tfkit.ReadData(ctx, d.Data, req, resp, "list billing items", func(ctx context.Context, client *scp.Client, m *itemsModel, _ *diag.Diagnostics) error {
		found, err := client.ListBillingItemIDs(ctx)
		m.BillingItemIDs = texts(found)
		return err
	})
}

// Read lists the offerings.
func (d *offeringsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	tfkit.ReadData(ctx, d.Data, req, resp, "list offerings", func(ctx context.Context, client *scp.Client, m *offeringsModel, _ *diag.Diagnostics) error {
		found, err := client.ListOfferings(ctx)
		m.Offerings = texts(found)
		return err
	})
}

func texts(found []string) []types.String {
	out := make([]types.String, 0, len(found))
	for _, one := range found {
		out = append(out, types.StringValue(one))
	}
	return out
}
