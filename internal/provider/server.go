package provider

// The provider as a server of the plugin protocol.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit/rowserver"
)

// NewServer makes servers of the provider. They deliver long lists of rows without the
// framework's conversion of values, and what the client has to say beside its results.
// pauses replace the provider's own.
func NewServer(version string, pauses ...Pauses) func() tfprotov6.ProviderServer {
	return func() tfprotov6.ProviderServer {
		p := newProvider(version)
		for _, given := range pauses {
			p.pauses = given
		}
		full, ok := providerserver.NewProtocol6(p)().(complete)
		if !ok {
			panic("the framework's server lacks a part of the protocol") // a change of the framework, seen by every test
		}
		return &server{complete: full, provider: p}
	}
}

// complete is what the framework's server can do. What is not named here would be hidden
// by the wrapper.
type complete interface {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer
	tfprotov6.StateStoreServer
}

// server is the framework's server with rows and notices.
type server struct {
	complete
	provider *scpbilling
}

// ReadDataSource reads, and delivers rows.
func (s *server) ReadDataSource(ctx context.Context, req *tfprotov6.ReadDataSourceRequest) (*tfprotov6.ReadDataSourceResponse, error) {
	resp, err := rowserver.Read(ctx, s.complete, req)
	if resp != nil {
		resp.Diagnostics = append(resp.Diagnostics, s.notices()...)
	}
	return resp, err
}

// ReadResource reads a resource.
func (s *server) ReadResource(ctx context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	resp, err := s.complete.ReadResource(ctx, req)
	if resp != nil {
		resp.Diagnostics = append(resp.Diagnostics, s.notices()...)
	}
	return resp, err
}

// PlanResourceChange plans a change.
func (s *server) PlanResourceChange(ctx context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	resp, err := s.complete.PlanResourceChange(ctx, req)
	if resp != nil {
		resp.Diagnostics = append(resp.Diagnostics, s.notices()...)
	}
	return resp, err
}

// notices are warnings that have not been given yet.
func (s *server) notices() (out []*tfprotov6.Diagnostic) {
	var diags diag.Diagnostics
	s.provider.data.Load().Report(&diags)
	for _, one := range diags {
		out = append(out, &tfprotov6.Diagnostic{Severity: tfprotov6.DiagnosticSeverityWarning, Summary: one.Summary(), Detail: one.Detail()})
	}
	return out
}
