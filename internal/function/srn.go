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

var srnType = map[string]attr.Type{
	"environment":   types.StringType,
	"account_id":    types.StringType,
	"region":        types.StringType,
	"service":       types.StringType,
	"resource_type": types.StringType,
	"resource_id":   types.StringType,
}

// NewParseSRN returns the function.
func NewParseSRN() function.Function {
	return pure{name: "parse_srn", run: parseSRN, definition: function.Definition{
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
	}}
}

// parseSRN takes the SRN apart.
func parseSRN(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text string
	if resp.Error = req.Arguments.Get(ctx, &text); resp.Error != nil {
		return
	}
	parsed, err := splitSRN(text)
	if err != nil {
		resp.Error = argumentError(0, err.Error())
		return
	}
	values := map[string]attr.Value{}
	for name, part := range parsed {
		values[name] = types.StringNull()
		if part != "" {
			values[name] = types.StringValue(part)
		}
	}
	resp.Error = resp.Result.Set(ctx, types.ObjectValueMust(srnType, values))
}

// splitSRN reads the form of the printed examples (API reference: srn of a
// planned compute; the documentation of the official provider: global resources
// without account and region). Service and resource are always there. The parts are by the
// names of the result's attributes.
func splitSRN(text string) (map[string]string, error) {
	const form = "srn:{environment}::{account_id}:{region}::{service}:{resource_type}/{resource_id}"
	if len(text) > maxSRN {
		return nil, fmt.Errorf("the SRN %.60q... is too long: it has %d characters; the maximum is %d", text, len(text), maxSRN)
	}
	refuse := func(reason string) (map[string]string, error) {
		return nil, fmt.Errorf("%q is not an SRN: %s. The form is %s", text, reason, form)
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
	resourceType, resourceID, hasID := strings.Cut(p[7], "/")
	result := map[string]string{
		"environment": p[1], "account_id": p[3], "region": p[4], "service": p[6], "resource_type": resourceType, "resource_id": resourceID,
	}
	for _, name := range []string{"environment", "service", "resource_type"} {
		if result[name] == "" {
			return refuse("the " + strings.ReplaceAll(name, "_", " ") + " is empty")
		}
	}
	if hasID && resourceID == "" {
		return refuse("the resource id is empty")
	}
	return result, nil
}
