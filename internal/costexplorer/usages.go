package costexplorer

// Usages: what a usage consists of, and the data sources of usages and of their sums.

import (
	"fmt"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// NewUsagesDataSource returns the data source of usages.
func NewUsagesDataSource() datasource.DataSource { return rowsSource(&usages) }

// NewUsageSummaryDataSource returns the data source of sums over usages.
func NewUsageSummaryDataSource() datasource.DataSource { return summarySource(&usages) }

var usages = table[scp.Usage]{
	one: "usage", many: "usages",
	rowsDescription: "Reads usages: one row for each resource and day. All pages are read, and each amount is the exact string that the service returned. " +
		"For sums, use `scpbilling_usage_summary`, which reads any number of usages.",
	summaryDescription: "Sums any number of usages, grouped by any of their attributes.\n\n" +
		descriptionSums + "The vendor states no sign convention; amounts are summed unchanged.",
	filters: usageAttributes, pages: usagePages, period: tfkit.Period{First: "start_date", Last: "end_date"},
	timezone: "Time zone of `usage_date`, such as `Asia/Seoul`. Null if the service does not return one.",
	id:       func(r *scp.Usage) *string { return r.ID },
	strings: []stringColumn[scp.Usage]{
		{name: "account_id", description: descriptionAccount, get: func(r *scp.Usage) *string { return r.AccountID }},
		{name: "service_category", description: descriptionCategory, get: func(r *scp.Usage) *string { return r.ServiceCategory }},
		{name: "billing_item_id", description: descriptionItem, get: func(r *scp.Usage) *string { return r.BillingItemID }},
		{name: "ccbs_product_code", description: "Product code of the billing system, such as `PD00013862`.", get: func(r *scp.Usage) *string { return r.CCBSProductCode }},
		{name: "resource_id", description: descriptionResource, get: func(r *scp.Usage) *string { return r.ResourceID }},
		{name: "contract_id", description: descriptionContract, get: func(r *scp.Usage) *string { return r.ContractID }},
		{name: "order_status", description: descriptionOrder, get: func(r *scp.Usage) *string { return (*string)(r.OrderStatus) }},
		{name: "usage_date", description: "Day of usage, as returned by the service, such as `2024-08-01T00:00:00`, local to `timezone`.", get: func(r *scp.Usage) *string { return r.UsageDate }},
		{name: "status_code", description: "Status code of the row, such as `0`. The vendor does not list the codes.", get: func(r *scp.Usage) *string { return r.StatusCode }},
	},
	derived: []stringColumn[scp.Usage]{
		{name: "usage_month", description: "Month of `usage_date` as `YYYY-MM`.", get: usageMonth, check: checkUsageMonth},
	},
	amounts: []amountColumn[scp.Usage]{
		{"amounts", descriptionAmounts, func(r *scp.Usage) *scp.Amount { return r.Amounts }},
	},
}

var usageDatePattern = regexp.MustCompile(`^\d{4}-(0[1-9]|1[0-2])-`)

const monthLength = len("2026-01")

// usageMonth is the month of the usage date, null when that is null. It needs
// checkUsageMonth before it.
func usageMonth(r *scp.Usage) *string {
	if r.UsageDate == nil {
		return nil
	}
	month := (*r.UsageDate)[:monthLength]
	return &month
}

func checkUsageMonth(r *scp.Usage) error {
	if r.UsageDate != nil && !usageDatePattern.MatchString(*r.UsageDate) {
		return fmt.Errorf("usage_date: %.60q does not begin with a date in the form YYYY-MM-DD", *r.UsageDate)
	}
	return nil
}
