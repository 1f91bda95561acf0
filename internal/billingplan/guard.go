package billingplan

// The purchase guard: a purchase looks for an identical contract that was bought recently and
// that nobody accounts for.

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// guardWindow is how far back the guard looks.
const guardWindow = 24 * time.Hour

// guardPurchase warns about orphans of the spec that is to be bought, or refuses to plan the
// purchase. Each plan reports separately, since each has its own policy.
func guardPurchase(ctx context.Context, client *scp.Client, l *ledger, plan *resourceModel, diags *diag.Diagnostics) {
	s, known := plan.spec()
	if !known || plan.KnownContracts.IsUnknown() {
		return // Terraform plans again when the values are known.
	}
	release, err := l.ticket(ctx, s)
	if err != nil {
		reportOrphans(s, plan, nil, err, diags)
		return
	}
	candidates, err := l.orphans(ctx, client, s, plan.known(), false)
	release()
	l.judge(ctx, purchasePlan{s, plan, candidates}, err, diags)
}

// judge reports the candidates that turn out to be orphans, once the reads of the state are
// done. A plan without a seat leaves that to one with a seat.
func (l *ledger) judge(ctx context.Context, p purchasePlan, err error, diags *diag.Diagnostics) {
	if len(p.candidates) == 0 {
		reportOrphans(p.spec, p.plan, nil, err, diags)
		return
	}
	if !l.sit(p) {
		return
	}
	reportOrphans(p.spec, p.plan, l.settle(ctx, p.candidates, p.plan.known()), err, diags)
	for deferred := l.stand(); len(deferred) > 0; deferred = l.stand() {
		// That the reads for this plan are done says nothing about those for the deferred ones.
		var open []*scp.PlannedCompute
		for _, d := range deferred {
			open = append(open, l.unaccounted(d.candidates, d.plan.known())...)
		}
		l.settle(ctx, open, nil)
		// Identical reports are combined.
		for _, d := range deferred {
			reportOrphans(d.spec, d.plan, l.unaccounted(d.candidates, d.plan.known()), nil, diags)
		}
	}
}

// guardAgain runs right before a purchase that must not happen if there is an orphan. It
// reports whether the purchase may go ahead. The caller holds the ticket of the spec.
func guardAgain(ctx context.Context, client *scp.Client, l *ledger, s spec, plan *resourceModel, diags *diag.Diagnostics) bool {
	orphans, err := l.orphans(ctx, client, s, plan.known(), true)
	reportOrphans(s, plan, orphans, err, diags)
	return err == nil && len(orphans) == 0
}

// refuses reports whether an orphan is an error.
func (m *resourceModel) refuses() bool { return m.PurchaseGuard.ValueString() == guardRefuse }

// known returns the contracts that the configuration accounts for.
func (m *resourceModel) known() map[string]bool {
	ids := map[string]bool{}
	for _, element := range m.KnownContracts.Elements() {
		if id, ok := element.(interface{ ValueString() string }); ok {
			ids[canonicalID(id.ValueString())] = true
		}
	}
	return ids
}

// canonicalID returns an id without the hyphens that some responses add.
func canonicalID(id string) string { return strings.ToLower(strings.ReplaceAll(id, "-", "")) }

// reportOrphans reports what was found, or that the search failed.
func reportOrphans(s spec, plan *resourceModel, orphans []*scp.PlannedCompute, err error, diags *diag.Diagnostics) {
	if err != nil {
		detail := "A purchase whose response was lost may have left a contract behind, and looking for it failed: " + tfkit.Explain(err)
		refuse := plan.refuses() && len(orphans) == 0 // Otherwise the orphans are the error.
		if refuse {
			detail += "\n\nNothing is bought, since purchase_guard is \"REFUSE\". Plan again; if the problem persists, look for the contract in the console, and set purchase_guard = \"WARN\" for this apply."
		}
		report(diags, refuse, "Could not look for identical contracts", detail)
	}
	if len(orphans) == 0 {
		return
	}
	detail := fmt.Sprintf("This plan buys a planned compute (%s), but %s bought in the last 24 hours:\n%s\n\n"+
		"The response to such a purchase may have been lost. To manage an existing contract instead of buying another one, import it:%s\n\n%s",
		s, unaccountedFor(len(orphans)), describe(orphans), importBlocks(orphans), accountAdvice(plan))
	if plan.refuses() {
		detail += "\n\nNothing is bought, since purchase_guard is \"REFUSE\". To buy another contract anyway, set purchase_guard = \"WARN\" for this apply."
	} else {
		detail += "\n\nIf you want another contract, you do not need to do anything: applying this plan buys it."
	}
	report(diags, plan.refuses(), "An identical contract already exists", detail)
}

// accountAdvice says how to account for contracts.
func accountAdvice(plan *resourceModel) string {
	const data = "\n\n  data \"scpbilling_planned_computes\" \"all\" {}\n\n  known_contracts = data.scpbilling_planned_computes.all.planned_computes[*].id"
	if len(plan.KnownContracts.Elements()) == 0 {
		return "A contract listed above may belong to your own configuration without having been read by this run, as with a saved plan, -target or -parallelism=1. " +
			"To account for all contracts that exist at plan time, set known_contracts:" + data
	}
	return "None of the contracts listed above is in known_contracts. If you already know about one, add its ID there."
}

func report(diags *diag.Diagnostics, asError bool, summary, detail string) {
	if asError {
		diags.AddError(summary, detail)
	} else {
		diags.AddWarning(summary, detail)
	}
}

// orphans returns the contracts of the spec that were bought within the guard's window
// and that nobody accounts for. The caller holds the ticket of the spec.
func (l *ledger) orphans(ctx context.Context, client *scp.Client, s spec, known map[string]bool, fresh bool) ([]*scp.PlannedCompute, error) {
	contracts, err := l.list(ctx, client, s, fresh)
	return l.unaccounted(lately(client, contracts), known), err
}

// lately keeps the contracts of the last 24 hours. One whose time of purchase cannot be read,
// or is in the future, is kept: an unnecessary warning costs less than a contract.
func lately(client *scp.Client, contracts []*scp.PlannedCompute) []*scp.PlannedCompute {
	now := client.Now()
	var out []*scp.PlannedCompute
	for _, pc := range contracts {
		within, readable := scp.CreatedWithin(text(pc.CreatedAt), now.Add(-guardWindow-tfkit.ClockSlack), now.Add(guardWindow))
		if within || !readable {
			out = append(out, pc)
		}
	}
	return out
}

func unaccountedFor(n int) string {
	if n == 1 {
		return "an identical contract that is not accounted for was"
	}
	return fmt.Sprintf("%d identical contracts that are not accounted for were", n)
}

// describe lists contracts with details that help to recognise them.
func describe(contracts []*scp.PlannedCompute) string {
	var b strings.Builder
	for _, pc := range contracts {
		fmt.Fprintf(&b, "\n  - %s", pc.ID)
		for _, fact := range []struct{ name, text string }{
			{"contract", text(pc.ContractID)},
			{"bought by", text(pc.CreatedBy)},
			{"at", text(pc.CreatedAt)},
			{"from", text(pc.StartDate)},
			{"to", text(pc.EndDate)},
		} {
			if fact.text != "" {
				fmt.Fprintf(&b, ", %s %s", fact.name, fact.text)
			}
		}
	}
	return b.String()
}

// importBlocks shows how to import contracts.
func importBlocks(contracts []*scp.PlannedCompute) string {
	var b strings.Builder
	for _, pc := range contracts {
		fmt.Fprintf(&b, "\n\n  import {\n    to = %s.NAME\n    id = %q\n  }", TypeName, pc.ID)
	}
	return b.String()
}
