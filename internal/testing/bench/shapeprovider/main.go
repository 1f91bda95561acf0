// Command shapeprovider is a provider of a resource with the schema of an account
// budget and nothing behind it. Beside the empty provider it tells what Terraform
// and the framework take for an object of that shape, whatever the provider does. It
// treats garbage and log lines as the provider does.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/budget"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/process"
)

func main() {
	process.Prepare(false)
	err := providerserver.Serve(context.Background(), func() provider.Provider { return shape{} },
		providerserver.ServeOpts{Address: "registry.terraform.io/scpbilling/shape", ProtocolVersion: 6})
	if err != nil {
		log.Fatal(err)
	}
}

type shape struct{}

func (shape) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "shape"
}
func (shape) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse)          {}
func (shape) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}
func (shape) DataSources(context.Context) []func() datasource.DataSource                        { return nil }

func (shape) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return thing{} }}
}

// thing remembers what it is given. What it would have to compute is a fixed text.
type thing struct{}

func (thing) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = "shape_thing"
}

func (thing) Schema(ctx context.Context, req resource.SchemaRequest, resp *resource.SchemaResponse) {
	budget.NewResource().Schema(ctx, req, resp)
}

// known is a planned value with a text for every one that is unknown.
func known(planned tftypes.Value) (tftypes.Value, error) {
	return tftypes.Transform(planned, func(_ *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		switch {
		case v.IsKnown():
			return v, nil
		case v.Type().Is(tftypes.String):
			return tftypes.NewValue(tftypes.String, "240200fd2b02490ca63bb3965048b401"), nil
		default:
			return tftypes.NewValue(v.Type(), nil), nil
		}
	})
}

func (thing) Create(_ context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var err error
	if resp.State.Raw, err = known(req.Plan.Raw); err != nil {
		resp.Diagnostics.AddError("Unexpected plan", err.Error())
	}
}

func (thing) Read(_ context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	resp.State.Raw = req.State.Raw
}

func (thing) Update(_ context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var err error
	if resp.State.Raw, err = known(req.Plan.Raw); err != nil {
		resp.Diagnostics.AddError("Unexpected plan", err.Error())
	}
}

func (thing) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}
