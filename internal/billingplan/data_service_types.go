package billingplan

// The data source of the services open to planned computes.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

var _ datasource.DataSourceWithConfigure = (*serviceTypesDataSource)(nil)

type serviceTypesDataSource struct{ tfkit.DataSource }

// serviceTypesModel is the data source.
type serviceTypesModel struct {
	Services []serviceTypeModel `tfsdk:"services"`
}

type serviceTypeModel struct {
	ServiceID   types.String `tfsdk:"service_id"`
	DisplayName types.String `tfsdk:"display_name"`
}

func serviceTypeFrom(row scp.ServiceType) serviceTypeModel {
	return serviceTypeModel{ServiceID: types.StringPointerValue(row.ServiceID), DisplayName: types.StringPointerValue(row.DisplayName)}
}

func serviceTypeAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"service_id":   tfkit.ComputedText("Identifier of the service, such as `VIRTUAL_SERVER`."),
		"display_name": tfkit.ComputedText("Display name of the service, in the language of the provider."),
	}
}

// NewServiceTypesDataSource returns the data source.
func NewServiceTypesDataSource() datasource.DataSource { return &serviceTypesDataSource{} }

// Metadata sets the type name.
func (*serviceTypesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_service_types"
}

// Schema describes the data source.
func (*serviceTypesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the services for which planned computes are offered.",
		Attributes: map[string]schema.Attribute{
			"services": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The services, in the service's order. Empty when there are none.",
				NestedObject: schema.NestedAttributeObject{Attributes: serviceTypeAttributes()},
			},
		},
	}
}

// Read lists the services.
func (d *serviceTypesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	tfkit.ReadData(ctx, d.Data, req, resp, "list service types", func(ctx context.Context, client *scp.Client, m *serviceTypesModel, _ *diag.Diagnostics) error {
		found, err := offeringsOf(d.Data, client).serviceTypes(ctx)
		if err != nil {
			return err
		}
		m.Services = make([]serviceTypeModel, 0, len(found))
		for _, row := range found {
			m.Services = append(m.Services, serviceTypeFrom(row))
		}
		return nil
	})
}
