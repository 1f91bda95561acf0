package billingplan

// What a moved block needs to take over a contract from the official provider.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit/officialstate"
)

var _ resource.ResourceWithMoveState = (*plannedCompute)(nil)

// MoveState copies the id, and the two arguments that the service does not return: tags and
// service name as they were sent with the purchase. The refresh that follows fills in
// everything else, as after an import. The official provider's contract_type is not copied: it
// may be the term of a follow-up.
func (r *plannedCompute) MoveState(context.Context) []resource.StateMover {
	return officialstate.Mover{
		// Of its versions 1.0 to 4.2. Its documents also use the plural, so a state may hold that.
		Types:  []string{"samsungcloudplatformv2_billing_planned_compute", "samsungcloudplatformv2_billing_planned_computes"},
		Nested: "planned_compute", IDs: []string{"id", "planned_compute_id"},
		Target: TypeName, LookUp: TypeName + "s",
		Attributes: func(o officialstate.Object) map[string]any {
			attributes := map[string]any{}
			if name, ok := o.Text("service_name"); ok {
				attributes["service_name"] = name
			}
			if tags, ok := o.Strings("tags"); ok {
				attributes["tags"] = tags
			}
			return attributes
		},
	}.Movers()
}
