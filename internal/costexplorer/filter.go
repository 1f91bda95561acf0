package costexplorer

// The filters, which the data sources of rows and the summaries share.

import (
	"context"
	"iter"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// readTimeout bounds a whole read. It leaves room for millions of rows; each
// request has its own, shorter bound (request_timeout).
const readTimeout = time.Hour

// filter are the arguments that choose rows.
type filter[R any] interface {
	pages(ctx context.Context, client *scp.Client, sort string, diags *diag.Diagnostics) iter.Seq2[scp.Page[R], error]
}

// open returns the pages that match the filters.
func (t *table[R]) open(ctx context.Context, r *tfkit.Reading, m filter[R], sort string) iter.Seq2[scp.Page[R], error] {
	return complete(m.pages(ctx, r.Client, sort, r.Diags), t)
}

// commonFilter are the filters that bills and usages share.
type commonFilter struct {
	AccountIDs        types.Set    `tfsdk:"account_ids"`
	ServiceCategories types.Set    `tfsdk:"service_categories"`
	BillingItemIDs    types.Set    `tfsdk:"billing_item_ids"`
	Regions           types.Set    `tfsdk:"regions"`
	ResourceName      types.String `tfsdk:"resource_name"`
	ContractID        types.String `tfsdk:"contract_id"`
}

// billFilter are the filters of listBills.
type billFilter struct {
	commonFilter

	StartYearMonth types.String `tfsdk:"start_year_month"`
	EndYearMonth   types.String `tfsdk:"end_year_month"`
	OrderStatus    types.String `tfsdk:"order_status"`
	BillYearMonth  types.String `tfsdk:"bill_year_month"`
	BillState      types.String `tfsdk:"bill_state"`
}

// usageFilter are the filters of listUsages.
type usageFilter struct {
	commonFilter

	StartDate     types.String `tfsdk:"start_date"`
	EndDate       types.String `tfsdk:"end_date"`
	OrderStatuses types.Set    `tfsdk:"order_statuses"`
}

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

// pages reads the bills that match the filters.
func (f *billFilter) pages(ctx context.Context, client *scp.Client, sort string, diags *diag.Diagnostics) iter.Seq2[scp.Page[scp.Bill], error] {
	return client.ListBills(ctx, scp.BillFilter{
		StartYearMonth:    f.StartYearMonth.ValueString(),
		EndYearMonth:      f.EndYearMonth.ValueString(),
		AccountIDs:        tfkit.Strings(ctx, f.AccountIDs, nil, diags),
		ServiceCategories: tfkit.Strings(ctx, f.ServiceCategories, nil, diags),
		BillingItemIDs:    tfkit.Strings(ctx, f.BillingItemIDs, nil, diags),
		Regions:           tfkit.Strings(ctx, f.Regions, nil, diags),
		ResourceName:      f.ResourceName.ValueString(),
		ContractID:        f.ContractID.ValueString(),
		OrderStatus:       f.OrderStatus.ValueString(),
		BillYearMonth:     f.BillYearMonth.ValueString(),
		BillState:         f.BillState.ValueString(),
		Sort:              sort,
		WithCount:         true,
	})
}

// pages reads the usages that match the filters.
func (f *usageFilter) pages(ctx context.Context, client *scp.Client, sort string, diags *diag.Diagnostics) iter.Seq2[scp.Page[scp.Usage], error] {
	return client.ListUsages(ctx, scp.UsageFilter{
		StartDate:         f.StartDate.ValueString(),
		EndDate:           f.EndDate.ValueString(),
		AccountIDs:        tfkit.Strings(ctx, f.AccountIDs, nil, diags),
		ServiceCategories: tfkit.Strings(ctx, f.ServiceCategories, nil, diags),
		BillingItemIDs:    tfkit.Strings(ctx, f.BillingItemIDs, nil, diags),
		Regions:           tfkit.Strings(ctx, f.Regions, nil, diags),
		OrderStatuses:     tfkit.Strings(ctx, f.OrderStatuses, nil, diags),
		ResourceName:      f.ResourceName.ValueString(),
		ContractID:        f.ContractID.ValueString(),
		Sort:              sort,
		WithCount:         true,
	})
}
