package billingplan

// The data source of the services open to planned computes.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

func serviceTypeAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"service_id":   tfkit.ComputedString("Identifier of the service, such as `VIRTUAL_SERVER`."),
		"display_name": tfkit.ComputedString("Display name of the service, in the provider's `language`."),
	}
}

// NewServiceTypesDataSource returns the data source.
func NewServiceTypesDataSource() datasource.DataSource {
	return &tfkit.Source{
		Name: "service_types", Doing: "list service types",
		Description: "Lists the services for which planned computes are offered.",
		Attributes: map[string]schema.Attribute{
			"services": tfkit.ComputedRows("The services, in the service's order. Empty when there are none.", serviceTypeAttributes()),
		},
		Fill: func(ctx context.Context, r *tfkit.Reading) (any, error) {
			found, err := offeringsOf(r.Data, r.Client).serviceTypes(ctx)
			return tfkit.Results{"services": found}, err
		},
	}
}
