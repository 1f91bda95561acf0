package billingplan

// The data source of the resources that planned computes cover.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

func coverageAmountAttribute() schema.SingleNestedAttribute {
	return schema.SingleNestedAttribute{
		Computed: true, MarkdownDescription: "Sums over the resources, as returned by the service. If the service returns a plain `0` for one of the sums, or for all of them, the amount is zero in both currencies.",
		Attributes: map[string]schema.Attribute{
			"total":            tfkit.ComputedAmount("Total charged."),
			"used":             tfkit.ComputedAmount("What was charged under contracts."),
			"non_applied":      tfkit.ComputedAmount("What the same hours would have cost without a contract *(inferred from the name)*."),
			"no_contract_used": tfkit.ComputedAmount("What was charged for usage without a contract."),
		},
	}
}

// NewInstancesDataSource returns the data source.
func NewInstancesDataSource() datasource.DataSource {
	return &tfkit.Source{
		Name: "planned_compute_instances", Doing: "read the coverage of planned computes", Validators: []datasource.ConfigValidator{period},
		Description: "Reads which resources used planned computes of one spec, for how long, and what was charged with and without a contract. " +
			"Data is available up to two days before today. For an account without planned computes, the service has been observed to fail instead of returning an empty list.",
		Attributes: map[string]schema.Attribute{
			"service_id":  tfkit.RequiredString("Service, such as `VIRTUAL_SERVER`."),
			"os_type":     tfkit.RequiredString("Operating system, such as `OPEN_SOURCE`. It is sent unchanged."),
			"server_type": tfkit.RequiredString("Server type, such as `s1v1m2`."),
			"start_date":  tfkit.RequiredString("First day, as `YYYY-MM-DD`.", tfkit.Date()),
			"end_date":    tfkit.RequiredString("Last day, as `YYYY-MM-DD`.", tfkit.Date()),
			"coverages": tfkit.ComputedRows("The resources, in the service's order. Empty when there are none.", map[string]schema.Attribute{
				"resource_name":      tfkit.ComputedString("Name of the resource."),
				"contract_id":        tfkit.ComputedString("Identifier, in the billing system, of the contract that covers the resource."),
				"used_time":          schema.Int64Attribute{Computed: true, MarkdownDescription: "Hours used."},
				"unit_price":         tfkit.ComputedAmount("Price of one hour."),
				"used_amount":        tfkit.ComputedAmount("What was charged under the contract."),
				"non_applied_amount": tfkit.ComputedAmount("What the same hours would have cost without a contract *(inferred from the name)*."),
				"request_at":         tfkit.ComputedString("The API's field `request_at`, which the vendor does not explain: a time without a time zone."),
			}),
			"amount": coverageAmountAttribute(),
			"order_count": schema.Int64Attribute{
				Computed: true, MarkdownDescription: "Number of planned computes of this spec *(inferred from the name; the vendor does not explain it)*.",
			},
			"os": schema.SingleNestedAttribute{
				Computed: true, MarkdownDescription: "The operating system.", Attributes: osTypeAttributes(),
			},
			"service": schema.SingleNestedAttribute{
				Computed: true, MarkdownDescription: "The service.", Attributes: serviceTypeAttributes(),
			},
			"server_type_description": schema.MapAttribute{
				Computed: true, ElementType: types.StringType, MarkdownDescription: descriptions["server_type_description"],
			},
		},
		Fill: func(ctx context.Context, r *tfkit.Reading) (any, error) {
			var query scp.InstanceQuery
			r.Into(&query)
			return r.Client.ListPlannedComputeInstances(ctx, query)
		},
	}
}
