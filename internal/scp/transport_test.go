package scp

import (
	"net/http"
	"testing"
)

// transportFunc is a transport that never opens a connection.
type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// What changes something has connections of its own, and so has the catalogue that
// is read for it.
func TestLanes(t *testing.T) {
	t.Parallel()
	input := PlannedComputeInput{ContractType: "01", OSType: "opensource", ServerType: "s1v1m2", ServiceID: "VIRTUAL_SERVER"}
	for name, test := range map[string]struct {
		lane lane
		call func(c *Client) error
	}{
		"show a budget":   {readLane, func(c *Client) error { _, err := c.ShowAccountBudget(t.Context(), "b1"); return err }},
		"create a budget": {writeLane, func(c *Client) error { _, err := c.CreateAccountBudget(t.Context(), validInput()); return err }},
		"change a budget": {writeLane, func(c *Client) error { _, err := c.SetAccountBudget(t.Context(), "b1", validInput()); return err }},
		"remove a budget": {writeLane, func(c *Client) error { return c.DeleteAccountBudget(t.Context(), "b1") }},
		"show a contract": {readLane, func(c *Client) error { _, err := c.ShowPlannedCompute(t.Context(), "p1"); return err }},
		"buy a contract":  {writeLane, func(c *Client) error { _, err := c.CreatePlannedCompute(t.Context(), input); return err }},
		"end a contract": {writeLane, func(c *Client) error {
			_, err := c.UpdatePlannedCompute(t.Context(), "p1", PlannedComputeChange{Action: ContractCancel})
			return err
		}},
		"ask for a fee": {readLane, func(c *Client) error {
			_, err := c.ShowCancellationFee(t.Context(), []string{"p1"}, "kr-west1")
			return err
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var sent [len(lanes{})][]string
			c := newTest(t, nil, viaCatalogue(""))
			for l := range c.lanes {
				c.lanes[l] = newQueue(transportFunc(func(r *http.Request) (*http.Response, error) {
					sent[l] = append(sent[l], r.Method)
					if len(sent[l]) == 1 {
						return answer(200, `{"endpoints":[{"region":null,"service_type":"scp-budget","url":"https://a.example"},{"region":null,"service_type":"scp-billingplan","url":"https://a.example"}]}`)(r)
					}
					return answer(400, serviceErr(400, "ValidationError", "No."))(r)
				}), 0)
			}
			err := test.call(c)
			wantError(t, err, KindService, 400, OutcomeRefused)
			if n := len(sent[test.lane]); n != 2 || len(sent[0])+len(sent[1]) != 2 {
				t.Errorf("reads %v, writes %v; want both requests in lane %d", sent[readLane], sent[writeLane], test.lane)
			}
		})
	}
}
