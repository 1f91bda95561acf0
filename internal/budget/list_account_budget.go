package budget

// The list resource of terraform query (Terraform 1.14 and newer).

import (
	"context"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

var _ list.ListResourceWithConfigure = (*budgetList)(nil)

type budgetList struct{ tfkit.ListResource }

// NewListResource returns the list resource.
func NewListResource() list.ListResource { return &budgetList{tfkit.ListResource{Type: TypeName}} }

// ListResourceConfigSchema describes the filters: those of the data source
// scpbilling_account_budgets.
func (l *budgetList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds account budgets with `terraform query` (Terraform 1.14 or newer), from all pages. The settings of each budget take one more request, sent only when resources are requested " +
			"(`include_resource = true`, or `-generate-config-out`).",
		Attributes: tfkit.ListAttributes(filterAttributes(), nil),
	}
}

// List finds the budgets.
func (l *budgetList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	tfkit.Listing[*scp.Budget]{
		Doing: "list account budgets",
		Rows: func(ctx context.Context, client *scp.Client, a tfkit.Arguments) iter.Seq2[*scp.Budget, error] {
			var filter scp.BudgetFilter
			a.Into(&filter)
			return client.ListAccountBudgets(ctx, filter)
		},
		Fill: func(ctx context.Context, client *scp.Client, row *scp.Budget, result *list.ListResult) bool {
			result.DisplayName = fmt.Sprintf("%s (%d, %s from %s)", row.Name, row.Amount, row.Unit, row.StartMonth)
			result.Diagnostics.Append(result.Identity.Set(ctx, tfkit.Identity{ID: types.StringValue(row.ID)})...)
			return !req.IncludeResource || includeBudget(ctx, client, row, result)
		},
	}.Stream(ctx, l.Data, req, stream)
}

// includeBudget reads the whole budget, since rows lack the settings, and shows it as an
// import would, so that the configuration generated from it gives an empty plan.
func includeBudget(ctx context.Context, client *scp.Client, row *scp.Budget, result *list.ListResult) (keep bool) {
	whole, err := client.ShowAccountBudget(ctx, row.ID)
	if scp.IsNotFound(err) {
		return false
	}
	if err != nil {
		tfkit.AddError(&result.Diagnostics, fmt.Sprintf("read account budget %q (%s)", row.Name, row.ID), err)
		return true
	}
	var m resourceModel
	result.Diagnostics.Append(result.Resource.SetAttribute(ctx, path.Root("id"), row.ID)...)
	result.Diagnostics.Append(result.Resource.Get(ctx, &m)...)
	m.refresh(whole)
	result.Diagnostics.Append(result.Resource.Set(ctx, &m)...)
	return true
}
