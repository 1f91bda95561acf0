package budget

// A creation whose response was lost: was the budget created, and is it ours?

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// recoveryTime bounds the look-up. It has its own deadline, since the operation's may be what
// ended the creation.
const recoveryTime = time.Minute

// recoverCreation looks for the budget of a creation with an unknown outcome. It adopts a
// budget if exactly one of that name has every field as requested and was created after began.
// Otherwise advice says what is known and what to do.
func recoverCreation(ctx context.Context, client *scp.Client, plan *resourceModel, in scp.BudgetInput, began time.Time) (adopted *scp.Budget, advice string) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recoveryTime)
	defer cancel()

	unknown := func(why string) string {
		return fmt.Sprintf("It is unknown whether the budget was created: %s. "+
			"Look for a budget named %q in the console before you apply again. If it is there, import it: %s", why, in.Name, importAdvice("ID"))
	}
	found, err := budgetsNamed(ctx, client, in.Name)
	if err != nil {
		return nil, unknown(fmt.Sprintf("looking for it failed, too (%s)", err))
	}
	var matches []*scp.Budget
	for _, b := range found.budgets {
		from, known := client.ServiceTime(began)
		if !known || b.CreatedAt == nil || !sameAs(plan, in, b) {
			continue
		}
		if within, _ := scp.CreatedWithin(*b.CreatedAt, from.Add(-tfkit.ClockSlack), client.Now().Add(tfkit.ClockSlack)); within {
			matches = append(matches, b)
		}
	}
	switch ids := found.ids(); {
	case len(matches) == 1:
		return matches[0], ""
	case len(ids) == 0 && found.incomplete != "":
		return nil, unknown("the list of budgets does not have it, and is incomplete: " + found.incomplete)
	case len(ids) == 0:
		return nil, fmt.Sprintf("No budget named %q was found, so most likely nothing was created. Apply again; "+
			"if the budget turns up after all, import it: %s", in.Name, importAdvice("ID"))
	default:
		which, that := "it", "that"
		if len(ids) > 1 {
			which, that = "one of them", "one of them"
		}
		return nil, fmt.Sprintf("The account has %s named %q, and it is unknown whether this request created %s. "+
			"If %s is the budget you want, import it: %s", describeIDs(ids), in.Name, which, that, importAdvice(ids[0]))
	}
}

// sameAs reports whether the service has what was requested of a plan. A budget of which it
// does not return the settings may be another one.
func sameAs(plan *resourceModel, in scp.BudgetInput, b *scp.Budget) bool {
	return sameName(b.Name, in.Name) && b.Amount == in.Amount && b.Unit == in.Unit && b.StartMonth == in.StartMonth &&
		b.Notifications != nil && b.Prevention != nil &&
		notifications.sameAs(tfkit.ObjectOf(plan.Notifications, &in.Notifications), tfkit.ObjectOf(plan.Notifications, b.Notifications)) &&
		prevention.sameAs(tfkit.ObjectOf(plan.Prevention, &in.Prevention), tfkit.ObjectOf(plan.Prevention, b.Prevention))
}

// namesakes are the budgets with one name.
type namesakes struct {
	budgets []*scp.Budget
	// unreadable are the ids of those that are listed but cannot be read: they were probably
	// created or deleted just now.
	unreadable []string
	// incomplete says that there may be more, and why; empty if the list was complete.
	incomplete string
}

func (n *namesakes) ids() []string {
	ids := make([]string, 0, len(n.budgets)+len(n.unreadable))
	for _, b := range n.budgets {
		ids = append(ids, b.ID)
	}
	return append(ids, n.unreadable...)
}

// budgetsNamed reads the budgets with exactly this name, with their settings.
func budgetsNamed(ctx context.Context, client *scp.Client, name string) (*namesakes, error) {
	found := &namesakes{}
	filter := scp.BudgetFilter{BudgetName: name, Shortfall: func(counted, given int64) {
		found.incomplete = fmt.Sprintf("the service reports %d budgets, but its pages contain %d", counted, given)
	}}
	rows, err := scp.Collect(client.ListAccountBudgets(ctx, filter))
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, row := range rows {
		// The meaning of the filter is a guess, so the name is compared here.
		if sameName(row.Name, name) {
			ids = append(ids, row.ID)
		}
	}
	for _, id := range ids {
		b, err := client.ShowAccountBudget(ctx, id)
		switch {
		case scp.IsNotFound(err):
			found.unreadable = append(found.unreadable, id)
		case err != nil:
			return nil, err
		default:
			found.budgets = append(found.budgets, b)
		}
	}
	return found, nil
}

// describeIDs lists budgets by their ids.
func describeIDs(ids []string) string {
	if len(ids) == 1 {
		return "the budget " + ids[0]
	}
	return "the budgets " + strings.Join(ids, ", ")
}
