package billingplan

// What a read finds out and a later plan needs, in the private state, which users do not see.

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

const privateKey = "notes"

// private is a contract's private state.
type private struct {
	// Imported is set while the tags of an imported contract are not known.
	Imported bool `json:"imported,omitempty"`
	// Ended says why the contract counts as ended; empty while it runs.
	Ended string `json:"ended,omitempty"`
	// Fulfilled is the declared follow-up that has started; nil when the declared one is
	// reserved, or none is declared.
	Fulfilled *fulfilled `json:"fulfilled,omitempty"`
}

// fulfilled is a follow-up that was declared and has started. The state keeps its
// next_contract_type, so that an unchanged configuration does not buy it again.
type fulfilled struct {
	// Start is its first day.
	Start string `json:"start"`
	// Before is the term that ran until then, which configuration may still have.
	Before string `json:"before,omitempty"`
}

// readPrivate returns an empty private state when there is none, as for a new contract and
// for one that is tainted, or when it cannot be read: the next read writes it again.
func readPrivate(ctx context.Context, from tfkit.PrivateState) (p private, found bool) {
	data, diags := from.GetKey(ctx, privateKey)
	if diags.HasError() || len(data) == 0 || json.Unmarshal(data, &p) != nil {
		return private{}, false
	}
	return p, true
}

func (p private) write(ctx context.Context, to tfkit.PrivateState, diags *diag.Diagnostics) {
	data, err := json.Marshal(p)
	if err != nil {
		return // A struct of strings and booleans always has a JSON form.
	}
	diags.Append(to.SetKey(ctx, privateKey, data)...)
}

// fulfilledBy compares the state with what the service returned now. earlier is the result of
// an earlier read. A declared follow-up that is neither reserved nor running was cancelled by
// somebody else.
func fulfilledBy(earlier *fulfilled, prior contractFields, current *scp.PlannedCompute) *fulfilled {
	declared, started := prior.NextContractType.ValueString(), day(text(current.StartDate))
	switch {
	case text(current.NextContractType) != "" || declared == "":
		return nil
	case earlier != nil:
		return earlier
	case started == "" || prior.StartDate.ValueString() == "":
		return nil
	case started > day(prior.StartDate.ValueString()) || started == day(prior.NextStartDate.ValueString()):
		return &fulfilled{Start: started, Before: prior.ContractType.ValueString()}
	default:
		return nil
	}
}

// day is the date at the beginning of a time; empty for anything else.
func day(text string) string {
	if _, ok := dateOf(text); !ok {
		return ""
	}
	return text[:len(dateLayout)]
}
