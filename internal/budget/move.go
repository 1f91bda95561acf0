package budget

// What a moved block needs to take over a budget from the official provider.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit/officialstate"
)

// officialType is the official provider's resource (its versions 3.2 to 4.2).
const officialType = "samsungcloudplatformv2_budget_budget"

var _ resource.ResourceWithMoveState = (*budgetResource)(nil)

// MoveState copies only the id. The official provider keeps amounts in 32 bits and does not
// read the settings, so its values are unreliable; the refresh that follows treats the budget
// as just imported.
func (r *budgetResource) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{{StateMover: func(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
		source, ok := officialstate.From(req, officialType)
		if !ok {
			return
		}
		id, ok := source.ID("budget", "budget_id", "id")
		if !ok {
			officialstate.AddNoID(req, resp, TypeName, ListTypeName)
			return
		}
		resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root("id"), id)...)
		resp.Diagnostics.Append(resp.TargetIdentity.Set(ctx, tfkit.Identity{ID: types.StringValue(id)})...)
	}}}
}
