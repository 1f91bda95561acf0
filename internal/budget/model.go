// Package budget implements the account budget: its resource and its data sources.
//
// The rules come from the user guide and the API reference; for their sources see section 6 of
// internal/testing/apispec/NOTES.md.
package budget

// The model of a budget, and its conversion from and to the API.

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// The values that the API knows (API reference).
const (
	unitMonthly = "MONTHLY"
	unitOverall = "OVERALL"

	periodFirst = "FIRST"
	periodDaily = "DAILY"
	periodNone  = "NONE"
)

// fields are the attributes that resource and data sources have in common.
type fields struct {
	ID         types.String  `tfsdk:"id"`
	Name       types.String  `tfsdk:"name"`
	Amount     tfkit.Integer `tfsdk:"amount"`
	Unit       types.String  `tfsdk:"unit"`
	StartMonth types.String  `tfsdk:"start_month"`
	Type       types.String  `tfsdk:"type"`
	CreatedAt  types.String  `tfsdk:"created_at"`
	CreatedBy  types.String  `tfsdk:"created_by"`
	ModifiedAt types.String  `tfsdk:"modified_at"`
	ModifiedBy types.String  `tfsdk:"modified_by"`
	// IsCostLinked is null under Budget 1.0.
	IsCostLinked types.Bool `tfsdk:"is_cost_linked"`
}

// settingFields adds the two settings, which list rows lack.
type settingFields struct {
	Notifications types.Object `tfsdk:"notifications"`
	Prevention    types.Object `tfsdk:"prevention"`
}

// resourceModel is the resource.
type resourceModel struct {
	fields
	settingFields
	Timeouts timeouts.Value `tfsdk:"timeouts"`
}

// notificationsModel is the notifications attribute.
type notificationsModel struct {
	IsUseNotification      types.Bool   `tfsdk:"is_use_notification"`
	NotificationSendPeriod types.String `tfsdk:"notification_send_period"`
	Receivers              types.Set    `tfsdk:"receivers"`
	Thresholds             types.Set    `tfsdk:"thresholds"`
}

// preventionModel is the prevention attribute.
type preventionModel struct {
	IsUsePrevention types.Bool    `tfsdk:"is_use_prevention"`
	Receivers       types.Set     `tfsdk:"receivers"`
	Threshold       tfkit.Integer `tfsdk:"threshold"`
}

var notificationsTypes = map[string]attr.Type{
	"is_use_notification":      types.BoolType,
	"notification_send_period": types.StringType,
	"receivers":                types.SetType{ElemType: types.StringType},
	"thresholds":               types.SetType{ElemType: tfkit.IntegerType{}},
}

var preventionTypes = map[string]attr.Type{
	"is_use_prevention": types.BoolType,
	"receivers":         types.SetType{ElemType: types.StringType},
	"threshold":         tfkit.IntegerType{},
}

// fieldsFrom copies every field as the service sent it.
func fieldsFrom(b *scp.Budget) (f fields) {
	tfkit.Fill(&f, b)
	return f
}

// notificationsFrom shows the complete setting. A missing list is an empty set: the plan
// treats an empty set and an omitted list alike.
func notificationsFrom(n *scp.NotificationSetting) notificationsModel {
	if n == nil {
		n = &scp.NotificationSetting{}
	}
	return notificationsModel{
		IsUseNotification:      types.BoolValue(isOn(n.IsUseNotification)),
		NotificationSendPeriod: types.StringPointerValue(n.NotificationSendPeriod),
		Receivers:              stringSet(n.Receivers),
		Thresholds:             numberSet(n.Thresholds),
	}
}

// preventionFrom shows the complete setting, like notificationsFrom.
func preventionFrom(p *scp.PreventionSetting) preventionModel {
	if p == nil {
		p = &scp.PreventionSetting{}
	}
	return preventionModel{
		IsUsePrevention: types.BoolValue(isOn(p.IsUsePrevention)),
		Receivers:       stringSet(p.Receivers),
		Threshold:       tfkit.IntegerPointer(p.Threshold),
	}
}

// isOn reads a switch; a missing one counts as off.
func isOn(b *bool) bool { return b != nil && *b }

func stringSet(list []string) types.Set {
	elements := make([]attr.Value, 0, len(list))
	for _, text := range sorted(list) {
		elements = append(elements, types.StringValue(text))
	}
	return types.SetValueMust(types.StringType, elements)
}

func numberSet(numbers []int64) types.Set {
	elements := make([]attr.Value, 0, len(numbers))
	for _, number := range sorted(numbers) {
		elements = append(elements, tfkit.NewInteger(number))
	}
	return types.SetValueMust(tfkit.IntegerType{}, elements)
}

// sorted returns a list in order, without duplicates.
func sorted[T int64 | string](list []T) []T {
	return slices.Compact(slices.Sorted(slices.Values(list)))
}

func (m notificationsModel) object() types.Object {
	return types.ObjectValueMust(notificationsTypes, map[string]attr.Value{
		"is_use_notification":      m.IsUseNotification,
		"notification_send_period": m.NotificationSendPeriod,
		"receivers":                m.Receivers,
		"thresholds":               m.Thresholds,
	})
}

func (m preventionModel) object() types.Object {
	return types.ObjectValueMust(preventionTypes, map[string]attr.Value{
		"is_use_prevention": m.IsUsePrevention,
		"receivers":         m.Receivers,
		"threshold":         m.Threshold,
	})
}

// notificationsOf reads a known object; a null one is nil.
func notificationsOf(o types.Object) *notificationsModel {
	if o.IsNull() || o.IsUnknown() {
		return nil
	}
	var m notificationsModel
	fields := o.Attributes()
	m.IsUseNotification, _ = fields["is_use_notification"].(types.Bool)
	m.NotificationSendPeriod, _ = fields["notification_send_period"].(types.String)
	m.Receivers, _ = fields["receivers"].(types.Set)
	m.Thresholds, _ = fields["thresholds"].(types.Set)
	return &m
}

// preventionOf is notificationsOf for the other setting.
func preventionOf(o types.Object) *preventionModel {
	if o.IsNull() || o.IsUnknown() {
		return nil
	}
	var m preventionModel
	fields := o.Attributes()
	m.IsUsePrevention, _ = fields["is_use_prevention"].(types.Bool)
	m.Receivers, _ = fields["receivers"].(types.Set)
	m.Threshold, _ = fields["threshold"].(tfkit.Integer)
	return &m
}

// input returns the request of a planned budget. An omitted setting is sent as off, since it
// is unknown how the service treats a missing one.
func (m *resourceModel) input(ctx context.Context, diags *diag.Diagnostics) scp.BudgetInput {
	in := scp.BudgetInput{
		Name:       m.Name.ValueString(),
		Amount:     m.Amount.ValueInt64(),
		Unit:       m.Unit.ValueString(),
		StartMonth: m.StartMonth.ValueString(),
	}
	off := false
	in.Notifications.IsUseNotification = &off
	if n := notificationsOf(m.Notifications); n != nil {
		in.Notifications = scp.NotificationSetting{
			IsUseNotification:      n.IsUseNotification.ValueBoolPointer(),
			NotificationSendPeriod: n.NotificationSendPeriod.ValueStringPointer(),
			Receivers:              elements[string](ctx, n.Receivers, diags),
			Thresholds:             elements[int64](ctx, n.Thresholds, diags),
		}
	}
	in.Prevention.IsUsePrevention = &off
	if p := preventionOf(m.Prevention); p != nil {
		in.Prevention = scp.PreventionSetting{
			IsUsePrevention: p.IsUsePrevention.ValueBoolPointer(),
			Receivers:       elements[string](ctx, p.Receivers, diags),
		}
		if !p.Threshold.IsNull() && !p.Threshold.IsUnknown() {
			in.Prevention.Threshold = p.Threshold.ValueInt64Pointer()
		}
	}
	return in
}

// elements reads a set; null and unknown sets are empty.
func elements[T any](ctx context.Context, set types.Set, diags *diag.Diagnostics) []T {
	if set.IsNull() || set.IsUnknown() {
		return nil
	}
	var out []T
	diags.Append(set.ElementsAs(ctx, &out, false)...)
	return out
}
