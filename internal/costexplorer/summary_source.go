package costexplorer

// The data source of sums, over bills or over usages.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// summaryModel is a pointer to the model of a summary: a filter and summaryFields.
type summaryModel[R any] interface {
	filter[R]
	groupBy() types.Set
}

// summarySource returns the data source of sums with a model of type M; as is the model as
// an interface.
func summarySource[R, M any](t *table[R], as func(*M) summaryModel[R]) datasource.DataSource {
	return &tfkit.Source[M]{
		Name: t.summary, Doing: "list " + t.many, Timeout: readTimeout, Validators: []datasource.ConfigValidator{t.period},
		Description: t.summaryDescription, Attributes: t.summaryAttributes(),
		Fill: func(ctx context.Context, r *tfkit.Reading, m *M) error {
			model := as(m)
			sums := newSummary(t, tfkit.Strings(ctx, model.groupBy(), nil, r.Diags))
			pages := t.open(ctx, r, model, "")
			if r.Diags.HasError() {
				return nil
			}
			if err := sums.addPages(pages); err != nil {
				sums.addError(ctx, r.Diags, err)
				return nil
			}
			sums.deliver(ctx, r.Response)
			return nil
		},
	}
}
