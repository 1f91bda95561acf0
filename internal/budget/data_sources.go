package budget

// The data source of many budgets.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// ListTypeName is the data source's name.
const ListTypeName = "scpbilling_account_budgets"

var _ datasource.DataSourceWithConfigure = (*budgetsDataSource)(nil)

type budgetsDataSource struct{ data *tfkit.ProviderData }

// budgetsModel is the data source.
type budgetsModel struct {
	SearchName types.String `tfsdk:"search_name"`
	BudgetName types.String `tfsdk:"budget_name"`
	Sort       types.String `tfsdk:"sort"`
	Budgets    []fields     `tfsdk:"budgets"`
}

// NewListDataSource makes the data source.
func NewListDataSource() datasource.DataSource { return &budgetsDataSource{} }

// Metadata gives the type name.
func (d *budgetsDataSource) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = ListTypeName
}

// Schema describes the data source.
func (d *budgetsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Lists the account budgets, over all pages. The settings of a budget are not part of a list; read them with `" + TypeName + "`.",
		Attributes: map[string]schema.Attribute{
			"search_name": schema.StringAttribute{
				Optional: true, Validators: []validator.String{tfkit.NotEmpty()},
				MarkdownDescription: "Text that the names are searched for. That it may be a part of a name is a guess; the vendor does not say.",
			},
			"budget_name": schema.StringAttribute{
				Optional: true, Validators: []validator.String{tfkit.NotEmpty()},
				MarkdownDescription: "Name that is looked for. That it is the whole name is a guess; the vendor does not say.",
			},
			"sort": schema.StringAttribute{
				Optional: true, Validators: []validator.String{tfkit.SortOrder()},
				MarkdownDescription: "Order of the rows, a field and `asc` or `desc`, for example `created_at:desc`.",
			},
			"budgets": schema.ListNestedAttribute{
				Computed: true, MarkdownDescription: "The budgets, in the service's order. Empty when there is none.",
				NestedObject: schema.NestedAttributeObject{Attributes: rowAttributes()},
			},
		},
	}
}

// Configure takes the provider's data.
func (d *budgetsDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	d.data = tfkit.FromConfigure(req.ProviderData, &resp.Diagnostics)
}

// Read follows every page.
func (d *budgetsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	const doing = "list account budgets"
	var m budgetsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	client, ok := d.data.Client(&resp.Diagnostics, doing)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, defaultTimeout)
	defer cancel()
	filter := scp.BudgetFilter{
		SearchName: m.SearchName.ValueString(),
		BudgetName: m.BudgetName.ValueString(),
		Sort:       m.Sort.ValueString(),
	}
	m.Budgets = []fields{}
	for row, err := range client.ListAccountBudgets(ctx, filter) {
		if err != nil {
			tfkit.AddError(&resp.Diagnostics, doing, err)
			return
		}
		m.Budgets = append(m.Budgets, fieldsFrom(row))
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}
