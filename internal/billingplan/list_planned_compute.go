package billingplan

// The list resource of terraform query (Terraform 1.14 and newer).

import (
	"context"
	"fmt"
	"iter"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

var (
	_ list.ListResourceWithConfigure      = (*plannedComputeList)(nil)
	_ list.ListResourceWithValidateConfig = (*plannedComputeList)(nil)
)

type plannedComputeList struct{ tfkit.ListResource }

// NewListResource returns the list resource.
func NewListResource() list.ListResource {
	return &plannedComputeList{tfkit.ListResource{Type: TypeName}}
}

// ListResourceConfigSchema describes the filters: those of the data source
// scpbilling_planned_computes.
func (l *plannedComputeList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds planned computes with `terraform query` (Terraform 1.14 or newer), from all pages, including those that have ended, if the service still lists them. " +
			"Different filters are combined with AND, and several values of one filter with OR.",
		Attributes: tfkit.ListAttributes(filterAttributes(), func(name string) []validator.String {
			if strings.HasSuffix(name, "contract_types") {
				return []validator.String{tfkit.NotEmpty(), tfkit.ContractType()}
			}
			return []validator.String{tfkit.NotEmpty()}
		}),
	}
}

// ValidateListResourceConfig rejects a period that ends before it starts.
func (l *plannedComputeList) ValidateListResourceConfig(ctx context.Context, req list.ValidateConfigRequest, resp *list.ValidateConfigResponse) {
	period.Check(ctx, req.Config, &resp.Diagnostics)
}

// List finds the contracts. A row contains everything that reading the contract returns.
func (l *plannedComputeList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	tfkit.Listing[*scp.PlannedCompute]{
		Doing: "list planned computes",
		Rows: func(ctx context.Context, client *scp.Client, a tfkit.Arguments) iter.Seq2[*scp.PlannedCompute, error] {
			return client.ListPlannedComputes(ctx, filterOf(a))
		},
		Fill: func(ctx context.Context, client *scp.Client, row *scp.PlannedCompute, result *list.ListResult) bool {
			ended := endedBecause(row, client.Now())
			result.DisplayName = displayName(row, ended)
			result.Diagnostics.Append(result.Identity.Set(ctx, tfkit.Identity{ID: types.StringValue(row.ID)})...)
			if req.IncludeResource {
				includeContract(ctx, row, ended, result)
			}
			return true
		},
	}.Stream(ctx, l.Data, req, stream)
}

// displayName lets people distinguish contracts: what for, and until when.
func displayName(pc *scp.PlannedCompute, ended string) string {
	var parts []string
	for _, part := range []*string{pc.ServiceID, pc.ServerType, pc.OSType} {
		if text(part) != "" {
			parts = append(parts, *part)
		}
	}
	name := strings.Join(parts, " ")
	if text(pc.EndDate) != "" {
		name += ", until " + *pc.EndDate
	}
	if ended != "" {
		name += ", ended"
	}
	if text(pc.ContractID) == "" {
		return fmt.Sprintf("%s (%s)", name, pc.ID)
	}
	return fmt.Sprintf("%s (%s)", name, *pc.ContractID)
}

// includeContract shows the contract as an import would, so that configuration
// made of it plans empty.
func includeContract(ctx context.Context, pc *scp.PlannedCompute, ended string, result *list.ListResult) {
	var m resourceModel
	result.Diagnostics.Append(result.Resource.SetAttribute(ctx, path.Root("id"), pc.ID)...)
	result.Diagnostics.Append(result.Resource.Get(ctx, &m)...)
	m.setDefaults()
	m.refresh(pc, ended != "")
	result.Diagnostics.Append(result.Resource.Set(ctx, &m)...)
}
