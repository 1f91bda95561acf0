package billingplan

// Import by id, contract number or SRN.

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// ImportState takes an id, a contract number, an SRN, or the identity of Terraform 1.12
// and newer.
func (r *plannedCompute) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	r.ImportBy(ctx, req, resp, r.findImport)
}

// findImport finds the one contract that a string stands for, or suggests what could be meant.
// Contracts are compared here, because it is unknown whether the service filters by contract
// number.
func (r *plannedCompute) findImport(ctx context.Context, given string, diags *diag.Diagnostics) string {
	doing := fmt.Sprintf("import planned compute %q", given)
	client, ok := r.Data.Client(diags, doing)
	if !ok {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, tfkit.DefaultTimeout)
	defer cancel()
	var ids, numbers []string
	for pc, err := range client.ListPlannedComputes(ctx, scp.PlannedComputeFilter{}) {
		if err != nil {
			tfkit.AddError(diags, doing, err)
			return ""
		}
		isSRN := strings.HasPrefix(given, "srn:") && (text(pc.SRN) == given || strings.HasSuffix(given, "/"+pc.ID))
		if pc.ID == given || isSRN || strings.EqualFold(text(pc.ContractID), given) {
			ids = append(ids, pc.ID)
		}
		if number := text(pc.ContractID); number != "" {
			numbers = append(numbers, number)
		}
	}
	if len(ids) == 1 {
		return ids[0]
	}
	problem := "No planned compute of the account has this id, contract number or SRN."
	if len(ids) > 1 {
		problem = "More than one planned compute has this contract number: " + strings.Join(ids, ", ") + "."
	}
	if len(numbers) > 0 {
		problem += " The account has " + quoted(numbers) + "."
	}
	diags.AddError("Could not "+doing, problem+fmt.Sprintf(" Use one of these forms:\n\n"+
		"  terraform import %[1]s.NAME 5f3688a192094ddeb0c94166a3e88935   (the id)\n"+
		"  terraform import %[1]s.NAME C002612701                         (the contract number)\n"+
		"  terraform import %[1]s.NAME srn:e::...:planned-compute/...     (the SRN)", TypeName))
	return ""
}
