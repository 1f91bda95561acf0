package budget

// The data source of many budgets.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// ListTypeName is the data source's name.
const ListTypeName = "scpbilling_account_budgets"

type budgetsModel struct {
	filterModel

	Budgets []fields `tfsdk:"budgets"`
}

// filterModel are the filters of listAccountBudgets, shared with the list resource.
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
func NewListDataSource() datasource.DataSource {
	attributes := filterAttributes()
	attributes["budgets"] = tfkit.ComputedRows("The budgets, in the service's order. Empty when there are none.", rowAttributes())
	return &tfkit.Source[budgetsModel]{
		Name: "account_budgets", Doing: "list account budgets", Attributes: attributes,
		Description: "Lists the account budgets, from all pages. The list does not include notification and prevention settings; read them with `" + TypeName + "`.",
		Fill: func(ctx context.Context, r *tfkit.Reading, m *budgetsModel) error {
			filter := m.filter()
			filter.Shortfall = tfkit.WarnShortfall("account budgets", r.Diags)
			m.Budgets = []fields{}
			for row, err := range r.Client.ListAccountBudgets(ctx, filter) {
				if err != nil {
					return err
				}
				m.Budgets = append(m.Budgets, fieldsFrom(row))
			}
			return nil
		},
	}
}

// filterAttributes are the filters of listAccountBudgets.
func filterAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"search_name": tfkit.OptionalString("String to search for in the names, probably any part of a name: the vendor does not say."),
		"budget_name": tfkit.OptionalString("Name to look for, probably the whole name: the vendor does not say."),
		"sort":        tfkit.OptionalString("Sort order of the rows: a field and `asc` or `desc`, for example `created_at:desc`.", tfkit.SortOrder()),
		"is_cost_linked": schema.BoolAttribute{
			Optional:            true,
			MarkdownDescription: "Keep only budgets that are, or are not, linked to Cost Navigator. Needs Budget 1.1.",
		},
	}
}
