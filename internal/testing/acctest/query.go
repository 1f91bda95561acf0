package acctest

// The calls of newer Terraforms over the protocol: listing for terraform query,
// invoking an action, and moving a state from another provider.

import (
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Listed is one result of a list.
type Listed struct {
	DisplayName string
	Identity    Object
	Object      Object // nil unless it was asked for
	Diagnostics Diagnostics
}

// ListOptions are what Terraform says besides the filters.
type ListOptions struct {
	// IncludeResource asks for the objects.
	IncludeResource bool
	// Limit is the number of results that Terraform wants; 0 is no limit.
	Limit int64
	// Take closes the stream after so many results; 0 takes all.
	Take int
}

// ValidateList validates the config of a list block.
func (p *Provider) ValidateList(typeName string, config Object) Diagnostics {
	p.t.Helper()
	typ := p.typeIn(p.Schema.ListResourceSchemas, typeName)
	return call(p, p.server.ValidateListResourceConfig, tfprotov6.ValidateListResourceConfigRequest{TypeName: typeName, Config: p.encode(typ, config)}).Diagnostics
}

// List reads a list resource.
func (p *Provider) List(typeName string, config Object, o ListOptions) []Listed {
	p.t.Helper()
	stream := call(p, p.server.ListResource, tfprotov6.ListResourceRequest{
		TypeName: typeName, Config: p.encode(p.typeIn(p.Schema.ListResourceSchemas, typeName), config),
		IncludeResource: o.IncludeResource, Limit: o.Limit,
	})
	var out []Listed
	for result := range stream.Results {
		out = append(out, Listed{
			DisplayName: result.DisplayName, Identity: p.decodeIdentity(typeName, result.Identity),
			Object: p.decode(p.resource(typeName), result.Resource), Diagnostics: result.Diagnostics,
		})
		if len(out) == o.Take {
			break
		}
	}
	return out
}

// PlanAction plans an action, as terraform apply -invoke does before it asks.
func (p *Provider) PlanAction(typeName string, config Object) Diagnostics {
	p.t.Helper()
	return call(p, p.server.PlanAction, tfprotov6.PlanActionRequest{ActionType: typeName, Config: p.encodeAction(typeName, config)}).Diagnostics
}

// Invoke invokes an action and gives its messages.
func (p *Provider) Invoke(typeName string, config Object) (messages []string, diags Diagnostics) {
	p.t.Helper()
	stream := call(p, p.server.InvokeAction, tfprotov6.InvokeActionRequest{ActionType: typeName, Config: p.encodeAction(typeName, config)})
	for event := range stream.Events {
		switch event := event.Type.(type) {
		case tfprotov6.ProgressInvokeActionEventType:
			messages = append(messages, event.Message)
		case tfprotov6.CompletedInvokeActionEventType:
			diags = append(diags, event.Diagnostics...)
		}
	}
	return messages, diags
}

func (p *Provider) encodeAction(typeName string, config Object) *tfprotov6.DynamicValue {
	p.t.Helper()
	schema := p.Schema.ActionSchemas[typeName]
	if schema == nil {
		p.t.Fatalf("there is no action %s", typeName)
	}
	return p.encode(schema.Schema.ValueType(), config)
}

// Source is an object of another provider, as Terraform passes it to a move.
type Source struct {
	Provider, Type string
	// State is written as JSON; a json.RawMessage goes as it is.
	State any
	// Flatmap is the form of very old states; it goes instead of State.
	Flatmap map[string]string
}

// Move moves an object of another provider to a resource, without the read that
// Terraform makes next.
func (p *Provider) Move(typeName string, from Source) (State, Diagnostics) {
	p.t.Helper()
	raw := &tfprotov6.RawState{Flatmap: from.Flatmap}
	if from.Flatmap == nil {
		data, err := json.Marshal(from.State)
		if err != nil {
			p.t.Fatal(err)
		}
		raw.JSON = data
	}
	resp := call(p, p.server.MoveResourceState, tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: from.Provider, SourceTypeName: from.Type, SourceState: raw, TargetTypeName: typeName,
	})
	return p.state(typeName, resp.TargetState, resp.TargetPrivate, resp.TargetIdentity), resp.Diagnostics
}
