package scp

// The Budget service: account budgets (NOTES section 6).

import (
	"context"
	"errors"
	"iter"
	"net/http"
	"reflect"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Budget is an account budget.
type Budget struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Amount is an integer, in the account's currency.
	Amount int64 `json:"amount"`
	// Unit is MONTHLY or OVERALL.
	Unit string `json:"unit"`
	// StartMonth is YYYY-MM.
	StartMonth string `json:"start_month"`
	// Type is COST; "" when not given.
	Type string `json:"type"`
	// The times and users as sent; null stays nil.
	CreatedAt  *string `json:"created_at"`
	CreatedBy  *string `json:"created_by"`
	ModifiedAt *string `json:"modified_at"`
	ModifiedBy *string `json:"modified_by"`
	// IsCostLinked reports whether the budget is linked to Cost Navigator. It was added in
	// Budget 1.1; nil when the service does not return it.
	IsCostLinked *bool `json:"is_cost_linked"`
	// Notifications and Prevention are nil in list rows, which lack them, and when the service
	// sends null. In a response they stand next to the budget.
	Notifications *NotificationSetting `json:"-"`
	Prevention    *PreventionSetting   `json:"-"`
}

// NotificationSetting configures the emails at thresholds. Null and absent are nil; in a
// request nil lists are sent as empty ones, and nil pointers are omitted.
type NotificationSetting struct {
	IsUseNotification *bool `json:"is_use_notification,omitzero"`
	// NotificationSendPeriod is FIRST, DAILY or NONE.
	NotificationSendPeriod *string  `json:"notification_send_period,omitzero"`
	Receivers              []string `json:"receivers"`
	// Thresholds are percentages of the amount.
	Thresholds []int64 `json:"thresholds"`
}

// PreventionSetting configures the block on new resources. Null and absent are as in
// NotificationSetting.
type PreventionSetting struct {
	IsUsePrevention *bool    `json:"is_use_prevention,omitzero"`
	Receivers       []string `json:"receivers"`
	// Threshold is a percentage of the amount.
	Threshold *int64 `json:"threshold,omitzero"`
}

// BudgetInput is a budget to create, or the full new content of one. Both settings are always
// sent, because it is unknown how the service treats a missing one (NOTES section 10, 7).
// Omitted fields get the service's default.
type BudgetInput struct {
	Name          string              `json:"name"`
	Amount        int64               `json:"amount"`
	Unit          string              `json:"unit"`
	StartMonth    string              `json:"start_month"`
	Notifications NotificationSetting `json:"notifications"`
	Prevention    PreventionSetting   `json:"prevention"`
}

// BudgetFilter narrows ListAccountBudgets; empty fields are not sent.
type BudgetFilter struct {
	// SearchName is part of a name, BudgetName a whole one (a guess, NOTES
	// section 10, 9).
	SearchName string `query:"search_name"`
	BudgetName string `query:"budget_name"`
	// IsCostLinked was added in Budget 1.1; nil is not sent.
	IsCostLinked *bool `query:"is_cost_linked"`
	// Sort is field:direction.
	Sort string `query:"sort"`
	// Size is the page size; 0 is defaultPageSize.
	Size int
	// Shortfall may be nil.
	Shortfall Shortfall
}

const budgetsPath = "/v1/budgets/account"

var budgetObjects = objects[Budget]{
	service: ServiceBudget, field: "budget", show: "showAccountBudget",
	path: budgetPath, decode: decodeBudget, id: func(b *Budget) *string { return &b.ID },
}

func budgetPath(id string) (string, error) {
	segment, err := pathSegment("budget_id", id)
	return budgetsPath + "/" + segment, err
}

// CreateAccountBudget creates a budget. It is sent again only when it
// certainly was not processed. A response without a usable id is a KindResponse
// with OutcomeUnknown: the budget may exist. A response with an id that lacks
// other things is completed by one ShowAccountBudget; should that fail, the
// error has OutcomeUnknown and the id in ObjectID.
func (c *Client) CreateAccountBudget(ctx context.Context, in BudgetInput) (*Budget, error) {
	return budgetObjects.create(ctx, c, &call{
		operation: "createAccountBudget", service: ServiceBudget,
		method: http.MethodPost, path: budgetsPath, body: in, repeat: repeatUnprocessed,
	})
}

// ShowAccountBudget reads a budget with its settings.
func (c *Client) ShowAccountBudget(ctx context.Context, id string) (*Budget, error) {
	return budgetObjects.read(ctx, c, id)
}

// SetAccountBudget replaces the content of a budget and returns the budget
// after it. An empty response is completed by one ShowAccountBudget.
func (c *Client) SetAccountBudget(ctx context.Context, id string, in BudgetInput) (*Budget, error) {
	path, err := budgetPath(id)
	if err != nil {
		return nil, err
	}
	return budgetObjects.change(ctx, c, id, "the change", &call{
		operation: "setAccountBudget", service: ServiceBudget,
		method: http.MethodPut, path: path, body: in, repeat: repeatFreely,
	})
}

// DeleteAccountBudget deletes a budget. If the outcome of an earlier attempt is unknown, the
// service's 404 to a later one counts as success.
func (c *Client) DeleteAccountBudget(ctx context.Context, id string) error {
	path, err := budgetPath(id)
	if err != nil {
		return err
	}
	return c.do(ctx, &call{
		operation: "deleteAccountBudget", service: ServiceBudget,
		method: http.MethodDelete, path: path, repeat: repeatFreely, notFoundIsSuccess: true,
		// Sources disagree about a body (NOTES section 9); none is needed. A page from
		// something in between is not a response of the service, though.
		decode: func(body []byte) error {
			var ignored jsontext.Value
			if err := decodeJSON(body, &ignored); err != nil && !errors.Is(err, errEmpty) {
				return err
			}
			return nil
		},
	})
}

// costLinkageSince is the version that introduced cost linkage (NOTES section 13).
const costLinkageSince = "1.1"

// LinkBudgetCost links a budget to Cost Navigator and returns the budget after it. It is
// idempotent, so it may be repeated. The error has KindVersion when the service does not have
// Budget 1.1.
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
	return budgetObjects.change(ctx, c, id, "the change", &call{
		operation: operation, service: ServiceBudget, since: costLinkageSince,
		method: method, path: path + "/cost-linkage", repeat: repeatFreely,
	})
}

// ListAccountBudgets yields the budgets of all pages, without their settings,
// each once. It ends after the first error.
func (c *Client) ListAccountBudgets(ctx context.Context, filter BudgetFilter) iter.Seq2[*Budget, error] {
	list := numberedList[Budget]{
		operation: "listAccountBudgets", service: ServiceBudget, path: budgetsPath, filter: queryOf(filter), pageSize: filter.Size,
		rows: "budgets", size: "size", key: func(b *Budget) string { return b.ID }, shortfall: filter.Shortfall,
	}
	if filter.IsCostLinked != nil {
		list.since = costLinkageSince
	}
	return list.pages(ctx, c)
}

// readBudget reads a budget, of which some fields are required.
func readBudget(dec *jsontext.Decoder, to *Budget) error {
	type plain Budget // without this function
	var read struct {
		plain

		Amount *int64 `json:"amount"`
	}
	if err := json.UnmarshalDecode(dec, &read); err != nil {
		return err
	}
	*to = Budget(read.plain)
	var missing jsontext.Pointer
	switch {
	case to.Name == "":
		missing = "/name"
	case read.Amount == nil:
		missing = "/amount"
	case to.Unit == "":
		missing = "/unit"
	case to.StartMonth == "":
		missing = "/start_month"
	default:
		to.Amount = *read.Amount
		return nil
	}
	return &json.SemanticError{JSONPointer: dec.StackPointer() + missing, GoType: reflect.TypeFor[Budget](), Err: errMissing}
}

// decodeBudget reads a budget and the settings, which stand beside it.
func decodeBudget(body []byte) (*Budget, error) {
	var response struct {
		Budget        *Budget              `json:"budget"`
		Notifications *NotificationSetting `json:"notifications"`
		Prevention    *PreventionSetting   `json:"prevention"`
	}
	if err := decodeJSON(body, &response); err != nil || response.Budget == nil {
		return nil, err
	}
	response.Budget.Notifications, response.Budget.Prevention = response.Notifications, response.Prevention
	return response.Budget, nil
}
