package tfkit

// What resources, and the list resources of terraform query, share: the provider's
// data, the identity, and the import by it.

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

// ListResource is what every list resource embeds.
type ListResource struct {
	// Type is the name of the type, which is that of the resource.
	Type string
	Data *ProviderData
}

// Metadata sets the name of the type.
func (r *ListResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = r.Type
}

// Configure takes the provider's data.
func (r *ListResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	r.Data = FromConfigure(req.ProviderData, &resp.Diagnostics)
}

// Resource is what every resource embeds.
type Resource struct {
	ListResource
	// Kind is the word for an object in messages, such as "account budget".
	Kind    string
	Service scp.Service
}

// IdentitySchema describes the identity of Terraform 1.12 and newer.
func (r *Resource) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Attributes: map[string]identityschema.Attribute{
			"id": identityschema.StringAttribute{RequiredForImport: true, Description: "Identifier of the " + r.Kind + "."},
		},
	}
}

// DefaultTimeout bounds one operation with all its retries.
const DefaultTimeout = 10 * time.Minute

// Begin starts an operation of a resource. It returns the client, and a context that ends
// after the timeout that is configured or with end. doing completes the sentence
// "Could not ...". When ok is false, diags says why.
func (r *Resource) Begin(
	ctx context.Context, timeout func(context.Context, time.Duration) (time.Duration, diag.Diagnostics), doing string, diags *diag.Diagnostics,
) (op context.Context, client *scp.Client, end func(), ok bool) {
	longest, more := timeout(ctx, DefaultTimeout)
	diags.Append(more...)
	client, ok = r.Data.Client(diags, doing)
	if !ok || diags.HasError() {
		return ctx, nil, func() {}, false
	}
	op, end = context.WithTimeout(ctx, longest)
	return op, client, end, true
}

// Save writes the state of an object and its identity.
func Save(ctx context.Context, state *tfsdk.State, identity *tfsdk.ResourceIdentity, model any, id types.String, diags *diag.Diagnostics) {
	diags.Append(state.Set(ctx, model)...)
	diags.Append(identity.Set(ctx, Identity{ID: id})...)
}

// Decode reads a plan, a state or a configuration. ok is false if diags has an error.
func Decode[M any](ctx context.Context, from interface {
	Get(ctx context.Context, target any) diag.Diagnostics
}, diags *diag.Diagnostics,
) (m M, ok bool) {
	diags.Append(from.Get(ctx, &m)...)
	return m, !diags.HasError()
}

// Current reads an object of a state as it is now. Only the service's own 404 removes it from
// the state; advice then completes the warning. If ok is false there is nothing to save.
func Current[T any](
	ctx context.Context, r *Resource, client *scp.Client, o Stored, read func(ctx context.Context, id string) (T, error), advice string,
	req resource.ReadRequest, resp *resource.ReadResponse,
) (found T, ok bool) {
	found, err := Show(ctx, client, o, read)
	switch {
	case err == nil:
		return found, true
	case !scp.IsNotFound(err):
		AddError(&resp.Diagnostics, "read "+r.Kind+" "+o.Label, err)
	case r.IsGone(ctx, client, req.Private, o.Label, &resp.Diagnostics):
		resp.Diagnostics.AddWarning(strings.ToUpper(r.Kind[:1])+r.Kind[1:]+" no longer exists",
			fmt.Sprintf("The service no longer has the %s %s, so it is removed from the state. %s", r.Kind, o.Label, advice))
		resp.State.RemoveResource(ctx)
		// Terraform before 1.12 sends no identity, and the framework requires one nevertheless.
		resp.Diagnostics.Append(resp.Identity.Set(ctx, Identity{ID: o.ID})...)
	}
	return found, false
}

// ImportState takes the id, or the identity of Terraform 1.12 and newer.
func (r *Resource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	resource.ImportStatePassthroughWithIdentity(ctx, path.Root("id"), path.Root("id"), req, resp)
}

// idForm matches every id that has been observed (internal/testing/apispec/NOTES.md section
// 6).
var idForm = regexp.MustCompile(`^[0-9a-f]{32}$`)

// Forms are the forms other than an id that an import takes.
type Forms struct {
	// Find returns the ids of the objects that a string may stand for, and what else there is.
	Find func(ctx context.Context, client *scp.Client, given string) (ids, others []string, err error)
	// None and Several begin the errors about no and about several ids. Usage lists the forms.
	None, Several, Usage string
}

// ImportBy is ImportState that also takes other forms.
func (r *Resource) ImportBy(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse, forms Forms) {
	byIdentity := req.ID == "" && req.Identity != nil && !req.Identity.Raw.IsNull()
	if byIdentity || idForm.MatchString(req.ID) {
		r.ImportState(ctx, req, resp)
		return
	}
	doing := fmt.Sprintf("import %s %q", r.Kind, req.ID)
	client, ok := r.Data.Client(&resp.Diagnostics, doing)
	if !ok {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, DefaultTimeout)
	defer cancel()
	ids, others, err := forms.Find(ctx, client, req.ID)
	if err != nil {
		AddError(&resp.Diagnostics, doing, err)
		return
	}
	if len(ids) == 1 {
		req.ID = ids[0]
		r.ImportState(ctx, req, resp)
		return
	}
	problem := forms.None
	if len(ids) > 1 {
		problem = forms.Several + strings.Join(ids, ", ") + "."
	}
	if len(others) > 0 {
		problem += " The account has these: " + Enumerate(others) + "."
	}
	resp.Diagnostics.AddError("Could not "+doing, problem+" Use one of these forms:\n\n"+forms.Usage)
}

// Enumerate lists values for a message, but not too many.
func Enumerate(values []string) string {
	const most = 30
	more := ""
	if len(values) > most {
		more = fmt.Sprintf(" and %d more", len(values)-most)
		values = values[:most]
	}
	return strings.Join(values, ", ") + more
}

// Identity is what the API needs to read an object back.
type Identity struct {
	ID types.String `tfsdk:"id"`
}
