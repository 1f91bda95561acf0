package acctest

// The provider spoken to as Terraform does, without Terraform: for what the test
// framework cannot show (warnings, unknown values, identity) and for speed.

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"math/big"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/provider"
)

// Object is a configuration or a state: attribute names and Go values. A missing
// key and nil are null; numbers are int64, lists and sets []any, when read.
type Object = map[string]any

type unknown struct{}

// Unknown stands for a value that is only known after apply.
var Unknown any = unknown{}

// Provider is a provider spoken to over the protocol.
type Provider struct {
	t      testing.TB
	server server
	Schema *tfprotov6.GetProviderSchemaResponse

	identities map[string]*tfprotov6.ResourceIdentitySchema
}

// server is all that the provider serves.
type server interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
}

// pauses let a provider in this process look again at once, and not wait for long for
// contracts that nobody reads meanwhile.
var pauses = provider.Pauses{
	LookAgain: []time.Duration{time.Millisecond, time.Millisecond, time.Millisecond}, Grace: 100 * time.Millisecond,
}

// NewProvider serves the real provider in this process. It is not configured.
func NewProvider(t testing.TB) *Provider {
	t.Helper()
	if !surroundings.ready {
		t.Fatal("acctest: the package's TestMain does not call acctest.Main")
	}
	full, ok := provider.NewServer(Version, pauses)().(server)
	if !ok {
		t.Fatal("the provider serves no list resources, or no actions")
	}
	p := &Provider{t: t, server: full}
	p.Schema = call(p, full.GetProviderSchema, tfprotov6.GetProviderSchemaRequest{})
	if d := Diagnostics(p.Schema.Diagnostics); d.HasError() {
		t.Fatalf("schema: %s", d)
	}
	p.identities = call(p, full.GetResourceIdentitySchemas, tfprotov6.GetResourceIdentitySchemasRequest{}).IdentitySchemas
	return p
}

// call makes a call of the protocol. It outlives the test's own context, so that cleanups
// can use the provider.
func call[Request, Response any](p *Provider, method func(context.Context, *Request) (*Response, error), request Request) *Response {
	p.t.Helper()
	response, err := method(context.WithoutCancel(p.t.Context()), &request)
	if err != nil {
		p.t.Fatal(err)
	}
	return response
}

// Protocol returns a provider that is configured for the test's emulator. Tests over
// the bare protocol leave objects behind, so they are skipped in a live run.
func (e *Env) Protocol(t testing.TB) *Provider {
	t.Helper()
	NeedEmulator(t, "a test over the bare protocol leaves objects behind")
	p := NewProvider(t)
	if d := p.Configure(e.Settings()); len(d) > 0 {
		t.Fatalf("configure: %s", d)
	}
	return p
}

// Against returns a provider that is configured for a service of the test's own, which
// returns JSON. more are further settings.
func Against(t testing.TB, more Object, service http.HandlerFunc) *Provider {
	t.Helper()
	web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		service(w, r)
	}))
	t.Cleanup(web.Close)
	settings := Object{"access_key": "a", "secret_key": "s", "endpoint_override": web.URL}
	maps.Copy(settings, more)
	p := NewProvider(t)
	p.Configure(settings).WantNone(t)
	return p
}

// For returns the same provider to a subtest.
func (p *Provider) For(t testing.TB) *Provider {
	other := *p
	other.t = t
	return &other
}

// ValidateConfig validates a provider block.
func (p *Provider) ValidateConfig(config Object) Diagnostics {
	p.t.Helper()
	return call(p, p.server.ValidateProviderConfig, tfprotov6.ValidateProviderConfigRequest{Config: p.encode(p.Schema.Provider.ValueType(), config)}).Diagnostics
}

// Configure passes the provider its block.
func (p *Provider) Configure(config Object) Diagnostics {
	p.t.Helper()
	return call(p, p.server.ConfigureProvider, tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.14.0", Config: p.encode(p.Schema.Provider.ValueType(), config),
	}).Diagnostics
}

// Validate validates a resource's configuration.
func (p *Provider) Validate(typeName string, config Object) Diagnostics {
	p.t.Helper()
	return call(p, p.server.ValidateResourceConfig, tfprotov6.ValidateResourceConfigRequest{TypeName: typeName, Config: p.encode(p.resource(typeName), config)}).Diagnostics
}

// ValidateData validates a data source's configuration.
func (p *Provider) ValidateData(typeName string, config Object) Diagnostics {
	p.t.Helper()
	typ := p.typeIn(p.Schema.DataSourceSchemas, typeName)
	return call(p, p.server.ValidateDataResourceConfig, tfprotov6.ValidateDataResourceConfigRequest{TypeName: typeName, Config: p.encode(typ, config)}).Diagnostics
}

// ReadData reads a data source.
func (p *Provider) ReadData(typeName string, config Object) (Object, Diagnostics) {
	p.t.Helper()
	resp := p.ReadDataRaw(typeName, config)
	return p.decode(p.typeIn(p.Schema.DataSourceSchemas, typeName), resp.State), resp.Diagnostics
}

// ReadDataRaw reads a data source, and leaves the response in the form of the protocol.
func (p *Provider) ReadDataRaw(typeName string, config Object) *tfprotov6.ReadDataSourceResponse {
	p.t.Helper()
	typ := p.typeIn(p.Schema.DataSourceSchemas, typeName)
	return call(p, p.server.ReadDataSource, tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: p.encode(typ, config)})
}

// State is what Terraform keeps of an object between two runs.
type State struct {
	Type     string
	Object   Object // nil when there is none
	Private  []byte
	Identity Object // nil when there is none
}

// Planned is the outcome of a plan.
type Planned struct {
	State
	Diagnostics Diagnostics
	// Replace holds the attributes that force a replacement.
	Replace []string

	prior  State
	config Object
}

// NoChange reports whether applying the plan would do nothing.
func (p Planned) NoChange() bool { return Equal(p.Object, p.prior.Object) }

// Plan plans the change of an object from its prior state; a nil configuration
// plans its destruction.
func (p *Provider) Plan(prior State, config Object) Planned {
	p.t.Helper()
	typ := p.resource(prior.Type)
	var proposed Object
	if config != nil {
		proposed = propose(p.Schema.ResourceSchemas[prior.Type].Block.Attributes, prior.Object, config)
	}
	resp := call(p, p.server.PlanResourceChange, tfprotov6.PlanResourceChangeRequest{
		TypeName:         prior.Type,
		PriorState:       p.encode(typ, prior.Object),
		ProposedNewState: p.encode(typ, proposed),
		Config:           p.encode(typ, config),
		PriorPrivate:     prior.Private,
		PriorIdentity:    p.encodeIdentity(prior.Type, prior.Identity),
	})
	planned := Planned{
		State:       p.state(prior.Type, resp.PlannedState, resp.PlannedPrivate, resp.PlannedIdentity),
		Diagnostics: resp.Diagnostics,
		prior:       prior,
		config:      config,
	}
	for _, path := range resp.RequiresReplace {
		planned.Replace = append(planned.Replace, path.String())
	}
	return planned
}

// Apply applies a plan.
func (p *Provider) Apply(planned Planned) (State, Diagnostics) {
	p.t.Helper()
	typ := p.resource(planned.Type)
	resp := call(p, p.server.ApplyResourceChange, tfprotov6.ApplyResourceChangeRequest{
		TypeName:        planned.Type,
		PriorState:      p.encode(typ, planned.prior.Object),
		PlannedState:    p.encode(typ, planned.Object),
		Config:          p.encode(typ, planned.config),
		PlannedPrivate:  planned.Private,
		PlannedIdentity: p.encodeIdentity(planned.Type, planned.Identity),
	})
	return p.state(planned.Type, resp.NewState, resp.Private, resp.NewIdentity), resp.Diagnostics
}

// Create plans and applies a new object, and ends the test when that fails.
func (p *Provider) Create(typeName string, config Object) State {
	p.t.Helper()
	planned := p.Plan(State{Type: typeName}, config)
	if planned.Diagnostics.HasError() {
		p.t.Fatalf("plan: %s", planned.Diagnostics)
	}
	state, d := p.Apply(planned)
	if d.HasError() {
		p.t.Fatalf("apply: %s", d)
	}
	return state
}

// Read refreshes an object.
func (p *Provider) Read(state State) (State, Diagnostics) {
	p.t.Helper()
	resp := call(p, p.server.ReadResource, tfprotov6.ReadResourceRequest{
		TypeName: state.Type, CurrentState: p.encode(p.resource(state.Type), state.Object), Private: state.Private,
		CurrentIdentity: p.encodeIdentity(state.Type, state.Identity),
	})
	return p.state(state.Type, resp.NewState, resp.Private, resp.NewIdentity), resp.Diagnostics
}

// Import imports an object by its id, or by its identity when id is empty, and
// reads it, as Terraform does.
func (p *Provider) Import(typeName, id string, identity Object) (State, Diagnostics) {
	p.t.Helper()
	resp := call(p, p.server.ImportResourceState, tfprotov6.ImportResourceStateRequest{
		TypeName: typeName, ID: id, Identity: p.encodeIdentity(typeName, identity),
	})
	if d := Diagnostics(resp.Diagnostics); d.HasError() || len(resp.ImportedResources) != 1 {
		return State{Type: typeName}, d
	}
	imported := resp.ImportedResources[0]
	return p.Read(p.state(typeName, imported.State, imported.Private, imported.Identity))
}

// propose merges configuration and prior state as Terraform does before it asks
// the provider for a plan: what is computed and omitted keeps its prior value.
// Attributes nested in lists, sets and maps are taken from the configuration.
func propose(attributes []*tfprotov6.SchemaAttribute, prior, config Object) Object {
	out := Object{}
	for _, a := range attributes {
		value := config[a.Name]
		switch {
		case value == nil && a.Computed:
			out[a.Name] = prior[a.Name]
		case value != nil && a.NestedType != nil && a.NestedType.Nesting == tfprotov6.SchemaObjectNestingModeSingle:
			nested, known := value.(Object)
			if !known {
				out[a.Name] = value
				continue
			}
			priorNested, _ := prior[a.Name].(Object)
			out[a.Name] = propose(a.NestedType.Attributes, priorNested, nested)
		default:
			out[a.Name] = value
		}
	}
	return out
}

func (p *Provider) resource(typeName string) tftypes.Type {
	p.t.Helper()
	return p.typeIn(p.Schema.ResourceSchemas, typeName)
}

func (p *Provider) typeIn(schemas map[string]*tfprotov6.Schema, typeName string) tftypes.Type {
	p.t.Helper()
	s := schemas[typeName]
	if s == nil {
		p.t.Fatalf("the provider has no such %s", typeName)
	}
	return s.ValueType()
}

func (p *Provider) state(typeName string, object *tfprotov6.DynamicValue, private []byte, identity *tfprotov6.ResourceIdentityData) State {
	p.t.Helper()
	return State{Type: typeName, Object: p.decode(p.resource(typeName), object), Private: private, Identity: p.decodeIdentity(typeName, identity)}
}

func (p *Provider) encode(typ tftypes.Type, o Object) *tfprotov6.DynamicValue {
	p.t.Helper()
	v := tftypes.NewValue(typ, nil)
	if o != nil {
		v = p.value(typ, o, "")
	}
	dynamic, err := tfprotov6.NewDynamicValue(typ, v)
	if err != nil {
		p.t.Fatal(err)
	}
	return &dynamic
}

func (p *Provider) decode(typ tftypes.Type, d *tfprotov6.DynamicValue) Object {
	p.t.Helper()
	if d == nil {
		return nil
	}
	v, err := d.Unmarshal(typ)
	if err != nil {
		p.t.Fatal(err)
	}
	object, _ := decode(v).(Object)
	return object
}

func (p *Provider) encodeIdentity(typeName string, o Object) *tfprotov6.ResourceIdentityData {
	p.t.Helper()
	schema := p.identities[typeName]
	if o == nil || schema == nil {
		return nil
	}
	return &tfprotov6.ResourceIdentityData{IdentityData: p.encode(schema.ValueType(), o)}
}

func (p *Provider) decodeIdentity(typeName string, d *tfprotov6.ResourceIdentityData) Object {
	p.t.Helper()
	schema := p.identities[typeName]
	if d == nil || schema == nil {
		return nil
	}
	return p.decode(schema.ValueType(), d.IdentityData)
}

// value creates a Terraform value of a Go value. where is its path, for errors.
func (p *Provider) value(typ tftypes.Type, value any, where string) tftypes.Value {
	p.t.Helper()
	switch value.(type) {
	case nil:
		return tftypes.NewValue(typ, nil)
	case unknown:
		return tftypes.NewValue(typ, tftypes.UnknownValue)
	}
	elements := func(typ tftypes.Type) []tftypes.Value {
		in := reflect.ValueOf(value)
		if in.Kind() != reflect.Slice {
			p.t.Fatalf("%s: %T is not a list", where, value)
		}
		out := make([]tftypes.Value, 0, in.Len())
		for i := range in.Len() {
			out = append(out, p.value(typ, in.Index(i).Interface(), where+"[]"))
		}
		return out
	}
	members, isObject := value.(Object)
	out := map[string]tftypes.Value{}
	switch typ := typ.(type) {
	case tftypes.Object:
		for name, attribute := range typ.AttributeTypes {
			out[name] = p.value(attribute, members[name], where+"."+name)
		}
		for name := range members {
			if _, ok := out[name]; !ok {
				p.t.Fatalf("%s: there is no attribute %s", where, name)
			}
		}
	case tftypes.Map:
		for key, element := range members {
			out[key] = p.value(typ.ElementType, element, where+"."+key)
		}
	case tftypes.Set:
		return tftypes.NewValue(typ, elements(typ.ElementType))
	case tftypes.List:
		return tftypes.NewValue(typ, elements(typ.ElementType))
	default:
		if err := tftypes.ValidateValue(typ, value); err != nil {
			p.t.Fatalf("%s: %v", where, err)
		}
		return tftypes.NewValue(typ, value)
	}
	if !isObject {
		p.t.Fatalf("%s: %T is not an object", where, value)
	}
	return tftypes.NewValue(typ, out)
}

// decode creates a Go value of a Terraform value. The elements of a set are sorted.
func decode(v tftypes.Value) any {
	switch {
	case v.IsNull():
		return nil
	case !v.IsKnown():
		return Unknown
	case v.Type().Is(tftypes.String):
		return as[string](v)
	case v.Type().Is(tftypes.Bool):
		return as[bool](v)
	case v.Type().Is(tftypes.Number):
		n := as[big.Float](v)
		if whole, accuracy := n.Int64(); accuracy == big.Exact {
			return whole
		}
		f, _ := n.Float64()
		return f
	case v.Type().Is(tftypes.Object{}), v.Type().Is(tftypes.Map{}):
		out := Object{}
		for name, element := range as[map[string]tftypes.Value](v) {
			out[name] = decode(element)
		}
		return out
	default:
		out := []any{}
		for _, element := range as[[]tftypes.Value](v) {
			out = append(out, decode(element))
		}
		if v.Type().Is(tftypes.Set{}) {
			slices.SortFunc(out, order)
		}
		return out
	}
}

// as is a value of a type that was looked at.
func as[T any](v tftypes.Value) (out T) {
	if err := v.As(&out); err != nil {
		panic(err)
	}
	return out
}

// order sorts the elements of a set: numbers by value, and what is unknown last.
func order(a, b any) int {
	m, isNumber := a.(int64)
	if n, ok := b.(int64); ok && isNumber {
		return cmp.Compare(m, n)
	}
	switch {
	case a == Unknown && b != Unknown:
		return 1
	case a != Unknown && b == Unknown:
		return -1
	}
	return strings.Compare(canonical(a), canonical(b))
}

// Equal compares two values. Integers are compared by value, a missing key is
// null, and the order in lists counts. A set that a test writes down is sorted.
func Equal(a, b any) bool { return canonical(a) == canonical(b) }

// canonical writes a value so that equal values give equal strings.
func canonical(v any) string {
	switch v := v.(type) {
	case Object:
		parts := make([]string, 0, len(v))
		for name, element := range v {
			if element != nil {
				parts = append(parts, fmt.Sprintf("%q:%s", name, canonical(element)))
			}
		}
		slices.Sort(parts)
		return "{" + strings.Join(parts, ",") + "}"
	case []any:
		parts := make([]string, 0, len(v))
		for _, element := range v {
			parts = append(parts, canonical(element))
		}
		return "[" + strings.Join(parts, ",") + "]"
	case int:
		return canonical(int64(v))
	default:
		return fmt.Sprintf("%T(%v)", v, v)
	}
}

// Diagnostics are what the provider says besides its response.
type Diagnostics []*tfprotov6.Diagnostic

// HasError reports whether there is an error among them.
func (d Diagnostics) HasError() bool { return len(d.Errors()) > 0 }

// Errors are the errors, as "summary: detail".
func (d Diagnostics) Errors() []string { return d.of(tfprotov6.DiagnosticSeverityError) }

// Warnings are the warnings, as "summary: detail".
func (d Diagnostics) Warnings() []string { return d.of(tfprotov6.DiagnosticSeverityWarning) }

func (d Diagnostics) of(severity tfprotov6.DiagnosticSeverity) []string {
	var out []string
	for _, one := range d {
		if one.Severity == severity {
			out = append(out, one.Summary+": "+one.Detail)
		}
	}
	return out
}

// String shows all of them.
func (d Diagnostics) String() string {
	var b strings.Builder
	for _, one := range d {
		fmt.Fprintf(&b, "%s: %s: %s (at %s)\n", one.Severity, one.Summary, one.Detail, one.Attribute)
	}
	return b.String()
}

// WantError ends in a failure unless there is exactly one error, holding all strings.
func (d Diagnostics) WantError(t testing.TB, words ...string) {
	t.Helper()
	want(t, "error", d.Errors(), words, d)
}

// WantWarning ends in a failure unless there is exactly one warning, holding all
// words, and no error.
func (d Diagnostics) WantWarning(t testing.TB, words ...string) {
	t.Helper()
	want(t, "warning", d.Warnings(), words, d)
	if d.HasError() {
		t.Errorf("errors beside the warning:\n%s", d)
	}
}

// Without is the diagnostics but for one warning, which has to be there once.
func (d Diagnostics) Without(t testing.TB, warning string) Diagnostics {
	t.Helper()
	is := func(one *tfprotov6.Diagnostic) bool {
		return one.Severity == tfprotov6.DiagnosticSeverityWarning && one.Summary == warning
	}
	rest := slices.DeleteFunc(slices.Clone(d), is)
	if len(rest)+1 != len(d) {
		t.Errorf("%d warnings %q, want 1:\n%s", len(d)-len(rest), warning, d)
	}
	return rest
}

// WantNone ends in a failure when there is any.
func (d Diagnostics) WantNone(t testing.TB) {
	t.Helper()
	if len(d) > 0 {
		t.Errorf("unexpected:\n%s", d)
	}
}

func want(t testing.TB, what string, got, words []string, all Diagnostics) {
	t.Helper()
	if len(got) != 1 {
		t.Errorf("%d %ss, want 1:\n%s", len(got), what, all)
		return
	}
	Has(t, got[0], words...)
}
