package costexplorer_test

// Benchmarks. Each compares with a floor in the same run: the same pages, fetched
// and decoded by encoding/json into plain structs, and nothing else.

import (
	"bufio"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/provider"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// benchmarkServer starts a service of n rows in a process of its own.
func benchmarkServer(tb testing.TB, n int) string {
	tb.Helper()
	program, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	server := exec.Command(program)
	server.Env = append(os.Environ(), serverVariable+"="+strconv.Itoa(n))
	server.Stderr = os.Stderr
	stdin, err := server.StdinPipe()
	if err != nil {
		tb.Fatal(err)
	}
	stdout, err := server.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	if err := server.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		_ = stdin.Close()
		_ = server.Wait()
	})
	address, err := bufio.NewReader(stdout).ReadString('\n')
	if err != nil {
		tb.Fatal(err)
	}
	return strings.TrimSpace(address)
}

func benchmarkClient(tb testing.TB, address string) *scp.Client {
	tb.Helper()
	client, err := scp.New(scp.Config{EndpointOverride: address, AccessKey: emulator.ExampleAccessKey, SecretKey: emulator.ExampleSecretKey})
	if err != nil {
		tb.Fatal(err)
	}
	return client
}

// floorUsage is what encoding/json makes of a usage.
type floorUsage struct {
	ID              string       `json:"id"`
	AccountID       string       `json:"account_id"`
	ServiceCategory string       `json:"service_category"`
	BillingItemID   string       `json:"billing_item_id"`
	CCBSProductCode string       `json:"ccbs_product_code"`
	ResourceID      string       `json:"resource_id"`
	ContractID      string       `json:"contract_id"`
	OrderStatus     *string      `json:"order_status"`
	UsageDate       *string      `json:"usage_date"`
	Amounts         *floorAmount `json:"amounts"`
	StatusCode      *int64       `json:"status_code"`
}

type floorAmount struct {
	KRW string `json:"krw"`
	USD string `json:"usd"`
}

type floorPage struct {
	Usages []floorUsage `json:"usages"`
	Links  []struct {
		Href string `json:"href"`
		Rel  string `json:"rel"`
	} `json:"links"`
}

// floor fetches and decodes pages until it has n rows.
func floor(tb testing.TB, address string, n int) {
	tb.Helper()
	next := address + "/v1/usages?limit=500"
	for rows := 0; rows < n; {
		req, err := http.NewRequestWithContext(tb.Context(), http.MethodGet, next, nil)
		if err != nil {
			tb.Fatal(err)
		}
		stamp := strconv.FormatInt(time.Now().UnixMilli(), 10)
		mac := hmac.New(sha256.New, []byte(emulator.ExampleSecretKey))
		mac.Write([]byte(http.MethodGet + next + stamp + emulator.ExampleAccessKey + "Openapi"))
		req.Header = http.Header{
			"Scp-Accesskey": {emulator.ExampleAccessKey}, "Scp-Timestamp": {stamp}, "Scp-Clienttype": {"Openapi"},
			"Scp-Signature": {base64.StdEncoding.EncodeToString(mac.Sum(nil))},
		}
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			tb.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK {
			tb.Fatalf("status %d, %v", resp.StatusCode, err)
		}
		var page floorPage
		if err := json.Unmarshal(body, &page); err != nil {
			tb.Fatal(err)
		}
		rows += len(page.Usages)
		for _, link := range page.Links {
			if link.Rel == "next" {
				next = link.Href
			}
		}
	}
}

// perRow reports what a benchmark costs for each row.
func perRow(b *testing.B, rows int, run func()) {
	b.Helper()
	b.ReportAllocs()
	for b.Loop() {
		run()
	}
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(rows)/float64(b.N), "ns/row")
}

// served is the provider, configured for a service.
type served struct {
	tb     testing.TB
	server tfprotov6.ProviderServer
	types  map[string]tftypes.Object
}

// serveProvider configures a server of the provider.
func serveProvider(tb testing.TB, server tfprotov6.ProviderServer, address string) *served {
	tb.Helper()
	schema, err := server.GetProviderSchema(tb.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		tb.Fatal(err)
	}
	s := &served{tb: tb, server: server, types: map[string]tftypes.Object{}}
	for name, source := range schema.DataSourceSchemas {
		s.types[name] = source.ValueType().(tftypes.Object)
	}
	text := func(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }
	config := withNulls(tb, schema.Provider.ValueType().(tftypes.Object), map[string]tftypes.Value{
		"endpoint_override": text(address), "access_key": text(emulator.ExampleAccessKey), "secret_key": text(emulator.ExampleSecretKey),
	})
	resp, err := server.ConfigureProvider(tb.Context(), &tfprotov6.ConfigureProviderRequest{Config: config})
	if err != nil || len(resp.Diagnostics) > 0 {
		tb.Fatalf("configure: %v %v", err, resp.Diagnostics)
	}
	return s
}

// withNulls encodes an object of which all but some attributes are null.
func withNulls(tb testing.TB, typ tftypes.Object, some map[string]tftypes.Value) *tfprotov6.DynamicValue {
	tb.Helper()
	values := map[string]tftypes.Value{}
	for name, attribute := range typ.AttributeTypes {
		values[name] = tftypes.NewValue(attribute, nil)
		if value, ok := some[name]; ok {
			values[name] = value
		}
	}
	encoded, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, values))
	if err != nil {
		tb.Fatal(err)
	}
	return &encoded
}

// read reads a data source as Terraform's provider process does: up to the response
// in the form of the protocol.
func (s *served) read(typeName string, groupBy ...string) *tfprotov6.DynamicValue {
	s.tb.Helper()
	some := map[string]tftypes.Value{}
	if len(groupBy) > 0 {
		var values []tftypes.Value
		for _, name := range groupBy {
			values = append(values, tftypes.NewValue(tftypes.String, name))
		}
		some["group_by"] = tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, values)
	}
	resp, err := s.server.ReadDataSource(s.tb.Context(), &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: withNulls(s.tb, s.types[typeName], some)})
	if err != nil || len(resp.Diagnostics) > 0 {
		s.tb.Fatalf("read %s: %v %v", typeName, err, resp.Diagnostics)
	}
	return resp.State
}

var sizes = []int{1_000, 10_000, 100_000}

// BenchmarkUsages measures, for the same pages: the floor; the client's read alone;
// the data source of rows up to the response; the same without the row server (the
// framework's own conversion; up to 10,000 rows, for it takes very long); and the
// summary.
func BenchmarkUsages(b *testing.B) {
	for _, n := range append(sizes, 1_000_000) {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			address := benchmarkServer(b, n)
			client := benchmarkClient(b, address)
			b.Run("floor", func(b *testing.B) {
				perRow(b, n, func() { floor(b, address, n) })
			})
			b.Run("client", func(b *testing.B) {
				perRow(b, n, func() {
					rows := 0
					for page, err := range client.ListUsages(b.Context(), scp.UsageFilter{}) {
						if err != nil {
							b.Fatal(err)
						}
						rows += len(page.Rows)
					}
					if rows != n {
						b.Fatalf("%d rows, want %d", rows, n)
					}
				})
			})
			provider := serveProvider(b, provider.NewServer(acctest.Version)(), address)
			if n <= 100_000 {
				b.Run("rows", func(b *testing.B) {
					perRow(b, n, func() { provider.read("scpbilling_usages") })
				})
			}
			b.Run("summary", func(b *testing.B) {
				perRow(b, n, func() { provider.read("scpbilling_usage_summary", "usage_month", "service_category") })
			})
		})
	}
}

// BenchmarkBills is the same for bills, which have eighteen amounts each.
func BenchmarkBills(b *testing.B) {
	for _, n := range sizes {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			provider := serveProvider(b, provider.NewServer(acctest.Version)(), benchmarkServer(b, n))
			b.Run("rows", func(b *testing.B) {
				perRow(b, n, func() { provider.read("scpbilling_bills") })
			})
			b.Run("summary", func(b *testing.B) {
				perRow(b, n, func() { provider.read("scpbilling_bill_summary", "bill_year_month", "service_category") })
			})
		})
	}
}
