package scp

// The BillingPlan service: what is on offer. Services, operating systems, server
// types and contract terms.

import (
	"context"
	"net/http"
	"net/url"
)

// ContractType is a contract term.
type ContractType struct{ Code, DisplayName *string }

// ContractTypes are the terms on offer.
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
	// ServerTypeDescription is a string here; an object is kept as JSON.
	ServerTypeDescription *string
	InstanceType          *string
	Core                  *string
	MemoryGB              *string
	GPUName               *string
	// ScaleUpYN reports whether it is larger than the current server type.
	ScaleUpYN *bool
}

// ServiceType is a service open to planned computes.
type ServiceType struct{ ServiceID, DisplayName *string }

// ListContractTypes lists the contract terms; empty arguments are not sent.
func (c *Client) ListContractTypes(ctx context.Context, serviceID, serverType string) (*ContractTypes, error) {
	q := query{}
	q.set("service_id", serviceID)
	q.set("server_type", serverType)
	var types ContractTypes
	err := c.lookUp(ctx, "listContractTypes", "/contract-types", q, func(body []byte) (err error) {
		var answer struct {
			ContractTypes  wireList[wireContractType] `json:"contract_types"`
			ExtensionTypes wireList[wireContractType] `json:"extension_types"`
		}
		if err := decodeJSON(body, &answer); err != nil {
			return err
		}
		if types.ContractTypes, err = readRows("contract_types", &answer.ContractTypes, (*wireContractType).read); err != nil {
			return err
		}
		answer.ExtensionTypes.present = true // A service without follow-ups may leave them out.
		types.ExtensionTypes, err = readRows("extension_types", &answer.ExtensionTypes, (*wireContractType).read)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &types, nil
}

// ListOSTypes lists the operating systems; an empty service is not sent.
func (c *Client) ListOSTypes(ctx context.Context, serviceID string) (types []OSType, err error) {
	q := query{}
	q.set("service_id", serviceID)
	err = c.lookUp(ctx, "listOsTypes", "/os-types", q, func(body []byte) error {
		var answer struct {
			OSTypes wireList[wireOSType] `json:"os_types"`
		}
		if err := decodeJSON(body, &answer); err != nil {
			return err
		}
		types, err = readRows("os_types", &answer.OSTypes, (*wireOSType).read)
		return err
	})
	return types, err
}

// ListServerTypes lists the server types.
func (c *Client) ListServerTypes(ctx context.Context, filter ServerTypeFilter) (types []ServerType, err error) {
	q := query{}
	q.set("service_id", filter.ServiceID)
	q.set("current_server_type", filter.CurrentServerType)
	q.set("os_type", filter.OSType)
	err = c.lookUp(ctx, "listPlannedComputeServerTypes", "/server-types", q, func(body []byte) error {
		var answer struct {
			ServerTypes wireList[wireServerType] `json:"server_types"`
		}
		if err := decodeJSON(body, &answer); err != nil {
			return err
		}
		types, err = readRows("server_types", &answer.ServerTypes, (*wireServerType).read)
		return err
	})
	return types, err
}

// ListServiceTypes lists the services open to planned computes.
func (c *Client) ListServiceTypes(ctx context.Context) (types []ServiceType, err error) {
	err = c.lookUp(ctx, "listPlannedComputeServiceTypes", "/service-types", nil, func(body []byte) error {
		var answer struct {
			Services wireList[wireServiceType] `json:"services"`
		}
		if err := decodeJSON(body, &answer); err != nil {
			return err
		}
		types, err = readRows("services", &answer.Services, (*wireServiceType).read)
		return err
	})
	return types, err
}

// lookUp makes one of the reads that are not paged.
func (c *Client) lookUp(ctx context.Context, operation, path string, q query, decode func(body []byte) error) error {
	return c.do(ctx, &call{
		operation: operation, service: ServiceBillingPlan,
		method: http.MethodGet, path: plannedComputesPath + path, query: url.Values(q), repeat: repeatFreely, limit: maxPageBody,
		decode: decode,
	})
}

// readRows reads a list that has to be there.
func readRows[W, T any](name string, list *wireList[W], read func(w *W, r *reader, name string) T) ([]T, error) {
	if !list.present {
		return nil, shapeErrorf("%s is missing", name)
	}
	var r reader
	rows := make([]T, 0, len(list.rows))
	for i := range list.rows {
		rows = append(rows, read(&list.rows[i], &r, name))
	}
	return rows, r.err
}

type wireContractType struct {
	Code        wireValue `json:"code"`
	DisplayName wireValue `json:"display_name"`
}

func (w *wireContractType) read(r *reader, name string) ContractType {
	return ContractType{Code: r.text(name+".code", w.Code), DisplayName: r.text(name+".display_name", w.DisplayName)}
}

type wireServerType struct {
	ServerType            wireValue `json:"server_type"`
	ServerTypeDescription wireValue `json:"server_type_description"`
	InstanceType          wireValue `json:"instance_type"`
	Core                  wireValue `json:"core"`
	MemoryGB              wireValue `json:"memory_gb"`
	GPUName               wireValue `json:"gpu_name"`
	ScaleUpYN             wireValue `json:"scale_up_yn"`
}

func (w *wireServerType) read(r *reader, name string) ServerType {
	return ServerType{
		ServerType:            r.text(name+".server_type", w.ServerType),
		ServerTypeDescription: r.textOrJSON(name+".server_type_description", w.ServerTypeDescription),
		InstanceType:          r.text(name+".instance_type", w.InstanceType),
		Core:                  r.text(name+".core", w.Core),
		MemoryGB:              r.text(name+".memory_gb", w.MemoryGB),
		GPUName:               r.text(name+".gpu_name", w.GPUName),
		ScaleUpYN:             r.boolean(name+".scale_up_yn", w.ScaleUpYN),
	}
}

type wireOSType struct {
	OSTypeID    wireValue `json:"os_type_id"`
	DisplayName wireValue `json:"display_name"`
	OSTypeValue wireValue `json:"os_type_value"`
}

func (w *wireOSType) read(r *reader, name string) OSType {
	return OSType{
		OSTypeID:    r.text(name+".os_type_id", w.OSTypeID),
		DisplayName: r.text(name+".display_name", w.DisplayName),
		OSTypeValue: r.text(name+".os_type_value", w.OSTypeValue),
	}
}

type wireServiceType struct {
	ServiceID   wireValue `json:"service_id"`
	DisplayName wireValue `json:"display_name"`
}

func (w *wireServiceType) read(r *reader, name string) ServiceType {
	return ServiceType{
		ServiceID: r.text(name+".service_id", w.ServiceID), DisplayName: r.text(name+".display_name", w.DisplayName),
	}
}
