package costexplorer

// Bills: what a bill consists of, and the data sources of bills and of their sums.

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// NewBillsDataSource returns the data source of bills.
func NewBillsDataSource() datasource.DataSource { return rowsSource(&bills) }

// NewBillSummaryDataSource returns the data source of sums over bills.
func NewBillSummaryDataSource() datasource.DataSource { return summarySource(&bills) }

// descriptionSigns is what a reader of bills must know about discounts.
const descriptionSigns = "The vendor states no sign convention: it is unknown whether discounts and credits are positive or negative, and how the components add up to the totals. Amounts are passed on unchanged."

var bills = table[scp.Bill]{
	one: "bill", many: "bills",
	rowsDescription: "Reads bills: one row for each resource and month, with all components and discounts. All pages are read, and each amount is the exact string that the service returned. " +
		"For sums, use `scpbilling_bill_summary`, which reads any number of bills.\n\n" + descriptionSigns,
	summaryDescription: "Sums any number of bills, grouped by any of their attributes.\n\n" +
		descriptionSums + descriptionSigns + " Sums are taken over the unchanged amounts, so check the signs in your own bills before you add different kinds of amounts together.",
	filters: billAttributes, pages: billPages, period: tfkit.Period{First: "start_year_month", Last: "end_year_month"},
	id: func(r *scp.Bill) *string { return r.ID },
	strings: []stringColumn[scp.Bill]{
		{name: "account_id", description: descriptionAccount, get: func(r *scp.Bill) *string { return r.AccountID }},
		{name: "service_category", description: descriptionCategory, get: func(r *scp.Bill) *string { return r.ServiceCategory }},
		{name: "billing_item_id", description: descriptionItem, get: func(r *scp.Bill) *string { return r.BillingItemID }},
		{name: "resource_id", description: descriptionResource, get: func(r *scp.Bill) *string { return r.ResourceID }},
		{name: "resource_name", description: "Name of the resource.", get: func(r *scp.Bill) *string { return r.ResourceName }},
		{name: "region", description: "Region of the resource.", get: func(r *scp.Bill) *string { return r.Region }},
		{name: "contract_id", description: descriptionContract, get: func(r *scp.Bill) *string { return r.ContractID }},
		{name: "order_status", description: descriptionOrder, get: func(r *scp.Bill) *string { return (*string)(r.OrderStatus) }},
		{name: "bill_year_month", description: "Month of the bill as `YYYY-MM`.", get: func(r *scp.Bill) *string { return r.BillYearMonth }},
		{name: "bill_state", description: "State of the bill. The vendor's examples show only `USED`.", get: func(r *scp.Bill) *string { return r.BillState }},
	},
	amounts: []amountColumn[scp.Bill]{
		{"amounts", descriptionAmounts, func(r *scp.Bill) *scp.Amount { return r.Amounts }},
		{"discount_amounts", "Total of the discounts.", func(r *scp.Bill) *scp.Amount { return r.DiscountAmounts }},
		{"asset", "Component for assets.", func(r *scp.Bill) *scp.Amount { return r.Asset }},
		{"operation", "Component for operation.", func(r *scp.Bill) *scp.Amount { return r.Operation }},
		{"option", "Component for options.", func(r *scp.Bill) *scp.Amount { return r.Option }},
		{"support_plan", "Component for the support plan.", func(r *scp.Bill) *scp.Amount { return r.SupportPlan }},
		{"cancellation_fee", "Component for cancelled contracts.", func(r *scp.Bill) *scp.Amount { return r.CancellationFee }},
		{"planned_compute", "Component for planned computes.", func(r *scp.Bill) *scp.Amount { return r.PlannedCompute }},
		{"msp_discount", "Discount of the managed service provider.", func(r *scp.Bill) *scp.Amount { return r.MSPDiscount }},
		{"new_business_discount", "Discount for new business.", func(r *scp.Bill) *scp.Amount { return r.NewBusinessDiscount }},
		{"sales_discount", "Sales discount.", func(r *scp.Bill) *scp.Amount { return r.SalesDiscount }},
		{"sla_discount", "Discount for a missed service level.", func(r *scp.Bill) *scp.Amount { return r.SLADiscount }},
		{"reseller_discount", "Discount of the reseller.", func(r *scp.Bill) *scp.Amount { return r.ResellerDiscount }},
		{"account_cost_savings", "Cost savings of the account.", func(r *scp.Bill) *scp.Amount { return r.AccountCostSavings }},
		{"project_cost_savings", "Cost savings of the project.", func(r *scp.Bill) *scp.Amount { return r.ProjectCostSavings }},
		{"account_credit", "Credit of the account.", func(r *scp.Bill) *scp.Amount { return r.AccountCredit }},
		{"project_credit", "Credit of the project.", func(r *scp.Bill) *scp.Amount { return r.ProjectCredit }},
		{"edp", "The API's field `edp`, which the vendor does not explain.", func(r *scp.Bill) *scp.Amount { return r.EDP }},
	},
}
