package billingplan

// The data source of the server types on offer.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// NewServerTypesDataSource returns the data source.
func NewServerTypesDataSource() datasource.DataSource {
	row := map[string]schema.Attribute{
		"server_type":             tfkit.ComputedString("Server type, such as `s1v1m2`."),
		"server_type_description": tfkit.ComputedString("Description of the server type."),
		"instance_type":           tfkit.ComputedString("Family of the server type, such as `s1`."),
		"core":                    schema.NumberAttribute{Computed: true, MarkdownDescription: "Number of cores; null if the service returns no number."},
		"memory_gb":               schema.NumberAttribute{Computed: true, MarkdownDescription: "Memory in GB; null if the service returns no number."},
		"gpu_name":                tfkit.ComputedString("Model of the GPU; null if there is none."),
		"scale_up_yn": schema.BoolAttribute{
			Computed: true, MarkdownDescription: "Whether the type is larger than `current_server_type`. A running contract can only be changed to a server type for which this is true.",
		},
	}
	return &tfkit.Source{
		Name: "server_types", Doing: "list server types",
		Description: "Lists the server types for which planned computes are offered. " +
			"Set at least `service_id`: without any filter, the service has been observed to return an error.",
		Attributes: map[string]schema.Attribute{
			"service_id":          tfkit.OptionalString("Service that the server types are for, such as `VIRTUAL_SERVER`."),
			"current_server_type": tfkit.OptionalString("Server type to compare with. `scale_up_yn` of each row then says whether the row's type is larger."),
			"os_type":             tfkit.OptionalString("Operating system that the server types are for, such as `OPEN_SOURCE`. It is sent unchanged."),
			"server_types":        tfkit.ComputedRows("The server types, in the service's order. Empty when there are none.", row),
		},
		Fill: func(ctx context.Context, r *tfkit.Reading) (any, error) {
			var filter scp.ServerTypeFilter
			r.Into(&filter)
			found, err := offeringsOf(r.Data, r.Client).serverTypes(ctx, filter)
			return tfkit.Results{"server_types": found}, err
		},
	}
}
