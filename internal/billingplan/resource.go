package billingplan

// The resource: create, read, update, delete and import.

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// TypeName is the resource's and the data source's name.
const TypeName = "scpbilling_planned_compute"

var (
	_ resource.ResourceWithConfigure   = (*plannedCompute)(nil)
	_ resource.ResourceWithImportState = (*plannedCompute)(nil)
	_ resource.ResourceWithIdentity    = (*plannedCompute)(nil)
	_ resource.ResourceWithModifyPlan  = (*plannedCompute)(nil)
)

type plannedCompute struct{ tfkit.Resource }

// NewResource returns the resource.
func NewResource() resource.Resource {
	return &plannedCompute{tfkit.Resource{ListResource: tfkit.ListResource{Type: TypeName}, Kind: "planned compute", Service: scp.ServiceBillingPlan}}
}

// Create buys the contract. Once there is one, it returns no errors but only warnings: a state
// that is saved together with an error is tainted, and the contract is bought again.
func (r *plannedCompute) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, ok := tfkit.Decode[resourceModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	opCtx, client, stop, ok := r.Begin(ctx, plan.Timeouts.Create, "buy a planned compute", &resp.Diagnostics)
	if !ok {
		return
	}
	defer stop()
	in := plan.input(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}

	bought := buy(opCtx, client, ledgerOf(r.Data), &plan, in, &resp.Diagnostics)
	if bought == nil {
		return
	}
	warnOfOtherSale(&plan, bought, &resp.Diagnostics)
	if hasStarted(plan.NextStartDate.ValueString(), text(bought.StartDate)) {
		// The declared follow-up is that of an earlier contract.
		private{Fulfilled: &fulfilled{Start: day(text(bought.StartDate)), Before: plan.ContractType.ValueString()}}.write(ctx, resp.Private, &resp.Diagnostics)
	} else if !plan.NextContractType.IsNull() && plan.wantsNext(bought, &resp.Diagnostics) {
		bought = reserve(opCtx, client, bought, plan.NextContractType.ValueString(), &resp.Diagnostics)
	}
	tfkit.FillUnknown(&plan.contractFields, contractFrom(bought))
	r.SaveOrigin(ctx, client, resp.Private, &resp.Diagnostics)
	tfkit.Save(ctx, &resp.State, resp.Identity, &plan, plan.ID, &resp.Diagnostics)
}

// wantsNext reports whether the declared follow-up starts when the contract that was just
// bought ends. Another first day is a warning: the contract exists.
func (m *resourceModel) wantsNext(bought *scp.PlannedCompute, diags *diag.Diagnostics) bool {
	last, ok := dateOf(text(bought.EndDate))
	if m.NextStartDate.IsNull() || m.NextStartDate.IsUnknown() || !ok {
		return true
	}
	right := last.AddDate(0, 0, 1).Format(dateLayout)
	if m.NextStartDate.ValueString() == right {
		return true
	}
	diags.AddAttributeWarning(path.Root("next_start_date"), "The contract was bought, but its follow-up was not reserved",
		fmt.Sprintf("next_start_date is %s, and the contract ends on %s, so a follow-up starts on %s. Set next_start_date to that day; the next apply reserves the follow-up.",
			m.NextStartDate.ValueString(), day(text(bought.EndDate)), right))
	return false
}

// warnOfOtherSale warns if the contract differs from the request.
func warnOfOtherSale(plan *resourceModel, bought *scp.PlannedCompute, diags *diag.Diagnostics) {
	for _, field := range []struct {
		name  string
		asked types.String
		sold  *string
		same  func(a, b string) bool
	}{
		{"contract_type", plan.ContractType, bought.ContractType, tfkit.SameContractType},
		{"server_type", plan.ServerType, bought.ServerType, strings.EqualFold},
		{"os_type", plan.OSType, bought.OSType, tfkit.SameOS},
		{"service_id", plan.ServiceID, bought.ServiceID, tfkit.SameOS},
	} {
		if text(field.sold) == "" || field.same(field.asked.ValueString(), text(field.sold)) {
			continue
		}
		diags.AddAttributeWarning(path.Root(field.name), "The contract differs from the request",
			fmt.Sprintf("The purchase asked for %s %q, and the contract %s has %q. It is saved in the state. Look at it in the console before you apply again, and contact Samsung SDS support if it is wrong.",
				field.name, field.asked.ValueString(), bought.ID, text(field.sold)))
	}
}

// reserve adds the follow-up to a contract just bought. A failure is a warning:
// the contract exists, and the next plan reserves again.
func reserve(ctx context.Context, client *scp.Client, bought *scp.PlannedCompute, term string, diags *diag.Diagnostics) *scp.PlannedCompute {
	changed, err := change(ctx, client, bought.ID, scp.PlannedComputeChange{Action: scp.ExtendApply, ContractType: tfkit.ContractCode(term)})
	if err != nil {
		diags.AddWarning("The contract was bought, but its follow-up was not reserved",
			fmt.Sprintf("%s\n\nThe planned compute %s is saved. The next plan looks again, and the next apply reserves the follow-up if there is none.", tfkit.Explain(err), bought.ID))
		return bought
	}
	return changed
}

// input returns the purchase of a plan: the code of the term, the lower-case
// value of the operating system.
func (m *resourceModel) input(ctx context.Context, diags *diag.Diagnostics) scp.PlannedComputeInput {
	in := scp.PlannedComputeInput{
		ContractType: tfkit.ContractCode(m.ContractType.ValueString()),
		OSType:       tfkit.OSValue(m.OSType.ValueString()),
		ServerType:   m.ServerType.ValueString(),
		ServiceID:    m.ServiceID.ValueString(),
	}
	if !m.ServiceName.IsNull() && !m.ServiceName.IsUnknown() {
		in.ServiceName = m.ServiceName.ValueStringPointer()
	}
	if !m.Tags.IsNull() {
		in.Tags = map[string]string{}
		diags.Append(m.Tags.ElementsAs(ctx, &in.Tags, false)...)
	}
	return in
}

// Read reads the contract as it is now. Only the service's own 404 removes it from the state;
// an ended contract stays.
func (r *plannedCompute) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := tfkit.Decode[resourceModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	opCtx, client, stop, ok := r.Begin(ctx, state.Timeouts.Read, "read planned compute "+state.label(), &resp.Diagnostics)
	if !ok {
		return
	}
	defer stop()

	l := ledgerOf(r.Data)
	l.ownFromState(state.ID.ValueString())
	done := l.begin()
	current, ok := tfkit.Current(opCtx, &r.Resource, client, state.stored(), client.ShowPlannedCompute,
		"If it is still in the configuration, the next apply buys a new contract. To avoid that, remove the resource from the configuration.", req, resp)
	done()
	if !ok {
		if resp.State.Raw.IsNull() {
			l.release(state.ID.ValueString())
		}
		return
	}
	p, _ := readPrivate(ctx, req.Private)
	p.Ended = endedBecause(current, client.Now())
	p.Fulfilled = fulfilledBy(p.Fulfilled, state.contractFields, current)
	if state.imported() {
		p.Imported = true
		state.setDefaults()
	}
	warnOfOtherKind(&state, current, &resp.Diagnostics)
	state.refresh(current, p.Ended != "" || p.Fulfilled != nil)
	r.SaveOrigin(ctx, client, resp.Private, &resp.Diagnostics)
	p.write(ctx, resp.Private, &resp.Diagnostics)
	tfkit.Save(ctx, &resp.State, resp.Identity, &state, state.ID, &resp.Diagnostics)
}

func (m *resourceModel) stored() tfkit.Stored {
	return tfkit.Stored{ID: m.ID, Label: m.label(), Imported: m.imported(), CreatedAt: m.CreatedAt}
}

// imported reports whether nothing but the id is known yet.
func (m *resourceModel) imported() bool { return m.ServiceID.IsNull() && m.DeletionPolicy.IsNull() }

// setDefaults gives an imported contract the defaults of a configuration that omits these
// attributes.
func (m *resourceModel) setDefaults() {
	m.DeletionPolicy, m.PurchaseGuard = types.StringValue(policyPrevent), types.StringValue(guardWarn)
}

// warnOfOtherKind warns if the service returns a different service or operating system than
// the state has. A contract cannot change these, so the state is kept, and nothing is replaced
// because of it.
func warnOfOtherKind(state *resourceModel, current *scp.PlannedCompute, diags *diag.Diagnostics) {
	for _, field := range []struct {
		name  string
		state types.String
		reply *string
	}{{"service_id", state.ServiceID, current.ServiceID}, {"os_type", state.OSType, current.OSType}} {
		// Spaces, hyphens and case do not matter in either.
		if field.state.IsNull() || text(field.reply) == "" || tfkit.SameOS(field.state.ValueString(), text(field.reply)) {
			continue
		}
		diags.AddAttributeWarning(path.Root(field.name), "The service returned a different "+field.name,
			fmt.Sprintf("In the state, the planned compute %s has %s %q, but the service returned %q. This cannot change during a contract, so the state stays as it is and nothing is replaced. "+
				"If the contract was imported under the wrong configuration, remove it from the state (terraform state rm) and import it again.",
				state.label(), field.name, field.state.ValueString(), text(field.reply)))
	}
}

// refresh updates everything from the service, in the spellings of the state. Configured
// values stay if the service does not return them. keepNext keeps the declared follow-up: once
// a contract has ended a difference cannot be corrected, and once the follow-up has started
// the declaration is fulfilled.
func (m *resourceModel) refresh(pc *scp.PlannedCompute, keepNext bool) {
	if m.KnownContracts.IsNull() {
		// Not null, so that a plan can keep it; see onlyAtCreation.
		m.KnownContracts = types.SetValueMust(types.StringType, []attr.Value{})
	}
	prior := m.contractFields
	m.contractFields = contractFrom(pc)
	// The id is the one that was asked for, in its spelling.
	m.ID = prior.ID
	m.keepSpellings(prior)
	// Neither can change on a contract. A service that spells them in a way that is
	// not known must not make Terraform end one contract and buy another.
	if !prior.ServiceID.IsNull() {
		m.ServiceID = prior.ServiceID
	}
	if !prior.OSType.IsNull() {
		m.OSType = prior.OSType
	}
	if m.ServerType.IsNull() {
		m.ServerType = prior.ServerType
	}
	if m.ContractType.IsNull() {
		m.ContractType = prior.ContractType
	}
	if keepNext && !prior.NextContractType.IsNull() {
		m.NextContractType, m.NextStartDate = prior.NextContractType, prior.NextStartDate
	}
}

// Update finds the action for each difference and sends it once.
func (r *plannedCompute) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state resourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	var config resourceModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	p, _ := readPrivate(ctx, req.Private)
	if !plan.Tags.IsNull() {
		p.Imported = false
	}
	if p.Ended == "" {
		changes, w := changesBetween(p, &config, &plan, &state)
		if len(changes) > 0 && !r.apply(ctx, p, changes, &plan, &state, resp) {
			return
		}
		p.Fulfilled = fulfilledAfter(p.Fulfilled, w, &config, &plan, &state)
	}
	tfkit.FillUnknown(&plan.contractFields, state.contractFields)
	p.write(ctx, resp.Private, &resp.Diagnostics)
	tfkit.Save(ctx, &resp.State, resp.Identity, &plan, plan.ID, &resp.Diagnostics)
}

// fulfilledAfter returns what is fulfilled once a wish has been carried out.
func fulfilledAfter(f *fulfilled, w wish, config, plan, state *resourceModel) *fulfilled {
	switch {
	case plan.NextContractType.IsNull() || w == wishReserve || w == wishChange:
		return nil
	case w == wishForget || w == wishDrop:
		// A dated follow-up that runs already was declared only now.
		return &fulfilled{Start: day(state.StartDate.ValueString()), Before: config.ContractType.ValueString()}
	default:
		return f
	}
}

// changesBetween lists the changes to request: at most one of the server type and one of the
// follow-up.
func changesBetween(p private, config, plan, state *resourceModel) ([]scp.PlannedComputeChange, wish) {
	var changes []scp.PlannedComputeChange
	if changed(plan.ServerType, state.ServerType) {
		changes = append(changes, scp.PlannedComputeChange{Action: scp.ServerTypeChange, ServerType: plan.ServerType.ValueString()})
	}
	w := wishOf(plan.NextContractType.ValueString(), config.NextStartDate.ValueString(), state, p.Fulfilled)
	if change, asks := w.action(plan.NextContractType.ValueString()); asks {
		changes = append(changes, change)
	}
	return changes, w
}

// apply sends the changes. If one fails, the state keeps those before it.
func (r *plannedCompute) apply(ctx context.Context, p private, changes []scp.PlannedComputeChange, plan, state *resourceModel, resp *resource.UpdateResponse) bool {
	ctx, client, stop, ok := r.Begin(ctx, plan.Timeouts.Update, "change planned compute "+state.label(), &resp.Diagnostics)
	if !ok {
		return false
	}
	defer stop()
	id := state.ID.ValueString()
	var last *scp.PlannedCompute
	for _, wanted := range changes {
		reply, err := change(ctx, client, id, wanted)
		if err != nil {
			doing := fmt.Sprintf("change planned compute %s (%s)", state.label(), wanted.Action)
			resp.Diagnostics.AddError("Could not "+doing, tfkit.Explain(err)+"\n\nPlan again to see the contract's current state; changes that already took effect are not sent again.")
			return false
		}
		state.refresh(reply, p.Fulfilled != nil && wanted.Action == scp.ServerTypeChange)
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
		last = reply
	}
	tfkit.FillUnknown(&plan.contractFields, contractFrom(last))
	return true
}

// Delete carries out the deletion policy. A contract that has ended needs none, and no request
// is sent.
func (r *plannedCompute) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state resourceModel
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	p, found := readPrivate(ctx, req.Private)
	if resp.Diagnostics.HasError() || p.Ended != "" {
		return
	}
	opCtx, client, stop, ok := r.Begin(ctx, state.Timeouts.Delete, "destroy planned compute "+state.label(), &resp.Diagnostics)
	if !ok {
		return
	}
	defer stop()
	// Terraform passes no private state for a tainted object, and never planned this destroy.
	unsure := !found || state.policy() == policyPrevent
	gone := func() bool { return r.IsGone(ctx, client, req.Private, state.label(), &resp.Diagnostics) }
	if unsure && state.policy() != policyAbandon && endedMeanwhile(opCtx, client, &state, gone) != "" || resp.Diagnostics.HasError() {
		return
	}
	end(opCtx, client, &state, gone, &resp.Diagnostics)
}
