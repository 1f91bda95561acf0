package costexplorer

// Whether the pages hold all rows: the service's own count tells, when it is sent.

import (
	"iter"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// complete passes the pages on, and warns when they end before the count that the
// service gave.
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
			tfkit.WarnShortfall(many, diags)(*count, rows)
		}
	}
}
