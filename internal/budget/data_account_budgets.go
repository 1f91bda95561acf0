package budget

// The data source of many budgets.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// ListTypeName is the data source's name.
const ListTypeName = "scpbilling_account_budgets"

// NewListDataSource returns the data source.
func NewListDataSource() datasource.DataSource {
	attributes := filterAttributes()
	attributes["budgets"] = tfkit.ComputedRows("The budgets, in the service's order. Empty when there are none.", rowAttributes())
	return &tfkit.Source{
		Name: "account_budgets", Doing: "list account budgets", Attributes: attributes,
		Description: "Lists the account budgets, from all pages. The list does not include notification and prevention settings; read them with `" + TypeName + "`.",
		Fill: func(ctx context.Context, r *tfkit.Reading) (any, error) {
			filter := scp.BudgetFilter{Shortfall: tfkit.WarnShortfall("account budgets", r.Diags)}
			r.Into(&filter)
			rows, err := scp.Collect(r.Client.ListAccountBudgets(ctx, filter))
			return tfkit.Results{"budgets": rows}, err
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
