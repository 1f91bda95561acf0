package scp

import (
	"context"
	"strings"
	"testing"
)

// lookUps are the reads that are not paged, with the least that they need.
var lookUps = map[string]func(c *Client) (any, error){
	"contract types": func(c *Client) (any, error) { return c.ListContractTypes(context.Background(), "", "") },
	"OS types":       func(c *Client) (any, error) { return c.ListOSTypes(context.Background(), "") },
	"server types":   func(c *Client) (any, error) { return c.ListServerTypes(context.Background(), ServerTypeFilter{}) },
	"service types":  func(c *Client) (any, error) { return c.ListServiceTypes(context.Background()) },
	"coverage": func(c *Client) (any, error) {
		return c.ListPlannedComputeInstances(context.Background(), InstanceQuery{"a", "b", "c", "2026-01-01", "2026-01-02"})
	},
}

// Each call, what it sends, and what it reads from a response.
func TestCalls(t *testing.T) {
	const budgetBody = `{"name":"team-a","amount":5000000000,"unit":"MONTHLY","start_month":"2026-01",` +
		`"notifications":{"is_use_notification":true,"notification_send_period":"FIRST","receivers":["a@example.com"],"thresholds":[80,90]},` +
		`"prevention":{"is_use_prevention":true,"receivers":["b@example.com"],"threshold":80}}`
	ctx := t.Context()
	budget := func(call func(*Client, context.Context, BudgetInput) (*Budget, error), in BudgetInput) func(*Client) (any, error) {
		return func(c *Client) (any, error) { return call(c, ctx, in) }
	}
	setBudget := func(c *Client, ctx context.Context, in BudgetInput) (*Budget, error) {
		return c.SetAccountBudget(ctx, "b1", in)
	}
	buy := func(in PlannedComputeInput) func(*Client) (any, error) {
		return func(c *Client) (any, error) { return c.CreatePlannedCompute(ctx, in) }
	}
	change := func(change PlannedComputeChange) func(*Client) (any, error) {
		return func(c *Client) (any, error) { return c.UpdatePlannedCompute(ctx, "p1", change) }
	}
	coverage := func(c *Client) (any, error) {
		return c.ListPlannedComputeInstances(ctx, InstanceQuery{"VIRTUAL_SERVER", "opensource", "s1v1m2", "2026-01-01", "2026-01-31"})
	}
	const coverageOf = "GET /v1/planned-computes/instances?end_date=2026-01-31&os_type=opensource&server_type=s1v1m2&service_id=VIRTUAL_SERVER&start_date=2026-01-01"
	for i, test := range []struct {
		name     string
		call     func(*Client) (any, error)
		request  string // method, path and query
		body     string // of the request
		response string
		want     any
	}{
		{"create a budget", budget((*Client).CreateAccountBudget, validInput()), "POST /v1/budgets/account", budgetBody, aBudget, theBudget()},
		{
			// Both settings are always sent, with lists, and what is nil is omitted.
			"create a budget without settings", budget((*Client).CreateAccountBudget, BudgetInput{Name: "예산 <&>", Amount: 1, Unit: "OVERALL", StartMonth: "2026-01"}), "POST /v1/budgets/account",
			`{"name":"예산 <&>","amount":1,"unit":"OVERALL","start_month":"2026-01","notifications":{"receivers":[],"thresholds":[]},"prevention":{"receivers":[]}}`, aBudget, theBudget(),
		},
		{"show a budget", func(c *Client) (any, error) { return c.ShowAccountBudget(ctx, "b1") }, "GET /v1/budgets/account/b1", "", aBudget, theBudget()},
		{"set a budget", budget(setBudget, validInput()), "PUT /v1/budgets/account/b1", budgetBody, aBudget, theBudget()},
		{"delete a budget", func(c *Client) (any, error) { return nil, c.DeleteAccountBudget(ctx, "b1") }, "DELETE /v1/budgets/account/b1", "", "", nil},
		{
			"buy", buy(PlannedComputeInput{
				ContractType: "01", OSType: "opensource", ServerType: "s1v1m2", ServiceID: "VIRTUAL_SERVER",
				ServiceName: ptr("Virtual Server"), Tags: map[string]string{"z": "", "a": "1"},
			}), "POST /v1/planned-computes",
			`{"contract_type":"01","os_type":"opensource","server_type":"s1v1m2","service_id":"VIRTUAL_SERVER","service_name":"Virtual Server","tag":[{"key":"a","value":"1"},{"key":"z","value":""}]}`,
			contractJSON, theContract(),
		},
		{
			"buy without name and tags", buy(PlannedComputeInput{ContractType: "01", OSType: "rhel", ServerType: "a", ServiceID: "b"}), "POST /v1/planned-computes",
			`{"contract_type":"01","os_type":"rhel","server_type":"a","service_id":"b"}`, contractJSON, theContract(),
		},
		{"show a contract", func(c *Client) (any, error) { return c.ShowPlannedCompute(ctx, "p1") }, "GET /v1/planned-computes/p1", "", contractJSON, theContract()},
		{"change a follow-up", change(PlannedComputeChange{Action: ExtendChange, ContractType: "03"}), "PUT /v1/planned-computes/p1", `{"action":"EXTEND_CHANGE","contract_type":"03"}`, contractJSON, theContract()},
		{"change a server type", change(PlannedComputeChange{Action: ServerTypeChange, ServerType: "s1v2m4"}), "PUT /v1/planned-computes/p1", `{"action":"SERVER_TYPE_CHANGE","server_type":"s1v2m4"}`, contractJSON, theContract()},
		{
			"contract types", func(c *Client) (any, error) { return c.ListContractTypes(ctx, "VIRTUAL_SERVER", "s1v1m2") },
			"GET /v1/planned-computes/contract-types?server_type=s1v1m2&service_id=VIRTUAL_SERVER", "",
			`{"contract_types":[{"code":"01","display_name":"1-year"},{"code":null}],"extension_types":[{"code":"03","display_name":"3년"}]}`,
			&ContractTypes{ContractTypes: []ContractType{{ptr("01"), ptr("1-year")}, {nil, nil}}, ExtensionTypes: []ContractType{{ptr("03"), ptr("3년")}}},
		},
		{"no contract types", lookUps["contract types"], "GET /v1/planned-computes/contract-types", "", `{"contract_types":null}`, &ContractTypes{ContractTypes: []ContractType{}}},
		{
			"OS types", func(c *Client) (any, error) { return c.ListOSTypes(ctx, "VIRTUAL_SERVER") }, "GET /v1/planned-computes/os-types?service_id=VIRTUAL_SERVER", "",
			`{"os_types":[{"os_type_id":"OPEN_SOURCE","display_name":"Open Source","os_type_value":"opensource"}]}`,
			[]OSType{{ptr("OPEN_SOURCE"), ptr("Open Source"), ptr("opensource")}},
		},
		{"no OS types", lookUps["OS types"], "GET /v1/planned-computes/os-types", "", `{"os_types":null}`, []OSType{}},
		{
			"server types", func(c *Client) (any, error) {
				return c.ListServerTypes(ctx, ServerTypeFilter{ServiceID: "VIRTUAL_SERVER", CurrentServerType: "s1v1m2", OSType: "opensource"})
			}, "GET /v1/planned-computes/server-types?current_server_type=s1v1m2&os_type=opensource&service_id=VIRTUAL_SERVER", "",
			`{"server_types":[{"server_type":"s1v2m4","server_type_description":"","instance_type":"s1","core":2,"memory_gb":"4","gpu_name":null,"scale_up_yn":"Y"},` +
				`{"server_type":"a","server_type_description":{"cpu": 1},"scale_up_yn":false},{"scale_up_yn":null}]}`,
			[]ServerType{
				{ServerType: ptr("s1v2m4"), ServerTypeDescription: ptr(StringOrJSON("")), InstanceType: ptr("s1"), Core: ptr("2"), MemoryGB: ptr("4"), ScaleUpYN: ptr(true)},
				{ServerType: ptr("a"), ServerTypeDescription: ptr(StringOrJSON(`{"cpu":1}`)), ScaleUpYN: ptr(false)},
				{},
			},
		},
		{"no server types", lookUps["server types"], "GET /v1/planned-computes/server-types", "", `{"server_types":[]}`, []ServerType{}},
		{
			"service types", lookUps["service types"], "GET /v1/planned-computes/service-types", "",
			`{"services":[{"service_id":"VIRTUAL_SERVER","display_name":"Virtual Server"}]}`,
			[]ServiceType{{ptr("VIRTUAL_SERVER"), ptr("Virtual Server")}},
		},
		{"no service types", lookUps["service types"], "GET /v1/planned-computes/service-types", "", `{"services":[]}`, []ServiceType{}},
		{
			"coverage", coverage, coverageOf, "",
			`{"coverages":[{"resource_name":"vm","contract_id":null,"used_time":"10","unit_price":{"krw":"1.5","usd":0.10},"used_amount":null,"non_applied_amount":{"krw":null},"request_at":"2026-01-01 00:00:00"}],` +
				`"amount":{"total":{"krw":"500.000","usd":"0.000"},"used":0,"non_applied":null},"order_count":2,"os":{"os_type_id":"OPEN_SOURCE"},"service":{"service_id":"VIRTUAL_SERVER"},"server_type":"s1v1m2","server_type_description":{"cpu":"1"}}`,
			&PlannedComputeInstances{
				Coverages: []Coverage{{
					ResourceName: ptr("vm"), UsedTime: ptr(int64(10)), UnitPrice: amountOf("1.5", "0.10"),
					NonAppliedAmount: &Amount{}, RequestAt: ptr("2026-01-01 00:00:00"),
				}},
				Amount:     &CoverageAmount{Total: amountOf("500.000", "0.000"), Used: amountOf("0", "0")},
				OrderCount: ptr(int64(2)), OS: &OSType{OSTypeID: ptr("OPEN_SOURCE")}, Service: &ServiceType{ServiceID: ptr("VIRTUAL_SERVER")},
				ServerType: ptr("s1v1m2"), ServerTypeDescription: map[string]string{"cpu": "1"},
			},
		},
		{
			"coverage as the printed example has it", coverage, coverageOf, "",
			`{"coverages":[],"amount":{"total":0,"used":"0"},"os":"OPEN_SOURCE","service":"VIRTUAL_SERVER","server_type_description":""}`,
			&PlannedComputeInstances{
				Coverages: []Coverage{}, Amount: &CoverageAmount{Total: amountOf("0", "0"), Used: amountOf("0", "0")},
				OS: &OSType{OSTypeID: ptr("OPEN_SOURCE")}, Service: &ServiceType{ServiceID: ptr("VIRTUAL_SERVER")}, ServerTypeDescription: map[string]string{},
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			c, f := script(t, reply(200+i, test.response)) // any status of success
			f.odd = strings.Contains(test.body, "<")       // in a name
			got, err := test.call(c)
			if err != nil {
				t.Fatal(err)
			}
			wantEqual(t, got, test.want)
			sent := f.sent()[0]
			if request := sent.method + " " + strings.TrimPrefix(sent.url, testBase); request != test.request || sent.body != test.body {
				t.Errorf("sent %s with %s\nwant %s with %s", request, sent.body, test.request, test.body)
			}
		})
	}
}

func TestLookUpsOfAnotherShape(t *testing.T) {
	for _, body := range []string{
		`{}`, `null`, `[]`, `{"contract_types":{},"os_types":{},"server_types":{},"services":{},"coverages":{}}`,
		`{"contract_types":[{"code":{}}],"os_types":[{"os_type_id":{}}],"server_types":[{"scale_up_yn":"x"}],"services":[{"service_id":[]}],"coverages":[{"used_time":"x"}]}`,
	} {
		for name, call := range lookUps {
			c, _ := script(t, reply(200, body))
			if _, err := call(c); err == nil {
				t.Errorf("%s takes %s", name, body)
			} else {
				wantError(t, err, KindResponse, 200, OutcomeUnknown)
			}
		}
	}
}
