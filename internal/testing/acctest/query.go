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
	server, ok := p.Server.(tfprotov6.ListResourceServer)
	if !ok {
		p.t.Fatal("the provider serves no list resources")
	}
	resp, err := server.ValidateListResourceConfig(p.context(), &tfprotov6.ValidateListResourceConfigRequest{
		TypeName: typeName, Config: p.encode(p.listResource(typeName).ValueType(), config),
	})
	p.must(err)
	return resp.Diagnostics
}

// List reads a list resource.
func (p *Provider) List(typeName string, config Object, o ListOptions) []Listed {
	p.t.Helper()
	server, ok := p.Server.(tfprotov6.ListResourceServer)
	if !ok {
		p.t.Fatal("the provider serves no list resources")
	}
	stream, err := server.ListResource(p.context(), &tfprotov6.ListResourceRequest{
		TypeName: typeName, Config: p.encode(p.listResource(typeName).ValueType(), config),
		IncludeResource: o.IncludeResource, Limit: o.Limit,
	})
	p.must(err)
	var out []Listed
	for result := range stream.Results {
		one := Listed{
			DisplayName: result.DisplayName, Identity: p.decodeIdentity(typeName, result.Identity),
			Diagnostics: result.Diagnostics,
		}
		if result.Resource != nil {
			one.Object = p.decode(p.resource(typeName).ValueType(), result.Resource)
		}
		if out = append(out, one); len(out) == o.Take {
			break
		}
	}
	return out
}

// PlanAction plans an action, as terraform apply -invoke does before it asks.
func (p *Provider) PlanAction(typeName string, config Object) Diagnostics {
	p.t.Helper()
	server, ok := p.Server.(tfprotov6.ActionServer)
	schema := p.Schema.ActionSchemas[typeName]
	if !ok || schema == nil {
		p.t.Fatalf("there is no action %s", typeName)
	}
	resp, err := server.PlanAction(p.context(), &tfprotov6.PlanActionRequest{ActionType: typeName, Config: p.encode(schema.Schema.ValueType(), config)})
	p.must(err)
	return resp.Diagnostics
}

// Invoke invokes an action and gives its messages.
func (p *Provider) Invoke(typeName string, config Object) (messages []string, diags Diagnostics) {
	p.t.Helper()
	server, ok := p.Server.(tfprotov6.ActionServer)
	if !ok {
		p.t.Fatal("the provider serves no actions")
	}
	schema := p.Schema.ActionSchemas[typeName]
	if schema == nil {
		p.t.Fatalf("there is no action %s", typeName)
	}
	stream, err := server.InvokeAction(p.context(), &tfprotov6.InvokeActionRequest{
		ActionType: typeName, Config: p.encode(schema.Schema.ValueType(), config),
	})
	p.must(err)
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
		p.must(err)
		raw.JSON = data
	}
	resp, err := p.Server.MoveResourceState(p.context(), &tfprotov6.MoveResourceStateRequest{
		SourceProviderAddress: from.Provider, SourceTypeName: from.Type, SourceState: raw, TargetTypeName: typeName,
	})
	p.must(err)
	state := State{Type: typeName, Private: resp.TargetPrivate, Identity: p.decodeIdentity(typeName, resp.TargetIdentity)}
	if resp.TargetState != nil {
		state.Object = p.decode(p.resource(typeName).ValueType(), resp.TargetState)
	}
	return state, resp.Diagnostics
}

func (p *Provider) listResource(typeName string) *tfprotov6.Schema {
	p.t.Helper()
	s := p.Schema.ListResourceSchemas[typeName]
	if s == nil {
		p.t.Fatalf("the provider has no list resource %s", typeName)
	}
	return s
}
