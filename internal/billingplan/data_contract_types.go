package billingplan

// The data source of the contract terms on offer.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

var _ datasource.DataSourceWithConfigure = (*contractTypesDataSource)(nil)

type contractTypesDataSource struct{ tfkit.DataSource }

// contractTypesModel is the data source.
type contractTypesModel struct {
	ServiceID      types.String        `tfsdk:"service_id"`
	ServerType     types.String        `tfsdk:"server_type"`
	ContractTypes  []contractTypeModel `tfsdk:"contract_types"`
	ExtensionTypes []contractTypeModel `tfsdk:"extension_types"`
}

type contractTypeModel struct {
	Code        types.String `tfsdk:"code"`
	DisplayName types.String `tfsdk:"display_name"`
}

func contractTypesFrom(rows []scp.ContractType) []contractTypeModel {
	out := make([]contractTypeModel, 0, len(rows))
	for _, row := range rows {
		out = append(out, contractTypeModel{Code: types.StringPointerValue(row.Code), DisplayName: types.StringPointerValue(row.DisplayName)})
	}
	return out
}

// NewContractTypesDataSource returns the data source.
func NewContractTypesDataSource() datasource.DataSource { return &contractTypesDataSource{} }

// Metadata sets the type name.
func (*contractTypesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_contract_types"
}

// Schema describes the data source.
func (*contractTypesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	row := schema.NestedAttributeObject{Attributes: map[string]schema.Attribute{
		"code":         tfkit.ComputedText("Code of the term, such as `01`: the value of `contract_type` and `next_contract_type`."),
		"display_name": tfkit.ComputedText("Name of the term, such as `1-year`."),
	}}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the contract terms that are offered for a first contract and for a follow-up.",
		Attributes: map[string]schema.Attribute{
			"service_id":  tfkit.OptionalText("Service that the terms are for, such as `VIRTUAL_SERVER`."),
			"server_type": tfkit.OptionalText("Server type that the terms are for, such as `s1v1m2`."),
			"contract_types": schema.ListNestedAttribute{
				Computed: true, NestedObject: row, MarkdownDescription: "Terms of a first contract. Empty when there are none.",
			},
			"extension_types": schema.ListNestedAttribute{
				Computed: true, NestedObject: row, MarkdownDescription: "Terms of a follow-up contract. Empty when there are none.",
			},
		},
	}
}

// Read lists the terms.
func (d *contractTypesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	tfkit.ReadData(ctx, d.Data, req, resp, "list contract types", func(ctx context.Context, client *scp.Client, m *contractTypesModel, _ *diag.Diagnostics) error {
		found, err := offeringsOf(d.Data, client).contractTypes(ctx, m.ServiceID.ValueString(), m.ServerType.ValueString())
		if err != nil {
			return err
		}
		m.ContractTypes = contractTypesFrom(found.ContractTypes)
		m.ExtensionTypes = contractTypesFrom(found.ExtensionTypes)
		return nil
	})
}
