package tfkit

// What the list resources of terraform query share: the loop over the rows, with its limit,
// its end and its errors.

import (
	"context"
	"iter"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

// listTimeout bounds one list with all its pages, rows and retries.
const listTimeout = 30 * time.Minute

// Listing is what differs between list resources. Row is what the service lists.
type Listing[Row any] struct {
	// Doing completes the sentence "Could not ...", for example "list account budgets".
	Doing string
	// Rows reads the pages while they are consumed.
	Rows func(ctx context.Context, client *scp.Client, a Arguments) iter.Seq2[Row, error]
	// Fill sets identity, display name and, if it is asked for, the resource. A row that has
	// been deleted in the meantime is omitted: Fill returns false.
	Fill func(ctx context.Context, client *scp.Client, row Row, result *list.ListResult) (keep bool)
}

// ListAttributes turns the filters of a data source into those of a list block, with their
// descriptions and checks. Terraform has no sets there, so filters with several values are
// lists, whose order does not matter; each returns the checks of their values.
func ListAttributes(filters map[string]dataschema.Attribute, each func(name string) []validator.String) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for name, filter := range filters {
		switch filter := filter.(type) {
		case dataschema.StringAttribute:
			attributes[name] = schema.StringAttribute{Optional: true, MarkdownDescription: filter.MarkdownDescription, Validators: filter.Validators}
		case dataschema.BoolAttribute:
			attributes[name] = schema.BoolAttribute{Optional: true, MarkdownDescription: filter.MarkdownDescription}
		case dataschema.SetAttribute:
			attributes[name] = schema.ListAttribute{
				Optional: true, ElementType: types.StringType, MarkdownDescription: filter.MarkdownDescription,
				Validators: []validator.List{listvalidator.SizeAtLeast(1), listvalidator.NoNullValues(), listvalidator.ValueStringsAre(each(name)...)},
			}
		}
	}
	return attributes
}

// Stream serves a list request. Pages are read as Terraform consumes the results: none after
// the limit, after the stream is closed, or after an error.
func (l Listing[Row]) Stream(ctx context.Context, data *ProviderData, req list.ListRequest, stream *list.ListResultsStream) {
	var diags diag.Diagnostics
	if !req.Config.Raw.IsFullyKnown() {
		diags.AddError("Could not "+l.Doing, "A filter is only known after apply. Set the list block's filters to known values.")
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	client, ok := data.Client(&diags, l.Doing)
	if !ok {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	stream.Results = func(push func(list.ListResult) bool) {
		if req.Limit < 0 {
			return
		}
		ctx, stop := context.WithTimeout(ctx, listTimeout)
		defer stop()
		pushed := int64(0)
		rows := l.Rows(ctx, client, Arguments{req.Config, &diags})
		if diags.HasError() {
			push(list.ListResult{Diagnostics: diags})
			return
		}
		for row, err := range rows {
			result := req.NewListResult(ctx)
			if err != nil {
				AddError(&result.Diagnostics, l.Doing, err)
				push(result)
				return
			}
			if !l.Fill(ctx, client, row, &result) {
				continue
			}
			pushed++
			if !push(result) || result.Diagnostics.HasError() || pushed == req.Limit {
				return
			}
		}
	}
}
