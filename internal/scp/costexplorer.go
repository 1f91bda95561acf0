package scp

// The CostExplorer service: bills, usages and payments (NOTES section 8).

import (
	"context"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// Amount is an amount in won and in dollars, each the exact decimal string that
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

const (
	billsPath           = "/v1/bills"
	usagesPath          = "/v1/usages"
	paymentsPath        = "/v1/payments/monthly"
	defaultRowsLimit    = 500
	defaultPaymentsSize = 100
)

// ListBills yields the pages of bills. It holds one page at a time and ends
// after the first error.
func (c *Client) ListBills(ctx context.Context, filter BillFilter) iter.Seq2[Page[Bill], error] {
	q := query{}
	q.set("start_year_month", filter.StartYearMonth)
	q.set("end_year_month", filter.EndYearMonth)
	q.set("account_id", filter.AccountIDs...)
	q.set("service_category", filter.ServiceCategories...)
	q.set("billing_item_id", filter.BillingItemIDs...)
	q.set("region", filter.Regions...)
	q.set("resource_name", filter.ResourceName)
	q.set("contract_id", filter.ContractID)
	q.set("order_status", filter.OrderStatus)
	q.set("bill_year_month", filter.BillYearMonth)
	q.set("bill_state", filter.BillState)
	return listRows(ctx, c, rowList[Bill]{
		operation: "listBills", path: billsPath, rows: "bills", read: readBill,
	}, q, filter.Sort, filter.WithCount, filter.Limit)
}

// ListUsages yields the pages of usages. It holds one page at a time and ends
// after the first error.
func (c *Client) ListUsages(ctx context.Context, filter UsageFilter) iter.Seq2[Page[Usage], error] {
	q := query{}
	q.set("start_date", filter.StartDate)
	q.set("end_date", filter.EndDate)
	q.set("account_id", filter.AccountIDs...)
	q.set("service_category", filter.ServiceCategories...)
	q.set("billing_item_id", filter.BillingItemIDs...)
	q.set("region", filter.Regions...)
	q.set("order_status", filter.OrderStatuses...)
	q.set("resource_name", filter.ResourceName)
	q.set("contract_id", filter.ContractID)
	return listRows(ctx, c, rowList[Usage]{
		operation: "listUsages", path: usagesPath, rows: "usages", read: readUsage,
	}, q, filter.Sort, filter.WithCount, filter.Limit)
}

// ShowPaymentMonthly yields the monthly payments of all pages. It ends after
// the first error. shortfall may be nil.
func (c *Client) ShowPaymentMonthly(ctx context.Context, shortfall Shortfall) iter.Seq2[*Payment, error] {
	const operation = "showPaymentMonthly"
	return func(yield func(*Payment, error) bool) {
		texts := newTextPool()
		numberedPages(operation, paymentsPath, 1, defaultPaymentsSize, paymentKey,
			func(page int64) (got numberedPage[*Payment], err error) {
				q := query{}
				q.set("page", strconv.FormatInt(page, 10))
				q.set("size", strconv.Itoa(defaultPaymentsSize))
				err = c.do(ctx, &call{
					operation: operation, service: ServiceCostExplorer,
					method: http.MethodGet, path: paymentsPath, query: url.Values(q), repeat: repeatFreely, limit: maxPageBody,
					decode: func(body []byte) (err error) { got, err = decodePayments(body, texts); return err },
				})
				return got, err
			}, shortfall)(yield)
	}
}

// rowList is a list of rows that is paged by markers.
type rowList[T any] struct {
	operation, path string
	// rows is the name of the list in a page.
	rows string
	// read reads one field of a row; it must read the value.
	read func(s *scanner, row *T, key []byte)
}

func listRows[T any](
	ctx context.Context, c *Client, list rowList[T], filter query, sort string, withCount bool, limit int,
) iter.Seq2[Page[T], error] {
	if limit <= 0 {
		limit = defaultRowsLimit
	}
	filter.set("sort", sort)
	filter.set("limit", strconv.Itoa(limit))
	if withCount {
		filter.set("with_count", "true")
	}
	return func(yield func(Page[T], error) bool) {
		texts := newTextPool()
		markerPages(list.operation, list.path, func(marker string) (page Page[T], rows int, next string, err error) {
			q := query(cloneValues(url.Values(filter)))
			q.set("marker", marker)
			err = c.do(ctx, &call{
				operation: list.operation, service: ServiceCostExplorer,
				method: http.MethodGet, path: list.path, query: url.Values(q), repeat: repeatFreely, limit: maxPageBody,
				decode: func(body []byte) (err error) {
					page, next, err = list.decode(body, texts, min(limit, defaultRowsLimit))
					return err
				},
			})
			return page, len(page.Rows), next, err
		})(yield)
	}
}

func cloneValues(values url.Values) url.Values {
	clone := make(url.Values, len(values)+1)
	for key, list := range values {
		clone[key] = list
	}
	return clone
}

// decode reads a page. expected is about how many rows it has.
func (l *rowList[T]) decode(body []byte, texts *textPool, expected int) (page Page[T], next string, err error) {
	s := &scanner{data: body, texts: texts}
	if s.peek() == 0 && s.pos == len(s.data) {
		return page, "", errEmpty
	}
	var links []link
	found := false
	var row *T
	field := func(key []byte) { l.read(s, row, key) }
	entry := func() {
		var none T
		page.Rows = append(page.Rows, none)
		row = &page.Rows[len(page.Rows)-1]
		if !s.object(field) && s.err == nil {
			s.shape("not an object", []byte("null"))
		}
	}
	ok := s.object(func(key []byte) {
		switch string(key) {
		case l.rows:
			page.Rows = make([]T, 0, expected)
			found = s.list(entry)
		case "count":
			page.Count = s.whole()
		case "timezone":
			page.Timezone = s.common()
		case "links":
			links = s.links()
		default:
			s.skip(0)
		}
	})
	s.end()
	if s.err != nil {
		return Page[T]{}, "", s.err
	}
	if !ok || !found && !(page.Rows != nil && page.Count != nil && *page.Count == 0) {
		return Page[T]{}, "", shapeErrorf("%s is missing", l.rows)
	}
	if next, err = nextMarker(links); err != nil {
		return Page[T]{}, "", err
	}
	return page, next, nil
}

func readUsage(s *scanner, u *Usage, key []byte) {
	switch string(key) {
	case "id":
		u.ID = s.text()
	case "account_id":
		u.AccountID = s.common()
	case "service_category":
		u.ServiceCategory = s.common()
	case "billing_item_id":
		u.BillingItemID = s.common()
	case "ccbs_product_code":
		u.CCBSProductCode = s.common()
	case "resource_id":
		u.ResourceID = s.common()
	case "contract_id":
		u.ContractID = s.common()
	case "order_status":
		u.OrderStatus = s.commonOrList()
	case "usage_date":
		u.UsageDate = s.common()
	case "amounts":
		u.Amounts = s.amount()
	case "status_code":
		u.StatusCode = s.common()
	default:
		s.skip(0)
	}
}

func readBill(s *scanner, b *Bill, key []byte) {
	switch string(key) {
	case "id":
		b.ID = s.text()
	case "amounts":
		b.Amounts = s.amount()
	case "discount_amounts":
		b.DiscountAmounts = s.amount()
	case "asset":
		b.Asset = s.amount()
	case "operation":
		b.Operation = s.amount()
	case "option":
		b.Option = s.amount()
	case "support_plan":
		b.SupportPlan = s.amount()
	case "cancellation_fee":
		b.CancellationFee = s.amount()
	case "planned_compute":
		b.PlannedCompute = s.amount()
	case "msp_discount":
		b.MSPDiscount = s.amount()
	case "new_business_discount":
		b.NewBusinessDiscount = s.amount()
	case "sales_discount":
		b.SalesDiscount = s.amount()
	case "sla_discount":
		b.SLADiscount = s.amount()
	case "reseller_discount":
		b.ResellerDiscount = s.amount()
	case "account_cost_savings":
		b.AccountCostSavings = s.amount()
	case "project_cost_savings":
		b.ProjectCostSavings = s.amount()
	case "account_credit":
		b.AccountCredit = s.amount()
	case "project_credit":
		b.ProjectCredit = s.amount()
	case "edp":
		b.EDP = s.amount()
	case "account_id":
		b.AccountID = s.common()
	case "service_category":
		b.ServiceCategory = s.common()
	case "billing_item_id":
		b.BillingItemID = s.common()
	case "resource_id":
		b.ResourceID = s.common()
	case "resource_name":
		b.ResourceName = s.common()
	case "region":
		b.Region = s.common()
	case "contract_id":
		b.ContractID = s.common()
	case "order_status":
		b.OrderStatus = s.commonOrList()
	case "bill_year_month":
		b.BillYearMonth = s.common()
	case "bill_state":
		b.BillState = s.common()
	default:
		s.skip(0)
	}
}

func readPayment(s *scanner, p *Payment, key []byte) {
	switch string(key) {
	case "payer_account_id":
		p.PayerAccountID = s.common()
	case "payer_account_name":
		p.PayerAccountName = s.common()
	case "payer_account_type":
		p.PayerAccountType = s.common()
	case "bill_year_month":
		p.BillYearMonth = s.common()
	case "used_year_month":
		p.UsedYearMonth = s.common()
	case "payment_date":
		p.PaymentDate = s.common()
	case "bill_currency":
		p.BillCurrency = s.common()
	case "payment_currency":
		p.PaymentCurrency = s.common()
	case "payment_state":
		p.PaymentState = s.common()
	case "bill_amount":
		p.BillAmount = s.amount()
	case "used_amount":
		p.UsedAmount = s.amount()
	case "unpaid_amount":
		p.UnpaidAmount = s.amount()
	case "paid_amount":
		p.PaidAmount = s.amount()
	case "accumulated_unpaid_amount":
		p.AccumulatedUnpaidAmount = s.amount()
	case "suspended_year_month":
		p.SuspendedYearMonth = s.common()
	default:
		s.skip(0)
	}
}

func decodePayments(body []byte, texts *textPool) (page numberedPage[*Payment], err error) {
	s := &scanner{data: body, texts: texts}
	if s.peek() == 0 && s.pos == len(s.data) {
		return page, errEmpty
	}
	found := false
	ok := s.object(func(key []byte) {
		switch string(key) {
		case "payments":
			page.rows = nil
			found = s.list(func() {
				payment := new(Payment)
				page.rows = append(page.rows, payment)
				if !s.object(func(key []byte) { readPayment(s, payment, key) }) && s.err == nil {
					s.shape("not an object", []byte("null"))
				}
			})
		case "count":
			page.count = s.whole()
		case "size":
			page.size = s.whole()
		default:
			s.skip(0)
		}
	})
	s.end()
	if s.err != nil {
		return numberedPage[*Payment]{}, s.err
	}
	// The list itself is not required by the API; without it there must be no
	// rows to expect.
	if !ok || !found && (page.count == nil || *page.count != 0) {
		return numberedPage[*Payment]{}, shapeErrorf("payments is missing")
	}
	return page, nil
}

// paymentKey is everything that a payment says: the API gives it no id.
func paymentKey(p *Payment) string {
	var b strings.Builder
	add := func(texts ...*string) {
		for _, text := range texts {
			if text == nil {
				b.WriteString("-;")
				continue
			}
			b.WriteString(strconv.Quote(*text) + ";")
		}
	}
	add(p.PayerAccountID, p.PayerAccountName, p.PayerAccountType, p.BillYearMonth, p.UsedYearMonth, p.PaymentDate,
		p.BillCurrency, p.PaymentCurrency, p.PaymentState, p.SuspendedYearMonth)
	for _, amount := range []*Amount{p.BillAmount, p.UsedAmount, p.UnpaidAmount, p.PaidAmount, p.AccumulatedUnpaidAmount} {
		if amount == nil {
			b.WriteString("null;")
			continue
		}
		add(amount.KRW, amount.USD)
	}
	return b.String()
}
