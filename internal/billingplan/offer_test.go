package billingplan

// Checks against lists that are empty, cannot be had, or have rows that say little.

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

// fixedLists serves every query with the same lists.
type fixedLists struct {
	services  []scp.ServiceType
	systems   []scp.OSType
	servers   []scp.ServerType
	contracts scp.ContractTypes
	err       error
}

func (f fixedLists) ListServiceTypes(context.Context) ([]scp.ServiceType, error) {
	return f.services, f.err
}

func (f fixedLists) ListOSTypes(context.Context, string) ([]scp.OSType, error) {
	return f.systems, f.err
}

func (f fixedLists) ListServerTypes(context.Context, scp.ServerTypeFilter) ([]scp.ServerType, error) {
	return f.servers, f.err
}

func (f fixedLists) ListContractTypes(context.Context, string, string) (*scp.ContractTypes, error) {
	return &f.contracts, f.err
}

func contractOf(service, os, server, term string) *resourceModel {
	m := &resourceModel{}
	m.ServiceID, m.OSType, m.ServerType = types.StringValue(service), types.StringValue(os), types.StringValue(server)
	m.ContractType, m.NextContractType = types.StringValue(term), types.StringValue(term)
	return m
}

// said is what the diagnostics say, a line each.
func said(diags diag.Diagnostics) string {
	var lines []string
	for _, d := range diags {
		lines = append(lines, d.Severity().String()+": "+d.Summary()+": "+d.Detail())
	}
	return strings.Join(lines, "\n")
}

// An empty list, and one whose rows have no names, rules nothing out. Rows without
// a name are omitted where the offer is named.
func TestOfferThatSaysLittle(t *testing.T) {
	t.Parallel()
	none, empty := (*string)(nil), new("")
	plan := contractOf("VIRTUAL_SERVER", "opensource", "s1v1m2", "01")
	for name, lists := range map[string]fixedLists{
		"empty lists": {},
		"null names": {
			services: []scp.ServiceType{{}}, systems: []scp.OSType{{}}, servers: []scp.ServerType{{}},
			contracts: scp.ContractTypes{ContractTypes: []scp.ContractType{{}}, ExtensionTypes: []scp.ContractType{{}}},
		},
		"empty names": {
			services: []scp.ServiceType{{ServiceID: empty}}, systems: []scp.OSType{{OSTypeID: empty, OSTypeValue: none}}, servers: []scp.ServerType{{ServerType: empty}},
			contracts: scp.ContractTypes{ContractTypes: []scp.ContractType{{Code: empty}}, ExtensionTypes: []scp.ContractType{{DisplayName: empty}}},
		},
	} {
		var diags diag.Diagnostics
		checkOffer(t.Context(), newOfferings(lists), plan, &diags)
		if len(diags) > 0 {
			t.Errorf("%s: %s", name, said(diags))
		}
	}
	lists := fixedLists{
		services: []scp.ServiceType{{}, {ServiceID: new("VIRTUAL_SERVER")}},
		systems:  []scp.OSType{{}, {OSTypeID: new("RHEL")}}, servers: []scp.ServerType{{}, {ServerType: new("s1v9m9")}},
		contracts: scp.ContractTypes{ContractTypes: []scp.ContractType{{}, {Code: new("03")}}, ExtensionTypes: []scp.ContractType{{DisplayName: new("5-year")}}},
	}
	var diags diag.Diagnostics
	checkOffer(t.Context(), newOfferings(lists), plan, &diags)
	if n := strings.Count(said(diags), "Choose one of: "); diags.ErrorsCount() != 4 || n != 4 {
		t.Errorf("said:\n%s", said(diags))
	}
	for _, words := range []string{"Choose one of: rhel.", "Choose one of: s1v9m9.", `Choose one of: "03".`, `Choose one of: "5-year".`} {
		if !strings.Contains(said(diags), words) {
			t.Errorf("it does not say %q:\n%s", words, said(diags))
		}
	}
}

// Whether a server type is larger is the service's word. Without it the plan goes
// on with a warning, since the service judges again.
func TestScaleUpThatCannotBeChecked(t *testing.T) {
	t.Parallel()
	state, plan := contractOf("VIRTUAL_SERVER", "opensource", "s1v1m2", "01"), contractOf("VIRTUAL_SERVER", "opensource", "s1v2m4", "01")
	row := func(name string, larger *bool) scp.ServerType {
		return scp.ServerType{ServerType: &name, ScaleUpYN: larger}
	}
	for name, c := range map[string]struct {
		lists fixedLists
		want  string
	}{
		"no list":         {fixedLists{err: errors.New("no way")}, "Warning: Could not check server_type: The offerings could not be read"},
		"an empty list":   {fixedLists{}, "Warning: Could not check server_type: The service lists no server types"},
		"rows of no name": {fixedLists{servers: []scp.ServerType{{}}}, "Warning: Could not check server_type: The service lists no server types"},
		"no word":         {fixedLists{servers: []scp.ServerType{row("s1v2m4", nil)}}, `Warning: Could not check server_type: It is unknown whether "s1v2m4" is larger than "s1v1m2"`},
		"no":              {fixedLists{servers: []scp.ServerType{row("s1v2m4", new(false)), {ScaleUpYN: new(true)}}}, `Error: A contract can only be changed to a larger server type: "s1v2m4" is not larger than "s1v1m2"`},
		"yes":             {fixedLists{servers: []scp.ServerType{row("s1v2m4", new(true))}}, ""},
		"not listed":      {fixedLists{servers: []scp.ServerType{{ScaleUpYN: new(true)}, row("s1v4m8", new(true))}}, "You can change to: s1v4m8."},
	} {
		var diags diag.Diagnostics
		checkScaleUp(t.Context(), newOfferings(c.lists), plan, state, &diags)
		if (c.want == "") != (len(diags) == 0) || len(diags) > 1 || !strings.Contains(said(diags), c.want) {
			t.Errorf("%s: it says\n%s\nwant %s", name, said(diags), c.want)
		}
	}
}
