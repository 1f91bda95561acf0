package e2e

// Every operation of the client, once, against the same world.

import (
	"context"
	"iter"
	"strings"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
)

// operation is one call of the client.
type operation struct {
	// name is the API's operation, with its action behind a slash.
	name         string
	method, path string
	// status is what a good response has.
	status int
	// freely: it may be repeated whenever that may help.
	freely bool
	// object: a response without the object is completed by a read of this path.
	object string
	// done reports how often the change is in place; nil is a read.
	done func(s *emulator.Server) int
	// large: a response may be a page, which has the larger limit.
	large bool
	// catalogue: the call goes to the identity service.
	catalogue bool
	call      func(ctx context.Context, c *scp.Client) (any, error)
}

const (
	budgetsPath   = "/v1/budgets/account"
	contractsPath = "/v1/planned-computes"
)

var on = true

func newBudget(name string, amount int64) scp.BudgetInput {
	return scp.BudgetInput{
		Name: name, Amount: amount, Unit: "MONTHLY", StartMonth: "2099-01",
		Notifications: scp.NotificationSetting{IsUseNotification: &on, Receivers: []string{"a@example.com"}, Thresholds: []int64{80}},
	}
}

var newContract = scp.PlannedComputeInput{ContractType: "01", OSType: "opensource", ServerType: "s1v1m2", ServiceID: "VIRTUAL_SERVER"}

func operations() []operation {
	change := func(action scp.PlannedComputeAction, id string, body scp.PlannedComputeChange, done func(p emulator.PlannedCompute) bool) operation {
		body.Action = action
		return operation{
			name: "updatePlannedCompute/" + string(action), method: "PUT", path: contractsPath + "/" + id, status: 200, object: contractsPath + "/" + id,
			done: func(s *emulator.Server) int {
				for _, p := range s.PlannedComputes() {
					if p.ID == id && done(p) {
						return 1
					}
				}
				return 0
			},
			call: func(ctx context.Context, c *scp.Client) (any, error) { return c.UpdatePlannedCompute(ctx, id, body) },
		}
	}
	read := func(name, path string, call func(ctx context.Context, c *scp.Client) (any, error)) operation {
		return operation{name: name, method: "GET", path: path, status: 200, freely: true, large: !strings.HasPrefix(name, "show") || name == "showPaymentMonthly", call: call}
	}
	catalogue := read("listEndpoints", "/v1/endpoints", func(ctx context.Context, c *scp.Client) (any, error) { return c.ShowAccountBudget(ctx, budgetID) })
	catalogue.catalogue = true
	return []operation{
		catalogue,
		read("listAccountBudgets", budgetsPath, func(ctx context.Context, c *scp.Client) (any, error) {
			return all(c.ListAccountBudgets(ctx, scp.BudgetFilter{}))
		}),
		{
			name: "createAccountBudget", method: "POST", path: budgetsPath, status: 201,
			done: func(s *emulator.Server) int { return len(s.Budgets()) - 1 },
			call: func(ctx context.Context, c *scp.Client) (any, error) {
				return c.CreateAccountBudget(ctx, newBudget("team-b", 5))
			},
		},
		read("showAccountBudget", budgetsPath+"/"+budgetID, func(ctx context.Context, c *scp.Client) (any, error) { return c.ShowAccountBudget(ctx, budgetID) }),
		{
			name: "setAccountBudget", method: "PUT", path: budgetsPath + "/" + budgetID, status: 200, freely: true, object: budgetsPath + "/" + budgetID,
			done: func(s *emulator.Server) int { return int(s.Budgets()[0].Amount) - 1000 },
			call: func(ctx context.Context, c *scp.Client) (any, error) {
				return c.SetAccountBudget(ctx, budgetID, newBudget("team-a", 1001))
			},
		},
		{
			name: "deleteAccountBudget", method: "DELETE", path: budgetsPath + "/" + budgetID, status: 204, freely: true,
			done: func(s *emulator.Server) int { return 1 - len(s.Budgets()) },
			call: func(ctx context.Context, c *scp.Client) (any, error) {
				return nil, c.DeleteAccountBudget(ctx, budgetID)
			},
		},
		read("listPlannedComputes", contractsPath, func(ctx context.Context, c *scp.Client) (any, error) {
			return all(c.ListPlannedComputes(ctx, scp.PlannedComputeFilter{}))
		}),
		{
			name: "createPlannedComputes", method: "POST", path: contractsPath, status: 200,
			done: func(s *emulator.Server) int { return len(s.PlannedComputes()) - 2 },
			call: func(ctx context.Context, c *scp.Client) (any, error) { return c.CreatePlannedCompute(ctx, newContract) },
		},
		read("showPlannedCompute", contractsPath+"/"+contractID, func(ctx context.Context, c *scp.Client) (any, error) {
			return c.ShowPlannedCompute(ctx, contractID)
		}),
		change(scp.ExtendApply, contractID, scp.PlannedComputeChange{ContractType: "01"}, func(p emulator.PlannedCompute) bool { return p.NextContractType == "01" }),
		change(scp.ExtendChange, reservedID, scp.PlannedComputeChange{ContractType: "03"}, func(p emulator.PlannedCompute) bool { return p.NextContractType == "03" }),
		change(scp.ExtendCancel, reservedID, scp.PlannedComputeChange{}, func(p emulator.PlannedCompute) bool { return p.NextContractType == "" }),
		change(scp.ServerTypeChange, contractID, scp.PlannedComputeChange{ServerType: "s1v4m8"}, func(p emulator.PlannedCompute) bool { return p.ServerType == "s1v4m8" }),
		change(scp.ContractCancel, contractID, scp.PlannedComputeChange{}, func(p emulator.PlannedCompute) bool { return p.Ended != "" }),
		{
			name: "showCancellationFee", method: "POST", path: contractsPath + "/cancellation-fee", status: 200, freely: true,
			call: func(ctx context.Context, c *scp.Client) (any, error) {
				return c.ShowCancellationFee(ctx, []string{contractID}, "")
			},
		},
		read("listContractTypes", contractsPath+"/contract-types", func(ctx context.Context, c *scp.Client) (any, error) { return c.ListContractTypes(ctx, "", "") }),
		read("listOsTypes", contractsPath+"/os-types", func(ctx context.Context, c *scp.Client) (any, error) { return c.ListOSTypes(ctx, "") }),
		read("listPlannedComputeServerTypes", contractsPath+"/server-types", func(ctx context.Context, c *scp.Client) (any, error) {
			return c.ListServerTypes(ctx, scp.ServerTypeFilter{ServiceID: "GPU_SERVER", OSType: "OPEN_SOURCE"})
		}),
		read("listPlannedComputeServiceTypes", contractsPath+"/service-types", func(ctx context.Context, c *scp.Client) (any, error) { return c.ListServiceTypes(ctx) }),
		read("listPlannedComputeInstances", contractsPath+"/instances", func(ctx context.Context, c *scp.Client) (any, error) {
			return c.ListPlannedComputeInstances(ctx, scp.InstanceQuery{ServiceID: "VIRTUAL_SERVER", OSType: "OPEN_SOURCE", ServerType: "s1v2m4", StartDate: "1999-12-01", EndDate: "1999-12-20"})
		}),
		read("listBills", "/v1/bills", func(ctx context.Context, c *scp.Client) (any, error) { return all(c.ListBills(ctx, scp.BillFilter{})) }),
		read("listUsages", "/v1/usages", func(ctx context.Context, c *scp.Client) (any, error) {
			return all(c.ListUsages(ctx, scp.UsageFilter{}))
		}),
		read("showPaymentMonthly", "/v1/payments/monthly", func(ctx context.Context, c *scp.Client) (any, error) { return all(c.ShowPaymentMonthly(ctx, nil)) }),
	}
}

// all reads a list to its end, or to its first error.
func all[T any](rows iter.Seq2[T, error]) (any, error) {
	var out []T
	for row, err := range rows {
		if err != nil {
			return nil, err
		}
		out = append(out, row)
	}
	return out, nil
}
