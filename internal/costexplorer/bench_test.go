package costexplorer_test

import (
	"strconv"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// BenchmarkReads measures the client's read of all pages alone, and the data sources up to
// the response in the form of the protocol. The service runs in the same process, so that
// only a comparison between them says something.
func BenchmarkReads(b *testing.B) {
	for _, n := range []int{1_000, 10_000, 100_000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			service, err := emulator.Start(emulator.Options{Usages: n, Bills: n, Guesses: emulator.Guesses{DefaultPeriod: "all"}})
			if err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { _ = service.Close() })
			client, err := scp.New(scp.Config{EndpointOverride: service.URL, AccessKey: emulator.ExampleAccessKey, SecretKey: emulator.ExampleSecretKey})
			if err != nil {
				b.Fatal(err)
			}
			perRow(b, "client", n, func() {
				for _, err := range client.ListUsages(b.Context(), scp.UsageFilter{}) {
					if err != nil {
						b.Fatal(err)
					}
				}
			})
			p := acctest.NewProvider(b)
			p.Configure(object{"endpoint_override": service.URL, "access_key": emulator.ExampleAccessKey, "secret_key": emulator.ExampleSecretKey}).WantNone(b)
			for _, c := range []struct {
				typeName string
				config   object
			}{
				{"scpbilling_usages", object{}},
				{"scpbilling_usage_summary", object{"group_by": []any{"usage_month", "service_category"}}},
				{"scpbilling_bills", object{}}, // eighteen amounts each
				{"scpbilling_bill_summary", object{"group_by": []any{"bill_year_month", "service_category"}}},
			} {
				perRow(b, c.typeName, n, func() {
					acctest.Diagnostics(p.ReadDataRaw(c.typeName, c.config).Diagnostics).WantNone(b)
				})
			}
		})
	}
}

// perRow reports what a benchmark costs for each row.
func perRow(b *testing.B, name string, rows int, run func()) {
	b.Run(name, func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			run()
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(rows)/float64(b.N), "ns/row")
	})
}
