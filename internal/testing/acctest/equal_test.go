package acctest

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

func TestEqual(t *testing.T) {
	t.Parallel()
	numbers := func(typ tftypes.Type, in ...int64) any {
		var elements []tftypes.Value
		for _, n := range in {
			elements = append(elements, tftypes.NewValue(tftypes.Number, n))
		}
		return decode(tftypes.NewValue(typ, elements))
	}
	list, set := tftypes.List{ElementType: tftypes.Number}, tftypes.Set{ElementType: tftypes.Number}
	for name, c := range map[string]struct {
		a, b any
		want bool
	}{
		"lists in another order":     {numbers(list, 100, 70), []any{70, 100}, false},
		"the same list":              {numbers(list, 100, 70), []any{100, 70}, true},
		"sets in another order":      {numbers(set, 100, 70), numbers(set, 70, 100), true},
		"a set and its sorted form":  {numbers(set, 100, 70), []any{70, 100}, true},
		"other elements":             {numbers(set, 100, 70), []any{70, 90}, false},
		"null and a missing key":     {Object{"a": nil, "b": 1}, Object{"b": int64(1)}, true},
		"null and empty":             {nil, []any{}, false},
		"a number and a string":      {1, "1", false},
		"a list of lists, reordered": {[]any{[]any{1, 2}}, []any{[]any{2, 1}}, false},
	} {
		if got := Equal(c.a, c.b); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}
