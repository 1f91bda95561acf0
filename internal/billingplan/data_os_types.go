package billingplan

// The data source of the operating systems on offer.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

func osTypeAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"os_type_id":    tfkit.ComputedString("Identifier of the operating system, such as `OPEN_SOURCE`."),
		"display_name":  tfkit.ComputedString("Display name of the operating system, in the provider's `language`."),
		"os_type_value": tfkit.ComputedString("Value to write in `os_type` of a contract, such as `opensource`. The vendor does not say what this value is for; its own lists suggest this use."),
	}
}

// NewOSTypesDataSource returns the data source.
func NewOSTypesDataSource() datasource.DataSource {
	return &tfkit.Source{
		Name: "os_types", Doing: "list operating systems",
		Description: "Lists the operating systems for which planned computes are offered.",
		Attributes: map[string]schema.Attribute{
			"service_id": tfkit.OptionalString("Service that the operating systems are for, such as `VIRTUAL_SERVER`."),
			"os_types":   tfkit.ComputedRows("The operating systems, in the service's order. Empty when there are none.", osTypeAttributes()),
		},
		Fill: func(ctx context.Context, r *tfkit.Reading) (any, error) {
			found, err := offeringsOf(r.Data, r.Client).osTypes(ctx, r.String("service_id"))
			return tfkit.Results{"os_types": found}, err
		},
	}
}
