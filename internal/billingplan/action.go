package billingplan

// The action that cancels one contract (Terraform 1.14 and newer).

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// CancelTypeName is the action's name.
const CancelTypeName = "scpbilling_cancel_planned_compute"

var (
	_ action.ActionWithConfigure  = (*cancelAction)(nil)
	_ action.ActionWithModifyPlan = (*cancelAction)(nil)
)

type cancelAction struct{ data *tfkit.ProviderData }

type cancelModel struct {
	ID types.String `tfsdk:"id"`
}

// NewCancelAction returns the action.
func NewCancelAction() action.Action { return &cancelAction{} }

// Metadata sets the type name.
func (a *cancelAction) Metadata(_ context.Context, _ action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = CancelTypeName
}

// Schema describes the action.
func (a *cancelAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Cancels one planned compute, for a fee. Needs Terraform 1.14 or newer. " +
			"The plan shows the fee. It fails if the contract does not exist or has ended, or if the ID is only known after apply. " +
			"The resource's `deletion_policy` is ignored: invoking the action is the confirmation.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{
				Required: true, Validators: []validator.String{tfkit.NotEmpty()},
				MarkdownDescription: "Identifier of the planned compute to cancel.",
			},
		},
	}
}

// Configure takes the provider's data.
func (a *cancelAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.data = tfkit.FromConfigure(req.ProviderData, &resp.Diagnostics)
}

// ModifyPlan shows the fee, and rejects what cannot be cancelled before anybody confirms.
func (a *cancelAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	config, ok := tfkit.Decode[cancelModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	if config.ID.IsUnknown() {
		resp.Diagnostics.AddAttributeError(path.Root("id"), "The contract to cancel is not known yet",
			"The ID depends on something that is only known after apply, so the plan cannot show what is cancelled or what the fee is. Apply what it depends on first, or set id to a known value.")
		return
	}
	ctx, stop := context.WithTimeout(ctx, planTime)
	defer stop()
	client, current := a.read(ctx, config, "plan to cancel planned compute ", &resp.Diagnostics)
	if current == nil {
		return
	}
	contract := resourceModel{contractFields: contractFrom(current)}
	if reason := endedBecause(current, client.Now()); reason != "" {
		resp.Diagnostics.AddAttributeError(path.Root("id"), "The contract has already ended",
			fmt.Sprintf("The planned compute %s cannot be cancelled: %s.", contract.label(), reason))
		return
	}
	resp.Diagnostics.AddAttributeWarning(path.Root("id"), "The contract will be cancelled",
		fmt.Sprintf("Invoking this action cancels the planned compute %s (%s, %s, %s), which would otherwise run until %s. %s",
			contract.label(), text(current.ServiceID), text(current.OSType), text(current.ServerType), text(current.EndDate), quote(ctx, client, &contract)))
}

// read reads the contract; it is nil if diags says why not.
func (a *cancelAction) read(ctx context.Context, config cancelModel, doing string, diags *diag.Diagnostics) (*scp.Client, *scp.PlannedCompute) {
	doing += config.ID.ValueString()
	client, ok := a.data.Client(diags, doing)
	if !ok {
		return nil, nil
	}
	current, err := client.ShowPlannedCompute(ctx, config.ID.ValueString())
	if err != nil {
		tfkit.AddError(diags, doing, err)
	}
	return client, current
}

// Invoke reads the contract, quotes the fee, and cancels with one request.
func (a *cancelAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	config, ok := tfkit.Decode[cancelModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	ctx, stop := context.WithTimeout(ctx, tfkit.DefaultTimeout)
	defer stop()
	say := func(format string, args ...any) {
		resp.SendProgress(action.InvokeProgressEvent{Message: fmt.Sprintf(format, args...)})
	}

	id := config.ID.ValueString()
	if a.data.Known() {
		say("Reading planned compute %s", id)
	}
	client, current := a.read(ctx, config, "cancel planned compute ", &resp.Diagnostics)
	if current == nil {
		return
	}
	contract := resourceModel{contractFields: contractFrom(current)}
	if reason := endedBecause(current, client.Now()); reason != "" {
		say("Planned compute %s has ended already (%s); nothing is cancelled", contract.label(), reason)
		return
	}
	fee := quote(ctx, client, &contract)
	say("Cancelling planned compute %s, which would otherwise run until %s. %s", contract.label(), text(current.EndDate), fee)
	if err := cancel(ctx, client, id, running{text(current.State), text(current.EndDate)}); err != nil && !scp.IsNotFound(err) {
		tfkit.AddError(&resp.Diagnostics, "cancel planned compute "+id, err)
		return
	}
	say("Planned compute %s was cancelled. Fee information from just before the cancellation: %s", contract.label(), fee)
}
