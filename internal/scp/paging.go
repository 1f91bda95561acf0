package scp

// The two ways of paging (NOTES section 5), each in one place.

import (
	"context"
	"crypto/sha256"
	"iter"
	"maps"
	"net/http"
	"net/url"
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
	filter query
	// rows is the name of the list in a response.
	rows string
	// size is the name of the parameter for the page size, and first the first page.
	size  string
	first int64
	// key identifies rows, and is required of them.
	key       func(*T) string
	shortfall Shortfall
}

// pages yields the rows of all pages. size is the page size; 0 is defaultPageSize.
func (l *numberedList[T]) pages(ctx context.Context, c *Client, size int) iter.Seq2[*T, error] {
	if size <= 0 {
		size = defaultPageSize
	}
	fetch := func(number int64) (page listPage[T], err error) {
		q := maps.Clone(l.filter)
		q.set("page", strconv.FormatInt(number, 10))
		q.set(l.size, strconv.Itoa(size))
		err = c.do(ctx, &call{
			operation: l.operation, service: l.service, since: l.since,
			method: http.MethodGet, path: l.path, query: url.Values(q), repeat: repeatFreely, limit: maxPageBody,
			decode: func(body []byte) (err error) {
				page, err = decodePage[T](body, l.rows)
				for i := range page.rows {
					if l.key(&page.rows[i]) == "" {
						return shapeErrorf("%s.id is missing", l.rows)
					}
				}
				return err
			},
		})
		return page, err
	}
	return numberedPages(l.operation, l.path, l.first, int64(size), l.key, fetch, l.shortfall)
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

// numberedPages yields the rows of all pages, from the page first on. asked is
// the page size that fetch asks for; the service may give less. key identifies rows
// apart: a row of an earlier page is omitted when it comes again, as happens
// when rows are added meanwhile.
func numberedPages[T any](
	operation, path string, first, asked int64, key func(*T) string, fetch func(page int64) (listPage[T], error),
	shortfall Shortfall,
) iter.Seq2[*T, error] {
	return func(yield func(*T, error) bool) {
		fail := func(detail string) {
			yield(nil, &Error{
				Kind: KindResponse, Operation: operation, Method: http.MethodGet, Path: path,
				StatusCode: http.StatusOK, Detail: detail, Outcome: OutcomeUnknown, Attempts: 1,
			})
		}
		seen := map[string]bool{}
		// counted is the last count that was given, total the rows that were given,
		// longest those of the longest page.
		var counted, total, longest int64
		end := func() {
			if shortfall != nil && counted > total {
				shortfall(counted, total)
			}
		}
		for page := first; page-first < maxPages; page++ {
			got, err := fetch(page)
			if err != nil {
				yield(nil, err)
				return
			}
			// A page without a count does not reset it: the last page may have none, or its
			// own.
			count := number(got.count)
			if count > 0 {
				counted = count
			}
			length := int64(len(got.rows))
			if length == 0 {
				end()
				return
			}
			fresh := make([]string, 0, length)
			for i := range got.rows {
				k := key(&got.rows[i])
				if seen[k] {
					continue
				}
				fresh = append(fresh, k)
				total++
				if !yield(&got.rows[i], nil) {
					return
				}
			}
			for _, k := range fresh {
				seen[k] = true
			}

			if len(fresh) == 0 {
				// The same rows again. If there are no more rows, that is fine.
				if counted > total {
					fail("a page repeats earlier ones although there are more rows")
				}
				return
			}
			size, reported := asked, number(got.size)
			if reported > 0 && reported < size {
				size = reported
			}
			short := length < size
			switch {
			case count == total && page == first && !short:
				// That the count covers all pages is inferred. On a full first page it may
				// just as well be that of the page.
			case count == total:
				return
			case counted == 0 && reported == 0 && length >= longest:
				// Neither a count nor a size, and the service may cap its pages: the list ends
				// with a page that is shorter than another, or that repeats rows.
				longest = length
			case count < total && short:
				// Without a count, a page that is not full is the last. A short page alone
				// does not prove that: the service may cap its pages.
				end()
				return
			}
		}
		fail("the list does not end")
	}
}

// markerPages yields pages that are linked by markers. fetch gets the marker
// of a page, "" for the first, and returns the page, its number of rows and
// the marker of the next page, "" for none.
func markerPages[T any](
	operation, path string, fetch func(marker string) (page T, rows int, next string, err error),
) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		seen := map[string]bool{}
		for marker := ""; ; {
			page, rows, next, err := fetch(marker)
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			if !yield(page, nil) || rows == 0 || next == "" {
				return
			}
			if seen[next] || len(seen) >= maxPages {
				var none T
				yield(none, &Error{
					Kind: KindResponse, Operation: operation, Method: http.MethodGet, Path: path,
					StatusCode: http.StatusOK, Outcome: OutcomeUnknown, Attempts: 1,
					Detail: "the link to the next page has the marker of an earlier one",
				})
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

// query is a query string under construction; empty values are omitted.
type query url.Values

func (q query) set(key string, values ...string) {
	for _, value := range values {
		if value != "" {
			url.Values(q).Add(key, value)
		}
	}
}
