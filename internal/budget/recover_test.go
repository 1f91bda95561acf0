package budget

import (
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

// A budget whose settings the service does not all return may not be ours.
func TestSameAsNeedsTheSettings(t *testing.T) {
	t.Parallel()
	in := scp.BudgetInput{Name: "a", Amount: 1, Unit: "MONTHLY", StartMonth: "2099-01"}
	whole := func(alter func(*scp.Budget)) *scp.Budget {
		b := &scp.Budget{
			Name: "a", Amount: 1, Unit: "MONTHLY", StartMonth: "2099-01",
			Notifications: &scp.NotificationSetting{IsUseNotification: new(false)}, Prevention: &scp.PreventionSetting{IsUsePrevention: new(false)},
		}
		alter(b)
		return b
	}
	for name, c := range map[string]struct {
		budget *scp.Budget
		same   bool
	}{
		"all":              {whole(func(*scp.Budget) {}), true},
		"no notifications": {whole(func(b *scp.Budget) { b.Notifications = nil }), false},
		"no prevention":    {whole(func(b *scp.Budget) { b.Prevention = nil }), false},
		"neither":          {whole(func(b *scp.Budget) { b.Notifications, b.Prevention = nil, nil }), false},
	} {
		if sameAs(in, c.budget) != c.same {
			t.Errorf("%s: it counts as the same: %t, want %t", name, !c.same, c.same)
		}
	}
}
