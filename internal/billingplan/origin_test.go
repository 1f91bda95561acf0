package billingplan_test

import (
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// A 404 counts as gone for the account, the host and the access key that the contract was
// last read with. Elsewhere it is an error: nothing leaves the state, nothing is bought or
// cancelled, under any policy and for each way to an end. The way back works.
func TestRightAccountOfContracts(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{"PREVENT", "CANCEL", "EXPIRE", "ABANDON"} {
		home := newWorld(t, emulator.Guesses{})
		state := home.refresh(home.create(with(policy)))
		elsewhere := map[string]func(settings object){
			"another host":    func(settings object) { settings["endpoint_override"] = newWorld(t, emulator.Guesses{}).URL },
			"another account": func(settings object) { settings["account_id"] = "0e0a0c1e5a3f4c1b9d2e7f6a5b4c3d2e" },
		}
		for name, move := range elsewhere {
			settings := home.Settings()
			move(settings)
			p := acctest.NewProvider(t)
			p.Configure(settings).WantNone(t)
			if name != "another host" {
				home.Fault(t, "method=GET,path="+computePath+",status=404")
				home.Fault(t, "method=PUT,path="+computePath+",status=404")
			}
			home.Reset()
			kept, d := p.Read(state)
			d.WantError(t, "Could not find planned compute", idOf(state), "the object was last read under a different configuration", "terraform state rm")
			if !acctest.Equal(kept.Object, state.Object) {
				t.Errorf("%s, %s: the state is %v", policy, name, kept.Object)
			}
			// A destroy without a refresh.
			planned := p.Plan(state, nil)
			planned.Diagnostics.WantError(t, "Could not find planned compute", "the object was last read under a different configuration")
			left, d := p.Apply(planned)
			if policy != "ABANDON" {
				d.WantError(t, "the object was last read under a different configuration")
				if idOf(left) != idOf(state) {
					t.Errorf("%s, %s: left in the state: %v", policy, name, left.Object)
				}
			}
			home.SCP.ClearFaults()
			home.wantHeld(1)
			home.settled(state, with(policy))
		}
	}
}
