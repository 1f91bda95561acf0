package billingplan

// The data source of many planned computes.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

var (
	_ datasource.DataSourceWithConfigure        = (*plannedComputesDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*plannedComputesDataSource)(nil)
)

type plannedComputesDataSource struct{ tfkit.DataSource }

// plannedComputesModel is the data source.
type plannedComputesModel struct {
	filterModel[types.Set]

	PlannedComputes []contractFields `tfsdk:"planned_computes"`
}

// NewPlannedComputesDataSource returns the data source.
func NewPlannedComputesDataSource() datasource.DataSource { return &plannedComputesDataSource{} }

// Metadata sets the type name.
func (*plannedComputesDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_planned_computes"
}

// Schema describes the data source.
func (*plannedComputesDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the planned computes of the account, from all pages. Without a filter it lists all of them, " +
			"including those that have ended, if the service still lists them. Filters are combined with AND; the values of one set with OR.",
		Attributes: map[string]schema.Attribute{
			"start_date":          tfkit.OptionalText("First day of the period, as `YYYY-MM-DD`. The vendor does not say which date of a contract is compared with it.", tfkit.Date()),
			"end_date":            tfkit.OptionalText("Last day of the period, as `YYYY-MM-DD`. The vendor does not say which date of a contract is compared with it.", tfkit.Date()),
			"server_type":         tfkit.OptionalText("Server type, such as `s1v1m2`."),
			"contract_id":         tfkit.OptionalText("Identifier of the contract in the billing system, such as `C002612775`."),
			"contract_types":      tfkit.OptionalTexts("Terms of the running contract: `01`, `03` or `05`. Names such as `1-year` are equivalent.", tfkit.ContractType()),
			"next_contract_types": tfkit.OptionalTexts("Terms of the reserved follow-up contract: `01`, `03` or `05`. Names such as `1-year` are equivalent.", tfkit.ContractType()),
			"service_ids":         tfkit.OptionalTexts("Services, such as `VIRTUAL_SERVER`."),
			"os_types":            tfkit.OptionalTexts("Operating systems, such as `OPEN_SOURCE`. They are sent unchanged."),
			"states":              tfkit.OptionalTexts("States, such as `ACTIVE`, the only one that the vendor documents."),
			"created_by":          tfkit.OptionalText("Who bought the contract."),
			"modified_by":         tfkit.OptionalText("Who last changed the contract."),
			"sort":                tfkit.OptionalText("Sort order of the rows: a field and `asc` or `desc`, for example `created_at:desc`, or only `asc` or `desc`.", contractSort()),
			"planned_computes": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The planned computes, in the service's order. Empty when there are none.",
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
	tfkit.ReadData(ctx, d.Data, req, resp, "list planned computes", func(ctx context.Context, client *scp.Client, m *plannedComputesModel, diags *diag.Diagnostics) error {
		filter := m.filter(ctx, diags)
		if diags.HasError() {
			return nil
		}
		filter.Shortfall = tfkit.WarnShortfall("planned computes", diags)
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
