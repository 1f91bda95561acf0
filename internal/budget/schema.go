package budget

// The resource's schema.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
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

// The descriptions stand once, for the resource and the data sources.
const (
	descriptionID         = "Identifier of the budget."
	descriptionName       = "Name of the budget: 1 to 20 Korean or Latin letters, digits, spaces and the signs `+ = . , @ - _`."
	descriptionAmount     = "Amount of the budget in the currency of the account, an integer of at least 1."
	descriptionUnit       = "`MONTHLY` starts over each month, `OVERALL` adds up from the start month on."
	descriptionStartMonth = "First month whose usage counts, as `YYYY-MM`."
	descriptionType       = "Kind of budget. The service knows `COST` only."
	descriptionCreatedAt  = "Time of creation as the service writes it. It carries no time zone."
	descriptionCreatedBy  = "Who created the budget."
	descriptionModifiedAt = "Time of the last change as the service writes it. It carries no time zone."
	descriptionModifiedBy = "Who changed the budget last."

	descriptionNotifications = "Emails that are sent when spend passes a share of the budget."
	descriptionIsUseNotify   = "Whether emails are sent."
	descriptionPeriod        = "`FIRST` sends one email on the day after a threshold is passed, `DAILY` one every day, `NONE` none."
	descriptionNotifyTo      = "Email addresses that are notified. The order does not matter."
	descriptionThresholds    = "Percentages of the budget at which an email is sent: any of `70`, `80`, `90`, `100`. The order does not matter."

	descriptionPrevention   = "Block on new resources of the Compute and Database families **in the whole account** once its spend passes a share of the budget."
	descriptionIsUsePrevent = "Whether the block is on."
	descriptionPreventTo    = "Email addresses that are notified of the block. The order does not matter."
	descriptionCostLinked   = "Whether the budget is linked to Cost Navigator. Null when the service has Budget 1.0 only."
	descriptionThreshold    = "Percentage of the budget at which the block starts: `70`, `80`, `90` or `100`."
)

// Schema describes the resource.
func (r *budgetResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	stable := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	resp.Schema = schema.Schema{
		MarkdownDescription: "An account budget: an amount for the spend of the whole account, emails when spend passes a share of it, and a block on new resources.\n\n" +
			"A budget watches the spend of its whole account; the service has no filter for teams, projects or tags.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{Computed: true, MarkdownDescription: descriptionID, PlanModifiers: stable},
			"name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: descriptionName + " A budget that came from the official provider keeps a longer name as long as it is not changed.",
			},
			"amount": schema.Int64Attribute{
				Required: true, CustomType: tfkit.IntegerType{}, MarkdownDescription: descriptionAmount,
				Validators: []validator.Int64{int64validator.AtLeast(1)},
			},
			"unit": schema.StringAttribute{
				Required: true, MarkdownDescription: descriptionUnit,
				Validators: []validator.String{stringvalidator.OneOf(unitMonthly, unitOverall)},
			},
			"start_month": schema.StringAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: descriptionStartMonth + " A new budget cannot start in a past month (Asia/Seoul). Omitted, it is the month of creation, and stays.",
				Validators:          []validator.String{tfkit.Month()},
				PlanModifiers:       stable,
			},
			"is_cost_linked": schema.BoolAttribute{
				Optional: true, Computed: true,
				MarkdownDescription: descriptionCostLinked + " Setting it links or unlinks the budget, and needs Budget 1.1. Omitted, it is only read.",
			},
			"notifications": schema.SingleNestedAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: descriptionNotifications + " Omitted, it is off; if it is enabled elsewhere, the next plan shows that.",
				Attributes: map[string]schema.Attribute{
					"is_use_notification": schema.BoolAttribute{
						Optional: true, Computed: true, Default: booldefault.StaticBool(true),
						MarkdownDescription: descriptionIsUseNotify + " Default `true`. While it is off, the other values have no effect, and changes of them are not planned.",
					},
					"notification_send_period": schema.StringAttribute{
						Optional: true, Computed: true, Default: stringdefault.StaticString(periodFirst),
						MarkdownDescription: descriptionPeriod + " Default `FIRST`.",
						Validators:          []validator.String{stringvalidator.OneOf(periodFirst, periodDaily, periodNone)},
					},
					"receivers": schema.SetAttribute{
						Optional: true, Computed: true, ElementType: types.StringType,
						MarkdownDescription: descriptionNotifyTo,
						Validators:          []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(tfkit.MailAddress())},
					},
					"thresholds": schema.SetAttribute{
						Optional: true, Computed: true, ElementType: tfkit.IntegerType{},
						MarkdownDescription: descriptionThresholds,
						Validators:          []validator.Set{setvalidator.NoNullValues(), thresholdChoice},
					},
				},
			},
			"prevention": schema.SingleNestedAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: descriptionPrevention + " Omitted, it is off; if it is enabled elsewhere, the next plan shows that.",
				Attributes: map[string]schema.Attribute{
					"is_use_prevention": schema.BoolAttribute{
						Optional: true, Computed: true, Default: booldefault.StaticBool(true),
						MarkdownDescription: descriptionIsUsePrevent + " Default `true`. While it is off, the other values have no effect, and changes of them are not planned.",
					},
					"receivers": schema.SetAttribute{
						Optional: true, Computed: true, ElementType: types.StringType,
						MarkdownDescription: descriptionPreventTo,
						Validators:          []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(tfkit.MailAddress())},
					},
					"threshold": schema.Int64Attribute{
						Optional: true, Computed: true, CustomType: tfkit.IntegerType{},
						MarkdownDescription: descriptionThreshold + " Omitted, the service's own value stays.",
						Validators:          []validator.Int64{thresholdChoice},
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

// thresholdChoice are the shares that the service knows (API reference).
var thresholdChoice = tfkit.Choice{What: "threshold", Allowed: []int64{70, 80, 90, 100}}
