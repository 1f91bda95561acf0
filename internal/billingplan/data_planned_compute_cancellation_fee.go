package billingplan

// The data source that quotes what cancelling would cost today.

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// NewCancellationFeeDataSource returns the data source.
func NewCancellationFeeDataSource() datasource.DataSource {
	return &tfkit.Source{
		Name: "planned_compute_cancellation_fee", Doing: "quote the cancellation fee",
		Description: "Quotes what cancelling planned computes would cost today. It cancels nothing. Each plan gets a new quote.",
		Attributes: map[string]schema.Attribute{
			"planned_compute_ids": schema.SetAttribute{
				Required: true, ElementType: types.StringType, Validators: tfkit.StringsOf(),
				MarkdownDescription: "Identifiers of one or more planned computes. The fee is for all of them together.",
			},
			"region":           tfkit.OptionalString("Region of the planned computes, such as `kr-west1`."),
			"cancellation_fee": tfkit.ComputedString("The fee as an exact decimal string."),
			"currency": schema.SingleNestedAttribute{
				Computed: true, MarkdownDescription: "Currency of the fee; null if the service does not return one.",
				Attributes: map[string]schema.Attribute{
					"code":   tfkit.ComputedString("Code of the currency, such as `KRW`."),
					"symbol": tfkit.ComputedString("Symbol of the currency, such as `₩`."),
				},
			},
			"bill_year_month": tfkit.ComputedString("Month in which the fee would be billed, as `YYYY-MM`."),
		},
		Fill: quoteFee,
	}
}

func quoteFee(ctx context.Context, r *tfkit.Reading) (any, error) {
	ids := r.Strings("planned_compute_ids", nil)
	quoted, err := r.Client.ShowCancellationFee(ctx, ids, r.String("region"))
	if err != nil {
		tfkit.AddError(r.Diags, "quote the cancellation fee of "+strings.Join(ids, ", "), err)
		return nil, nil
	}
	return quoted, nil
}
