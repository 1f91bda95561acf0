package costexplorer_test

// Sums and rows of anything that a service may send, over the plugin protocol, against a
// computation of this file's own with the rationals of math/big.

import (
	"encoding/json"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// tested is a list of rows, and what is read of it.
type tested struct {
	rows, summary, many string
	// amounts are the attributes with amounts of the rows; the others are not sent.
	amounts []string
}

// sent is a row as the service sends it: of each amount KRW and USD as strings, and nil
// for null.
type sent struct {
	ID, Account, Category *string
	Amounts               map[string]*[2]*string
}

// json writes a row. bare are amounts that are sent as numbers instead of strings.
func (r *sent) json(bare func(string) bool) string {
	fields := []string{}
	field := func(name, value string) { fields = append(fields, fmt.Sprintf("%q:%s", name, value)) }
	field("id", show(r.ID))
	field("account_id", show(r.Account))
	field("service_category", show(r.Category))
	for name, amount := range r.Amounts {
		if amount == nil {
			field(name, "null")
			continue
		}
		value := [2]string{show(amount[0]), show(amount[1])}
		for i, text := range amount {
			if text != nil && json.Valid([]byte(*text)) && bare(*text) {
				value[i] = *text
			}
		}
		field(name, fmt.Sprintf(`{"krw":%s,"usd":%s}`, value[0], value[1]))
	}
	return "{" + strings.Join(fields, ",") + "}"
}

// amountStrings are amounts of every accepted form.
var amountStrings = rapid.OneOf(
	rapid.StringMatching(`[-+]?[0-9]{1,12}(\.[0-9]{0,10})?`),
	rapid.StringMatching(`-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?`),
	rapid.StringMatching(`-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?[eE][-+]?(100|[0-9]{1,2})`),
	rapid.SampledFrom([]string{"0", "-0", "0.0", "0E-10", "-0e+5", "1E-100", "1e100", "106.3225806452", "500.0000000000"}),
)

func maybe[T any](t *rapid.T, from *rapid.Generator[T], name string) *T {
	if rapid.IntRange(0, 9).Draw(t, name+" is null") == 0 {
		return nil
	}
	value := from.Draw(t, name)
	return &value
}

// expected is a group of the independent computation.
type expected struct {
	rows   int64
	sums   map[string]*big.Rat
	digits map[string]int
}

func (e *expected) add(r *sent) {
	e.rows++
	for name, amount := range r.Amounts {
		if amount == nil {
			continue
		}
		for i, currency := range []string{"krw", "usd"} {
			if amount[i] == nil {
				continue
			}
			value, ok := new(big.Rat).SetString(*amount[i])
			if !ok {
				panic(*amount[i] + " is no rational")
			}
			at := name + "." + currency
			if e.sums[at] == nil {
				e.sums[at] = new(big.Rat)
			}
			e.sums[at].Add(e.sums[at], value)
			mantissa, power, _ := strings.Cut(strings.ToLower(*amount[i]), "e")
			_, fraction, _ := strings.Cut(mantissa, ".")
			exponent, _ := strconv.Atoi(power) // 0 for none
			e.digits[at] = max(e.digits[at], len(fraction)-exponent)
		}
	}
}

// group is how a summary shows it.
func (e *expected) group(amounts []string) object {
	out := object{"row_count": e.rows}
	for _, name := range amounts {
		sums := object{}
		for _, currency := range []string{"krw", "usd"} {
			at := name + "." + currency
			if sums[currency] = "0"; e.sums[at] != nil {
				sums[currency] = e.sums[at].FloatString(e.digits[at])
			}
		}
		out[name] = sums
	}
	return out
}

// groups are the expected groups by their keys, and the total under "total".
func groups(rows []*sent, amounts []string) map[string]object {
	all := map[string]*expected{"total": {sums: map[string]*big.Rat{}, digits: map[string]int{}}}
	for _, r := range rows {
		keys := show(r.Account) + show(r.Category)
		if all[keys] == nil {
			all[keys] = &expected{sums: map[string]*big.Rat{}, digits: map[string]int{}}
		}
		all[keys].add(r)
		all["total"].add(r)
	}
	out := map[string]object{}
	for name, e := range all {
		out[name] = e.group(amounts)
	}
	return out
}

// show writes a string, or null, as JSON.
func show(text *string) string {
	raw, _ := json.Marshal(text) // no string is an error
	return string(raw)
}

// What goes wrong while the pages are read.
const (
	allIsWell    = "nothing"
	overlap      = "a page starts with rows of the page before"
	shrink       = "a page lacks rows"
	exchange     = "a page starts with a row of the page before, and lacks another row"
	countTooLow  = "the count is too low"
	countTooHigh = "the count is too high"
)

// spoil makes pages of rows go wrong, and returns the count that the service gives.
func spoil(t *rapid.T, pages [][]*sent, how string) (count int) {
	for _, page := range pages {
		count += len(page)
	}
	later := func() int { return rapid.IntRange(1, len(pages)-1).Draw(t, "spoiled page") }
	some := func(of int) int { return rapid.IntRange(1, of).Draw(t, "rows") }
	switch how {
	case overlap:
		at := later()
		before := pages[at-1]
		pages[at] = slices.Concat(before[len(before)-some(len(before)):], pages[at])
	case shrink:
		at := later()
		pages[at] = pages[at][some(len(pages[at])):]
	case exchange:
		at := later()
		before := pages[at-1]
		pages[at] = append([]*sent{before[len(before)-1]}, pages[at][1:]...)
	case countTooLow:
		count -= some(count)
	case countTooHigh:
		count += some(1000)
	}
	return count
}

func TestSumsOfRandomRows(t *testing.T) {
	t.Parallel()
	for _, of := range []tested{
		{"scpbilling_usages", "scpbilling_usage_summary", "usages", []string{"amounts"}},
		{"scpbilling_bills", "scpbilling_bill_summary", "bills", []string{"amounts", "edp", "cancellation_fee"}},
	} {
		t.Run(of.many, func(t *testing.T) {
			t.Parallel()
			var served atomic.Pointer[[]string]
			p := acctest.Against(t, nil, func(w http.ResponseWriter, r *http.Request) {
				at, _ := strconv.Atoi(r.URL.Query().Get("marker")) // 0 for none
				fmt.Fprint(w, (*served.Load())[at])
			})
			rapid.Check(t, func(t *rapid.T) { of.check(t, p, &served) })
		})
	}
}

// check reads random rows as they are and summed up.
func (of tested) check(t *rapid.T, p *acctest.Provider, served *atomic.Pointer[[]string]) {
	var pages [][]*sent
	var rows []*sent
	for range rapid.IntRange(0, 5).Draw(t, "pages") {
		var page []*sent
		for range rapid.IntRange(1, 8).Draw(t, "rows") {
			id := fmt.Sprint("row-", len(rows))
			// Strings that could be taken for one another when they are put together.
			key := rapid.SampledFrom([]string{"", "a", "b", "ab", "null", "\x01", "a\x01"})
			row := &sent{ID: &id, Account: maybe(t, key, "account"), Category: maybe(t, key, "category"), Amounts: map[string]*[2]*string{}}
			for _, name := range of.amounts {
				row.Amounts[name] = maybe(t, rapid.Custom(func(t *rapid.T) [2]*string {
					return [2]*string{maybe(t, amountStrings, "krw"), maybe(t, amountStrings, "usd")}
				}), name)
			}
			page, rows = append(page, row), append(rows, row)
		}
		pages = append(pages, page)
	}
	ways := []string{allIsWell, countTooHigh}
	if len(pages) > 0 {
		ways = append(ways, countTooLow)
	}
	if len(pages) > 1 {
		ways = append(ways, overlap, shrink, exchange)
	}
	how := rapid.SampledFrom(ways).Draw(t, "what goes wrong")
	// Rows that come twice are found without a count, and by the count without ids.
	counted := how != allIsWell && how != overlap && how != exchange || rapid.Bool().Draw(t, "counted")
	if how != exchange && (counted || how == allIsWell) && rapid.Bool().Draw(t, "no ids") {
		for _, row := range rows {
			row.ID = nil
		}
	}
	want := groups(rows, of.amounts)
	count := spoil(t, pages, how)
	pages = slices.DeleteFunc(pages, func(page []*sent) bool { return len(page) == 0 })
	served.Store(of.bodies(t, pages, count, counted))

	listed, d := p.ReadData(of.rows, object{})
	summed, dd := p.ReadData(of.summary, object{"group_by": []string{"service_category", "account_id"}})
	if how != allIsWell {
		for _, d := range []acctest.Diagnostics{d, dd} {
			if len(d.Errors()) != 1 || !strings.Contains(d.Errors()[0], "Nothing is summed or returned") {
				t.Fatalf("%s: %v", how, d)
			}
		}
		return
	}
	if d.HasError() || dd.HasError() {
		t.Fatal(d, dd)
	}
	of.wantRows(t, rows, listed)
	got := map[string]object{}
	keep := func(keys string, group object) {
		delete(group, "keys")
		for name := range group {
			if name != "row_count" && !slices.Contains(of.amounts, name) {
				if !cmp.Equal(group[name], object{"krw": "0", "usd": "0"}) {
					t.Errorf("%s of %s is %v, and no row has any", name, keys, group[name])
				}
				delete(group, name)
			}
		}
		got[keys] = group
	}
	keep("total", summed["total"].(object))
	for _, group := range summed["groups"].([]any) {
		group := group.(object)
		keys := group["keys"].(object)
		keep(show(text(keys["account_id"]))+show(text(keys["service_category"])), group)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sums (-want +got):\n%s", diff)
	}
}

// wantRows compares rows with those sent, of which each string is to be kept.
func (of tested) wantRows(t *rapid.T, want []*sent, listed object) {
	var got []*sent
	for _, row := range listed[of.many].([]any) {
		row := row.(object)
		one := &sent{ID: text(row["id"]), Account: text(row["account_id"]), Category: text(row["service_category"]), Amounts: map[string]*[2]*string{}}
		for _, name := range of.amounts {
			one.Amounts[name] = nil
			if amount, ok := row[name].(object); ok {
				one.Amounts[name] = &[2]*string{text(amount["krw"]), text(amount["usd"])}
			}
		}
		got = append(got, one)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows (-want +got):\n%s", diff)
	}
}

// text is a string in the state, nil for null.
func text(value any) *string {
	if text, ok := value.(string); ok {
		return &text
	}
	return nil
}

// bodies are the pages as the service sends them.
func (of tested) bodies(t *rapid.T, pages [][]*sent, count int, counted bool) *[]string {
	bare := func(string) bool { return rapid.Bool().Draw(t, "bare") }
	everywhere := rapid.Bool().Draw(t, "count on every page")
	if len(pages) == 0 {
		pages = [][]*sent{nil}
	}
	var out []string
	written := map[*sent]string{} // a row that comes again is the same
	for i, page := range pages {
		rows := []string{}
		for _, row := range page {
			if written[row] == "" {
				written[row] = row.json(bare)
			}
			rows = append(rows, written[row])
		}
		body := fmt.Sprintf(`{%q:[%s]`, of.many, strings.Join(rows, ","))
		if counted && (i == 0 || everywhere) {
			body += fmt.Sprintf(`,"count":%d`, count)
		}
		if i < len(pages)-1 {
			body += fmt.Sprintf(`,"links":[{"rel":"next","href":"http://x/?marker=%d"}]`, i+1)
		}
		out = append(out, body+"}")
	}
	return &out
}
