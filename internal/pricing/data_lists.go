package pricing

// The two data sources that list strings: billing items and offerings.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// NewBillingItemIDsDataSource returns the data source of the billing items.
func NewBillingItemIDsDataSource() datasource.DataSource {
	return &tfkit.Source{
		Name: "billing_item_ids", Doing: "list billing items",
		Description: "Lists the billing items of the public price list. Each is a possible value of `billing_item_id` in `scpbilling_prices`.",
		Attributes:  strings("billing_item_ids", "The identifiers, in the service's order. Empty when there are none."),
		Fill: func(ctx context.Context, r *tfkit.Reading) error {
			found, err := r.Client.ListBillingItemIDs(ctx)
			r.Set(ctx, "billing_item_ids", found)
			return err
		},
	}
}

// NewOfferingsDataSource returns the data source of the offerings.
func NewOfferingsDataSource() datasource.DataSource {
	return &tfkit.Source{
		Name: "offerings", Doing: "list offerings",
		Description: "Lists the offerings of the public price list. Each is a possible value of `offering` in `scpbilling_prices`. The vendor names `PS`, `PP` and `PG` without explaining them, and the service may list others.",
		Attributes:  strings("offerings", "The offerings, in the service's order. Empty when there are none."),
		Fill: func(ctx context.Context, r *tfkit.Reading) error {
			found, err := r.Client.ListOfferings(ctx)
			r.Set(ctx, "offerings", found)
			return err
		},
	}
}

func strings(name, description string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		name: schema.ListAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: description},
	}
}
