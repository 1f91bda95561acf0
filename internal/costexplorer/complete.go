package costexplorer

// Whether the pages hold all rows: the service's own count tells, when it is sent.

import (
	"fmt"
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

// complete passes the pages on, and warns when they end before the count that the
// service gave. What the count means is inferred (internal/contract/NOTES.md section
// 10, 20), so it is no error; but a sum over a part must not pass for the whole.
func complete[R any](pages iter.Seq2[scp.Page[R], error], many string, diags *diag.Diagnostics) iter.Seq2[scp.Page[R], error] {
	return func(yield func(scp.Page[R], error) bool) {
		var rows int64
		var count *int64
		for page, err := range pages {
			rows += int64(len(page.Rows))
			if page.Count != nil {
				count = page.Count
			}
			if !yield(page, err) || err != nil {
				return
			}
		}
		if count != nil && *count > rows {
			diags.AddWarning("Not all "+many+" were delivered",
				fmt.Sprintf("The service counts %d %s, and its pages ended after %d. The result covers those only. Read again; when it stays, ask the service's support.", *count, many, rows))
		}
	}
}
