package emulator

// Filters, order and markers of bills and usages.

import (
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The values of Guesses.DefaultPeriod and Guesses.MarkerForm.
const (
	periodAll   = "all"
	markerToken = "token"
)

// costRows are the rows of one list in chronological order.
type costRows interface {
	len() int
	// row appends row i as JSON.
	row(to []byte, i int) []byte
	// field is a member of row i as a string, "" for null. Filters and orders use it.
	field(i int, name string) string
	// span narrows a range of dates to the rows that may lie in it.
	span(first, last string) (from, to int)
	// sortable are the fields that the list can be ordered by.
	sortable() []string
}

// noRows is an empty list.
type noRows struct{}

func (noRows) len() int                       { return 0 }
func (noRows) row(to []byte, _ int) []byte    { return to }
func (noRows) field(int, string) string       { return "" }
func (noRows) span(string, string) (_, _ int) { return 0, 0 }
func (noRows) sortable() []string             { return []string{sortCreated} }

// fixedRows are rows that a test has set.
type fixedRows struct {
	raw    []json.RawMessage
	fields []map[string]any
}

func (f *fixedRows) len() int { return len(f.raw) }

func (f *fixedRows) row(to []byte, i int) []byte { return append(to, bytes.TrimSpace(f.raw[i])...) }

func (f *fixedRows) field(i int, name string) string {
	switch v := f.fields[i][name].(type) {
	case nil:
		return ""
	case string:
		return v
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}

func (f *fixedRows) span(string, string) (from, to int) { return 0, len(f.raw) }

func (f *fixedRows) sortable() []string {
	names := []string{sortCreated}
	for _, fields := range f.fields {
		for name, v := range fields {
			if _, object := v.(map[string]any); !object && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// sortCreated is the field of the documented example. No row has it; here it is
// the order of the rows themselves.
const sortCreated = "created_at"

// costOrder is a sort order of rows.
type costOrder struct {
	field string
	desc  bool
}

// costSorting reads sort. Which fields the service can order by is not stated; a
// field of the rows is a guess.
func (c *call) costSorting(rows costRows) costOrder {
	field, desc := c.sorting(sortCreated+":asc", false, rows.sortable()...)
	return costOrder{field, desc}
}

// costFilter is the filter of a query. Each key maps to the accepted values, of which one has
// to match.
type costFilter struct {
	dateField   string
	first, last string // "" is open
	values      map[string][]string
}

func (c *call) costFilter(dateField, first, last string) costFilter {
	f := costFilter{dateField: dateField, first: first, last: last, values: map[string][]string{}}
	for _, key := range []string{"account_id", "service_category", "billing_item_id", "region", "order_status", "resource_name", "contract_id", "bill_year_month", "bill_state"} {
		// An empty value is a filter too: it matches rows with an empty or null member.
		if values := c.query[key]; len(values) > 0 {
			f.values[key] = values
		}
	}
	return f
}

func (f *costFilter) key(o costOrder) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q%q%v", f.first, f.last, o)
	for _, name := range slices.Sorted(maps.Keys(f.values)) {
		fmt.Fprintf(&b, "%q%q", name, f.values[name])
	}
	return b.String()
}

func (f *costFilter) matches(rows costRows, i int) bool {
	if f.first != "" || f.last != "" {
		// Days and months are compared as strings; a time of day after the date is cut off.
		date := rows.field(i, f.dateField)
		if date == "" || f.first != "" && date[:min(len(date), len(f.first))] < f.first ||
			f.last != "" && date[:min(len(date), len(f.last))] > f.last {
			return false
		}
	}
	for name, values := range f.values {
		if !slices.Contains(values, rows.field(i, name)) {
			return false
		}
	}
	return true
}

// costList is a list of rows with recently used views: not every page of a query should have
// to walk over all rows.
type costList struct {
	source costRows
	views  map[string]*costView
	recent []string // keys of views, the oldest first
}

func newCostList(rows costRows) *costList {
	return &costList{source: rows, views: map[string]*costView{}}
}

// maxViews is how many views are kept.
const maxViews = 8

// costView is the rows that match a query, in its order.
type costView struct {
	length int
	desc   bool
	from   int     // the first row, if the view is a range of rows
	list   []int32 // the rows otherwise
	sorted bool    // list is in a different order than the rows
}

func (l *costList) view(f costFilter, o costOrder) *costView {
	key := f.key(o)
	if v, ok := l.views[key]; ok {
		return v
	}
	v := l.make(f, o)
	if len(l.recent) == maxViews {
		delete(l.views, l.recent[0])
		l.recent = l.recent[1:]
	}
	l.views[key], l.recent = v, append(l.recent, key)
	return v
}

func (l *costList) make(f costFilter, o costOrder) *costView {
	from, to := 0, l.source.len()
	if f.first != "" || f.last != "" {
		from, to = l.source.span(f.first, f.last)
	}
	// Only generated rows are in chronological order.
	_, fixed := l.source.(*fixedRows)
	_, mixed := l.source.(*withRuns)
	plain := !fixed && (!mixed || f.first == "" && f.last == "") && len(f.values) == 0
	v := &costView{desc: o.desc, from: from, length: to - from}
	if plain && o.field == sortCreated {
		return v // a range of rows, without a list
	}
	v.list = []int32{}
	for i := from; i < to; i++ {
		if plain || f.matches(l.source, i) {
			v.list = append(v.list, int32(i))
		}
	}
	v.length = len(v.list)
	if o.field != sortCreated {
		v.sorted = true
		slices.SortStableFunc(v.list, func(a, b int32) int {
			return cmp.Compare(l.source.field(int(a), o.field), l.source.field(int(b), o.field))
		})
	}
	return v
}

// index is the row at a position of the view.
func (v *costView) index(position int) int {
	if v.desc {
		position = v.length - 1 - position
	}
	if v.list == nil {
		return v.from + position
	}
	return int(v.list[position])
}

// position is where a row stands in the view.
func (v *costView) position(index int) (int, bool) {
	position, found := index-v.from, index >= v.from && index < v.from+v.length
	if v.list != nil {
		position, found = slices.BinarySearch(v.list, int32(index)) //nolint:gosec // As above.
		if v.sorted {
			position = slices.Index(v.list, int32(index)) //nolint:gosec // As above.
			found = position >= 0
		}
	}
	if v.desc {
		position = v.length - 1 - position
	}
	return position, found
}

// marker returns the marker of a page that ends before a position.
func (v *costView) marker(next int, g Guesses) string {
	position := next - 1 // the last row of the page
	if g.MarkerIsNextRow {
		position = next
	}
	id := rowID(v.index(position))
	if g.MarkerForm == markerToken {
		return base64.StdEncoding.EncodeToString([]byte("\xfb\xef\xbe" + id + "?")) // holds +, / and =
	}
	return id
}

// after returns the position at which the page of a marker begins.
func (v *costView) after(marker string, g Guesses) (int, bool) {
	if marker == "" {
		return 0, true
	}
	if g.MarkerForm == markerToken {
		token, err := base64.StdEncoding.DecodeString(marker)
		if err != nil || len(token) < 4 {
			return 0, false
		}
		marker = string(token[3 : len(token)-1])
	}
	index, ok := rowIndex(marker)
	if !ok {
		return 0, false
	}
	position, ok := v.position(index)
	if !g.MarkerIsNextRow {
		position++
	}
	return position, ok
}

// month reads a YYYY-MM query parameter; "" if absent.
func (c *call) month(key string) string {
	v := c.query.Get(key)
	if v == "" {
		return ""
	}
	if t, err := time.Parse("2006-01", v); err != nil || t.Format("2006-01") != v {
		c.problem(text{
			en: fmt.Sprintf("Query parameter %q must be a month in the form YYYY-MM.", key),
			ko: fmt.Sprintf("쿼리 파라미터 %q은(는) YYYY-MM 형식의 월이어야 합니다.", key),
		})
	}
	return v
}
