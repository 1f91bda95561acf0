package rowserver

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"
)

// row is one row of the data source under test.
type row struct {
	Text   *string            `json:"text"`
	Number int64              `json:"number"`
	Map    map[string]*string `json:"map"`
}

// source is a data source that delivers its rows.
type source struct {
	filter *string // null when nil
	rows   []row
	fail   bool
	wrong  bool // delivers what the schema does not have
}

func (s *source) Metadata(_ context.Context, _ datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = "test_rows"
}

func rowAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"text":   schema.StringAttribute{Computed: true},
		"number": schema.Int64Attribute{Computed: true},
		"map":    schema.MapAttribute{Computed: true, ElementType: types.StringType},
	}
}

func (s *source) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{
		"filter": schema.StringAttribute{Optional: true},
		"note":   schema.StringAttribute{Computed: true},
		"rows":   schema.ListNestedAttribute{Computed: true, NestedObject: schema.NestedAttributeObject{Attributes: rowAttributes()}},
		"total":  schema.SingleNestedAttribute{Computed: true, Attributes: rowAttributes()},
	}}
}

func (s *source) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	list := NewEncoder()
	for _, r := range s.rows {
		list.Add(r)
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("note"), types.StringValue("nota bene"))...)
	name := "rows"
	if s.wrong {
		name = "columns"
	}
	Deliver(ctx, resp, name, list.List())
	Deliver(ctx, resp, "total", Single(row{Number: int64(len(s.rows))}))
	if s.fail {
		resp.Diagnostics.AddError("Failed", "on purpose")
	}
}

// testProvider is a provider of that data source.
type testProvider struct{ source *source }

func (testProvider) Metadata(context.Context, provider.MetadataRequest, *provider.MetadataResponse) {
}
func (testProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}
func (testProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}
func (testProvider) Resources(context.Context) []func() resource.Resource { return nil }
func (p testProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return p.source }}
}

var (
	rowType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"text": tftypes.String, "number": tftypes.Number, "map": tftypes.Map{ElementType: tftypes.String},
	}}
	stateType = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"filter": tftypes.String, "note": tftypes.String, "rows": tftypes.List{ElementType: rowType}, "total": rowType,
	}}
)

// read reads the data source over the protocol.
func read(t testingT, s *source) (*tfprotov6.ReadDataSourceResponse, error) {
	config, err := tfprotov6.NewDynamicValue(stateType, tftypes.NewValue(stateType, map[string]tftypes.Value{
		"filter": tftypes.NewValue(tftypes.String, s.filter), "note": tftypes.NewValue(tftypes.String, nil),
		"rows": tftypes.NewValue(tftypes.List{ElementType: rowType}, nil), "total": tftypes.NewValue(rowType, nil),
	}))
	if err != nil {
		t.Fatalf("%v", err)
	}
	return Read(context.Background(), providerserver.NewProtocol6(testProvider{s})(), &tfprotov6.ReadDataSourceRequest{TypeName: "test_rows", Config: &config})
}

type testingT interface{ Fatalf(string, ...any) }

func state(t testingT, s *source) tftypes.Value {
	resp, err := read(t, s)
	if err != nil || len(resp.Diagnostics) > 0 {
		t.Fatalf("error %v, diagnostics %v", err, resp.Diagnostics)
	}
	value, err := resp.State.Unmarshal(stateType)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return value
}

// The response is what was delivered.
func TestDeliver(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		maybe := rapid.Ptr(rapid.String(), true)
		filter := maybe.Draw(t, "filter")
		rows := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) row {
			r := row{Text: maybe.Draw(t, "text"), Number: rapid.Int64().Draw(t, "number")}
			if rapid.Bool().Draw(t, "has map") {
				r.Map = rapid.MapOfN(rapid.String(), maybe, 0, 20).Draw(t, "map")
			}
			return r
		}), 0, 40).Draw(t, "rows")

		text := func(s *string) tftypes.Value {
			if s == nil {
				return tftypes.NewValue(tftypes.String, nil)
			}
			return tftypes.NewValue(tftypes.String, *s)
		}
		object := func(r row) tftypes.Value {
			m := tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, nil)
			if r.Map != nil {
				elements := map[string]tftypes.Value{}
				for k, v := range r.Map {
					elements[k] = text(v)
				}
				m = tftypes.NewValue(tftypes.Map{ElementType: tftypes.String}, elements)
			}
			return tftypes.NewValue(rowType, map[string]tftypes.Value{"text": text(r.Text), "number": tftypes.NewValue(tftypes.Number, r.Number), "map": m})
		}
		elements := []tftypes.Value{}
		for _, r := range rows {
			elements = append(elements, object(r))
		}
		want := tftypes.NewValue(stateType, map[string]tftypes.Value{
			"filter": text(filter), "note": tftypes.NewValue(tftypes.String, "nota bene"),
			"rows":  tftypes.NewValue(tftypes.List{ElementType: rowType}, elements),
			"total": object(row{Number: int64(len(rows))}),
		})
		if got := state(t, &source{filter: filter, rows: rows}); !got.Equal(want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	})
}

// More rows than one piece of memory, and than each form of a list's header.
func TestDeliverManyRows(t *testing.T) {
	for _, n := range []int{0, 15, 16, 70_000} {
		long := strings.Repeat("0123456789", 4)
		s := &source{rows: make([]row, n)}
		for i := range s.rows {
			s.rows[i] = row{Text: &long, Number: int64(i)}
		}
		fields, elements := map[string]tftypes.Value{}, []tftypes.Value{}
		got := state(t, s)
		if err := got.As(&fields); err != nil {
			t.Fatal(err)
		}
		if err := fields["rows"].As(&elements); err != nil {
			t.Fatal(err)
		}
		if len(elements) != n {
			t.Errorf("%d rows, want %d", len(elements), n)
		}
	}
}

// A read that failed passes its diagnostics on, and no rows.
func TestDeliverAndFail(t *testing.T) {
	text := "row"
	resp, err := read(t, &source{rows: []row{{Text: &text}}, fail: true})
	if err != nil || len(resp.Diagnostics) != 1 || resp.Diagnostics[0].Summary != "Failed" {
		t.Errorf("error %v, diagnostics %v", err, resp.Diagnostics)
	}
	if bytes.Contains(resp.State.MsgPack, []byte("row\"")) {
		t.Error("rows of a read that failed are in the response")
	}
}

// Rows for an attribute that the schema does not have are a fault of the provider.
func TestDeliverToNothing(t *testing.T) {
	if resp, err := read(t, &source{wrong: true}); err == nil || !strings.Contains(err.Error(), "test_rows") {
		t.Errorf("error %v, response %v, want an error that names the data source", err, resp)
	}
}

// Rows that nobody collects are an error, not an empty list.
func TestDeliverWithoutACollector(t *testing.T) {
	text := "row"
	var resp datasource.ReadResponse
	encoder := NewEncoder()
	encoder.Add(row{Text: &text})
	Deliver(t.Context(), &resp, "rows", encoder.List())
	if !resp.Diagnostics.HasError() {
		t.Error("no error")
	}
}

func TestEncoderTellsWhenItIsFull(t *testing.T) {
	e := NewEncoder()
	e.put = MaxSize - 100
	text := strings.Repeat("x", 90)
	if !e.Add(text) {
		t.Fatal("full before the first row")
	}
	if !e.Add(text) {
		t.Fatal("full at the limit")
	}
	if e.Add(text) {
		t.Error("not full above the limit")
	}
	if e.Rows() != 2 {
		t.Errorf("%d rows, want 2", e.Rows())
	}
}

// Whatever the response is, inserting into it ends without a panic, and what is not
// replaced stays as it was.
func FuzzInsert(f *testing.F) {
	f.Add([]byte{0x81, 0xa4, 'r', 'o', 'w', 's', 0xc0})
	f.Add([]byte{0x82, 0xa1, 'a', 0x01, 0xa4, 'r', 'o', 'w', 's', 0xc0})
	f.Add([]byte{0xdf, 0xff, 0xff, 0xff, 0xff})
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, object []byte) {
		out, err := insert(object, map[string]Value{"rows": {{0x91}, {0xc3}}})
		if err == nil && len(out) == 0 {
			t.Error("an empty response without an error")
		}
		if diff := cmp.Diff(len(out) == 0, err != nil); diff != "" {
			t.Errorf("response and error: %s", diff)
		}
	})
}
