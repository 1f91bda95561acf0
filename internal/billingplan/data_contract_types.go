package billingplan

// The data source of the contract terms on offer.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// NewContractTypesDataSource returns the data source.
func NewContractTypesDataSource() datasource.DataSource {
	row := map[string]schema.Attribute{
		"code":         tfkit.ComputedString("Code of the term, such as `01`: the value of `contract_type` and `next_contract_type`."),
		"display_name": tfkit.ComputedString("Name of the term, such as `1-year`."),
	}
	return &tfkit.Source{
		Name: "contract_types", Doing: "list contract types",
		Description: "Lists the contract terms that are offered for a first contract and for a follow-up.",
		Attributes: map[string]schema.Attribute{
			"service_id":      tfkit.OptionalString("Service that the terms are for, such as `VIRTUAL_SERVER`."),
			"server_type":     tfkit.OptionalString("Server type that the terms are for, such as `s1v1m2`."),
			"contract_types":  tfkit.ComputedRows("Terms of a first contract. Empty when there are none.", row),
			"extension_types": tfkit.ComputedRows("Terms of a follow-up contract. Empty when there are none.", row),
		},
		Fill: func(ctx context.Context, r *tfkit.Reading) (any, error) {
			return offeringsOf(r.Data, r.Client).contractTypes(ctx, r.String("service_id"), r.String("server_type"))
		},
	}
}
