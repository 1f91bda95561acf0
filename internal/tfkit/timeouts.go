package tfkit

// The timeouts attribute, which both resources have.

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Timeouts is the attribute for the longest time of each operation, its retries
// included. Each is longer than zero: with less, no request would be sent.
func Timeouts(ctx context.Context) schema.Attribute {
	attribute := timeouts.Attributes(ctx, timeouts.Opts{Create: true, Read: true, Update: true, Delete: true})
	nested, ok := attribute.(schema.SingleNestedAttribute)
	if !ok {
		return attribute
	}
	nested.MarkdownDescription = "How long each operation may take, including retries. Default: `10m` each. Changing only this sends no request."
	for name, inner := range nested.Attributes {
		if text, ok := inner.(schema.StringAttribute); ok {
			// Instead of the library's own validator, which accepts zero and negative
			// durations.
			text.Validators = []validator.String{longerThanZero()}
			nested.Attributes[name] = text
		}
	}
	return nested
}

// longerThanZero accepts a duration above zero.
func longerThanZero() validator.String {
	return stringRule{
		ok: func(text string) bool {
			d, err := time.ParseDuration(text)
			return err == nil && d > 0
		},
		Described: "value must be a duration longer than 0, for example 90s or 30m",
		summary:   "Invalid timeout",
		detail:    "%q is not a duration longer than 0. Write a number and a unit, for example 90s, 30m or 1h30m, or omit it for the default.",
	}
}
