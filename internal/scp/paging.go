package scp

// The two ways of paging (NOTES section 5), each in one place.

import (
	"cmp"
	"context"
	"crypto/sha256"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json"
)

// maxPages limits a list that never ends.
const maxPages = 100_000

// defaultPageSize is the page size of a list that is paged by number, unless asked for
// another.
const defaultPageSize = 100

// numberedList is a list that is paged by number.
type numberedList[T any] struct {
	operation, path string
	service         Service
	// since is the first API version that has the filter; "" is every version.
	since  string
	filter url.Values
	// rows is the name of the list in a response.
	rows string
	// size is the name of the parameter for the page size, and first the first page.
	size  string
	first int64
	// pageSize is the page size to ask for; 0 is defaultPageSize.
	pageSize int
	// key identifies rows, and is required of them.
	key       func(*T) string
	shortfall Shortfall
}

// pages yields the rows of all pages.
func (l numberedList[T]) pages(ctx context.Context, c *Client) iter.Seq2[*T, error] {
	l.pageSize = cmp.Or(l.pageSize, defaultPageSize)
	return l.walk(func(number int64) (page listPage[T], err error) {
		q := with(l.filter, "page", strconv.FormatInt(number, 10))
		q.Set(l.size, strconv.Itoa(l.pageSize))
		err = c.do(ctx, &call{
			operation: l.operation, service: l.service, since: l.since,
			method: http.MethodGet, path: l.path, query: q, repeat: repeatFreely, limit: maxPageBody,
			decode: func(body []byte) (err error) {
				page, err = decodePage[T](body, l.rows)
				for i := range page.Rows {
					if l.key(&page.Rows[i]) == "" {
						return shapeErrorf("%s.id is missing", l.rows)
					}
				}
				return err
			},
		})
		return page, err
	})
}

// Collect returns all rows of a list, or none and the error that ended it.
func Collect[T any](rows iter.Seq2[T, error]) (all []T, err error) {
	for row, err := range rows {
		if err != nil {
			return nil, err
		}
		all = append(all, row)
	}
	return all, nil
}

// rowKey is the whole content of a row, for rows to which the API gives no id.
func rowKey[T any](row *T) string {
	text, _ := json.Marshal(row) // always marshals
	key := sha256.Sum256(text)
	return string(key[:])
}

// Shortfall is called when a list ends and the service reports more rows than its pages
// contained. That the count covers all rows is inferred (NOTES section 5), so a difference is
// not an error.
type Shortfall func(counted, given int64)

// unusable is the error of pages that contradict each other.
func unusable(operation, path, detail string) *Error {
	return &Error{
		Kind: KindResponse, Operation: operation, Method: http.MethodGet, Path: path,
		StatusCode: http.StatusOK, Detail: detail, Outcome: OutcomeUnknown, Attempts: 1,
	}
}

// walk yields the rows of all pages. The service may give smaller pages than it is asked for. A
// row of an earlier page is omitted when it comes again, as happens when rows are added
// meanwhile.
func (l numberedList[T]) walk(fetch func(page int64) (listPage[T], error)) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		seen := map[string]bool{}
		// counted is the last count that was given, total the rows that were given,
		// longest those of the longest page.
		var counted, total, longest int64
		for page, last := l.first, false; !last; page++ {
			if page-l.first >= maxPages {
				yield(nil, unusable(l.operation, l.path, "the list does not end"))
				return
			}
			got, err := fetch(page)
			if err != nil {
				yield(nil, err)
				return
			}
			// A page without a count does not reset it: the last page may have none, or its
			// own.
			count := number(got.Count)
			if count > 0 {
				counted = count
			}
			var fresh []string // Rows that are alike within one page are all given.
			for i := range got.Rows {
				k := l.key(&got.Rows[i])
				if seen[k] {
					continue
				}
				fresh = append(fresh, k)
				total++
				if !yield(&got.Rows[i], nil) {
					return
				}
			}
			for _, k := range fresh {
				seen[k] = true
			}
			length := int64(len(got.Rows))
			if length > 0 && len(fresh) == 0 && counted > total {
				yield(nil, unusable(l.operation, l.path, "a page repeats earlier ones although there are more rows"))
				return
			}
			size, reported := int64(l.pageSize), number(got.size)
			if reported > 0 {
				size = min(size, reported)
			}
			switch {
			case len(fresh) == 0:
				last = true
			case count == total:
				// That the count covers all pages is inferred. On a full first page it may
				// just as well be that of the page.
				last = page > l.first || length < size
			case counted == 0 && reported == 0 && length >= longest:
				// Neither a count nor a size, and the service may cap its pages: the list ends
				// with a page that is shorter than another, or that repeats rows.
				longest = length
			default:
				// Without a count, a page that is not full is the last. A short page alone
				// does not prove that: the service may cap its pages.
				last = count < total && length < size
			}
		}
		if l.shortfall != nil && counted > total {
			l.shortfall(counted, total)
		}
	}
}

// markerPages yields pages that are linked by markers. fetch gets the marker of a page, "" for
// the first, and returns the page and the marker of the next one, "" for none.
func markerPages[T any](
	operation, path string, fetch func(marker string) (page listPage[T], next string, err error),
) iter.Seq2[Page[T], error] {
	return func(yield func(Page[T], error) bool) {
		seen := map[string]bool{}
		for marker := ""; ; {
			page, next, err := fetch(marker)
			if err != nil {
				yield(Page[T]{}, err)
				return
			}
			if !yield(page.Page, nil) || len(page.Rows) == 0 || next == "" {
				return
			}
			if seen[next] || len(seen) >= maxPages {
				yield(Page[T]{}, unusable(operation, path, "the link to the next page has the marker of an earlier one"))
				return
			}
			marker = next
			seen[marker] = true
		}
	}
}

// link is a link of a page.
type link struct {
	Rel  string `json:"rel"`
	Href string `json:"href"`
}

// nextMarker extracts the marker from the link to the next page; "" means that this is the
// last page. Nothing else of the link is used: its address would decide where credentials are
// sent.
func nextMarker(links []link) (string, error) {
	for _, l := range links {
		if !strings.EqualFold(strings.TrimSpace(l.Rel), "next") || l.Href == "" {
			continue
		}
		address, _, _ := strings.Cut(l.Href, "#")
		_, query, _ := strings.Cut(address, "?")
		values, err := url.ParseQuery(query)
		if err != nil {
			return "", shapeErrorf("the link to the next page has no readable query")
		}
		marker := values.Get("marker")
		if marker == "" {
			return "", shapeErrorf("the link to the next page has no marker")
		}
		return marker, nil
	}
	return "", nil
}

func number(n *int64) int64 {
	if n == nil {
		return 0
	}
	return *n
}

// queryOf returns the query of a filter: each field is the parameter that its tag names. Empty
// values are omitted.
func queryOf(filter any) url.Values {
	q := url.Values{}
	fields := reflect.ValueOf(filter)
	for _, of := range reflect.VisibleFields(fields.Type()) {
		var values []string
		switch field := fields.FieldByIndex(of.Index).Interface().(type) {
		case string:
			values = []string{field}
		case []string:
			values = field
		case bool:
			if field {
				values = []string{"true"}
			}
		case *bool:
			if field != nil {
				values = []string{strconv.FormatBool(*field)}
			}
		}
		for _, value := range values {
			if value != "" {
				q.Add(of.Tag.Get("query"), value)
			}
		}
	}
	return q
}

// with returns a query with one more parameter, unless its value is empty.
func with(q url.Values, name, value string) url.Values {
	q = maps.Clone(q)
	if value != "" {
		q.Set(name, value)
	}
	return q
}
