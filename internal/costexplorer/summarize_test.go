package costexplorer

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/big"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit/rowserver"
)

// pagesOf cuts rows into pages.
func pagesOf[R any](size int, rows ...R) iter.Seq2[scp.Page[R], error] {
	return func(yield func(scp.Page[R], error) bool) {
		for page := range slices.Chunk(rows, size) {
			if !yield(scp.Page[R]{Rows: page}, nil) {
				return
			}
		}
	}
}

// wanted is a group as plain strings: "krw amounts", "usd amounts" and so on; null
// is absent.
type wanted struct {
	keys string
	rows int64
	sums map[string]string
}

var amountTypes = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"krw": tftypes.String, "usd": tftypes.String}}

func groupType[R any](t *table[R]) tftypes.Object {
	types := map[string]tftypes.Type{"keys": tftypes.Map{ElementType: tftypes.String}, "row_count": tftypes.Number}
	for _, column := range t.amounts {
		types[column.name] = amountTypes
	}
	return tftypes.Object{AttributeTypes: types}
}

// decode reads an encoded value the way Terraform does.
func decode(t *testing.T, typ tftypes.Type, value rowserver.Value) tftypes.Value {
	t.Helper()
	v, err := (&tfprotov6.DynamicValue{MsgPack: slices.Concat(value...)}).Unmarshal(typ)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func text(t *testing.T, v tftypes.Value) (s string, null bool) {
	t.Helper()
	if v.IsNull() {
		return "", true
	}
	if err := v.As(&s); err != nil {
		t.Fatal(err)
	}
	return s, false
}

func readGroup(t *testing.T, v tftypes.Value) wanted {
	t.Helper()
	fields := map[string]tftypes.Value{}
	keys := map[string]tftypes.Value{}
	var rows big.Float
	if err := v.As(&fields); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(fields["keys"].As(&keys), fields["row_count"].As(&rows)); err != nil {
		t.Fatal(err)
	}
	got := wanted{sums: map[string]string{}}
	got.rows, _ = rows.Int64()
	var parts []string
	for name, value := range keys {
		s, null := text(t, value)
		if null {
			s = "(null)"
		}
		parts = append(parts, name+"="+s)
	}
	slices.Sort(parts)
	got.keys = strings.Join(parts, " ")
	for name, value := range fields {
		if name == "keys" || name == "row_count" {
			continue
		}
		if value.IsNull() {
			t.Errorf("the sum %s is null", name)
			continue
		}
		amount := map[string]tftypes.Value{}
		if err := value.As(&amount); err != nil {
			t.Fatal(err)
		}
		for currency, sum := range amount {
			s, null := text(t, sum)
			if null {
				t.Errorf("the sum %s.%s is null", name, currency)
			}
			if s != "0" { // The sum of nothing is not written down in the tests.
				got.sums[name+"."+currency] = s
			}
		}
	}
	return got
}

// summarize runs a summary and reads it back.
func summarize[R any](t *testing.T, tab *table[R], groupBy []string, rows ...R) (groups []wanted, total wanted) {
	t.Helper()
	s := newSummary(tab, groupBy)
	if err := s.addPages(pagesOf(7, rows...)); err != nil {
		t.Fatal(err)
	}
	list, one, err := s.encode()
	if err != nil {
		t.Fatal(err)
	}
	var elements []tftypes.Value
	if err := decode(t, tftypes.List{ElementType: groupType(tab)}, list).As(&elements); err != nil {
		t.Fatal(err)
	}
	for _, element := range elements {
		groups = append(groups, readGroup(t, element))
	}
	return groups, readGroup(t, decode(t, groupType(tab), one))
}

func usage(id, account, date, krw, usd string) scp.Usage {
	maybe := func(s string) *string {
		if s == "-" {
			return nil
		}
		return &s
	}
	u := scp.Usage{ID: maybe(id), AccountID: maybe(account), UsageDate: maybe(date)}
	if krw != "none" {
		u.Amounts = &scp.Amount{KRW: maybe(krw), USD: maybe(usd)}
	}
	return u
}

func compare(t *testing.T, groups []wanted, want ...wanted) {
	t.Helper()
	if diff := cmp.Diff(want, groups, cmp.AllowUnexported(wanted{})); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func sums(krw, usd string) map[string]string {
	m := map[string]string{}
	if krw != "-" {
		m["amounts.krw"] = krw
	}
	if usd != "-" {
		m["amounts.usd"] = usd
	}
	return m
}

func TestSummary(t *testing.T) {
	rows := []scp.Usage{
		usage("1", "b", "2026-02-01T00:00:00", "106.3225806452", "0.0"),
		usage("2", "a", "2026-02-28T00:00:00", "500.0000000000", "0.00"),
		usage("3", "b", "2026-01-31T00:00:00", "-6.3", "-"),
		usage("4", "-", "-", "1", "2"),
		usage("5", "", "2026-02-01T00:00:00", "-", "-"),
		usage("6", "c", "2026-02-01T00:00:00", "none", ""),
	}
	groups, total := summarize(t, &usages, []string{"account_id"}, rows...)
	compare(t, groups,
		wanted{"account_id=", 1, sums("-", "-")},
		wanted{"account_id=a", 1, sums("500.0000000000", "0.00")},
		wanted{"account_id=b", 2, sums("100.0225806452", "0.0")},
		wanted{"account_id=c", 1, map[string]string{}},
		wanted{"account_id=(null)", 1, sums("1", "2")},
	)
	compare(t, []wanted{total}, wanted{"", 6, sums("601.0225806452", "2.00")})

	groups, again := summarize(t, &usages, []string{"usage_month", "account_id"}, rows...)
	compare(t, groups,
		wanted{"account_id= usage_month=2026-02", 1, sums("-", "-")},
		wanted{"account_id=a usage_month=2026-02", 1, sums("500.0000000000", "0.00")},
		wanted{"account_id=b usage_month=2026-01", 1, sums("-6.3", "-")},
		wanted{"account_id=b usage_month=2026-02", 1, sums("106.3225806452", "0.0")},
		wanted{"account_id=c usage_month=2026-02", 1, map[string]string{}},
		wanted{"account_id=(null) usage_month=(null)", 1, sums("1", "2")},
	)
	compare(t, []wanted{again}, total)

	groups, again = summarize(t, &usages, nil, rows...)
	if len(groups) != 0 {
		t.Errorf("%d groups without group_by, want none", len(groups))
	}
	compare(t, []wanted{again}, total)
}

func TestSummaryOfNothing(t *testing.T) {
	groups, total := summarize(t, &usages, []string{"account_id"})
	if len(groups) != 0 {
		t.Errorf("%d groups of no rows", len(groups))
	}
	compare(t, []wanted{total}, wanted{"", 0, map[string]string{}})
}

// Strings that could be taken for one another when they are put together stay apart.
func TestSummaryKeepsKeysApart(t *testing.T) {
	row := func(category, item *string) scp.Usage {
		return scp.Usage{ServiceCategory: category, BillingItemID: item}
	}
	p := func(s string) *string { return &s }
	groups, _ := summarize(t, &usages, []string{"service_category", "billing_item_id"},
		row(p("ab"), p("c")), row(p("a"), p("bc")), row(p("abc"), nil), row(nil, p("abc")), row(p("abc"), p("")), row(p("\x00"), p("\x01\x00")), row(nil, nil))
	if len(groups) != 7 {
		t.Errorf("%d groups, want 7: %v", len(groups), groups)
	}
}

func TestSummaryRefusesUnreadableRows(t *testing.T) {
	good := usage("1", "a", "2026-02-01T00:00:00", "1", "1")
	for _, test := range []struct {
		row     scp.Usage
		groupBy []string
		want    []string
	}{
		{usage("row-2", "a", "2026-02-01T00:00:00", "1e500", "1"), nil, []string{`usage "row-2"`, "amounts.krw", `"1e500"`}},
		{usage("row-2", "a", "2026-02-01T00:00:00", "1", ""), []string{"account_id"}, []string{`usage "row-2"`, "amounts.usd", `""`}},
		{usage("-", "a", "2026-02-01T00:00:00", "NaN", "1"), nil, []string{"usage number 2, which has no ID", "amounts.krw"}},
		{usage("row-2", "a", "yesterday", "1", "1"), []string{"usage_month"}, []string{`usage "row-2"`, "usage_month", `"yesterday"`}},
		{usage("row-2", "a", "", "1", "1"), []string{"usage_month"}, []string{`usage "row-2"`, "usage_month"}},
		{usage("row-2", "a", "2026-13-01", "1", "1"), []string{"usage_month"}, []string{"usage_month", `"2026-13-01"`}},
	} {
		s := newSummary(&usages, test.groupBy)
		err := s.addPages(pagesOf(5, good, test.row))
		var row *rowError
		if !errors.As(err, &row) {
			t.Errorf("%v: error %v, want a rowError", test.want, err)
			continue
		}
		for _, want := range test.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("the error %q does not say %s", err, want)
			}
		}
	}
}

func TestSummaryStopsAtAFailedPage(t *testing.T) {
	failure := errors.New("page failed")
	s := newSummary(&usages, nil)
	err := s.addPages(func(yield func(scp.Page[scp.Usage], error) bool) {
		if yield(scp.Page[scp.Usage]{Rows: []scp.Usage{usage("1", "a", "-", "1", "1")}}, nil) {
			yield(scp.Page[scp.Usage]{}, failure)
		}
	})
	if !errors.Is(err, failure) {
		t.Errorf("error %v, want that of the page", err)
	}
}

// Every amount and every groupable attribute of the tables reaches the right place.
func TestTablesReadTheirOwnField(t *testing.T) {
	checkTable(t, &bills, 18, 11)
	checkTable(t, &usages, 1, 10)
}

func checkTable[R any](t *testing.T, tab *table[R], amounts, columns int) {
	t.Helper()
	if len(tab.amounts) != amounts || len(tab.strings) != columns {
		t.Errorf("%s: %d amounts and %d strings, want %d and %d", tab.many, len(tab.amounts), len(tab.strings), amounts, columns)
	}
	names := map[string]bool{}
	for _, column := range tab.groupable() {
		names[column.name] = true
		if column.description == "" || column.name == "id" {
			t.Errorf("%s: %q has no description, or is the id", tab.many, column.name)
		}
	}
	if len(names) != len(tab.strings)-1+len(tab.derived) {
		t.Errorf("%s can be grouped by %v", tab.many, names)
	}
}

// The memory of a summary depends on its groups, not on its rows.
func TestSummaryMemory(t *testing.T) {
	live := func(n int) int64 {
		s := newSummary(&usages, []string{"account_id", "usage_month"})
		page := make([]scp.Usage, 500)
		var before, after runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&before)
		for i := range n {
			page[i%500] = usage(fmt.Sprint("row-", i), fmt.Sprint("account-", i%20), fmt.Sprintf("2026-%02d-01T00:00:00", i%6+1), "106.3225806452", "0.0")
			if i%500 == 499 {
				if err := s.addPages(pagesOf(500, page...)); err != nil {
					t.Fatal(err)
				}
			}
		}
		clear(page)
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(s)
		return int64(after.HeapAlloc) - int64(before.HeapAlloc)
	}
	live(5_000) // What is made once, and what other tests left, is not looked at.
	// Rows that were kept would take more than ten times the difference allowed.
	if small, large := live(5_000), live(60_000); large > small+1<<20 {
		t.Errorf("a summary of 5,000 rows keeps %d bytes, one of 60,000 keeps %d", small, large)
	}
}

func TestTooManyGroups(t *testing.T) {
	s := newSummary(&usages, []string{"account_id"})
	s.size = rowserver.MaxSize - 40 // as if very many groups were there
	err := s.addPages(pagesOf(5, usage("1", "account", "-", "1", "1"), usage("2", "other", "-", "1", "1")))
	if !errors.Is(err, errTooManyGroups) {
		t.Errorf("error %v, want errTooManyGroups", err)
	}
	var diags diag.Diagnostics
	s.addError(t.Context(), &diags, err)
	wantSaid(t, diags, "Too many groups", "After 2 usages there are 1 groups, which do not fit in one response to Terraform (at most 255 MiB)", "Group by fewer attributes")
}

// wantSaid wants one error that says all the words.
func wantSaid(t *testing.T, diags diag.Diagnostics, words ...string) {
	t.Helper()
	if len(diags) != 1 || diags[0].Severity() != diag.SeverityError {
		t.Fatalf("said: %v", diags)
	}
	text := diags[0].Summary() + ": " + diags[0].Detail()
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("the error does not say %q:\n%s", word, text)
		}
	}
}

// Rows that no response can carry are another thing than more rows than max_rows.
func TestTooManyRowsForOneResponse(t *testing.T) {
	for count, there := range map[*int64]string{nil: "There are more; the service did not say how many.", new(int64(7_000_000)): "There are 7000000."} {
		var diags diag.Diagnostics
		bills.addReadError(t.Context(), &diags, fmt.Errorf("read: %w", &tooManyError{count: count, full: true, read: 1_234_567}), 9_000_000)
		wantSaid(t, diags, "Too many bills for one response: After 1234567 bills the response to Terraform is full: it holds at most 255 MiB. "+there,
			"Narrow the filters, or use the data source scpbilling_bill_summary", "The state was not changed.")
		if strings.Contains(diags[0].Detail(), "Raise max_rows") {
			t.Errorf("raising max_rows would not help: %s", diags[0].Detail())
		}
	}
}

// A read that took too long in all says so, and what to do about it.
func TestReadThatDoesNotEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), readTimeout)
		defer cancel()
		var diags diag.Diagnostics
		bills.addReadError(ctx, &diags, errors.New("page 7 failed"), 1)
		if wantSaid(t, diags, "Could not list bills: page 7 failed."); strings.Contains(diags[0].Detail(), "narrow") {
			t.Errorf("in time: %s", diags[0].Detail())
		}
		time.Sleep(readTimeout)
		synctest.Wait()
		diags = nil
		bills.addReadError(ctx, &diags, errors.New("page 8 failed"), 1)
		wantSaid(t, diags, "Could not list bills", "the read did not end within 1h0m0s; narrow the filters: page 8 failed")
	})
}
