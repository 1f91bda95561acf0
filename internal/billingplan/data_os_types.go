package billingplan

// The data source of the operating systems on offer.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

var _ datasource.DataSourceWithConfigure = (*osTypesDataSource)(nil)

type osTypesDataSource struct{ tfkit.DataSource }

// osTypesModel is the data source.
type osTypesModel struct {
	ServiceID types.String  `tfsdk:"service_id"`
	OSTypes   []osTypeModel `tfsdk:"os_types"`
}

type osTypeModel struct {
	OSTypeID    types.String `tfsdk:"os_type_id"`
	DisplayName types.String `tfsdk:"display_name"`
	OSTypeValue types.String `tfsdk:"os_type_value"`
}

func osTypeFrom(row scp.OSType) osTypeModel {
	return osTypeModel{
		OSTypeID:    types.StringPointerValue(row.OSTypeID),
		DisplayName: types.StringPointerValue(row.DisplayName),
		OSTypeValue: types.StringPointerValue(row.OSTypeValue),
	}
}

func osTypeAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"os_type_id":    tfkit.ComputedText("Identifier of the operating system, such as `OPEN_SOURCE`."),
		"display_name":  tfkit.ComputedText("Display name of the operating system, in the language of the provider."),
		"os_type_value": tfkit.ComputedText("Value to write in `os_type` of a contract, such as `opensource`. The vendor does not say what this value is for; its own lists suggest this use."),
	}
}

// NewOSTypesDataSource returns the data source.
func NewOSTypesDataSource() datasource.DataSource { return &osTypesDataSource{} }

// Metadata sets the type name.
func (*osTypesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_os_types"
}

// Schema describes the data source.
func (*osTypesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the operating systems for which planned computes are offered.",
		Attributes: map[string]schema.Attribute{
			"service_id": tfkit.OptionalText("Service that the operating systems are for, such as `VIRTUAL_SERVER`."),
			"os_types": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The operating systems, in the service's order. Empty when there are none.",
				NestedObject: schema.NestedAttributeObject{Attributes: osTypeAttributes()},
			},
		},
	}
}

// Read lists the operating systems.
func (d *osTypesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	tfkit.ReadData(ctx, d.Data, req, resp, "list operating systems", func(ctx context.Context, client *scp.Client, m *osTypesModel, _ *diag.Diagnostics) error {
		found, err := offeringsOf(d.Data, client).osTypes(ctx, m.ServiceID.ValueString())
		if err != nil {
			return err
		}
		m.OSTypes = make([]osTypeModel, 0, len(found))
		for _, row := range found {
			m.OSTypes = append(m.OSTypes, osTypeFrom(row))
		}
		return nil
	})
}
