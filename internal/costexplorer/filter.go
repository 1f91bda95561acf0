package costexplorer

// The filters, which the data sources of rows and the summaries share.

import (
	"context"
	"iter"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
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

// open reads the configuration into m and opens the pages that match it, in the order
// that sort gives once the configuration is read. There are none with an error in
// diags. The context has the deadline of the whole read; done releases it.
func (t *table[R]) open(
	ctx context.Context, data *tfkit.ProviderData, req datasource.ReadRequest, diags *diag.Diagnostics, m filter[R], sort func() string,
) (_ context.Context, pages iter.Seq2[scp.Page[R], error], done func()) {
	diags.Append(req.Config.Get(ctx, m)...)
	if diags.HasError() {
		return ctx, nil, func() {}
	}
	client, ok := data.Client(diags, "list "+t.many)
	if !ok {
		return ctx, nil, func() {}
	}
	ctx, done = context.WithTimeout(ctx, readTimeout)
	return ctx, complete(m.pages(ctx, client, sort(), diags), t), done
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
		"account_ids":        tfkit.OptionalTexts("Only rows of these accounts."),
		"service_categories": tfkit.OptionalTexts("Only rows of these service categories, such as `COMPUTE`."),
		"billing_item_ids":   tfkit.OptionalTexts("Only rows of these billing items, such as `VIRTUAL_SERVER`."),
		"regions":            tfkit.OptionalTexts("Only rows of these regions, such as `kr-west1`."),
		"resource_name":      tfkit.OptionalText("Only rows of resources with this name. The vendor does not state whether part of a name is enough."),
		"contract_id":        tfkit.OptionalText("Only rows of this contract, such as `C002612775`."),
	}
}

func billAttributes() map[string]schema.Attribute {
	attributes := commonAttributes()
	maps.Copy(attributes, map[string]schema.Attribute{
		"start_year_month": tfkit.OptionalText("First month as `YYYY-MM`. The vendor does not state which month the service uses if this is omitted.", tfkit.Month()),
		"end_year_month":   tfkit.OptionalText("Last month as `YYYY-MM`.", tfkit.Month()),
		"order_status":     tfkit.OptionalText("Only rows with this order status code, such as `04`."),
		"bill_year_month":  tfkit.OptionalText("Only bills of this month, as `YYYY-MM`.", tfkit.Month()),
		"bill_state":       tfkit.OptionalText("Only bills in this state. The vendor's examples show only `USED`."),
	})
	return attributes
}

func usageAttributes() map[string]schema.Attribute {
	attributes := commonAttributes()
	maps.Copy(attributes, map[string]schema.Attribute{
		"start_date":     tfkit.OptionalText("First day as `YYYY-MM-DD`. The vendor does not state which day the service uses if this is omitted.", tfkit.Date()),
		"end_date":       tfkit.OptionalText("Last day as `YYYY-MM-DD`.", tfkit.Date()),
		"order_statuses": tfkit.OptionalTexts("Only rows with these order status codes, such as `04`."),
	})
	return attributes
}

// pages reads the bills that match the filters.
func (f *billFilter) pages(ctx context.Context, client *scp.Client, sort string, diags *diag.Diagnostics) iter.Seq2[scp.Page[scp.Bill], error] {
	return client.ListBills(ctx, scp.BillFilter{
		StartYearMonth:    f.StartYearMonth.ValueString(),
		EndYearMonth:      f.EndYearMonth.ValueString(),
		AccountIDs:        tfkit.Texts(ctx, f.AccountIDs, nil, diags),
		ServiceCategories: tfkit.Texts(ctx, f.ServiceCategories, nil, diags),
		BillingItemIDs:    tfkit.Texts(ctx, f.BillingItemIDs, nil, diags),
		Regions:           tfkit.Texts(ctx, f.Regions, nil, diags),
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
		AccountIDs:        tfkit.Texts(ctx, f.AccountIDs, nil, diags),
		ServiceCategories: tfkit.Texts(ctx, f.ServiceCategories, nil, diags),
		BillingItemIDs:    tfkit.Texts(ctx, f.BillingItemIDs, nil, diags),
		Regions:           tfkit.Texts(ctx, f.Regions, nil, diags),
		OrderStatuses:     tfkit.Texts(ctx, f.OrderStatuses, nil, diags),
		ResourceName:      f.ResourceName.ValueString(),
		ContractID:        f.ContractID.ValueString(),
		Sort:              sort,
		WithCount:         true,
	})
}
