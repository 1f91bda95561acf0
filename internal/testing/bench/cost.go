package main

// Very many usages: their rows and their summary, over the plugin protocol and
// through Terraform, beside a floor that only fetches and decodes the same pages.

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/provider"
)

// Cost are the figures of one read of usages.
type Cost struct {
	Read string `json:"read"` // rows or summary
	Rows int    `json:"rows"`
	// Floor is a process that fetches and decodes the pages, in seconds.
	Floor    []float64 `json:"floor_seconds"`
	FloorCPU []float64 `json:"floor_cpu_seconds"`
	// Provider is the provider's own work on the read, in seconds; GRPC is what the
	// caller waited beyond that. Both are seen without Terraform. Core is terraform
	// apply without the provider's work in it and as much for gRPC.
	Provider []float64 `json:"provider_seconds"`
	GRPC     []float64 `json:"grpc_seconds"`
	Core     []float64 `json:"core_seconds"`
	// Apply is the whole terraform apply.
	Apply       []float64 `json:"apply_seconds"`
	ProviderCPU []float64 `json:"provider_cpu_seconds"`
	// The most memory that was resident, in bytes.
	FloorPeak    int64 `json:"floor_peak_bytes"`
	ProviderPeak int64 `json:"provider_peak_bytes"`
	// AnswerBytes is the size of the answer.
	AnswerBytes int `json:"answer_bytes"`
}

// reads are the data sources and configurations.
var reads = map[string]struct{ dataSource, config string }{
	"summary": {"scpbilling_usage_summary", `
data "scpbilling_usage_summary" "all" { group_by = ["usage_month", "service_category"] }
output "rows" { value = data.scpbilling_usage_summary.all.total.row_count }
output "totals" { value = { for g in data.scpbilling_usage_summary.all.groups : "${g.keys["usage_month"]}/${g.keys["service_category"]}" => g.amounts.krw } }
`},
	"rows": {"scpbilling_usages", `
data "scpbilling_usages" "all" {}
output "rows" { value = length(data.scpbilling_usages.all.usages) }
output "compute" { value = length([for u in data.scpbilling_usages.all.usages : u.id if u.service_category == "COMPUTE"]) }
`},
}

func measureCost(ctx context.Context, s *sandbox, read string, rows, runs int) (*Cost, error) {
	server, err := startService(emulator.Options{Usages: rows, Guesses: emulator.Guesses{DefaultPeriod: "all"}})
	if err != nil {
		return nil, err
	}
	defer server.close()
	c := &Cost{Read: read, Rows: rows}
	place, err := s.workspace(ctx, requiredProviders+providerBlock(server.url)+reads[read].config)
	if err != nil {
		return nil, err
	}
	defer place.remove()
	logFile := filepath.Join(place.folder, "provider.log")
	for run := range runs {
		if err := c.measureFloor(ctx, server.url); err != nil {
			return nil, err
		}
		if err := c.measureProvider(ctx, s, server.url); err != nil {
			return nil, err
		}
		if err := os.RemoveAll(logFile); err != nil {
			return nil, err
		}
		place.more = []string{"TF_LOG_PROVIDER=TRACE", "TF_LOG_PATH=" + logFile}
		used, err := place.run(ctx, false, "apply", "-auto-approve", "-input=false", "-no-color")
		if err != nil {
			return nil, err
		}
		place.more = nil
		text, err := os.ReadFile(logFile) //nolint:gosec // Our own file.
		if err != nil {
			return nil, err
		}
		own, ok := handled(text)
		if !ok {
			return nil, errors.New("Terraform's log has no duration of a read")
		}
		if err := place.check(ctx, "rows", strconv.Itoa(rows)); err != nil {
			return nil, err
		}
		c.Apply = append(c.Apply, used.Wall.Seconds())
		c.Core = append(c.Core, (used.Wall-own).Seconds()-c.GRPC[run])
		server.take()
		log.Printf("%s of %d usages: run %d of %d", read, rows, run+1, runs)
	}
	return c, nil
}

// measureFloor runs this program as the floor.
func (c *Cost) measureFloor(ctx context.Context, url string) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	var out bytes.Buffer
	command := exec.CommandContext(ctx, program) //nolint:gosec // This program itself.
	command.Env = append(os.Environ(), floorVariable+"="+url, floorRowsVariable+"="+strconv.Itoa(c.Rows))
	command.Stdout, command.Stderr = &out, os.Stderr
	if err := command.Run(); err != nil {
		return fmt.Errorf("the floor: %w", err)
	}
	var f floorFigures
	if err := json.Unmarshal(out.Bytes(), &f); err != nil {
		return fmt.Errorf("the floor's figures: %w", err)
	}
	c.Floor, c.FloorCPU = append(c.Floor, f.Wall), append(c.FloorCPU, f.CPU)
	c.FloorPeak = max(c.FloorPeak, f.Peak)
	return nil
}

// measureProvider reads from a provider process, without Terraform.
func (c *Cost) measureProvider(ctx context.Context, s *sandbox, url string) error {
	p, err := s.startProvider(scpbilling, "TF_LOG=TRACE")
	if err != nil {
		return err
	}
	defer p.end()
	// The configurations are made after the provider's own schema.
	schema, err := provider.NewServer(version)().GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return err
	}
	text := func(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }
	block, err := encode(schema.Provider, map[string]tftypes.Value{
		"endpoint_override": text(url), "access_key": text(emulator.ExampleAccessKey), "secret_key": text(emulator.ExampleSecretKey),
	})
	if err != nil {
		return err
	}
	some := map[string]tftypes.Value{}
	if c.Read == "summary" {
		some["group_by"] = tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{text("usage_month"), text("service_category")})
	}
	dataSource := reads[c.Read].dataSource
	config, err := encode(schema.DataSourceSchemas[dataSource], some)
	if err != nil {
		return err
	}
	if err := p.configure(ctx, block); err != nil {
		return err
	}
	before, begin := p.figures(), time.Now()
	size, err := p.readData(ctx, dataSource, config)
	took := time.Since(begin)
	if err != nil {
		return err
	}
	after := p.figures()
	own, err := p.handled()
	if err != nil {
		return err
	}
	c.AnswerBytes, c.ProviderPeak = size, max(c.ProviderPeak, after.Peak)
	c.Provider, c.GRPC = append(c.Provider, own.Seconds()), append(c.GRPC, (took-own).Seconds())
	c.ProviderCPU = append(c.ProviderCPU, (after.CPU - before.CPU).Seconds())
	return nil
}

// encode is an object of a schema of which all but some attributes are null.
func encode(schema *tfprotov6.Schema, some map[string]tftypes.Value) ([]byte, error) {
	typ, ok := schema.ValueType().(tftypes.Object)
	if !ok {
		return nil, fmt.Errorf("the schema is no object")
	}
	values := map[string]tftypes.Value{}
	for name, attribute := range typ.AttributeTypes {
		values[name] = tftypes.NewValue(attribute, nil)
		if value, ok := some[name]; ok {
			values[name] = value
		}
	}
	encoded, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, values))
	return encoded.MsgPack, err
}

// The floor is this program, started with these variables.
const (
	floorVariable     = "SCPBILLING_BENCH_FLOOR"
	floorRowsVariable = "SCPBILLING_BENCH_FLOOR_ROWS"
)

// floorFigures are what the floor reports: seconds and bytes.
type floorFigures struct {
	Wall, CPU float64
	Peak      int64
}

// floorUsage is what encoding/json makes of a usage.
type floorUsage struct {
	ID              string  `json:"id"`
	AccountID       string  `json:"account_id"`
	ServiceCategory string  `json:"service_category"`
	BillingItemID   string  `json:"billing_item_id"`
	CCBSProductCode string  `json:"ccbs_product_code"`
	ResourceID      string  `json:"resource_id"`
	ContractID      string  `json:"contract_id"`
	OrderStatus     *string `json:"order_status"`
	UsageDate       *string `json:"usage_date"`
	Amounts         *struct {
		KRW string `json:"krw"`
		USD string `json:"usd"`
	} `json:"amounts"`
	StatusCode *int64 `json:"status_code"`
}

// floor fetches and decodes pages until it has all rows.
func floor(ctx context.Context, address string, rows int) error {
	next := address + "/v1/usages?limit=500"
	for got := 0; got < rows; {
		if next == "" {
			return fmt.Errorf("the rows end after %d of %d", got, rows)
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, next, nil) //nolint:gosec // The emulator says where its next page is.
		if err != nil {
			return err
		}
		stamp := strconv.FormatInt(time.Now().UnixMilli(), 10)
		mac := hmac.New(sha256.New, []byte(emulator.ExampleSecretKey))
		mac.Write([]byte(http.MethodGet + next + stamp + emulator.ExampleAccessKey + "Openapi"))
		req.Header = http.Header{
			"Scp-Accesskey": {emulator.ExampleAccessKey}, "Scp-Timestamp": {stamp}, "Scp-Clienttype": {"Openapi"},
			"Scp-Signature": {base64.StdEncoding.EncodeToString(mac.Sum(nil))},
		}
		resp, err := http.DefaultClient.Do(req) //nolint:gosec // The emulator's address.
		if err != nil {
			return err
		}
		body, err := io.ReadAll(resp.Body)
		_ = resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK {
			return fmt.Errorf("status %d, %w", resp.StatusCode, err)
		}
		var page struct {
			Usages []floorUsage `json:"usages"`
			Links  []struct {
				Href string `json:"href"`
				Rel  string `json:"rel"`
			} `json:"links"`
		}
		if err := json.Unmarshal(body, &page); err != nil {
			return err
		}
		got += len(page.Usages)
		next = ""
		for _, link := range page.Links {
			if link.Rel == "next" {
				next = link.Href
			}
		}
	}
	return nil
}

// runFloor is the program when it is the floor.
func runFloor(ctx context.Context, address, rows string) error {
	n, err := strconv.Atoi(rows)
	if err != nil {
		return err
	}
	begin := time.Now()
	if err := floor(ctx, address, n); err != nil {
		return err
	}
	took, used := time.Since(begin), figures("self")
	return json.NewEncoder(os.Stdout).Encode(floorFigures{took.Seconds(), used.CPU.Seconds(), used.Peak})
}
