package budget

// What is checked before and while planning: names, months, numbers, the settings' defaults,
// and which computed values a change makes unknown.

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// ValidateConfig checks the name, and warns about a setting that is on but has nobody to
// notify or no threshold.
func (r *budgetResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	config, ok := tfkit.Decode[resourceModel](ctx, req.Config, &resp.Diagnostics)
	if !ok {
		return
	}
	validateName(config.Name, &resp.Diagnostics)
	notifications.warnIfEmpty(config.Notifications, "receivers", "Notifications without receivers",
		"Notifications are on, but nobody receives them. The vendor does not say whether the service accepts that.", &resp.Diagnostics)
	notifications.warnIfEmpty(config.Notifications, "thresholds", "Notifications without thresholds",
		"Notifications are on, but no threshold triggers them. The vendor does not say whether the service accepts that.", &resp.Diagnostics)
	prevention.warnIfEmpty(config.Prevention, "receivers", "Prevention without receivers",
		"Prevention is on, but nobody is notified when it blocks new resources. The vendor does not say whether the service accepts that.", &resp.Diagnostics)
	prevention.warnIfEmpty(config.Prevention, threshold, "Prevention without a threshold",
		"Prevention is on, but no threshold is given, so the service chooses one (80 according to the API reference). Set it, so that plans show changes to it.", &resp.Diagnostics)
}

// ModifyPlan checks a budget against its state, and plans the settings.
func (r *budgetResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	diags := &resp.Diagnostics
	var config, plan, state resourceModel
	exists := !req.State.Raw.IsNull()
	if exists {
		diags.Append(req.State.Get(ctx, &state)...)
		// Even if it will be destroyed: a new budget may want the name.
		r.names().add(state.ID.ValueString())
	}
	if req.Plan.Raw.IsNull() {
		return
	}
	diags.Append(req.Config.Get(ctx, &config)...)
	diags.Append(req.Plan.Get(ctx, &plan)...)
	if diags.HasError() {
		return
	}
	config.checkIntegers(diags)
	checkName(config.Name, state.Name, diags)
	plan.Notifications = notifications.plan(config.Notifications, state.Notifications)
	plan.Prevention = prevention.plan(config.Prevention, state.Prevention)
	if diags.HasError() || !r.Data.Complete(diags) {
		return
	}
	if !exists {
		r.planCreation(ctx, &config, diags)
	}
	// Afterwards, since the first response decides which API version is in use.
	checkLinkage(r.Data.KnownClient(), config.IsCostLinked, diags)
	if exists {
		if config.IsCostLinked.IsNull() {
			plan.IsCostLinked = state.IsCostLinked
		}
		// Terraform compared before the settings were planned, so its guess of what changes is
		// corrected here.
		plan.ModifiedAt, plan.ModifiedBy = types.StringUnknown(), types.StringUnknown()
		if plan.sameContent(&state) {
			plan.ModifiedAt, plan.ModifiedBy = state.ModifiedAt, state.ModifiedBy
		}
	}
	diags.Append(resp.Plan.Set(ctx, &plan)...)
}

// planCreation checks a new budget against the account.
func (r *budgetResource) planCreation(ctx context.Context, config *resourceModel, diags *diag.Diagnostics) {
	client := r.Data.KnownClient()
	if client != nil && !r.names().checked {
		rows, err := r.names().list(ctx, client)
		r.Data.Run.Add(noteListed, "yes")
		var refused *scp.Error
		if errors.As(err, &refused) && (refused.StatusCode == http.StatusUnauthorized) {
			tfkit.AddError(diags, "read the account's budgets", err)
			return
		}
		if err == nil && !config.Name.IsUnknown() {
			r.names().warnIfTaken(config.Name.ValueString(), rows, diags)
		}
	}
	if config.StartMonth.IsNull() || config.StartMonth.IsUnknown() {
		return
	}
	if month := r.currentMonth(); config.StartMonth.ValueString() < month {
		diags.AddAttributeError(path.Root("start_month"), "A new budget cannot start in the past",
			fmt.Sprintf("start_month is %s and the current month is %s (Asia/Seoul). Omit start_month to begin with the month of creation, or write %s or a later month.",
				config.StartMonth.ValueString(), month, month))
	}
}

// checkLinkage rejects a link to Cost Navigator that the service does not support.
func checkLinkage(client *scp.Client, linked types.Bool, diags *diag.Diagnostics) {
	if !linked.IsNull() && client != nil && !client.HasVersion(scp.ServiceBudget, "1.1") {
		diags.AddAttributeError(path.Root("is_cost_linked"), "The service does not support is_cost_linked",
			fmt.Sprintf("is_cost_linked needs version 1.1 of the Budget API, but version %s is in use. Remove is_cost_linked from the configuration, or the pin in api_versions, if there is one.", client.VersionInForce(scp.ServiceBudget)))
	}
}

// checkIntegers rejects numbers that were unknown during validation and are not accepted.
func (m *resourceModel) checkIntegers(diags *diag.Diagnostics) {
	amountRange.Check(path.Root("amount"), m.Amount, diags)
	thresholds, _ := m.Notifications.Attributes()["thresholds"].(types.Set)
	for _, element := range thresholds.Elements() {
		thresholdChoice.Check(path.Root("notifications").AtName("thresholds"), element, diags)
	}
	thresholdChoice.Check(path.Root("prevention").AtName(threshold), m.Prevention.Attributes()[threshold], diags)
}

// currentMonth is the month in Asia/Seoul by the service's clock, if that is known.
func (r *budgetResource) currentMonth() string {
	return r.Data.Now().In(scp.Seoul).Format("2006-01")
}

// creationMonth is the month of a budget that is created now. Before the first response the
// service's clock is unknown, so a request is sent.
func (r *budgetResource) creationMonth(ctx context.Context, client *scp.Client) string {
	if _, known := client.ServiceTime(time.Now()); !known {
		_, _ = r.names().list(ctx, client)
	}
	return r.currentMonth()
}
