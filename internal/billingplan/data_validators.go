package billingplan

// Checks of the data sources' arguments, made while planning and without a call.

import (
	"context"
	"fmt"
	"regexp"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var contractSortPattern = regexp.MustCompile(`^([a-z_]+:)?(asc|desc)$`)

// contractSort accepts field:direction, or the direction alone (NOTES section 9).
func contractSort() validator.String {
	return stringvalidator.RegexMatches(contractSortPattern, "must be a field and a direction, for example created_at:desc, or asc or desc alone")
}

// calendarDate accepts a day of the calendar as YYYY-MM-DD (API reference).
func calendarDate() validator.String { return dateValidator{} }

type dateValidator struct{}

func (dateValidator) Description(context.Context) string {
	return "value must be a calendar date as YYYY-MM-DD, for example 2026-01-31"
}

func (v dateValidator) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v dateValidator) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	if _, err := time.Parse(time.DateOnly, req.ConfigValue.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Not a calendar date",
			fmt.Sprintf("%q is no calendar date as YYYY-MM-DD, for example 2026-01-31.", req.ConfigValue.ValueString()))
	}
}

// checkDates refuses an end before the start: no row could ever fit. Dates that
// are missing, unknown or malformed are left to others.
func checkDates(start, end types.String, diags *diag.Diagnostics) {
	first, err := time.Parse(time.DateOnly, start.ValueString())
	if err != nil {
		return
	}
	last, err := time.Parse(time.DateOnly, end.ValueString())
	if err != nil || !last.Before(first) {
		return
	}
	diags.AddAttributeError(path.Root("end_date"), "The period ends before it starts",
		fmt.Sprintf("end_date is %s, and start_date is %s. Exchange them, or correct one.", end.ValueString(), start.ValueString()))
}

// validatePeriod is checkDates for a data source with start_date and end_date.
func validatePeriod(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var start, end types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("start_date"), &start)...)
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("end_date"), &end)...)
	if !resp.Diagnostics.HasError() {
		checkDates(start, end, &resp.Diagnostics)
	}
}
