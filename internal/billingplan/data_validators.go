package billingplan

// Checks of the data sources' arguments, while planning and without a request.

import (
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// period is the pair of days that several look-ups accept.
var period = tfkit.Period{First: "start_date", Last: "end_date"}

var contractSortPattern = regexp.MustCompile(`^([a-z_]+:)?(asc|desc)$`)

// contractSort accepts field:direction, or the direction alone (NOTES section 9).
func contractSort() validator.String {
	return stringvalidator.RegexMatches(contractSortPattern, "must be a field and a direction, for example created_at:desc, or asc or desc alone")
}
