package billingplan

// The data source of one planned compute, read by its id.

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

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

func readPlannedCompute(ctx context.Context, r *tfkit.Reading) (any, error) {
	id := r.String("id")
	found, err := r.Client.ShowPlannedCompute(ctx, id)
	switch {
	case scp.IsNotFound(err):
		r.Diags.AddAttributeError(path.Root("id"), "There is no such planned compute",
			"The service has no planned compute with the ID "+id+". The data source scpbilling_planned_computes lists those of the account.\n\n"+tfkit.Explain(err))
	case err != nil:
		tfkit.AddError(r.Diags, "read the planned compute "+id, err)
	default:
		return found, nil
	}
	return nil, nil
}

// contractAttributes are the attributes of a planned compute, all computed.
func contractAttributes() map[string]schema.Attribute {
	attributes := make(map[string]schema.Attribute, len(descriptions))
	for name, description := range descriptions {
		attributes[name] = tfkit.ComputedString(description)
	}
	for _, spelled := range []string{"contract_type", "next_contract_type", "os_type"} {
		attributes[spelled] = tfkit.ComputedString(descriptions[spelled] + " The value is spelled as the service returns it.")
	}
	attributes["server_type_description"] = schema.MapAttribute{
		Computed: true, ElementType: types.StringType, MarkdownDescription: descriptions["server_type_description"],
	}
	attributes["delete_yn"] = schema.BoolAttribute{Computed: true, MarkdownDescription: descriptions["delete_yn"]}
	return attributes
}
