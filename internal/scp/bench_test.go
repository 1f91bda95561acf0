package scp

// What reading costs.

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

func BenchmarkListUsages(b *testing.B) {
	const size = 500
	rows := strings.Repeat(usageJSON+",", size-1) + usageJSON
	for _, n := range []int{1_000, 10_000, 100_000} {
		var pages []step
		var bytes int64
		for last := size; last <= n; last += size {
			links := ""
			if last < n {
				links = fmt.Sprintf(`{"rel":"next","href":"https://example.invalid/v1/usages?limit=%d&marker=%d"}`, size, last/size)
			}
			page := `{"usages":[` + rows + `],"timezone":"Asia/Seoul","count":null,"links":[` + links + `]}`
			pages = append(pages, reply(200, page))
			bytes += int64(len(page))
		}
		b.Run(fmt.Sprintf("rows=%d", n), func(b *testing.B) {
			c := newTest(b, transportFunc(func(r *http.Request) (*http.Response, error) {
				page, _ := strconv.Atoi(r.URL.Query().Get("marker")) // the first page has none
				return pages[page](r)
			}), nil)
			b.SetBytes(bytes)
			b.ReportAllocs()
			for b.Loop() {
				rows := 0
				for page, err := range c.ListUsages(b.Context(), UsageFilter{}) {
					if err != nil {
						b.Fatal(err)
					}
					rows += len(page.Rows)
				}
				if rows != n {
					b.Fatalf("%d rows of %d", rows, n)
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
		// The floor: the same pages, decoded with the standard library and nothing else.
		type usage struct {
			Usage

			StatusCode any `json:"status_code"` // a number here
		}
		b.Run(fmt.Sprintf("encoding/json of rows=%d", n), func(b *testing.B) {
			for b.Loop() {
				for _, page := range pages {
					response, err := page(&http.Request{})
					var body struct{ Usages []usage }
					if err != nil || json.NewDecoder(response.Body).Decode(&body) != nil || len(body.Usages) != size {
						b.Fatal("a page cannot be read")
					}
				}
			}
			b.ReportMetric(float64(n)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func BenchmarkDecodeBudget(b *testing.B) {
	body := []byte(budgetJSON)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := budgetObjects.decodeOf(body, "b1"); err != nil {
			b.Fatal(err)
		}
	}
}

const budgetJSON = `{"budget":{"id":"b1","name":"my_budget_ex","amount":1000000,"unit":"MONTHLY","start_month":"2026-01","type":"COST",` +
	`"created_at":"2025-11-01T00:00:00","created_by":"TEST","modified_at":"2025-11-01T00:00:00","modified_by":"TEST"},` +
	`"notifications":{"is_use_notification":true,"notification_send_period":"FIRST","receivers":["a@example.com"],"thresholds":[80,90]},` +
	`"prevention":{"is_use_prevention":true,"receivers":["b@example.com"],"threshold":80}}`
