package billingplan

// The purchase: sent once, and found again if its response is lost.

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// recoveryTime bounds the look-up after a lost response. It has its own deadline, since the
// operation's may be what cut the purchase short.
const recoveryTime = time.Minute

// buy sends the purchase once. It returns the contract, or nil with an error in diags; once
// there is a contract, diags holds only warnings, because a contract that is saved together
// with an error is tainted and bought again.
func buy(ctx context.Context, client *scp.Client, l *ledger, plan *resourceModel, in scp.PlannedComputeInput, diags *diag.Diagnostics) *scp.PlannedCompute {
	doing := fmt.Sprintf("buy a planned compute for %s", in.ServerType)
	s := newSpec(in.ServiceID, in.OSType, in.ServerType, in.ContractType)
	release, err := l.ticket(ctx, s)
	if err != nil {
		diags.AddError("Could not "+doing, "Timed out waiting for another purchase of the same service, OS, server type and term. Nothing was sent; it is safe to apply again.")
		return nil
	}
	defer release()
	if plan.refuses() && !guardAgain(ctx, client, l, s, plan, diags) {
		return nil
	}

	began := time.Now()
	bought, err := client.CreatePlannedCompute(ctx, in)
	switch {
	case err == nil:
		l.own(bought.ID)
		return bought
	case scp.OutcomeOf(err) != scp.OutcomeUnknown:
		diags.AddError("Could not "+doing, tfkit.Explain(err)+refusalAdvice(client, err))
		return nil
	}
	// From here on the contract may exist.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recoveryTime)
	defer cancel()
	if id := namedID(err); id != "" {
		return adoptByID(ctx, client, l, id, err, diags)
	}
	return recoverPurchase(ctx, client, l, s, plan, began, doing, err, diags)
}

// refusalAdvice explains a purchase that certainly did not happen.
func refusalAdvice(client *scp.Client, err error) string {
	if scp.OutcomeOf(err) == scp.OutcomeNotSent {
		return "\n\nThe request was not sent, so nothing was bought. It is safe to apply again."
	}
	advice := "\n\nNothing was bought."
	if inSettlement(client.Now()) {
		advice += " The service refuses new contracts each day from 23:30 to 23:59 Seoul time, during its daily settlement. Apply again after midnight in Seoul."
	}
	return advice
}

// namedID returns the id that an otherwise unusable response carried.
func namedID(err error) string {
	var api *scp.Error
	if errors.As(err, &api) {
		return api.ObjectID
	}
	return ""
}

// adoptByID takes over a contract whose response named it but could not be read.
func adoptByID(ctx context.Context, client *scp.Client, l *ledger, id string, cause error, diags *diag.Diagnostics) *scp.PlannedCompute {
	l.own(id)
	found, err := client.ShowPlannedCompute(ctx, id)
	if err != nil {
		diags.AddWarning("The contract was bought, but could not be read back",
			fmt.Sprintf("The response to the purchase contained the ID %s but was otherwise unusable (%s), and reading the contract failed, too: %s\n\n"+
				"The contract is saved in the state. The next plan reads it again.", id, cause, tfkit.Explain(err)))
		return &scp.PlannedCompute{ID: id}
	}
	diags.AddWarning("The response to the purchase could not be used",
		fmt.Sprintf("%s\n\nThe response named the contract %s, which was read and saved. No action is needed.", tfkit.Explain(cause), id))
	return found
}

// recoverPurchase looks for the contract of a purchase with an unknown outcome. It adopts a
// contract if exactly one matches that nobody accounts for, that did not exist before, and
// that was bought since. The caller holds the ticket of the spec, so no other purchase of this
// process can be mistaken for it.
func recoverPurchase(ctx context.Context, client *scp.Client, l *ledger, s spec, plan *resourceModel, began time.Time, doing string, cause error, diags *diag.Diagnostics) *scp.PlannedCompute {
	matches, err := newContracts(ctx, client, l, s, plan, began)
	if err != nil {
		diags.AddError("Could not "+doing+": the outcome is unknown",
			fmt.Sprintf("%s\n\nIt is unknown whether the contract was bought, and looking for it failed, too: %s\n\n"+
				"Plan again before anything else: the plan names any matching contract and shows how to import it. Do not apply a plan that buys a contract before you have looked for this one.%s",
				tfkit.Explain(cause), tfkit.Explain(err), hiddenAdvice(plan)))
		return nil
	}
	switch len(matches) {
	case 1:
		l.own(matches[0].ID)
		diags.AddWarning("The response to the purchase was lost",
			fmt.Sprintf("%s\n\nExactly one new contract matches:%s\n\nIt was saved in the state; nothing was bought twice.",
				tfkit.Explain(cause), describe(matches)))
		return matches[0]
	case 0:
		diags.AddError("Could not "+doing+": no contract was found",
			fmt.Sprintf("%s\n\nThe purchase was sent once. No contract matches, so as far as the provider can see, none was bought. "+
				"Plan again before you apply: the plan looks once more, and names any contract that has appeared since. If it names none, it is safe to apply again.%s", tfkit.Explain(cause), hiddenAdvice(plan)))
	default:
		diags.AddError("Could not "+doing+": several contracts match",
			fmt.Sprintf("%s\n\nThe purchase was sent once. %d matching contracts are not accounted for:\n%s\n\n"+
				"One of them may have been bought by this run. Import it before you apply again:%s",
				tfkit.Explain(cause), len(matches), describe(matches), importBlocks(matches)))
	}
	return nil
}

// hiddenAdvice says that a plan does not name what known_contracts contains, such as a contract
// that the data source lists since this purchase.
func hiddenAdvice(plan *resourceModel) string {
	if len(plan.KnownContracts.Elements()) == 0 {
		return ""
	}
	return "\n\nA plan does not name contracts that are in known_contracts. If known_contracts lists all contracts of the account, compare them with the state instead."
}

// newContracts lists the contracts of a spec that nobody accounts for, that did not exist
// before, and that were bought since began. If there are none, it tries again a few times.
func newContracts(ctx context.Context, client *scp.Client, l *ledger, s spec, plan *resourceModel, began time.Time) ([]*scp.PlannedCompute, error) {
	before, haveBefore := l.before(s)
	pauses := client.LookAgain()
	for look := 0; ; look++ {
		contracts, err := l.list(ctx, client, s, true)
		if err != nil {
			return nil, err
		}
		var matches []*scp.PlannedCompute
		for _, pc := range l.unaccounted(contracts, plan.known()) {
			if !before[pc.ID] && boughtSince(client, pc, began, haveBefore) {
				matches = append(matches, pc)
			}
		}
		if len(matches) > 0 || look == len(pauses) {
			return matches, nil
		}
		if err := l.wait(ctx, pauses[look]); err != nil {
			return nil, err
		}
	}
}

// boughtSince reports whether a contract was bought after the purchase began, by
// the service's clock. Without readable times a contract that was not in an
// earlier listing counts too.
func boughtSince(client *scp.Client, pc *scp.PlannedCompute, began time.Time, haveBefore bool) bool {
	from, known := client.ServiceTime(began)
	within, readable := scp.CreatedWithin(text(pc.CreatedAt), from.Add(-tfkit.ClockSlack), client.Now().Add(tfkit.ClockSlack))
	if !known || !readable {
		return haveBefore
	}
	return within
}
