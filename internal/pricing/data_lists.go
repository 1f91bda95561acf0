package pricing

// The two data sources that list strings: billing items and offerings.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// NewBillingItemIDsDataSource returns the data source of the billing items.
func NewBillingItemIDsDataSource() datasource.DataSource {
	return list("billing_item_ids", "list billing items", (*scp.Client).ListBillingItemIDs,
		"Lists the billing items of the public price list. Each is a possible value of `billing_item_id` in `scpbilling_prices`.",
		"The identifiers, in the service's order. Empty when there are none.")
}

// NewOfferingsDataSource returns the data source of the offerings.
func NewOfferingsDataSource() datasource.DataSource {
	return list("offerings", "list offerings", (*scp.Client).ListOfferings,
		"Lists the offerings of the public price list. Each is a possible value of `offering` in `scpbilling_prices`. The vendor names `PS`, `PP` and `PG` without explaining them, and the service may list others.",
		"The offerings, in the service's order. Empty when there are none.")
}

// list returns a data source whose one attribute, a list of strings, has its name.
func list(name, doing string, ask func(*scp.Client, context.Context) ([]string, error), description, attribute string) datasource.DataSource {
	return &tfkit.Source{
		Name: name, Doing: doing, Description: description,
		Attributes: map[string]schema.Attribute{
			name: schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: attribute},
		},
		Fill: func(ctx context.Context, r *tfkit.Reading) (any, error) {
			found, err := ask(r.Client, ctx)
			return tfkit.Results{name: found}, err
		},
	}
}
