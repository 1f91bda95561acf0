package acctest

// The provider spoken to as Terraform does, without Terraform: for what the test
// framework cannot show (warnings, unknown values, identity) and for speed.

import (
	"cmp"
	"context"
	"fmt"
	"math/big"
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
	Server tfprotov6.ProviderServer
	Schema *tfprotov6.GetProviderSchemaResponse

	identities *tfprotov6.GetResourceIdentitySchemasResponse
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
	server := provider.NewServer(Version, pauses)()
	p := &Provider{t: t, Server: server}
	var err error
	if p.Schema, err = server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{}); err != nil {
		t.Fatal(err)
	}
	if d := Diagnostics(p.Schema.Diagnostics); d.HasError() {
		t.Fatalf("schema: %s", d)
	}
	if p.identities, err = server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{}); err != nil {
		t.Fatal(err)
	}
	return p
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

// For returns the same provider to a subtest.
func (p *Provider) For(t testing.TB) *Provider {
	other := *p
	other.t = t
	return &other
}

// ValidateConfig validates a provider block.
func (p *Provider) ValidateConfig(config Object) Diagnostics {
	p.t.Helper()
	resp, err := p.Server.ValidateProviderConfig(p.context(), &tfprotov6.ValidateProviderConfigRequest{Config: p.encode(p.Schema.Provider.ValueType(), config)})
	p.must(err)
	return resp.Diagnostics
}

// Configure passes the provider its block.
func (p *Provider) Configure(config Object) Diagnostics {
	p.t.Helper()
	resp, err := p.Server.ConfigureProvider(p.context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.14.0",
		Config:           p.encode(p.Schema.Provider.ValueType(), config),
	})
	p.must(err)
	return resp.Diagnostics
}

// Validate validates a resource's configuration.
func (p *Provider) Validate(typeName string, config Object) Diagnostics {
	p.t.Helper()
	resp, err := p.Server.ValidateResourceConfig(p.context(), &tfprotov6.ValidateResourceConfigRequest{
		TypeName: typeName, Config: p.encode(p.resource(typeName).ValueType(), config),
	})
	p.must(err)
	return resp.Diagnostics
}

// ValidateData validates a data source's configuration.
func (p *Provider) ValidateData(typeName string, config Object) Diagnostics {
	p.t.Helper()
	resp, err := p.Server.ValidateDataResourceConfig(p.context(), &tfprotov6.ValidateDataResourceConfigRequest{
		TypeName: typeName, Config: p.encode(p.dataSource(typeName).ValueType(), config),
	})
	p.must(err)
	return resp.Diagnostics
}

// ReadData reads a data source.
func (p *Provider) ReadData(typeName string, config Object) (Object, Diagnostics) {
	p.t.Helper()
	typ := p.dataSource(typeName).ValueType()
	resp, err := p.Server.ReadDataSource(p.context(), &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: p.encode(typ, config)})
	p.must(err)
	return p.decode(typ, resp.State), resp.Diagnostics
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
	schema := p.resource(prior.Type)
	typ := schema.ValueType()
	var proposed Object
	if config != nil {
		proposed = propose(schema.Block.Attributes, prior.Object, config)
	}
	resp, err := p.Server.PlanResourceChange(p.context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName:         prior.Type,
		PriorState:       p.encode(typ, prior.Object),
		ProposedNewState: p.encode(typ, proposed),
		Config:           p.encode(typ, config),
		PriorPrivate:     prior.Private,
		PriorIdentity:    p.encodeIdentity(prior.Type, prior.Identity),
	})
	p.must(err)
	planned := Planned{
		State:       State{Type: prior.Type, Object: p.decode(typ, resp.PlannedState), Private: resp.PlannedPrivate, Identity: p.decodeIdentity(prior.Type, resp.PlannedIdentity)},
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
	typ := p.resource(planned.Type).ValueType()
	resp, err := p.Server.ApplyResourceChange(p.context(), &tfprotov6.ApplyResourceChangeRequest{
		TypeName:        planned.Type,
		PriorState:      p.encode(typ, planned.prior.Object),
		PlannedState:    p.encode(typ, planned.Object),
		Config:          p.encode(typ, planned.config),
		PlannedPrivate:  planned.Private,
		PlannedIdentity: p.encodeIdentity(planned.Type, planned.Identity),
	})
	p.must(err)
	return State{Type: planned.Type, Object: p.decode(typ, resp.NewState), Private: resp.Private, Identity: p.decodeIdentity(planned.Type, resp.NewIdentity)}, resp.Diagnostics
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
	typ := p.resource(state.Type).ValueType()
	resp, err := p.Server.ReadResource(p.context(), &tfprotov6.ReadResourceRequest{
		TypeName: state.Type, CurrentState: p.encode(typ, state.Object), Private: state.Private,
		CurrentIdentity: p.encodeIdentity(state.Type, state.Identity),
	})
	p.must(err)
	return State{Type: state.Type, Object: p.decode(typ, resp.NewState), Private: resp.Private, Identity: p.decodeIdentity(state.Type, resp.NewIdentity)}, resp.Diagnostics
}

// Import imports an object by its id, or by its identity when id is empty, and
// reads it, as Terraform does.
func (p *Provider) Import(typeName, id string, identity Object) (State, Diagnostics) {
	p.t.Helper()
	typ := p.resource(typeName).ValueType()
	resp, err := p.Server.ImportResourceState(p.context(), &tfprotov6.ImportResourceStateRequest{
		TypeName: typeName, ID: id, Identity: p.encodeIdentity(typeName, identity),
	})
	p.must(err)
	if d := Diagnostics(resp.Diagnostics); d.HasError() || len(resp.ImportedResources) != 1 {
		return State{Type: typeName}, d
	}
	imported := resp.ImportedResources[0]
	return p.Read(State{
		Type: typeName, Object: p.decode(typ, imported.State), Private: imported.Private,
		Identity: p.decodeIdentity(typeName, imported.Identity),
	})
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

func (p *Provider) resource(typeName string) *tfprotov6.Schema {
	p.t.Helper()
	s := p.Schema.ResourceSchemas[typeName]
	if s == nil {
		p.t.Fatalf("there is no resource %s", typeName)
	}
	return s
}

func (p *Provider) dataSource(typeName string) *tfprotov6.Schema {
	p.t.Helper()
	s := p.Schema.DataSourceSchemas[typeName]
	if s == nil {
		p.t.Fatalf("there is no data source %s", typeName)
	}
	return s
}

// context outlives the test's own, so that cleanups can use the provider.
func (p *Provider) context() context.Context { return context.WithoutCancel(p.t.Context()) }

func (p *Provider) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

func (p *Provider) encode(typ tftypes.Type, o Object) *tfprotov6.DynamicValue {
	p.t.Helper()
	var value any
	if o != nil {
		value = o
	}
	v, err := encode(typ, value, "")
	p.must(err)
	dynamic, err := tfprotov6.NewDynamicValue(typ, v)
	p.must(err)
	return &dynamic
}

func (p *Provider) decode(typ tftypes.Type, d *tfprotov6.DynamicValue) Object {
	p.t.Helper()
	if d == nil {
		return nil
	}
	v, err := d.Unmarshal(typ)
	p.must(err)
	out, err := decode(v)
	p.must(err)
	object, _ := out.(Object)
	return object
}

func (p *Provider) encodeIdentity(typeName string, o Object) *tfprotov6.ResourceIdentityData {
	p.t.Helper()
	schema := p.identities.IdentitySchemas[typeName]
	if o == nil || schema == nil {
		return nil
	}
	return &tfprotov6.ResourceIdentityData{IdentityData: p.encode(schema.ValueType(), o)}
}

func (p *Provider) decodeIdentity(typeName string, d *tfprotov6.ResourceIdentityData) Object {
	p.t.Helper()
	schema := p.identities.IdentitySchemas[typeName]
	if d == nil || schema == nil {
		return nil
	}
	return p.decode(schema.ValueType(), d.IdentityData)
}

// encode creates a Terraform value of a Go value.
func encode(typ tftypes.Type, value any, where string) (tftypes.Value, error) {
	switch v := value.(type) {
	case nil:
		return tftypes.NewValue(typ, nil), nil
	case unknown:
		return tftypes.NewValue(typ, tftypes.UnknownValue), nil
	case []string:
		return encode(typ, anys(v), where)
	case []int:
		return encode(typ, anys(v), where)
	case []Object:
		return encode(typ, anys(v), where)
	}
	var elementType tftypes.Type
	switch typ := typ.(type) {
	case tftypes.Object:
		in, ok := value.(Object)
		if !ok {
			return tftypes.Value{}, fmt.Errorf("%s: %T is not an object", where, value)
		}
		out := map[string]tftypes.Value{}
		for name, attribute := range typ.AttributeTypes {
			v, err := encode(attribute, in[name], where+"."+name)
			if err != nil {
				return tftypes.Value{}, err
			}
			out[name] = v
		}
		for name := range in {
			if _, ok := out[name]; !ok {
				return tftypes.Value{}, fmt.Errorf("%s: there is no attribute %s", where, name)
			}
		}
		return tftypes.NewValue(typ, out), nil
	case tftypes.Map:
		in, ok := value.(map[string]any)
		if !ok {
			return tftypes.Value{}, fmt.Errorf("%s: %T is no map", where, value)
		}
		out := map[string]tftypes.Value{}
		for key, element := range in {
			v, err := encode(typ.ElementType, element, where+"."+key)
			if err != nil {
				return tftypes.Value{}, err
			}
			out[key] = v
		}
		return tftypes.NewValue(typ, out), nil
	case tftypes.Set:
		elementType = typ.ElementType
	case tftypes.List:
		elementType = typ.ElementType
	}
	if elementType != nil {
		in, ok := value.([]any)
		if !ok {
			return tftypes.Value{}, fmt.Errorf("%s: %T is not a list", where, value)
		}
		out := make([]tftypes.Value, 0, len(in))
		for _, element := range in {
			v, err := encode(elementType, element, where+"[]")
			if err != nil {
				return tftypes.Value{}, err
			}
			out = append(out, v)
		}
		return tftypes.NewValue(typ, out), nil
	}
	if err := tftypes.ValidateValue(typ, value); err != nil {
		return tftypes.Value{}, fmt.Errorf("%s: %w", where, err)
	}
	return tftypes.NewValue(typ, value), nil
}

func anys[T any](in []T) []any {
	out := make([]any, 0, len(in))
	for _, v := range in {
		out = append(out, v)
	}
	return out
}

// decode creates a Go value of a Terraform value. The elements of a set are sorted.
func decode(v tftypes.Value) (any, error) {
	switch {
	case v.IsNull():
		return nil, nil
	case !v.IsKnown():
		return Unknown, nil
	case v.Type().Is(tftypes.String):
		var s string
		err := v.As(&s)
		return s, err
	case v.Type().Is(tftypes.Bool):
		var b bool
		err := v.As(&b)
		return b, err
	case v.Type().Is(tftypes.Number):
		var n big.Float
		if err := v.As(&n); err != nil {
			return nil, err
		}
		if whole, accuracy := n.Int64(); accuracy == big.Exact {
			return whole, nil
		}
		f, _ := n.Float64()
		return f, nil
	case v.Type().Is(tftypes.Object{}), v.Type().Is(tftypes.Map{}):
		var in map[string]tftypes.Value
		if err := v.As(&in); err != nil {
			return nil, err
		}
		out := Object{}
		for name, element := range in {
			decoded, err := decode(element)
			if err != nil {
				return nil, err
			}
			out[name] = decoded
		}
		return out, nil
	default:
		var in []tftypes.Value
		if err := v.As(&in); err != nil {
			return nil, err
		}
		out := make([]any, 0, len(in))
		for _, element := range in {
			decoded, err := decode(element)
			if err != nil {
				return nil, err
			}
			out = append(out, decoded)
		}
		if v.Type().Is(tftypes.Set{}) {
			slices.SortFunc(out, order)
		}
		return out, nil
	}
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
	for _, text := range words {
		if !strings.Contains(got[0], text) {
			t.Errorf("the %s does not say %q:\n%s", what, text, got[0])
		}
	}
}
