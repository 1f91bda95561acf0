package scp

// The Budget service: account budgets (NOTES section 6).

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"net/url"
	"strconv"
)

// Budget is an account budget.
type Budget struct {
	ID   string
	Name string
	// Amount is whole, in the account's currency.
	Amount int64
	// Unit is MONTHLY or OVERALL.
	Unit string
	// StartMonth is YYYY-MM.
	StartMonth string
	// Type is COST; "" when not told.
	Type string
	// The texts as sent; null stays nil.
	CreatedAt, CreatedBy, ModifiedAt, ModifiedBy *string
	// IsCostLinked reports whether the budget is linked to Cost Navigator. It is of
	// Budget 1.1; nil when the service does not say.
	IsCostLinked *bool
	// Notifications and Prevention are nil in list rows, which lack them, and
	// when the service sends null.
	Notifications *NotificationSetting
	Prevention    *PreventionSetting
}

// NotificationSetting is about emails at thresholds. Null and absent are nil.
type NotificationSetting struct {
	IsUseNotification *bool
	// NotificationSendPeriod is FIRST, DAILY or NONE.
	NotificationSendPeriod *string
	Receivers              []string
	// Thresholds are percentages of the amount.
	Thresholds []int64
}

// PreventionSetting is about the block on new resources. Null and absent are
// nil.
type PreventionSetting struct {
	IsUsePrevention *bool
	Receivers       []string
	// Threshold is a percentage of the amount.
	Threshold *int64
}

// BudgetInput is a budget to create, or the full new content of one. Both
// settings are always sent, because what the service makes of a missing one is
// not known (NOTES section 10, 7). In them nil lists are sent as empty lists;
// nil pointers are omitted, and the service's own default applies.
type BudgetInput struct {
	Name          string
	Amount        int64
	Unit          string
	StartMonth    string
	Notifications NotificationSetting
	Prevention    PreventionSetting
}

// BudgetFilter narrows ListAccountBudgets; empty fields are not sent.
type BudgetFilter struct {
	// SearchName is part of a name, BudgetName a whole one (a guess, NOTES
	// section 10, 9).
	SearchName, BudgetName string
	// IsCostLinked is of Budget 1.1; nil is not sent.
	IsCostLinked *bool
	// Sort is field:direction.
	Sort string
	// Size is the page size; 0 is 100.
	Size int
	// Shortfall may be nil.
	Shortfall Shortfall
}

const (
	budgetsPath       = "/v1/budgets/account"
	defaultBudgetSize = 100
)

// CreateAccountBudget creates a budget. It is sent again only when it
// certainly was not processed. A response without a usable id is a KindResponse
// with OutcomeUnknown: the budget may exist. A response with an id that lacks
// other things is completed by one ShowAccountBudget; should that fail, the
// error has OutcomeUnknown and the id in ObjectID.
func (c *Client) CreateAccountBudget(ctx context.Context, in BudgetInput) (*Budget, error) {
	var answer budgetAnswer
	create := &call{
		operation: "createAccountBudget", service: ServiceBudget,
		method: http.MethodPost, path: budgetsPath, body: newWireBudgetInput(in), repeat: repeatUnprocessed,
		decode: func(body []byte) error {
			if err := answer.decode(body); err != nil {
				return err
			}
			if _, err := budgetPath(answer.budget.ID); err != nil {
				return shapeErrorf("the response has no usable budget.id")
			}
			return nil
		},
	}
	if err := c.do(ctx, create); err != nil {
		return nil, err
	}
	if answer.problem == nil {
		return &answer.budget, nil
	}
	id := answer.budget.ID
	budget, err := c.ShowAccountBudget(ctx, id)
	if err != nil {
		return nil, create.unusable(id, answer.problem, err)
	}
	return budget, nil
}

// ShowAccountBudget reads a budget with its settings.
func (c *Client) ShowAccountBudget(ctx context.Context, id string) (*Budget, error) {
	path, err := budgetPath(id)
	if err != nil {
		return nil, err
	}
	var answer budgetAnswer
	err = c.do(ctx, &call{
		operation: "showAccountBudget", service: ServiceBudget,
		method: http.MethodGet, path: path, repeat: repeatFreely,
		decode: func(body []byte) error { return answer.decodeFull(body, id) },
	})
	if err != nil {
		return nil, err
	}
	return &answer.budget, nil
}

// SetAccountBudget replaces the content of a budget and returns the budget
// after it. An empty response is completed by one ShowAccountBudget.
func (c *Client) SetAccountBudget(ctx context.Context, id string, in BudgetInput) (*Budget, error) {
	path, err := budgetPath(id)
	if err != nil {
		return nil, err
	}
	var answer budgetAnswer
	empty := false
	err = c.do(ctx, &call{
		operation: "setAccountBudget", service: ServiceBudget,
		method: http.MethodPut, path: path, body: newWireBudgetInput(in), repeat: repeatFreely,
		decode: func(body []byte) error {
			err := answer.decodeFull(body, id)
			empty = errors.Is(err, errEmpty) || errors.Is(err, errNoObject)
			if empty {
				return nil
			}
			return err
		},
	})
	if err != nil {
		return nil, err
	}
	if empty {
		current, err := c.ShowAccountBudget(ctx, id)
		return current, afterEmpty("the change", err)
	}
	return &answer.budget, nil
}

// DeleteAccountBudget removes a budget for good. When an earlier attempt was
// unclear, the service's 404 to a later one is success.
func (c *Client) DeleteAccountBudget(ctx context.Context, id string) error {
	path, err := budgetPath(id)
	if err != nil {
		return err
	}
	return c.do(ctx, &call{
		operation: "deleteAccountBudget", service: ServiceBudget,
		method: http.MethodDelete, path: path, repeat: repeatFreely, notFoundIsSuccess: true,
		// Sources disagree about a body (NOTES section 9); none is needed. A
		// page of something in between is no response of the service, though.
		decode: func(body []byte) error {
			var ignored wireValue
			if err := decodeJSON(body, &ignored); err != nil && !errors.Is(err, errEmpty) {
				return err
			}
			return nil
		},
	})
}

// costLinkageSince is the version that brought cost linkage (NOTES section 13).
const costLinkageSince = "1.1"

// LinkBudgetCost links a budget to Cost Navigator and returns the budget after it. It may
// be repeated: it leads to one wanted end. The error has KindVersion when the service has
// no Budget 1.1.
func (c *Client) LinkBudgetCost(ctx context.Context, id string) (*Budget, error) {
	return c.setCostLinkage(ctx, "setAccountCostLinkage", http.MethodPut, id)
}

// UnlinkBudgetCost is the opposite of LinkBudgetCost.
func (c *Client) UnlinkBudgetCost(ctx context.Context, id string) (*Budget, error) {
	return c.setCostLinkage(ctx, "deleteAccountCostLinkage", http.MethodDelete, id)
}

func (c *Client) setCostLinkage(ctx context.Context, operation, method, id string) (*Budget, error) {
	path, err := budgetPath(id)
	if err != nil {
		return nil, err
	}
	var answer budgetAnswer
	empty := false
	err = c.do(ctx, &call{
		operation: operation, service: ServiceBudget, since: costLinkageSince,
		method: method, path: path + "/cost-linkage", repeat: repeatFreely,
		decode: func(body []byte) error {
			err := answer.decodeFull(body, id)
			empty = errors.Is(err, errEmpty) || errors.Is(err, errNoObject)
			if empty {
				return nil
			}
			return err
		},
	})
	if err != nil {
		return nil, err
	}
	if empty {
		current, err := c.ShowAccountBudget(ctx, id)
		return current, afterEmpty("the change", err)
	}
	return &answer.budget, nil
}

// ListAccountBudgets yields the budgets of all pages, without their settings,
// each once. It ends after the first error.
func (c *Client) ListAccountBudgets(ctx context.Context, filter BudgetFilter) iter.Seq2[*Budget, error] {
	const operation = "listAccountBudgets"
	size := filter.Size
	if size <= 0 {
		size = defaultBudgetSize
	}
	return numberedPages(operation, budgetsPath, 0, int64(size),
		func(b *Budget) string { return b.ID },
		func(page int64) (got numberedPage[*Budget], err error) {
			q := query{}
			q.set("page", strconv.FormatInt(page, 10))
			q.set("size", strconv.Itoa(size))
			q.set("search_name", filter.SearchName)
			q.set("budget_name", filter.BudgetName)
			q.set("sort", filter.Sort)
			since := ""
			if filter.IsCostLinked != nil {
				q.set("is_cost_linked", strconv.FormatBool(*filter.IsCostLinked))
				since = costLinkageSince
			}
			err = c.do(ctx, &call{
				operation: operation, service: ServiceBudget, since: since,
				method: http.MethodGet, path: budgetsPath, query: url.Values(q), repeat: repeatFreely, limit: maxPageBody,
				decode: func(body []byte) (err error) { got, err = decodeBudgetPage(body); return err },
			})
			return got, err
		}, filter.Shortfall)
}

func budgetPath(id string) (string, error) {
	segment, err := pathSegment("budget_id", id)
	return budgetsPath + "/" + segment, err
}

// wireBudgetInput is BudgetInput as sent.
type wireBudgetInput struct {
	Name          string `json:"name"`
	Amount        int64  `json:"amount"`
	Unit          string `json:"unit"`
	StartMonth    string `json:"start_month"`
	Notifications struct {
		IsUseNotification      *bool    `json:"is_use_notification,omitempty"`
		NotificationSendPeriod *string  `json:"notification_send_period,omitempty"`
		Receivers              []string `json:"receivers"`
		Thresholds             []int64  `json:"thresholds"`
	} `json:"notifications"`
	Prevention struct {
		IsUsePrevention *bool    `json:"is_use_prevention,omitempty"`
		Receivers       []string `json:"receivers"`
		Threshold       *int64   `json:"threshold,omitempty"`
	} `json:"prevention"`
}

func newWireBudgetInput(in BudgetInput) *wireBudgetInput {
	w := &wireBudgetInput{Name: in.Name, Amount: in.Amount, Unit: in.Unit, StartMonth: in.StartMonth}
	w.Notifications.IsUseNotification = in.Notifications.IsUseNotification
	w.Notifications.NotificationSendPeriod = in.Notifications.NotificationSendPeriod
	w.Notifications.Receivers = notNil(in.Notifications.Receivers)
	w.Notifications.Thresholds = notNil(in.Notifications.Thresholds)
	w.Prevention.IsUsePrevention = in.Prevention.IsUsePrevention
	w.Prevention.Receivers = notNil(in.Prevention.Receivers)
	w.Prevention.Threshold = in.Prevention.Threshold
	return w
}

func notNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// wireBudget is a budget as received.
type wireBudget struct {
	ID         wireValue `json:"id"`
	Name       wireValue `json:"name"`
	Amount     wireValue `json:"amount"`
	Unit       wireValue `json:"unit"`
	StartMonth wireValue `json:"start_month"`
	Type       wireValue `json:"type"`
	CreatedAt  wireValue `json:"created_at"`
	CreatedBy  wireValue `json:"created_by"`
	ModifiedAt wireValue `json:"modified_at"`
	ModifiedBy wireValue `json:"modified_by"`

	IsCostLinked wireValue `json:"is_cost_linked"`
}

// read reads all but the id. name is put before the names of fields.
func (w *wireBudget) read(r *reader, name string) Budget {
	b := Budget{
		Name:       r.required(name+".name", w.Name),
		Unit:       r.required(name+".unit", w.Unit),
		StartMonth: r.required(name+".start_month", w.StartMonth),
		Type:       deref(r.text(name+".type", w.Type)),
		CreatedAt:  r.text(name+".created_at", w.CreatedAt),
		CreatedBy:  r.text(name+".created_by", w.CreatedBy),
		ModifiedAt: r.text(name+".modified_at", w.ModifiedAt),
		ModifiedBy: r.text(name+".modified_by", w.ModifiedBy),

		IsCostLinked: r.boolean(name+".is_cost_linked", w.IsCostLinked),
	}
	if amount := r.whole(name+".amount", w.Amount); amount != nil {
		b.Amount = *amount
	} else {
		r.fail(name+".amount", "is missing")
	}
	return b
}

// budgetAnswer is a response that holds one budget.
type budgetAnswer struct {
	budget Budget
	// problem is why the budget is not complete; nil is complete.
	problem error
}

// decode fails when the response holds no budget at all: with errEmpty, or with
// errNoObject for null and for an object without a budget.
func (a *budgetAnswer) decode(body []byte) error {
	*a = budgetAnswer{}
	var answer struct {
		Budget        *wireBudget `json:"budget"`
		Notifications *struct {
			IsUseNotification      wireValue `json:"is_use_notification"`
			NotificationSendPeriod wireValue `json:"notification_send_period"`
			Receivers              wireValue `json:"receivers"`
			Thresholds             wireValue `json:"thresholds"`
		} `json:"notifications"`
		Prevention *struct {
			IsUsePrevention wireValue `json:"is_use_prevention"`
			Receivers       wireValue `json:"receivers"`
			Threshold       wireValue `json:"threshold"`
		} `json:"prevention"`
	}
	err := decodeJSON(body, &answer)
	var shape *shapeError
	if err != nil && !(errors.As(err, &shape) && answer.Budget != nil) {
		return err
	}
	if answer.Budget == nil {
		return errNoObject
	}
	r := reader{err: err}
	id := deref(r.text("budget.id", answer.Budget.ID))
	a.budget = answer.Budget.read(&r, "budget")
	a.budget.ID = id
	if n := answer.Notifications; n != nil {
		a.budget.Notifications = &NotificationSetting{
			IsUseNotification:      r.boolean("notifications.is_use_notification", n.IsUseNotification),
			NotificationSendPeriod: r.text("notifications.notification_send_period", n.NotificationSendPeriod),
			Receivers:              r.texts("notifications.receivers", n.Receivers),
			Thresholds:             r.wholes("notifications.thresholds", n.Thresholds),
		}
	}
	if p := answer.Prevention; p != nil {
		a.budget.Prevention = &PreventionSetting{
			IsUsePrevention: r.boolean("prevention.is_use_prevention", p.IsUsePrevention),
			Receivers:       r.texts("prevention.receivers", p.Receivers),
			Threshold:       r.whole("prevention.threshold", p.Threshold),
		}
	}
	a.problem = r.err
	return nil
}

// decodeFull is decode for the budget of an id that is known; it must be
// complete.
func (a *budgetAnswer) decodeFull(body []byte, id string) error {
	if err := a.decode(body); err != nil {
		return err
	}
	if err := settleID(&a.budget.ID, id); err != nil {
		return err
	}
	return a.problem
}

func decodeBudgetPage(body []byte) (numberedPage[*Budget], error) {
	var page numberedPage[*Budget]
	var answer struct {
		Budgets wireList[wireBudget] `json:"budgets"`
		Count   wireValue            `json:"count"`
		Size    wireValue            `json:"size"`
	}
	if err := decodeJSON(body, &answer); err != nil {
		return page, err
	}
	var r reader
	page.count, page.size = r.whole("count", answer.Count), r.whole("size", answer.Size)
	if answer.Budgets.missing(page.count) {
		return page, shapeErrorf("budgets is missing")
	}
	for i := range answer.Budgets.rows {
		row := &answer.Budgets.rows[i]
		budget := row.read(&r, "budgets")
		budget.ID = r.required("budgets.id", row.ID)
		page.rows = append(page.rows, &budget)
	}
	return page, r.err
}
