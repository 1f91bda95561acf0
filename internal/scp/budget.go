package scp

// The Budget service: account budgets (NOTES section 6).

import (
	"context"
	"iter"
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
	// Type is COST.
	Type string
	// The texts as sent; null stays nil.
	CreatedAt, CreatedBy, ModifiedAt, ModifiedBy *string
	// Notifications and Prevention are nil in list rows, which lack them, and
	// when the service sends null.
	Notifications *NotificationSetting
	Prevention    *PreventionSetting
}

// NotificationSetting is about mails at thresholds.
type NotificationSetting struct {
	IsUseNotification *bool
	// NotificationSendPeriod is FIRST, DAILY or NONE.
	NotificationSendPeriod *string
	// Receivers and Thresholds are nil when null or absent.
	Receivers []string
	// Thresholds are percentages of the amount.
	Thresholds []int64
}

// PreventionSetting is about the block on new resources.
type PreventionSetting struct {
	IsUsePrevention *bool
	// Receivers is nil when null or absent.
	Receivers []string
	// Threshold is a percentage of the amount.
	Threshold *int64
}

// BudgetInput is a budget to create, or the full new content of one. Both
// settings are always sent: what the service makes of a missing one is not
// known (NOTES section 10, 7). In them nil lists are sent as empty lists, and
// nil pointers are left out, so that the service's own default applies.
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
	// Sort is field:direction.
	Sort string
	// Size is the page size; 0 is 100.
	Size int
}

// CreateAccountBudget creates a budget. It is sent again only when it
// certainly was not processed.
func (c *Client) CreateAccountBudget(ctx context.Context, in BudgetInput) (*Budget, error) {
	return nil, errNotReady
}

// ShowAccountBudget reads a budget with its settings.
func (c *Client) ShowAccountBudget(ctx context.Context, id string) (*Budget, error) {
	return nil, errNotReady
}

// SetAccountBudget replaces the content of a budget and returns the budget
// after it.
func (c *Client) SetAccountBudget(ctx context.Context, id string, in BudgetInput) (*Budget, error) {
	return nil, errNotReady
}

// DeleteAccountBudget removes a budget for good.
func (c *Client) DeleteAccountBudget(ctx context.Context, id string) error { return errNotReady }

// ListAccountBudgets yields the budgets of all pages, without their settings,
// each once. It ends after the first error.
func (c *Client) ListAccountBudgets(ctx context.Context, filter BudgetFilter) iter.Seq2[*Budget, error] {
	return func(yield func(*Budget, error) bool) { yield(nil, errNotReady) }
}
