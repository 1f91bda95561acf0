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
	descriptionAmount     = "Amount of the budget, a whole number of at least 1 in the currency of the account."
	descriptionUnit       = "`MONTHLY` starts over each month, `OVERALL` adds up from the start month on."
	descriptionStartMonth = "Month whose usage counts first, as `YYYY-MM`."
	descriptionType       = "Kind of budget. The service knows `COST` only."
	descriptionCreatedAt  = "Time of creation as the service writes it. It carries no time zone."
	descriptionCreatedBy  = "Who created the budget."
	descriptionModifiedAt = "Time of the last change as the service writes it. It carries no time zone."
	descriptionModifiedBy = "Who changed the budget last."

	descriptionNotifications = "Mails that go out when spend passes a share of the budget."
	descriptionIsUseNotify   = "Whether mails are sent."
	descriptionPeriod        = "`FIRST` mails once on the day after a threshold is passed, `DAILY` every day, `NONE` never."
	descriptionNotifyTo      = "Mail addresses that are told. The order does not matter."
	descriptionThresholds    = "Percentages of the budget at which a mail goes out: any of `70`, `80`, `90`, `100`. The order does not matter."

	descriptionPrevention   = "Block on new resources of the Compute and Database families once spend passes a share of the budget."
	descriptionIsUsePrevent = "Whether the block is on."
	descriptionPreventTo    = "Mail addresses that are told about the block. The order does not matter."
	descriptionThreshold    = "Percentage of the budget at which the block starts: `70`, `80`, `90` or `100`."
)

// Schema describes the resource.
func (r *budgetResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	stable := []planmodifier.String{stringplanmodifier.UseStateForUnknown()}
	resp.Schema = schema.Schema{
		MarkdownDescription: "An account budget: an amount for the spend of the account, mails when spend passes a share of it, and a block on new resources.",
		Attributes: map[string]schema.Attribute{
			"id": schema.StringAttribute{Computed: true, MarkdownDescription: descriptionID, PlanModifiers: stable},
			"name": schema.StringAttribute{
				Required:            true,
				MarkdownDescription: descriptionName + " A budget that came from the official provider keeps a longer name as long as it is not changed.",
			},
			"amount": schema.Int64Attribute{
				Required: true, MarkdownDescription: descriptionAmount,
				Validators: []validator.Int64{int64validator.AtLeast(1)},
			},
			"unit": schema.StringAttribute{
				Required: true, MarkdownDescription: descriptionUnit,
				Validators: []validator.String{stringvalidator.OneOf(unitMonthly, unitOverall)},
			},
			"start_month": schema.StringAttribute{
				Required: true, MarkdownDescription: descriptionStartMonth,
				Validators: []validator.String{tfkit.Month()},
			},
			"notifications": schema.SingleNestedAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: descriptionNotifications + " Left out, it is switched off; a switch-on elsewhere shows in the next plan.",
				Attributes: map[string]schema.Attribute{
					"is_use_notification": schema.BoolAttribute{
						Optional: true, Computed: true, Default: booldefault.StaticBool(true),
						MarkdownDescription: descriptionIsUseNotify + " Default `true`.",
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
						Optional: true, Computed: true, ElementType: types.Int64Type,
						MarkdownDescription: descriptionThresholds,
						Validators:          []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueInt64sAre(percentage())},
					},
				},
			},
			"prevention": schema.SingleNestedAttribute{
				Optional:            true,
				Computed:            true,
				MarkdownDescription: descriptionPrevention + " Left out, it is switched off; a switch-on elsewhere shows in the next plan.",
				Attributes: map[string]schema.Attribute{
					"is_use_prevention": schema.BoolAttribute{
						Optional: true, Computed: true, Default: booldefault.StaticBool(true),
						MarkdownDescription: descriptionIsUsePrevent + " Default `true`.",
					},
					"receivers": schema.SetAttribute{
						Optional: true, Computed: true, ElementType: types.StringType,
						MarkdownDescription: descriptionPreventTo,
						Validators:          []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(tfkit.MailAddress())},
					},
					"threshold": schema.Int64Attribute{
						Optional: true, Computed: true,
						MarkdownDescription: descriptionThreshold + " Left out, the service's own value stays.",
						Validators:          []validator.Int64{percentage()},
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

// percentage accepts the shares that the service knows (API reference).
func percentage() validator.Int64 { return int64validator.OneOf(70, 80, 90, 100) }
