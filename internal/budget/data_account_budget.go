package budget

// The data source of one budget, found by its id or by its exact name.

import (
	"context"
	"fmt"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/datasourcevalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// NewDataSource returns the data source.
func NewDataSource() datasource.DataSource {
	attributes := rowAttributes()
	maps.Copy(attributes, map[string]schema.Attribute{
		"id": schema.StringAttribute{
			Optional: true, Computed: true, Validators: []validator.String{tfkit.NotEmpty()},
			MarkdownDescription: descriptionID + " Set exactly one of `id` and `name`.",
		},
		"name": schema.StringAttribute{
			Optional: true, Computed: true, Validators: []validator.String{tfkit.NotEmpty()},
			MarkdownDescription: "Exact name of the budget. Set exactly one of `id` and `name`.",
		},
		"notifications": schema.SingleNestedAttribute{
			Computed: true, MarkdownDescription: descriptionNotifications,
			Attributes: map[string]schema.Attribute{
				"is_use_notification":      schema.BoolAttribute{Computed: true, MarkdownDescription: descriptionIsUseNotify},
				"notification_send_period": tfkit.ComputedString(descriptionPeriod),
				"receivers":                schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: descriptionNotifyTo},
				"thresholds":               schema.SetAttribute{Computed: true, ElementType: types.NumberType, MarkdownDescription: descriptionThresholds},
			},
		},
		"prevention": schema.SingleNestedAttribute{
			Computed: true, MarkdownDescription: descriptionPrevention,
			Attributes: map[string]schema.Attribute{
				"is_use_prevention": schema.BoolAttribute{Computed: true, MarkdownDescription: descriptionIsUsePrevent},
				"receivers":         schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: descriptionPreventTo},
				"threshold":         schema.NumberAttribute{Computed: true, MarkdownDescription: descriptionThreshold},
			},
		},
	})
	return &tfkit.Source{
		Name: "account_budget", Doing: "look up the account budget", Attributes: attributes,
		Description: "Looks up one account budget by its ID or by its exact name.",
		Validators:  []datasource.ConfigValidator{datasourcevalidator.ExactlyOneOf(path.MatchRoot("id"), path.MatchRoot("name"))},
		Fill: func(ctx context.Context, r *tfkit.Reading) (any, error) {
			found := find(ctx, r)
			if found == nil {
				return nil, nil
			}
			found = whole(found)
			return withSettings{found, found.Notifications, found.Prevention}, nil
		},
	}
}

// withSettings is a budget as the data source shows it.
type withSettings struct {
	*scp.Budget

	Notifications *scp.NotificationSetting `json:"notifications"`
	Prevention    *scp.PreventionSetting   `json:"prevention"`
}

// rowAttributes are the attributes that list rows also have.
func rowAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":          tfkit.ComputedString(descriptionID),
		"name":        tfkit.ComputedString(descriptionName),
		"amount":      schema.NumberAttribute{Computed: true, MarkdownDescription: descriptionAmount},
		"unit":        tfkit.ComputedString(descriptionUnit),
		"start_month": tfkit.ComputedString(descriptionStartMonth),
		"type":        tfkit.ComputedString(descriptionType),
		"created_at":  tfkit.ComputedString(descriptionCreatedAt),
		"created_by":  tfkit.ComputedString(descriptionCreatedBy),
		"modified_at": tfkit.ComputedString(descriptionModifiedAt),
		"modified_by": tfkit.ComputedString(descriptionModifiedBy),

		"is_cost_linked": schema.BoolAttribute{Computed: true, MarkdownDescription: descriptionCostLinked},
	}
}

// find reads by id or by name; if the result is nil, there is an error.
func find(ctx context.Context, r *tfkit.Reading) *scp.Budget {
	name := r.String("name")
	if name == "" {
		id := r.String("id")
		found, err := r.Client.ShowAccountBudget(ctx, id)
		if err != nil {
			tfkit.AddError(r.Diags, "read account budget "+id, err)
			return nil
		}
		return found
	}
	doing := fmt.Sprintf("find the account budget named %q", name)
	found, err := budgetsNamed(ctx, r.Client, name)
	var problem string
	switch {
	case err != nil:
		tfkit.AddError(r.Diags, doing, err)
		return nil
	case len(found.budgets) == 1:
		return found.budgets[0]
	case len(found.budgets) > 1:
		problem = "More than one budget has this name: " + describeIDs(found.ids()) + ". Choose one by its ID."
	case len(found.unreadable) > 0:
		problem = "The service lists " + describeIDs(found.unreadable) + " with this name, but responds with 404 to a read. It was probably created or deleted just now; try again in a moment."
	case found.incomplete != "":
		problem = "No listed budget has exactly this name, but the list is incomplete: " + found.incomplete + ". Try again, or give the ID instead of the name."
	default:
		problem = "The account has no budget with exactly this name. Use the data source " + ListTypeName + " with search_name to see which budgets exist."
	}
	r.Diags.AddAttributeError(path.Root("name"), "Could not "+doing, problem)
	return nil
}
