package main

// The parts of a command that the provider answers for, in process: the schema at
// the start, and the calls that Terraform makes for each object.

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/provider"
)

// BenchmarkSchema is what a process does until Terraform has the schema.
func BenchmarkSchema(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		resp, err := provider.NewServer(version)().GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{})
		if err != nil || len(resp.Diagnostics) > 0 {
			b.Fatal(err, resp.Diagnostics)
		}
	}
}

const budgetType = "scpbilling_account_budget"

// configured is a provider that is configured for an emulator of its own.
type configured struct {
	tfprotov6.ProviderServer
	budget tftypes.Object
}

func newConfigured(b *testing.B) *configured {
	b.Helper()
	server, err := startService(emulator.Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(server.close)
	c := &configured{ProviderServer: provider.NewServer(version)()}
	schema, err := c.GetProviderSchema(b.Context(), &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		b.Fatal(err)
	}
	c.budget = schema.ResourceSchemas[budgetType].ValueType().(tftypes.Object)
	block, err := encode(schema.Provider, map[string]tftypes.Value{
		"endpoint_override": word(server.url), "access_key": word(emulator.ExampleAccessKey), "secret_key": word(emulator.ExampleSecretKey),
	})
	if err != nil {
		b.Fatal(err)
	}
	resp, err := c.ConfigureProvider(b.Context(), &tfprotov6.ConfigureProviderRequest{Config: &tfprotov6.DynamicValue{MsgPack: block}})
	if err != nil || len(resp.Diagnostics) > 0 {
		b.Fatal(err, resp.Diagnostics)
	}
	return c
}

func word(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

// value is a budget with both settings. Computed attributes are null in the
// configuration, and unknown in the proposed state of a new budget.
func (c *configured) value(b *testing.B, amount int64, computed any) *tfprotov6.DynamicValue {
	b.Helper()
	types := c.budget.AttributeTypes
	number := func(n int64) tftypes.Value { return tftypes.NewValue(tftypes.Number, n) }
	words := func(s ...tftypes.Value) tftypes.Value {
		return tftypes.NewValue(tftypes.Set{ElementType: tftypes.String}, s)
	}
	values := map[string]tftypes.Value{}
	for name, typ := range types {
		values[name] = tftypes.NewValue(typ, computed)
	}
	values["timeouts"] = tftypes.NewValue(types["timeouts"], nil)
	values["name"], values["amount"], values["unit"], values["start_month"] = word("benchmark"), number(amount), word("MONTHLY"), word("2026-01")
	values["notifications"] = tftypes.NewValue(types["notifications"], map[string]tftypes.Value{
		"is_use_notification": tftypes.NewValue(tftypes.Bool, true), "notification_send_period": word("FIRST"),
		"receivers":  words(word("finops@example.com")),
		"thresholds": tftypes.NewValue(tftypes.Set{ElementType: tftypes.Number}, []tftypes.Value{number(80), number(100)}),
	})
	values["prevention"] = tftypes.NewValue(types["prevention"], map[string]tftypes.Value{
		"is_use_prevention": tftypes.NewValue(tftypes.Bool, true), "receivers": words(word("finops@example.com")), "threshold": number(100),
	})
	encoded, err := tfprotov6.NewDynamicValue(c.budget, tftypes.NewValue(c.budget, values))
	if err != nil {
		b.Fatal(err)
	}
	return &encoded
}

func (c *configured) validate(b *testing.B, config *tfprotov6.DynamicValue) {
	b.Helper()
	resp, err := c.ValidateResourceConfig(b.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: budgetType, Config: config})
	if err != nil || len(resp.Diagnostics) > 0 {
		b.Fatal(err, resp.Diagnostics)
	}
}

func (c *configured) plan(b *testing.B, prior, proposed, config *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
	b.Helper()
	resp, err := c.PlanResourceChange(b.Context(), &tfprotov6.PlanResourceChangeRequest{TypeName: budgetType, PriorState: prior, ProposedNewState: proposed, Config: config})
	if err != nil || len(resp.Diagnostics) > 0 {
		b.Fatal(err, resp.Diagnostics)
	}
	return resp.PlannedState
}

func (c *configured) apply(b *testing.B, prior, planned, config *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
	b.Helper()
	resp, err := c.ApplyResourceChange(b.Context(), &tfprotov6.ApplyResourceChangeRequest{TypeName: budgetType, PriorState: prior, PlannedState: planned, Config: config})
	if err != nil || len(resp.Diagnostics) > 0 {
		b.Fatal(err, resp.Diagnostics)
	}
	return resp.NewState
}

func (c *configured) read(b *testing.B, state *tfprotov6.DynamicValue) *tfprotov6.DynamicValue {
	b.Helper()
	resp, err := c.ReadResource(b.Context(), &tfprotov6.ReadResourceRequest{TypeName: budgetType, CurrentState: state})
	if err != nil || len(resp.Diagnostics) > 0 {
		b.Fatal(err, resp.Diagnostics)
	}
	return resp.NewState
}

func (c *configured) null(b *testing.B) *tfprotov6.DynamicValue {
	b.Helper()
	encoded, err := tfprotov6.NewDynamicValue(c.budget, tftypes.NewValue(c.budget, nil))
	if err != nil {
		b.Fatal(err)
	}
	return &encoded
}

// BenchmarkBudget is what Terraform asks for one budget: its validation, its
// refresh, a plan without changes, and a change. Reads and changes go to an
// emulator in this process, which takes a part of the time.
func BenchmarkBudget(b *testing.B) {
	c := newConfigured(b)
	config := c.value(b, 1000, nil)
	none := c.null(b)
	state := c.apply(b, none, c.plan(b, none, c.value(b, 1000, tftypes.UnknownValue), config), config)
	b.Run("validate", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			c.validate(b, config)
		}
	})
	b.Run("refresh", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			c.read(b, state)
		}
	})
	b.Run("plan", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			c.plan(b, state, state, config)
		}
	})
	b.Run("change", func(b *testing.B) {
		b.ReportAllocs()
		amount := int64(1000)
		for b.Loop() {
			amount++
			config := c.value(b, amount, nil)
			planned := c.plan(b, state, state, config)
			_ = planned
			state = c.apply(b, state, planned, config)
		}
	})
}
