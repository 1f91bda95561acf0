package billingplan

// What a read finds out and a later plan needs, kept beside the state where
// users do not see it.

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

const notesKey = "notes"

// notes are private to the provider.
type notes struct {
	// Imported is set while the tags of an imported contract are not known.
	Imported bool `json:"imported,omitempty"`
	// Ended says why the contract counts as ended; empty while it runs.
	Ended string `json:"ended,omitempty"`
	// RolledOver is set when the reserved follow-up has started since the last change.
	RolledOver *rollover `json:"rolled_over,omitempty"`
}

// rollover is a follow-up contract that started by itself.
type rollover struct {
	StartDate string `json:"start_date"`
	// Reserved is the used-up next_contract_type.
	Reserved string `json:"reserved,omitempty"`
	// Saved is set when the state no longer has that reservation: it was written
	// after the rollover, by terraform apply -refresh-only or with other changes.
	Saved bool `json:"saved,omitempty"`
}

// leftover tells whether a configured follow-up is the one that is used up. Once
// the rollover is saved, nobody can tell configuration that was never touched from
// a follow-up that was removed and written again, whatever its spelling. Then the
// same period counts as untouched until another change has been applied without it.
func (r *rollover) leftover(next types.String) bool {
	return !next.IsNull() && (!r.Saved || tfkit.SameContractType(next.ValueString(), r.Reserved))
}

// privateReader and privateWriter are what the framework's private state offers.
type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// readNotes returns empty notes when there are none, as for a new contract and for
// one that is tainted, or when they cannot be read: the next read writes them again.
func readNotes(ctx context.Context, private privateReader) (n notes, found bool) {
	data, diags := private.GetKey(ctx, notesKey)
	if diags.HasError() || len(data) == 0 || json.Unmarshal(data, &n) != nil {
		return notes{}, false
	}
	return n, true
}

func (n notes) write(ctx context.Context, private privateWriter, diags *diag.Diagnostics) {
	data, err := json.Marshal(n)
	if err != nil {
		return // A struct of texts and booleans always has a JSON form.
	}
	diags.Append(private.SetKey(ctx, notesKey, data)...)
}

// rolledOver compares the state with what the service says now. known is what an
// earlier read found.
func rolledOver(known *rollover, prior contractFields, current *scp.PlannedCompute) *rollover {
	reserved, started := prior.NextContractType.ValueString(), text(current.StartDate)
	switch {
	case text(current.NextContractType) != "":
		return nil
	case reserved == "" && known != nil:
		saved := *known
		saved.Saved = true
		return &saved
	case reserved == "" || prior.StartDate.ValueString() == "" || started <= prior.StartDate.ValueString():
		return nil
	default:
		return &rollover{StartDate: started, Reserved: reserved}
	}
}
