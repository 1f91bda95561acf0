package billingplan

// The data source of the server types on offer.

import (
	"context"
	"math/big"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/money"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

var _ datasource.DataSourceWithConfigure = (*serverTypesDataSource)(nil)

type serverTypesDataSource struct{ tfkit.DataSource }

// serverTypesModel is the data source.
type serverTypesModel struct {
	ServiceID         types.String      `tfsdk:"service_id"`
	CurrentServerType types.String      `tfsdk:"current_server_type"`
	OSType            types.String      `tfsdk:"os_type"`
	ServerTypes       []serverTypeModel `tfsdk:"server_types"`
}

type serverTypeModel struct {
	ServerType            types.String `tfsdk:"server_type"`
	ServerTypeDescription types.String `tfsdk:"server_type_description"`
	InstanceType          types.String `tfsdk:"instance_type"`
	Core                  types.Number `tfsdk:"core"`
	MemoryGB              types.Number `tfsdk:"memory_gb"`
	GPUName               types.String `tfsdk:"gpu_name"`
	ScaleUpYN             types.Bool   `tfsdk:"scale_up_yn"`
}

// NewServerTypesDataSource returns the data source.
func NewServerTypesDataSource() datasource.DataSource { return &serverTypesDataSource{} }

// Metadata sets the type name.
func (*serverTypesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_server_types"
}

// Schema describes the data source.
func (*serverTypesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the server types for which planned computes are offered. " +
			"Set at least `service_id`: without any filter, the service has been observed to return an error.",
		Attributes: map[string]schema.Attribute{
			"service_id":          tfkit.OptionalText("Service that the server types are for, such as `VIRTUAL_SERVER`."),
			"current_server_type": tfkit.OptionalText("Server type to compare with. `scale_up_yn` of each row then says whether the row's type is larger."),
			"os_type":             tfkit.OptionalText("Operating system that the server types are for, such as `OPEN_SOURCE`. It is sent unchanged."),
			"server_types": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The server types, in the service's order. Empty when there are none.",
				NestedObject: schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
					"server_type":             tfkit.ComputedText("Server type, such as `s1v1m2`."),
					"server_type_description": tfkit.ComputedText("Description of the server type."),
					"instance_type":           tfkit.ComputedText("Family of the server type, such as `s1`."),
					"core":                    schema.NumberAttribute{Computed: true, MarkdownDescription: "Number of cores; null if the service returns no number."},
					"memory_gb":               schema.NumberAttribute{Computed: true, MarkdownDescription: "Memory in GB; null if the service returns no number."},
					"gpu_name":                tfkit.ComputedText("Model of the GPU; null if there is none."),
					"scale_up_yn": schema.BoolAttribute{
						Computed: true, MarkdownDescription: "Whether the type is larger than `current_server_type`. A running contract can only be changed to a server type for which this is true.",
					},
				}},
			},
		},
	}
}

// Read lists the server types.
func (d *serverTypesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	tfkit.ReadData(ctx, d.Data, req, resp, "list server types", func(ctx context.Context, client *scp.Client, m *serverTypesModel, _ *diag.Diagnostics) error {
		found, err := offeringsOf(d.Data, client).serverTypes(ctx, scp.ServerTypeFilter{
			ServiceID: m.ServiceID.ValueString(), CurrentServerType: m.CurrentServerType.ValueString(), OSType: m.OSType.ValueString(),
		})
		if err != nil {
			return err
		}
		m.ServerTypes = make([]serverTypeModel, 0, len(found))
		for _, row := range found {
			m.ServerTypes = append(m.ServerTypes, serverTypeModel{
				ServerType:            types.StringPointerValue(row.ServerType),
				ServerTypeDescription: types.StringPointerValue((*string)(row.ServerTypeDescription)),
				InstanceType:          types.StringPointerValue(row.InstanceType),
				Core:                  number(row.Core),
				MemoryGB:              number(row.MemoryGB),
				GPUName:               types.StringPointerValue(row.GPUName),
				ScaleUpYN:             types.BoolPointerValue(row.ScaleUpYN),
			})
		}
		return nil
	})
}

// number is a string that the service sends for a number, with or without quotes; null for
// any other.
func number(text *string) types.Number {
	if text == nil || !money.Valid(*text) {
		return types.NumberNull()
	}
	value, _, err := big.ParseFloat(*text, 10, 512, big.ToNearestEven)
	if err != nil {
		return types.NumberNull()
	}
	return types.NumberValue(value)
}
