package billingplan

// The data source of one planned compute, read by its id.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// NewPlannedComputeDataSource returns the data source.
func NewPlannedComputeDataSource() datasource.DataSource {
	attributes := contractAttributes()
	attributes["id"] = tfkit.RequiredString(descriptions["id"])
	return &tfkit.Source{
		Name: "planned_compute", Doing: "read the planned compute", Attributes: attributes,
		Description: "Reads one planned compute by its ID, including one that has ended.",
		Fill:        readPlannedCompute,
	}
}

func readPlannedCompute(ctx context.Context, r *tfkit.Reading) error {
	id := r.String("id")
	found, err := r.Client.ShowPlannedCompute(ctx, id)
	switch {
	case scp.IsNotFound(err):
		r.Diags.AddAttributeError(path.Root("id"), "There is no such planned compute",
			"The service has no planned compute with the id "+id+". The data source scpbilling_planned_computes lists those of the account.\n\n"+tfkit.Explain(err))
	case err != nil:
		tfkit.AddError(r.Diags, "read the planned compute "+id, err)
	default:
		r.SetAll(ctx, found)
	}
	return nil
}
