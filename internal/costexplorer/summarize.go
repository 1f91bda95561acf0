package costexplorer

// Sums over rows, group by group. A row is added and forgotten, so that the
// memory depends on the number of groups alone.

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit/rowserver"
)

// summary is the sums of the rows so far.
type summary[R any] struct {
	table  *table[R]
	keys   []stringColumn[R]
	groups map[string]*group
	rows   int64
	// key is the memory in which the key of a row is built.
	key []byte
	// size is what the groups take in a response, at the least.
	size int
}

// group is the sums of the rows that have the same keys.
type group struct {
	// keys are the values of the attributes that are grouped by, in their order.
	keys []*string
	rows int64
	// sums are in the order of the table's amounts.
	sums []tfkit.AmountSum
}

// errTooManyGroups is more groups than a response can carry.
var errTooManyGroups = errors.New("too many groups")

// groupSize is less than what a group without keys takes in a response.
const groupSize = 30

// rowError is about a row that cannot be summed up.
type rowError struct{ error }

// newSummary creates a summary by groupable attributes; the caller has validated
// them. Their order does not matter.
func newSummary[R any](t *table[R], groupBy []string) *summary[R] {
	s := &summary[R]{table: t, groups: map[string]*group{}}
	for _, column := range t.groupable() {
		if slices.Contains(groupBy, column.name) {
			s.keys = append(s.keys, column)
		}
	}
	return s
}

// addPages adds the rows of all pages.
func (s *summary[R]) addPages(pages iter.Seq2[scp.Page[R], error]) error {
	for page, err := range pages {
		if err != nil {
			return err
		}
		for i := range page.Rows {
			if err := s.add(&page.Rows[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

// add adds one row.
func (s *summary[R]) add(row *R) error {
	s.rows++
	g, err := s.groupOf(row)
	if err != nil {
		return err
	}
	g.rows++
	for i := range s.table.amounts {
		column := &s.table.amounts[i]
		if err := g.sums[i].Add(column.get(row)); err != nil {
			return s.rowError(row, fmt.Errorf("%s.%w", column.name, err))
		}
	}
	return nil
}

func (s *summary[R]) rowError(row *R, err error) error {
	name := fmt.Sprintf("number %d, which has no ID", s.rows)
	if id := s.table.id(row); id != nil {
		name = fmt.Sprintf("%.100q", *id)
	}
	return rowError{fmt.Errorf("%s %s: %w", s.table.one, name, err)}
}

// groupOf finds the group of a row, and makes it when the row is its first.
func (s *summary[R]) groupOf(row *R) (*group, error) {
	s.key = s.key[:0]
	for i := range s.keys {
		column := &s.keys[i]
		if column.check != nil {
			if err := column.check(row); err != nil {
				return nil, s.rowError(row, fmt.Errorf("%s: %w", column.name, err))
			}
		}
		// A length before each string keeps ("ab", "c") from ("a", "bc"), and null from "".
		if text := column.get(row); text == nil {
			s.key = append(s.key, 0)
		} else {
			s.key = binary.AppendUvarint(append(s.key, 1), uint64(len(*text)))
			s.key = append(s.key, *text...)
		}
	}
	if g, ok := s.groups[string(s.key)]; ok {
		return g, nil
	}
	if s.size += groupSize + len(s.key); s.size > rowserver.MaxSize {
		return nil, errTooManyGroups
	}
	g := &group{keys: make([]*string, len(s.keys)), sums: make([]tfkit.AmountSum, len(s.table.amounts))}
	for i := range s.keys {
		if text := s.keys[i].get(row); text != nil {
			// A copy, since the string may be a part of a whole page.
			text := strings.Clone(*text)
			g.keys[i] = &text
		}
	}
	s.groups[string(s.key)] = g
	return g, nil
}

// total adds all groups up.
func (s *summary[R]) total() *group {
	total := &group{sums: make([]tfkit.AmountSum, len(s.table.amounts))}
	for _, g := range s.groups {
		total.rows += g.rows
		for i := range g.sums {
			total.sums[i].AddSum(&g.sums[i])
		}
	}
	return total
}

// sorted are the groups ordered by their keys, the keys being in the order of the
// attributes' names. Null comes after every string.
func (s *summary[R]) sorted() []*group {
	return slices.SortedFunc(maps.Values(s.groups), func(a, b *group) int {
		return slices.CompareFunc(a.keys, b.keys, func(a, b *string) int {
			switch {
			case a == nil && b == nil:
				return 0
			case a == nil:
				return 1
			case b == nil:
				return -1
			}
			return cmp.Compare(*a, *b)
		})
	})
}

// deliver puts the groups and the total into the new state. Without keys there are no groups.
func (s *summary[R]) deliver(ctx context.Context, resp *datasource.ReadResponse) error {
	list := rowserver.NewEncoder()
	if len(s.keys) > 0 {
		for _, g := range s.sorted() {
			if !list.Add(s.attributes(g)) {
				return errTooManyGroups
			}
		}
	}
	rowserver.Deliver(ctx, resp, "groups", list.List())
	rowserver.Deliver(ctx, resp, "total", rowserver.Single(s.attributes(s.total())))
	return nil
}

// attributes are those of a group.
func (s *summary[R]) attributes(g *group) map[string]any {
	keys := map[string]*string{}
	for i, key := range g.keys {
		keys[s.keys[i].name] = key
	}
	attributes := map[string]any{"keys": keys, "row_count": g.rows}
	for i := range g.sums {
		attributes[s.table.amounts[i].name] = g.sums[i].Amount()
	}
	return attributes
}
