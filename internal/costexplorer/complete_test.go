package costexplorer

import (
	"iter"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

// Pages that end before the service's count are told of; anything else is not.
func TestComplete(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		count *int64
		take  int
		warns bool
	}{
		"all":              {ptr(5), 9, false},
		"fewer than known": {ptr(6), 9, true},
		"more than known":  {ptr(2), 9, false},
		"no count":         {nil, 9, false},
		"left early":       {ptr(6), 1, false},
	} {
		pages := func(yield func(scp.Page[scp.Usage], error) bool) {
			_ = yield(scp.Page[scp.Usage]{Rows: make([]scp.Usage, 3), Count: c.count}, nil) &&
				yield(scp.Page[scp.Usage]{Rows: make([]scp.Usage, 2)}, nil)
		}
		var diags diag.Diagnostics
		seen := 0
		for range complete(iter.Seq2[scp.Page[scp.Usage], error](pages), "usages", &diags) {
			if seen++; seen == c.take {
				break
			}
		}
		if got := diags.WarningsCount() == 1; got != c.warns || diags.HasError() {
			t.Errorf("%s: %v", name, diags)
		}
		if c.warns && !strings.Contains(diags[0].Detail(), "counts 6 usages, and its pages ended after 5") {
			t.Errorf("%s: %s", name, diags[0].Detail())
		}
	}
}

func ptr(n int64) *int64 { return &n }
