package scp

// What reading costs.

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
)

// usagePages creates n rows in pages of size rows, as the service sends them.
func usagePages(n, size int) []string {
	var pages []string
	services := []string{"VIRTUAL_SERVER", "BLOCK_STORAGE", "OBJECT_STORAGE", "POSTGRESQL", "KUBERNETES", "LOAD_BALANCER"}
	for first := 0; first < n; first += size {
		var b strings.Builder
		b.WriteString(`{"usages":[`)
		last := min(first+size, n)
		for i := first; i < last; i++ {
			if i > first {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, `{"id":"%032x","account_id":"%032x","service_category":"COMPUTE","billing_item_id":"%s",`+
				`"ccbs_product_code":"PD%08d","resource_id":"7f6741f3-d9f0-4262-9a5f-%012d","contract_id":"C%09d","order_status":"04",`+
				`"usage_date":"2026-%02d-%02dT00:00:00","amounts":{"krw":"%d.3225806452","usd":"0.0"},"status_code":0}`,
				i*2654435761, i%12, services[i%len(services)], i%40, i%5000, i%200, i/2000%12+1, i%28+1, i*7919%100000)
		}
		b.WriteString(`],"timezone":"Asia/Seoul","count":null,"links":[`)
		if last < n {
			fmt.Fprintf(&b, `{"rel":"next","href":"https://example.invalid/v1/usages?limit=%d&marker=m%d"}`, size, last)
		}
		b.WriteString(`]}`)
		pages = append(pages, b.String())
	}
	return pages
}

// pagesTransport responds with a page per request, by the marker.
type pagesTransport struct{ pages []string }

func (p pagesTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	page := 0
	if marker := r.URL.Query().Get("marker"); marker != "" {
		var rows int
		fmt.Sscanf(marker, "m%d", &rows)
		page = rows / 500
	}
	body := p.pages[page]
	return &http.Response{
		StatusCode: http.StatusOK, Header: http.Header{}, ContentLength: int64(len(body)),
		Body: io.NopCloser(strings.NewReader(body)), Request: r,
	}, nil
}

func BenchmarkListUsages(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		pages := usagePages(n, 500)
		var size int64
		for _, page := range pages {
			size += int64(len(page))
		}
		b.Run(fmt.Sprintf("rows=%d", n), func(b *testing.B) {
			c, err := New(Config{
				AccessKey: "EXAMPLEACCESSKEY0001", SecretKey: "example-secret-key-not-real-0001",
				EndpointOverride: "https://costexplorer.example.invalid", Transport: pagesTransport{pages},
			})
			if err != nil {
				b.Fatal(err)
			}
			b.SetBytes(size)
			b.ReportAllocs()
			for b.Loop() {
				rows := 0
				for page, err := range c.ListUsages(context.Background(), UsageFilter{}) {
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
