package provider

// The schema, made while Terraform and the process still shake hands.

import (
	"context"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// complete is what the framework's server can do. What is not repeated here would
// be hidden by the wrapping.
type complete interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
	tfprotov6.StateStoreServer
}

// prepared is a server whose schema is made once.
type prepared struct {
	complete
	schema func() (*tfprotov6.GetProviderSchemaResponse, error)
}

// PrepareServer is NewServer for a process that serves Terraform. It begins to make
// the schema at once: the handshake takes several times as long, and most of it is
// waiting. All servers that it makes are the same one.
func PrepareServer(version string) func() tfprotov6.ProviderServer {
	server := prepare(NewServer(version)())
	return func() tfprotov6.ProviderServer { return server }
}

func prepare(inner tfprotov6.ProviderServer) tfprotov6.ProviderServer {
	full, ok := inner.(complete)
	if !ok {
		return inner
	}
	p := &prepared{complete: full, schema: sync.OnceValues(func() (*tfprotov6.GetProviderSchemaResponse, error) {
		return full.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
	})}
	go func() { _, _ = p.schema() }() // whoever asks gets the error
	return p
}

// GetProviderSchema waits for the schema. It depends on nothing in the request.
func (p *prepared) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return p.schema()
}
