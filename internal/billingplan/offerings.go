package billingplan

// What is on offer: services, operating systems, server types and contract terms, and the
// checks of a plan against it. Each distinct query costs one request per process, however many
// data sources and plans need it.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

const (
	// offeringsTimeout bounds one look-up with all its retries. It does not depend on the
	// caller: one that stops waiting does not end the look-up for the others.
	offeringsTimeout = 5 * time.Minute
	// failureMemory is how long a failure is cached, so that a hundred resources do not each
	// go through all the retries. It is short enough for a long run to notice that the service
	// has recovered.
	failureMemory = time.Minute
)

// lookUps are the calls of the client that offerings makes.
type lookUps interface {
	ListServiceTypes(ctx context.Context) ([]scp.ServiceType, error)
	ListOSTypes(ctx context.Context, serviceID string) ([]scp.OSType, error)
	ListServerTypes(ctx context.Context, filter scp.ServerTypeFilter) ([]scp.ServerType, error)
	ListContractTypes(ctx context.Context, serviceID, serverType string) (*scp.ContractTypes, error)
}

// offerings caches what the look-ups returned. Callers share the result and must not change
// it.
type offerings struct {
	client lookUps
	held   scp.Fetched[any] // by list and arguments
}

// offeringsOf returns the offerings that everything in this process shares.
func offeringsOf(d *tfkit.ProviderData, client *scp.Client) *offerings {
	return tfkit.Shared(d, func() *offerings { return newOfferings(client) })
}

func newOfferings(client lookUps) *offerings {
	return &offerings{client: client, held: scp.Fetched[any]{FailuresFor: failureMemory}}
}

// serviceTypes lists the services open to planned computes.
func (c *offerings) serviceTypes(ctx context.Context) ([]scp.ServiceType, error) {
	return lookUp(ctx, c, "service types", c.client.ListServiceTypes)
}

// osTypes lists the operating systems; an empty service is not sent.
func (c *offerings) osTypes(ctx context.Context, serviceID string) ([]scp.OSType, error) {
	return lookUp(ctx, c, "operating systems", func(ctx context.Context) ([]scp.OSType, error) {
		return c.client.ListOSTypes(ctx, serviceID)
	}, serviceID)
}

// serverTypes lists the server types; empty fields are not sent.
func (c *offerings) serverTypes(ctx context.Context, filter scp.ServerTypeFilter) ([]scp.ServerType, error) {
	return lookUp(ctx, c, "server types", func(ctx context.Context) ([]scp.ServerType, error) {
		return c.client.ListServerTypes(ctx, filter)
	}, filter.ServiceID, filter.CurrentServerType, filter.OSType)
}

// contractTypes lists the contract terms; empty arguments are not sent.
func (c *offerings) contractTypes(ctx context.Context, serviceID, serverType string) (*scp.ContractTypes, error) {
	return lookUp(ctx, c, "contract types", func(ctx context.Context) (*scp.ContractTypes, error) {
		return c.client.ListContractTypes(ctx, serviceID, serverType)
	}, serviceID, serverType)
}

// lookUp serves a query from the cache, or sends its one request.
func lookUp[T any](ctx context.Context, c *offerings, what string, ask func(context.Context) (T, error), arguments ...string) (T, error) {
	held, err := c.held.Get(ctx, fmt.Sprintf("%s %q", what, arguments), func(ctx context.Context) (any, error) {
		own, cancel := context.WithTimeout(ctx, offeringsTimeout)
		defer cancel()
		return ask(own)
	})
	switch {
	case err == nil || ctx.Err() == nil:
	case errors.Is(ctx.Err(), context.Canceled):
		err = fmt.Errorf("the run was interrupted while the list of %s was read: %w", what, ctx.Err())
	default:
		err = fmt.Errorf("the list of %s was not read in time: %w", what, ctx.Err())
	}
	value, _ := held.(T)
	return value, err
}

// checkOffer checks a contract that is to be bought. A list that cannot be read is a warning: the
// service checks again when the contract is bought. Rows without a name are ignored, since the
// API guarantees no field of a row. A value that is not known yet is checked
// once it is; until then it is the empty string, which is not sent.
func checkOffer(ctx context.Context, c *offerings, plan *resourceModel, diags *diag.Diagnostics) {
	if plan.ServiceID.IsUnknown() {
		return
	}
	if !checkService(ctx, c, plan.ServiceID.ValueString(), diags) {
		return
	}
	checkOS(ctx, c, plan, diags)
	checkServerType(ctx, c, plan, diags)
	checkTerm(ctx, c, plan, plan.ContractType, "contract_type", diags)
	checkTerm(ctx, c, plan, plan.NextContractType, "next_contract_type", diags)
}

// unchecked warns that a list could not be read.
func unchecked(diags *diag.Diagnostics, attribute string, err error) {
	diags.AddAttributeWarning(path.Root(attribute), "Could not check "+attribute,
		"The offerings could not be read, so the service checks the value during the apply. "+tfkit.Explain(err))
}

// checkListed adds an error about a value that is not listed. names are the rows of the list for
// the message; without any, nothing is known. err is why the list could not be read.
func checkListed(diags *diag.Diagnostics, attribute string, listed bool, names []string, err error, summary, problem string, args ...any) bool {
	switch {
	case err != nil:
		unchecked(diags, attribute, err)
	case !listed && len(names) > 0:
		diags.AddAttributeError(path.Root(attribute), summary, fmt.Sprintf(problem, args...)+" Choose one of: "+tfkit.Enumerate(names)+".")
		return false
	}
	return true
}

func checkService(ctx context.Context, c *offerings, service string, diags *diag.Diagnostics) bool {
	services, err := c.serviceTypes(ctx)
	var ids []string
	for _, s := range services {
		if text(s.ServiceID) != "" {
			ids = append(ids, *s.ServiceID)
		}
	}
	return checkListed(diags, "service_id", slices.Contains(ids, service), ids, err, "Unknown service", "Planned computes are not offered for service %q.", service)
}

func checkOS(ctx context.Context, c *offerings, plan *resourceModel, diags *diag.Diagnostics) {
	if plan.OSType.IsUnknown() {
		return
	}
	list, err := c.osTypes(ctx, plan.ServiceID.ValueString())
	wanted, listed := plan.OSType.ValueString(), false
	var values []string
	for _, os := range list {
		listed = listed || tfkit.SameOS(text(os.OSTypeID), wanted) || tfkit.SameOS(text(os.OSTypeValue), wanted)
		if name := cmp.Or(text(os.OSTypeValue), text(os.OSTypeID)); name != "" {
			values = append(values, tfkit.OSValue(name))
		}
	}
	checkListed(diags, "os_type", listed, values, err, "Unknown operating system", "%s is not offered with operating system %q.", plan.ServiceID.ValueString(), wanted)
}

func checkServerType(ctx context.Context, c *offerings, plan *resourceModel, diags *diag.Diagnostics) {
	if plan.ServerType.IsUnknown() {
		return
	}
	list, err := c.serverTypes(ctx, scp.ServerTypeFilter{ServiceID: plan.ServiceID.ValueString()})
	_, listed := findServerType(list, plan.ServerType.ValueString())
	checkListed(diags, "server_type", listed, serverTypeNames(list, false), err,
		"Unknown server type", "%s is not offered with server type %q.", plan.ServiceID.ValueString(), plan.ServerType.ValueString())
}

// checkTerm checks the term of a contract, or of its follow-up.
func checkTerm(ctx context.Context, c *offerings, plan *resourceModel, term types.String, attribute string, diags *diag.Diagnostics) {
	if term.IsUnknown() || term.IsNull() {
		return
	}
	wanted, listed := term.ValueString(), false
	var offered []scp.ContractType
	terms, err := c.contractTypes(ctx, plan.ServiceID.ValueString(), plan.ServerType.ValueString())
	switch {
	case err != nil:
	case attribute == "next_contract_type":
		offered = terms.ExtensionTypes
	default:
		offered = terms.ContractTypes
	}
	var names []string
	for _, offer := range offered {
		code, name := text(offer.Code), text(offer.DisplayName)
		listed = listed || tfkit.SameContractType(code, wanted) || tfkit.SameContractType(name, wanted)
		switch {
		case code != "" && name != "":
			names = append(names, fmt.Sprintf("%q (%s)", code, name))
		case code != "" || name != "":
			names = append(names, fmt.Sprintf("%q", code+name))
		}
	}
	checkListed(diags, attribute, listed, names, err, "Contract term not offered", "The term %q is not offered as %s.", wanted, attribute)
}

// checkScaleUp allows only a larger server type: the API does not go down (user guide).
func checkScaleUp(ctx context.Context, c *offerings, plan, state *resourceModel, diags *diag.Diagnostics) {
	if c == nil {
		return
	}
	from, to := state.ServerType.ValueString(), plan.ServerType.ValueString()
	list, err := c.serverTypes(ctx, scp.ServerTypeFilter{ServiceID: plan.ServiceID.ValueString(), CurrentServerType: from})
	if err != nil {
		unchecked(diags, "server_type", err)
		return
	}
	if len(serverTypeNames(list, false)) == 0 {
		diags.AddAttributeWarning(path.Root("server_type"), "Could not check server_type", "The service lists no server types, so it checks the value during the apply.")
		return
	}
	possible := "You can change to: " + tfkit.Enumerate(serverTypeNames(list, true)) + "."
	if len(serverTypeNames(list, true)) == 0 {
		possible = "No larger server type is offered."
	}
	found, ok := findServerType(list, to)
	switch {
	case !ok:
		diags.AddAttributeError(path.Root("server_type"), "Unknown server type",
			fmt.Sprintf("%s is not offered with server type %q. A contract can only be changed to a server type larger than %q. %s", plan.ServiceID.ValueString(), to, from, possible))
	case found.ScaleUpYN == nil:
		diags.AddAttributeWarning(path.Root("server_type"), "Could not check server_type",
			fmt.Sprintf("It is unknown whether %q is larger than %q, so the service checks that during the apply.", to, from))
	case !*found.ScaleUpYN:
		diags.AddAttributeError(path.Root("server_type"), "A contract can only be changed to a larger server type",
			fmt.Sprintf("%q is not larger than %q, the current server type of the planned compute %s. %s", to, from, state.label(), possible))
	}
}

func findServerType(list []scp.ServerType, name string) (scp.ServerType, bool) {
	for _, t := range list {
		if text(t.ServerType) == name {
			return t, true
		}
	}
	return scp.ServerType{}, false
}

// serverTypeNames lists the names, or those of the larger ones only.
func serverTypeNames(list []scp.ServerType, largerOnly bool) []string {
	var names []string
	for _, t := range list {
		if text(t.ServerType) != "" && (!largerOnly || t.ScaleUpYN != nil && *t.ScaleUpYN) {
			names = append(names, text(t.ServerType))
		}
	}
	return names
}
