package billingplan

// What a read finds out and a later plan needs, kept beside the state where
// users do not see it.

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

const notesKey = "notes"

// notes are private to the provider.
type notes struct {
	// Imported is set while the tags of an imported contract are not known.
	Imported bool `json:"imported,omitempty"`
	// Ended says why the contract counts as ended; empty while it runs.
	Ended string `json:"ended,omitempty"`
	// RolledOver is set when the reserved follow-up has started since the state was written.
	RolledOver *rollover `json:"rolled_over,omitempty"`
}

// rollover is a follow-up contract that started by itself.
type rollover struct {
	ContractType string `json:"contract_type"`
	StartDate    string `json:"start_date"`
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

// rolledOver compares the state with what the service says now.
func rolledOver(prior contractFields, current *scp.PlannedCompute) *rollover {
	started := text(current.StartDate)
	if prior.NextContractType.ValueString() == "" || text(current.NextContractType) != "" ||
		prior.StartDate.ValueString() == "" || started <= prior.StartDate.ValueString() {
		return nil
	}
	return &rollover{ContractType: text(current.ContractType), StartDate: started}
}
