package costexplorer

// What bills and usages consist of. Schemas, rows and summaries are
// made from one table, so that an attribute cannot be in one of them only.

import (
	"cmp"
	"context"
	"iter"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// table describes rows, of type Bill or Usage, and their two data sources.
type table[R any] struct {
	// one and many name the rows in messages. many is also the data source of rows, and its
	// attribute with them.
	one, many string
	// rowsDescription and summaryDescription begin the documentation of them.
	rowsDescription, summaryDescription string
	// filters are the arguments of both, pages reads the rows that match them, and period
	// names those that hold a first and a last time.
	filters func() map[string]schema.Attribute
	pages   func(ctx context.Context, r *tfkit.Reading) iter.Seq2[scp.Page[R], error]
	period  tfkit.Period
	// timezone describes the attribute for the time zone of the pages; empty for none.
	timezone string
	id       func(*R) *string
	// strings are those besides the id.
	strings []stringColumn[R]
	// derived are attributes that a summary can group by and that no row has.
	derived []stringColumn[R]
	amounts []amountColumn[R]
}

type stringColumn[R any] struct {
	name, description string
	get               func(*R) *string
	// check refuses a value that cannot be used for grouping; nil takes any.
	check func(*R) error
}

type amountColumn[R any] struct {
	name, description string
	get               func(*R) *scp.Amount
}

// summary is the name of the data source of sums, without the provider's.
func (t *table[R]) summary() string { return t.one + "_summary" }

// groupable are the attributes that a summary can group by, sorted by name.
func (t *table[R]) groupable() []stringColumn[R] {
	columns := slices.Concat(t.strings, t.derived)
	slices.SortFunc(columns, func(a, b stringColumn[R]) int { return cmp.Compare(a.name, b.name) })
	return columns
}

// rowAttributes is the schema of one row.
func (t *table[R]) rowAttributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{"id": tfkit.ComputedString("Identifier of the row.")}
	for _, column := range t.strings {
		attributes[column.name] = tfkit.ComputedString(column.description)
	}
	for _, column := range t.amounts {
		attributes[column.name] = tfkit.ComputedAmount(column.description)
	}
	return attributes
}

// Descriptions of what bills and usages have in common.
const (
	descriptionAccount  = "Account."
	descriptionCategory = "Service category, such as `COMPUTE`."
	descriptionItem     = "Billing item, such as `VIRTUAL_SERVER`."
	descriptionResource = "Identifier of the resource, as returned by the service: with or without hyphens."
	descriptionContract = "Identifier of the contract in the billing system, such as `C002612775`."
	descriptionOrder    = "Order status code of the billing system, such as `04`. The vendor does not list the codes. If a row has several, they are joined with commas, as in `04,05`."
	descriptionAmounts  = "Total amount."
)
