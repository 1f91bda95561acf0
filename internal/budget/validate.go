package budget

// Checks of a configuration before there is a plan: names, and settings whose effect the
// vendor does not state.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ValidateConfig checks the name, and warns about a setting that is on but has nobody to
// notify or no threshold. It is unknown what the service does then, so it is not an error.
func (r *budgetResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config resourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	validateName(config.Name, &resp.Diagnostics)
	if n := notificationsOf(config.Notifications); n != nil && staysOn(n.IsUseNotification) {
		if isEmpty(n.Receivers) {
			resp.Diagnostics.AddAttributeWarning(path.Root("notifications").AtName("receivers"), "Notifications without receivers",
				"Notifications are on, but nobody receives them. The vendor does not say whether the service accepts that.")
		}
		if isEmpty(n.Thresholds) {
			resp.Diagnostics.AddAttributeWarning(path.Root("notifications").AtName("thresholds"), "Notifications without thresholds",
				"Notifications are on, but no threshold triggers them. The vendor does not say whether the service accepts that.")
		}
	}
	if p := preventionOf(config.Prevention); p != nil && staysOn(p.IsUsePrevention) {
		if isEmpty(p.Receivers) {
			resp.Diagnostics.AddAttributeWarning(path.Root("prevention").AtName("receivers"), "Prevention without receivers",
				"Prevention is on, but nobody is notified when it blocks new resources. The vendor does not say whether the service accepts that.")
		}
		if p.Threshold.IsNull() {
			resp.Diagnostics.AddAttributeWarning(path.Root("prevention").AtName("threshold"), "Prevention without a threshold",
				"Prevention is on, but no threshold is given, so the service chooses one (80 according to the API reference). Set it, so that plans show changes to it.")
		}
	}
}

// staysOn reads a switch that is on by default; an unknown one is checked later.
func staysOn(b types.Bool) bool { return b.IsNull() || b.ValueBool() }

func isEmpty(set types.Set) bool {
	return set.IsNull() || (!set.IsUnknown() && len(set.Elements()) == 0)
}
