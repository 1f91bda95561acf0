package costexplorer

// Whether the pages hold all rows, each once. A sum over pages that overlap, or that end
// early, would be wrong without a word.

import (
	"fmt"
	"iter"
	"reflect"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

// complete passes the pages on. It fails when a page repeats rows of itself or of the page
// before, and when there are more or fewer rows than the service's own count. No more than
// two pages are held at a time.
func complete[R any](pages iter.Seq2[scp.Page[R], error], t *table[R]) iter.Seq2[scp.Page[R], error] {
	return func(yield func(scp.Page[R], error) bool) {
		var rows, number int64
		var count *int64
		var before map[string]*R
		var previous []R
		for page, err := range pages {
			if err != nil {
				yield(page, err)
				return
			}
			number++
			rows += int64(len(page.Rows))
			if page.Count != nil {
				count = page.Count
			}
			now := make(map[string]*R, len(page.Rows))
			for i := range page.Rows {
				row := &page.Rows[i]
				id := t.id(row)
				if id == nil {
					continue
				}
				// An id alone is not enough: that the service gives each row its own is inferred.
				for _, earlier := range []*R{before[*id], now[*id]} {
					if earlier != nil && reflect.DeepEqual(earlier, row) {
						yield(scp.Page[R]{}, fmt.Errorf("the service returned the %s %.100q twice, the second time on page %d. %s", t.one, *id, number, readAgain))
						return
					}
				}
				now[*id] = row
			}
			// Rows without ids: a whole page that comes again.
			if len(page.Rows) > 0 && reflect.DeepEqual(previous, page.Rows) {
				yield(scp.Page[R]{}, fmt.Errorf("page %d of the %s is the same as the one before. %s", number, t.many, readAgain))
				return
			}
			before, previous = now, page.Rows
			if count != nil && rows > *count {
				yield(scp.Page[R]{}, countError(t.many, *count, rows))
				return
			}
			if !yield(page, nil) {
				return
			}
		}
		if count != nil && *count > rows {
			yield(scp.Page[R]{}, countError(t.many, *count, rows))
		}
	}
}

const readAgain = "Nothing is summed or returned, because some amounts could be counted twice or be missing. Rows may have been added in the meantime; try again. " +
	"If the problem persists, narrow the filters, such as the period, and report it to Samsung SDS support"

// countError is about another number of rows than the service counts.
func countError(many string, counted, given int64) error {
	return fmt.Errorf("the service reports %d %s, but its pages contain %d. %s", counted, many, given, readAgain)
}
