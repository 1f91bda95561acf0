package budget

// Import by id or by name.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
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
