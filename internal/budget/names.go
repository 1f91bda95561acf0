package budget

// Names: their rule (user guide), and which are taken.

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"golang.org/x/text/unicode/norm"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit/run"
)

// The limits count characters, not bytes.
const (
	nameLimit = 20
	// officialNameLimit is the limit of the official provider (NOTES section 6).
	officialNameLimit = 64
)

// nameSigns are the characters that the user guide lists.
var nameSigns = regexp.MustCompile(`^[0-9A-Za-zㄱ-ㅎㅏ-ㅣ가-힣 +=.,@_-]*$`)

const nameSignsRule = "A budget name can contain only Korean and Latin letters, digits, spaces and the characters + = . , @ - _; %q contains others."

// validateName checks what is known without a state. Whether the service itself rejects other
// characters is unknown, and a budget that has them may come from the official provider, which
// does not check them: so that is a warning.
func validateName(name types.String, diags *diag.Diagnostics) {
	if name.IsNull() || name.IsUnknown() {
		return
	}
	text := name.ValueString()
	checkNameLength(text, officialNameLimit, diags)
	if !nameSigns.MatchString(text) {
		diags.AddAttributeWarning(path.Root("name"), "No new budget can have this name",
			fmt.Sprintf(nameSignsRule+" An existing budget keeps this name until the name is changed.", text))
	}
}

// checkName rejects what the console rejects. An unchanged name in the state passes: the
// official provider allows others.
func checkName(name, state types.String, diags *diag.Diagnostics) {
	if name.IsNull() || name.IsUnknown() || name.Equal(state) {
		return
	}
	text := name.ValueString()
	checkNameLength(text, nameLimit, diags)
	if !nameSigns.MatchString(text) {
		diags.AddAttributeError(path.Root("name"), "Invalid budget name", fmt.Sprintf(nameSignsRule, text))
	}
}

// checkNameLength reports the rule for new names, whatever the limit is here.
func checkNameLength(text string, limit int, diags *diag.Diagnostics) {
	if n := utf8.RuneCountInString(text); n < 1 || n > limit {
		diags.AddAttributeError(path.Root("name"), "Invalid budget name",
			fmt.Sprintf("A budget name has 1 to %d characters; %q has %d.", nameLimit, text, n))
	}
}

// listTime bounds reading the list of budgets while planning.
const listTime = time.Minute

// The keys under which the processes of a run share what they know.
const (
	noteListed = "budgets-listed"
	noteBudget = "budget"
)

// names is what this run knows about the budgets of the account.
type names struct {
	run *run.Notes
	// listed are the budgets at the time when the first new one was planned.
	listed scp.Fetched[[]*scp.Budget]
	// checked reports that another process of this run has already checked the new budgets.
	checked bool

	mu sync.Mutex
	// own are the ids of the budgets in the states of this run.
	own map[string]bool
	// planned counts the new budgets by name.
	planned map[string]int
	// freed are the names that budgets of this run give up or have given up, with the ids of
	// those budgets.
	freed map[string]string
}

func (r *budgetResource) names() *names {
	create := func(notes *run.Notes) *names {
		return &names{
			run: notes, checked: len(notes.Read(noteListed)) > 0, listed: scp.Fetched[[]*scp.Budget]{FailuresFor: time.Hour},
			own: map[string]bool{}, planned: map[string]int{}, freed: map[string]string{},
		}
	}
	if !r.Data.Known() {
		return create(&run.Notes{})
	}
	return tfkit.Shared(r.Data, func() *names { return create(r.Data.Run) })
}

// list returns the budgets of the account, which are read once in each process.
func (n *names) list(ctx context.Context, client *scp.Client) ([]*scp.Budget, error) {
	return n.listed.Get(ctx, "", func(ctx context.Context) ([]*scp.Budget, error) {
		ctx, cancel := context.WithTimeout(ctx, listTime)
		defer cancel()
		return scp.Collect(client.ListAccountBudgets(ctx, scp.BudgetFilter{}))
	})
}

// add notes that a budget is in a state.
func (n *names) add(id string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !n.own[id] {
		n.own[id] = true
		n.run.Add(noteBudget, id)
	}
}

func (n *names) has(id string) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.own[id] || slices.Contains(n.run.Read(noteBudget), id)
}

// free notes, before the request, that a budget of this run gives up its name.
func (n *names) free(id, name string) {
	n.add(id)
	n.mu.Lock()
	defer n.mu.Unlock()
	n.freed[normal(name)] = id
}

// warnIfTaken warns about a new budget whose name is taken.
func (n *names) warnIfTaken(name string, rows []*scp.Budget, diags *diag.Diagnostics) {
	n.mu.Lock()
	n.planned[normal(name)]++
	count := n.planned[normal(name)]
	n.mu.Unlock()
	if count > 1 {
		diags.AddAttributeWarning(path.Root("name"), "Two new budgets have the same name",
			fmt.Sprintf("This plan creates %d budgets named %q. The service will most likely accept only one of them; give each its own name.", count, name))
	}
	for _, row := range rows {
		switch {
		case !sameName(row.Name, name):
			continue
		case n.has(row.ID):
			diags.AddAttributeWarning(path.Root("name"), "The name is still taken",
				fmt.Sprintf("Budget %s of this configuration currently has the name %q. If this plan renames or deletes that budget, Terraform may create the new one first, which the service would refuse. In that case, apply again, or use an interim name.", row.ID, name))
		default:
			diags.AddAttributeWarning(path.Root("name"), "A budget with this name already exists",
				fmt.Sprintf("Budget %s of the account already has the name %q, so the service will most likely refuse a second budget with this name. Unless this configuration manages that budget already, import it to manage it:\n\n%s", row.ID, name, importBlock(row.ID)))
		}
		return
	}
}

// conflictAdvice says what to do about a 409. own is the budget that is being changed, which
// does not conflict with itself.
func (n *names) conflictAdvice(ctx context.Context, client *scp.Client, name, own string) string {
	rows, err := scp.Collect(client.ListAccountBudgets(ctx, scp.BudgetFilter{}))
	if err != nil {
		return fmt.Sprintf("Most likely another budget is named %q, but the account's budgets could not be listed: %v", name, err)
	}
	for _, row := range rows {
		switch {
		case !sameName(row.Name, name) || row.ID == own:
		case n.has(row.ID):
			return fmt.Sprintf("Budget %s of this configuration still has the name %q. If this apply renames or deletes it, apply again. "+
				"Two budgets that swap names, and a replacement with create_before_destroy, need an interim name: rename one budget, apply, then write the names you want.", row.ID, name)
		default:
			return fmt.Sprintf("Budget %s already has the name %q. Choose another name, or import that budget: %s", row.ID, name, importAdvice(row.ID))
		}
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	if id, ok := n.freed[normal(name)]; ok && id != own {
		return fmt.Sprintf("Budget %s of this configuration had the name %q until this run renamed or deleted it. Apply again.", id, name)
	}
	has := "no budgets"
	if len(rows) > 0 {
		has = fmt.Sprintf("%d: %s", len(rows), strings.Join(rowNames(rows), ", "))
	}
	return fmt.Sprintf("No other budget is named %q. The service may limit the number of budgets of an account, possibly to one. The account has %s.", name, has)
}

// normal returns a name in one of the two ways in which Unicode writes some letters.
func normal(name string) string { return norm.NFC.String(name) }

// sameName compares names as people read them.
func sameName(a, b string) bool { return normal(a) == normal(b) }

// rowNames lists budgets for a message.
func rowNames(rows []*scp.Budget) []string {
	names := make([]string, 0, len(rows))
	for _, row := range rows {
		names = append(names, fmt.Sprintf("%q (%s)", row.Name, row.ID))
	}
	slices.Sort(names)
	return names
}

// importAdvice shows both ways to import a budget.
func importAdvice(id string) string {
	return fmt.Sprintf("terraform import %s.NAME %s\n\nor in the configuration:\n\n%s", TypeName, id, importBlock(id))
}

func importBlock(id string) string {
	return fmt.Sprintf("  import {\n    to = %s.NAME\n    id = %q\n  }", TypeName, id)
}
