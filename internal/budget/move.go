package budget

// What a moved block needs to take over a budget from the official provider.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit/officialstate"
)

var _ resource.ResourceWithMoveState = (*budgetResource)(nil)

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
