package costexplorer

// The filters, which the data sources of rows and the summaries share.

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// readTimeout bounds a whole read. It leaves room for millions of rows; each
// request has its own, shorter bound (request_timeout).
const readTimeout = time.Hour

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

// several is the schema of a filter that takes any number of values.
func several(description string) schema.Attribute {
	return schema.SetAttribute{
		Optional: true, ElementType: types.StringType, MarkdownDescription: description,
		Validators: []validator.Set{
			// An empty set could mean everything or nothing; so it must be left out, or say something.
			setvalidator.SizeAtLeast(1), setvalidator.NoNullValues(), setvalidator.ValueStringsAre(tfkit.NotEmpty()),
		},
	}
}

// single is the schema of a filter that takes one value.
func single(description string, validators ...validator.String) schema.Attribute {
	return schema.StringAttribute{
		Optional: true, MarkdownDescription: description,
		Validators: append([]validator.String{tfkit.NotEmpty()}, validators...),
	}
}

func commonAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"account_ids":        several("Only rows of these accounts."),
		"service_categories": several("Only rows of these service categories, such as `COMPUTE`."),
		"billing_item_ids":   several("Only rows of these billing items, such as `VIRTUAL_SERVER`."),
		"regions":            several("Only rows of these regions, such as `kr-west1`."),
		"resource_name":      single("Only rows of resources with this name. Whether a part of a name is enough is not stated by the vendor."),
		"contract_id":        single("Only rows of this contract, such as `C002612775`."),
	}
}

func billAttributes() map[string]schema.Attribute {
	attributes := commonAttributes()
	maps.Copy(attributes, map[string]schema.Attribute{
		"start_year_month": single("First month as `YYYY-MM`. What the service takes when no month is given is not stated by the vendor.", tfkit.Month()),
		"end_year_month":   single("Last month as `YYYY-MM`.", tfkit.Month()),
		"order_status":     single("Only rows with this order status code, such as `04`."),
		"bill_year_month":  single("Only bills of this month, as `YYYY-MM`.", tfkit.Month()),
		"bill_state":       single("Only bills in this state. The vendor shows `USED` only."),
	})
	return attributes
}

func usageAttributes() map[string]schema.Attribute {
	attributes := commonAttributes()
	maps.Copy(attributes, map[string]schema.Attribute{
		"start_date":     single("First day as `YYYY-MM-DD`. What the service takes when no day is given is not stated by the vendor.", tfkit.Date()),
		"end_date":       single("Last day as `YYYY-MM-DD`.", tfkit.Date()),
		"order_statuses": several("Only rows with these order status codes, such as `04`."),
	})
	return attributes
}

// query makes the client's filter.
func (f *billFilter) query(ctx context.Context, diags *diag.Diagnostics) scp.BillFilter {
	return scp.BillFilter{
		StartYearMonth:    f.StartYearMonth.ValueString(),
		EndYearMonth:      f.EndYearMonth.ValueString(),
		AccountIDs:        texts(ctx, diags, f.AccountIDs),
		ServiceCategories: texts(ctx, diags, f.ServiceCategories),
		BillingItemIDs:    texts(ctx, diags, f.BillingItemIDs),
		Regions:           texts(ctx, diags, f.Regions),
		ResourceName:      f.ResourceName.ValueString(),
		ContractID:        f.ContractID.ValueString(),
		OrderStatus:       f.OrderStatus.ValueString(),
		BillYearMonth:     f.BillYearMonth.ValueString(),
		BillState:         f.BillState.ValueString(),
	}
}

// query makes the client's filter.
func (f *usageFilter) query(ctx context.Context, diags *diag.Diagnostics) scp.UsageFilter {
	return scp.UsageFilter{
		StartDate:         f.StartDate.ValueString(),
		EndDate:           f.EndDate.ValueString(),
		AccountIDs:        texts(ctx, diags, f.AccountIDs),
		ServiceCategories: texts(ctx, diags, f.ServiceCategories),
		BillingItemIDs:    texts(ctx, diags, f.BillingItemIDs),
		Regions:           texts(ctx, diags, f.Regions),
		OrderStatuses:     texts(ctx, diags, f.OrderStatuses),
		ResourceName:      f.ResourceName.ValueString(),
		ContractID:        f.ContractID.ValueString(),
	}
}

// texts are the values of a set, sorted, so that the same configuration always
// makes the same request. A null set has none.
func texts(ctx context.Context, diags *diag.Diagnostics, set types.Set) []string {
	if set.IsNull() {
		return nil
	}
	var values []string
	diags.Append(set.ElementsAs(ctx, &values, false)...)
	slices.Sort(values)
	return values
}
