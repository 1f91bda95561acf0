package billingplan

// The attributes that several data sources of planned computes share.

import (
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// contractAttributes are the attributes of a planned compute, all computed.
func contractAttributes() map[string]schema.Attribute {
	attributes := make(map[string]schema.Attribute, len(descriptions))
	for name, description := range descriptions {
		attributes[name] = schema.StringAttribute{Computed: true, MarkdownDescription: description}
	}
	for _, spelled := range []string{"contract_type", "next_contract_type", "os_type"} {
		attributes[spelled] = schema.StringAttribute{Computed: true, MarkdownDescription: descriptions[spelled] + " It is spelled as the service returns it."}
	}
	attributes["server_type_description"] = schema.MapAttribute{
		Computed: true, ElementType: types.StringType, MarkdownDescription: descriptions["server_type_description"],
	}
	attributes["delete_yn"] = schema.BoolAttribute{Computed: true, MarkdownDescription: descriptions["delete_yn"]}
	return attributes
}
