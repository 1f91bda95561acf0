package tfkit

// Where an object was last read. A 404 of another account, of other credentials or of
// another host does not mean that the object is gone.

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

// originKey is where a resource's private state holds the origin.
const originKey = "origin"

// PrivateState is what a resource stores alongside its state.
type PrivateState interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// SaveOrigin records where an object was just read or written.
func (r *Resource) SaveOrigin(ctx context.Context, client *scp.Client, private PrivateState, diags *diag.Diagnostics) {
	origin, err := client.Origin(ctx, r.Service)
	if err != nil {
		return // The call before it found the host, so this does not happen.
	}
	data, err := json.Marshal(origin)
	if err != nil {
		return // A struct of strings always has a JSON form.
	}
	diags.Append(private.SetKey(ctx, originKey, data)...)
}

// IsGone reports whether the service's 404 means that an object is gone, which is so only
// where it was last read. Otherwise it adds an error that says what changed, and the state is
// kept. A 404 for a state of an earlier release, which recorded nothing, is believed. label
// names the object.
func (r *Resource) IsGone(ctx context.Context, client *scp.Client, private PrivateState, label string, diags *diag.Diagnostics) bool {
	object := r.Kind + " " + label
	data, problems := private.GetKey(ctx, originKey)
	var last scp.Origin
	if problems.HasError() || len(data) == 0 || json.Unmarshal(data, &last) != nil {
		return true
	}
	now, err := client.Origin(ctx, r.Service)
	if err != nil {
		AddError(diags, "find "+object, err)
		return false
	}
	changes := originChanges(last, now)
	if len(changes) == 0 {
		return true
	}
	diags.AddError("Could not find "+object,
		fmt.Sprintf("The service responded with 404, but the object was last read under a different configuration: %s. It may still exist there, so it stays in the state.\n\n"+
			"If the provider block points to the wrong account, restore the previous settings. If the object is really gone, remove it from the state with terraform state rm and its address.",
			strings.Join(changes, ", and ")))
	return false
}

// originChanges lists what differs from the last read.
func originChanges(last, now scp.Origin) []string {
	var changes []string
	if last.Host != now.Host {
		changes = append(changes, fmt.Sprintf("the host was %s and is now %s", last.Host, now.Host))
	}
	if last.Account != now.Account {
		changes = append(changes, fmt.Sprintf("account_id was %s and is now %s", quotedOrUnset(last.Account), quotedOrUnset(now.Account)))
	}
	if last.Key != now.Key {
		changes = append(changes, "the access key is different")
	}
	return changes
}

func quotedOrUnset(text string) string {
	if text == "" {
		return "unset"
	}
	return fmt.Sprintf("%q", text)
}
