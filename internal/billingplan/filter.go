package billingplan

// The filters of listPlannedComputes, which the data source and the list resource
// share.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// filterModel are the filters. Filters with several values are sets, or lists where Terraform
// does not support sets.
type filterModel[Several tfkit.Several] struct {
	StartDate         types.String `tfsdk:"start_date"`
	EndDate           types.String `tfsdk:"end_date"`
	ServerType        types.String `tfsdk:"server_type"`
	ContractID        types.String `tfsdk:"contract_id"`
	ContractTypes     Several      `tfsdk:"contract_types"`
	NextContractTypes Several      `tfsdk:"next_contract_types"`
	ServiceIDs        Several      `tfsdk:"service_ids"`
	OSTypes           Several      `tfsdk:"os_types"`
	States            Several      `tfsdk:"states"`
	CreatedBy         types.String `tfsdk:"created_by"`
	ModifiedBy        types.String `tfsdk:"modified_by"`
	Sort              types.String `tfsdk:"sort"`
}

// filter returns the filter for the request.
func (m *filterModel[Several]) filter(ctx context.Context, diags *diag.Diagnostics) scp.PlannedComputeFilter {
	return scp.PlannedComputeFilter{
		StartDate:         m.StartDate.ValueString(),
		EndDate:           m.EndDate.ValueString(),
		ServerType:        m.ServerType.ValueString(),
		ContractID:        m.ContractID.ValueString(),
		ContractTypes:     tfkit.Strings(ctx, m.ContractTypes, tfkit.ContractCode, diags),
		NextContractTypes: tfkit.Strings(ctx, m.NextContractTypes, tfkit.ContractCode, diags),
		ServiceIDs:        tfkit.Strings(ctx, m.ServiceIDs, nil, diags),
		OSTypes:           tfkit.Strings(ctx, m.OSTypes, nil, diags),
		States:            tfkit.Strings(ctx, m.States, nil, diags),
		CreatedBy:         m.CreatedBy.ValueString(),
		ModifiedBy:        m.ModifiedBy.ValueString(),
		Sort:              m.Sort.ValueString(),
	}
}
