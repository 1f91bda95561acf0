package budget

// The data source of many budgets.

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

// ListTypeName is the data source's name.
const ListTypeName = "scpbilling_account_budgets"

var _ datasource.DataSourceWithConfigure = (*budgetsDataSource)(nil)

type budgetsDataSource struct{ tfkit.DataSource }

// budgetsModel is the data source.
type budgetsModel struct {
	filterModel

	Budgets []fields `tfsdk:"budgets"`
}

// filterModel are the filters of listAccountBudgets, which the list resource has too.
type filterModel struct {
	SearchName types.String `tfsdk:"search_name"`
	BudgetName types.String `tfsdk:"budget_name"`
	Sort       types.String `tfsdk:"sort"`

	IsCostLinked types.Bool `tfsdk:"is_cost_linked"`
}

func (m *filterModel) filter() scp.BudgetFilter {
	return scp.BudgetFilter{
		SearchName: m.SearchName.ValueString(),
		BudgetName: m.BudgetName.ValueString(),
		Sort:       m.Sort.ValueString(),

		IsCostLinked: m.IsCostLinked.ValueBoolPointer(),
	}
}

// NewListDataSource returns the data source.
func NewListDataSource() datasource.DataSource { return &budgetsDataSource{} }

// Metadata sets the type name.
func (d *budgetsDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = ListTypeName
}

// Schema describes the data source.
func (d *budgetsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the account budgets, from all pages. The list does not include notification and prevention settings; read them with `" + TypeName + "`.",
		Attributes: map[string]schema.Attribute{
			"search_name": tfkit.OptionalText("String to search for in the names. The vendor does not say whether part of a name is enough; the provider assumes that it is."),
			"budget_name": tfkit.OptionalText("Name to look for. The vendor does not say whether it has to be the whole name; the provider assumes that it does."),
			"sort": schema.StringAttribute{
				Optional: true, Validators: []validator.String{tfkit.SortOrder()},
				MarkdownDescription: "Sort order of the rows: a field and `asc` or `desc`, for example `created_at:desc`.",
			},
			"is_cost_linked": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Keep only budgets that are, or are not, linked to Cost Navigator. Needs Budget 1.1.",
			},
			"budgets": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The budgets, in the service's order. Empty when there are none.",
				NestedObject: schema.NestedAttributeObject{Attributes: rowAttributes()},
			},
		},
	}
}

// Read follows every page.
func (d *budgetsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	tfkit.ReadData(ctx, d.Data, req, resp, "list account budgets", func(ctx context.Context, client *scp.Client, m *budgetsModel, diags *diag.Diagnostics) error {
		filter := m.filter()
		filter.Shortfall = tfkit.WarnShortfall("account budgets", diags)
		m.Budgets = []fields{}
		for row, err := range client.ListAccountBudgets(ctx, filter) {
			if err != nil {
				return err
			}
			m.Budgets = append(m.Budgets, fieldsFrom(row))
		}
		return nil
	})
}
