package billingplan

// The data source of one planned compute, read by its id.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

var _ datasource.DataSourceWithConfigure = (*plannedComputeDataSource)(nil)

type plannedComputeDataSource struct{ tfkit.DataSource }

// NewPlannedComputeDataSource returns the data source.
func NewPlannedComputeDataSource() datasource.DataSource { return &plannedComputeDataSource{} }

// Metadata sets the type name.
func (*plannedComputeDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_planned_compute"
}

// Schema describes the data source.
func (*plannedComputeDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := contractAttributes()
	attributes["id"] = tfkit.RequiredText(descriptions["id"])
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads one planned compute by its ID, including one that has ended.",
		Attributes:          attributes,
	}
}

// Read reads the contract.
func (d *plannedComputeDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	const doing = "read the planned compute"
	tfkit.ReadData(ctx, d.Data, req, resp, doing, func(ctx context.Context, client *scp.Client, m *contractFields, diags *diag.Diagnostics) error {
		id := m.ID
		found, err := client.ShowPlannedCompute(ctx, id.ValueString())
		switch {
		case scp.IsNotFound(err):
			diags.AddAttributeError(path.Root("id"), "There is no such planned compute",
				"The service has no planned compute with the id "+id.ValueString()+". The data source scpbilling_planned_computes lists those of the account.\n\n"+tfkit.Explain(err))
			return nil
		case err != nil:
			tfkit.AddError(diags, doing+" "+id.ValueString(), err)
			return nil
		}
		*m = contractFrom(found)
		m.ID = id
		return nil
	})
}
