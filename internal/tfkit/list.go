package tfkit

// What the list resources of terraform query share: the loop over the rows, with its limit,
// its end and its errors.

import (
	"context"
	"iter"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"

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
