package costexplorer

// The data source of sums, over bills or over usages.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

var (
	_ datasource.DataSourceWithConfigure        = (*summaryDataSource[scp.Bill])(nil)
	_ datasource.DataSourceWithConfigValidators = (*summaryDataSource[scp.Bill])(nil)
)

// summaryModel is a pointer to the model of a summary: a filter and summaryFields.
type summaryModel[R any] interface {
	filter[R]
	groupBy() types.Set
}

type summaryDataSource[R any] struct {
	tfkit.DataSource

	table *table[R]
	model func() summaryModel[R]
}

// Metadata sets the type name.
func (d *summaryDataSource[R]) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = d.table.summary
}

// Schema describes the data source.
func (d *summaryDataSource[R]) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{MarkdownDescription: d.table.summaryDescription, Attributes: d.table.summaryAttributes()}
}

// ConfigValidators checks the period.
func (d *summaryDataSource[R]) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{d.table.period}
}

// Read sums up page by page.
func (d *summaryDataSource[R]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m := d.model()
	diags := &resp.Diagnostics
	ctx, pages, done := d.table.open(ctx, d.Data, req, diags, m, func() string { return "" })
	defer done()
	sums := newSummary(d.table, tfkit.Texts(ctx, m.groupBy(), nil, diags))
	if diags.HasError() {
		return
	}
	if err := sums.addPages(pages); err != nil {
		sums.addError(ctx, diags, err)
		return
	}
	sums.deliver(ctx, resp)
}
