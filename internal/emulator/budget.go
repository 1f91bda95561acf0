package emulator

// The Budget service: its state, its operations and its Go functions for tests
// (NOTES section 6). The rules for request bodies are in budget_rules.go.

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Budget is an account budget as the service keeps it.
type Budget struct {
	ID            string        `json:"id"`
	Name          string        `json:"name"`
	Amount        int64         `json:"amount"` // in KRW
	Unit          string        `json:"unit"`   // MONTHLY or OVERALL
	StartMonth    string        `json:"start_month"`
	Type          string        `json:"type"` // always COST
	CreatedAt     time.Time     `json:"created_at"`
	CreatedBy     string        `json:"created_by"`
	ModifiedAt    time.Time     `json:"modified_at"`
	ModifiedBy    string        `json:"modified_by"`
	Notifications Notifications `json:"notifications"`
	Prevention    Prevention    `json:"prevention"`
	IsCostLinked  bool          `json:"is_cost_linked"` // of Budget 1.1
}

// Notifications are the threshold emails of a budget.
type Notifications struct {
	IsUseNotification      bool     `json:"is_use_notification"`
	NotificationSendPeriod string   `json:"notification_send_period"` // FIRST, DAILY or NONE
	Receivers              []string `json:"receivers"`
	Thresholds             []int64  `json:"thresholds"` // percent, of 70, 80, 90, 100
}

// Prevention is the block on new resources of a budget.
type Prevention struct {
	IsUsePrevention bool     `json:"is_use_prevention"`
	Receivers       []string `json:"receivers"`
	Threshold       int64    `json:"threshold"` // percent, one of 70, 80, 90, 100
}

func (b Budget) clone() Budget {
	b.Notifications.Receivers = slices.Clone(b.Notifications.Receivers)
	b.Notifications.Thresholds = slices.Clone(b.Notifications.Thresholds)
	b.Prevention.Receivers = slices.Clone(b.Prevention.Receivers)
	return b
}

type budgetService struct {
	s *Server
	store[Budget]
}

func newBudgetService(s *Server) service {
	return &budgetService{s, newStore(func(x *Budget) (string, time.Time) { return x.ID, x.CreatedAt })}
}

func (*budgetService) name() string { return "budget" }

func (b *budgetService) routes() []route {
	const all, one = "/v1/budgets/account", "/v1/budgets/account/{id}"
	return []route{
		{operation: "listAccountBudgets", method: http.MethodGet, path: all, handle: b.list, single: []string{"size", "page", "sort", "search_name", "budget_name", "is_cost_linked"}},
		{operation: "createAccountBudget", method: http.MethodPost, path: all, body: true, handle: b.create},
		{operation: "showAccountBudget", method: http.MethodGet, path: one, handle: b.show},
		{operation: "setAccountBudget", method: http.MethodPut, path: one, body: true, handle: b.set},
		{operation: "deleteAccountBudget", method: http.MethodDelete, path: one, handle: b.delete},
		{operation: "setAccountCostLinkage", method: http.MethodPut, path: one + "/cost-linkage", since: "1.1", handle: b.link(true)},
		{operation: "deleteAccountCostLinkage", method: http.MethodDelete, path: one + "/cost-linkage", since: "1.1", handle: b.link(false)},
	}
}

func (b *budgetService) save() any { return b.all }

func (b *budgetService) load(raw json.RawMessage) error {
	var list []*Budget
	if err := json.Unmarshal(raw, &list); err != nil {
		return err
	}
	for _, x := range list {
		if x == nil || x.ID == "" || b.get(x.ID) != nil {
			return errors.New("every budget needs its own id")
		}
		b.put(x)
	}
	return nil
}

func (b *budgetService) seed(kind string) {
	if kind != seedDemo {
		return
	}
	now := b.s.Now().UTC().Truncate(time.Second)
	month := now.In(Seoul).Format("2006-01")
	for i, x := range []Budget{
		{
			ID: "240200fd2b02490ca63bb3965048b401", Name: "전사 월 예산", Amount: 50_000_000, Unit: unitMonthly,
			Notifications: Notifications{true, periodFirst, []string{"finops@example.com", "cfo@example.com"}, []int64{80, 100}},
			Prevention:    Prevention{true, []string{"finops@example.com"}, 100},
		},
		{
			ID: "240200fd2b02490ca63bb3965048b402", Name: "data-platform", Amount: 8_000_000, Unit: unitMonthly,
			Notifications: Notifications{true, periodDaily, []string{"data@example.com"}, []int64{70, 90}},
			Prevention:    Prevention{false, []string{}, 80},
		},
		{
			ID: "240200fd2b02490ca63bb3965048b403", Name: "R_D 개발 2026", Amount: 120_000_000, Unit: unitOverall,
			Notifications: Notifications{false, periodFirst, []string{}, []int64{80}},
			Prevention:    Prevention{false, []string{}, 80},
		},
	} {
		x.StartMonth, x.Type = month, typeCost
		x.CreatedAt = now.Add(time.Duration(i-90) * 24 * time.Hour)
		x.ModifiedAt = x.CreatedAt
		x.CreatedBy, x.ModifiedBy = b.s.opt.User, b.s.opt.User
		b.put(&x)
	}
	b.s.changed()
}

func (b *budgetService) list(c *call) *reply {
	g := b.s.opt.Guesses
	linked := c.linkedFilter()
	part, whole := c.query.Get("search_name"), c.query.Get("budget_name")
	page, refused := list(c, listing{
		size: "size", fields: budgetFields, sizeIgnored: g.PageSizeIgnored,
		orders: []order{{"modified_at", true}, {"created_at", true}, {"name", false}, {"id", true}}, // observed
	}, b.all, func(x *Budget) bool {
		found := strings.Contains(x.Name, part)
		if g.SearchNameIsWhole && part != "" {
			found = x.Name == part
		}
		return found && (whole == "" || x.Name == whole) && (linked == nil || x.IsCostLinked == *linked) && !b.hidden(x, c)
	})
	if refused != nil {
		return refused
	}
	units := []any{}
	for _, x := range page.rows {
		units = append(units, b.unit(x, c))
	}
	return ok(http.StatusOK, map[string]any{"budgets": units, "count": page.total, "page": page.number, "size": page.size, "sort": page.sort})
}

// linkedFilter reads is_cost_linked, which Budget 1.1 has. Under 1.0 it is an unknown
// parameter.
func (c *call) linkedFilter() *bool {
	const key = "is_cost_linked"
	if !c.query.Has(key) {
		return nil
	}
	linked, err := strconv.ParseBool(c.query.Get(key))
	if err != nil || c.version < "1.1" {
		c.problem("Query parameter %q must be true or false, and needs version 1.1.", key)
	}
	return &linked
}

// link links a budget to Cost Navigator, or unlinks it. That a repeated call returns 200
// again is a guess (NOTES section 10 number 31).
func (b *budgetService) link(linked bool) func(*call) *reply {
	return func(c *call) *reply {
		x := b.get(c.id)
		if x == nil {
			return c.notFound()
		}
		x.IsCostLinked = linked
		x.ModifiedAt, x.ModifiedBy = c.now.UTC(), b.s.opt.User
		b.s.changed()
		return ok(http.StatusOK, b.response(x, c))
	}
}

var budgetFields = []string{"amount", "created_at", "created_by", "id", "modified_at", "modified_by", "name", "start_month", "type", "unit"}

func (b *budgetService) create(c *call) *reply {
	x, refused := b.read(c, nil)
	if refused != nil {
		return refused
	}
	x.ID, x.Type, x.CreatedAt, x.CreatedBy = newID(), typeCost, c.now.UTC(), b.s.opt.User
	x.ModifiedAt, x.ModifiedBy = x.CreatedAt, x.CreatedBy
	b.store.create(&x)
	b.s.changed()
	return ok(http.StatusCreated, b.response(&x, c))
}

func (b *budgetService) show(c *call) *reply {
	x := b.get(c.id)
	if !b.readable(x, c) {
		return c.notFound()
	}
	return ok(http.StatusOK, b.response(x, c))
}

func (b *budgetService) set(c *call) *reply {
	old := b.get(c.id)
	if old == nil {
		return c.notFound()
	}
	x, refused := b.read(c, old)
	if refused != nil {
		return refused
	}
	x.ID, x.Type, x.CreatedAt, x.CreatedBy, x.IsCostLinked = old.ID, old.Type, old.CreatedAt, old.CreatedBy, old.IsCostLinked
	x.ModifiedAt, x.ModifiedBy = c.now.UTC(), b.s.opt.User
	b.put(&x)
	b.s.changed()
	return ok(http.StatusOK, b.response(&x, c))
}

func (b *budgetService) delete(c *call) *reply {
	x := b.get(c.id)
	if x == nil {
		return c.notFound()
	}
	b.remove(x.ID)
	b.s.changed()
	if b.s.opt.Guesses.DeleteReturnsBody {
		return ok(http.StatusOK, b.response(x, c))
	}
	return &reply{status: http.StatusNoContent}
}

// unit is a budget without its settings.
func (b *budgetService) unit(x *Budget, c *call) map[string]any {
	unit := map[string]any{
		"id": x.ID, "name": x.Name, "amount": x.Amount, "unit": x.Unit, "start_month": x.StartMonth, "type": x.Type,
		"created_at": c.time(x.CreatedAt), "created_by": x.CreatedBy, "modified_at": c.time(x.ModifiedAt), "modified_by": x.ModifiedBy,
	}
	switch g := b.s.opt.Guesses; {
	case g.AmountFraction:
		unit["amount"] = fmt.Sprintf("%d.0", x.Amount)
	case g.AmountAsString:
		unit["amount"] = strconv.FormatInt(x.Amount, 10)
	}
	if c.version >= "1.1" {
		unit["is_cost_linked"] = x.IsCostLinked
	}
	return unit
}

// response is a budget with its settings.
func (b *budgetService) response(x *Budget, c *call) any {
	g := b.s.opt.Guesses
	n, p := x.Notifications, x.Prevention
	n.Receivers = inOrder(n.Receivers, g)
	n.Thresholds = inOrder(n.Thresholds, g)
	p.Receivers = inOrder(p.Receivers, g)
	return map[string]any{"budget": b.unit(x, c), "notifications": n, "prevention": p}
}

// inOrder is a list in the order, and in the form if empty, that responses have.
func inOrder[T int64 | string](list []T, g Guesses) []T {
	if len(list) == 0 {
		if g.EmptyListsAsNull {
			return nil
		}
		return []T{}
	}
	out := slices.Clone(list)
	switch g.ListOrder {
	case "reversed":
		slices.Reverse(out)
	case "sorted":
		slices.Sort(out)
	}
	return out
}

// Budgets returns all budgets in the order of creation.
func (s *Server) Budgets() []Budget {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []Budget{}
	for _, x := range find[*budgetService](s).all {
		out = append(out, x.clone())
	}
	return out
}

// PutBudget creates a budget, or replaces the one with its ID, bypassing the API: nothing is
// checked. Empty fields are filled in, except the amount, the switches and the lists. It
// returns the budget as it is stored.
func (s *Server) PutBudget(x Budget) Budget {
	x = x.clone()
	s.change(func() {
		b := find[*budgetService](s)
		setDefault(&x.ID, newID())
		setDefault(&x.Type, typeCost)
		setDefault(&x.Unit, unitMonthly)
		setDefault(&x.StartMonth, s.Now().In(Seoul).Format("2006-01"))
		setDefault(&x.Notifications.NotificationSendPeriod, periodFirst)
		if x.Prevention.Threshold == 0 {
			x.Prevention.Threshold = defaultThreshold
		}
		setDefault(&x.CreatedBy, s.opt.User)
		setDefault(&x.ModifiedBy, s.opt.User)
		if x.CreatedAt.IsZero() {
			x.CreatedAt = s.Now().UTC()
		}
		if x.ModifiedAt.IsZero() {
			x.ModifiedAt = s.Now().UTC()
		}
		stored := x.clone()
		b.put(&stored)
	})
	return x
}

// DeleteBudget removes a budget, bypassing the API, and reports whether it existed.
func (s *Server) DeleteBudget(id string) (existed bool) {
	s.change(func() { existed = find[*budgetService](s).remove(id) })
	return existed
}
