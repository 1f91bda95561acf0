package budget

// The resource's schema.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// The descriptions, shared by the resource and the data sources.
const (
	descriptionID         = "Identifier of the budget."
	descriptionName       = "Name of the budget: 1 to 20 Korean or Latin letters, digits, spaces and the characters `+ = . , @ - _`."
	descriptionAmount     = "Amount of the budget in the currency of the account, an integer of at least 1."
	descriptionUnit       = "`MONTHLY` starts over each month; `OVERALL` accumulates from the start month."
	descriptionStartMonth = "First month whose usage counts, as `YYYY-MM`."
	descriptionType       = "Kind of budget. The service has only `COST`."
	descriptionCreatedAt  = "Time of creation, as returned by the service, without a time zone."
	descriptionCreatedBy  = "Who created the budget."
	descriptionModifiedAt = "Time of the last change, as returned by the service, without a time zone."
	descriptionModifiedBy = "Who last changed the budget."

	descriptionNotifications = "Emails sent when spend passes a percentage of the budget."
	descriptionIsUseNotify   = "Whether emails are sent."
	descriptionPeriod        = "`FIRST` sends one email on the day after a threshold is passed, `DAILY` sends one every day from then on, and `NONE` sends none."
	descriptionNotifyTo      = "Email addresses that are notified. The order does not matter."
	descriptionThresholds    = "Percentages of the budget at which an email is sent: any of `70`, `80`, `90`, `100`. The order does not matter."

	descriptionPrevention   = "Prevents new resources of the Compute and Database families **in the whole account** once the account's spend passes a percentage of the budget."
	descriptionIsUsePrevent = "Whether prevention is on."
	descriptionPreventTo    = "Email addresses that are notified when prevention starts. The order does not matter."
	descriptionCostLinked   = "Whether the budget is linked to Cost Navigator. Null if the service supports only version 1.0 of the Budget API."
	descriptionThreshold    = "Percentage of the budget at which prevention starts: `70`, `80`, `90` or `100`."
)

// Schema describes the resource.
func (r *budgetResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	stable := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	resp.Schema = schema.Schema{
		MarkdownDescription: "An account budget: an amount for the whole account, emails when spend passes a percentage of it and, optionally, prevention of new servers and databases.\n\n" +
			"A budget watches the spend of its whole account; the service has no filter for teams, projects or tags.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{Computed: true, MarkdownDescription: descriptionID, PlanModifiers: stable},
			"name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: descriptionName + " A budget moved from the official provider keeps a longer name until the name is changed.",
			},
			"amount": schema.NumberAttribute{
				Required: true, MarkdownDescription: descriptionAmount, Validators: []validator.Number{amountRange},
			},
			"unit": schema.StringAttribute{
				Required: true, MarkdownDescription: descriptionUnit,
				Validators: []validator.String{stringvalidator.OneOf(unitMonthly, unitOverall)},
			},
			"start_month": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: descriptionStartMonth + " A new budget cannot start in a past month (Asia/Seoul). If omitted, it is the month in which the budget is created, and does not change afterwards.",
				Validators:          []validator.String{tfkit.Month()},
				PlanModifiers:       stable,
			},
			"is_cost_linked": schema.BoolAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: descriptionCostLinked + " Setting it links or unlinks the budget, and requires version 1.1 of the Budget API. If omitted, the value is only read.",
			},
			"notifications": schema.SingleNestedAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: descriptionNotifications + " If omitted, notifications are off; if they are turned on elsewhere, the next plan shows it.",
				Attributes: map[string]schema.Attribute{
					"is_use_notification": settingSwitch(descriptionIsUseNotify),
					"notification_send_period": schema.StringAttribute{
						Optional: true, Computed: true, Default: stringdefault.StaticString(periodFirst),
						MarkdownDescription: descriptionPeriod + " Default: `FIRST`.",
						Validators:          []validator.String{stringvalidator.OneOf(periodFirst, periodDaily, periodNone)},
					},
					"receivers": receivers(descriptionNotifyTo),
					"thresholds": schema.SetAttribute{
						Optional: true, Computed: true, ElementType: types.NumberType,
						MarkdownDescription: descriptionThresholds,
						Validators:          []validator.Set{setvalidator.NoNullValues(), thresholdChoice},
					},
				},
			},
			"prevention": schema.SingleNestedAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: descriptionPrevention + " If omitted, prevention is off; if it is turned on elsewhere, the next plan shows it.",
				Attributes: map[string]schema.Attribute{
					"is_use_prevention": settingSwitch(descriptionIsUsePrevent),
					"receivers":         receivers(descriptionPreventTo),
					"threshold": schema.NumberAttribute{
						Optional: true, Computed: true,
						MarkdownDescription: descriptionThreshold + " If omitted, the service chooses the value.",
						Validators:          []validator.Number{thresholdChoice},
					},
				},
			},
			"type":        schema.StringAttribute{Computed: true, MarkdownDescription: descriptionType, PlanModifiers: stable},
			"created_at":  schema.StringAttribute{Computed: true, MarkdownDescription: descriptionCreatedAt, PlanModifiers: stable},
			"created_by":  schema.StringAttribute{Computed: true, MarkdownDescription: descriptionCreatedBy, PlanModifiers: stable},
			"modified_at": schema.StringAttribute{Computed: true, MarkdownDescription: descriptionModifiedAt},
			"modified_by": schema.StringAttribute{Computed: true, MarkdownDescription: descriptionModifiedBy},
			"timeouts":    tfkit.Timeouts(ctx),
		},
	}
}

func settingSwitch(description string) schema.BoolAttribute {
	return schema.BoolAttribute{
		Optional: true, Computed: true, Default: booldefault.StaticBool(true),
		MarkdownDescription: description + " Default: `true`. While it is off, the other values have no effect, and plans ignore changes to them.",
	}
}

func receivers(description string) schema.SetAttribute {
	return schema.SetAttribute{
		Optional: true, Computed: true, ElementType: types.StringType, MarkdownDescription: description,
		Validators: []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(tfkit.EmailAddress())},
	}
}

// The amounts and percentages that the service accepts (API reference).
var (
	amountRange     = tfkit.Integer{What: "amount", Min: 1}
	thresholdChoice = tfkit.Integer{What: "threshold", OneOf: []int64{70, 80, 90, 100}}
)
