package scp

// The CostExplorer service: bills, usages and payments (NOTES section 8).

import (
	"cmp"
	"context"
	"iter"
	"net/url"
	"strconv"
)

// Amount is an amount in won and in dollars, each the exact decimal string that
// the service sent, nil when null or absent.
type Amount struct {
	KRW *string `json:"krw"`
	USD *string `json:"usd"`
}

// Page is one page of rows.
type Page[T any] struct {
	Rows []T
	// Count is the number of rows over all pages, nil when not given.
	Count *int64
	// Timezone is the zone of usage dates, nil when not given.
	Timezone *string
}

// RowFilter has what narrows both ListBills and ListUsages; empty fields are not sent.
type RowFilter struct {
	AccountIDs        []string `query:"account_id"`
	ServiceCategories []string `query:"service_category"`
	BillingItemIDs    []string `query:"billing_item_id"`
	Regions           []string `query:"region"`
	ResourceName      string   `query:"resource_name"`
	ContractID        string   `query:"contract_id"`
	// Sort is field:direction.
	Sort string `query:"sort"`
	// WithCount asks for the number of rows over all pages.
	WithCount bool `query:"with_count"`
}

// BillFilter narrows ListBills; empty fields are not sent.
type BillFilter struct {
	RowFilter

	// Months are YYYY-MM.
	StartYearMonth string `query:"start_year_month"`
	EndYearMonth   string `query:"end_year_month"`
	BillYearMonth  string `query:"bill_year_month"`
	OrderStatus    string `query:"order_status"`
	BillState      string `query:"bill_state"`
}

// UsageFilter narrows ListUsages; empty fields are not sent.
type UsageFilter struct {
	RowFilter

	// Dates are YYYY-MM-DD.
	StartDate     string   `query:"start_date"`
	EndDate       string   `query:"end_date"`
	OrderStatuses []string `query:"order_status"`
	// Limit is the page size; 0 is defaultRowsLimit.
	Limit int
}

// Bill is the bill of one resource in one month. Null stays nil.
type Bill struct {
	ID                  *string `json:"id"`
	Amounts             *Amount `json:"amounts"`
	DiscountAmounts     *Amount `json:"discount_amounts"`
	Asset               *Amount `json:"asset"`
	Operation           *Amount `json:"operation"`
	Option              *Amount `json:"option"`
	SupportPlan         *Amount `json:"support_plan"`
	CancellationFee     *Amount `json:"cancellation_fee"`
	PlannedCompute      *Amount `json:"planned_compute"`
	MSPDiscount         *Amount `json:"msp_discount"`
	NewBusinessDiscount *Amount `json:"new_business_discount"`
	SalesDiscount       *Amount `json:"sales_discount"`
	SLADiscount         *Amount `json:"sla_discount"`
	ResellerDiscount    *Amount `json:"reseller_discount"`
	AccountCostSavings  *Amount `json:"account_cost_savings"`
	ProjectCostSavings  *Amount `json:"project_cost_savings"`
	AccountCredit       *Amount `json:"account_credit"`
	ProjectCredit       *Amount `json:"project_credit"`
	EDP                 *Amount `json:"edp"`
	AccountID           *string `json:"account_id"`
	ServiceCategory     *string `json:"service_category"`
	BillingItemID       *string `json:"billing_item_id"`
	ResourceID          *string `json:"resource_id"`
	ResourceName        *string `json:"resource_name"`
	Region              *string `json:"region"`
	ContractID          *string `json:"contract_id"`
	// OrderStatus is any string; a list is joined with commas.
	OrderStatus   *JoinedString `json:"order_status"`
	BillYearMonth *string       `json:"bill_year_month"`
	BillState     *string       `json:"bill_state"`
}

// Usage is the cost of one resource on one day. Null stays nil.
type Usage struct {
	ID              *string `json:"id"`
	AccountID       *string `json:"account_id"`
	ServiceCategory *string `json:"service_category"`
	BillingItemID   *string `json:"billing_item_id"`
	CCBSProductCode *string `json:"ccbs_product_code"`
	ResourceID      *string `json:"resource_id"`
	ContractID      *string `json:"contract_id"`
	// OrderStatus is any string; a list is joined with commas.
	OrderStatus *JoinedString `json:"order_status"`
	// UsageDate is local to Page.Timezone.
	UsageDate *string `json:"usage_date"`
	Amounts   *Amount `json:"amounts"`
	// StatusCode is any string; a number is kept as a string.
	StatusCode *string `json:"status_code"`
}

// Payment is the payment of one payer account for one month. Null stays nil.
type Payment struct {
	PayerAccountID          *string `json:"payer_account_id"`
	PayerAccountName        *string `json:"payer_account_name"`
	PayerAccountType        *string `json:"payer_account_type"`
	BillYearMonth           *string `json:"bill_year_month"`
	UsedYearMonth           *string `json:"used_year_month"`
	PaymentDate             *string `json:"payment_date"`
	BillCurrency            *string `json:"bill_currency"`
	PaymentCurrency         *string `json:"payment_currency"`
	PaymentState            *string `json:"payment_state"`
	BillAmount              *Amount `json:"bill_amount"`
	UsedAmount              *Amount `json:"used_amount"`
	UnpaidAmount            *Amount `json:"unpaid_amount"`
	PaidAmount              *Amount `json:"paid_amount"`
	AccumulatedUnpaidAmount *Amount `json:"accumulated_unpaid_amount"`
	SuspendedYearMonth      *string `json:"suspended_year_month"`
}

// defaultRowsLimit is the page size of bills and usages, unless asked for another.
const defaultRowsLimit = 500

// ListBills yields the pages of bills. It holds one page at a time and ends
// after the first error.
func (c *Client) ListBills(ctx context.Context, filter BillFilter) iter.Seq2[Page[Bill], error] {
	return listRows[Bill](ctx, c, "listBills", "bills", queryOf(filter), defaultRowsLimit)
}

// ListUsages yields the pages of usages. It holds one page at a time and ends
// after the first error.
func (c *Client) ListUsages(ctx context.Context, filter UsageFilter) iter.Seq2[Page[Usage], error] {
	return listRows[Usage](ctx, c, "listUsages", "usages", queryOf(filter), cmp.Or(filter.Limit, defaultRowsLimit))
}

// ShowPaymentMonthly yields the monthly payments of all pages. It ends after
// the first error. shortfall may be nil.
func (c *Client) ShowPaymentMonthly(ctx context.Context, shortfall Shortfall) iter.Seq2[*Payment, error] {
	list := numberedList[Payment]{
		operation: "showPaymentMonthly", service: ServiceCostExplorer, path: "/v1/payments/monthly", filter: url.Values{},
		rows: "payments", size: "size", first: 1, key: rowKey[Payment], shortfall: shortfall,
	}
	return list.pages(ctx, c)
}

// listRows yields the pages of a list that is paged by markers. name is that of the list in
// the path and in a response.
func listRows[T any](ctx context.Context, c *Client, operation, name string, filter url.Values, limit int) iter.Seq2[Page[T], error] {
	filter.Set("limit", strconv.Itoa(limit))
	path := "/v1/" + name
	return markerPages(operation, path, func(marker string) (page listPage[T], next string, err error) {
		err = c.get(ctx, ServiceCostExplorer, operation, path, with(filter, "marker", marker), func(body []byte) (err error) {
			if page, err = decodePage[T](body, name); err == nil {
				next, err = nextMarker(page.links)
			}
			return err
		})
		return page, next, err
	})
}
