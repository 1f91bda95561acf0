package budget

// How an existing budget is taken over: by an import, or by a moved block.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit/officialstate"
)

// ImportState takes an id, the exact name of one budget, or the identity of Terraform
// 1.12 and newer.
func (r *budgetResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	r.ImportBy(ctx, req, resp, tfkit.Forms{
		Find:    findImport,
		None:    "The account has no budget with this ID or with exactly this name.",
		Several: "More than one budget has this name: ",
		Usage: "  terraform import " + TypeName + ".NAME 7c1f0e6b2d4a4b0f9f6d3a5e8b1c2d3e   (the ID)\n" +
			"  terraform import " + TypeName + ".NAME \"platform 2026\"                    (the exact name, when only one budget has it)",
	})
}

// findImport finds the budgets that a string may stand for, and the names of all.
func findImport(ctx context.Context, client *scp.Client, given string) (ids, names []string, err error) {
	rows, err := scp.Collect(client.ListAccountBudgets(ctx, scp.BudgetFilter{}))
	for _, row := range rows {
		if row.ID == given {
			return []string{row.ID}, nil, nil
		}
		if sameName(row.Name, given) {
			ids = append(ids, row.ID)
		}
	}
	return ids, rowNames(rows), err
}

// MoveState copies only the id. The official provider keeps amounts in 32 bits and does not
// read the settings, so its values are unreliable; the refresh that follows treats the budget
// as just imported.
func (r *budgetResource) MoveState(context.Context) []resource.StateMover {
	return officialstate.Mover{
		Types:  []string{"samsungcloudplatformv2_budget_budget"}, // its versions 3.2 to 4.2
		Nested: "budget", IDs: []string{"budget_id", "id"},
		Target: TypeName, LookUp: ListTypeName,
	}.Movers()
}
