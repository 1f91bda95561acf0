package costexplorer

// The data source of sums, over bills or over usages.

import (
	"context"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

var (
	_ datasource.DataSourceWithConfigure        = (*summaryDataSource[scp.Bill])(nil)
	_ datasource.DataSourceWithConfigValidators = (*summaryDataSource[scp.Bill])(nil)
)

// filter are the arguments that choose rows.
type filter[R any] interface {
	pages(ctx context.Context, client *scp.Client, sort string, diags *diag.Diagnostics) iter.Seq2[scp.Page[R], error]
}

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

// Metadata gives the type name.
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
	diags.Append(req.Config.Get(ctx, m)...)
	if diags.HasError() {
		return
	}
	client, ok := d.Data.Client(diags, "list "+d.table.many)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, readTimeout)
	defer cancel()
	pages := m.pages(ctx, client, "", diags)
	sums := newSummary(d.table, tfkit.Texts(ctx, m.groupBy(), nil, diags))
	if diags.HasError() {
		return
	}
	if err := sums.addPages(complete(pages, d.table.many, diags)); err != nil {
		sums.addError(ctx, diags, err)
		return
	}
	sums.deliver(ctx, resp)
}
