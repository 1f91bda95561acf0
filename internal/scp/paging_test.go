package scp

import (
	"errors"
	"fmt"
	"iter"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// listServer serves pages of numbered rows as a service would.
type listServer struct {
	rows int
	// cap is the largest page that is given; given is the size that a page reports.
	cap, given int
	// count is the count on a page; nil is the number of rows.
	count func(page, onPage int) *int64
	// grow adds rows in front before each page after the first.
	grow int
	// stuck returns the first page for every page.
	stuck bool
	// endless has rows for every page.
	endless bool

	asked []int64
}

func (s *listServer) fetch(size int64) func(page int64) (listPage[string], error) {
	first := 0
	return func(page int64) (got listPage[string], err error) {
		s.asked = append(s.asked, page)
		if page > 50 {
			return got, errors.New("this does not end")
		}
		if page > 0 {
			first -= s.grow
		}
		if s.stuck {
			page = 0
		}
		give := int(size)
		if s.cap > 0 {
			give = min(give, s.cap)
		}
		all := s.rows - first
		from := int(page) * give
		for i := from; i < min(from+give, all); i++ {
			got.Rows = append(got.Rows, strconv.Itoa(first+i))
		}
		if s.endless {
			got.Rows = []string{"e" + strconv.FormatInt(page, 10)}
		}
		n := int64(all)
		got.Count = &n
		if s.count != nil {
			got.Count = s.count(int(page), len(got.Rows))
		}
		if s.given > 0 {
			got.size = ptr(int64(s.given))
		}
		return got, nil
	}
}

// numbered is a list of strings that are their own keys.
func numbered(first int64, size int, shortfall Shortfall) numberedList[string] {
	return numberedList[string]{first: first, pageSize: size, key: func(s *string) string { return *s }, shortfall: shortfall}
}

func pageOf(count *int64, rows ...string) listPage[string] {
	return listPage[string]{Page: Page[string]{Rows: rows, Count: count}}
}

func TestNumberedPages(t *testing.T) {
	none := func(int, int) *int64 { return nil }
	onPage := func(_, n int) *int64 { return ptr(int64(n)) }
	countUnless := func(last int, then *int64) func(int, int) *int64 {
		return func(page, _ int) *int64 {
			if page == last {
				return then
			}
			return ptr(int64(99))
		}
	}
	for _, test := range []struct {
		name   string
		server listServer
		want   int   // rows; -1 is an error
		pages  int64 // pages asked for
		short  []int64
	}{
		{"no row", listServer{rows: 0}, 0, 1, nil},
		{"one row", listServer{rows: 1}, 1, 1, nil},
		{"almost a page", listServer{rows: 9}, 9, 1, nil},
		{"a page: its count might be the page's", listServer{rows: 10}, 10, 2, nil},
		{"three pages", listServer{rows: 25}, 25, 3, nil},
		{"an exact multiple", listServer{rows: 30}, 30, 3, nil},
		{"no count", listServer{rows: 25, count: none}, 25, 3, nil},
		{"no count, an exact multiple", listServer{rows: 30, count: none}, 30, 4, nil},
		{"the count of the page", listServer{rows: 25, count: onPage}, 25, 3, nil},
		{"a cap that is given", listServer{rows: 25, cap: 4, given: 4}, 25, 7, nil},
		{"a cap that is not given", listServer{rows: 25, cap: 4}, 25, 7, nil},
		{"a cap and a wrong size", listServer{rows: 25, cap: 4, given: 10}, 25, 7, nil},
		{"a cap that is not given, no count", listServer{rows: 25, cap: 4, count: none}, 25, 7, nil},
		{"a cap that is not given, no count, an exact multiple", listServer{rows: 24, cap: 4, count: none}, 24, 7, nil},
		{"no count, a page that is not full", listServer{rows: 4, count: none}, 4, 2, nil},
		{"no count, a page that is not full, again and again", listServer{rows: 4, stuck: true, count: none}, 4, 2, nil},
		{"a cap that is given, no count", listServer{rows: 25, cap: 4, given: 4, count: none}, 25, 7, nil},
		{"grows while it is read", listServer{rows: 25, grow: 3}, 25, 5, []int64{37, 25}},
		{"a count that is too high", listServer{rows: 25, count: func(int, int) *int64 { return ptr(int64(99)) }}, 25, 4, []int64{99, 25}},
		{"every page is the first", listServer{rows: 25, stuck: true}, -1, 2, nil},
		{"every page is the first, and it is all", listServer{rows: 10, stuck: true}, 10, 2, nil},
		{"every page is the first, no count", listServer{rows: 25, stuck: true, count: none}, 10, 2, nil},
		{"a negative count", listServer{rows: 25, count: func(int, int) *int64 { return ptr(int64(-1)) }}, 25, 3, nil},
		{"a count that is too high, and nothing", listServer{rows: 0, count: func(int, int) *int64 { return ptr(int64(50)) }}, 0, 1, []int64{50, 0}},
		{"a count that the last page lacks", listServer{rows: 20, count: countUnless(2, nil)}, 20, 3, []int64{99, 20}},
		{"a count that the last page lacks, which is not full", listServer{rows: 25, count: countUnless(2, nil)}, 25, 3, []int64{99, 25}},
		{"a count that the last page takes back", listServer{rows: 20, count: countUnless(2, ptr(int64(20)))}, 20, 3, nil},
		{"a count that the last page has for itself", listServer{rows: 20, count: countUnless(2, ptr(int64(0)))}, 20, 3, []int64{99, 20}},
	} {
		t.Run(test.name, func(t *testing.T) {
			seen := map[string]int{}
			var short []int64
			var failure error
			for row, err := range numbered(0, 10, func(counted, given int64) { short = append(short, counted, given) }).walk(test.server.fetch(10)) {
				if err != nil {
					failure = err
					break
				}
				seen[*row]++
			}
			for row, n := range seen {
				if n > 1 {
					t.Errorf("row %s came %d times", row, n)
				}
			}
			if test.want < 0 {
				wantError(t, failure, KindResponse, 200, OutcomeUnknown)
			} else {
				missing := 0
				for i := range test.server.rows {
					if test.want == test.server.rows && seen[strconv.Itoa(i)] == 0 {
						missing++
					}
				}
				if fmt.Sprint(short) != fmt.Sprint(test.short) {
					t.Errorf("called with %d rows counted and given, want %d", short, test.short)
				}
				if failure != nil || len(seen) < test.want || missing > 0 {
					t.Errorf("%d rows, %d missing, %v; want %d", len(seen), missing, failure, test.want)
				}
			}
			if int64(len(test.server.asked)) != test.pages {
				t.Errorf("asked for pages %v; want %d", test.server.asked, test.pages)
			}
			for i, page := range test.server.asked {
				if page != int64(i) {
					t.Errorf("asked for pages %v", test.server.asked)
				}
			}
		})
	}
}

func TestNumberedPagesEnd(t *testing.T) {
	// A list that is added to forever ends with an error.
	pages, rows := 0, 0
	var failure error
	for _, err := range numbered(1, 10, nil).walk(func(page int64) (listPage[string], error) {
		if pages++; pages > 2*maxPages {
			return listPage[string]{}, errors.New("this does not end")
		}
		return pageOf(ptr(page+100), strconv.FormatInt(page, 10)), nil
	}) {
		rows++
		failure = err
	}
	wantError(t, failure, KindResponse, 200, OutcomeUnknown)
	if pages != maxPages || rows != maxPages+1 {
		t.Errorf("%d pages, %d rows", pages, rows)
	}

	// A caller that has enough gets no more pages.
	pages = 0
	for range numbered(1, 2, nil).walk(func(int64) (listPage[string], error) {
		pages++
		return pageOf(ptr(int64(9)), "a", "b"), nil
	}) {
		break
	}
	if pages != 1 {
		t.Errorf("%d pages", pages)
	}

	// Rows that are alike within one page are all given.
	rows = 0
	for range numbered(1, 3, nil).walk(func(page int64) (listPage[string], error) {
		if page > 1 {
			return listPage[string]{}, nil
		}
		return pageOf(ptr(int64(2)), "a", "a"), nil
	}) {
		rows++
	}
	if rows != 2 {
		t.Errorf("%d rows of 2", rows)
	}
}

func TestMarkerPages(t *testing.T) {
	for _, test := range []struct {
		name string
		next map[string]string // marker to next marker
		// empty is the marker of a page without rows; "" is none.
		empty string
		want  []string // markers asked for
		fail  bool
	}{
		{"one page", nil, "", []string{""}, false},
		{"three pages", map[string]string{"": "a", "a": "b"}, "", []string{"", "a", "b"}, false},
		{"an empty page ends it", map[string]string{"": "a", "a": "b"}, "a", []string{"", "a"}, false},
		{"a marker that repeats at once", map[string]string{"": "a", "a": "a"}, "", []string{"", "a"}, true},
		{"a circle", map[string]string{"": "a", "a": "b", "b": "a"}, "", []string{"", "a", "b"}, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			var asked []string
			var failure error
			for _, err := range markerPages("x", "/x", func(marker string) (page listPage[string], next string, err error) {
				if asked = append(asked, marker); len(asked) > 10 {
					return page, "", errors.New("this does not end")
				}
				if marker != test.empty || marker == "" {
					page.Rows = []string{"row"}
				}
				return page, test.next[marker], nil
			}) {
				failure = err
			}
			if !slices.Equal(asked, test.want) {
				t.Errorf("asked for %q; want %q", asked, test.want)
			}
			if test.fail {
				wantError(t, failure, KindResponse, 200, OutcomeUnknown)
			} else if failure != nil {
				t.Error(failure)
			}
		})
	}
}

func TestNextMarker(t *testing.T) {
	for _, test := range []struct {
		links []link
		want  string
		ok    bool
	}{
		{nil, "", true},
		{[]link{{"self", "https://a/v1/usages?marker=x"}}, "", true},
		{[]link{{"self", "https://a/v1/usages"}, {"next", "https://a/v1/usages?limit=20&marker=607e"}}, "607e", true},
		{[]link{{"NEXT ", "/v1/usages?marker=a%2Fb%20c%2Bd#x?marker=y"}}, "a/b c+d", true},
		{[]link{{"next", "?marker=x"}}, "x", true},
		{[]link{{"next", "http://evil.example/v2/other?marker=x&account_id=y"}}, "x", true},
		{[]link{{"next", ""}}, "", true},
		{[]link{{"next", "https://a/v1/usages"}}, "", false},
		{[]link{{"next", "https://a/v1/usages?marker="}}, "", false},
		{[]link{{"next", "https://a/v1/usages?limit=5#marker=x"}}, "", false},
		{[]link{{"next", "https://a/v1/usages?marker=%zz"}}, "", false},
	} {
		got, err := nextMarker(test.links)
		if got != test.want || test.ok != (err == nil) {
			t.Errorf("%v: %q, %v; want %q", test.links, got, err, test.want)
		}
	}
}

func TestQueryLeavesEmptyValuesOut(t *testing.T) {
	q := queryOf(BudgetFilter{BudgetName: "a", IsCostLinked: ptr(false)})
	if got := with(with(q, "marker", ""), "page", "1").Encode(); got != "budget_name=a&is_cost_linked=false&page=1" {
		t.Errorf("got %q", got)
	}
	if got := queryOf(RowFilter{Regions: []string{"1", "", "2"}}).Encode(); got != "region=1&region=2" {
		t.Errorf("got %q", got)
	}
}

// Every list that is paged by number passes its count on.
func TestShortfallOfLists(t *testing.T) {
	empty := reply(200, `{"budgets":[],"planned_computes":[],"payments":[],"count":7,"total_count":7}`)
	for name, list := range map[string]func(c *Client, short Shortfall) error{
		"budgets": func(c *Client, short Shortfall) error {
			return drain(c.ListAccountBudgets(t.Context(), BudgetFilter{Shortfall: short}))
		},
		"planned computes": func(c *Client, short Shortfall) error {
			return drain(c.ListPlannedComputes(t.Context(), PlannedComputeFilter{Shortfall: short}))
		},
		"payments": func(c *Client, short Shortfall) error {
			return drain(c.ShowPaymentMonthly(t.Context(), short))
		},
	} {
		c, _ := script(t, empty)
		var reported []int64
		if err := list(c, func(counted, given int64) { reported = append(reported, counted, given) }); err != nil || !slices.Equal(reported, []int64{7, 0}) {
			t.Errorf("%s: called %d times, %v", name, reported, err)
		}
		// Nobody needs to listen.
		c, _ = script(t, empty)
		if err := list(c, nil); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A page that repeats earlier rows is an error while an earlier page counted more,
// even when it gives no count itself.
func TestRepeatedPageBeforeTheCount(t *testing.T) {
	rows := `{"planned_computes":[{"id":"a"},{"id":"b"}]`
	c, _ := script(t, reply(200, rows+`,"total_count":5}`), reply(200, rows+`}`))
	if err := drain(c.ListPlannedComputes(t.Context(), PlannedComputeFilter{})); err == nil || !strings.Contains(err.Error(), "repeats earlier ones") {
		t.Errorf("error %v", err)
	}
}

// collect reads a list to its end.
func collect[T any](t testing.TB, rows iter.Seq2[T, error]) (all []T) {
	t.Helper()
	for row, err := range rows {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, row)
	}
	return all
}

// drain reads a list to its end or to its first error, beside which there is no row.
func drain[T any](rows iter.Seq2[T, error]) error {
	for row, err := range rows {
		if err != nil && !reflect.ValueOf(&row).Elem().IsZero() {
			return errors.New("a row stands beside an error")
		}
		if err != nil {
			return err
		}
	}
	return nil
}
