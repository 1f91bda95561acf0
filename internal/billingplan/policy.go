package billingplan

// What a destroy does: the deletion policy, while planning and when it is carried out.

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// policy returns the state's policy. A state without one, as after an import,
// is protected.
func (m *resourceModel) policy() string {
	if m.DeletionPolicy.ValueString() == "" {
		return policyPrevent
	}
	return m.DeletionPolicy.ValueString()
}

// preventAdvice lists the alternatives to PREVENT.
const preventAdvice = "To continue, set deletion_policy to \"CANCEL\" (ends the contract, for a fee), \"EXPIRE\" (lets it expire) or \"ABANDON\" (leaves it alone), " +
	"and apply that change first, without changing anything else about the contract. Terraform takes the policy from the state. " +
	"To stop managing the contract without touching it, use a removed block with destroy = false, or terraform state rm. " +
	"If only the name of the resource or a for_each key has changed, add a moved block."

// planEnd guards a plan that destroys a running contract, or replaces it because of a changed
// attribute; replaced is its name.
func planEnd(ctx context.Context, client *scp.Client, state *resourceModel, replaced string, diags *diag.Diagnostics) {
	why, note := "This plan destroys the resource, which", ""
	if replaced != "" {
		why = "Changing " + replaced + " replaces the contract, which"
		note = "\n\nIf the resource has lifecycle { destroy = false }, the old contract keeps running alongside the new one instead, and both cost money."
	}
	label, last := state.label(), state.EndDate.ValueString()
	forgets := fmt.Sprintf("%s makes Terraform forget the planned compute %s. It runs, and costs money, until %s", why, label, last)
	reserved := !state.NextContractType.IsNull()
	switch state.policy() {
	case policyCancel:
		diags.AddWarning("The contract will be cancelled",
			fmt.Sprintf("%s cancels the planned compute %s, which would otherwise run until %s. %s%s", why, label, last, quote(ctx, client, state), note))
	case policyExpire:
		if reserved {
			forgets += ". Its reserved follow-up is dropped"
		}
		diags.AddWarning("The contract will run until it expires", forgets+"."+note)
	case policyAbandon:
		if reserved {
			forgets += fmt.Sprintf(", and so does its follow-up, from %s to %s", state.NextStartDate.ValueString(), state.NextEndDate.ValueString())
		}
		diags.AddWarning("The contract will be abandoned", forgets+"."+note)
	default:
		diags.AddError("The contract is protected",
			fmt.Sprintf("%s would end the planned compute %s, which runs until %s. Its deletion_policy is \"PREVENT\".\n\n%s%s", why, label, last, preventAdvice, note))
	}
}

// quote describes what cancelling would cost today. A failure does not stop the plan, but is
// part of the description.
func quote(ctx context.Context, client *scp.Client, state *resourceModel) string {
	const unknown = "The fee could not be quoted: "
	if client == nil {
		return unknown + "the provider's configuration is not known yet."
	}
	fee, err := client.ShowCancellationFee(ctx, []string{state.ID.ValueString()}, state.Region.ValueString())
	if err != nil {
		return unknown + tfkit.Explain(err)
	}
	return describeFee(fee)
}

// describeFee describes a quote.
func describeFee(fee *scp.CancellationFee) string {
	if fee.CancellationFee == nil {
		return "The service quoted no fee."
	}
	currency := ""
	if fee.Currency != nil {
		currency = " " + text(fee.Currency.Code)
	}
	detail := fmt.Sprintf("Cancelling today costs %s%s", *fee.CancellationFee, currency)
	if month := text(fee.BillYearMonth); month != "" {
		detail += ", billed in " + month
	}
	return detail + "."
}

// end carries out the policy on a running contract. gone reports whether the service's 404
// means that the contract is gone, and adds an error otherwise.
func end(ctx context.Context, client *scp.Client, state *resourceModel, gone func() bool, diags *diag.Diagnostics) {
	switch state.policy() {
	case policyCancel:
		err := cancel(ctx, client, state.ID.ValueString(), running{state.State.ValueString(), state.EndDate.ValueString()})
		switch {
		case scp.IsNotFound(err):
			gone()
		case err != nil:
			diags.AddError("Could not cancel planned compute "+state.label(), tfkit.Explain(err)+
				"\n\nThe contract stays in the state. If the console shows that it has ended, remove it with terraform state rm.")
		}
	case policyExpire:
		err := dropFollowUp(ctx, client, state.ID.ValueString())
		switch {
		case scp.IsNotFound(err):
			gone()
		case err != nil:
			tfkit.AddError(diags, "drop the follow-up of planned compute "+state.label(), err)
		}
	case policyAbandon:
		// It only forgets the contract.
	default:
		diags.AddError("The contract is protected",
			fmt.Sprintf("The planned compute %s, which runs until %s, would have been destroyed, but its deletion_policy is \"PREVENT\". Nothing was cancelled and nothing was bought.\n\n"+
				"If the resource is tainted, run terraform untaint on its address first; if the plan used -replace, plan without it. %s",
				state.label(), state.EndDate.ValueString(), preventAdvice))
	}
}

// cancel ends a contract. If it has already ended, nothing is sent; if it is gone, the error
// is the service's 404. before is the contract as last read.
func cancel(ctx context.Context, client *scp.Client, id string, before running) error {
	return finish(ctx, client, id, before, scp.PlannedComputeChange{Action: scp.ContractCancel})
}

// dropFollowUp lets a contract expire: it drops a reserved follow-up, if there is one.
func dropFollowUp(ctx context.Context, client *scp.Client, id string) error {
	current, err := client.ShowPlannedCompute(ctx, id)
	if err != nil {
		return err
	}
	change := scp.PlannedComputeChange{Action: scp.ExtendCancel}
	if endedBecause(current, client.Now()) != "" || inPlace(change, current, client.Now()) {
		return nil
	}
	return finish(ctx, client, id, running{text(current.State), text(current.EndDate)}, change)
}
