package costexplorer

// The data source of rows, of bills or of usages.

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit/rowserver"
)

// rowsModel is a pointer to the model of rows: a filter, rowsFields, and results.
type rowsModel[R any] interface {
	filter[R]
	sort() string
	maxRows() int64
	setTimezone(zone *string)
}

// rowsSource returns the data source of rows with a model of type M; as is the model as an
// interface.
func rowsSource[R, M any](t *table[R], as func(*M) rowsModel[R]) datasource.DataSource {
	attributes := t.filters()
	attributes["sort"] = tfkit.OptionalString("Sort order of the rows: a field and `asc` or `desc`, for example `created_at:desc`.", tfkit.SortOrder())
	attributes["max_rows"] = schema.Int64Attribute{
		CustomType: tfkit.IntegerType{},
		Optional:   true, Validators: []validator.Int64{int64validator.AtLeast(1)},
		MarkdownDescription: fmt.Sprintf("Maximum number of rows to read. If there are more, the read fails, so that the state stays small. Default: `%d`. "+
			"For sums over any number of rows, use `scpbilling_%s`.", defaultMaxRows, t.summary),
	}
	attributes[t.many] = tfkit.ComputedRows("The "+t.many+" of all pages, in the service's order. Empty when there are none.", t.rowAttributes())
	if t.timezone != "" {
		attributes["timezone"] = tfkit.ComputedString(t.timezone)
	}
	return &tfkit.Source[M]{
		Name: t.rows, Doing: "list " + t.many, Timeout: readTimeout, Validators: []datasource.ConfigValidator{t.period},
		Description: t.rowsDescription, Attributes: attributes,
		Fill: func(ctx context.Context, r *tfkit.Reading, m *M) error {
			model := as(m)
			rows, timezone, err := readRows(t.open(ctx, r, model, model.sort()), model.maxRows())
			if err != nil {
				t.addReadError(ctx, r.Diags, err, model.maxRows())
				return nil
			}
			model.setTimezone(timezone)
			rowserver.Deliver(ctx, r.Response, t.many, rows.List())
			return nil
		},
	}
}
