package scp

// The CostExplorer service: bills, usages and payments (NOTES section 8).

import (
	"context"
	"errors"
	"iter"
)

var errNotReady = errors.New("not ready")

// Amount is an amount in won and in dollars, each the exact decimal text that
// the service sent, nil when null or absent.
type Amount struct{ KRW, USD *string }

// Page is one page of rows.
type Page[T any] struct {
	Rows []T
	// Count is the number of rows over all pages, nil when not told.
	Count *int64
	// Timezone is the zone of usage dates, nil when not told.
	Timezone *string
}

// BillFilter narrows ListBills; empty fields are not sent.
type BillFilter struct {
	// Months are YYYY-MM.
	StartYearMonth, EndYearMonth                           string
	AccountIDs, ServiceCategories, BillingItemIDs, Regions []string
	ResourceName, ContractID, OrderStatus                  string
	BillYearMonth, BillState                               string
	// Sort is field:direction.
	Sort string
	// WithCount asks for the number of rows over all pages.
	WithCount bool
	// Limit is the page size; 0 is 500.
	Limit int
}

// UsageFilter narrows ListUsages; empty fields are not sent.
type UsageFilter struct {
	// Dates are YYYY-MM-DD.
	StartDate, EndDate                                                    string
	AccountIDs, ServiceCategories, BillingItemIDs, Regions, OrderStatuses []string
	ResourceName, ContractID                                              string
	// Sort is field:direction.
	Sort string
	// WithCount asks for the number of rows over all pages.
	WithCount bool
	// Limit is the page size; 0 is 500.
	Limit int
}

// Bill is the bill of one resource in one month. Null stays nil.
type Bill struct {
	ID                                              *string
	Amounts, DiscountAmounts                        *Amount
	Asset, Operation, Option                        *Amount
	SupportPlan, CancellationFee, PlannedCompute    *Amount
	MSPDiscount, NewBusinessDiscount, SalesDiscount *Amount
	SLADiscount, ResellerDiscount                   *Amount
	AccountCostSavings, ProjectCostSavings          *Amount
	AccountCredit, ProjectCredit, EDP               *Amount
	AccountID, ServiceCategory, BillingItemID       *string
	ResourceID, ResourceName, Region, ContractID    *string
	// OrderStatus is open text; a list is joined with commas.
	OrderStatus, BillYearMonth, BillState *string
}

// Usage is the cost of one resource on one day. Null stays nil.
type Usage struct {
	ID, AccountID, ServiceCategory, BillingItemID *string
	CCBSProductCode, ResourceID, ContractID       *string
	// OrderStatus is open text; a list is joined with commas.
	OrderStatus *string
	// UsageDate is local to Page.Timezone.
	UsageDate *string
	Amounts   *Amount
	// StatusCode is open text; a number is kept as its text.
	StatusCode *string
}

// Payment is the payment of one payer account for one month. Null stays nil.
type Payment struct {
	PayerAccountID, PayerAccountName, PayerAccountType *string
	BillYearMonth, UsedYearMonth, PaymentDate          *string
	BillCurrency, PaymentCurrency, PaymentState        *string
	BillAmount, UsedAmount, UnpaidAmount, PaidAmount   *Amount
	AccumulatedUnpaidAmount                            *Amount
	SuspendedYearMonth                                 *string
}

// ListBills yields the pages of bills. It holds one page at a time and ends
// after the first error.
func (c *Client) ListBills(ctx context.Context, filter BillFilter) iter.Seq2[Page[Bill], error] {
	return func(yield func(Page[Bill], error) bool) { yield(Page[Bill]{}, errNotReady) }
}

// ListUsages yields the pages of usages. It holds one page at a time and ends
// after the first error.
func (c *Client) ListUsages(ctx context.Context, filter UsageFilter) iter.Seq2[Page[Usage], error] {
	return func(yield func(Page[Usage], error) bool) { yield(Page[Usage]{}, errNotReady) }
}

// ShowPaymentMonthly yields the monthly payments of all pages.
func (c *Client) ShowPaymentMonthly(ctx context.Context) iter.Seq2[*Payment, error] {
	return func(yield func(*Payment, error) bool) { yield(nil, errNotReady) }
}
