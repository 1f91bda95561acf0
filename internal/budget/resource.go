package budget

// The resource: create, read, update, delete and import.

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// TypeName is the resource's and the data source's name.
const TypeName = "scpbilling_account_budget"

var (
	_ resource.ResourceWithConfigure      = (*budgetResource)(nil)
	_ resource.ResourceWithImportState    = (*budgetResource)(nil)
	_ resource.ResourceWithIdentity       = (*budgetResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*budgetResource)(nil)
	_ resource.ResourceWithMoveState      = (*budgetResource)(nil)
	_ resource.ResourceWithValidateConfig = (*budgetResource)(nil)
)

type budgetResource struct{ tfkit.Resource }

// NewResource returns the resource.
func NewResource() resource.Resource {
	return &budgetResource{tfkit.Resource{ListResource: tfkit.ListResource{Type: TypeName}, Kind: "account budget", Service: scp.ServiceBudget}}
}

// Create creates the budget with one request. If its response is lost, the budget is looked
// up, and adopted if it is certainly the right one.
func (r *budgetResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	plan, ok := tfkit.Decode[resourceModel](ctx, req.Plan, &resp.Diagnostics)
	if !ok {
		return
	}
	doing := fmt.Sprintf("create account budget %q", plan.Name.ValueString())
	opCtx, client, stop, ok := r.Begin(ctx, plan.Timeouts.Create, doing, &resp.Diagnostics)
	if !ok {
		return
	}
	defer stop()
	in := plan.input(ctx, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	if in.StartMonth == "" {
		in.StartMonth = r.creationMonth(opCtx, client)
	}

	began := time.Now()
	created, err := client.CreateAccountBudget(opCtx, in)
	switch {
	case scp.IsConflict(err):
		tfkit.AddError(&resp.Diagnostics, doing, err, r.names().conflictAdvice(opCtx, client, in.Name, ""))
		return
	case err != nil && scp.OutcomeOf(err) == scp.OutcomeUnknown:
		var advice string
		if created, advice = recoverCreation(ctx, client, &plan, in, began); created == nil {
			tfkit.AddError(&resp.Diagnostics, doing, err, advice)
			return
		}
		resp.Diagnostics.AddWarning("The response to the creation was lost",
			fmt.Sprintf("%s\n\nBudget %s was created by this request and matches it in every field. It was saved in the state.", tfkit.Explain(err), created.ID))
	case err != nil:
		tfkit.AddError(&resp.Diagnostics, doing, err)
		return
	}
	r.names().add(created.ID)
	if err := link(opCtx, client, &plan, created); err != nil {
		// An error would taint the budget, and the next apply would delete it.
		resp.Diagnostics.AddWarning("The budget was created, but could not be linked",
			fmt.Sprintf("%s\n\nThe next plan shows the actual value of is_cost_linked, and the next apply tries again.", tfkit.Explain(err)))
	}
	plan.complete(created)
	r.SaveOrigin(ctx, client, resp.Private, &resp.Diagnostics)
	tfkit.Save(ctx, &resp.State, resp.Identity, &plan, plan.ID, &resp.Diagnostics)
}

// link links the budget to Cost Navigator, or unlinks it, as planned, and records the result
// in the budget. After a lost response it reads the budget.
func link(ctx context.Context, client *scp.Client, plan *resourceModel, b *scp.Budget) error {
	if plan.IsCostLinked.IsNull() || plan.IsCostLinked.IsUnknown() {
		return nil
	}
	wanted := plan.IsCostLinked.ValueBool()
	if b.IsCostLinked != nil && *b.IsCostLinked == wanted {
		return nil
	}
	change := client.UnlinkBudgetCost
	if wanted {
		change = client.LinkBudgetCost
	}
	after, err := change(ctx, b.ID)
	if err != nil {
		seen, readErr := client.ShowAccountBudget(ctx, b.ID)
		if readErr != nil || seen.IsCostLinked == nil || *seen.IsCostLinked != wanted {
			return err
		}
		after = seen
	}
	b.IsCostLinked, b.ModifiedAt, b.ModifiedBy = after.IsCostLinked, after.ModifiedAt, after.ModifiedBy
	return nil
}

// Read reads the budget as it is now. Only the service's own 404 removes it from the state.
func (r *budgetResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	state, ok := tfkit.Decode[resourceModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	// Before the request, because new budgets are planned at the same time.
	r.names().add(state.ID.ValueString())
	opCtx, client, stop, ok := r.Begin(ctx, state.Timeouts.Read, "read account budget "+state.label(), &resp.Diagnostics)
	if !ok {
		return
	}
	defer stop()

	stored := tfkit.Stored{ID: state.ID, Label: state.label(), Imported: state.imported(), CreatedAt: state.CreatedAt}
	current, ok := tfkit.Current(opCtx, &r.Resource, client, stored, client.ShowAccountBudget,
		"It was deleted elsewhere; if it is still in the configuration, the next apply creates it again.", req, resp)
	if !ok {
		return
	}
	state.refresh(current)
	r.SaveOrigin(ctx, client, resp.Private, &resp.Diagnostics)
	tfkit.Save(ctx, &resp.State, resp.Identity, &state, state.ID, &resp.Diagnostics)
}

// Update replaces the whole budget with one request. A change of only the timeouts needs none.
func (r *budgetResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state resourceModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan.sameContent(&state) || r.set(ctx, &plan, &state, &resp.Diagnostics) {
		tfkit.Save(ctx, &resp.State, resp.Identity, &plan, plan.ID, &resp.Diagnostics)
	}
}

// set sends the planned content and completes the plan from the response. It reports whether
// anything was changed, which is so even if afterwards only the link failed.
func (r *budgetResource) set(ctx context.Context, plan, state *resourceModel, diags *diag.Diagnostics) bool {
	id, doing := state.ID.ValueString(), "update account budget "+state.label()
	r.names().add(id)
	if !sameName(plan.Name.ValueString(), state.Name.ValueString()) {
		r.names().free(id, state.Name.ValueString())
	}
	opCtx, client, stop, ok := r.Begin(ctx, plan.Timeouts.Update, doing, diags)
	if !ok {
		return false
	}
	defer stop()
	in := plan.input(ctx, diags)
	if diags.HasError() {
		return false
	}
	if in.StartMonth == "" {
		in.StartMonth = state.StartMonth.ValueString()
	}

	unlinked := *plan
	if unlinked.IsCostLinked = state.IsCostLinked; unlinked.sameContent(state) {
		// Only the link changes.
		changed := &scp.Budget{ID: id, IsCostLinked: state.IsCostLinked.ValueBoolPointer()}
		if err := link(opCtx, client, plan, changed); err != nil {
			tfkit.AddError(diags, doing, err)
			return false
		}
		plan.complete(changed)
		return true
	}
	changed, err := client.SetAccountBudget(opCtx, id, in)
	switch {
	case scp.IsConflict(err):
		tfkit.AddError(diags, doing, err, r.names().conflictAdvice(opCtx, client, in.Name, id))
		return false
	case scp.IsNotFound(err):
		tfkit.AddError(diags, doing, err, "The budget was deleted elsewhere. Plan again: the plan will create it.")
		return false
	case err != nil:
		tfkit.AddError(diags, doing, err)
		return false
	}
	if changed, err = seen(opCtx, client, in, state, changed); err != nil {
		tfkit.AddError(diags, doing, err, "Plan again to see the budget's current state.")
		return false
	}
	if err := link(opCtx, client, plan, changed); err != nil {
		tfkit.AddError(diags, "change the Cost Navigator link of account budget "+state.label(), err)
		plan.IsCostLinked = types.BoolPointerValue(changed.IsCostLinked)
	}
	plan.complete(changed)
	return true
}

// seen verifies that an accepted change of the name, the amount, the unit or the start month
// took effect: none of them may be as before. It reads the budget repeatedly. Notifications
// and the block are left to the next plan, since off has many spellings.
func seen(ctx context.Context, client *scp.Client, in scp.BudgetInput, state *resourceModel, reply *scp.Budget) (*scp.Budget, error) {
	was := []any{state.Name.ValueString(), tfkit.Int64(state.Amount), state.Unit.ValueString(), state.StartMonth.ValueString()}
	wanted := []any{in.Name, in.Amount, in.Unit, in.StartMonth}
	shows := func(b *scp.Budget) bool {
		for i, is := range []any{b.Name, b.Amount, b.Unit, b.StartMonth} {
			if wanted[i] != was[i] && is == was[i] {
				return false
			}
		}
		return true
	}
	if shows(reply) {
		return reply, nil
	}
	read := func(ctx context.Context) (*scp.Budget, error) {
		return client.ShowAccountBudget(ctx, state.ID.ValueString())
	}
	last, done, err := tfkit.Until(ctx, client, reply, read, shows)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the service accepted the change, but %w", err)
	case !done:
		return nil, fmt.Errorf("the service accepted the change, but the budget does not show it: its name is %q, its amount %d, its unit %s and its start month %s",
			last.Name, last.Amount, last.Unit, last.StartMonth)
	default:
		return last, nil
	}
}

// Delete deletes the budget. It is not an error if the budget is already gone.
func (r *budgetResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	state, ok := tfkit.Decode[resourceModel](ctx, req.State, &resp.Diagnostics)
	if !ok {
		return
	}
	r.names().free(state.ID.ValueString(), state.Name.ValueString())
	doing := "delete account budget " + state.label()
	opCtx, client, stop, ok := r.Begin(ctx, state.Timeouts.Delete, doing, &resp.Diagnostics)
	if !ok {
		return
	}
	defer stop()

	err := client.DeleteAccountBudget(opCtx, state.ID.ValueString())
	switch {
	case scp.IsNotFound(err):
		r.IsGone(ctx, client, req.Private, state.label(), &resp.Diagnostics)
	case err != nil:
		tfkit.AddError(&resp.Diagnostics, doing, err)
	}
}
