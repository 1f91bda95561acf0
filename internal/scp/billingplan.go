package scp

// The BillingPlan service: planned computes (NOTES section 7).

import (
	"context"
	"errors"
	"iter"
)

var errNotReady = errors.New("not ready")

// PlannedCompute is a contract for a server type. Every text but the id may be
// null in an answer, and is nil then. Texts are as sent: "01" and "1-year",
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
}

// Currency is the currency of a quote.
type Currency struct{ Code, Symbol *string }

// CancellationFee is what cancelling would cost today.
type CancellationFee struct {
	// CancellationFee is exact decimal text, nil when not sent.
	CancellationFee *string
	Currency        *Currency
	// BillYearMonth is YYYY-MM.
	BillYearMonth *string
}

// ContractType is a contract period.
type ContractType struct{ Code, DisplayName *string }

// ContractTypes are the periods on offer.
type ContractTypes struct {
	// ContractTypes are for a first contract, ExtensionTypes for a follow-up.
	ContractTypes, ExtensionTypes []ContractType
}

// OSType is an operating system.
type OSType struct{ OSTypeID, DisplayName, OSTypeValue *string }

// ServerTypeFilter narrows ListServerTypes; empty fields are not sent.
type ServerTypeFilter struct{ ServiceID, CurrentServerType, OSType string }

// ServerType is a server type on offer.
type ServerType struct {
	ServerType *string
	// ServerTypeDescription is a text here; an object is kept as JSON.
	ServerTypeDescription *string
	InstanceType          *string
	Core                  *string
	MemoryGB              *string
	GPUName               *string
	// ScaleUpYN tells whether it is larger than the current server type.
	ScaleUpYN *bool
}

// ServiceType is a service open to planned computes.
type ServiceType struct{ ServiceID, DisplayName *string }

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

// ListPlannedComputes yields the contracts of all pages, each once.
func (c *Client) ListPlannedComputes(ctx context.Context, filter PlannedComputeFilter) iter.Seq2[*PlannedCompute, error] {
	return func(yield func(*PlannedCompute, error) bool) { yield(nil, errNotReady) }
}

// ShowPlannedCompute reads a contract.
func (c *Client) ShowPlannedCompute(ctx context.Context, id string) (*PlannedCompute, error) {
	return nil, errNotReady
}

// CreatePlannedCompute buys a contract. It is sent again only when it
// certainly was not processed.
func (c *Client) CreatePlannedCompute(ctx context.Context, in PlannedComputeInput) (*PlannedCompute, error) {
	return nil, errNotReady
}

// UpdatePlannedCompute changes a contract and returns it after the change.
func (c *Client) UpdatePlannedCompute(ctx context.Context, id string, change PlannedComputeChange) (*PlannedCompute, error) {
	return nil, errNotReady
}

// ShowCancellationFee quotes what cancelling the contracts would cost today;
// it changes nothing. region is not sent when empty.
func (c *Client) ShowCancellationFee(ctx context.Context, ids []string, region string) (*CancellationFee, error) {
	return nil, errNotReady
}

// ListContractTypes lists the contract periods; empty arguments are not sent.
func (c *Client) ListContractTypes(ctx context.Context, serviceID, serverType string) (*ContractTypes, error) {
	return nil, errNotReady
}

// ListOSTypes lists the operating systems; an empty service is not sent.
func (c *Client) ListOSTypes(ctx context.Context, serviceID string) ([]OSType, error) {
	return nil, errNotReady
}

// ListServerTypes lists the server types.
func (c *Client) ListServerTypes(ctx context.Context, filter ServerTypeFilter) ([]ServerType, error) {
	return nil, errNotReady
}

// ListServiceTypes lists the services open to planned computes.
func (c *Client) ListServiceTypes(ctx context.Context) ([]ServiceType, error) {
	return nil, errNotReady
}

// ListPlannedComputeInstances reads the coverage of one server type.
func (c *Client) ListPlannedComputeInstances(ctx context.Context, query InstanceQuery) (*PlannedComputeInstances, error) {
	return nil, errNotReady
}
