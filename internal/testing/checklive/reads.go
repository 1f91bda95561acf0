package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/apispec"
)

// maxBody is the largest response that is looked at.
const maxBody = 16 << 20

// operation is one line of the report.
type operation struct {
	name, result string
	differs      bool
}

// response is a response as it came.
type response struct {
	status int
	body   map[string]any
}

type checker struct {
	config     scp.Config
	client     *scp.Client
	operations []operation
	// seen are the last responses by the label of their call.
	seen map[string]response
	// label is that of the call that is under way; problem is how a response of it differs.
	label   string
	problem error
	secrets []string
}

func newChecker(config scp.Config) (*checker, error) {
	c := &checker{config: config, seen: map[string]response{}}
	for _, secret := range []string{config.AccessKey, config.SecretKey, config.AuthToken, config.AccountID} {
		if secret != "" {
			c.secrets = append(c.secrets, secret)
		}
	}
	client, err := c.connect(config)
	c.client = client
	return c, err
}

// connect creates a client whose responses are recorded.
func (c *checker) connect(config scp.Config) (*scp.Client, error) {
	next := config.Transport
	if next == nil {
		next = http.DefaultTransport
	}
	config.Transport = recorder{c, next}
	return scp.New(config)
}

// recorder keeps responses and compares them with the API specification.
type recorder struct {
	c    *checker
	next http.RoundTripper
}

func (r recorder) RoundTrip(request *http.Request) (*http.Response, error) {
	reply, err := r.next.RoundTrip(request)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(reply.Body, maxBody))
	_ = reply.Body.Close()
	if err != nil {
		return nil, err
	}
	reply.Body = io.NopCloser(bytes.NewReader(body))
	// The catalogue and the lists of versions are no operations of the services.
	if strings.HasPrefix(request.URL.Path, "/v1/") && !strings.HasSuffix(request.URL.Path, "/endpoints") {
		seen := response{status: reply.StatusCode}
		_ = json.Unmarshal(body, &seen.body) // what is not an object has no members
		r.c.seen[r.c.label] = seen
		if problem := apispec.CheckResponse(request, reply.StatusCode, reply.Header, body); problem != nil && r.c.problem == nil {
			r.c.problem = problem
		}
	}
	return reply, nil
}

// read calls one operation. needs says what was missing to call it; "" for nothing.
func (c *checker) read(name, needs string, call func() (rows int, err error)) {
	if needs != "" {
		c.operations = append(c.operations, operation{name: name, result: "not called: " + needs})
		return
	}
	c.label, c.problem = name, nil
	rows, err := call()
	o := operation{name: name, differs: c.problem != nil}
	var refused *scp.Error
	switch {
	case c.problem != nil:
		o.result = "DIFFERS: " + plainly(c.problem)
	case errors.As(err, &refused):
		o.result = strings.TrimSpace(fmt.Sprintf("refused: status %d %s", refused.StatusCode, refused.Code))
	case err != nil:
		o.result = "failed: " + err.Error()
	default:
		o.result = fmt.Sprintf("as specified, %d rows", rows)
	}
	c.operations = append(c.operations, o)
}

// plainly is how a response differs, without the values in it.
func plainly(problem error) string {
	text, _, _ := strings.Cut(problem.Error(), "\nSchema:")
	return strings.Join(strings.Fields(text), " ")
}

// readAll calls each operation that reads, with one page of each list.
func (c *checker) readAll(ctx context.Context) {
	var budget, contract, name string
	var kind scp.InstanceQuery
	c.read("listAccountBudgets", "", func() (rows int, err error) {
		for row, err := range c.client.ListAccountBudgets(ctx, scp.BudgetFilter{}) {
			if err != nil {
				return rows, err
			}
			if rows++; rows == 1 {
				budget, name = row.ID, row.Name
			}
		}
		return rows, nil
	})
	c.read("showAccountBudget", missing(budget, "there is no budget"), func() (int, error) {
		_, err := c.client.ShowAccountBudget(ctx, budget)
		return 1, err
	})
	c.read("listPlannedComputes", "", func() (rows int, err error) {
		for row, err := range c.client.ListPlannedComputes(ctx, scp.PlannedComputeFilter{}) {
			if err != nil {
				return rows, err
			}
			if rows++; rows == 1 {
				contract = row.ID
				kind = scp.InstanceQuery{ServiceID: deref(row.ServiceID), OSType: deref(row.OSType), ServerType: deref(row.ServerType)}
			}
		}
		return rows, nil
	})
	noContract := missing(contract, "there is no contract")
	c.read("showPlannedCompute", noContract, func() (int, error) {
		_, err := c.client.ShowPlannedCompute(ctx, contract)
		return 1, err
	})
	c.read("showCancellationFee", noContract, func() (int, error) {
		_, err := c.client.ShowCancellationFee(ctx, []string{contract}, "")
		return 1, err
	})
	today := time.Now().UTC()
	c.read("listPlannedComputeInstances", noContract, func() (int, error) {
		kind.StartDate, kind.EndDate = today.AddDate(0, 0, -9).Format(time.DateOnly), today.AddDate(0, 0, -3).Format(time.DateOnly)
		found, err := c.client.ListPlannedComputeInstances(ctx, kind)
		if err != nil {
			return 0, err
		}
		return len(found.Coverages), nil
	})
	c.read("listContractTypes", "", func() (int, error) {
		found, err := c.client.ListContractTypes(ctx, "VIRTUAL_SERVER", "")
		if err != nil {
			return 0, err
		}
		return len(found.ContractTypes), nil
	})
	c.read("listOsTypes", "", func() (int, error) {
		found, err := c.client.ListOSTypes(ctx, "VIRTUAL_SERVER")
		return len(found), err
	})
	c.read("listPlannedComputeServerTypes", "", func() (int, error) {
		found, err := c.client.ListServerTypes(ctx, scp.ServerTypeFilter{ServiceID: "VIRTUAL_SERVER", CurrentServerType: "s1v1m2"})
		return len(found), err
	})
	c.read("listPlannedComputeServiceTypes", "", func() (int, error) {
		found, err := c.client.ListServiceTypes(ctx)
		return len(found), err
	})
	c.read("listUsages", "", func() (int, error) { return firstPage(c.client.ListUsages(ctx, scp.UsageFilter{Limit: 500})) })
	c.read("listBills", "", func() (int, error) {
		month := today.AddDate(0, -1, 1-today.Day()).Format("2006-01")
		return firstPage(c.client.ListBills(ctx, scp.BillFilter{StartYearMonth: month, EndYearMonth: month}))
	})
	c.read("showPaymentMonthly", "", func() (rows int, err error) {
		for _, err := range c.client.ShowPaymentMonthly(ctx, nil) {
			if err != nil {
				return rows, err
			}
			rows++
		}
		return rows, nil
	})
	c.read("listBillingItemIds", "", func() (int, error) {
		found, err := c.client.ListBillingItemIDs(ctx)
		return len(found), err
	})
	c.read("listOffering", "", func() (int, error) {
		found, err := c.client.ListOfferings(ctx)
		return len(found), err
	})
	c.read("listReportPrice", "", func() (rows int, err error) {
		for _, err := range c.client.ListPrices(ctx, scp.PriceFilter{}) {
			if err != nil {
				return rows, err
			}
			if rows++; rows == 100 {
				break // one page shows its form
			}
		}
		return rows, nil
	})
	c.more(ctx, name)
}

// more makes the calls that only guesses need. They have no line of their own.
func (c *checker) more(ctx context.Context, name string) {
	quietly := func(label string, client *scp.Client, call func(client *scp.Client) error) {
		c.label = label
		_ = call(client) // the guess looks at the response
	}
	if runes := []rune(name); len(runes) > 1 {
		quietly("search", c.client, func(client *scp.Client) error {
			for _, err := range client.ListAccountBudgets(ctx, scp.BudgetFilter{SearchName: string(runes[:len(runes)-1])}) {
				return err
			}
			return nil
		})
	}
	quietly("one budget", c.client, func(client *scp.Client) error {
		for _, err := range client.ListAccountBudgets(ctx, scp.BudgetFilter{Size: 1}) {
			return err
		}
		return nil
	})
	quietly("few usages", c.client, func(client *scp.Client) error {
		_, err := firstPage(client.ListUsages(ctx, scp.UsageFilter{Limit: 2}))
		return err
	})
	korean, old := c.config, c.config
	korean.Language = "ko-KR"
	old.APIVersions = maps.Clone(c.config.APIVersions)
	if old.APIVersions == nil {
		old.APIVersions = map[scp.Service]string{}
	}
	old.APIVersions[scp.ServiceBudget] = "1.0"
	if client, err := c.connect(korean); err == nil {
		quietly("korean", client, func(client *scp.Client) error { _, err := client.ListServiceTypes(ctx); return err })
	}
	if client, err := c.connect(old); err == nil {
		quietly("budget 1.0", client, func(client *scp.Client) error {
			for _, err := range client.ListAccountBudgets(ctx, scp.BudgetFilter{}) {
				return err
			}
			return nil
		})
	}
}

func firstPage[T any](pages func(yield func(scp.Page[T], error) bool)) (rows int, err error) {
	for page, err := range pages {
		return len(page.Rows), err
	}
	return 0, nil
}

func missing(id, what string) string {
	if id == "" {
		return what
	}
	return ""
}

func deref(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// masked is what could name somebody or something of an account.
var masked = regexp.MustCompile(`[0-9a-fA-F]{32}|[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F-]{18,}|\bC[0-9]{6,}\b|\bsrn:\S+|[^\s@"]+@[^\s@"]+|https?://\S+`)

// mask hides ids, addresses and secrets.
func (c *checker) mask(text string) string {
	for _, secret := range c.secrets {
		text = strings.ReplaceAll(text, secret, "***")
	}
	return masked.ReplaceAllString(text, "***")
}

// rows are the objects of a list in a response.
func (r response) rows(name string) []map[string]any {
	var out []map[string]any
	list, _ := r.body[name].([]any)
	for _, one := range list {
		if row, ok := one.(map[string]any); ok {
			out = append(out, row)
		}
	}
	return out
}

// values are the distinct values of a member, as JSON, sorted.
func values(rows []map[string]any, name string) []string {
	seen := map[string]bool{}
	for _, row := range rows {
		text, _ := json.Marshal(row[name])
		seen[string(text)] = true
	}
	return slices.Sorted(maps.Keys(seen))
}
