package budget

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

// Nulls that the API allows mean "as it was", not a change in every plan; and an
// response never changes the id of the state.
func TestRefreshKeepsWhatTheServiceDoesNotSay(t *testing.T) {
	t.Parallel()
	m := resourceModel{}
	m.ID, m.Name = types.StringValue("b1"), types.StringValue("team-a")
	on := notificationsFrom(&scp.NotificationSetting{})
	on.IsUseNotification, on.NotificationSendPeriod = types.BoolValue(true), types.StringValue(periodDaily)
	block := preventionFrom(&scp.PreventionSetting{})
	block.IsUsePrevention = types.BoolValue(true)
	m.Notifications, m.Prevention = on.object(), block.object()
	for _, reply := range []*scp.Budget{
		{ID: "B-1", Name: "team-a", Notifications: &scp.NotificationSetting{}, Prevention: &scp.PreventionSetting{}},
		{ID: "B-1", Name: "team-a"},
	} {
		m.refresh(reply)
		n, p := notificationsOf(m.Notifications), preventionOf(m.Prevention)
		if !n.IsUseNotification.ValueBool() || n.NotificationSendPeriod.ValueString() != periodDaily || !p.IsUsePrevention.ValueBool() {
			t.Errorf("the settings became %v and %v", n, p)
		}
		if m.ID.ValueString() != "b1" {
			t.Errorf("the id became %s", m.ID)
		}
	}
	// A switch that is said counts.
	off := false
	m.refresh(&scp.Budget{ID: "b1", Notifications: &scp.NotificationSetting{IsUseNotification: &off}})
	if n := notificationsOf(m.Notifications); n.IsUseNotification.ValueBool() {
		t.Errorf("a switch-off is not seen: %v", n)
	}
}
