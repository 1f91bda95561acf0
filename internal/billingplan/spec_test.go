package billingplan

import (
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

// A row that lacks a field may be the contract that is looked for; one that says
// something else is not.
func TestKindFits(t *testing.T) {
	t.Parallel()
	k := newSpec("VIRTUAL_SERVER", "opensource", "s1v1m2", "01")
	say := func(s string) *string { return &s }
	full := scp.PlannedCompute{ServiceID: say("VIRTUAL_SERVER"), OSType: say("Open Source"), ServerType: say("s1v1m2"), ContractType: say("1-year")}
	for name, change := range map[string]struct {
		change  func(*scp.PlannedCompute)
		matches bool
	}{
		"another spelling":    {func(*scp.PlannedCompute) {}, true},
		"no service":          {func(pc *scp.PlannedCompute) { pc.ServiceID = nil }, true},
		"no system":           {func(pc *scp.PlannedCompute) { pc.OSType = nil }, true},
		"no server type":      {func(pc *scp.PlannedCompute) { pc.ServerType = say("") }, true},
		"no term":             {func(pc *scp.PlannedCompute) { pc.ContractType = nil }, true},
		"nothing":             {func(pc *scp.PlannedCompute) { *pc = scp.PlannedCompute{} }, true},
		"another service":     {func(pc *scp.PlannedCompute) { pc.ServiceID = say("GPU_SERVER") }, false},
		"another system":      {func(pc *scp.PlannedCompute) { pc.OSType = say("RHEL") }, false},
		"another server type": {func(pc *scp.PlannedCompute) { pc.ServerType = say("s1v2m4") }, false},
		"another term":        {func(pc *scp.PlannedCompute) { pc.ContractType = say("03") }, false},
	} {
		pc := full
		change.change(&pc)
		if got := k.matches(&pc); got != change.matches {
			t.Errorf("%s: matches is %v", name, got)
		}
	}
}
