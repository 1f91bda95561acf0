package billingplan

// The data source of many planned computes.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

var (
	_ datasource.DataSourceWithConfigure        = (*plannedComputesDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*plannedComputesDataSource)(nil)
)

type plannedComputesDataSource struct{ dataSource }

// plannedComputesModel is the data source.
type plannedComputesModel struct {
	StartDate         types.String     `tfsdk:"start_date"`
	EndDate           types.String     `tfsdk:"end_date"`
	ServerType        types.String     `tfsdk:"server_type"`
	ContractID        types.String     `tfsdk:"contract_id"`
	ContractTypes     types.Set        `tfsdk:"contract_types"`
	NextContractTypes types.Set        `tfsdk:"next_contract_types"`
	ServiceIDs        types.Set        `tfsdk:"service_ids"`
	OSTypes           types.Set        `tfsdk:"os_types"`
	States            types.Set        `tfsdk:"states"`
	CreatedBy         types.String     `tfsdk:"created_by"`
	ModifiedBy        types.String     `tfsdk:"modified_by"`
	Sort              types.String     `tfsdk:"sort"`
	PlannedComputes   []contractFields `tfsdk:"planned_computes"`
}

// NewPlannedComputesDataSource makes the data source.
func NewPlannedComputesDataSource() datasource.DataSource { return &plannedComputesDataSource{} }

// Metadata gives the type name.
func (*plannedComputesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_planned_computes"
}

// Schema describes the data source.
func (*plannedComputesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	several := func(description string, each ...validator.String) schema.SetAttribute {
		return schema.SetAttribute{
			Optional: true, ElementType: types.StringType, MarkdownDescription: description, Validators: textsOf(each...),
		}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the planned computes of the account, over all pages. Without a filter it lists all of them, " +
			"those that have ended included if the service still shows them. A planned compute has to fit every filter that is given, and one value of each set.",
		Attributes: map[string]schema.Attribute{
			"start_date":          optionalText("First day of the period to look at, as `YYYY-MM-DD`. The vendor does not say which date of a contract is compared.", tfkit.Date()),
			"end_date":            optionalText("Last day of the period to look at, as `YYYY-MM-DD`. The vendor does not say which date of a contract is compared.", tfkit.Date()),
			"server_type":         optionalText("Server type, such as `s1v1m2`."),
			"contract_id":         optionalText("Identifier of the contract in the billing system, such as `C002612775`."),
			"contract_types":      several("Periods of the running contract: `01`, `03` or `05`. The names (`1-year`) mean the same.", tfkit.ContractType()),
			"next_contract_types": several("Periods of the reserved follow-up contract: `01`, `03` or `05`. The names (`1-year`) mean the same.", tfkit.ContractType()),
			"service_ids":         several("Services, such as `VIRTUAL_SERVER`."),
			"os_types":            several("Operating systems, such as `OPEN_SOURCE`. They are sent as written here."),
			"states":              several("States, such as `ACTIVE`, the only one that the vendor documents."),
			"created_by":          optionalText("Who bought the contract."),
			"modified_by":         optionalText("Who changed the contract last."),
			"sort":                optionalText("Order of the rows: a field and `asc` or `desc`, for example `created_at:desc`, or the direction alone.", contractSort()),
			"planned_computes": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The planned computes, in the service's order. Empty when there is none.",
				NestedObject: schema.NestedAttributeObject{Attributes: contractAttributes()},
			},
		},
	}
}

// ConfigValidators refuses a period that ends before it starts.
func (*plannedComputesDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{period}
}

// Read follows every page.
func (d *plannedComputesDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	readData(ctx, d.data, req, resp, "list planned computes", func(ctx context.Context, client *scp.Client, m *plannedComputesModel, diags *diag.Diagnostics) error {
		filter := scp.PlannedComputeFilter{
			StartDate:         m.StartDate.ValueString(),
			EndDate:           m.EndDate.ValueString(),
			ServerType:        m.ServerType.ValueString(),
			ContractID:        m.ContractID.ValueString(),
			ContractTypes:     texts(ctx, m.ContractTypes, tfkit.ContractCode, diags),
			NextContractTypes: texts(ctx, m.NextContractTypes, tfkit.ContractCode, diags),
			ServiceIDs:        texts(ctx, m.ServiceIDs, nil, diags),
			OSTypes:           texts(ctx, m.OSTypes, nil, diags),
			States:            texts(ctx, m.States, nil, diags),
			CreatedBy:         m.CreatedBy.ValueString(),
			ModifiedBy:        m.ModifiedBy.ValueString(),
			Sort:              m.Sort.ValueString(),
		}
		if diags.HasError() {
			return nil
		}
		m.PlannedComputes = []contractFields{}
		for row, err := range client.ListPlannedComputes(ctx, filter) {
			if err != nil {
				return err
			}
			m.PlannedComputes = append(m.PlannedComputes, contractFrom(row))
		}
		return nil
	})
}
