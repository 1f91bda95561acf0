package scp

// The BillingPlan service: what is on offer. Services, operating systems, server
// types and contract terms.

import (
	"context"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

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
type ServerTypeFilter struct{ ServiceID, CurrentServerType, OSType string }

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
	q := query{}
	q.set("service_id", serviceID)
	q.set("server_type", serverType)
	var types ContractTypes
	err := c.lookUp(ctx, "listContractTypes", "/contract-types", q, func(body []byte) (err error) {
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
	q := query{}
	q.set("service_id", serviceID)
	return lookUpList[OSType](ctx, c, "listOsTypes", "/os-types", q, "os_types")
}

// ListServerTypes lists the server types.
func (c *Client) ListServerTypes(ctx context.Context, filter ServerTypeFilter) ([]ServerType, error) {
	q := query{}
	q.set("service_id", filter.ServiceID)
	q.set("current_server_type", filter.CurrentServerType)
	q.set("os_type", filter.OSType)
	return lookUpList[ServerType](ctx, c, "listPlannedComputeServerTypes", "/server-types", q, "server_types")
}

// ListServiceTypes lists the services for which planned computes are offered.
func (c *Client) ListServiceTypes(ctx context.Context) ([]ServiceType, error) {
	return lookUpList[ServiceType](ctx, c, "listPlannedComputeServiceTypes", "/service-types", nil, "services")
}

// lookUpList reads one list that is not paged.
func lookUpList[T any](ctx context.Context, c *Client, operation, path string, q query, name string) (rows []T, err error) {
	err = c.lookUp(ctx, operation, path, q, func(body []byte) (err error) { rows, err = decodeList[T](body, name, true); return err })
	return rows, err
}

// lookUp sends one of the reads that are not paged.
func (c *Client) lookUp(ctx context.Context, operation, path string, q query, decode func(body []byte) error) error {
	return c.get(ctx, ServiceBillingPlan, operation, plannedComputesPath+path, q, decode)
}

// readOSType reads an operating system. An example prints its id alone (NOTES section 9).
func readOSType(dec *jsontext.Decoder, to *OSType) error {
	if dec.PeekKind() != '"' {
		return byDefault
	}
	*to = OSType{}
	return json.UnmarshalDecode(dec, &to.OSTypeID)
}

// readServiceType reads a service. An example prints its id alone (NOTES section 9).
func readServiceType(dec *jsontext.Decoder, to *ServiceType) error {
	if dec.PeekKind() != '"' {
		return byDefault
	}
	*to = ServiceType{}
	return json.UnmarshalDecode(dec, &to.ServiceID)
}
