package budget

// The two settings of a budget, notifications and prevention: objects with a switch.

import (
	"cmp"
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// setting is one of the settings.
type setting struct {
	// name is its attribute, and on the switch in it.
	name, on string
}

var (
	notifications = setting{"notifications", "is_use_notification"}
	prevention    = setting{"prevention", "is_use_prevention"}
)

const (
	sendPeriod = "notification_send_period"
	threshold  = "threshold"
)

// notificationsModel is a scp.NotificationSetting.
type notificationsModel struct {
	IsUseNotification      *bool    `tfsdk:"is_use_notification"`
	NotificationSendPeriod *string  `tfsdk:"notification_send_period"`
	Receivers              []string `tfsdk:"receivers"`
	Thresholds             []int64  `tfsdk:"thresholds"`
}

// preventionModel is a scp.PreventionSetting.
type preventionModel struct {
	IsUsePrevention *bool    `tfsdk:"is_use_prevention"`
	Receivers       []string `tfsdk:"receivers"`
	Threshold       *int64   `tfsdk:"threshold"`
}

// settingsInput returns the settings of a request. An omitted one is sent as off, since it is
// unknown how the service treats a missing one.
func (m *resourceModel) settingsInput(ctx context.Context, diags *diag.Diagnostics) (scp.NotificationSetting, scp.PreventionSetting) {
	n, p := notificationsModel{IsUseNotification: new(false)}, preventionModel{IsUsePrevention: new(false)}
	omitted := basetypes.ObjectAsOptions{UnhandledUnknownAsEmpty: true}
	if !m.Notifications.IsNull() {
		diags.Append(m.Notifications.As(ctx, &n, omitted)...)
	}
	if !m.Prevention.IsNull() {
		diags.Append(m.Prevention.As(ctx, &p, omitted)...)
	}
	return scp.NotificationSetting(n), scp.PreventionSetting(p)
}

// whole completes the settings of a budget: a missing one is off.
func whole(b *scp.Budget) *scp.Budget {
	b.Notifications = cmp.Or(b.Notifications, &scp.NotificationSetting{})
	b.Notifications.IsUseNotification = cmp.Or(b.Notifications.IsUseNotification, new(false))
	b.Prevention = cmp.Or(b.Prevention, &scp.PreventionSetting{})
	b.Prevention.IsUsePrevention = cmp.Or(b.Prevention.IsUsePrevention, new(false))
	return b
}

// isOn reads the switch; null and unknown are not on.
func (s setting) isOn(attributes map[string]attr.Value) bool {
	on, _ := attributes[s.on].(types.Bool)
	return on.ValueBool()
}

// isEmpty reports whether a value is null or a set without elements.
func isEmpty(value attr.Value) bool {
	set, isSet := value.(types.Set)
	return value.IsNull() || (isSet && !set.IsUnknown() && len(set.Elements()) == 0)
}

// plan decides what the setting will be. Omitted means off. A setting that is off and stays off
// is planned as in the state: its details do not matter, and services report them in many ways.
func (s setting) plan(config, state types.Object) types.Object {
	wanted, prior := config.Attributes(), state.Attributes()
	wasOff := !state.IsNull() && !s.isOn(prior)
	switch {
	case config.IsNull() && wasOff:
		return state
	case config.IsNull() || config.IsUnknown():
		return config
	case wanted[s.on].IsNull():
		wanted[s.on] = types.BoolValue(true)
	}
	on, _ := wanted[s.on].(types.Bool)
	if wasOff && on.Equal(types.BoolValue(false)) {
		return state
	}
	for name, value := range wanted {
		if value.IsNull() {
			wanted[name] = planOmitted(name, on, value, prior[name])
		}
	}
	return types.ObjectValueMust(config.AttributeTypes(context.Background()), wanted)
}

// planOmitted plans a value that the configuration omits. prior is nil if the state lacks the
// setting. To the service an omitted list is an empty one, so neither is a change from the
// other; and in a setting that is off, an earlier value that the service keeps may stay.
func planOmitted(name string, on types.Bool, null, prior attr.Value) attr.Value {
	set, isSet := prior.(types.Set)
	switch {
	case name == threshold && prior == nil:
		return types.NumberUnknown() // The service chooses it.
	case name == threshold, isSet && isEmpty(set):
		return prior
	case prior != nil && on.IsUnknown() && isSet:
		return types.SetUnknown(set.ElementType(context.Background()))
	case prior != nil && on.IsUnknown():
		return types.StringUnknown()
	case prior != nil && !on.ValueBool():
		return prior
	case name == sendPeriod:
		return types.StringValue(periodFirst)
	default:
		return null
	}
}

// refresh updates the setting from what the service sent. What it does not return stays as in
// the state, and so do the spelling of "off" and of empty lists. An imported one is shown in
// any case.
func (s setting) refresh(state types.Object, sent any, imported bool) types.Object {
	prior, current := state.Attributes(), tfkit.ObjectOf(state, sent).Attributes()
	for name, was := range prior {
		_, isSet := was.(types.Set)
		if name != threshold && isEmpty(current[name]) && (!isSet || isEmpty(was)) {
			current[name] = was
		}
	}
	if !imported && !s.isOn(prior) && !s.isOn(current) {
		return state // The details of a setting that is off do not matter.
	}
	return types.ObjectValueMust(state.AttributeTypes(context.Background()), current)
}

// sameAs reports whether the service has the setting that was requested. Omitted values are not
// compared, nor are the details of a setting that is off.
func (s setting) sameAs(requested, found types.Object) bool {
	wanted, has := requested.Attributes(), found.Attributes()
	if !s.isOn(wanted) && !s.isOn(has) {
		return true
	}
	for name, value := range wanted {
		if !value.IsNull() && !value.Equal(has[name]) {
			return false
		}
	}
	return true
}

// warnIfEmpty warns about a value without which the setting may have no effect. It is unknown
// what the service does then, so it is not an error. An unknown switch is checked later.
func (s setting) warnIfEmpty(config types.Object, name, summary, detail string, diags *diag.Diagnostics) {
	attributes := config.Attributes()
	if value, ok := attributes[name]; ok && isEmpty(value) && (attributes[s.on].IsNull() || s.isOn(attributes)) {
		diags.AddAttributeWarning(path.Root(s.name).AtName(name), summary, detail)
	}
}
