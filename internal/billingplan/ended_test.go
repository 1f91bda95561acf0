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
		{"2027-03-10", "01", "term 01, from 2027-03-11 to 2028-03-10"},
		{"2027-03-10", "5-year", "term 05, from 2027-03-11 to 2032-03-10"},
		{"2027-12-31", "01", "term 01, from 2028-01-01 to 2028-12-31"},
		{"2028-02-28", "01", "term 01, from 2028-02-29 to 2029-02-28"},
		{"2027-02-28 00:00:00", "03", "term 03, from 2027-03-01 to 2030-02-28"},
		{"", "01", "term 01"},
		{"not a date", "01", "term 01"},
		{"2027-03-10", "forever", "term forever"},
	} {
		plan, state := &resourceModel{}, &resourceModel{}
		plan.NextContractType, state.EndDate = types.StringValue(c.next), types.StringValue(c.end)
		if got := followUpDays(plan, state); got != c.want {
			t.Errorf("%s after %s: %q, want %q", c.next, c.end, got, c.want)
		}
	}
}

// A term that the vendor's documents do not have cannot be written, so the error
// does not ask for it.
func TestTermThatCannotBeConfigured(t *testing.T) {
	t.Parallel()
	plan, state := &resourceModel{}, &resourceModel{}
	state.ID, state.ContractType, state.EndDate = types.StringValue("pc-1"), types.StringValue("02"), types.StringValue("2028-03-10")
	for term, want := range map[string]bool{"02": false, "01": true} {
		var diags diag.Diagnostics
		plan.ContractType = types.StringValue(term)
		planTerm(private{}, plan, plan, state, &diags)
		if diags.HasError() != want {
			t.Fatalf("%s: %v", term, diags)
		}
		if !want {
			continue
		}
		said := diags[0].Summary() + ": " + diags[0].Detail()
		for _, word := range []string{"Unsupported contract term", `"02"`, "pc-1", "2028-03-10", "terraform state rm"} {
			if !strings.Contains(said, word) {
				t.Errorf("not said: %s\n%s", word, said)
			}
		}
		if strings.Contains(said, `contract_type = "02"`) {
			t.Errorf("the error asks for what is refused: %s", said)
		}
	}
}

func TestFulfilledBy(t *testing.T) {
	t.Parallel()
	started := &fulfilled{Start: "2027-03-11", Before: "03"}
	prior := func(start, next string) contractFields {
		f := contractFields{StartDate: types.StringValue(start), ContractType: types.StringValue("03"), NextContractType: types.StringNull(), NextStartDate: types.StringValue("2027-03-11")}
		if next != "" {
			f.NextContractType = types.StringValue(next)
		}
		return f
	}
	for name, c := range map[string]struct {
		known *fulfilled
		prior contractFields
		start string
		next  *string
		want  *fulfilled
	}{
		"started":                   {nil, prior("2026-03-11", "01"), "2027-03-11", nil, started},
		"started, empty string":     {nil, prior("2026-03-11", "01"), "2027-03-11", ptr(""), started},
		"still reserved":            {nil, prior("2026-03-11", "01"), "2026-03-11", ptr("01"), nil},
		"reservation dropped":       {nil, prior("2026-03-11", "01"), "2026-03-11", nil, nil},
		"reserved anew":             {nil, prior("2026-03-11", "01"), "2027-03-11", ptr("01"), nil},
		"nothing was declared":      {nil, prior("2026-03-11", ""), "2027-03-11", nil, nil},
		"start not known before":    {nil, contractFields{NextContractType: types.StringValue("01")}, "2027-03-11", nil, nil},
		"start not known any more":  {nil, prior("2026-03-11", "01"), "", nil, nil},
		"started, as dated":         {nil, prior("2027-03-11", "01"), "2027-03-11", nil, started},
		"known":                     {started, prior("2027-03-11", "01"), "2027-03-11", nil, started},
		"known, no longer declared": {started, prior("2027-03-11", ""), "2027-03-11", nil, nil},
		"known, reserved anew":      {started, prior("2027-03-11", "01"), "2027-03-11", ptr("01"), nil},
	} {
		current := &scp.PlannedCompute{StartDate: &c.start, NextContractType: c.next, ContractType: ptr("1-year")}
		if diff := cmp.Diff(c.want, fulfilledBy(c.known, c.prior, current)); diff != "" {
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
	done := &fulfilled{Start: "2026-03-11", Before: "01"}
	for name, c := range map[string]struct {
		plan, state *resourceModel
		date        string // the configured next_start_date
		fulfilled   *fulfilled
		want        string
	}{
		"nothing":              {model("a", ""), model("a", ""), "", nil, ""},
		"a spelling":           {model("a", "01"), model("a", "1-year"), "", nil, ""},
		"apply":                {model("a", "3-year"), model("a", ""), "", nil, "EXTEND_APPLY 03"},
		"change":               {model("a", "01"), model("a", "03"), "", nil, "EXTEND_CHANGE 01"},
		"cancel":               {model("a", ""), model("a", "03"), "", nil, "EXTEND_CANCEL"},
		"server":               {model("b", "01"), model("a", "01"), "", nil, "SERVER_TYPE_CHANGE b"},
		"both":                 {model("b", "01"), model("a", ""), "", nil, "SERVER_TYPE_CHANGE b, EXTEND_APPLY 01"},
		"server not known yet": {model("b", ""), model("", ""), "", nil, ""},

		"started, untouched":                {model("a", "01"), model("a", "1-year"), "", done, ""},
		"started, removed":                  {model("a", ""), model("a", "01"), "", done, ""},
		"started, another term":             {model("a", "03"), model("a", "01"), "", done, "EXTEND_APPLY 03"},
		"started, its date":                 {model("a", "01"), model("a", "01"), "2026-03-11", done, ""},
		"started, the next date":            {model("a", "01"), model("a", "01"), "2027-03-11", done, "EXTEND_APPLY 01"},
		"reserved, its date":                {model("a", "01"), model("a", "01"), "2027-03-11", nil, ""},
		"reserved, a date that is past":     {model("a", "01"), model("a", "01"), "2026-03-11", nil, "EXTEND_CANCEL"},
		"not in the state, running by date": {model("a", "01"), model("a", ""), "2026-03-11", nil, ""},
		"not in the state, dated":           {model("a", "01"), model("a", ""), "2027-03-11", nil, "EXTEND_APPLY 01"},
	} {
		var got []string
		config := &resourceModel{}
		if c.date != "" {
			config.NextStartDate = types.StringValue(c.date)
		}
		c.state.StartDate, c.state.EndDate = types.StringValue("2026-03-11"), types.StringValue("2027-03-10")
		changes, _ := changesBetween(private{Fulfilled: c.fulfilled}, config, c.plan, c.state)
		for _, change := range changes {
			got = append(got, strings.TrimSpace(string(change.Action)+" "+change.ContractType+change.ServerType))
		}
		if strings.Join(got, ", ") != c.want {
			t.Errorf("%s: %v, want %s", name, got, c.want)
		}
	}
}
