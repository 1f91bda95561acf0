package tfkit

// This file holds the validators that more than one service needs.

import (
	"context"
	"fmt"
	"net/mail"
	"regexp"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var (
	monthPattern = regexp.MustCompile(`^\d{4}-(0[1-9]|1[0-2])$`)
	sortPattern  = regexp.MustCompile(`^[a-z_]+:(asc|desc)$`)
)

// Month accepts a month in the form YYYY-MM (API reference).
func Month() validator.String {
	return stringvalidator.RegexMatches(monthPattern, "must be a month in the form YYYY-MM, for example 2026-01")
}

// Date accepts a calendar day as YYYY-MM-DD (API reference).
func Date() validator.String {
	return stringRule{
		ok: func(text string) bool {
			_, err := time.Parse(time.DateOnly, text)
			return err == nil
		},
		Described: "value must be a date in the form YYYY-MM-DD, for example 2026-01-31",
		summary:   "Invalid date",
		detail:    "%q is not a date in the form YYYY-MM-DD, for example 2026-01-31.",
	}
}

// SortOrder accepts field:asc or field:desc (API reference).
func SortOrder() validator.String {
	return stringvalidator.RegexMatches(sortPattern, "must be a field and a direction, for example created_at:desc")
}

// NotEmpty rejects an empty string: a filter is either omitted or has a value.
func NotEmpty() validator.String {
	return stringvalidator.LengthAtLeast(1)
}

// EmailAddress accepts one bare email address such as user@example.com.
func EmailAddress() validator.String {
	return stringRule{
		// A display name or angle brackets would be accepted by the parser but not by the service.
		ok: func(text string) bool {
			parsed, err := mail.ParseAddress(text)
			return err == nil && parsed.Address == text && !strings.ContainsAny(text, " <>")
		},
		Described: "value must be an email address such as user@example.com",
		summary:   "Invalid email address",
		detail:    "%q is not an email address. Write one address per receiver, without a name, for example user@example.com.",
	}
}

// stringRule validates strings. Null and unknown ones are left to others.
type stringRule struct {
	// Described says what is allowed.
	Described
	ok func(text string) bool
	// summary and detail are the error about any other value. detail is a format for it.
	summary, detail string
}

// Described is the description of a validator or a plan modifier.
type Described string

// Description returns the description.
func (d Described) Description(context.Context) string { return string(d) }

// MarkdownDescription is Description.
func (d Described) MarkdownDescription(context.Context) string { return string(d) }

// ValidateString checks a known value.
func (r stringRule) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || r.ok(req.ConfigValue.ValueString()) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, r.summary, fmt.Sprintf(r.detail, req.ConfigValue.ValueString()))
}

// Period names the two arguments that hold a first and a last day or month. Their strings sort
// in the order of time.
type Period struct{ First, Last string }

var _ datasource.ConfigValidator = Period{}

// Description says what is checked.
func (p Period) Description(context.Context) string {
	return fmt.Sprintf("%s must not be after %s", p.First, p.Last)
}

// MarkdownDescription is Description.
func (p Period) MarkdownDescription(ctx context.Context) string { return p.Description(ctx) }

// ValidateDataSource checks what is known.
func (p Period) ValidateDataSource(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	p.Check(ctx, req.Config, &resp.Diagnostics)
}

// Check refuses values in the wrong order. Null and unknown values pass, and so does a
// configuration that is null, like that of a list block without filters.
func (p Period) Check(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) {
	if config.Raw.IsNull() {
		return
	}
	var first, last types.String
	diags.Append(config.GetAttribute(ctx, path.Root(p.First), &first)...)
	diags.Append(config.GetAttribute(ctx, path.Root(p.Last), &last)...)
	// Null and unknown values are the empty string.
	if first.ValueString() != "" && last.ValueString() != "" && first.ValueString() > last.ValueString() {
		diags.AddAttributeError(path.Root(p.First), "The period ends before it begins",
			fmt.Sprintf("%s is %s and %s is %s. Swap them, or correct one.", p.First, first.ValueString(), p.Last, last.ValueString()))
	}
}
