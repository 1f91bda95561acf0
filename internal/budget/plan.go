package budget

// What happens while planning: the settings' defaults, and which computed values a
// change makes unknown.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// ModifyPlan checks the name against the state, and plans the settings.
func (r *budgetResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if req.Plan.Raw.IsNull() {
		// A destroy needs no plan of its own, but a new budget may want the name.
		var id types.String
		resp.Diagnostics.Append(req.State.GetAttribute(ctx, path.Root("id"), &id)...)
		r.known().add(id.ValueString())
		return
	}
	var config, plan resourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	var state *resourceModel
	if !req.State.Raw.IsNull() {
		state = &resourceModel{}
		resp.Diagnostics.Append(req.State.Get(ctx, state)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	config.checkIntegers(&resp.Diagnostics)
	checkName(config.Name, state, &resp.Diagnostics)
	if state != nil {
		r.known().add(state.ID.ValueString())
	}
	plan.Notifications = planNotifications(config, state)
	plan.Prevention = planPrevention(config, state)
	if resp.Diagnostics.HasError() || !r.Data.Complete(&resp.Diagnostics) {
		return
	}
	if state == nil {
		r.planCreation(ctx, &config, &resp.Diagnostics)
	}
	r.planLinkage(&config, &plan, state, &resp.Diagnostics)
	if state != nil {
		// Terraform compared before the settings were planned, so its guess of what changes is
		// corrected here.
		if plan.sameContent(state) {
			plan.ModifiedAt, plan.ModifiedBy = state.ModifiedAt, state.ModifiedBy
		} else {
			plan.ModifiedAt, plan.ModifiedBy = types.StringUnknown(), types.StringUnknown()
		}
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// planNotifications decides what the setting will be. Omitted means off. A setting that is off
// and stays off is planned as in the state: its details do not matter, and services report
// them in many ways.
func planNotifications(config resourceModel, state *resourceModel) types.Object {
	if config.Notifications.IsUnknown() {
		return config.Notifications
	}
	var prior *notificationsModel
	if state != nil {
		prior = notificationsOf(state.Notifications)
	}
	wanted := notificationsOf(config.Notifications)
	if wanted == nil {
		if prior != nil && !prior.IsUseNotification.ValueBool() {
			return state.Notifications
		}
		return types.ObjectNull(notificationsTypes)
	}
	exists := prior != nil
	if prior == nil {
		prior = &notificationsModel{Receivers: types.SetNull(types.StringType), Thresholds: types.SetNull(tfkit.IntegerType{})}
	}
	if wanted.IsUseNotification.IsNull() {
		wanted.IsUseNotification = types.BoolValue(true)
	}
	if exists && isOff(wanted.IsUseNotification) && isOff(prior.IsUseNotification) {
		return state.Notifications
	}
	if wanted.NotificationSendPeriod.IsNull() {
		switch on := wanted.IsUseNotification; {
		case !exists || (!on.IsUnknown() && on.ValueBool()):
			wanted.NotificationSendPeriod = types.StringValue(periodFirst)
		case on.IsUnknown():
			wanted.NotificationSendPeriod = types.StringUnknown()
		default:
			wanted.NotificationSendPeriod = prior.NotificationSendPeriod
		}
	}
	wanted.Receivers = planList(wanted.Receivers, prior.Receivers, wanted.IsUseNotification)
	wanted.Thresholds = planList(wanted.Thresholds, prior.Thresholds, wanted.IsUseNotification)
	return wanted.object()
}

// isOff reports whether a switch is known to be off; null, in a state, is off.
func isOff(on types.Bool) bool { return !on.IsUnknown() && !on.ValueBool() }

// planPrevention is planNotifications for the block. The service chooses an omitted threshold.
func planPrevention(config resourceModel, state *resourceModel) types.Object {
	if config.Prevention.IsUnknown() {
		return config.Prevention
	}
	var prior *preventionModel
	if state != nil {
		prior = preventionOf(state.Prevention)
	}
	wanted := preventionOf(config.Prevention)
	if wanted == nil {
		if prior != nil && !prior.IsUsePrevention.ValueBool() {
			return state.Prevention
		}
		return types.ObjectNull(preventionTypes)
	}
	exists := prior != nil
	if prior == nil {
		prior = &preventionModel{Receivers: types.SetNull(types.StringType), Threshold: tfkit.UnknownInteger()}
	}
	if wanted.IsUsePrevention.IsNull() {
		wanted.IsUsePrevention = types.BoolValue(true)
	}
	if exists && isOff(wanted.IsUsePrevention) && isOff(prior.IsUsePrevention) {
		return state.Prevention
	}
	wanted.Receivers = planList(wanted.Receivers, prior.Receivers, wanted.IsUsePrevention)
	if wanted.Threshold.IsNull() {
		wanted.Threshold = prior.Threshold
	}
	return wanted.object()
}

// planList plans a list that may be omitted. Omitted and empty are the same to the service, so
// neither is a change from the other; and in a setting that is off, an earlier list that the
// service keeps may stay.
func planList(wanted, prior types.Set, on types.Bool) types.Set {
	switch {
	case !wanted.IsNull() || prior.IsNull() || prior.IsUnknown():
		return wanted
	case len(prior.Elements()) == 0:
		return prior
	case on.IsUnknown():
		return types.SetUnknown(prior.ElementType(context.Background()))
	case !on.ValueBool():
		return prior
	default:
		return wanted
	}
}

// sameContent reports whether the service already has what is planned. Timeouts concern only
// Terraform and do not count.
func (m *resourceModel) sameContent(other *resourceModel) bool {
	return m.Name.Equal(other.Name) && m.Amount.Equal(other.Amount) && m.Unit.Equal(other.Unit) &&
		m.StartMonth.Equal(other.StartMonth) && m.IsCostLinked.Equal(other.IsCostLinked) &&
		m.Notifications.Equal(other.Notifications) && m.Prevention.Equal(other.Prevention)
}
