package scp

// The BillingPlan service: how much of the usage the contracts of one server type cover.

import (
	"context"
)

// InstanceQuery selects coverage; the service wants all five.
type InstanceQuery struct {
	ServiceID, OSType, ServerType string
	// StartDate and EndDate are YYYY-MM-DD.
	StartDate, EndDate string
}

// Coverage is the coverage of one resource.
type Coverage struct {
	ResourceName *string
	ContractID   *string
	// UsedTime is in hours.
	UsedTime         *int64
	UnitPrice        *Amount
	UsedAmount       *Amount
	NonAppliedAmount *Amount
	RequestAt        *string
}

// CoverageAmount are the sums over the covered resources.
type CoverageAmount struct{ Total, Used, NonApplied, NoContractUsed *Amount }

// PlannedComputeInstances is the coverage of one server type.
type PlannedComputeInstances struct {
	Coverages []Coverage
	Amount    *CoverageAmount
	// OrderCount is the number of contracts of this kind (inferred).
	OrderCount            *int64
	OS                    *OSType
	Service               *ServiceType
	ServerType            *string
	ServerTypeDescription map[string]string
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
		instances, err = decodeInstances(body)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &instances, nil
}

func decodeInstances(body []byte) (PlannedComputeInstances, error) {
	var answer struct {
		Coverages wireList[struct {
			ResourceName     wireValue `json:"resource_name"`
			ContractID       wireValue `json:"contract_id"`
			UsedTime         wireValue `json:"used_time"`
			UnitPrice        wireValue `json:"unit_price"`
			UsedAmount       wireValue `json:"used_amount"`
			NonAppliedAmount wireValue `json:"non_applied_amount"`
			RequestAt        wireValue `json:"request_at"`
		}] `json:"coverages"`
		Amount                wireValue `json:"amount"`
		OrderCount            wireValue `json:"order_count"`
		OS                    wireValue `json:"os"`
		Service               wireValue `json:"service"`
		ServerType            wireValue `json:"server_type"`
		ServerTypeDescription wireValue `json:"server_type_description"`
	}
	if err := decodeJSON(body, &answer); err != nil {
		return PlannedComputeInstances{}, err
	}
	if !answer.Coverages.present {
		return PlannedComputeInstances{}, shapeErrorf("coverages is missing")
	}
	var r reader
	instances := PlannedComputeInstances{
		Coverages:             make([]Coverage, 0, len(answer.Coverages.rows)),
		OrderCount:            r.whole("order_count", answer.OrderCount),
		ServerType:            r.text("server_type", answer.ServerType),
		ServerTypeDescription: r.textMap("server_type_description", answer.ServerTypeDescription),
	}
	for _, row := range answer.Coverages.rows {
		instances.Coverages = append(instances.Coverages, Coverage{
			ResourceName:     r.text("coverages.resource_name", row.ResourceName),
			ContractID:       r.text("coverages.contract_id", row.ContractID),
			UsedTime:         r.whole("coverages.used_time", row.UsedTime),
			UnitPrice:        r.amount("coverages.unit_price", row.UnitPrice),
			UsedAmount:       r.amount("coverages.used_amount", row.UsedAmount),
			NonAppliedAmount: r.amount("coverages.non_applied_amount", row.NonAppliedAmount),
			RequestAt:        r.text("coverages.request_at", row.RequestAt),
		})
	}
	instances.Amount = r.coverageAmount("amount", answer.Amount)
	// Texts where objects are modelled are seen in an example (NOTES section 9).
	switch {
	case answer.OS == nil:
	case answer.OS[0] == '"':
		instances.OS = &OSType{OSTypeID: r.text("os", answer.OS)}
	default:
		var os wireOSType
		r.object("os", answer.OS, &os)
		read := os.read(&r, "os")
		instances.OS = &read
	}
	switch {
	case answer.Service == nil:
	case answer.Service[0] == '"':
		instances.Service = &ServiceType{ServiceID: r.text("service", answer.Service)}
	default:
		var service wireServiceType
		r.object("service", answer.Service, &service)
		read := service.read(&r, "service")
		instances.Service = &read
	}
	return instances, r.err
}

// coverageAmount reads the sums. An example prints zeros for objects (NOTES
// section 9); that a single zero stands for all four sums is a guess.
func (r *reader) coverageAmount(name string, v wireValue) *CoverageAmount {
	if v == nil {
		return nil
	}
	if zero := r.plainZero(name, v); zero != nil {
		return &CoverageAmount{Total: zero, Used: zero, NonApplied: zero, NoContractUsed: zero}
	}
	var sums struct {
		Total          wireValue `json:"total"`
		Used           wireValue `json:"used"`
		NonApplied     wireValue `json:"non_applied"`
		NoContractUsed wireValue `json:"no_contract_used"`
	}
	r.object(name, v, &sums)
	return &CoverageAmount{
		Total:          r.amountOrZero(name+".total", sums.Total),
		Used:           r.amountOrZero(name+".used", sums.Used),
		NonApplied:     r.amountOrZero(name+".non_applied", sums.NonApplied),
		NoContractUsed: r.amountOrZero(name+".no_contract_used", sums.NoContractUsed),
	}
}
