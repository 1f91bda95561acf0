package budget

// Import by id or by name.

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// ImportState takes an id, the exact name of one budget, or the identity of Terraform
// 1.12 and newer.
func (r *budgetResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	r.ImportBy(ctx, req, resp, r.findImport)
}

// findImport finds the one budget that a string stands for, or suggests what could be meant.
func (r *budgetResource) findImport(ctx context.Context, text string, diags *diag.Diagnostics) string {
	doing := fmt.Sprintf("import account budget %q", text)
	client, ok := r.Data.Client(diags, doing)
	if !ok {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, tfkit.DefaultTimeout)
	defer cancel()
	var rows []*scp.Budget
	var named []string
	for row, err := range client.ListAccountBudgets(ctx, scp.BudgetFilter{}) {
		if err != nil {
			tfkit.AddError(diags, doing, err)
			return ""
		}
		if row.ID == text {
			return row.ID
		}
		rows = append(rows, row)
		if sameName(row.Name, text) {
			named = append(named, row.ID)
		}
	}
	if len(named) == 1 {
		return named[0]
	}
	problem := "No budget of the account has this id or exactly this name."
	if len(named) > 1 {
		problem = "More than one budget has this name: " + strings.Join(named, ", ") + "."
	}
	if len(rows) > 0 {
		problem += " The account has " + strings.Join(rowNames(rows), ", ") + "."
	}
	diags.AddError("Could not "+doing, problem+fmt.Sprintf(" Use one of these forms:\n\n"+
		"  terraform import %s.NAME 7c1f0e6b2d4a4b0f9f6d3a5e8b1c2d3e   (the id)\n"+
		"  terraform import %s.NAME \"platform 2026\"                    (the exact name, when only one budget has it)", TypeName, TypeName))
	return ""
}
