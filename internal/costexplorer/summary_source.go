package costexplorer

// The data source of sums, over bills or over usages: its attributes, its response, its
// errors.

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit/rowserver"
)

// summarySource returns the data source of sums.
func summarySource[R any](t *table[R]) datasource.DataSource {
	return &tfkit.Source{
		Name: t.summary(), Doing: "list " + t.many, Timeout: readTimeout, Validators: []datasource.ConfigValidator{t.period},
		Description: t.summaryDescription, Attributes: t.summaryAttributes(),
		Fill: func(ctx context.Context, r *tfkit.Reading) (any, error) {
			sums := newSummary(t, r.Strings("group_by", nil))
			err := sums.addPages(complete(t.pages(ctx, r), t))
			if err == nil {
				err = sums.deliver(ctx, r.Response)
			}
			if err != nil {
				sums.addError(ctx, r.Diags, err)
			}
			return nil, nil
		},
	}
}

// summaryAttributes are the filters and what every summary has.
func (t *table[R]) summaryAttributes() map[string]schema.Attribute {
	filters := t.filters()
	var names []string
	for _, column := range t.groupable() {
		names = append(names, column.name)
	}
	maps.Copy(filters, map[string]schema.Attribute{
		"group_by": schema.SetAttribute{
			Optional: true, ElementType: types.StringType,
			Validators: []validator.Set{setvalidator.NoNullValues(), setvalidator.ValueStringsAre(stringvalidator.OneOf(names...))},
			MarkdownDescription: "Attributes of the " + t.many + " to group by: any number of `" + strings.Join(names, "`, `") + "`. " +
				"If omitted or empty, `groups` is empty and only `total` is computed." + describeDerived(t),
		},
		"groups": schema.ListNestedAttribute{
			Computed: true,
			MarkdownDescription: "The groups, ordered by their keys: by the alphabetically first attribute of `group_by`, then by the second, and so on; null comes last. " +
				"Only groups that have " + t.many + " are listed.",
			NestedObject: schema.NestedAttributeObject{Attributes: t.groupAttributes(
				"Value of each attribute of `group_by`, or null if the " + t.many + " have none.")},
		},
		"total": schema.SingleNestedAttribute{
			Computed: true, MarkdownDescription: "Sums over all " + t.many + ".",
			Attributes: t.groupAttributes("Empty."),
		},
	})
	return filters
}

func describeDerived[R any](t *table[R]) string {
	var b strings.Builder
	for _, column := range t.derived {
		fmt.Fprintf(&b, " `%s`: %s", column.name, column.description)
	}
	return b.String()
}

// groupAttributes is the schema of one group.
func (t *table[R]) groupAttributes(keys string) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"keys":      schema.MapAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: keys},
		"row_count": schema.Int64Attribute{Computed: true, MarkdownDescription: "Number of " + t.many + "."},
	}
	for _, column := range t.amounts {
		attributes[column.name] = tfkit.ComputedAmount("Sum of `" + column.name + "`, the " + strings.ToLower(column.description[:1]) + column.description[1:])
	}
	return attributes
}

// descriptionSums is the promise of both summaries.
const descriptionSums = "Sums are exact: decimal strings with as many decimal places as the most precise amount, never rounded. Amounts that are null are not counted. " +
	"Rows are summed page by page and not kept, so memory use depends only on the number of groups. "

// addError reports why rows could not be summed up.
func (s *summary[R]) addError(ctx context.Context, diags *diag.Diagnostics, err error) {
	var row rowError
	switch {
	case errors.Is(err, errTooManyGroups):
		diags.AddAttributeError(path.Root("group_by"), "Too many groups",
			fmt.Sprintf("After %d %s there are %d groups, which do not fit in one response to Terraform (at most %d MiB). Group by fewer attributes, or narrow the filters.",
				s.rows, s.table.many, len(s.groups), rowserver.MaxSize>>20))
	case errors.As(err, &row):
		diags.AddError("Could not sum "+s.table.many,
			fmt.Sprintf("The service sent a row that cannot be read: %v.\n\nNo sum is returned, because it would lack this row. Exclude the row with filters, and report it to Samsung SDS support.", err))
	default:
		tfkit.AddError(diags, "list "+s.table.many, explainTimeout(ctx, err))
	}
}
