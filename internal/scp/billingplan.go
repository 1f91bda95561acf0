package scp

// The BillingPlan service (NOTES section 7): planned computes, bought, read and changed; what
// is on offer; and how much of the usage the contracts cover.

import (
	"context"
	"iter"
	"maps"
	"net/http"
	"reflect"
	"slices"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// PlannedCompute is a contract for a server type. Every string but the id may be
// null in a response, and is nil then. Strings are as sent: "01" and "1-year",
// OPEN_SOURCE and opensource are the same values (NOTES section 9).
type PlannedCompute struct {
	ID                   string  `json:"id"`
	AccountID            *string `json:"account_id"`
	ContractID           *string `json:"contract_id"`
	ContractType         *string `json:"contract_type"`
	StartDate            *string `json:"start_date"`
	EndDate              *string `json:"end_date"`
	FirstContractStartAt *string `json:"first_contract_start_at"`
	// What is next is nil without a follow-up, also when the service sends empty strings.
	NextContractType *string `json:"next_contract_type"`
	NextStartDate    *string `json:"next_start_date"`
	NextEndDate      *string `json:"next_end_date"`
	ServiceID        *string `json:"service_id"`
	ServiceName      *string `json:"service_name"`
	OSType           *string `json:"os_type"`
	OSName           *string `json:"os_name"`
	ServerType       *string `json:"server_type"`
	// ServerTypeDescription is nil when null or absent. A plain string is kept
	// under the key "description"; values that are not strings are kept as JSON.
	ServerTypeDescription map[string]string `json:"server_type_description"`
	Region                *string           `json:"region"`
	ResourceType          *string           `json:"resource_type"`
	ResourceName          *string           `json:"resource_name"`
	SRN                   *string           `json:"srn"`
	State                 *string           `json:"state"`
	// DeleteYN is Y or N, or a boolean as a string.
	DeleteYN   *string `json:"delete_yn"`
	CreatedAt  *string `json:"created_at"`
	CreatedBy  *string `json:"created_by"`
	ModifiedAt *string `json:"modified_at"`
	ModifiedBy *string `json:"modified_by"`
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
	Action       PlannedComputeAction `json:"action"`
	ContractType string               `json:"contract_type,omitzero"`
	ServerType   string               `json:"server_type,omitzero"`
}

// PlannedComputeFilter narrows ListPlannedComputes; empty fields are not sent.
type PlannedComputeFilter struct {
	// StartDate and EndDate are YYYY-MM-DD.
	StartDate         string   `query:"start_date"`
	EndDate           string   `query:"end_date"`
	ServerType        string   `query:"server_type"`
	ContractID        string   `query:"contract_id"`
	ContractTypes     []string `query:"contract_type"`
	NextContractTypes []string `query:"next_contract_type"`
	ServiceIDs        []string `query:"service_id"`
	OSTypes           []string `query:"os_type"`
	States            []string `query:"state"`
	CreatedBy         string   `query:"created_by"`
	ModifiedBy        string   `query:"modified_by"`
	// Sort is field:direction, asc or desc.
	Sort string `query:"sort"`
	// Shortfall may be nil.
	Shortfall Shortfall
}

// Currency is the currency of a quote.
type Currency struct {
	Code   *string `json:"code"`
	Symbol *string `json:"symbol"`
}

// CancellationFee is what cancelling would cost today.
type CancellationFee struct {
	// CancellationFee is an exact decimal string, nil when not sent.
	CancellationFee *string   `json:"cancellation_fee"`
	Currency        *Currency `json:"currency"`
	// BillYearMonth is YYYY-MM.
	BillYearMonth *string `json:"bill_year_month"`
}

const plannedComputesPath = "/v1/planned-computes"

var plannedComputeObjects = objects[PlannedCompute]{
	service: ServiceBillingPlan, field: "planned_compute", show: "showPlannedCompute",
	path: plannedComputePath, id: func(p *PlannedCompute) *string { return &p.ID },
	decode: func(body []byte) (*PlannedCompute, error) {
		var response struct {
			PlannedCompute *PlannedCompute `json:"planned_compute"`
		}
		if err := decodeJSON(body, &response); err != nil || response.PlannedCompute == nil {
			return nil, err
		}
		// One that says nothing about the contract must not empty what is known about it.
		said := *response.PlannedCompute
		if said.ID = ""; reflect.ValueOf(said).IsZero() {
			return nil, nil
		}
		return response.PlannedCompute, nil
	},
}

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
	list := numberedList[PlannedCompute]{
		operation: "listPlannedComputes", service: ServiceBillingPlan, path: plannedComputesPath, filter: queryOf(filter),
		rows: "planned_computes", size: "limit", first: 1, key: func(p *PlannedCompute) string { return p.ID }, shortfall: filter.Shortfall,
	}
	return list.pages(ctx, c)
}

// ShowPlannedCompute reads a contract.
func (c *Client) ShowPlannedCompute(ctx context.Context, id string) (*PlannedCompute, error) {
	return plannedComputeObjects.read(ctx, c, id)
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
		ServiceName  *string `json:"service_name,omitzero"`
		Tag          []tag   `json:"tag,omitzero"`
	}{in.ContractType, in.OSType, in.ServerType, in.ServiceID, in.ServiceName, nil}
	for _, key := range slices.Sorted(maps.Keys(in.Tags)) {
		body.Tag = append(body.Tag, tag{key, in.Tags[key]})
	}
	return plannedComputeObjects.create(ctx, c, &call{
		operation: "createPlannedComputes", service: ServiceBillingPlan,
		method: http.MethodPost, path: plannedComputesPath, body: body, repeat: repeatUnprocessed,
	})
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
	return plannedComputeObjects.change(ctx, c, id, string(change.Action), &call{
		operation: "updatePlannedCompute", service: ServiceBillingPlan,
		method: http.MethodPut, path: path, body: change, repeat: repeatUnprocessed,
	})
}

const operationFee = "showCancellationFee"

// ShowCancellationFee quotes what cancelling the contracts would cost today. It changes
// nothing, although it is a POST. region is omitted when empty.
func (c *Client) ShowCancellationFee(ctx context.Context, ids []string, region string) (*CancellationFee, error) {
	if len(ids) == 0 {
		return nil, &ConfigError{"planned_compute_ids", "is empty"}
	}
	body := struct {
		PlannedComputeID []string `json:"planned_compute_id"`
		Region           string   `json:"region,omitzero"`
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

// readPlannedCompute reads a contract.
func readPlannedCompute(dec *jsontext.Decoder, to *PlannedCompute) error {
	type plain PlannedCompute // without this function
	if err := json.UnmarshalDecode(dec, (*plain)(to)); err != nil {
		return err
	}
	for _, next := range []**string{&to.NextContractType, &to.NextStartDate, &to.NextEndDate} {
		if *next != nil && **next == "" {
			*next = nil
		}
	}
	return nil
}

func decodeCancellationFee(body []byte) (CancellationFee, error) {
	// Every field may be null, but a response without any field is not a quote, and must not
	// be taken for a fee of zero.
	var fields map[string]jsontext.Value
	if err := decodeJSON(body, &fields); err != nil {
		return CancellationFee{}, err
	}
	if fields["cancellation_fee"] == nil && fields["bill_year_month"] == nil && fields["currency"] == nil {
		return CancellationFee{}, shapeErrorf("the response does not contain a quote")
	}
	var response struct {
		CancellationFee

		Quoted quotedFee `json:"cancellation_fee"`
	}
	err := decodeJSON(body, &response)
	fee, quoted := response.CancellationFee, response.Quoted
	fee.CancellationFee = quoted.amount
	if quoted.inWon && fee.Currency == nil && quoted.amount != nil {
		won := "KRW"
		fee.Currency = &Currency{Code: &won}
	}
	return fee, err
}

// quotedFee is an exact decimal. In an older form the fee is an amount, without a separate
// currency (NOTES section 9).
type quotedFee struct {
	amount *string
	inWon  bool
}

// UnmarshalJSONFrom reads a decimal or an amount.
func (f *quotedFee) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() == '{' {
		var amount Amount
		err := json.UnmarshalDecode(dec, &amount)
		f.amount, f.inWon = amount.KRW, true
		return err
	}
	if err := json.UnmarshalDecode(dec, &f.amount); err != nil {
		return err
	}
	return checkDecimal(dec, "", f.amount)
}

// ContractType is a contract term.
type ContractType struct {
	Code        *string `json:"code"`
	DisplayName *string `json:"display_name"`
}

// ContractTypes are the terms on offer.
type ContractTypes struct {
	// ContractTypes are for a first contract, ExtensionTypes for a follow-up.
	ContractTypes  []ContractType `json:"contract_types"`
	ExtensionTypes []ContractType `json:"extension_types"`
}

// OSType is an operating system.
type OSType struct {
	OSTypeID    *string `json:"os_type_id"`
	DisplayName *string `json:"display_name"`
	OSTypeValue *string `json:"os_type_value"`
}

// ServerTypeFilter narrows ListServerTypes; empty fields are not sent.
type ServerTypeFilter struct {
	ServiceID         string `query:"service_id"`
	CurrentServerType string `query:"current_server_type"`
	OSType            string `query:"os_type"`
}

// ServerType is a server type on offer.
type ServerType struct {
	ServerType *string `json:"server_type"`
	// ServerTypeDescription is a string here; an object is kept as JSON.
	ServerTypeDescription *StringOrJSON `json:"server_type_description"`
	InstanceType          *string       `json:"instance_type"`
	Core                  *string       `json:"core"`
	MemoryGB              *string       `json:"memory_gb"`
	GPUName               *string       `json:"gpu_name"`
	// ScaleUpYN reports whether it is larger than the current server type.
	ScaleUpYN *bool `json:"scale_up_yn"`
}

// ServiceType is a service for which planned computes are offered.
type ServiceType struct {
	ServiceID   *string `json:"service_id"`
	DisplayName *string `json:"display_name"`
}

// ListContractTypes lists the contract terms; empty arguments are not sent.
func (c *Client) ListContractTypes(ctx context.Context, serviceID, serverType string) (*ContractTypes, error) {
	filter := InstanceQuery{ServiceID: serviceID, ServerType: serverType}
	var types ContractTypes
	err := c.lookUp(ctx, "listContractTypes", "/contract-types", filter, func(body []byte) (err error) {
		if types.ContractTypes, err = decodeList[ContractType](body, "contract_types", true); err != nil {
			return err
		}
		// A service without follow-ups may omit them.
		types.ExtensionTypes, err = decodeList[ContractType](body, "extension_types", false)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &types, nil
}

// ListOSTypes lists the operating systems; an empty service is not sent.
func (c *Client) ListOSTypes(ctx context.Context, serviceID string) ([]OSType, error) {
	return lookUpList[OSType](ctx, c, "listOsTypes", "/os-types", ServerTypeFilter{ServiceID: serviceID}, "os_types")
}

// ListServerTypes lists the server types.
func (c *Client) ListServerTypes(ctx context.Context, filter ServerTypeFilter) ([]ServerType, error) {
	return lookUpList[ServerType](ctx, c, "listPlannedComputeServerTypes", "/server-types", filter, "server_types")
}

// ListServiceTypes lists the services for which planned computes are offered.
func (c *Client) ListServiceTypes(ctx context.Context) ([]ServiceType, error) {
	return lookUpList[ServiceType](ctx, c, "listPlannedComputeServiceTypes", "/service-types", ServerTypeFilter{}, "services")
}

// lookUpList reads one list that is not paged.
func lookUpList[T any](ctx context.Context, c *Client, operation, path string, filter ServerTypeFilter, name string) (rows []T, err error) {
	err = c.lookUp(ctx, operation, path, filter, func(body []byte) (err error) { rows, err = decodeList[T](body, name, true); return err })
	return rows, err
}

// lookUp sends one of the reads that are not paged.
func (c *Client) lookUp(ctx context.Context, operation, path string, filter any, decode func(body []byte) error) error {
	return c.get(ctx, ServiceBillingPlan, operation, plannedComputesPath+path, queryOf(filter), decode)
}

// InstanceQuery selects coverage; the service requires all five fields.
type InstanceQuery struct {
	ServiceID  string `query:"service_id"`
	OSType     string `query:"os_type"`
	ServerType string `query:"server_type"`
	// StartDate and EndDate are YYYY-MM-DD.
	StartDate string `query:"start_date"`
	EndDate   string `query:"end_date"`
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
	var instances PlannedComputeInstances
	err := c.lookUp(ctx, "listPlannedComputeInstances", "/instances", in, func(body []byte) (err error) {
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
