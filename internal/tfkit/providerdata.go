package tfkit

// This file hands the configured client from the provider to resources and data sources.

import (
	"fmt"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

// ProviderData is what the provider's Configure gives to every resource, data
// source, list resource and action.
type ProviderData struct {
	// client is nil while a provider argument is not known yet.
	client *scp.Client
	// unknown names the provider arguments that are not known yet.
	unknown []string

	sharedLock sync.Mutex
	shared     map[string]any
}

// NewProviderData wraps a working client.
func NewProviderData(client *scp.Client) *ProviderData {
	return &ProviderData{client: client}
}

// NewUnknownProviderData stands for a provider whose arguments are only known
// during apply. Planning goes on; a call that needs the service is an error.
func NewUnknownProviderData(arguments []string) *ProviderData {
	return &ProviderData{unknown: arguments}
}

// FromConfigure reads the value that Terraform passes to a Configure method.
// Before the provider is configured that value is nil, and so is the result.
func FromConfigure(value any, diags *diag.Diagnostics) *ProviderData {
	if value == nil {
		return nil
	}
	data, ok := value.(*ProviderData)
	if !ok {
		diags.AddError("Unexpected provider data",
			fmt.Sprintf("The provider handed over %T instead of its own data. This is a bug in the provider; please report it.", value))
		return nil
	}
	return data
}

// Known tells whether a client can be had, without a diagnostic when not.
func (d *ProviderData) Known() bool { return d != nil && d.client != nil }

// KnownClient returns the client, or nil while the configuration is not known:
// a plan that can do without the service goes on.
func (d *ProviderData) KnownClient() *scp.Client {
	if d == nil {
		return nil
	}
	return d.client
}

// Client returns the client, or adds an error that says why there is none.
// doing completes the sentence "Could not ...".
func (d *ProviderData) Client(diags *diag.Diagnostics, doing string) (*scp.Client, bool) {
	switch {
	case d.Known():
		return d.client, true
	case d != nil && len(d.unknown) > 0:
		diags.AddError("Could not "+doing,
			"The provider configuration is not complete: "+strings.Join(d.unknown, ", ")+" will only be known after apply.\n\n"+
				"Apply the objects that these values come from first (terraform apply -target=...), or give the provider values that are known.")
	default:
		diags.AddError("Could not "+doing,
			"The provider is not configured. This is a bug in the provider or in the tool that runs it; please report it.")
	}
	return nil, false
}

// Shared returns the one value of its kind that all resources of a configured
// provider share, and makes it when it is first asked for. It holds what must
// be known once per process: caches, and which contracts are accounted for.
func Shared[T any](d *ProviderData, key string, create func() T) T {
	d.sharedLock.Lock()
	defer d.sharedLock.Unlock()
	if existing, ok := d.shared[key].(T); ok {
		return existing
	}
	if d.shared == nil {
		d.shared = map[string]any{}
	}
	made := create()
	d.shared[key] = made
	return made
}
