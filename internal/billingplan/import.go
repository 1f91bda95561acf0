package billingplan

// Import by id, contract number or SRN.

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// ImportState takes an id, a contract number, an SRN, or the identity of Terraform 1.12
// and newer.
func (r *plannedCompute) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	r.ImportBy(ctx, req, resp, tfkit.Forms{
		Find:    findImport,
		None:    "The account has no planned compute with this ID, contract number or SRN.",
		Several: "More than one planned compute has this contract number: ",
		Usage: "  terraform import " + TypeName + ".NAME 5f3688a192094ddeb0c94166a3e88935   (the ID)\n" +
			"  terraform import " + TypeName + ".NAME C002612701                         (the contract number)\n" +
			"  terraform import " + TypeName + ".NAME srn:e::...:planned-compute/...     (the SRN)",
	})
}

// findImport finds the contracts that a string may stand for, and the numbers of all. Contracts
// are compared here, because it is unknown whether the service filters by contract number.
func findImport(ctx context.Context, client *scp.Client, given string) (ids, numbers []string, err error) {
	all, err := scp.Collect(client.ListPlannedComputes(ctx, scp.PlannedComputeFilter{}))
	for _, pc := range all {
		isSRN := strings.HasPrefix(given, "srn:") && (text(pc.SRN) == given || strings.HasSuffix(given, "/"+pc.ID))
		number := text(pc.ContractID)
		if pc.ID == given || isSRN || number != "" && strings.EqualFold(number, given) {
			ids = append(ids, pc.ID)
		}
		if number != "" {
			numbers = append(numbers, number)
		}
	}
	return ids, numbers, err
}
