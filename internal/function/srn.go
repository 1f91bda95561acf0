package function

// parse_srn takes a resource name of the platform apart.

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// maxSRN is the longest string that is read, in bytes. Ours.
const maxSRN = 2048

type parseSRN struct{}

// NewParseSRN returns the function.
func NewParseSRN() function.Function { return parseSRN{} }

var srnType = map[string]attr.Type{
	"environment":   types.StringType,
	"account_id":    types.StringType,
	"region":        types.StringType,
	"service":       types.StringType,
	"resource_type": types.StringType,
	"resource_id":   types.StringType,
}

// Metadata sets the name.
func (parseSRN) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "parse_srn"
}

// Definition describes the function.
func (parseSRN) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Parses an SRN",
		MarkdownDescription: "Splits an SRN, the platform's name of a resource, into its parts: " +
			"`srn:{environment}::{account_id}:{region}::{service}:{resource_type}/{resource_id}`.\n\n" +
			"The result is an object with the attributes `environment`, `account_id`, `region`, `service`, `resource_type` and `resource_id`. " +
			"An empty part, such as the region of a global resource, is null, and so is `resource_id` if there is no `/`. " +
			"The vendor shows SRNs but does not describe their format; the format here is derived from the published ones. The meaning of the part between the double colons is unknown, and it is omitted.",
		Parameters: []function.Parameter{function.StringParameter{
			Name:                "srn",
			MarkdownDescription: "The SRN, for example the `srn` of a planned compute.",
		}},
		Return: function.ObjectReturn{AttributeTypes: srnType},
	}
	resp.Definition.MarkdownDescription += needs
}

// Run takes the SRN apart.
func (parseSRN) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text string
	if resp.Error = req.Arguments.Get(ctx, &text); resp.Error != nil {
		return
	}
	parsed, err := splitSRN(text)
	if err != nil {
		resp.Error = argumentError(0, err.Error())
		return
	}
	part := func(text string) attr.Value {
		if text == "" {
			return types.StringNull()
		}
		return types.StringValue(text)
	}
	resp.Error = resp.Result.Set(ctx, types.ObjectValueMust(srnType, map[string]attr.Value{
		"environment":   part(parsed.environment),
		"account_id":    part(parsed.accountID),
		"region":        part(parsed.region),
		"service":       part(parsed.service),
		"resource_type": part(parsed.resourceType),
		"resource_id":   part(parsed.resourceID),
	}))
}

type srn struct {
	environment, accountID, region, service, resourceType, resourceID string
}

// splitSRN reads the form of the printed examples (API reference: srn of a
// planned compute; the documentation of the official provider: global resources
// without account and region). Service and resource are always there.
func splitSRN(text string) (srn, error) {
	const form = "srn:{environment}::{account_id}:{region}::{service}:{resource_type}/{resource_id}"
	if len(text) > maxSRN {
		return srn{}, fmt.Errorf("the SRN %.60q... is too long: it has %d characters; the maximum is %d", text, len(text), maxSRN)
	}
	refuse := func(reason string) (srn, error) {
		return srn{}, fmt.Errorf("%q is not an SRN: %s. The form is %s", text, reason, form)
	}
	// The resource is the last part, and may hold colons itself.
	const parts = 8
	p := strings.SplitN(text, ":", parts)
	if p[0] != "srn" {
		return refuse(`it does not begin with "srn:"`)
	}
	if len(p) < parts {
		return refuse(fmt.Sprintf("it has %d parts between colons, not %d", len(p), parts))
	}
	result := srn{environment: p[1], accountID: p[3], region: p[4], service: p[6]}
	result.resourceType, result.resourceID, _ = strings.Cut(p[7], "/")
	switch {
	case result.environment == "":
		return refuse("the environment is empty")
	case result.service == "":
		return refuse("the service is empty")
	case result.resourceType == "":
		return refuse("the resource type is empty")
	case strings.HasSuffix(p[7], "/") && result.resourceID == "":
		return refuse("the resource id is empty")
	}
	return result, nil
}
