package billingplan

// When a contract counts as ended, and the dates that go with it.

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

func TestEndedBecause(t *testing.T) {
	t.Parallel()
	last := func(next, end string) *scp.PlannedCompute {
		return &scp.PlannedCompute{State: ptr("ACTIVE"), DeleteYN: ptr("N"), EndDate: &end, NextContractType: &next}
	}
	for name, c := range map[string]struct {
		pc   *scp.PlannedCompute
		now  string
		says string
	}{
		"nothing known":            {&scp.PlannedCompute{}, "2026-03-10T03:00:00Z", ""},
		"active":                   {last("", "2026-03-10"), "2026-03-09T00:00:00Z", ""},
		"last minute of last day":  {last("", "2026-03-10"), "2026-03-10T14:59:59Z", ""},
		"the day after, in Seoul":  {last("", "2026-03-10"), "2026-03-10T15:00:01Z", "2026-03-10"},
		"a time in the date":       {last("", "2026-03-10T00:00:00"), "2026-03-11T00:00:00Z", "2026-03-10"},
		"a follow-up goes on":      {last("01", "2026-03-10"), "2026-03-12T00:00:00Z", ""},
		"no date":                  {last("", "soon"), "2026-03-12T00:00:00Z", ""},
		"no real date":             {last("", "2026-13-40"), "2027-03-12T00:00:00Z", ""},
		"deleted":                  {&scp.PlannedCompute{DeleteYN: ptr("y")}, "2026-03-10T03:00:00Z", "deleted"},
		"cancelled":                {&scp.PlannedCompute{State: ptr("Cancelled")}, "2026-03-10T03:00:00Z", "Cancelled"},
		"cancelled, follow-up":     {&scp.PlannedCompute{State: ptr("CANCELED"), NextContractType: ptr("01")}, "2026-03-10T03:00:00Z", "CANCELED"},
		"a state like it, but not": {&scp.PlannedCompute{State: ptr("CANCELLING")}, "2026-03-10T03:00:00Z", ""},
		"another state":            {&scp.PlannedCompute{State: ptr("RUNNING"), DeleteYN: ptr("?")}, "2026-03-10T03:00:00Z", ""},
	} {
		now, err := time.Parse(time.RFC3339, c.now)
		if err != nil {
			t.Fatal(err)
		}
		if got := endedBecause(c.pc, now); (got == "") != (c.says == "") || !strings.Contains(got, c.says) {
			t.Errorf("%s: %q, want %q", name, got, c.says)
		}
	}
}

func TestInSettlement(t *testing.T) {
	t.Parallel()
	for at, want := range map[string]bool{
		"2026-03-10T14:29:59Z": false, "2026-03-10T14:30:00Z": true, "2026-03-10T14:59:59Z": true, "2026-03-10T15:00:00Z": false,
		"2026-03-10T23:45:00Z": false, "2026-03-10T23:45:00+09:00": true,
	} {
		now, err := time.Parse(time.RFC3339, at)
		if err != nil {
			t.Fatal(err)
		}
		if inSettlement(now) != want {
			t.Errorf("%s: %t, want %t", at, !want, want)
		}
	}
}

func TestFollowUpDays(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ end, next, want string }{
		{"2027-03-10", "01", "period 01, from 2027-03-11 to 2028-03-10"},
		{"2027-03-10", "5-year", "period 05, from 2027-03-11 to 2032-03-10"},
		{"2027-12-31", "01", "period 01, from 2028-01-01 to 2028-12-31"},
		{"2028-02-28", "01", "period 01, from 2028-02-29 to 2029-02-28"},
		{"2027-02-28 00:00:00", "03", "period 03, from 2027-03-01 to 2030-02-28"},
		{"", "01", "period 01"},
		{"not a date", "01", "period 01"},
		{"2027-03-10", "forever", "period forever"},
	} {
		plan, state := &resourceModel{}, &resourceModel{}
		plan.NextContractType, state.EndDate = types.StringValue(c.next), types.StringValue(c.end)
		if got := followUpDays(plan, state); got != c.want {
			t.Errorf("%s after %s: %q, want %q", c.next, c.end, got, c.want)
		}
	}
}

// A period that the vendor's documents do not have cannot be written, so the error
// does not ask for it.
func TestPeriodThatCannotBeConfigured(t *testing.T) {
	t.Parallel()
	plan, state := &resourceModel{}, &resourceModel{}
	state.ID, state.ContractType, state.EndDate = types.StringValue("pc-1"), types.StringValue("02"), types.StringValue("2028-03-10")
	for term, want := range map[string]bool{"02": false, "01": true} {
		var diags diag.Diagnostics
		plan.ContractType = types.StringValue(term)
		planTerms(notes{}, plan, state, &diags)
		if diags.HasError() != want {
			t.Fatalf("%s: %v", term, diags)
		}
		if !want {
			continue
		}
		said := diags[0].Summary() + ": " + diags[0].Detail()
		for _, word := range []string{"A period that cannot be configured", `"02"`, "pc-1", "2028-03-10", "terraform state rm"} {
			if !strings.Contains(said, word) {
				t.Errorf("not said: %s\n%s", word, said)
			}
		}
		if strings.Contains(said, `contract_type = "02"`) {
			t.Errorf("the error asks for what is refused: %s", said)
		}
	}
}

func TestRolledOver(t *testing.T) {
	t.Parallel()
	found := &rollover{StartDate: "2027-03-11", Reserved: "01"}
	saved := &rollover{StartDate: "2027-03-11", Reserved: "01", Saved: true}
	prior := func(start, next string) contractFields {
		f := contractFields{StartDate: types.StringValue(start), NextContractType: types.StringNull()}
		if next != "" {
			f.NextContractType = types.StringValue(next)
		}
		return f
	}
	for name, c := range map[string]struct {
		known *rollover
		prior contractFields
		start string
		next  *string
		want  *rollover
	}{
		"started":                  {nil, prior("2026-03-11", "01"), "2027-03-11", nil, found},
		"started, empty text":      {nil, prior("2026-03-11", "01"), "2027-03-11", ptr(""), found},
		"still reserved":           {nil, prior("2026-03-11", "01"), "2026-03-11", ptr("01"), nil},
		"reservation dropped":      {nil, prior("2026-03-11", "01"), "2026-03-11", nil, nil},
		"reserved anew":            {nil, prior("2026-03-11", "01"), "2027-03-11", ptr("01"), nil},
		"nothing was reserved":     {nil, prior("2026-03-11", ""), "2027-03-11", nil, nil},
		"start not known before":   {nil, contractFields{NextContractType: types.StringValue("01")}, "2027-03-11", nil, nil},
		"start not known any more": {nil, prior("2026-03-11", "01"), "", nil, nil},
		"known from before":        {found, prior("2027-03-11", ""), "2027-03-11", nil, saved},
		"known, saved before":      {saved, prior("2027-03-11", ""), "2027-03-11", ptr(""), saved},
		"known, reserved anew":     {saved, prior("2027-03-11", ""), "2027-03-11", ptr("01"), nil},
		"known, not saved":         {found, prior("2026-03-11", "01"), "2027-03-11", nil, found},
	} {
		current := &scp.PlannedCompute{StartDate: &c.start, NextContractType: c.next, ContractType: ptr("1-year")}
		if diff := cmp.Diff(c.want, rolledOver(c.known, c.prior, current)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

// The actions that lie between two configurations, each at most once.
func TestChangesBetween(t *testing.T) {
	t.Parallel()
	model := func(server, next string) *resourceModel {
		m := &resourceModel{}
		m.ServerType, m.NextContractType = types.StringValue(server), types.StringNull()
		if server == "" {
			m.ServerType = types.StringNull()
		}
		if next != "" {
			m.NextContractType = types.StringValue(next)
		}
		return m
	}
	for name, c := range map[string]struct {
		plan, state *resourceModel
		want        string
	}{
		"nothing":              {model("a", ""), model("a", ""), ""},
		"a spelling":           {model("a", "01"), model("a", "1-year"), ""},
		"apply":                {model("a", "3-year"), model("a", ""), "EXTEND_APPLY 03"},
		"change":               {model("a", "01"), model("a", "03"), "EXTEND_CHANGE 01"},
		"cancel":               {model("a", ""), model("a", "03"), "EXTEND_CANCEL"},
		"server":               {model("b", "01"), model("a", "01"), "SERVER_TYPE_CHANGE b"},
		"both":                 {model("b", "01"), model("a", ""), "SERVER_TYPE_CHANGE b, EXTEND_APPLY 01"},
		"server not known yet": {model("b", ""), model("", ""), ""},
	} {
		var got []string
		for _, change := range changesBetween(c.plan, c.state) {
			got = append(got, strings.TrimSpace(string(change.Action)+" "+change.ContractType+change.ServerType))
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}
