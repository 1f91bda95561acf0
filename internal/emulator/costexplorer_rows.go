package emulator

// Generated bills, usages and payments: each row is computed from its number, so that a
// million rows take no memory. A few accounts and services make up most of the cost, the
// number of resources grows from month to month, names are Korean or English, and some members
// are null.

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
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

// idFactor is odd, so that multiplying by it can be undone.
const idFactor uint64 = 0x9e3779b97f4a7c15

var idInverse = func() uint64 {
	inverse := idFactor // Newton's iteration doubles the bits that are right
	for range 6 {
		inverse *= 2 - idFactor*inverse
	}
	return inverse
}()

// rowID is the identifier of row i, which is its marker too (NOTES section 5: the
// example of a marker looks like a row id).
func rowID(i int) string {
	n := (uint64(i) + 1) * idFactor //nolint:gosec // Row numbers are not negative.
	return fmt.Sprintf("%016x%016x", n, mix(n))
}

// rowIndex is the row of an identifier.
func rowIndex(id string) (int, bool) {
	if len(id) != 32 {
		return 0, false
	}
	n, err := strconv.ParseUint(id[:16], 16, 64)
	if err != nil {
		return 0, false
	}
	i := n*idInverse - 1
	if i >= 1<<31 || rowID(int(i)) != id {
		return 0, false
	}
	return int(i), true
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

// costResource is a resource that costs money.
type costResource struct {
	account, region, name, id, contract string
	item                                *costItem
	price                               int64 // of a month, in won
	dollars                             bool  // it is billed in dollars
}

func pick(weights func(int) uint64, n int, chance uint64) int {
	var sum uint64
	for i := range n {
		sum += weights(i)
	}
	chance %= sum
	for i := range n {
		if chance < weights(i) {
			return i
		}
		chance -= weights(i)
	}
	return n - 1
}

// makeResources creates n resources; the first ones are always the same.
func makeResources(n int, account, region string) []costResource {
	regions := []string{region, "kr-east1", "kr-west1"}
	resources := make([]costResource, n)
	for i := range resources {
		seed := mix(uint64(i) + 77)
		chance := func(step uint64) uint64 { return mix(seed + step) }
		r := &resources[i]
		r.account = costAccounts[pick(func(i int) uint64 { return accountWeights[i] }, len(costAccounts), chance(1))]
		if r.account == "" {
			r.account = account
		}
		r.item = &costItems[pick(func(i int) uint64 { return costItems[i].weight }, len(costItems), chance(2))]
		r.region = regions[pick(func(i int) uint64 { return uint64(7 - 3*i) }, len(regions), chance(3))] //nolint:gosec // 7, 4 and 1.
		r.name = fmt.Sprintf("%s-%02d", costNames[chance(4)%uint64(len(costNames))], i+1)
		id := fmt.Sprintf("%016x%016x", chance(5), chance(6))
		r.id = id[:8] + "-" + id[8:12] + "-4" + id[13:16] + "-a" + id[17:20] + "-" + id[20:]
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

// costDays are the days that the rows cover, with the number of the first row of each. The
// rows of a day belong to the first resources, whose number grows from day to day.
type costDays struct {
	dates []string // YYYY-MM-DD, or YYYY-MM for bills
	first []int    // first row of the day, and behind the last day the number of rows
}

func spreadRows(rows int, dates []string) costDays {
	d := costDays{dates: dates, first: make([]int, len(dates)+1)}
	n := len(dates)
	weight := func(days int) int { return days*(6*n) + 4*days*(days-1)/2 } // 0.6 on the first day to 1 on the last
	for i := range d.first {
		d.first[i] = int(float64(rows) * float64(weight(i)) / float64(max(weight(n), 1)))
	}
	d.first[n] = rows
	return d
}

// most is the largest number of rows of one day.
func (d costDays) most() int {
	most := 0
	for i := range d.dates {
		most = max(most, d.first[i+1]-d.first[i])
	}
	return most
}

// at is the day of a row, and its number within the day.
func (d costDays) at(row int) (day, number int) {
	day, found := slices.BinarySearch(d.first, row)
	if !found {
		day--
	}
	for day+1 < len(d.dates) && d.first[day+1] == row { // days without rows
		day++
	}
	return day, row - d.first[day]
}

func (d costDays) span(first, last string) (from, to int) {
	lo, _ := slices.BinarySearch(d.dates, first)
	hi := len(d.dates)
	if last != "" {
		hi, _ = slices.BinarySearchFunc(d.dates, last, func(date, last string) int {
			return cmp.Or(cmp.Compare(date, last), -1) // the day itself is in
		})
	}
	return d.first[min(lo, hi)], d.first[hi]
}

func monthsUntil(today time.Time) []string {
	var months []string
	for i := range costMonths {
		months = append(months, time.Date(today.Year(), today.Month()+time.Month(i+1-costMonths), 1, 0, 0, 0, 0, time.UTC).Format("2006-01"))
	}
	return months
}

// usageRows are generated usages.
type usageRows struct {
	days      costDays
	lengths   []int64 // days of the month of each day
	resources []costResource
	guesses   Guesses
}

func newUsageRows(rows int, today time.Time, account, region string, g Guesses) costRows {
	if rows == 0 {
		return noRows{}
	}
	u := &usageRows{guesses: g}
	var dates []string
	day := time.Date(today.Year(), today.Month()+1-costMonths, 1, 0, 0, 0, 0, time.UTC)
	for end := today.Format(time.DateOnly); day.Format(time.DateOnly) <= end; day = day.AddDate(0, 0, 1) {
		dates = append(dates, day.Format(time.DateOnly))
		u.lengths = append(u.lengths, int64(time.Date(day.Year(), day.Month()+1, 0, 0, 0, 0, 0, time.UTC).Day()))
	}
	u.days = spreadRows(rows, dates)
	u.resources = makeResources(u.days.most(), account, region)
	return u
}

func (u *usageRows) len() int                               { return u.days.first[len(u.days.dates)] }
func (u *usageRows) span(first, last string) (from, to int) { return u.days.span(first, last) }

func (u *usageRows) sortable() []string {
	return []string{sortCreated, "id", "account_id", "service_category", "billing_item_id", "resource_id", "usage_date"}
}

func (u *usageRows) field(i int, name string) string {
	day, number := u.days.at(i)
	r := &u.resources[number]
	switch name {
	case "id":
		return rowID(i)
	case "usage_date":
		return u.days.dates[day] + "T00:00:00"
	case "order_status":
		return orderStatus(i)
	case "resource_id":
		return plainID(r.id)
	}
	return r.field(name)
}

func (r *costResource) field(name string) string {
	switch name {
	case "account_id":
		return r.account
	case "service_category":
		return r.item.category
	case "billing_item_id":
		return r.item.item
	case "region":
		return r.region
	case "resource_name":
		return r.name
	case "contract_id":
		return r.contract
	}
	return ""
}

// plainID is a resource id without hyphens, as it was seen in usages (NOTES section 5).
func plainID(id string) string { return id[:8] + id[9:13] + id[14:18] + id[19:23] + id[24:] }

// orderStatus is 04, the only value in the sources, or null for some rows.
func orderStatus(i int) string {
	if mix(uint64(i)+5)%211 == 0 { //nolint:gosec // Not negative.
		return ""
	}
	return "04"
}

func (u *usageRows) row(to []byte, i int) []byte {
	day, number := u.days.at(i)
	r := &u.resources[number]
	chance := mix(uint64(i) + 1<<40) //nolint:gosec // Not negative.
	to = append(to, `{"id":"`...)
	to = append(to, rowID(i)...)
	to = append(to, `","account_id":"`...)
	to = append(to, r.account...)
	to = append(to, `","service_category":"`...)
	to = append(to, r.item.category...)
	to = append(to, `","billing_item_id":"`...)
	to = append(to, r.item.item...)
	to = append(to, `","ccbs_product_code":"`...)
	to = append(to, r.item.product...)
	to = append(to, `","resource_id":"`...)
	to = append(to, plainID(r.id)...)
	to = append(to, `","contract_id":"`...)
	to = append(to, r.contract...)
	to = append(to, `","order_status":`...)
	switch status := orderStatus(i); {
	case status == "":
		to = append(to, "null"...)
	default:
		to = append(append(append(to, '"'), status...), '"')
	}
	to = append(to, `,"usage_date":"`...)
	to = append(to, u.days.dates[day]...)
	to = append(to, `T00:00:00","amounts":`...)
	if chance%503 == 0 {
		to = append(to, "null"...)
	} else {
		// A daily share of the monthly price, for the hours that the resource ran. One in
		// eight did not run all day.
		hours := int64(24)
		if chance>>10%8 == 0 {
			hours = int64(chance >> 20 % 24)
		}
		const digits = 10
		sign := ""
		if u.guesses.NegativeAmounts && chance>>30%53 == 0 {
			sign = "-"
		}
		const scale = 10_000_000_000
		part := 24 * u.lengths[day]
		if r.dollars {
			part *= wonPerDollar
		}
		run := r.price * hours
		value := run/part*scale + (run%part*scale+part/2)/part
		text := append(append(make([]byte, 0, 32), sign...), decimal(value, digits)...)
		if value == 0 {
			text = []byte("0.0")
		}
		to = appendMoney(to, string(text), "0.0", r.dollars)
	}
	to = append(to, `,"status_code":`...)
	switch {
	case chance>>5%307 == 0:
		to = append(to, "null"...)
	case u.guesses.StatusCodeAsString:
		to = append(to, `"0"`...)
	default:
		to = append(to, '0')
	}
	return append(to, '}')
}

// decimal formats value divided by 10 to the power of digits.
func decimal(value int64, digits int) []byte {
	text := strconv.AppendInt(nil, value, 10)
	for len(text) <= digits {
		text = append([]byte{'0'}, text...)
	}
	return slices.Insert(text, len(text)-digits, '.')
}

// appendMoney appends {krw, usd}, of which one is zero.
func appendMoney(to []byte, text, zero string, dollars bool) []byte {
	krw, usd := text, zero
	if dollars {
		krw, usd = zero, text
	}
	to = append(to, `{"krw":"`...)
	to = append(to, krw...)
	to = append(to, `","usd":"`...)
	to = append(to, usd...)
	return append(to, `"}`...)
}

// billRows are generated bills.
type billRows struct {
	months    costDays
	resources []costResource
	guesses   Guesses
}

func newBillRows(rows int, today time.Time, account, region string, g Guesses) costRows {
	if rows == 0 {
		return noRows{}
	}
	b := &billRows{guesses: g, months: spreadRows(rows, monthsUntil(today))}
	b.resources = makeResources(b.months.most(), account, region)
	return b
}

func (b *billRows) len() int                               { return b.months.first[len(b.months.dates)] }
func (b *billRows) span(first, last string) (from, to int) { return b.months.span(first, last) }

func (b *billRows) sortable() []string {
	return []string{sortCreated, "id", "account_id", "service_category", "billing_item_id", "resource_id", "resource_name", "region", "bill_year_month"}
}

func (b *billRows) field(i int, name string) string {
	month, number := b.months.at(i)
	r := &b.resources[number]
	switch name {
	case "id":
		return rowID(i)
	case "bill_year_month":
		return b.months.dates[month]
	case "bill_state":
		return "USED" // the only value in the sources
	case "order_status":
		return orderStatus(i)
	case "resource_id":
		return r.id
	case "resource_name":
		if unnamed(i) {
			return ""
		}
	}
	return r.field(name)
}

// unnamed reports whether the resource of a bill has no name.
func unnamed(i int) bool { return mix(uint64(i)+9)%97 == 0 } //nolint:gosec // Not negative.

// The parts of a bill and its discounts, in the order of the API reference, with how
// many of 16 rows have them and what share of the price they are, in percent. The
// shares are made up; how parts add up is not stated (NOTES section 8).
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

func (b *billRows) row(to []byte, i int) []byte {
	_, number := b.months.at(i)
	r := &b.resources[number]
	chance := mix(uint64(i) + 1<<41) //nolint:gosec // Not negative.
	// In thousandths: the price plus some change.
	price := r.price*1000 + int64(chance%1000)
	if r.dollars {
		price = r.price*1000/wonPerDollar + int64(chance%10)
	}
	sign := ""
	if b.guesses.NegativeAmounts && chance>>30%53 == 0 {
		sign = "-"
	}
	discountSign := ""
	if b.guesses.DiscountsNegative {
		discountSign = "-"
	}
	money := func(name, sign string, value int64) {
		to = append(append(append(to, ',', '"'), name...), `":`...)
		if value < 0 {
			to = append(to, "null"...)
			return
		}
		text := string(decimal(value, 3))
		if value > 0 {
			text = sign + text
		}
		to = appendMoney(to, text, "0.000", r.dollars)
	}
	// share is negative for a part that a row does not have.
	share := func(k int, p billPart) int64 {
		switch dice := mix(chance+uint64(k)) % 16; { //nolint:gosec // Not negative.
		case dice < p.rows:
			return price * p.percentOfPrice / 100
		case dice < 14:
			return 0
		}
		return -1
	}
	var total, discounts int64
	for k, p := range billParts {
		total += max(share(k, p), 0)
	}
	for k, p := range billDiscounts {
		discounts += max(share(100+k, p), 0)
	}
	to = append(append(append(to, `{"id":"`...), rowID(i)...), '"')
	money("amounts", sign, total)
	money("discount_amounts", discountSign, discounts)
	for k, p := range billParts {
		money(p.name, sign, share(k, p))
	}
	for k, p := range billDiscounts {
		money(p.name, discountSign, share(100+k, p))
	}
	for _, name := range []string{
		"account_id", "service_category", "billing_item_id", "resource_id", "resource_name", "region", "contract_id", "order_status", "bill_year_month", "bill_state",
	} {
		to = append(append(append(to, ',', '"'), name...), `":`...)
		if value := b.field(i, name); value == "" {
			to = append(to, "null"...)
		} else {
			to = append(append(append(to, '"'), value...), '"')
		}
	}
	return append(to, '}')
}

// demoPayments are two payers' payments of a year.
func demoPayments(today time.Time, account string) []json.RawMessage {
	payers := []struct{ id, name string }{{account, "본사 클라우드"}, {costAccounts[1], "test-account"}}
	var rows []json.RawMessage
	for back := range 12 {
		used := time.Date(today.Year(), today.Month()-time.Month(back+1), 1, 0, 0, 0, 0, time.UTC)
		billed := used.AddDate(0, 1, 0)
		for p, payer := range payers {
			amount := string(decimal(int64(mix(uint64(back*10+p))%90_000_000_000)+10_000_000_000, 3))
			krw := func(text string) json.RawMessage { return appendMoney(nil, text, "0.000", false) }
			row := map[string]any{
				"payer_account_id": payer.id, "payer_account_name": payer.name, "payer_account_type": "MEMBER",
				"bill_year_month": billed.Format("2006-01"), "used_year_month": used.Format("2006-01"),
				"bill_currency": "KRW", "payment_currency": "krw", "payment_state": "PAID", "suspended_year_month": nil,
				"payment_date": billed.AddDate(0, 0, 24).Format(time.DateOnly),
				"bill_amount":  krw(amount), "used_amount": krw(amount), "paid_amount": krw(amount),
				"unpaid_amount": krw("0.000"), "accumulated_unpaid_amount": krw("0.000"),
			}
			if back == 0 { // the newest bill is not paid yet; the name of that state is not known
				row["payment_date"], row["payment_state"], row["paid_amount"] = nil, nil, nil
				row["unpaid_amount"], row["accumulated_unpaid_amount"] = krw(amount), krw(amount)
			}
			rows = append(rows, marshal(row))
		}
	}
	return rows
}
