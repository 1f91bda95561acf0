package billingplan

// What happens while planning: every refusal that can be known before money
// moves, and a warning for everything that costs.

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// planTime bounds all requests of one plan.
const planTime = 3 * time.Minute

// ModifyPlan guards the contract. It sees a destroy and a change; a taint and
// -replace it sees as a new contract, which is why Delete guards once more.
func (r *plannedCompute) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	ctx, stop := context.WithTimeout(ctx, planTime)
	defer stop()
	diags := &resp.Diagnostics
	client := r.Data.KnownClient()
	var state, plan *resourceModel
	if !req.State.Raw.IsNull() {
		state = &resourceModel{}
		diags.Append(tfkit.Read(ctx, &req.State, state)...)
	}
	if !req.Plan.Raw.IsNull() {
		plan = &resourceModel{}
		diags.Append(tfkit.Read(ctx, &req.Plan, plan)...)
	}
	if diags.HasError() || !r.Data.Complete(diags) {
		return
	}
	switch {
	case state == nil && plan != nil:
		if client != nil {
			end := ledgerOf(r.Data).begin()
			checkOffer(ctx, catalogueOf(r.Data, client), plan, diags)
			end()
			guardPurchase(ctx, client, ledgerOf(r.Data), plan, diags)
		}
		if !plan.NextContractType.IsNull() && !plan.NextContractType.IsUnknown() {
			diags.AddAttributeWarning(path.Root("next_contract_type"), "A follow-up contract is reserved",
				fmt.Sprintf("This plan buys a contract and reserves its follow-up, period %s. The follow-up starts by itself on the day after the contract ends, and is a purchase.",
					tfkit.ContractCode(plan.NextContractType.ValueString())))
		}
	case state != nil && plan == nil:
		if r.Data.Known() {
			// It is no orphan, whatever becomes of this plan.
			ledgerOf(r.Data).ownFromState(state.ID.ValueString())
		}
		n, _ := readNotes(ctx, req.Private)
		if n.Ended == "" && client != nil {
			// Terraform does not refresh what has left the configuration.
			n.Ended = endedMeanwhile(ctx, client, ledgerOf(r.Data), state)
		}
		if n.Ended == "" {
			planEnd(ctx, client, state, "This plan destroys the resource, which", diags)
		}
		n.write(ctx, resp.Private, diags)
	case state != nil && plan != nil:
		if r.Data.Known() {
			ledgerOf(r.Data).ownFromState(state.ID.ValueString())
		}
		n, _ := readNotes(ctx, req.Private)
		r.planChange(ctx, client, n, plan, state, diags)
		if !diags.HasError() {
			diags.Append(tfkit.Write(ctx, &resp.Plan, plan)...)
		}
	}
}

// planChange plans an existing contract. An ended one buys nothing by itself.
func (r *plannedCompute) planChange(ctx context.Context, client *scp.Client, n notes, plan, state *resourceModel, diags *diag.Diagnostics) {
	if n.Ended != "" {
		diags.AddWarning("The contract has ended",
			fmt.Sprintf("The planned compute %s has ended: %s. It stays in the state, and nothing is bought. "+
				"To buy a new contract, run terraform apply -replace=ADDRESS. To forget this one, remove it from the configuration; that makes no call.", state.label(), n.Ended))
	}
	if replaced := replacedBy(plan, state); replaced != "" {
		if n.Ended == "" {
			planEnd(ctx, client, state, "A change of "+replaced+" replaces the contract, which", diags)
		}
		return
	}
	planTags(n, plan, state, diags)
	server := changed(plan.ServerType, state.ServerType)
	next := !plan.NextContractType.Equal(state.NextContractType)
	term := !plan.ContractType.IsUnknown() && changed(plan.ContractType, state.ContractType)
	switch {
	case n.Ended == "":
		planTerms(n, plan, state, diags)
	case server || next || term:
		diags.AddError("The contract has ended",
			fmt.Sprintf("The planned compute %s has ended, so nothing about it can be changed. Write what it was again:\n%s\n\n"+
				"Or buy a new contract as configured: run terraform taint on its address and apply.", state.label(), asItWas(server, next, term, state)))
	}
	if diags.HasError() {
		return
	}
	if server && !plan.ServerType.IsUnknown() {
		checkScaleUp(ctx, r.catalogue(client), plan, state, diags)
	}
	if next && !plan.NextContractType.IsUnknown() {
		r.planFollowUp(ctx, client, plan, state, diags)
	}
	if !plan.ServiceName.IsUnknown() && changed(plan.ServiceName, state.ServiceName) {
		diags.AddAttributeWarning(path.Root("service_name"), "service_name has no effect any more",
			"The service name is sent with the purchase only. The new text goes into the state, and nothing changes at the service.")
	}
	if server || next {
		plan.markChanged(server)
	}
}

// asItWas writes the attributes that differ as the state has them.
func asItWas(server, next, term bool, state *resourceModel) string {
	var lines string
	if server {
		lines += fmt.Sprintf("\n  server_type = %q", state.ServerType.ValueString())
	}
	if term {
		lines += fmt.Sprintf("\n  contract_type = %q", tfkit.ContractCode(state.ContractType.ValueString()))
	}
	if next {
		value := "null"
		if !state.NextContractType.IsNull() {
			value = fmt.Sprintf("%q", tfkit.ContractCode(state.NextContractType.ValueString()))
		}
		lines += "\n  next_contract_type = " + value
	}
	return lines
}

// replacedBy names the changed attribute that makes another contract of it.
func replacedBy(plan, state *resourceModel) string {
	switch {
	case changed(plan.ServiceID, state.ServiceID):
		return "service_id"
	case changed(plan.OSType, state.OSType):
		return "os_type"
	default:
		return ""
	}
}

// changed compares with a state that may lack the value, as when the service did
// not return it after an import; that is no change.
func changed(plan, state types.String) bool {
	return !state.IsNull() && !plan.Equal(state)
}

// markChanged makes unknown what the service answers anew after a change.
func (m *resourceModel) markChanged(server bool) {
	for _, field := range []*types.String{&m.NextStartDate, &m.NextEndDate, &m.State, &m.ModifiedAt, &m.ModifiedBy} {
		*field = types.StringUnknown()
	}
	if server {
		m.ServerTypeDescription = types.MapUnknown(types.StringType)
	}
}

// planTags allows tags to be taken into the state once after an import. Tags that
// are not known yet count as unchanged, unless what is known of them is a change.
func planTags(n notes, plan, state *resourceModel, diags *diag.Diagnostics) {
	if plan.Tags.Equal(state.Tags) || (!plan.Tags.IsUnknown() && len(plan.Tags.Elements()) == 0 && len(state.Tags.Elements()) == 0) {
		return
	}
	if n.Imported && state.Tags.IsNull() {
		diags.AddAttributeWarning(path.Root("tags"), "The tags are taken over unchecked",
			"The API cannot read tags. The configured tags go into the state once, after the import; whether the contract carries them is not known.")
		return
	}
	if !state.Tags.IsNull() && mayBe(plan.Tags, state.Tags) {
		plan.Tags = state.Tags
		diags.AddAttributeWarning(path.Root("tags"), "Not known while planning",
			fmt.Sprintf("The tags depend on something that is changed by this apply, so they are taken to be %s as before. "+
				"If they turn out to be others, nothing is done about them by this apply, or it is refused when something else about the contract changes too: the tags of a contract cannot be changed. "+
				"Plan again then.", describeTags(state.Tags)))
		return
	}
	if plan.Tags.IsUnknown() {
		return
	}
	diags.AddAttributeError(path.Root("tags"), "The tags of a contract cannot be changed",
		fmt.Sprintf("Tags are sent with the purchase; the API can neither read nor change them afterwards. Write the tags of the state again (%s), and change the contract's tags in the console.",
			describeTags(state.Tags)))
}

// mayBe tells whether tags that are not all known can turn out to be those of the state.
func mayBe(planned, state types.Map) bool {
	if planned.IsUnknown() {
		return true
	}
	was, unknown := state.Elements(), false
	for key, value := range planned.Elements() {
		switch prior, there := was[key]; {
		case !there:
			return false
		case value.IsUnknown():
			unknown = true
		case !value.Equal(prior):
			return false
		}
	}
	return unknown && len(planned.Elements()) == len(was)
}

func describeTags(tags types.Map) string {
	if len(tags.Elements()) == 0 {
		return "none"
	}
	return tags.String()
}

// planTerms refuses another period for a running contract. When a reserved
// follow-up has started by itself, the error names what to write.
func planTerms(n notes, plan, state *resourceModel, diags *diag.Diagnostics) {
	running := state.ContractType.ValueString()
	other := !plan.ContractType.IsUnknown() && changed(plan.ContractType, state.ContractType)
	if other && !tfkit.IsContractType(running) {
		diags.AddAttributeError(path.Root("contract_type"), "A period that cannot be configured",
			fmt.Sprintf("The planned compute %s runs for the period %q until %s, which the vendor's documents do not have, so contract_type cannot say it. Nothing is changed. "+
				"Take the contract out of the state (terraform state rm) and out of the configuration, and please report the period, so that the provider learns it.",
				state.label(), running, state.EndDate.ValueString()))
		return
	}
	if n.RolledOver != nil {
		leftover := n.RolledOver.leftover(plan.NextContractType)
		if !other && !leftover {
			return
		}
		detail := fmt.Sprintf("The follow-up of the planned compute %s that was reserved started on %s and runs until %s. Nothing was bought by this plan.",
			state.label(), n.RolledOver.StartDate, state.EndDate.ValueString())
		attribute := "contract_type"
		if other {
			detail += fmt.Sprintf(" The configuration has to say what runs now:\n\n  contract_type = %q", tfkit.ContractCode(running))
		} else {
			attribute = "next_contract_type"
		}
		if leftover {
			detail += "\n\nRemove next_contract_type, since that reservation is used up. To reserve another follow-up, first apply without it and with a change that asks the service for nothing, " +
				"such as timeouts = { read = \"11m\" }; then write next_contract_type again. Without that nobody could tell it from a line that was never taken out."
		}
		diags.AddAttributeError(path.Root(attribute), "The reserved contract has started", detail)
		return
	}
	if !other {
		return
	}
	if start, ok := followUpSince(state); ok {
		diags.AddAttributeError(path.Root("contract_type"), "The reserved contract has started",
			fmt.Sprintf("The planned compute %s is in a follow-up contract, which started on %s and runs until %s. The configuration has to say what runs now:\n\n  contract_type = %q",
				state.label(), start, state.EndDate.ValueString(), tfkit.ContractCode(running)))
		return
	}
	diags.AddAttributeError(path.Root("contract_type"), "The period of a running contract cannot be changed",
		fmt.Sprintf("The planned compute %s runs for the period %q until %s. What works:\n\n"+
			"  - write the running period: contract_type = %q\n"+
			"  - reserve a follow-up of another period: next_contract_type = %q\n"+
			"  - to end this contract and buy anew on purpose: with the old contract_type, apply deletion_policy = \"CANCEL\" (or \"EXPIRE\" or \"ABANDON\"), "+
			"then run terraform taint on its address and apply with the new contract_type. -replace does not get past this error. "+
			"Such a plan shows no fee; the data source scpbilling_planned_compute_cancellation_fee tells it.",
			state.label(), running, state.EndDate.ValueString(), tfkit.ContractCode(running), tfkit.ContractCode(plan.ContractType.ValueString())))
}

// followUpSince tells whether the running contract is a follow-up, and since when.
func followUpSince(state *resourceModel) (start string, ok bool) {
	first, dated := dateOf(state.FirstContractStartAt.ValueString())
	current, alsoDated := dateOf(state.StartDate.ValueString())
	return state.StartDate.ValueString(), dated && alsoDated && current.After(first)
}

// planFollowUp checks a follow-up against what is on offer, and warns about the
// days that it commits to.
func (r *plannedCompute) planFollowUp(ctx context.Context, client *scp.Client, plan, state *resourceModel, diags *diag.Diagnostics) {
	if plan.NextContractType.IsNull() {
		return // Dropping a reservation costs nothing.
	}
	if catalogue := r.catalogue(client); catalogue != nil {
		checkExtension(ctx, catalogue, plan, diags)
	}
	detail := fmt.Sprintf("This plan reserves a follow-up of the planned compute %s: %s. It starts by itself and is a purchase.", state.label(), followUpDays(plan, state))
	if started, ok := followUpSince(state); ok && state.NextContractType.IsNull() {
		detail += fmt.Sprintf(" The contract is a follow-up itself, which started on %s: this one comes on top. If next_contract_type was written for the one that has started, remove it.", started)
	}
	diags.AddAttributeWarning(path.Root("next_contract_type"), "A follow-up contract is reserved", detail)
}

// followUpDays computes the days of a follow-up: it starts the day after the
// running contract ends. That its last day is the one before the anniversary is a guess.
func followUpDays(plan, state *resourceModel) string {
	years, ok := tfkit.ContractYears(plan.NextContractType.ValueString())
	last, dated := dateOf(state.EndDate.ValueString())
	if !ok || !dated {
		return "period " + plan.NextContractType.ValueString()
	}
	start := last.AddDate(0, 0, 1)
	return fmt.Sprintf("period %s, from %s to %s", tfkit.ContractCode(plan.NextContractType.ValueString()),
		start.Format(dateLayout), tfkit.ContractEnd(start, years).Format(dateLayout))
}

func (r *plannedCompute) catalogue(client *scp.Client) *catalogue {
	if client == nil {
		return nil
	}
	return catalogueOf(r.Data, client)
}

// quoted lists values for a message.
func quoted(values []string) string {
	const most = 30
	more := ""
	if len(values) > most {
		more = fmt.Sprintf(" and %d more", len(values)-most)
		values = values[:most]
	}
	return strings.Join(values, ", ") + more
}
