package billingplan

import (
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

// After an accepted cancellation any sign of an end counts, and nothing else does.
func TestGoesOnNoMore(t *testing.T) {
	t.Parallel()
	before := running{"ACTIVE", "2027-03-10"}
	for _, test := range []struct {
		state, end string
		before     running
		want       bool
	}{
		{"ACTIVE", "2027-03-10", before, false},
		{"active", "2027-03-10T00:00:00", before, false},
		{"RUNNING", "2027-03-10", before, false},
		{"", "", before, false},
		{"ACTIVE", "soon", before, false},
		{"ACTIVE", "2028-03-10", before, false},
		{"ACTIVE", "2026-03-11", before, true},
		{"TERMINATING", "2027-03-10", before, true},
		{"CANCEL_FAILED", "2027-03-10", before, false},
		{"IN_USE", "2027-03-10", running{"SCHEDULED", "2027-03-10"}, false},
		{"TERMINATING", "2027-03-10", running{"TERMINATING", "2027-03-10"}, false},
		{"PENDING", "2027-03-10", running{"Pending", ""}, false},
		{"ACTIVE", "2026-03-11", running{"ACTIVE", ""}, false},
	} {
		pc := &scp.PlannedCompute{State: &test.state, EndDate: &test.end}
		if got := goesOnNoMore(pc, test.before); got != test.want {
			t.Errorf("state %q, end %q after %+v: %t", test.state, test.end, test.before, got)
		}
	}
}

// A response that says nothing about the contract proves nothing.
func TestInPlace(t *testing.T) {
	t.Parallel()
	say := func(text string) *string { return &text }
	whole := func(next *string) scp.PlannedCompute {
		return scp.PlannedCompute{ServerType: say("S1V2M4"), ContractType: say("1-year"), State: say("ACTIVE"), EndDate: say("2027-03-10"), NextContractType: next}
	}
	for _, test := range []struct {
		change scp.PlannedComputeChange
		pc     scp.PlannedCompute
		want   bool
	}{
		{scp.PlannedComputeChange{Action: scp.ExtendCancel}, scp.PlannedCompute{}, false},
		{scp.PlannedComputeChange{Action: scp.ExtendCancel}, scp.PlannedCompute{ID: "p", State: say("ACTIVE")}, false},
		{scp.PlannedComputeChange{Action: scp.ExtendCancel}, whole(say("1-year")), false},
		{scp.PlannedComputeChange{Action: scp.ExtendCancel}, whole(nil), true},
		{scp.PlannedComputeChange{Action: scp.ExtendCancel}, whole(say("")), true},
		{scp.PlannedComputeChange{Action: scp.ExtendApply, ContractType: "01"}, whole(say("1-year")), true},
		{scp.PlannedComputeChange{Action: scp.ExtendApply, ContractType: "01"}, whole(say("ONE_YEAR")), true},
		{scp.PlannedComputeChange{Action: scp.ExtendApply, ContractType: "01"}, whole(nil), false},
		{scp.PlannedComputeChange{Action: scp.ExtendChange, ContractType: "03"}, whole(say("01")), false},
		{scp.PlannedComputeChange{Action: scp.ServerTypeChange, ServerType: "s1v2m4"}, whole(nil), true},
		{scp.PlannedComputeChange{Action: scp.ServerTypeChange, ServerType: "s1v4m8"}, whole(nil), false},
		{scp.PlannedComputeChange{Action: scp.ContractCancel}, whole(nil), false},
		{scp.PlannedComputeChange{Action: scp.ContractCancel}, scp.PlannedCompute{}, false},
		{scp.PlannedComputeChange{Action: scp.ContractCancel}, scp.PlannedCompute{DeleteYN: say("Y")}, true},
	} {
		if got := inPlace(test.change, &test.pc, seoulDay); got != test.want {
			t.Errorf("%+v with follow-up %s, state %s: %t", test.change, shown(test.pc.NextContractType), shown(test.pc.State), got)
		}
	}
}

var seoulDay = time.Date(2026, 3, 10, 12, 0, 0, 0, scp.Seoul)
