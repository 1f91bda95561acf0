package costexplorer

// What a bill and a usage consist of. Schema, rows and summaries are made from
// these tables, so that an attribute cannot be in one of them only.

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

// table describes the rows of one kind, Bill or Usage.
type table[R any] struct {
	// one and many name the rows in messages.
	one, many string
	id        func(*R) *string
	texts     []textColumn[R]
	// derived are attributes that a summary can group by and that no row has.
	derived []textColumn[R]
	amounts []amountColumn[R]
}

type textColumn[R any] struct {
	name, description string
	get               func(*R) *string
	// check refuses a value that cannot be used for grouping; nil takes any.
	check func(*R) error
}

type amountColumn[R any] struct {
	name, description string
	get               func(*R) *scp.Amount
}

// groupable are the attributes that a summary can group by, sorted by name: all
// texts but the id, and the derived ones.
func (t *table[R]) groupable() []textColumn[R] {
	columns := slices.DeleteFunc(slices.Concat(t.texts, t.derived), func(c textColumn[R]) bool { return c.name == "id" })
	slices.SortFunc(columns, func(a, b textColumn[R]) int { return cmp.Compare(a.name, b.name) })
	return columns
}

// rowAttributes is the schema of one row.
func (t *table[R]) rowAttributes() map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{}
	for _, column := range t.texts {
		attributes[column.name] = schema.StringAttribute{Computed: true, MarkdownDescription: column.description}
	}
	for _, column := range t.amounts {
		attributes[column.name] = amountAttribute(column.description)
	}
	return attributes
}

// amountAttribute is the schema of a {krw, usd}.
func amountAttribute(description string) schema.Attribute {
	return schema.SingleNestedAttribute{
		Computed: true, MarkdownDescription: description,
		Attributes: map[string]schema.Attribute{
			"krw": schema.StringAttribute{Computed: true, MarkdownDescription: "Amount in KRW, exact decimal text."},
			"usd": schema.StringAttribute{Computed: true, MarkdownDescription: "Amount in USD, exact decimal text."},
		},
	}
}

// Descriptions of what bills and usages have in common.
const (
	descriptionID        = "Identifier of the row."
	descriptionAccount   = "Account."
	descriptionCategory  = "Service category, such as `COMPUTE`."
	descriptionItem      = "Billing item, such as `VIRTUAL_SERVER`."
	descriptionResource  = "Identifier of the resource, as sent: with or without hyphens."
	descriptionContract  = "Identifier of the contract in the billing system, such as `C002612775`."
	descriptionOrder     = "Order status code of the billing system, such as `04`. The vendor does not list the codes. If a row has several, they are joined with commas, as in `04,05`."
	descriptionAmounts   = "Total amount."
	descriptionUsageDate = "Day of usage as the service writes it, such as `2024-08-01T00:00:00`, local to `timezone`."
)

var bills = table[scp.Bill]{
	one: "bill", many: "bills",
	id: func(r *scp.Bill) *string { return r.ID },
	texts: []textColumn[scp.Bill]{
		{name: "id", description: descriptionID, get: func(r *scp.Bill) *string { return r.ID }},
		{name: "account_id", description: descriptionAccount, get: func(r *scp.Bill) *string { return r.AccountID }},
		{name: "service_category", description: descriptionCategory, get: func(r *scp.Bill) *string { return r.ServiceCategory }},
		{name: "billing_item_id", description: descriptionItem, get: func(r *scp.Bill) *string { return r.BillingItemID }},
		{name: "resource_id", description: descriptionResource, get: func(r *scp.Bill) *string { return r.ResourceID }},
		{name: "resource_name", description: "Name of the resource.", get: func(r *scp.Bill) *string { return r.ResourceName }},
		{name: "region", description: "Region of the resource.", get: func(r *scp.Bill) *string { return r.Region }},
		{name: "contract_id", description: descriptionContract, get: func(r *scp.Bill) *string { return r.ContractID }},
		{name: "order_status", description: descriptionOrder, get: func(r *scp.Bill) *string { return r.OrderStatus }},
		{name: "bill_year_month", description: "Month of the bill as `YYYY-MM`.", get: func(r *scp.Bill) *string { return r.BillYearMonth }},
		{name: "bill_state", description: "State of the bill. The vendor shows `USED` only.", get: func(r *scp.Bill) *string { return r.BillState }},
	},
	amounts: []amountColumn[scp.Bill]{
		{"amounts", descriptionAmounts, func(r *scp.Bill) *scp.Amount { return r.Amounts }},
		{"discount_amounts", "Total of the discounts.", func(r *scp.Bill) *scp.Amount { return r.DiscountAmounts }},
		{"asset", "Part for assets.", func(r *scp.Bill) *scp.Amount { return r.Asset }},
		{"operation", "Part for operation.", func(r *scp.Bill) *scp.Amount { return r.Operation }},
		{"option", "Part for options.", func(r *scp.Bill) *scp.Amount { return r.Option }},
		{"support_plan", "Part for the support plan.", func(r *scp.Bill) *scp.Amount { return r.SupportPlan }},
		{"cancellation_fee", "Part for cancelled contracts.", func(r *scp.Bill) *scp.Amount { return r.CancellationFee }},
		{"planned_compute", "Part for planned computes.", func(r *scp.Bill) *scp.Amount { return r.PlannedCompute }},
		{"msp_discount", "Discount of the managed service provider.", func(r *scp.Bill) *scp.Amount { return r.MSPDiscount }},
		{"new_business_discount", "Discount for new business.", func(r *scp.Bill) *scp.Amount { return r.NewBusinessDiscount }},
		{"sales_discount", "Sales discount.", func(r *scp.Bill) *scp.Amount { return r.SalesDiscount }},
		{"sla_discount", "Discount for a service level that was missed.", func(r *scp.Bill) *scp.Amount { return r.SLADiscount }},
		{"reseller_discount", "Discount of the reseller.", func(r *scp.Bill) *scp.Amount { return r.ResellerDiscount }},
		{"account_cost_savings", "Cost savings of the account.", func(r *scp.Bill) *scp.Amount { return r.AccountCostSavings }},
		{"project_cost_savings", "Cost savings of the project.", func(r *scp.Bill) *scp.Amount { return r.ProjectCostSavings }},
		{"account_credit", "Credit of the account.", func(r *scp.Bill) *scp.Amount { return r.AccountCredit }},
		{"project_credit", "Credit of the project.", func(r *scp.Bill) *scp.Amount { return r.ProjectCredit }},
		{"edp", "Amount under `edp`, as the API names it. The vendor does not explain it.", func(r *scp.Bill) *scp.Amount { return r.EDP }},
	},
}

var usages = table[scp.Usage]{
	one: "usage", many: "usages",
	id: func(r *scp.Usage) *string { return r.ID },
	texts: []textColumn[scp.Usage]{
		{name: "id", description: descriptionID, get: func(r *scp.Usage) *string { return r.ID }},
		{name: "account_id", description: descriptionAccount, get: func(r *scp.Usage) *string { return r.AccountID }},
		{name: "service_category", description: descriptionCategory, get: func(r *scp.Usage) *string { return r.ServiceCategory }},
		{name: "billing_item_id", description: descriptionItem, get: func(r *scp.Usage) *string { return r.BillingItemID }},
		{name: "ccbs_product_code", description: "Product code of the billing system, such as `PD00013862`.", get: func(r *scp.Usage) *string { return r.CCBSProductCode }},
		{name: "resource_id", description: descriptionResource, get: func(r *scp.Usage) *string { return r.ResourceID }},
		{name: "contract_id", description: descriptionContract, get: func(r *scp.Usage) *string { return r.ContractID }},
		{name: "order_status", description: descriptionOrder, get: func(r *scp.Usage) *string { return r.OrderStatus }},
		{name: "usage_date", description: descriptionUsageDate, get: func(r *scp.Usage) *string { return r.UsageDate }},
		{name: "status_code", description: "Status code of the row, such as `0`. The vendor does not list the codes.", get: func(r *scp.Usage) *string { return r.StatusCode }},
	},
	derived: []textColumn[scp.Usage]{
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
		return fmt.Errorf("usage_date: %.60q does not begin with a day as YYYY-MM-DD", *r.UsageDate)
	}
	return nil
}
