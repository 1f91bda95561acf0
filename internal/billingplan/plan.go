package billingplan

// What happens while planning: every error that can be found before money is spent, and a
// warning for everything that costs money.

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

// ModifyPlan guards the contract. It sees a destroy and a change, but sees a taint and
// -replace as a new contract, which is why Delete guards once more.
func (r *plannedCompute) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	ctx, stop := context.WithTimeout(ctx, planTime)
	defer stop()
	diags := &resp.Diagnostics
	client := r.Data.KnownClient()
	var state, plan *resourceModel
	config := &resourceModel{}
	if !req.State.Raw.IsNull() {
		state = &resourceModel{}
		diags.Append(req.State.Get(ctx, state)...)
	}
	if !req.Plan.Raw.IsNull() {
		plan = &resourceModel{}
		diags.Append(req.Plan.Get(ctx, plan)...)
		diags.Append(req.Config.Get(ctx, config)...)
	}
	if diags.HasError() || !r.Data.Complete(diags) {
		return
	}
	switch {
	case state == nil && plan != nil:
		r.planPurchase(ctx, client, config, plan, diags)
	case state != nil && plan == nil:
		if r.Data.Known() {
			// It is not an orphan, whatever this plan does.
			ledgerOf(r.Data).ownFromState(state.ID.ValueString())
		}
		p, _ := readPrivate(ctx, req.Private)
		if p.Ended == "" && client != nil {
			// Terraform does not refresh what has left the configuration.
			p.Ended = endedMeanwhile(ctx, client, state, func() bool { return r.IsGone(ctx, client, req.Private, state.label(), diags) })
		}
		if p.Ended == "" && !diags.HasError() {
			planEnd(ctx, client, state, "", diags)
		}
		p.write(ctx, resp.Private, diags)
	case state != nil && plan != nil:
		if r.Data.Known() {
			ledgerOf(r.Data).ownFromState(state.ID.ValueString())
		}
		p, _ := readPrivate(ctx, req.Private)
		r.planChange(ctx, client, p, config, plan, state, diags)
		if !diags.HasError() {
			diags.Append(resp.Plan.Set(ctx, plan)...)
		}
	}
}

// planPurchase checks a new contract, and warns about what it commits to.
func (r *plannedCompute) planPurchase(ctx context.Context, client *scp.Client, config, plan *resourceModel, diags *diag.Diagnostics) {
	if client != nil {
		end := ledgerOf(r.Data).begin()
		checkOffer(ctx, offeringsOf(r.Data, client), plan, diags)
		end()
		guardPurchase(ctx, client, ledgerOf(r.Data), plan, diags)
	}
	if config.NextStartDate.IsNull() {
		plan.NextStartDate = types.StringUnknown()
	}
	if !config.NextStartDate.IsNull() && config.NextContractType.IsNull() {
		refuseLoneDate(diags)
		return
	}
	first := r.Data.Now().In(scp.Seoul).AddDate(0, 0, 1)
	if !checkFirstFollowUp(config, plan, first, diags) {
		return
	}
	term := "a term that is only known after apply"
	if !plan.ContractType.IsUnknown() {
		term = "the term " + tfkit.ContractCode(plan.ContractType.ValueString())
		if years, ok := tfkit.ContractYears(plan.ContractType.ValueString()); ok {
			term += fmt.Sprintf(" (%d years). Its first day is probably %s, the day after the purchase; this is a guess", years, first.Format(dateLayout))
			if years == 1 {
				term = strings.Replace(term, "1 years", "1 year", 1)
			}
		}
	}
	diags.AddWarning("A contract will be bought",
		fmt.Sprintf("This plan buys a contract with %s. Ending it early costs a fee: according to the vendor, half of what the rest of the term would have cost.", term))
	if date := config.NextStartDate.ValueString(); !plan.NextContractType.IsNull() && !plan.NextContractType.IsUnknown() && (date == "" || date >= first.Format(dateLayout)) {
		diags.AddAttributeWarning(path.Root("next_contract_type"), "A follow-up contract will be reserved",
			fmt.Sprintf("This plan also reserves a follow-up: term %s, from the day after the contract ends. It starts automatically and is a purchase.", tfkit.ContractCode(plan.NextContractType.ValueString())))
	}
}

// checkFirstFollowUp rejects a first day on which the follow-up of a contract that is bought now
// cannot start. A past day is a follow-up of an earlier contract. When the new contract starts
// and ends is a guess, so the day need not be exact here.
func checkFirstFollowUp(config, plan *resourceModel, first time.Time, diags *diag.Diagnostics) bool {
	wanted, dated := dateOf(config.NextStartDate.ValueString())
	years, ok := tfkit.ContractYears(plan.ContractType.ValueString())
	right := first.AddDate(years, 0, 0)
	if !dated || !ok || wanted.Before(first) || wanted.Sub(right).Abs() < 4*24*time.Hour {
		return true
	}
	diags.AddAttributeError(path.Root("next_start_date"), "No follow-up starts on this day",
		fmt.Sprintf("next_start_date is %s. A contract with the term %s that is bought now most likely starts on %s, so its follow-up starts on %s. To reserve it, write:\n\n  next_start_date = %q",
			config.NextStartDate.ValueString(), tfkit.ContractCode(plan.ContractType.ValueString()), first.Format(dateLayout), right.Format(dateLayout), right.Format(dateLayout)))
	return false
}

// planChange plans an existing contract.
func (r *plannedCompute) planChange(ctx context.Context, client *scp.Client, p private, config, plan, state *resourceModel, diags *diag.Diagnostics) {
	if replaced := replacedBy(plan, state); replaced != "" {
		if p.Ended == "" {
			planEnd(ctx, client, state, replaced, diags)
		}
		if !diags.HasError() {
			// Terraform plans the new contract afterwards, and shows only the errors of that.
			r.planPurchase(ctx, client, config, plan, diags)
		}
		return
	}
	if p.Ended != "" {
		planEnded(p, plan, state, diags)
		return
	}
	var found diag.Diagnostics
	r.planRunning(ctx, client, p, config, plan, state, &found)
	for _, one := range found {
		if at, ok := one.(diag.DiagnosticWithPath); ok && one.Severity() == diag.SeverityError {
			// Terraform plans a change before it plans a destroy.
			one = diag.NewAttributeErrorDiagnostic(at.Path(), one.Summary(), one.Detail()+
				"\n\nTo destroy the resource anyway, run terraform destroy -refresh=false, which does not plan a change first.")
		}
		diags.Append(one)
	}
}

// planRunning plans a contract that runs and is not replaced.
func (r *plannedCompute) planRunning(ctx context.Context, client *scp.Client, p private, config, plan, state *resourceModel, diags *diag.Diagnostics) {
	planTags(p, plan, state, diags)
	planTerm(p, config, plan, state, diags)
	if diags.HasError() {
		return
	}
	server := changed(plan.ServerType, state.ServerType)
	if server && !plan.ServerType.IsUnknown() {
		checkScaleUp(ctx, r.offerings(client), plan, state, diags)
	}
	next := r.planFollowUp(ctx, client, p, config, plan, state, diags)
	if diags.HasError() {
		return
	}
	if server && !plan.ServerType.IsUnknown() {
		diags.AddAttributeWarning(path.Root("server_type"), "The contract will be upgraded to a larger server type",
			fmt.Sprintf("This plan changes the planned compute %s from %s to %s for the rest of its term, until %s. You cannot change back to a smaller type.",
				state.label(), state.ServerType.ValueString(), plan.ServerType.ValueString(), day(state.EndDate.ValueString())))
	}
	if !plan.ServiceName.IsUnknown() && changed(plan.ServiceName, state.ServiceName) {
		diags.AddAttributeWarning(path.Root("service_name"), "service_name no longer has an effect",
			"The service name is sent only with the purchase. The new value is saved in the state, and nothing changes in the service.")
	}
	if server || next {
		plan.markChanged(server)
	}
}

// planEnded plans a contract that has ended: it cannot be changed any more, so nothing is an
// error, and everything else in the configuration can be planned and destroyed.
func planEnded(p private, plan, state *resourceModel, diags *diag.Diagnostics) {
	diags.AddWarning("The contract has ended",
		fmt.Sprintf("The planned compute %s has ended: %s. It stays in the state, and nothing is bought or changed for it, unless service_id or os_type changes. "+
			"To buy a new contract, run terraform apply -replace=ADDRESS. To forget this one, remove it from the configuration; that sends no request.", state.label(), p.Ended))
	for _, field := range []struct {
		planned *types.String
		state   types.String
	}{{&plan.ServerType, state.ServerType}, {&plan.ContractType, state.ContractType}, {&plan.NextContractType, state.NextContractType}, {&plan.NextStartDate, state.NextStartDate}} {
		// Terraform lets a plan keep a prior value that the configuration does not omit.
		if !field.state.IsNull() && !field.planned.IsNull() {
			*field.planned = field.state
		}
	}
	if !state.Tags.IsNull() && !plan.Tags.IsNull() {
		plan.Tags = state.Tags
	}
	plan.NextEndDate = state.NextEndDate
}

// replacedBy returns the changed attribute that requires a new contract.
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

// changed compares with a state that may lack the value, for example if the service did not
// return it after an import; that is not a change.
func changed(plan, state types.String) bool {
	return !state.IsNull() && !plan.Equal(state)
}

// markChanged marks as unknown what the service may return differently after a change.
func (m *resourceModel) markChanged(server bool) {
	for _, field := range []*types.String{&m.State, &m.ModifiedAt, &m.ModifiedBy} {
		*field = types.StringUnknown()
	}
	if server {
		m.ServerTypeDescription = types.MapUnknown(types.StringType)
	}
}

// planTags allows tags to be saved in the state once after an import. Unknown tags are treated
// as unchanged, unless their known part is a change.
func planTags(p private, plan, state *resourceModel, diags *diag.Diagnostics) {
	if plan.Tags.Equal(state.Tags) || (!plan.Tags.IsUnknown() && len(plan.Tags.Elements()) == 0 && len(state.Tags.Elements()) == 0) {
		return
	}
	if p.Imported && state.Tags.IsNull() {
		diags.AddAttributeWarning(path.Root("tags"), "The tags cannot be verified",
			"The API cannot read tags. The configured tags are saved in the state once, after the import; the provider cannot know whether the contract has them.")
		return
	}
	if !state.Tags.IsNull() && mayBe(plan.Tags, state.Tags) {
		plan.Tags = state.Tags
		diags.AddAttributeWarning(path.Root("tags"), "Value unknown during planning",
			fmt.Sprintf("The tags depend on something that this apply changes, so they are assumed to be %s, as before. "+
				"If they turn out to be different, the contract keeps its current tags, and the apply fails if it changes anything else about the contract. Plan again afterwards.", describeTags(state.Tags)))
		return
	}
	if plan.Tags.IsUnknown() {
		return
	}
	diags.AddAttributeError(path.Root("tags"), "The tags of a contract cannot be changed",
		fmt.Sprintf("Tags are sent with the purchase; the API can neither read nor change them afterwards. Set the tags in the configuration to those in the state (%s). To change the tags of the contract, use the console.",
			describeTags(state.Tags)))
}

// mayBe reports whether partly unknown tags can turn out to be those of the state.
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

func (r *plannedCompute) offerings(client *scp.Client) *offerings {
	if client == nil {
		return nil
	}
	return offeringsOf(r.Data, client)
}
