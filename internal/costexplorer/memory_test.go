package costexplorer_test

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// What a summary keeps while it reads does not grow with the pages: neither in the
// data source nor in the client.
func TestSummaryKeepsNoPages(t *testing.T) {
	// Few rows with long strings: much to keep, and little to read.
	rows := ""
	for i := range 79 {
		rows += usageRow(fmt.Sprint(i)+strings.Repeat("0123456789", 40), `{"krw":"1.5","usd":"0.0"}`) + ","
	}
	rows += usageRow("last", "null")
	kept := func(pages int) uint64 {
		// Requests come one after the other, but from goroutines of their own.
		var most, requests atomic.Uint64
		p := acctest.Against(t, nil, func(w http.ResponseWriter, _ *http.Request) {
			page := requests.Add(1)
			if page%20 == 0 {
				var figures runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&figures)
				most.Store(max(most.Load(), figures.HeapAlloc))
			}
			links := ""
			if page < uint64(pages) {
				links = fmt.Sprintf(`{"rel":"next","href":"http://x/v1/usages?marker=%032d"}`, page)
			}
			_, _ = fmt.Fprintf(w, `{"usages":[%s],"count":null,"timezone":"Asia/Seoul","links":[%s]}`, strings.ReplaceAll(rows, `"id":"`, fmt.Sprintf(`"id":"%d-`, page)), links)
		})
		_, d := p.ReadData("scpbilling_usage_summary", object{"group_by": []any{"usage_month", "account_id"}})
		d.WantNone(t)
		if got := requests.Load(); got != uint64(pages) {
			t.Fatalf("%d requests, want %d", got, pages)
		}
		return most.Load()
	}
	// The first read fills what is kept for good: connections, pools, schemas.
	kept(40)
	small, large := kept(40), kept(400)
	t.Logf("40 pages: %d KiB, 400 pages: %d KiB", small>>10, large>>10)
	if large > small+5<<20 {
		t.Errorf("with 40 pages %d bytes are kept at most, with 400 pages %d", small, large)
	}
}
