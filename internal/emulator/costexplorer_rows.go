package emulator

// Generated bills, usages and payments. The numbers of a row and of a resource decide
// everything about it, so the rows are the same at each start. A few accounts and services make
// up most of the cost, the number of resources grows from month to month, names are Korean or
// English, and some members are null.

import (
	"encoding/json"
	"fmt"
	"time"
)

// costMonths is how many months the rows cover, the current one included; the
// console shows six (NOTES section 8).
const costMonths = 6

// mix is a fixed scrambling of 64 bits (the finalizer of SplitMix64): the only source of
// randomness in the rows.
func mix(n uint64) uint64 {
	n += 0x9e3779b97f4a7c15
	n = (n ^ n>>30) * 0xbf58476d1ce4e5b9
	n = (n ^ n>>27) * 0x94d049bb133111eb
	return n ^ n>>31
}

// rowID is the identifier of row i, which is its marker too (NOTES section 5: the
// example of a marker looks like a row id).
func rowID(i int) string {
	n := (uint64(i) + 1) * 0x9e3779b97f4a7c15 //nolint:gosec // Row numbers are not negative.
	return fmt.Sprintf("%016x%016x", n, mix(n))
}

// costItem is a billing item. Only COMPUTE with VIRTUAL_SERVER is in the sources;
// the other names are made up.
type costItem struct {
	category, item, product string
	weight                  uint64 // share of the resources
	price                   int64  // usual price of a month in won
}

var costItems = []costItem{
	{"COMPUTE", "VIRTUAL_SERVER", "PD00013862", 34, 310_000},
	{"STORAGE", "BLOCK_STORAGE", "PD00013901", 22, 42_000},
	{"DATABASE", "POSTGRESQL", "PD00014022", 9, 640_000},
	{"STORAGE", "OBJECT_STORAGE", "PD00013917", 9, 18_000},
	{"NETWORKING", "LOAD_BALANCER", "PD00013955", 8, 66_000},
	{"CONTAINER", "KUBERNETES_ENGINE", "PD00014103", 7, 520_000},
	{"COMPUTE", "GPU_SERVER", "PD00014188", 3, 4_100_000},
	{"SECURITY", "WAF", "PD00014230", 4, 95_000},
	{"MANAGEMENT", "CLOUD_MONITORING", "PD00014251", 4, 7_300},
}

// costAccounts follow the account of the options; the weights fall off quickly.
var (
	costAccounts = []string{
		"", // the account of the options
		"228cb9e4a7934f84853594c7f26f7a21", "26affb52e16944038a0cd2cc26060e1c", "5f0de5c2b3d04c8fa2c1f1f0a7a6e9d3",
		"7a1c9e7708a94c4c93c5d5d90e2b6f11", "90b3f2aa17c3409d8e63a4f2cfd7b0c8", "c43d8b1be0d3450f9d0f4c1ab6a2e575", "ee19a6f0fb3b4a8b8f1c7a90d1f2b3c4",
	}
	accountWeights = []uint64{46, 23, 12, 8, 5, 3, 2, 1}
)

var costNames = []string{
	"web", "결제-서버", "정산 배치", "api", "데이터 분석", "로그 수집기", "db-main", "추천 모델", "test-vm", "야간+정산/백업", "인사 시스템", "batch",
}

// wonPerDollar turns prices into dollars. Made up; no source has a rate.
const wonPerDollar = 1300

// money is an amount of a bill or usage, of which one part is zero.
type money struct {
	KRW string `json:"krw"`
	USD string `json:"usd"`
}

// costResource is a resource that costs money.
type costResource struct {
	account, region, name, id, contract string
	item                                *costItem
	price                               int64 // of a month, in won
	dollars                             bool  // it is billed in dollars
}

func (r *costResource) money(amount, zero string) money {
	if r.dollars {
		return money{KRW: zero, USD: amount}
	}
	return money{KRW: amount, USD: zero}
}

// pick chooses one of the weights at random.
func pick(weights []uint64, chance uint64) int {
	var sum uint64
	for _, w := range weights {
		sum += w
	}
	chance %= sum
	i := 0
	for chance >= weights[i] {
		chance -= weights[i]
		i++
	}
	return i
}

// makeResources creates n resources; the first ones are always the same.
func makeResources(n int, account, region string) []costResource {
	regions := []string{region, "kr-east1", "kr-west1"}
	var itemWeights []uint64
	for _, item := range costItems {
		itemWeights = append(itemWeights, item.weight)
	}
	resources := make([]costResource, n)
	for i := range resources {
		seed := mix(uint64(i) + 77)
		chance := func(step uint64) uint64 { return mix(seed + step) }
		r := &resources[i]
		r.account = costAccounts[pick(accountWeights, chance(1))]
		setDefault(&r.account, account)
		r.item = &costItems[pick(itemWeights, chance(2))]
		r.region = regions[pick([]uint64{7, 4, 1}, chance(3))]
		r.name = fmt.Sprintf("%s-%02d", costNames[chance(4)%uint64(len(costNames))], i+1)
		r.id = fmt.Sprintf("%016x%016x", chance(5), chance(6))
		r.contract = fmt.Sprintf("C%09d", chance(7)%1_000_000_000)
		// From half to eight times the usual price; high prices are rare.
		r.price = r.item.price / 2
		for step := uint64(8); step < 12 && chance(step)%10 < 4; step++ {
			r.price *= 2
		}
		r.price += int64(chance(12) % uint64(r.price)) //nolint:gosec // Prices are positive and far below the limits.
		r.dollars = chance(13)%9 == 0
	}
	return resources
}

// costRows creates rows for the given days or months. The rows of a day belong to the first
// resources, whose number grows from 0.6 on the first day to 1 on the last.
func costRows(rows int, days []time.Time, account, region string, row func(i int, r *costResource, day time.Time) costRow) []costRow {
	n := len(days)
	first := make([]int, n+1) // row of each day
	weight := func(days int) int { return days*(6*n) + 4*days*(days-1)/2 }
	most := 0
	for i := range first {
		first[i] = int(float64(rows) * float64(weight(i)) / float64(weight(n)))
		if i > 0 {
			most = max(most, first[i]-first[i-1])
		}
	}
	resources := makeResources(most, account, region)
	out := make([]costRow, 0, rows)
	for i, day := range days {
		for number := range first[i+1] - first[i] {
			out = append(out, row(len(out), &resources[number], day))
		}
	}
	return out
}

// costMonth is the first day of a month, counted from the first one that the rows cover.
func costMonth(today time.Time, number int) time.Time {
	return time.Date(today.Year(), today.Month()+time.Month(number+1-costMonths), 1, 0, 0, 0, 0, time.UTC)
}

// usage is a row of usages. A nil is returned as null.
type usage struct {
	ID              string `json:"id"`
	AccountID       string `json:"account_id"`
	ServiceCategory string `json:"service_category"`
	BillingItemID   string `json:"billing_item_id"`
	ProductCode     string `json:"ccbs_product_code"`
	ResourceID      string `json:"resource_id"` // without hyphens, as it was seen (NOTES section 5)
	ContractID      string `json:"contract_id"`
	OrderStatus     any    `json:"order_status"`
	UsageDate       string `json:"usage_date"`
	Amounts         any    `json:"amounts"`
	StatusCode      any    `json:"status_code"`
}

func usageRows(rows int, today time.Time, account, region string, g Guesses) []costRow {
	var days []time.Time
	for day := costMonth(today, 0); day.Format(time.DateOnly) <= today.Format(time.DateOnly); day = day.AddDate(0, 0, 1) {
		days = append(days, day)
	}
	return costRows(rows, days, account, region, func(i int, r *costResource, day time.Time) costRow {
		chance := mix(uint64(i) + 1<<40) //nolint:gosec // Not negative.
		u := usage{
			ID: rowID(i), AccountID: r.account, ServiceCategory: r.item.category, BillingItemID: r.item.item, ProductCode: r.item.product,
			ResourceID: uuid(r.id, ""), ContractID: r.contract, OrderStatus: orderStatus(i), UsageDate: day.Format(time.DateOnly) + "T00:00:00",
			Amounts: r.usageOf(day, chance, g), StatusCode: 0,
		}
		if g.StatusCodeAsString {
			u.StatusCode = "0"
		}
		if chance>>5%307 == 0 {
			u.StatusCode = nil
		}
		return newCostRow(marshal(u), map[string]string{"region": r.region, "resource_name": r.name})
	})
}

// usageOf is the daily share of the monthly price, for the hours that the resource ran. One in
// eight did not run all day.
func (r *costResource) usageOf(day time.Time, chance uint64, g Guesses) any {
	if chance%503 == 0 {
		return nil
	}
	hours := int64(24)
	if chance>>10%8 == 0 {
		hours = int64(chance >> 20 % 24)
	}
	part := int64(24 * time.Date(day.Year(), day.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day())
	if r.dollars {
		part *= wonPerDollar
	}
	const scale = 10_000_000_000
	run := r.price * hours
	value := run/part*scale + (run%part*scale+part/2)/part
	amount := fmt.Sprintf("%d.%010d", value/scale, value%scale)
	if g.NegativeAmounts && chance>>30%53 == 0 {
		amount = "-" + amount
	}
	if value == 0 {
		amount = "0.0"
	}
	return r.money(amount, "0.0")
}

// orderStatus is 04, the only value in the sources, or null for some rows.
func orderStatus(i int) any {
	if mix(uint64(i)+5)%211 == 0 { //nolint:gosec // Not negative.
		return nil
	}
	return "04"
}

// The parts of a bill and its discounts, with how many of 16 rows have them and what share of
// the price they are, in percent. The shares are made up; how parts add up is not stated (NOTES
// section 8).
var (
	billParts     = []billPart{{"asset", 4, 10}, {"operation", 16, 100}, {"option", 5, 7}, {"support_plan", 3, 5}, {"cancellation_fee", 1, 40}, {"planned_compute", 6, 30}}
	billDiscounts = []billPart{
		{"msp_discount", 4, 3},
		{"new_business_discount", 2, 5},
		{"sales_discount", 5, 8},
		{"sla_discount", 1, 2},
		{"reseller_discount", 2, 4},
		{"account_cost_savings", 3, 6},
		{"project_cost_savings", 3, 2},
		{"account_credit", 2, 9},
		{"project_credit", 1, 3},
		{"edp", 2, 5},
	}
)

type billPart struct {
	name           string
	rows           uint64
	percentOfPrice int64
}

func billRows(rows int, today time.Time, account, region string, g Guesses) []costRow {
	var months []time.Time
	for number := range costMonths {
		months = append(months, costMonth(today, number))
	}
	return costRows(rows, months, account, region, func(i int, r *costResource, month time.Time) costRow {
		chance := mix(uint64(i) + 1<<41) //nolint:gosec // Not negative.
		bill := map[string]any{
			"id": rowID(i), "account_id": r.account, "service_category": r.item.category, "billing_item_id": r.item.item,
			"resource_id": uuid(r.id, "-"), "resource_name": r.name, "region": r.region, "contract_id": r.contract, "order_status": orderStatus(i),
			"bill_year_month": month.Format("2006-01"), "bill_state": "USED", // the only value in the sources
		}
		if mix(uint64(i)+9)%97 == 0 { //nolint:gosec // Not negative.
			bill["resource_name"] = nil
		}
		// In thousandths: the price plus some change.
		price := r.price*1000 + int64(chance%1000)
		if r.dollars {
			price = r.price*1000/wonPerDollar + int64(chance%10)
		}
		add := func(total string, parts []billPart, first uint64, negative bool) {
			thousandths := func(value int64) money {
				amount := fmt.Sprintf("%d.%03d", value/1000, value%1000)
				if negative && value > 0 {
					amount = "-" + amount
				}
				return r.money(amount, "0.000")
			}
			var sum int64
			for k, p := range parts {
				switch dice := mix(chance+first+uint64(k)) % 16; {
				case dice < p.rows:
					share := price * p.percentOfPrice / 100
					sum += share
					bill[p.name] = thousandths(share)
				case dice < 14:
					bill[p.name] = thousandths(0)
				default:
					bill[p.name] = nil
				}
			}
			bill[total] = thousandths(sum)
		}
		add("amounts", billParts, 0, g.NegativeAmounts && chance>>30%53 == 0)
		add("discount_amounts", billDiscounts, 100, g.DiscountsNegative)
		return newCostRow(marshal(bill), map[string]string{})
	})
}

// demoPayments are two payers' payments of a year.
func demoPayments(today time.Time, account string) []json.RawMessage {
	payers := []struct{ id, name string }{{account, "본사 클라우드"}, {costAccounts[1], "test-account"}}
	zero := money{"0.000", "0.000"}
	var rows []json.RawMessage
	for back := range 12 {
		used := time.Date(today.Year(), today.Month()-time.Month(back+1), 1, 0, 0, 0, 0, time.UTC)
		billed := used.AddDate(0, 1, 0)
		for p, payer := range payers {
			thousandths := mix(uint64(back*10+p))%90_000_000_000 + 10_000_000_000
			amount := money{fmt.Sprintf("%d.%03d", thousandths/1000, thousandths%1000), "0.000"}
			row := map[string]any{
				"payer_account_id": payer.id, "payer_account_name": payer.name, "payer_account_type": "MEMBER",
				"bill_year_month": billed.Format("2006-01"), "used_year_month": used.Format("2006-01"),
				"bill_currency": "KRW", "payment_currency": "krw", "payment_state": "PAID", "suspended_year_month": nil,
				"payment_date": billed.AddDate(0, 0, 24).Format(time.DateOnly),
				"bill_amount":  amount, "used_amount": amount, "paid_amount": amount,
				"unpaid_amount": zero, "accumulated_unpaid_amount": zero,
			}
			if back == 0 { // the newest bill is not paid yet; the name of that state is not known
				row["payment_date"], row["payment_state"], row["paid_amount"] = nil, nil, nil
				row["unpaid_amount"], row["accumulated_unpaid_amount"] = amount, amount
			}
			rows = append(rows, marshal(row))
		}
	}
	return rows
}
