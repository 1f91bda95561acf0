package billingplan

// Checks against the service's live lists: what is on offer, and which server types are
// larger. A list that cannot be read is a warning: the service checks again when the contract
// is bought. Rows without a name are ignored, since the API guarantees no field of a row.

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// checkOffer checks a contract that is to be bought. A value that is not known yet is checked
// once it is; until then it is the empty string, which is not sent.
func checkOffer(ctx context.Context, c *offerings, plan *resourceModel, diags *diag.Diagnostics) {
	if plan.ServiceID.IsUnknown() {
		return
	}
	if !checkService(ctx, c, plan.ServiceID.ValueString(), diags) {
		return
	}
	checkOS(ctx, c, plan, diags)
	checkServerType(ctx, c, plan, diags)
	checkTerm(ctx, c, plan, plan.ContractType, "contract_type", diags)
	checkTerm(ctx, c, plan, plan.NextContractType, "next_contract_type", diags)
}

// unchecked warns that a list could not be read.
func unchecked(diags *diag.Diagnostics, attribute string, err error) {
	diags.AddAttributeWarning(path.Root(attribute), "Could not check "+attribute,
		"The offerings could not be read, so the service checks the value during the apply. "+tfkit.Explain(err))
}

func checkService(ctx context.Context, c *offerings, service string, diags *diag.Diagnostics) bool {
	services, err := c.serviceTypes(ctx)
	if err != nil {
		unchecked(diags, "service_id", err)
		return true
	}
	var ids []string
	for _, s := range services {
		if text(s.ServiceID) != "" {
			ids = append(ids, *s.ServiceID)
		}
	}
	if len(ids) > 0 && !slices.Contains(ids, service) {
		diags.AddAttributeError(path.Root("service_id"), "Unknown service",
			fmt.Sprintf("Planned computes are not offered for service %q. Choose one of: %s.", service, quoted(ids)))
		return false
	}
	return true
}

func checkOS(ctx context.Context, c *offerings, plan *resourceModel, diags *diag.Diagnostics) {
	if plan.OSType.IsUnknown() {
		return
	}
	list, err := c.osTypes(ctx, plan.ServiceID.ValueString())
	if err != nil {
		unchecked(diags, "os_type", err)
		return
	}
	var values []string
	for _, os := range list {
		if tfkit.SameOS(text(os.OSTypeID), plan.OSType.ValueString()) || tfkit.SameOS(text(os.OSTypeValue), plan.OSType.ValueString()) {
			return
		}
		if name := firstOf(os.OSTypeValue, os.OSTypeID); name != "" {
			values = append(values, tfkit.OSValue(name))
		}
	}
	if len(values) > 0 {
		diags.AddAttributeError(path.Root("os_type"), "Unknown operating system",
			fmt.Sprintf("%s is not offered with operating system %q. Choose one of: %s.", plan.ServiceID.ValueString(), plan.OSType.ValueString(), quoted(values)))
	}
}

func checkServerType(ctx context.Context, c *offerings, plan *resourceModel, diags *diag.Diagnostics) {
	if plan.ServerType.IsUnknown() {
		return
	}
	list, err := c.serverTypes(ctx, scp.ServerTypeFilter{ServiceID: plan.ServiceID.ValueString()})
	if err != nil {
		unchecked(diags, "server_type", err)
		return
	}
	names := serverTypeNames(list, false)
	if _, found := findServerType(list, plan.ServerType.ValueString()); !found && len(names) > 0 {
		diags.AddAttributeError(path.Root("server_type"), "Unknown server type",
			fmt.Sprintf("%s is not offered with server type %q. Choose one of: %s.",
				plan.ServiceID.ValueString(), plan.ServerType.ValueString(), quoted(names)))
	}
}

// checkTerm checks the term of a contract, or of its follow-up.
func checkTerm(ctx context.Context, c *offerings, plan *resourceModel, term types.String, attribute string, diags *diag.Diagnostics) {
	if term.IsUnknown() || term.IsNull() {
		return
	}
	terms, err := c.contractTypes(ctx, plan.ServiceID.ValueString(), plan.ServerType.ValueString())
	if err != nil {
		unchecked(diags, attribute, err)
		return
	}
	wanted, offered := term.ValueString(), terms.ContractTypes
	if attribute == "next_contract_type" {
		offered = terms.ExtensionTypes
	}
	var codes []string
	for _, offer := range offered {
		code, name := text(offer.Code), text(offer.DisplayName)
		if tfkit.SameContractType(code, wanted) || tfkit.SameContractType(name, wanted) {
			return
		}
		switch {
		case code != "" && name != "":
			codes = append(codes, fmt.Sprintf("%q (%s)", code, name))
		case code != "" || name != "":
			codes = append(codes, fmt.Sprintf("%q", code+name))
		}
	}
	if len(codes) > 0 {
		diags.AddAttributeError(path.Root(attribute), "Contract term not offered",
			fmt.Sprintf("The term %q is not offered as %s. Choose one of: %s.", wanted, attribute, quoted(codes)))
	}
}

// checkScaleUp allows only a larger server type: the API does not go down (user guide).
func checkScaleUp(ctx context.Context, c *offerings, plan, state *resourceModel, diags *diag.Diagnostics) {
	if c == nil {
		return
	}
	from, to := state.ServerType.ValueString(), plan.ServerType.ValueString()
	list, err := c.serverTypes(ctx, scp.ServerTypeFilter{ServiceID: plan.ServiceID.ValueString(), CurrentServerType: from})
	if err != nil {
		unchecked(diags, "server_type", err)
		return
	}
	if len(serverTypeNames(list, false)) == 0 {
		diags.AddAttributeWarning(path.Root("server_type"), "Could not check server_type", "The service lists no server types, so it checks the value during the apply.")
		return
	}
	possible := "You can change to: " + quoted(serverTypeNames(list, true)) + "."
	if len(serverTypeNames(list, true)) == 0 {
		possible = "No larger server type is offered."
	}
	found, ok := findServerType(list, to)
	switch {
	case !ok:
		diags.AddAttributeError(path.Root("server_type"), "Unknown server type",
			fmt.Sprintf("%s is not offered with server type %q. A contract can only be changed to a server type larger than %q. %s", plan.ServiceID.ValueString(), to, from, possible))
	case found.ScaleUpYN == nil:
		diags.AddAttributeWarning(path.Root("server_type"), "Could not check server_type",
			fmt.Sprintf("It is unknown whether %q is larger than %q, so the service checks that during the apply.", to, from))
	case !*found.ScaleUpYN:
		diags.AddAttributeError(path.Root("server_type"), "A contract can only be changed to a larger server type",
			fmt.Sprintf("%q is not larger than %q, which the planned compute %s is for. %s", to, from, state.label(), possible))
	}
}

func findServerType(list []scp.ServerType, name string) (scp.ServerType, bool) {
	for _, t := range list {
		if text(t.ServerType) == name {
			return t, true
		}
	}
	return scp.ServerType{}, false
}

// serverTypeNames lists the names, or those of the larger ones only.
func serverTypeNames(list []scp.ServerType, largerOnly bool) []string {
	var names []string
	for _, t := range list {
		if text(t.ServerType) != "" && (!largerOnly || t.ScaleUpYN != nil && *t.ScaleUpYN) {
			names = append(names, text(t.ServerType))
		}
	}
	return names
}

// firstOf returns the first string that is not empty.
func firstOf(candidates ...*string) string {
	for _, t := range candidates {
		if text(t) != "" {
			return *t
		}
	}
	return ""
}
