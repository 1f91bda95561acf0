// Command bareprovider is a provider of a resource with the schema of an account
// budget that passes Terraform's values back, without the framework in the way of an
// object. What a command takes with it is little more than what Terraform itself takes
// for an object of that shape. It treats garbage and log lines as the provider does.
package main

import (
	"context"
	"log"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/budget"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/process"
)

func main() {
	process.Prepare(false)
	err := tf6server.Serve("registry.terraform.io/scpbilling/bare", func() tfprotov6.ProviderServer {
		return newServer(providerserver.NewProtocol6(bare{})())
	})
	if err != nil {
		log.Fatal(err)
	}
}

// server answers every call about an object itself. The framework answers the rest,
// which comes once for each process.
type server struct {
	tfprotov6.ProviderServer
	objectType func() (tftypes.Type, error)
}

func newServer(inner tfprotov6.ProviderServer) *server {
	return &server{inner, sync.OnceValues(func() (tftypes.Type, error) {
		answer, err := inner.GetProviderSchema(context.Background(), &tfprotov6.GetProviderSchemaRequest{})
		if err != nil {
			return nil, err
		}
		return answer.ResourceSchemas["bare_thing"].ValueType(), nil
	})}
}

func (*server) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
}

// UpgradeResourceState turns the JSON of the state into the encoding of the protocol.
func (s *server) UpgradeResourceState(_ context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	typ, err := s.objectType()
	if err != nil {
		return nil, err
	}
	value, err := req.RawState.Unmarshal(typ)
	if err != nil {
		return nil, err
	}
	state, err := tfprotov6.NewDynamicValue(typ, value)
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &state}, err
}

func (*server) ReadResource(_ context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	return &tfprotov6.ReadResourceResponse{NewState: req.CurrentState, Private: req.Private}, nil
}

func (*server) PlanResourceChange(_ context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: req.ProposedNewState, PlannedPrivate: req.PriorPrivate}, nil
}

func (*server) ApplyResourceChange(_ context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	return &tfprotov6.ApplyResourceChangeResponse{NewState: req.PlannedState, Private: req.PlannedPrivate}, nil
}

// bare gives the schema.
type bare struct{}

func (bare) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "bare"
}
func (bare) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse)          {}
func (bare) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}
func (bare) DataSources(context.Context) []func() datasource.DataSource                        { return nil }

func (bare) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return thing{} }}
}

type thing struct{}

func (thing) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "bare_thing"
}

func (thing) Schema(ctx context.Context, req resource.SchemaRequest, resp *resource.SchemaResponse) {
	budget.NewResource().Schema(ctx, req, resp)
}

// Terraform calls the server, so these are never called.
func (thing) Create(context.Context, resource.CreateRequest, *resource.CreateResponse) {}
func (thing) Read(context.Context, resource.ReadRequest, *resource.ReadResponse)       {}
func (thing) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}
func (thing) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
