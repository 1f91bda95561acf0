package budget

// A creation whose response was lost: was the budget created, and is it ours?

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// recoveryTime bounds the look-up. It has its own deadline, since the operation's may be what
// ended the creation.
const recoveryTime = time.Minute

// finding is the result of the look-up.
type finding struct {
	// adopted is the budget of the creation whose response was lost.
	adopted *scp.Budget
	// advice says what is known and what to do, if nothing was adopted.
	advice string
}

// recoverCreation looks for the budget of a creation with an unknown outcome. It adopts a
// budget if exactly one of that name has every field as requested and was created after began.
func recoverCreation(ctx context.Context, client *scp.Client, in scp.BudgetInput, began time.Time) finding {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recoveryTime)
	defer cancel()

	found, err := budgetsNamed(ctx, client, in.Name)
	if err != nil {
		return finding{advice: fmt.Sprintf("It is unknown whether the budget was created: looking for it failed too (%s). "+
			"Look for a budget named %q in the console before you apply again. If it is there, import it: %s", err, in.Name, importAdvice("ID"))}
	}
	var matches []*scp.Budget
	for _, b := range found.budgets {
		from, known := client.ServiceTime(began)
		if !known || b.CreatedAt == nil || !sameAs(in, b) {
			continue
		}
		if within, _ := scp.CreatedWithin(*b.CreatedAt, from.Add(-tfkit.ClockSlack), client.Now().Add(tfkit.ClockSlack)); within {
			matches = append(matches, b)
		}
	}
	switch {
	case len(matches) == 1:
		return finding{adopted: matches[0]}
	case len(found.ids()) == 0 && found.incomplete != "":
		return finding{advice: fmt.Sprintf("It is unknown whether the budget was created: the list of budgets does not have it, but %s. "+
			"Look for a budget named %q in the console before you apply again. If it is there, import it: %s", found.incomplete, in.Name, importAdvice("ID"))}
	case len(found.ids()) == 0:
		return finding{advice: fmt.Sprintf("No budget named %q was found, so most likely nothing was created. Apply again; "+
			"if the budget turns up after all, import it: %s", in.Name, importAdvice("ID"))}
	default:
		ids := found.ids()
		return finding{advice: fmt.Sprintf("The account holds %s named %q, and it is unknown whether this request created it. "+
			"If it is the one you want, import it: %s", describeIDs(ids), in.Name, importAdvice(ids[0]))}
	}
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
		found.incomplete = fmt.Sprintf("the service reports %d budgets, and its pages contain %d", counted, given)
	}}
	var ids []string
	for row, err := range client.ListAccountBudgets(ctx, filter) {
		if err != nil {
			return nil, err
		}
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

// sameAs reports whether the service has what was requested. Omitted fields are not compared,
// nor are the details of a setting that is off.
func sameAs(in scp.BudgetInput, b *scp.Budget) bool {
	if !sameName(b.Name, in.Name) || b.Amount != in.Amount || b.Unit != in.Unit || b.StartMonth != in.StartMonth {
		return false
	}
	n, p := b.Notifications, b.Prevention
	if n == nil || p == nil {
		return false
	}
	if isOn(n.IsUseNotification) != isOn(in.Notifications.IsUseNotification) || isOn(p.IsUsePrevention) != isOn(in.Prevention.IsUsePrevention) {
		return false
	}
	if isOn(n.IsUseNotification) {
		if want := in.Notifications.NotificationSendPeriod; want != nil && (n.NotificationSendPeriod == nil || *n.NotificationSendPeriod != *want) {
			return false
		}
		if !sameElements(n.Receivers, in.Notifications.Receivers) || !sameElements(n.Thresholds, in.Notifications.Thresholds) {
			return false
		}
	}
	if isOn(p.IsUsePrevention) {
		if want := in.Prevention.Threshold; want != nil && (p.Threshold == nil || *p.Threshold != *want) {
			return false
		}
		if !sameElements(p.Receivers, in.Prevention.Receivers) {
			return false
		}
	}
	return true
}

// sameElements compares two lists regardless of order.
func sameElements[T int64 | string](a, b []T) bool {
	return slices.Equal(sorted(a), sorted(b))
}

// describeIDs lists budgets by their ids.
func describeIDs(ids []string) string {
	if len(ids) == 1 {
		return "the budget " + ids[0]
	}
	return "the budgets " + strings.Join(ids, ", ")
}

// importAdvice shows both ways to import a budget.
func importAdvice(id string) string {
	return fmt.Sprintf("terraform import %s.NAME %s\n\nor in the configuration:\n\n%s", TypeName, id, importBlock(id))
}

func importBlock(id string) string {
	return fmt.Sprintf("  import {\n    to = %s.NAME\n    id = %q\n  }", TypeName, id)
}
