package costexplorer

// The data source of rows, of bills or of usages: the rows on their way from the pages into
// the response, and why there may be too many.

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit/rowserver"
)

// rowsSource returns the data source of rows.
func rowsSource[R any](t *table[R]) datasource.DataSource {
	attributes := t.filters()
	attributes["sort"] = tfkit.OptionalString("Sort order of the rows: a field and `asc` or `desc`, for example `created_at:desc`.", tfkit.SortOrder())
	attributes["max_rows"] = schema.NumberAttribute{
		Optional: true, Validators: []validator.Number{tfkit.Integer{What: "max_rows", Min: 1}},
		MarkdownDescription: fmt.Sprintf("Maximum number of rows to read. If there are more, the read fails, so that the state stays small. Default: `%d`. "+
			"For sums over any number of rows, use `scpbilling_%s`.", defaultMaxRows, t.summary()),
	}
	attributes[t.many] = tfkit.ComputedRows("The "+t.many+" of all pages, in the service's order. Empty when there are none.", t.rowAttributes())
	if t.timezone != "" {
		attributes["timezone"] = tfkit.ComputedString(t.timezone)
	}
	return &tfkit.Source{
		Name: t.many, Doing: "list " + t.many, Timeout: readTimeout, Validators: []datasource.ConfigValidator{t.period},
		Description: t.rowsDescription, Attributes: attributes,
		Fill: func(ctx context.Context, r *tfkit.Reading) (any, error) {
			most := r.Integer("max_rows", defaultMaxRows)
			rows, timezone, err := readRows(complete(t.pages(ctx, r), t), most)
			if err != nil {
				t.addReadError(ctx, r.Diags, err, most)
				return nil, nil
			}
			rowserver.Deliver(ctx, r.Response, t.many, rows.List())
			return tfkit.Results{"timezone": timezone}, nil
		},
	}
}

// defaultMaxRows is what a state and its tools still bear. Ours.
const defaultMaxRows = 100_000

// tooManyError is more rows than wanted, or than a response can carry.
type tooManyError struct {
	// count is how many there are in all, nil when the service did not say.
	count *int64
	// full is set when the response is too large, whatever max_rows allows.
	full bool
	read int
}

func (e *tooManyError) Error() string { return "there are too many rows" }

// readRows encodes the rows of all pages. timezone is that of the pages.
func readRows[R any](pages iter.Seq2[scp.Page[R], error], most int64) (rows *rowserver.Encoder, timezone *string, err error) {
	rows = rowserver.NewEncoder()
	var count *int64
	for page, err := range pages {
		if err != nil {
			return nil, nil, err
		}
		if page.Count != nil {
			count = page.Count
		}
		if page.Timezone != nil {
			timezone = page.Timezone
		}
		// A count above the limit spares reading up to it.
		if (count != nil && *count > most) || int64(rows.Rows()+len(page.Rows)) > most {
			return nil, nil, &tooManyError{count: count, read: rows.Rows()}
		}
		for i := range page.Rows {
			if !rows.Add(&page.Rows[i]) {
				return nil, nil, &tooManyError{count: count, full: true, read: rows.Rows()}
			}
		}
	}
	return rows, timezone, nil
}

// addReadError reports why rows could not be read.
func (t *table[R]) addReadError(ctx context.Context, diags *diag.Diagnostics, err error, most int64) {
	var tooMany *tooManyError
	if !errors.As(err, &tooMany) {
		tfkit.AddError(diags, "list "+t.many, explainTimeout(ctx, err))
		return
	}
	there := "There are more; the service did not say how many."
	if tooMany.count != nil {
		there = fmt.Sprintf("There are %d.", *tooMany.count)
	}
	advice := "Narrow the filters, or use the data source scpbilling_" + t.summary() + ", which sums any number of " + t.many + "."
	if tooMany.full {
		diags.AddAttributeError(path.Root("max_rows"), "Too many "+t.many+" for one response",
			fmt.Sprintf("After %d %s the response to Terraform is full: it holds at most %d MiB. %s\n\n%s The state was not changed.",
				tooMany.read, t.many, rowserver.MaxSize>>20, there, advice))
		return
	}
	diags.AddAttributeError(path.Root("max_rows"), "Too many "+t.many,
		fmt.Sprintf("More than %d %s match the filters, and max_rows allows no more. %s\n\n%s Raise max_rows only if every single row is needed in the state. The state was not changed.",
			most, t.many, there, advice))
}

// explainTimeout says so when the time for the whole read is over.
func explainTimeout(ctx context.Context, err error) error {
	if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
		return fmt.Errorf("the read did not end within %s; narrow the filters: %w", readTimeout, err)
	}
	return err
}
