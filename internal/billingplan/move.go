package billingplan

// What a moved block needs to take over a contract from the official provider.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit/officialstate"
)

// The official provider's resource (its versions 1.0 to 4.2). Its documents also
// use the plural, so a state may hold that.
const (
	officialType       = "samsungcloudplatformv2_billing_planned_compute"
	officialTypePlural = "samsungcloudplatformv2_billing_planned_computes"
)

var _ resource.ResourceWithMoveState = (*plannedCompute)(nil)

// MoveState copies the id, and the two arguments that the service does not return: tags and
// service name as they were sent with the purchase. The refresh that follows fills in
// everything else, as after an import. The official provider's contract_type is not copied: it
// may be the term of a follow-up.
func (r *plannedCompute) MoveState(context.Context) []resource.StateMover {
	return []resource.StateMover{{StateMover: func(ctx context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
		source, ok := officialstate.From(req, officialType, officialTypePlural)
		if !ok {
			return
		}
		id, ok := source.ID("planned_compute", "id", "planned_compute_id")
		if !ok {
			officialstate.AddNoID(req, resp, TypeName, TypeName+"s")
			return
		}
		resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root("id"), id)...)
		if name, ok := source.Text("service_name"); ok {
			resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root("service_name"), name)...)
		}
		if tags, ok := source.Strings("tags"); ok {
			resp.Diagnostics.Append(resp.TargetState.SetAttribute(ctx, path.Root("tags"), tags)...)
		}
		resp.Diagnostics.Append(resp.TargetIdentity.Set(ctx, tfkit.Identity{ID: types.StringValue(id)})...)
	}}}
}
