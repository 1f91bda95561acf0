package costexplorer

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit/rowserver"
)

// onePage is a page of rows.
func onePage(rows ...scp.Usage) iter.Seq2[scp.Page[scp.Usage], error] {
	return pagesWith(scp.Page[scp.Usage]{Rows: rows})
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
		err := s.addPages(onePage(good, test.row))
		var row rowError
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

func TestTooManyGroups(t *testing.T) {
	s := newSummary(&usages, []string{"account_id"})
	s.size = rowserver.MaxSize - 40 // as if very many groups were there
	err := s.addPages(onePage(usage("1", "account", "-", "1", "1"), usage("2", "other", "-", "1", "1")))
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
