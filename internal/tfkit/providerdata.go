package tfkit

// This file passes the configured client from the provider to resources and data sources.

import (
	"fmt"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit/run"
)

// ProviderData is what the provider's Configure gives to every resource, data
// source, list resource and action.
type ProviderData struct {
	// client is nil while a provider argument is not known yet.
	client *scp.Client
	// unknown names the provider arguments that are not known yet.
	unknown []string
	// missing are the errors about settings without which no request can be made.
	missing diag.Diagnostics
	// Grace is how long nothing must be in flight before the reads of a plan count as done.
	Grace time.Duration
	// Run is shared with the other processes of the same Terraform run.
	Run *run.Notes
	// notices are what users should know besides results and errors.
	notices notices

	sharedLock sync.Mutex
	shared     map[reflect.Type]any
}

// NewProviderData returns the client of a provider.
func NewProviderData(config scp.Config) (*ProviderData, error) {
	d := &ProviderData{Run: run.Open()}
	config.Notice = d.notices.add
	client, err := scp.New(config)
	d.client = client
	return d, err
}

// NewMissingProviderData is for a provider that lacks a setting that every request needs. That
// is not an error until something needs the service: a function does not, and OpenTofu
// configures a provider before it runs one.
func NewMissingProviderData(missing diag.Diagnostics) *ProviderData {
	return &ProviderData{missing: missing}
}

// NewUnknownProviderData is for a provider whose arguments are only known during apply.
// Planning continues; a call that needs the service is an error.
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
			fmt.Sprintf("The provider passed %T instead of its own data. This is a bug in the provider; please report it.", value))
		return nil
	}
	return data
}

// Complete reports whether nothing is missing, and adds errors otherwise. Even a plan that
// does not need the service calls it, because an apply would.
func (d *ProviderData) Complete(diags *diag.Diagnostics) bool {
	if d == nil {
		return true
	}
	diags.Append(d.missing...)
	return len(d.missing) == 0
}

// Known reports whether there is a client, without a diagnostic if not.
func (d *ProviderData) Known() bool { return d != nil && d.client != nil }

// KnownClient returns the client, or nil while the configuration is unknown: a plan that does
// not need the service continues.
func (d *ProviderData) KnownClient() *scp.Client {
	if d == nil {
		return nil
	}
	return d.client
}

// Now is the time on the service's clock, or on the local one as long as that is unknown.
func (d *ProviderData) Now() time.Time {
	if client := d.KnownClient(); client != nil {
		return client.Now()
	}
	return time.Now()
}

// Client returns the client, or adds an error that says why there is none.
// doing completes the sentence "Could not ...".
func (d *ProviderData) Client(diags *diag.Diagnostics, doing string) (*scp.Client, bool) {
	switch {
	case d.Known():
		return d.client, true
	case d != nil && len(d.missing) > 0:
		d.Complete(diags)
	case d != nil && len(d.unknown) > 0:
		diags.AddError("Could not "+doing,
			"The provider configuration is not complete: "+strings.Join(d.unknown, ", ")+" will only be known after apply.\n\n"+
				"Apply the objects that these values come from first (terraform apply -target=...), or set them to known values.")
	default:
		diags.AddError("Could not "+doing,
			"The provider is not configured. This is a bug in the provider or in the tool that runs it; please report it.")
	}
	return nil, false
}

// Shared returns the one value of a type that all resources of a configured provider share,
// and creates it on first use. It is for what exists once per process: caches, and which
// contracts are accounted for.
func Shared[T any](d *ProviderData, create func() T) T {
	d.sharedLock.Lock()
	defer d.sharedLock.Unlock()
	key := reflect.TypeFor[T]()
	if _, ok := d.shared[key]; !ok {
		if d.shared == nil {
			d.shared = map[reflect.Type]any{}
		}
		d.shared[key] = create()
	}
	value, _ := d.shared[key].(T)
	return value
}
