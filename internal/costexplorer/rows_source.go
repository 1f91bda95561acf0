package costexplorer

// The data source of rows, of bills or of usages.

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit/rowserver"
)

var (
	_ datasource.DataSourceWithConfigure        = (*rowsDataSource[scp.Bill])(nil)
	_ datasource.DataSourceWithConfigValidators = (*rowsDataSource[scp.Bill])(nil)
)

// rowsModel is a pointer to the model of rows: a filter, rowsFields, and results.
type rowsModel[R any] interface {
	filter[R]
	sort() string
	maxRows() int64
}

type rowsDataSource[R any] struct {
	tfkit.DataSource

	table *table[R]
	model func() rowsModel[R]
}

// Metadata sets the type name.
func (d *rowsDataSource[R]) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = d.table.rows
}

// Schema describes the data source.
func (d *rowsDataSource[R]) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := d.table.filters()
	attributes["sort"] = schema.StringAttribute{
		Optional: true, Validators: []validator.String{tfkit.SortOrder()},
		MarkdownDescription: "Sort order of the rows: a field and `asc` or `desc`, for example `created_at:desc`.",
	}
	attributes["max_rows"] = schema.Int64Attribute{
		CustomType: tfkit.IntegerType{},
		Optional:   true, Validators: []validator.Int64{int64validator.AtLeast(1)},
		MarkdownDescription: fmt.Sprintf("Maximum number of rows to read. If there are more, the read fails, so that the state stays small. Default: `%d`. "+
			"For sums over any number of rows, use `%s`.", defaultMaxRows, d.table.summary),
	}
	attributes[d.table.many] = schema.ListNestedAttribute{
		Computed: true, MarkdownDescription: "The " + d.table.many + " of all pages, in the service's order. Empty when there are none.",
		NestedObject: schema.NestedAttributeObject{Attributes: d.table.rowAttributes()},
	}
	if d.table.timezone != "" {
		attributes["timezone"] = tfkit.ComputedText(d.table.timezone)
	}
	resp.Schema = schema.Schema{MarkdownDescription: d.table.rowsDescription, Attributes: attributes}
}

// ConfigValidators checks the period.
func (d *rowsDataSource[R]) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{d.table.period}
}

// Read follows every page.
func (d *rowsDataSource[R]) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	m := d.model()
	diags := &resp.Diagnostics
	ctx, pages, done := d.table.open(ctx, d.Data, req, diags, m, m.sort)
	defer done()
	if diags.HasError() {
		return
	}
	rows, timezone, err := d.table.readRows(pages, m.maxRows())
	if err != nil {
		d.table.addReadError(ctx, diags, err, m.maxRows())
		return
	}
	if d.table.timezone != "" {
		diags.Append(resp.State.SetAttribute(ctx, path.Root("timezone"), types.StringPointerValue(timezone))...)
	}
	rowserver.Deliver(ctx, resp, d.table.many, rows.List())
}
