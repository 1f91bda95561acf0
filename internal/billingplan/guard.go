package billingplan

// The purchase guard: a plan that would buy looks for an identical contract
// that was bought lately and that no state accounts for. The API takes no
// idempotency key, so this is how a purchase is found again whose process was
// killed before the answer came.

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

// guardPurchase warns about strays of the kind that is to be bought, or refuses
// to plan the purchase.
func guardPurchase(ctx context.Context, client *scp.Client, c *claims, plan *resourceModel, diags *diag.Diagnostics) {
	k, known := plan.kind()
	if !known {
		return // Terraform plans again when the values are known.
	}
	release, err := c.turn(ctx, k)
	if err != nil {
		reportStrays(k, plan.refuses(), nil, err, diags)
		return
	}
	strays, err := c.strays(ctx, client, k, false)
	release()
	if len(strays) > 0 {
		// One plan of the kind waits and speaks for all. If each waited, Terraform
		// could not read the contracts that are waited for.
		if !c.startSettling(k) {
			return
		}
		strays = c.settle(ctx, strays)
		c.endSettling(k)
	}
	reportStrays(k, plan.refuses(), strays, err, diags)
}

// guardAgain stands right before a purchase that must not be made beside a stray.
// It tells whether the purchase may be made. The caller holds the turn of the kind.
func guardAgain(ctx context.Context, client *scp.Client, c *claims, k kind, diags *diag.Diagnostics) bool {
	strays, err := c.strays(ctx, client, k, true)
	strays = c.settle(ctx, strays)
	reportStrays(k, true, strays, err, diags)
	return err == nil && len(strays) == 0
}

// refuses tells whether a stray is an error.
func (m *resourceModel) refuses() bool { return m.PurchaseGuard.ValueString() == guardRefuse }

// reportStrays says what was found, or that nothing could be looked for.
func reportStrays(k kind, refuse bool, strays []*scp.PlannedCompute, err error, diags *diag.Diagnostics) {
	if err != nil {
		detail := "A purchase whose answer was lost may have left a contract, and looking for one failed: " + tfkit.Explain(err)
		refuse := refuse && len(strays) == 0 // What was found is the error otherwise.
		if refuse {
			detail += "\n\nNothing is bought, since purchase_guard is \"REFUSE\". Plan again; if it stays like this, look for the contract in the console, and set purchase_guard = \"WARN\" for this apply."
		}
		report(diags, refuse, "Could not look for identical contracts", detail)
	}
	if len(strays) == 0 {
		return
	}
	detail := fmt.Sprintf("This plan buys a planned compute (%s), and %s, which no state that this run has read accounts for:\n%s\n\n"+
		"It may be a purchase whose answer was lost. To take a contract over instead of buying another one, import it:%s\n\n"+
		"A contract of this configuration is named here when it has not been read, as with -target or -parallelism=1, or when a saved plan is applied. "+
		"Then plan again without these options, and apply without a saved plan.",
		k, boughtLately(len(strays)), describe(strays), importBlocks(strays))
	if refuse {
		detail += "\n\nNothing is bought, since purchase_guard is \"REFUSE\". If another contract is wanted all the same, set purchase_guard = \"WARN\" for this apply."
	} else {
		detail += "\n\nIf another contract is wanted, nothing needs to be done."
	}
	report(diags, refuse, "An identical contract exists already", detail)
}

func report(diags *diag.Diagnostics, asError bool, summary, detail string) {
	if asError {
		diags.AddError(summary, detail)
	} else {
		diags.AddWarning(summary, detail)
	}
}

// strays returns the unclaimed contracts of the kind that were bought within the
// guard's window. The caller holds the turn of the kind.
func (c *claims) strays(ctx context.Context, client *scp.Client, k kind, fresh bool) ([]*scp.PlannedCompute, error) {
	contracts, err := c.list(ctx, client, k, fresh)
	return c.unclaimed(lately(client, contracts)), err
}

// lately keeps the contracts of the last 24 hours. One whose time of purchase
// cannot be read, or is to come, is kept: a warning too many costs less than a
// contract.
func lately(client *scp.Client, contracts []*scp.PlannedCompute) []*scp.PlannedCompute {
	now, _ := client.ServiceTime(time.Now())
	var out []*scp.PlannedCompute
	for _, pc := range contracts {
		within, readable := scp.CreatedWithin(text(pc.CreatedAt), now.Add(-guardWindow-tfkit.ClockSlack), now.Add(guardWindow))
		if within || !readable {
			out = append(out, pc)
		}
	}
	return out
}

// String describes the kind for messages.
func (k kind) String() string {
	return fmt.Sprintf("service %s, operating system %s, server type %s, period %s", k.service, k.os, k.server, k.term)
}

func boughtLately(n int) string {
	if n == 1 {
		return "an identical contract was bought in the last 24 hours"
	}
	return fmt.Sprintf("%d identical contracts were bought in the last 24 hours", n)
}

// describe lists contracts with what helps to recognise them.
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

// importBlocks shows how to take contracts over.
func importBlocks(contracts []*scp.PlannedCompute) string {
	var b strings.Builder
	for _, pc := range contracts {
		fmt.Fprintf(&b, "\n\n  import {\n    to = %s.NAME\n    id = %q\n  }", TypeName, pc.ID)
	}
	return b.String()
}
