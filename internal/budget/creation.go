package budget

// What can be checked before a budget is created: whether its month is in the past, and
// whether its name is taken.

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"golang.org/x/text/unicode/norm"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit/run"
)

// listTime bounds reading the list of budgets while planning.
const listTime = time.Minute

// index is the list of budgets at the time when the first new budget was planned, and what
// this process has planned since.
type index struct {
	once sync.Once
	rows []*scp.Budget
	err  error
	// planned reports that another process of this run has already checked.
	planned bool

	mu sync.Mutex
	// counts is the number of new budgets by name.
	counts map[string]int
}

func (r *budgetResource) index() *index {
	return tfkit.Shared(r.Data, func() *index {
		return &index{counts: map[string]int{}, planned: len(r.Data.Run.Read(noteListed)) > 0}
	})
}

// read reads the list, once in each process.
func (x *index) read(ctx context.Context, client *scp.Client) ([]*scp.Budget, error) {
	x.once.Do(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), listTime)
		defer cancel()
		x.rows, x.err = scp.Collect(client.ListAccountBudgets(ctx, scp.BudgetFilter{}))
	})
	return x.rows, x.err
}

// plan counts one more new budget with a name.
func (x *index) plan(name string) int {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.counts[name]++
	return x.counts[name]
}

// The keys under which the processes of a run share what they know.
const (
	noteListed = "budgets-listed"
	noteBudget = "budget"
)

// ids are the budgets in the states of this run.
type ids struct {
	mu  sync.Mutex
	set map[string]bool
	// freed are the names that budgets of this run give up or have given up, with the ids of
	// those budgets.
	freed map[string]string
	run   *run.Notes
}

func newIDs(notes *run.Notes) *ids {
	return &ids{set: map[string]bool{}, freed: map[string]string{}, run: notes}
}

func (r *budgetResource) known() *ids {
	if !r.Data.Known() {
		return newIDs(&run.Notes{})
	}
	return tfkit.Shared(r.Data, func() *ids { return newIDs(r.Data.Run) })
}

func (k *ids) add(id string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if !k.set[id] {
		k.set[id] = true
		k.run.Add(noteBudget, id)
	}
}

func (k *ids) has(id string) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.set[id] || slices.Contains(k.run.Read(noteBudget), id)
}

// free notes, before the request, that a budget of this run gives up its name.
func (k *ids) free(id, name string) {
	k.add(id)
	k.mu.Lock()
	defer k.mu.Unlock()
	k.freed[norm.NFC.String(name)] = id
}

// freedBy returns the budget of this run that gave up a name.
func (k *ids) freedBy(name string) (id string, ok bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	id, ok = k.freed[norm.NFC.String(name)]
	return id, ok
}

// planCreation checks a new budget against the account.
func (r *budgetResource) planCreation(ctx context.Context, config *resourceModel, diags *diag.Diagnostics) {
	client := r.Data.KnownClient()
	if client != nil && !r.index().planned {
		rows, err := r.index().read(ctx, client)
		r.Data.Run.Add(noteListed, "yes")
		var refused *scp.Error
		if errors.As(err, &refused) && (refused.StatusCode == http.StatusUnauthorized || refused.StatusCode == http.StatusForbidden) {
			tfkit.AddError(diags, "read the account's budgets", err)
			return
		}
		if err == nil && !config.Name.IsUnknown() {
			r.planName(config.Name.ValueString(), rows, diags)
		}
	}
	if config.StartMonth.IsNull() || config.StartMonth.IsUnknown() {
		return
	}
	if month := currentMonth(client); config.StartMonth.ValueString() < month {
		diags.AddAttributeError(path.Root("start_month"), "A new budget cannot start in the past",
			fmt.Sprintf("start_month is %s and the current month is %s (Asia/Seoul). Omit start_month to begin with the month of creation, or write %s or a later month.",
				config.StartMonth.ValueString(), month, month))
	}
}

// planName warns about a name that is taken.
func (r *budgetResource) planName(name string, rows []*scp.Budget, diags *diag.Diagnostics) {
	if n := r.index().plan(norm.NFC.String(name)); n > 1 {
		diags.AddAttributeWarning(path.Root("name"), "Two new budgets have the same name",
			fmt.Sprintf("This plan creates %d budgets named %q. The service most likely refuses the second one; give each its own name.", n, name))
	}
	for _, row := range rows {
		if !sameName(row.Name, name) {
			continue
		}
		if r.known().has(row.ID) {
			diags.AddAttributeWarning(path.Root("name"), "The name is still taken",
				fmt.Sprintf("Budget %s of this configuration has the name %q now. If this plan renames or deletes it, Terraform may try to create the new budget first, and the service refuses it. In that case, apply again, or use an interim name.", row.ID, name))
			return
		}
		diags.AddAttributeWarning(path.Root("name"), "A budget with this name already exists",
			fmt.Sprintf("Budget %s of the account has the name %q, so the service most likely refuses another one. Unless this configuration manages that budget already, import it to manage it:\n\n%s", row.ID, name, importBlock(row.ID)))
		return
	}
}

// planLinkage plans the link to Cost Navigator.
func (r *budgetResource) planLinkage(config, plan, state *resourceModel, diags *diag.Diagnostics) {
	client := r.Data.KnownClient()
	has := client == nil || client.HasVersion(scp.ServiceBudget, "1.1")
	switch {
	case !config.IsCostLinked.IsNull() && !has:
		addNoLinkage(client, diags)
	case !config.IsCostLinked.IsNull():
	case state != nil:
		plan.IsCostLinked = state.IsCostLinked
	}
}

func addNoLinkage(client *scp.Client, diags *diag.Diagnostics) {
	diags.AddAttributeError(path.Root("is_cost_linked"), "The service does not support is_cost_linked",
		fmt.Sprintf("is_cost_linked needs API version 1.1 of the service budget, and version %s is in use. Remove is_cost_linked from the configuration.", client.VersionInForce(scp.ServiceBudget)))
}

// checkIntegers rejects numbers that were unknown during validation and are not integers.
func (m *resourceModel) checkIntegers(diags *diag.Diagnostics) {
	m.Amount.Check(path.Root("amount"), diags)
	if n := notificationsOf(m.Notifications); n != nil {
		for _, element := range n.Thresholds.Elements() {
			if problem := thresholdChoice.Check(element); problem != "" {
				diags.AddAttributeError(path.Root("notifications").AtName("thresholds"), "Invalid threshold", problem)
			}
		}
	}
	if p := preventionOf(m.Prevention); p != nil {
		at := path.Root("prevention").AtName("threshold")
		p.Threshold.Check(at, diags)
		if problem := thresholdChoice.Check(p.Threshold); problem != "" && p.Threshold.IsInteger() {
			diags.AddAttributeError(at, "Invalid threshold", problem)
		}
	}
	if m.Amount.IsInteger() && !m.Amount.IsNull() && !m.Amount.IsUnknown() && m.Amount.ValueInt64() < 1 {
		diags.AddAttributeError(path.Root("amount"), "Invalid amount", fmt.Sprintf("Invalid amount: %d is less than 1.", m.Amount.ValueInt64()))
	}
}

// currentMonth is the month in Asia/Seoul by the service's clock, if that is known.
func currentMonth(client *scp.Client) string {
	now := time.Now()
	if client != nil {
		now = client.Now()
	}
	return now.In(scp.Seoul).Format("2006-01")
}

// creationMonth is the month of a budget that is created now. Before the first response the
// service's clock is unknown, so a request is sent.
func (r *budgetResource) creationMonth(ctx context.Context, client *scp.Client) string {
	if _, known := client.ServiceTime(time.Now()); !known {
		_, _ = r.index().read(ctx, client)
	}
	return currentMonth(client)
}

// sameName compares names as people read them: Unicode has two ways to write some letters.
func sameName(a, b string) bool { return norm.NFC.String(a) == norm.NFC.String(b) }

// rowNames lists budgets for a message.
func rowNames(rows []*scp.Budget) []string {
	names := make([]string, 0, len(rows))
	for _, row := range rows {
		names = append(names, fmt.Sprintf("%q (%s)", row.Name, row.ID))
	}
	slices.Sort(names)
	return names
}
