package costexplorer

// The filters, which the data sources of rows and the summaries share.

import (
	"context"
	"iter"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// readTimeout bounds a whole read. It leaves room for millions of rows; each
// request has its own, shorter bound (request_timeout).
const readTimeout = time.Hour

func commonAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"account_ids":        tfkit.OptionalStrings("Only rows of these accounts."),
		"service_categories": tfkit.OptionalStrings("Only rows of these service categories, such as `COMPUTE`."),
		"billing_item_ids":   tfkit.OptionalStrings("Only rows of these billing items, such as `VIRTUAL_SERVER`."),
		"regions":            tfkit.OptionalStrings("Only rows of these regions, such as `kr-west1`."),
		"resource_name":      tfkit.OptionalString("Only rows of resources with this name. The vendor does not state whether part of a name is enough."),
		"contract_id":        tfkit.OptionalString("Only rows of this contract, such as `C002612775`."),
	}
}

func billAttributes() map[string]schema.Attribute {
	attributes := commonAttributes()
	maps.Copy(attributes, map[string]schema.Attribute{
		"start_year_month": tfkit.OptionalString("First month as `YYYY-MM`. The vendor does not state which month the service uses if this is omitted.", tfkit.Month()),
		"end_year_month":   tfkit.OptionalString("Last month as `YYYY-MM`.", tfkit.Month()),
		"order_status":     tfkit.OptionalString("Only rows with this order status code, such as `04`."),
		"bill_year_month":  tfkit.OptionalString("Only bills of this month, as `YYYY-MM`.", tfkit.Month()),
		"bill_state":       tfkit.OptionalString("Only bills in this state. The vendor's examples show only `USED`."),
	})
	return attributes
}

func usageAttributes() map[string]schema.Attribute {
	attributes := commonAttributes()
	maps.Copy(attributes, map[string]schema.Attribute{
		"start_date":     tfkit.OptionalString("First day as `YYYY-MM-DD`. The vendor does not state which day the service uses if this is omitted.", tfkit.Date()),
		"end_date":       tfkit.OptionalString("Last day as `YYYY-MM-DD`.", tfkit.Date()),
		"order_statuses": tfkit.OptionalStrings("Only rows with these order status codes, such as `04`."),
	})
	return attributes
}

// billPages reads the bills that match the filters.
func billPages(ctx context.Context, r *tfkit.Reading) iter.Seq2[scp.Page[scp.Bill], error] {
	filter := scp.BillFilter{RowFilter: scp.RowFilter{WithCount: true}}
	r.Into(&filter)
	return r.Client.ListBills(ctx, filter)
}

// usagePages reads the usages that match the filters.
func usagePages(ctx context.Context, r *tfkit.Reading) iter.Seq2[scp.Page[scp.Usage], error] {
	filter := scp.UsageFilter{RowFilter: scp.RowFilter{WithCount: true}}
	r.Into(&filter)
	return r.Client.ListUsages(ctx, filter)
}
