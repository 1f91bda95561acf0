// Package budget implements the account budget: its resource and its data sources.
//
// The rules come from the user guide and the API reference; for their sources see section 6 of
// internal/testing/apispec/NOTES.md.
package budget

// The model of a budget, and its conversion from and to the API.

import (
	"cmp"
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
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

// fields are the attributes that list rows have, too.
type fields struct {
	ID         types.String `tfsdk:"id"`
	Name       types.String `tfsdk:"name"`
	Amount     types.Number `tfsdk:"amount"`
	Unit       types.String `tfsdk:"unit"`
	StartMonth types.String `tfsdk:"start_month"`
	Type       types.String `tfsdk:"type"`
	CreatedAt  types.String `tfsdk:"created_at"`
	CreatedBy  types.String `tfsdk:"created_by"`
	ModifiedAt types.String `tfsdk:"modified_at"`
	ModifiedBy types.String `tfsdk:"modified_by"`
	// IsCostLinked is null under Budget 1.0.
	IsCostLinked types.Bool `tfsdk:"is_cost_linked"`
}

// resourceModel is the resource.
type resourceModel struct {
	fields
	Notifications types.Object   `tfsdk:"notifications"`
	Prevention    types.Object   `tfsdk:"prevention"`
	Timeouts      timeouts.Value `tfsdk:"timeouts"`
}

// label identifies the budget in messages: by its name, if known, and its id.
func (m *resourceModel) label() string {
	if m.Name.ValueString() == "" {
		return m.ID.ValueString()
	}
	return fmt.Sprintf("%q (%s)", m.Name.ValueString(), m.ID.ValueString())
}

// imported reports whether nothing but the id is known yet. Then every setting is shown.
func (m *resourceModel) imported() bool { return m.Name.IsNull() }

// input returns the request of a planned budget.
func (m *resourceModel) input(ctx context.Context, diags *diag.Diagnostics) scp.BudgetInput {
	in := scp.BudgetInput{
		Name:       m.Name.ValueString(),
		Amount:     tfkit.Int64(m.Amount),
		Unit:       m.Unit.ValueString(),
		StartMonth: m.StartMonth.ValueString(),
	}
	in.Notifications, in.Prevention = m.settingsInput(ctx, diags)
	return in
}

// complete fills what is unknown in the plan from the response to a write. Planned values stay
// as planned; a difference shows at the next read.
func (m *resourceModel) complete(b *scp.Budget) {
	var sent fields
	tfkit.Fill(&sent, b)
	tfkit.FillUnknown(&m.fields, sent)
	planned := m.Prevention.Attributes()
	if level, ok := planned[threshold]; ok && level.IsUnknown() {
		planned[threshold] = tfkit.Number(whole(b).Prevention.Threshold)
		m.Prevention = types.ObjectValueMust(m.Prevention.AttributeTypes(context.Background()), planned)
	}
}

// refresh updates everything from the service.
func (m *resourceModel) refresh(b *scp.Budget) {
	imported := m.imported()
	if imported {
		b = whole(b)
	}
	m.Notifications = notifications.refresh(m.Notifications, cmp.Or(b.Notifications, &scp.NotificationSetting{}), imported)
	m.Prevention = prevention.refresh(m.Prevention, cmp.Or(b.Prevention, &scp.PreventionSetting{}), imported)
	// The id stays as requested, in that spelling.
	id := m.ID
	tfkit.Fill(&m.fields, b)
	m.ID = id
}

// sameContent reports whether the service already has what is planned. Timeouts concern only
// Terraform and do not count.
func (m *resourceModel) sameContent(other *resourceModel) bool {
	return m.Name.Equal(other.Name) && m.Amount.Equal(other.Amount) && m.Unit.Equal(other.Unit) &&
		m.StartMonth.Equal(other.StartMonth) && m.IsCostLinked.Equal(other.IsCostLinked) &&
		m.Notifications.Equal(other.Notifications) && m.Prevention.Equal(other.Prevention)
}
