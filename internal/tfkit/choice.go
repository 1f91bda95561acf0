package tfkit

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// Choice accepts a few integers, as a single value or in a set. what is the word for one of
// them in messages.
type Choice struct {
	What    string
	Allowed []int64
}

var (
	_ validator.Int64 = Choice{}
	_ validator.Set   = Choice{}
)

// Description says what is allowed.
func (c Choice) Description(context.Context) string { return "value must be one of " + c.list() }

// MarkdownDescription is Description.
func (c Choice) MarkdownDescription(ctx context.Context) string { return c.Description(ctx) }

// ValidateInt64 checks one number.
func (c Choice) ValidateInt64(_ context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || slices.Contains(c.Allowed, req.ConfigValue.ValueInt64()) {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "Invalid "+c.What, c.Problem(fmt.Sprint(req.ConfigValue.ValueInt64())))
}

// ValidateSet checks each number of a set.
func (c Choice) ValidateSet(_ context.Context, req validator.SetRequest, resp *validator.SetResponse) {
	for _, element := range req.ConfigValue.Elements() {
		if problem := c.Check(element); problem != "" {
			resp.Diagnostics.AddAttributeError(req.Path.AtSetValue(element), "Invalid "+c.What, problem)
		}
	}
}

// Check reports what is wrong with a number. An unknown number passes.
func (c Choice) Check(element attr.Value) string {
	n, ok := element.(Integer)
	switch {
	case !ok || element.IsNull() || element.IsUnknown():
		return ""
	case !n.IsInteger() || !slices.Contains(c.Allowed, n.ValueInt64()):
		return c.Problem(n.Text())
	default:
		return ""
	}
}

// Problem is the message about a value.
func (c Choice) Problem(value string) string {
	return fmt.Sprintf("Invalid %s %s. Choose from %s.", c.What, value, c.list())
}

// list formats the numbers as "70, 80, 90 and 100".
func (c Choice) list() string {
	words := make([]string, len(c.Allowed))
	for i, n := range c.Allowed {
		words[i] = fmt.Sprint(n)
	}
	last := len(words) - 1
	if last < 1 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}
