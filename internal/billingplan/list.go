package billingplan

// The list resource of terraform query (Terraform 1.14 and newer).

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/listvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	dataschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

var (
	_ list.ListResourceWithConfigure      = (*plannedComputeList)(nil)
	_ list.ListResourceWithValidateConfig = (*plannedComputeList)(nil)
)

type plannedComputeList struct{ data *tfkit.ProviderData }

// listModel is the list block's config. Terraform has no sets there, so filters
// of several values are lists; their order means nothing.
type listModel struct {
	StartDate         types.String `tfsdk:"start_date"`
	EndDate           types.String `tfsdk:"end_date"`
	ServerType        types.String `tfsdk:"server_type"`
	ContractID        types.String `tfsdk:"contract_id"`
	ContractTypes     types.List   `tfsdk:"contract_types"`
	NextContractTypes types.List   `tfsdk:"next_contract_types"`
	ServiceIDs        types.List   `tfsdk:"service_ids"`
	OSTypes           types.List   `tfsdk:"os_types"`
	States            types.List   `tfsdk:"states"`
	CreatedBy         types.String `tfsdk:"created_by"`
	ModifiedBy        types.String `tfsdk:"modified_by"`
	Sort              types.String `tfsdk:"sort"`
}

// NewListResource makes the list resource.
func NewListResource() list.ListResource { return &plannedComputeList{} }

// Metadata gives the type name, which is the resource's.
func (l *plannedComputeList) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = TypeName
}

// ListResourceConfigSchema describes the filters: those of the data source of
// many planned computes, with its words and its checks.
func (l *plannedComputeList) ListResourceConfigSchema(ctx context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	var same datasource.SchemaResponse
	(&plannedComputesDataSource{}).Schema(ctx, datasource.SchemaRequest{}, &same)
	attributes := map[string]schema.Attribute{}
	for name, attribute := range same.Schema.Attributes {
		switch attribute := attribute.(type) {
		case dataschema.StringAttribute:
			attributes[name] = schema.StringAttribute{
				Optional: true, MarkdownDescription: attribute.MarkdownDescription, Validators: attribute.Validators,
			}
		case dataschema.SetAttribute:
			each := []validator.String{tfkit.NotEmpty()}
			if strings.HasSuffix(name, "contract_types") {
				each = append(each, tfkit.ContractType())
			}
			attributes[name] = schema.ListAttribute{
				Optional: true, ElementType: types.StringType, MarkdownDescription: attribute.MarkdownDescription,
				Validators: []validator.List{listvalidator.SizeAtLeast(1), listvalidator.NoNullValues(), listvalidator.ValueStringsAre(each...)},
			}
		}
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "Finds the planned computes, over all pages, those that have ended included if the service still shows them. " +
			"A planned compute has to fit every filter that is given, and one value of each list.",
		Attributes: attributes,
	}
}

// ValidateListResourceConfig refuses a period that ends before it starts.
func (l *plannedComputeList) ValidateListResourceConfig(ctx context.Context, req list.ValidateConfigRequest, resp *list.ValidateConfigResponse) {
	var m listModel
	resp.Diagnostics.Append(tfkit.ListConfig(ctx, req.Config, &m)...)
	if !resp.Diagnostics.HasError() {
		period.Check(m.StartDate, m.EndDate, &resp.Diagnostics)
	}
}

// Configure takes the provider's data.
func (l *plannedComputeList) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	l.data = tfkit.FromConfigure(req.ProviderData, &resp.Diagnostics)
}

// List finds the contracts. A row holds all that a read of the contract gives.
func (l *plannedComputeList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	var m listModel
	diags := tfkit.ListConfig(ctx, req.Config, &m)
	filter := m.filter(ctx, &diags)
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	tfkit.Listing[*scp.PlannedCompute]{
		Doing: "list planned computes",
		Rows: func(ctx context.Context, client *scp.Client) iter.Seq2[*scp.PlannedCompute, error] {
			return client.ListPlannedComputes(ctx, filter)
		},
		Fill: func(ctx context.Context, client *scp.Client, row *scp.PlannedCompute, result *list.ListResult) bool {
			now, _ := client.ServiceTime(time.Now())
			ended := endedBecause(row, now)
			result.DisplayName = displayName(row, ended)
			result.Diagnostics.Append(result.Identity.Set(ctx, identityModel{ID: types.StringValue(row.ID)})...)
			if req.IncludeResource {
				includeContract(ctx, row, ended, result)
			}
			return true
		},
	}.Stream(ctx, l.data, req, stream)
}

// filter is what the service is asked for.
func (m *listModel) filter(ctx context.Context, diags *diag.Diagnostics) scp.PlannedComputeFilter {
	several := func(values types.List, spell func(string) string) []string {
		if values.IsNull() || values.IsUnknown() {
			return nil
		}
		return texts(ctx, types.SetValueMust(types.StringType, values.Elements()), spell, diags)
	}
	return scp.PlannedComputeFilter{
		StartDate:         m.StartDate.ValueString(),
		EndDate:           m.EndDate.ValueString(),
		ServerType:        m.ServerType.ValueString(),
		ContractID:        m.ContractID.ValueString(),
		ContractTypes:     several(m.ContractTypes, tfkit.ContractCode),
		NextContractTypes: several(m.NextContractTypes, tfkit.ContractCode),
		ServiceIDs:        several(m.ServiceIDs, nil),
		OSTypes:           several(m.OSTypes, nil),
		States:            several(m.States, nil),
		CreatedBy:         m.CreatedBy.ValueString(),
		ModifiedBy:        m.ModifiedBy.ValueString(),
		Sort:              m.Sort.ValueString(),
	}
}

// displayName tells contracts apart for a person: what for, until when.
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
	m.DeletionPolicy = types.StringValue(policyPrevent)
	m.PurchaseGuard = types.StringValue(guardWarn)
	m.refresh(pc, ended != "")
	result.Diagnostics.Append(result.Resource.Set(ctx, &m)...)
}
