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
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

var (
	monthPattern = regexp.MustCompile(`^\d{4}-(0[1-9]|1[0-2])$`)
	sortPattern  = regexp.MustCompile(`^[a-z_]+:(asc|desc)$`)
)

// Month accepts a month in the form YYYY-MM (API reference).
func Month() validator.String {
	return stringvalidator.RegexMatches(monthPattern, "must be a month in the form YYYY-MM, for example 2026-01")
}

// Date accepts a date in the form YYYY-MM-DD (API reference).
func Date() validator.String { return date{} }

type date struct{}

func (date) Description(context.Context) string {
	return "value must be a date in the form YYYY-MM-DD, for example 2026-01-31"
}

func (v date) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (date) ValidateString(_ context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	text := req.ConfigValue.ValueString()
	if _, err := time.Parse(time.DateOnly, text); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid date",
			fmt.Sprintf("%q is not a date in the form YYYY-MM-DD, for example 2026-01-31.", text))
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

// EmailAddress accepts one email address without a name, such as user@example.com.
func EmailAddress() validator.String { return emailAddress{} }

type emailAddress struct{}

func (emailAddress) Description(context.Context) string {
	return "value must be an email address such as user@example.com"
}

func (v emailAddress) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

func (v emailAddress) ValidateString(ctx context.Context, req validator.StringRequest, resp *validator.StringResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	text := req.ConfigValue.ValueString()
	// A display name or angle brackets would be accepted by the parser but not by the service.
	parsed, err := mail.ParseAddress(text)
	if err != nil || parsed.Address != text || strings.ContainsAny(text, " <>") {
		resp.Diagnostics.AddAttributeError(req.Path, "Invalid email address",
			fmt.Sprintf("%q is not an email address. Write one address per receiver, without a name, for example user@example.com.", text))
	}
}
