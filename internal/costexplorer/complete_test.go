package costexplorer

import (
	"errors"
	"iter"
	"strings"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

// page is a page of usages by their ids; day makes the contents.
func somePage(count *int64, ids ...string) scp.Page[scp.Usage] {
	p := scp.Page[scp.Usage]{Count: count}
	for _, id := range ids {
		name, day, _ := strings.Cut(id, "@")
		row := scp.Usage{UsageDate: &day}
		if name != "" {
			row.ID = &name
		}
		p.Rows = append(p.Rows, row)
	}
	return p
}

func pagesWith(pages ...scp.Page[scp.Usage]) iter.Seq2[scp.Page[scp.Usage], error] {
	return func(yield func(scp.Page[scp.Usage], error) bool) {
		for _, p := range pages {
			if !yield(p, nil) {
				return
			}
		}
	}
}

// withoutIDs is a page of rows that have no id.
func withoutIDs() scp.Page[scp.Usage] {
	day, won := "2026-03-01", "1"
	return scp.Page[scp.Usage]{Rows: []scp.Usage{{UsageDate: &day, Amounts: &scp.Amount{KRW: &won}}, {UsageDate: &day}}}
}

// Pages that overlap, shrink or grow past the service's count are an error; a sum over
// them would be wrong.
func TestComplete(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pages []scp.Page[scp.Usage]
		want  string
	}{
		"all":                        {[]scp.Page[scp.Usage]{somePage(ptr(5), "a", "b", "c"), somePage(nil, "d", "e")}, ""},
		"none":                       {[]scp.Page[scp.Usage]{somePage(ptr(0))}, ""},
		"no count":                   {[]scp.Page[scp.Usage]{somePage(nil, "a"), somePage(nil, "b")}, ""},
		"fewer than counted":         {[]scp.Page[scp.Usage]{somePage(ptr(6), "a", "b", "c"), somePage(nil, "d", "e")}, "the service reports 6 usages, but its pages contain 5"},
		"more than counted":          {[]scp.Page[scp.Usage]{somePage(ptr(2), "a", "b", "c")}, "the service reports 2 usages, but its pages contain 3"},
		"more on a later page":       {[]scp.Page[scp.Usage]{somePage(ptr(2), "a", "b"), somePage(ptr(2), "c")}, "the service reports 2 usages, but its pages contain 3"},
		"a count that changes":       {[]scp.Page[scp.Usage]{somePage(ptr(2), "a"), somePage(ptr(3), "b"), somePage(nil, "c")}, ""},
		"the last row again":         {[]scp.Page[scp.Usage]{somePage(nil, "a", "b"), somePage(nil, "b", "c")}, `the service returned the usage "b" twice, the second time on page 2`},
		"a whole page again":         {[]scp.Page[scp.Usage]{somePage(nil, "a", "b"), somePage(nil, "a", "b")}, `the usage "a" twice`},
		"a page without ids again":   {[]scp.Page[scp.Usage]{withoutIDs(), withoutIDs()}, "page 2 of the usages is the same as the one before"},
		"twice on one page":          {[]scp.Page[scp.Usage]{somePage(nil, "a", "a")}, `the usage "a" twice`},
		"an id for several days":     {[]scp.Page[scp.Usage]{somePage(nil, "a@1", "a@2"), somePage(nil, "a@3")}, ""},
		"rows without ids are equal": {[]scp.Page[scp.Usage]{somePage(nil, "", ""), somePage(nil, "")}, ""},
	} {
		var last error
		for _, err := range complete(pagesWith(c.pages...), &usages) {
			last = err
		}
		if c.want == "" && last != nil || c.want != "" && (last == nil || !strings.Contains(last.Error(), c.want) || !strings.Contains(last.Error(), "try again")) {
			t.Errorf("%s: %v, want %q", name, last, c.want)
		}
	}
	// A reader that has enough is not bothered.
	for range complete(pagesWith(somePage(ptr(6), "a"), somePage(nil, "b")), &usages) {
		break
	}
	broken := errors.New("broken")
	for _, err := range complete(func(yield func(scp.Page[scp.Usage], error) bool) { yield(scp.Page[scp.Usage]{}, broken) }, &usages) {
		if !errors.Is(err, broken) {
			t.Errorf("the error is %v", err)
		}
	}
}

func ptr(n int64) *int64 { return &n }
