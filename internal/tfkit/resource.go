package tfkit

// What resources, and the list resources of terraform query, share: the provider's
// data, the identity, and the import by it.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// ListResource is what every list resource embeds.
type ListResource struct{ Data *ProviderData }

// Configure takes the provider's data.
func (r *ListResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.Data = FromConfigure(req.ProviderData, &resp.Diagnostics)
}

// Resource is what every resource embeds.
type Resource struct{ ListResource }

// ImportState takes the id, or the identity of Terraform 1.12 and newer.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resource.ImportStatePassthroughWithIdentity(ctx, path.Root("id"), path.Root("id"), req, resp)
}

// Identity is what the API needs to read an object back.
type Identity struct {
	ID types.String `tfsdk:"id"`
}

// IdentitySchema describes the identity of Terraform 1.12 and newer.
func IdentitySchema(description string) identityschema.Schema {
	return identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"id": identityschema.StringAttribute{RequiredForImport: true, Description: description},
		},
	}
}
