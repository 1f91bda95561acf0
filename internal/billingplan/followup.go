package billingplan

// The follow-up contract: what a configuration declares, and which request that needs.

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// wish is what a declared follow-up means for a contract.
type wish int

const (
	// wishNothing: what is declared is in place, reserved or started.
	wishNothing wish = iota
	// wishForget: a follow-up that has started is no longer declared, or is declared for a
	// contract whose state does not have it. No request is sent.
	wishForget
	// wishReserve, wishChange and wishDrop are EXTEND_APPLY, EXTEND_CHANGE and
	// EXTEND_CANCEL.
	wishReserve
	wishChange
	wishDrop
)

// wishOf compares what is declared with the state. date is the configured
// next_start_date, empty without one.
func wishOf(declared, date string, state *resourceModel, f *fulfilled) wish {
	held := state.NextContractType.ValueString()
	reserved := held != "" && f == nil
	same := held != "" && tfkit.SameContractType(declared, held)
	switch {
	case declared == "" && reserved:
		return wishDrop
	case declared == "" && held != "":
		return wishForget
	case declared == "":
		return wishNothing
	case hasStarted(date, state.StartDate.ValueString()):
		// It has started. Another reserved follow-up is not declared.
		switch {
		case reserved:
			return wishDrop
		case !same:
			return wishForget
		default:
			return wishNothing
		}
	case reserved && same:
		return wishNothing
	case reserved:
		return wishChange
	case f != nil && same && date == "":
		return wishNothing // It has started, whatever the spelling.
	default:
		return wishReserve
	}
}

// hasStarted reports whether a follow-up with a configured first day, empty without one, is the
// contract that began on start, or an earlier one.
func hasStarted(date, start string) bool { return date != "" && date <= day(start) }

// action returns the request that a wish needs; ok is false if it needs none.
func (w wish) action(declared string) (change scp.PlannedComputeChange, ok bool) {
	switch w {
	case wishReserve:
		return scp.PlannedComputeChange{Action: scp.ExtendApply, ContractType: tfkit.ContractCode(declared)}, true
	case wishChange:
		return scp.PlannedComputeChange{Action: scp.ExtendChange, ContractType: tfkit.ContractCode(declared)}, true
	case wishDrop:
		return scp.PlannedComputeChange{Action: scp.ExtendCancel}, true
	default:
		return scp.PlannedComputeChange{}, false
	}
}

// nextDay is the first day of a follow-up: the day after the running contract ends. The
// service returns it once a follow-up is reserved.
func nextDay(state *resourceModel, f *fulfilled) string {
	if reserved := day(state.NextStartDate.ValueString()); reserved != "" && f == nil && !state.NextContractType.IsNull() {
		return reserved
	}
	last, ok := dateOf(state.EndDate.ValueString())
	if !ok {
		return ""
	}
	return last.AddDate(0, 0, 1).Format(dateLayout)
}

// planFollowUp plans the follow-up of a running contract and reports whether that needs a
// request. config is what the user wrote.
func (r *plannedCompute) planFollowUp(ctx context.Context, client *scp.Client, p private, config, plan, state *resourceModel, diags *diag.Diagnostics) bool {
	if plan.NextContractType.IsUnknown() || config.NextStartDate.IsUnknown() {
		if config.NextStartDate.IsNull() {
			plan.NextStartDate = types.StringUnknown()
		}
		plan.NextEndDate = types.StringUnknown()
		return true
	}
	declared, date := plan.NextContractType.ValueString(), config.NextStartDate.ValueString()
	if !checkNextDate(declared, date, p.Fulfilled, state, diags) {
		return false
	}
	w := wishOf(declared, date, state, p.Fulfilled)
	switch w {
	case wishReserve, wishChange:
		if offerings := r.offerings(client); offerings != nil {
			checkTerm(ctx, offerings, plan, plan.NextContractType, "next_contract_type", diags)
		}
		verb := "reserves a follow-up for"
		summary := "A follow-up contract will be reserved"
		if w == wishChange {
			verb, summary = fmt.Sprintf("changes the follow-up (term %s) of", tfkit.ContractCode(state.NextContractType.ValueString())), "The follow-up contract will be changed"
		}
		diags.AddAttributeWarning(path.Root("next_contract_type"), summary,
			fmt.Sprintf("This plan %s the planned compute %s: %s. It starts automatically and is a purchase.", verb, state.label(), followUpDays(plan, state)))
	case wishDrop:
		diags.AddAttributeWarning(path.Root("next_contract_type"), "The follow-up contract will be dropped",
			fmt.Sprintf("This plan drops the reserved follow-up of the planned compute %s: term %s, from %s. The contract then ends on %s.",
				state.label(), tfkit.ContractCode(state.NextContractType.ValueString()), state.NextStartDate.ValueString(), state.EndDate.ValueString()))
	default:
	}
	_, asks := w.action(declared)
	if date == "" {
		switch {
		case asks && w != wishDrop:
			plan.NextStartDate = types.StringUnknown()
		case w == wishForget || w == wishDrop:
			plan.NextStartDate = types.StringNull()
		default:
			plan.NextStartDate = state.NextStartDate
		}
	}
	if asks {
		plan.NextEndDate = types.StringUnknown()
		if w == wishDrop {
			plan.NextEndDate = types.StringNull()
		}
	}
	return asks
}

// checkNextDate rejects a first day on which no follow-up starts.
func checkNextDate(declared, date string, f *fulfilled, state *resourceModel, diags *diag.Diagnostics) bool {
	if date == "" {
		return true
	}
	if declared == "" {
		refuseLoneDate(diags)
		return false
	}
	right := nextDay(state, f)
	if right == "" || date == right || hasStarted(date, state.StartDate.ValueString()) {
		return true
	}
	diags.AddAttributeError(path.Root("next_start_date"), "No follow-up starts on this day",
		fmt.Sprintf("next_start_date is %s. The planned compute %s runs from %s to %s, so a follow-up starts on %s. To reserve it, write:\n\n  next_start_date = %q",
			date, state.label(), day(state.StartDate.ValueString()), day(state.EndDate.ValueString()), right, right))
	return false
}

// refuseLoneDate is the error for a first day without a follow-up.
func refuseLoneDate(diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root("next_start_date"), "next_start_date without next_contract_type",
		"next_start_date sets the first day of the follow-up that next_contract_type declares. Set both, or neither.")
}

// followUpSince reports whether the running contract is a follow-up, and since when.
func followUpSince(state *resourceModel) (start string, ok bool) {
	first, dated := dateOf(state.FirstContractStartAt.ValueString())
	current, alsoDated := dateOf(state.StartDate.ValueString())
	return state.StartDate.ValueString(), dated && alsoDated && current.After(first)
}

// followUpDays computes the days of a follow-up: it starts the day after the
// running contract ends. That its last day is the one before the anniversary is a guess.
func followUpDays(plan, state *resourceModel) string {
	years, ok := tfkit.ContractYears(plan.NextContractType.ValueString())
	last, dated := dateOf(state.EndDate.ValueString())
	if !ok || !dated {
		return "term " + plan.NextContractType.ValueString()
	}
	start := last.AddDate(0, 0, 1)
	return fmt.Sprintf("term %s, from %s to %s", tfkit.ContractCode(plan.NextContractType.ValueString()),
		start.Format(dateLayout), tfkit.ContractEnd(start, years).Format(dateLayout))
}

// planTerm keeps the running term if a follow-up has started and the configuration still has
// the term before it, and rejects any other term. It says, once, what to write.
func planTerm(p private, config, plan, state *resourceModel, diags *diag.Diagnostics) {
	running := state.ContractType.ValueString()
	other := !plan.ContractType.IsUnknown() && changed(plan.ContractType, state.ContractType)
	if other && !tfkit.IsContractType(running) {
		diags.AddAttributeError(path.Root("contract_type"), "Unsupported contract term",
			fmt.Sprintf("The planned compute %s has the term %q and runs until %s. The vendor's documentation does not list this term, so contract_type cannot be set to it. Nothing is changed. "+
				"Remove the contract from the state (terraform state rm) and from the configuration, and please report the term so that the provider can support it.",
				state.label(), running, state.EndDate.ValueString()))
		return
	}
	start, isFollowUp := followUpSince(state)
	explained := p.Fulfilled != nil && (p.Fulfilled.Before == "" || tfkit.SameContractType(plan.ContractType.ValueString(), p.Fulfilled.Before)) ||
		p.Fulfilled == nil && isFollowUp
	if p.Fulfilled != nil {
		start = p.Fulfilled.Start
	}
	leftover := p.Fulfilled != nil && config.NextStartDate.IsNull() && tfkit.SameContractType(plan.NextContractType.ValueString(), state.NextContractType.ValueString())
	switch {
	case other && explained:
		// Terraform lets a plan keep the prior value.
		plan.ContractType = state.ContractType
	case other:
		diags.AddAttributeError(path.Root("contract_type"), "The term of a running contract cannot be changed",
			fmt.Sprintf("The planned compute %s runs for the term %q until %s. You can:\n\n"+
				"  - set the running term: contract_type = %q\n"+
				"  - reserve a follow-up with another term: next_contract_type = %q\n"+
				"  - end this contract and buy a new one: with the old contract_type, apply deletion_policy = \"CANCEL\" (or \"EXPIRE\" or \"ABANDON\"), "+
				"then run terraform taint on its address and apply with the new contract_type. -replace does not avoid this error. "+
				"The plan after terraform taint shows no fee; the data source scpbilling_planned_compute_cancellation_fee does.",
				state.label(), running, state.EndDate.ValueString(), tfkit.ContractCode(running), tfkit.ContractCode(plan.ContractType.ValueString())))
		return
	case !leftover:
		return
	}
	detail := fmt.Sprintf("The follow-up of the planned compute %s started on %s and runs until %s. Nothing is bought by this plan.", state.label(), day(start), day(state.EndDate.ValueString()))
	if other {
		detail += fmt.Sprintf("\n\nTo match the running term, write:\n\n  contract_type = %q", tfkit.ContractCode(running))
	}
	if leftover {
		detail += fmt.Sprintf("\n\nnext_contract_type is no longer needed and does not buy anything again. Remove it, or reserve the next follow-up by setting its first day:\n\n  next_contract_type = %q\n  next_start_date    = %q",
			tfkit.ContractCode(state.NextContractType.ValueString()), nextDay(state, p.Fulfilled))
	}
	diags.AddWarning("The reserved follow-up has started", detail)
}
