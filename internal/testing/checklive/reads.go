package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
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

// response is a response as it came.
type response struct {
	status int
	body   map[string]any
}

type checker struct {
	config scp.Config
	client *scp.Client
	// out takes a line for each operation; differing is how many differ from the specification.
	out       io.Writer
	differing int
	// seen are the last responses by the label of their call.
	seen map[string]response
	// label is that of the call that is under way; problem is how a response of it differs.
	label   string
	problem error
	secrets []string
}

func newChecker(config scp.Config, out io.Writer) (*checker, error) {
	c := &checker{config: config, out: out, seen: map[string]response{}}
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
	report := func(result string) { fmt.Fprintf(c.out, "  %-32s %s\n", name, c.mask(result)) }
	if needs != "" {
		report("not called: " + needs)
		return
	}
	c.label, c.problem = name, nil
	rows, err := call()
	var refused *scp.Error
	switch {
	case c.problem != nil:
		c.differing++
		// Without the values in the response.
		text, _, _ := strings.Cut(c.problem.Error(), "\nSchema:")
		report("DIFFERS: " + strings.Join(strings.Fields(text), " "))
	case errors.As(err, &refused):
		report(strings.TrimSpace(fmt.Sprintf("refused: status %d %s", refused.StatusCode, refused.Code)))
	case err != nil:
		report("failed: " + err.Error())
	default:
		report(fmt.Sprintf("as specified, %d rows", rows))
	}
}

// readAll calls each operation that reads, with one page of each list.
func (c *checker) readAll(ctx context.Context) {
	var budget, contract, name string
	var kind scp.InstanceQuery
	c.read("listAccountBudgets", "", func() (int, error) {
		return count(c.client.ListAccountBudgets(ctx, scp.BudgetFilter{}), all, func(b *scp.Budget) { budget, name = b.ID, b.Name })
	})
	c.read("showAccountBudget", missing(budget, "there is no budget"), func() (int, error) {
		return one(c.client.ShowAccountBudget(ctx, budget))
	})
	c.read("listPlannedComputes", "", func() (int, error) {
		return count(c.client.ListPlannedComputes(ctx, scp.PlannedComputeFilter{}), all, func(p *scp.PlannedCompute) {
			contract = p.ID
			kind = scp.InstanceQuery{ServiceID: deref(p.ServiceID), OSType: deref(p.OSType), ServerType: deref(p.ServerType)}
		})
	})
	noContract := missing(contract, "there is no contract")
	c.read("showPlannedCompute", noContract, func() (int, error) { return one(c.client.ShowPlannedCompute(ctx, contract)) })
	c.read("showCancellationFee", noContract, func() (int, error) { return one(c.client.ShowCancellationFee(ctx, []string{contract}, "")) })
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
	c.read("listOsTypes", "", func() (int, error) { return length(c.client.ListOSTypes(ctx, "VIRTUAL_SERVER")) })
	c.read("listPlannedComputeServerTypes", "", func() (int, error) {
		return length(c.client.ListServerTypes(ctx, scp.ServerTypeFilter{ServiceID: "VIRTUAL_SERVER", CurrentServerType: "s1v1m2"}))
	})
	c.read("listPlannedComputeServiceTypes", "", func() (int, error) { return length(c.client.ListServiceTypes(ctx)) })
	c.read("listUsages", "", func() (int, error) { return firstPage(c.client.ListUsages(ctx, scp.UsageFilter{Limit: 500})) })
	c.read("listBills", "", func() (int, error) {
		month := today.AddDate(0, -1, 1-today.Day()).Format("2006-01")
		return firstPage(c.client.ListBills(ctx, scp.BillFilter{StartYearMonth: month, EndYearMonth: month}))
	})
	c.read("showPaymentMonthly", "", func() (int, error) { return count(c.client.ShowPaymentMonthly(ctx, nil), all, nil) })
	c.read("listBillingItemIds", "", func() (int, error) { return length(c.client.ListBillingItemIDs(ctx)) })
	c.read("listOffering", "", func() (int, error) { return length(c.client.ListOfferings(ctx)) })
	c.read("listReportPrice", "", func() (int, error) {
		return count(c.client.ListPrices(ctx, scp.PriceFilter{}), 100, nil) // one page shows its form
	})
	c.more(ctx, name)
}

// more makes the calls that only guesses need, which look at the responses. They have no
// line of their own.
func (c *checker) more(ctx context.Context, name string) {
	if runes := []rune(name); len(runes) > 1 {
		c.label = "search"
		_, _ = count(c.client.ListAccountBudgets(ctx, scp.BudgetFilter{SearchName: string(runes[:len(runes)-1])}), 1, nil)
	}
	c.label = "one budget"
	_, _ = count(c.client.ListAccountBudgets(ctx, scp.BudgetFilter{Size: 1}), 1, nil)
	c.label = "few usages"
	_, _ = firstPage(c.client.ListUsages(ctx, scp.UsageFilter{Limit: 2}))
	korean, old := c.config, c.config
	korean.Language = "ko-KR"
	old.APIVersions = map[scp.Service]string{}
	maps.Copy(old.APIVersions, c.config.APIVersions)
	old.APIVersions[scp.ServiceBudget] = "1.0"
	if client, err := c.connect(korean); err == nil {
		c.label = "korean"
		_, _ = client.ListServiceTypes(ctx)
	}
	if client, err := c.connect(old); err == nil {
		c.label = "budget 1.0"
		_, _ = count(client.ListAccountBudgets(ctx, scp.BudgetFilter{}), 1, nil)
	}
}

// all is no limit.
const all = -1

// count reads up to so many rows, and passes the first one to see.
func count[T any](rows iter.Seq2[T, error], most int, see func(T)) (n int, err error) {
	for row, err := range rows {
		if err != nil {
			return n, err
		}
		if n++; n == 1 && see != nil {
			see(row)
		}
		if n == most {
			break
		}
	}
	return n, nil
}

func one[T any](_ T, err error) (int, error) { return 1, err }

func length[T any](found []T, err error) (int, error) { return len(found), err }

func firstPage[T any](pages iter.Seq2[scp.Page[T], error]) (rows int, err error) {
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
