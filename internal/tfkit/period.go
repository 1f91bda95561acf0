package tfkit

// The check of a period, wherever an argument pair holds two dates or months.

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

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
