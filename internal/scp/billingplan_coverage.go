package scp

// The BillingPlan service: how much of the usage the contracts of one server type cover.

import (
	"context"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// InstanceQuery selects coverage; the service requires all five fields.
type InstanceQuery struct {
	ServiceID, OSType, ServerType string
	// StartDate and EndDate are YYYY-MM-DD.
	StartDate, EndDate string
}

// Coverage is the coverage of one resource.
type Coverage struct {
	ResourceName *string `json:"resource_name"`
	ContractID   *string `json:"contract_id"`
	// UsedTime is in hours.
	UsedTime         *int64  `json:"used_time"`
	UnitPrice        *Amount `json:"unit_price"`
	UsedAmount       *Amount `json:"used_amount"`
	NonAppliedAmount *Amount `json:"non_applied_amount"`
	RequestAt        *string `json:"request_at"`
}

// CoverageAmount are the sums over the covered resources.
type CoverageAmount struct {
	Total          *Amount `json:"total"`
	Used           *Amount `json:"used"`
	NonApplied     *Amount `json:"non_applied"`
	NoContractUsed *Amount `json:"no_contract_used"`
}

// PlannedComputeInstances is the coverage of one server type.
type PlannedComputeInstances struct {
	Coverages []Coverage      `json:"coverages"`
	Amount    *CoverageAmount `json:"amount"`
	// OrderCount is the number of contracts of this spec (inferred).
	OrderCount            *int64            `json:"order_count"`
	OS                    *OSType           `json:"os"`
	Service               *ServiceType      `json:"service"`
	ServerType            *string           `json:"server_type"`
	ServerTypeDescription map[string]string `json:"server_type_description"`
}

// ListPlannedComputeInstances reads the coverage of one server type.
func (c *Client) ListPlannedComputeInstances(ctx context.Context, in InstanceQuery) (*PlannedComputeInstances, error) {
	q := query{}
	q.set("service_id", in.ServiceID)
	q.set("os_type", in.OSType)
	q.set("server_type", in.ServerType)
	q.set("start_date", in.StartDate)
	q.set("end_date", in.EndDate)
	var instances PlannedComputeInstances
	err := c.lookUp(ctx, "listPlannedComputeInstances", "/instances", q, func(body []byte) (err error) {
		if err = decodeJSON(body, &instances); err == nil {
			instances.Coverages, err = decodeList[Coverage](body, "coverages", true)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return &instances, nil
}

// readCoverageAmount reads the sums. An example prints zeros for objects (NOTES
// section 9); that a single zero stands for all four sums is a guess.
func readCoverageAmount(dec *jsontext.Decoder, to *CoverageAmount) error {
	if kind := dec.PeekKind(); kind != '0' && kind != '"' {
		return byDefault
	}
	var zero Amount
	if err := json.UnmarshalDecode(dec, &zero); err != nil {
		return err
	}
	*to = CoverageAmount{Total: &zero, Used: &zero, NonApplied: &zero, NoContractUsed: &zero}
	return nil
}
