package pricing

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit/rowserver"
)

// maxPrices is what a state and its tools can still handle. Ours.
const maxPrices = 100_000

// NewPricesDataSource returns the data source.
func NewPricesDataSource() datasource.DataSource {
	price := map[string]schema.Attribute{
		"attributes":        tfkit.ComputedString("What the price is for: a JSON object with undocumented keys, as a string. Decode it with `jsondecode`."),
		"billing_item_id":   tfkit.ComputedString("Billing item."),
		"currency_code":     tfkit.ComputedString("Currency, such as `KRW`."),
		"offering":          tfkit.ComputedString("Offering. What it stands for is not documented."),
		"price_model":       tfkit.ComputedString("How the ranges are applied. The values are not documented."),
		"price_unit":        tfkit.ComputedString("Unit that the price is for. The values are not documented."),
		"proration_rule":    tfkit.ComputedString("How a fraction of a unit is charged. The values are not documented."),
		"rounding_position": schema.Int64Attribute{Computed: true, MarkdownDescription: "Position to which amounts are rounded: probably digits after the decimal point, but the vendor does not say."},
		"rounding_rule":     tfkit.ComputedString("How amounts are rounded. The values are not documented."),
		"prices": tfkit.ComputedRows("Prices by range of quantity. Empty when there are none.", map[string]schema.Attribute{
			"range_start": tfkit.ComputedString("Start of the range; null if it is open."),
			"range_end":   tfkit.ComputedString("End of the range; null if it is open."),
			"base_price":  tfkit.ComputedString("Base price, as returned by the service: probably a decimal, but the vendor does not say."),
			"unit_price":  tfkit.ComputedString("Price of one unit, as returned by the service: probably a decimal, but the vendor does not say."),
		}),
	}
	return &tfkit.Source{
		Name: "prices", Doing: "list prices", Fill: listPrices,
		Description: "Reads the public price list, with each field as the service returns it. " +
			"The vendor does not document what the offerings, the keys of `attributes` and the values of `price_model` and `price_unit` mean, " +
			"so you cannot reliably find the price of one server type for one term. " +
			"`scpbilling_planned_compute_instances` shows what a contract costs, and `scpbilling_planned_compute_cancellation_fee` what ending it costs.",
		Attributes: map[string]schema.Attribute{
			"billing_item_id": tfkit.OptionalString("Billing item, as listed by `scpbilling_billing_item_ids`. It is sent to the service as a filter; whether the service applies it has not been observed. Rows with another value are kept and cause a warning."),
			"offering":        tfkit.OptionalString("Offering, as listed by `scpbilling_offerings`. It is sent to the service as a filter; whether the service applies it has not been observed. Rows with another value are kept and cause a warning."),
			"prices":          tfkit.ComputedRows(fmt.Sprintf("The prices, in the service's order. Empty when there are none. More than %d rows cause an error.", maxPrices), price),
		},
	}
}

// listPrices follows every page.
func listPrices(ctx context.Context, r *tfkit.Reading) (any, error) {
	rows := rowserver.NewEncoder()
	filter := scp.PriceFilter{Shortfall: tfkit.WarnShortfall("prices", r.Diags)}
	r.Into(&filter)
	others := false
	for row, err := range r.Client.ListPrices(ctx, filter) {
		if err != nil {
			return nil, err
		}
		others = others || differs(filter.BillingItemID, row.BillingItemID) || differs(filter.Offering, row.Offering)
		if row.Prices == nil {
			row.Prices = []scp.PriceRange{}
		}
		if rows.Rows() == maxPrices || !rows.Add(row) {
			return nil, fmt.Errorf("there are more than %d prices, which is more than a state can hold; set billing_item_id or offering", rows.Rows())
		}
	}
	if others {
		r.Diags.AddWarning("The service returned prices that do not match the filters",
			"The result contains every row that the service returned, including billing items or offerings that the filters exclude. Filter the rows in the configuration.")
	}
	rowserver.Deliver(ctx, r.Response, "prices", rows.List())
	return nil, nil
}

// differs reports whether a row has another value than the one asked for.
func differs(asked string, got *string) bool { return asked != "" && (got == nil || *got != asked) }
