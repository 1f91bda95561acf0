package emulator

// What the lists of all services have in common.

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"time"
)

// order is one field that a list is sorted by.
type order struct {
	field      string
	descending bool
}

func (o order) String() string {
	if o.descending {
		return o.field + ":desc"
	}
	return o.field + ":asc"
}

// listing describes a list with numbered pages.
type listing struct {
	size     string // the query parameter for the size of a page
	least    int64  // the smallest size
	first    int64  // the number of the first page
	orders   []order
	bareSort bool     // "asc" and "desc" alone are an order by the field of orders
	fields   []string // that the list can be sorted by

	sizeIgnored bool // all rows are on the first page
}

// pageOf is a page of a list.
type pageOf[T any] struct {
	rows                       []T
	total, pages, number, size int64
	sort                       []string
}

// list reads the page and the order that a request asks for, and selects the rows of that page.
func list[T any](c *call, l listing, rows []T, matches func(T) bool) (page pageOf[T], refused *reply) {
	page.size = c.number(l.size, l.least, 20)
	page.number = c.number("page", l.first, l.first)
	orders := l.orders
	if l.fields != nil {
		orders = c.sorting(l.fields, l.bareSort, l.orders...)
	}
	if refused := c.refusal(); refused != nil {
		return page, refused
	}
	found := []T{}
	for _, row := range rows {
		if matches(row) {
			found = append(found, row)
		}
	}
	for _, o := range orders {
		page.sort = append(page.sort, o.String())
	}
	if slices.Contains(l.fields, "id") {
		orders = append(orders, order{field: "id"}) // so that paging never loses a row
	}
	slices.SortStableFunc(found, func(x, y T) int {
		for _, o := range orders {
			n := cmp.Compare(member(x, o.field), member(y, o.field))
			if o.descending {
				n = -n
			}
			if n != 0 {
				return n
			}
		}
		return 0
	})
	page.total = int64(len(found))
	page.size = c.s.pageSize(page.size)
	page.rows = found[:0]
	skip := page.number - l.first
	switch {
	case l.sizeIgnored && skip == 0:
		page.rows = found
	case page.size > 0 && !l.sizeIgnored:
		page.pages = page.total / page.size
		if page.total%page.size > 0 {
			page.pages++
		}
		if skip < page.pages {
			page.rows = found[skip*page.size : min((skip+1)*page.size, page.total)]
		}
	}
	return page, nil
}

// sorting reads "field:direction"; the result is def if the parameter is absent.
func (c *call) sorting(fields []string, bare bool, def ...order) []order {
	if !c.query.Has("sort") {
		return def
	}
	v := c.query.Get("sort")
	if bare && (v == "asc" || v == "desc") {
		v = def[0].field + ":" + v
	}
	field, direction, _ := strings.Cut(v, ":")
	c.require(slices.Contains(fields, field) && (direction == "asc" || direction == "desc"),
		"Sort %q must be field:asc or field:desc with one of the fields %s.", v, strings.Join(fields, ", "))
	return []order{{field, direction == "desc"}}
}

// first returns the first element of a list for which a condition holds, or nil.
func first[T any](list []T, holds func(*T) bool) *T {
	for i := range list {
		if holds(&list[i]) {
			return &list[i]
		}
	}
	return nil
}

// member is a member of a row by its name in JSON, in a form that sorts as a string.
func member(row any, name string) string {
	if p, isPrice := row.(price); isPrice {
		return fmt.Sprint(p[name])
	}
	v := reflect.ValueOf(row).Elem()
	i := slices.IndexFunc(reflect.VisibleFields(v.Type()), func(f reflect.StructField) bool { return f.Tag.Get("json") == name })
	switch x := v.Field(i).Interface().(type) {
	case time.Time:
		return x.UTC().Format("2006-01-02T15:04:05.000000000")
	case int64:
		return fmt.Sprintf("%020d", x)
	default:
		return fmt.Sprint(x)
	}
}

// store keeps the objects of a service, in the order of their creation.
type store[T any] struct {
	all []*T
	key func(*T) (id string, created time.Time)
	// reads are the reads so far of each object that was created through the API, for
	// Guesses.ReadableAfterReads.
	reads map[string]int
}

func newStore[T any](key func(*T) (string, time.Time)) store[T] {
	return store[T]{all: []*T{}, key: key, reads: map[string]int{}}
}

func (s *store[T]) index(id string) int {
	return slices.IndexFunc(s.all, func(x *T) bool {
		own, _ := s.key(x)
		return own == id
	})
}

// get returns an object, or nil.
func (s *store[T]) get(id string) *T {
	if i := s.index(id); i >= 0 {
		return s.all[i]
	}
	return nil
}

// put adds an object, or replaces the one with its id.
func (s *store[T]) put(x *T) {
	id, _ := s.key(x)
	if i := s.index(id); i >= 0 {
		s.all[i] = x
	} else {
		s.all = append(s.all, x)
	}
}

// create adds an object that the API has created.
func (s *store[T]) create(x *T) {
	id, _ := s.key(x)
	s.put(x)
	s.reads[id] = 0
}

// remove removes an object, and reports whether it existed.
func (s *store[T]) remove(id string) bool {
	i := s.index(id)
	if i >= 0 {
		s.all = slices.Delete(s.all, i, i+1)
	}
	return i >= 0
}

// hidden reports whether an object that the API has created cannot be read yet.
func (s *store[T]) hidden(x *T, c *call) bool {
	id, created := s.key(x)
	_, viaAPI := s.reads[id]
	return viaAPI && c.now.Before(created.Add(c.s.opt.Guesses.ReadableAfter))
}

// readable counts a read of an object, and reports whether it succeeds.
func (s *store[T]) readable(x *T, c *call) bool {
	if x == nil || s.hidden(x, c) {
		return false
	}
	id, _ := s.key(x)
	if n, viaAPI := s.reads[id]; !viaAPI || n >= c.s.opt.Guesses.ReadableAfterReads {
		return true
	}
	s.reads[id]++
	return false
}
