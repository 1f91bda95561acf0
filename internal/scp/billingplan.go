package scp

// The BillingPlan service: planned computes, bought, read and changed (NOTES section 7).

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
)

// PlannedCompute is a contract for a server type. Every text but the id may be
// null in a response, and is nil then. Texts are as sent: "01" and "1-year",
// OPEN_SOURCE and opensource are the same values (NOTES section 9).
type PlannedCompute struct {
	ID                   string
	AccountID            *string
	ContractID           *string
	ContractType         *string
	StartDate            *string
	EndDate              *string
	FirstContractStartAt *string
	NextContractType     *string
	NextStartDate        *string
	NextEndDate          *string
	ServiceID            *string
	ServiceName          *string
	OSType               *string
	OSName               *string
	ServerType           *string
	// ServerTypeDescription is nil when null or absent. A plain text is kept
	// under the key "description"; values that are no texts are kept as JSON.
	ServerTypeDescription map[string]string
	Region                *string
	ResourceType          *string
	ResourceName          *string
	SRN                   *string
	State                 *string
	// DeleteYN is Y or N; a boolean is read as such.
	DeleteYN   *string
	CreatedAt  *string
	CreatedBy  *string
	ModifiedAt *string
	ModifiedBy *string
}

// PlannedComputeInput is a contract to buy.
type PlannedComputeInput struct {
	// ContractType is a code such as 01, OSType a value such as opensource.
	ContractType, OSType, ServerType, ServiceID string
	// ServiceName is not sent when nil.
	ServiceName *string
	// Tags are not sent when nil.
	Tags map[string]string
}

// PlannedComputeAction selects the change of UpdatePlannedCompute.
type PlannedComputeAction string

// The actions that this API can carry (NOTES section 7).
const (
	ExtendApply      PlannedComputeAction = "EXTEND_APPLY"
	ExtendChange     PlannedComputeAction = "EXTEND_CHANGE"
	ExtendCancel     PlannedComputeAction = "EXTEND_CANCEL"
	ServerTypeChange PlannedComputeAction = "SERVER_TYPE_CHANGE"
	ContractCancel   PlannedComputeAction = "CONTRACT_CANCEL"
)

// PlannedComputeChange is a change of a contract. ContractType goes with
// ExtendApply and ExtendChange, ServerType with ServerTypeChange; empty fields
// are not sent.
type PlannedComputeChange struct {
	Action       PlannedComputeAction
	ContractType string
	ServerType   string
}

// PlannedComputeFilter narrows ListPlannedComputes; empty fields are not sent.
type PlannedComputeFilter struct {
	// StartDate and EndDate are YYYY-MM-DD.
	StartDate, EndDate                                            string
	ServerType, ContractID                                        string
	ContractTypes, NextContractTypes, ServiceIDs, OSTypes, States []string
	CreatedBy, ModifiedBy                                         string
	// Sort is field:direction, asc or desc.
	Sort string
	// Limit is the page size; 0 is 100.
	Limit int
	// Shortfall may be nil.
	Shortfall Shortfall
}

// Currency is the currency of a quote.
type Currency struct{ Code, Symbol *string }

// CancellationFee is what cancelling would cost today.
type CancellationFee struct {
	// CancellationFee is exact decimal string, nil when not sent.
	CancellationFee *string
	Currency        *Currency
	// BillYearMonth is YYYY-MM.
	BillYearMonth *string
}

const (
	plannedComputesPath         = "/v1/planned-computes"
	defaultPlannedComputesLimit = 100
)

// plannedComputeSiblings are paths beside the ids. An id that is one of them
// would reach another operation.
var plannedComputeSiblings = []string{
	"cancellation-fee", "contract-types", "os-types", "instances", "server-types", "service-types",
	"bulk", "check", "coverages",
}

func plannedComputePath(id string) (string, error) {
	segment, err := pathSegment("planned_compute_id", id, plannedComputeSiblings...)
	return plannedComputesPath + "/" + segment, err
}

// ListPlannedComputes yields the contracts of all pages, each once. It ends
// after the first error.
func (c *Client) ListPlannedComputes(ctx context.Context, filter PlannedComputeFilter) iter.Seq2[*PlannedCompute, error] {
	const operation = "listPlannedComputes"
	limit := filter.Limit
	if limit <= 0 {
		limit = defaultPlannedComputesLimit
	}
	return numberedPages(operation, plannedComputesPath, 1, int64(limit),
		func(p *PlannedCompute) string { return p.ID },
		func(page int64) (got numberedPage[*PlannedCompute], err error) {
			q := query{}
			q.set("limit", strconv.Itoa(limit))
			q.set("page", strconv.FormatInt(page, 10))
			q.set("start_date", filter.StartDate)
			q.set("end_date", filter.EndDate)
			q.set("server_type", filter.ServerType)
			q.set("contract_id", filter.ContractID)
			q.set("contract_type", filter.ContractTypes...)
			q.set("next_contract_type", filter.NextContractTypes...)
			q.set("service_id", filter.ServiceIDs...)
			q.set("os_type", filter.OSTypes...)
			q.set("state", filter.States...)
			q.set("created_by", filter.CreatedBy)
			q.set("modified_by", filter.ModifiedBy)
			q.set("sort", filter.Sort)
			err = c.do(ctx, &call{
				operation: operation, service: ServiceBillingPlan,
				method: http.MethodGet, path: plannedComputesPath, query: url.Values(q), repeat: repeatFreely, limit: maxPageBody,
				decode: func(body []byte) (err error) { got, err = decodePlannedComputePage(body); return err },
			})
			return got, err
		}, filter.Shortfall)
}

// ShowPlannedCompute reads a contract.
func (c *Client) ShowPlannedCompute(ctx context.Context, id string) (*PlannedCompute, error) {
	path, err := plannedComputePath(id)
	if err != nil {
		return nil, err
	}
	var answer plannedComputeAnswer
	err = c.do(ctx, &call{
		operation: "showPlannedCompute", service: ServiceBillingPlan,
		method: http.MethodGet, path: path, repeat: repeatFreely,
		decode: func(body []byte) error { return answer.decodeFull(body, id) },
	})
	if err != nil {
		return nil, err
	}
	return &answer.contract, nil
}

// CreatePlannedCompute buys a contract. It is sent again only when it
// certainly was not processed. A response without a usable id is a KindResponse
// with OutcomeUnknown: the contract may exist. A response with an id of which
// other things cannot be read is completed by one ShowPlannedCompute; should
// that fail, the error has OutcomeUnknown and the id in ObjectID.
func (c *Client) CreatePlannedCompute(ctx context.Context, in PlannedComputeInput) (*PlannedCompute, error) {
	type tag struct {
		Key   string `json:"key"`
		Value string `json:"value"`
	}
	body := struct {
		ContractType string  `json:"contract_type"`
		OSType       string  `json:"os_type"`
		ServerType   string  `json:"server_type"`
		ServiceID    string  `json:"service_id"`
		ServiceName  *string `json:"service_name,omitempty"`
		Tag          []tag   `json:"tag,omitempty"`
	}{in.ContractType, in.OSType, in.ServerType, in.ServiceID, in.ServiceName, nil}
	for _, key := range slices.Sorted(maps.Keys(in.Tags)) {
		body.Tag = append(body.Tag, tag{key, in.Tags[key]})
	}
	var answer plannedComputeAnswer
	create := &call{
		operation: "createPlannedComputes", service: ServiceBillingPlan,
		method: http.MethodPost, path: plannedComputesPath, body: body, repeat: repeatUnprocessed,
		decode: func(body []byte) error {
			if err := answer.decode(body); err != nil {
				return err
			}
			if _, err := plannedComputePath(answer.contract.ID); err != nil {
				return shapeErrorf("the response has no usable planned_compute.id")
			}
			return nil
		},
	}
	if err := c.do(ctx, create); err != nil {
		return nil, err
	}
	if answer.problem == nil {
		return &answer.contract, nil
	}
	contract, err := c.ShowPlannedCompute(ctx, answer.contract.ID)
	if err != nil {
		return nil, create.unusable(answer.contract.ID, answer.problem, err)
	}
	return contract, nil
}

// UpdatePlannedCompute changes a contract and returns it after the change. It
// is sent again only when it certainly was not processed, since no source says
// that an action may come twice. An empty response is completed by one
// ShowPlannedCompute.
func (c *Client) UpdatePlannedCompute(ctx context.Context, id string, change PlannedComputeChange) (*PlannedCompute, error) {
	path, err := plannedComputePath(id)
	if err != nil {
		return nil, err
	}
	body := struct {
		Action       PlannedComputeAction `json:"action"`
		ContractType string               `json:"contract_type,omitempty"`
		ServerType   string               `json:"server_type,omitempty"`
	}{change.Action, change.ContractType, change.ServerType}
	var answer plannedComputeAnswer
	empty := false
	err = c.do(ctx, &call{
		operation: "updatePlannedCompute", service: ServiceBillingPlan,
		method: http.MethodPut, path: path, body: body, repeat: repeatUnprocessed,
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
		current, err := c.ShowPlannedCompute(ctx, id)
		return current, afterEmpty(string(change.Action), err)
	}
	return &answer.contract, nil
}

// afterEmpty says of a read that failed that the change before it was accepted.
func afterEmpty(change string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s was accepted without a body, and could not be looked up: %w", change, err)
}

const operationFee = "showCancellationFee"

// ShowCancellationFee quotes what cancelling the contracts would cost today.
// It changes nothing, although it is a POST. region is not sent when empty.
func (c *Client) ShowCancellationFee(ctx context.Context, ids []string, region string) (*CancellationFee, error) {
	if len(ids) == 0 {
		return nil, &ConfigError{"planned_compute_ids", "is empty"}
	}
	body := struct {
		PlannedComputeID []string `json:"planned_compute_id"`
		Region           string   `json:"region,omitempty"`
	}{ids, region}
	var fee CancellationFee
	err := c.do(ctx, &call{
		operation: operationFee, service: ServiceBillingPlan,
		method: http.MethodPost, path: plannedComputesPath + "/cancellation-fee", body: body, repeat: repeatFreely,
		decode: func(body []byte) (err error) { fee, err = decodeCancellationFee(body); return err },
	})
	if err != nil {
		return nil, err
	}
	return &fee, nil
}

// wirePlannedCompute is a contract as received.
type wirePlannedCompute struct {
	ID                    wireValue `json:"id"`
	AccountID             wireValue `json:"account_id"`
	ContractID            wireValue `json:"contract_id"`
	ContractType          wireValue `json:"contract_type"`
	StartDate             wireValue `json:"start_date"`
	EndDate               wireValue `json:"end_date"`
	FirstContractStartAt  wireValue `json:"first_contract_start_at"`
	NextContractType      wireValue `json:"next_contract_type"`
	NextStartDate         wireValue `json:"next_start_date"`
	NextEndDate           wireValue `json:"next_end_date"`
	ServiceID             wireValue `json:"service_id"`
	ServiceName           wireValue `json:"service_name"`
	OSType                wireValue `json:"os_type"`
	OSName                wireValue `json:"os_name"`
	ServerType            wireValue `json:"server_type"`
	ServerTypeDescription wireValue `json:"server_type_description"`
	Region                wireValue `json:"region"`
	ResourceType          wireValue `json:"resource_type"`
	ResourceName          wireValue `json:"resource_name"`
	SRN                   wireValue `json:"srn"`
	State                 wireValue `json:"state"`
	DeleteYN              wireValue `json:"delete_yn"`
	CreatedAt             wireValue `json:"created_at"`
	CreatedBy             wireValue `json:"created_by"`
	ModifiedAt            wireValue `json:"modified_at"`
	ModifiedBy            wireValue `json:"modified_by"`
}

// read reads a contract. name is put before the names of fields.
func (w *wirePlannedCompute) read(r *reader, name string) PlannedCompute {
	text := func(field string, v wireValue) *string { return r.text(name+"."+field, v) }
	return PlannedCompute{
		ID:                    deref(text("id", w.ID)),
		AccountID:             text("account_id", w.AccountID),
		ContractID:            text("contract_id", w.ContractID),
		ContractType:          text("contract_type", w.ContractType),
		StartDate:             text("start_date", w.StartDate),
		EndDate:               text("end_date", w.EndDate),
		FirstContractStartAt:  text("first_contract_start_at", w.FirstContractStartAt),
		NextContractType:      text("next_contract_type", w.NextContractType),
		NextStartDate:         text("next_start_date", w.NextStartDate),
		NextEndDate:           text("next_end_date", w.NextEndDate),
		ServiceID:             text("service_id", w.ServiceID),
		ServiceName:           text("service_name", w.ServiceName),
		OSType:                text("os_type", w.OSType),
		OSName:                text("os_name", w.OSName),
		ServerType:            text("server_type", w.ServerType),
		ServerTypeDescription: r.textMap(name+".server_type_description", w.ServerTypeDescription),
		Region:                text("region", w.Region),
		ResourceType:          text("resource_type", w.ResourceType),
		ResourceName:          text("resource_name", w.ResourceName),
		SRN:                   text("srn", w.SRN),
		State:                 text("state", w.State),
		DeleteYN:              r.yesNo(name+".delete_yn", w.DeleteYN),
		CreatedAt:             text("created_at", w.CreatedAt),
		CreatedBy:             text("created_by", w.CreatedBy),
		ModifiedAt:            text("modified_at", w.ModifiedAt),
		ModifiedBy:            text("modified_by", w.ModifiedBy),
	}
}

// plannedComputeAnswer is a response that holds one contract.
type plannedComputeAnswer struct {
	contract PlannedCompute
	// problem is why the contract is not complete; nil is complete.
	problem error
}

// decode fails when the response holds no contract at all: with errEmpty, or
// with errNoObject for null and for an object without a contract.
func (a *plannedComputeAnswer) decode(body []byte) error {
	*a = plannedComputeAnswer{}
	var answer struct {
		PlannedCompute *wirePlannedCompute `json:"planned_compute"`
	}
	if err := decodeJSON(body, &answer); err != nil {
		return err
	}
	if answer.PlannedCompute == nil {
		return errNoObject
	}
	var r reader
	a.contract = answer.PlannedCompute.read(&r, "planned_compute")
	a.problem = r.err
	return nil
}

// decodeFull is decode for the contract of an id that is known; it must be
// complete.
func (a *plannedComputeAnswer) decodeFull(body []byte, id string) error {
	if err := a.decode(body); err != nil {
		return err
	}
	if err := settleID(&a.contract.ID, id); err != nil {
		return err
	}
	return a.problem
}

func decodePlannedComputePage(body []byte) (numberedPage[*PlannedCompute], error) {
	var page numberedPage[*PlannedCompute]
	var answer struct {
		PlannedComputes wireList[wirePlannedCompute] `json:"planned_computes"`
		TotalCount      wireValue                    `json:"total_count"`
	}
	if err := decodeJSON(body, &answer); err != nil {
		return page, err
	}
	var r reader
	page.count = r.whole("total_count", answer.TotalCount)
	if answer.PlannedComputes.missing(page.count) {
		return page, shapeErrorf("planned_computes is missing")
	}
	for i := range answer.PlannedComputes.rows {
		contract := answer.PlannedComputes.rows[i].read(&r, "planned_computes")
		if contract.ID == "" {
			r.fail("planned_computes.id", "is missing")
		}
		page.rows = append(page.rows, &contract)
	}
	return page, r.err
}

func decodeCancellationFee(body []byte) (CancellationFee, error) {
	// Every field may be null, but a response without any is no quote, and must
	// not be taken for one that costs nothing.
	var fields map[string]wireValue
	if err := decodeJSON(body, &fields); err != nil {
		return CancellationFee{}, err
	}
	known := false
	for _, name := range []string{"cancellation_fee", "bill_year_month", "currency"} {
		_, has := fields[name]
		known = known || has
	}
	if !known {
		return CancellationFee{}, shapeErrorf("the response does not hold a quote")
	}
	var answer struct {
		Fee           wireValue `json:"cancellation_fee"`
		BillYearMonth wireValue `json:"bill_year_month"`
		Currency      *struct {
			Code   wireValue `json:"code"`
			Symbol wireValue `json:"symbol"`
		} `json:"currency"`
	}
	if err := decodeJSON(body, &answer); err != nil {
		return CancellationFee{}, err
	}
	var r reader
	fee := CancellationFee{BillYearMonth: r.text("bill_year_month", answer.BillYearMonth)}
	if answer.Currency != nil {
		fee.Currency = &Currency{
			Code: r.text("currency.code", answer.Currency.Code), Symbol: r.text("currency.symbol", answer.Currency.Symbol),
		}
	}
	if len(answer.Fee) > 0 && answer.Fee[0] == '{' {
		// An older shape: an amount, and no currency (NOTES section 9).
		if amount := r.amount("cancellation_fee", answer.Fee); amount != nil {
			fee.CancellationFee = amount.KRW
		}
		if fee.Currency == nil && fee.CancellationFee != nil {
			won := "KRW"
			fee.Currency = &Currency{Code: &won}
		}
	} else {
		fee.CancellationFee = r.decimal("cancellation_fee", answer.Fee)
	}
	return fee, r.err
}
