package billingplan

// The model of a planned compute, and how a response fills it.

import (
	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// contractFields are the attributes that the API returns.
type contractFields struct {
	ID                    types.String `tfsdk:"id"`
	AccountID             types.String `tfsdk:"account_id"`
	ContractID            types.String `tfsdk:"contract_id"`
	ContractType          types.String `tfsdk:"contract_type"`
	StartDate             types.String `tfsdk:"start_date"`
	EndDate               types.String `tfsdk:"end_date"`
	FirstContractStartAt  types.String `tfsdk:"first_contract_start_at"`
	NextContractType      types.String `tfsdk:"next_contract_type"`
	NextStartDate         types.String `tfsdk:"next_start_date"`
	NextEndDate           types.String `tfsdk:"next_end_date"`
	ServiceID             types.String `tfsdk:"service_id"`
	ServiceName           types.String `tfsdk:"service_name"`
	OSType                types.String `tfsdk:"os_type"`
	OSName                types.String `tfsdk:"os_name"`
	ServerType            types.String `tfsdk:"server_type"`
	ServerTypeDescription types.Map    `tfsdk:"server_type_description"`
	Region                types.String `tfsdk:"region"`
	ResourceType          types.String `tfsdk:"resource_type"`
	ResourceName          types.String `tfsdk:"resource_name"`
	SRN                   types.String `tfsdk:"srn"`
	State                 types.String `tfsdk:"state"`
	DeleteYN              types.Bool   `tfsdk:"delete_yn"`
	CreatedAt             types.String `tfsdk:"created_at"`
	CreatedBy             types.String `tfsdk:"created_by"`
	ModifiedAt            types.String `tfsdk:"modified_at"`
	ModifiedBy            types.String `tfsdk:"modified_by"`
}

// resourceModel is the resource.
type resourceModel struct {
	contractFields
	Tags           types.Map      `tfsdk:"tags"`
	DeletionPolicy types.String   `tfsdk:"deletion_policy"`
	PurchaseGuard  types.String   `tfsdk:"purchase_guard"`
	KnownContracts types.Set      `tfsdk:"known_contracts"`
	Timeouts       timeouts.Value `tfsdk:"timeouts"`
}

// contractFrom copies every field as the service sent it.
func contractFrom(pc *scp.PlannedCompute) (f contractFields) {
	tfkit.Fill(&f, pc)
	return f
}

// keepSpellings restores the spellings of prior where they mean what the service returned, so
// that a different spelling changes neither plan nor state.
func (f *contractFields) keepSpellings(prior contractFields) {
	keep := func(current *types.String, prior types.String, same func(a, b string) bool) {
		if current.IsNull() || prior.IsNull() || prior.IsUnknown() {
			return
		}
		if same(current.ValueString(), prior.ValueString()) {
			*current = prior
		}
	}
	keep(&f.ContractType, prior.ContractType, tfkit.SameContractType)
	keep(&f.NextContractType, prior.NextContractType, tfkit.SameContractType)
	// The service's display name depends on the language of the request, which is not a change
	// of the contract: the known name stays.
	if !prior.ServiceName.IsNull() && !prior.ServiceName.IsUnknown() {
		f.ServiceName = prior.ServiceName
	}
}

// label names the contract in messages.
func (f contractFields) label() string {
	if f.ContractID.ValueString() == "" {
		return f.ID.ValueString()
	}
	return f.ID.ValueString() + " (contract " + f.ContractID.ValueString() + ")"
}
