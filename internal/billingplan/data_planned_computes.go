package billingplan

// The data source of many planned computes.

import (
	"context"
	"regexp"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// NewPlannedComputesDataSource returns the data source.
func NewPlannedComputesDataSource() datasource.DataSource {
	attributes := filterAttributes()
	attributes["planned_computes"] = tfkit.ComputedRows("The planned computes, in the service's order. Empty when there are none.", contractAttributes())
	return &tfkit.Source{
		Name: "planned_computes", Doing: "list planned computes", Validators: []datasource.ConfigValidator{period},
		Description: "Lists the planned computes of the account. All pages of the service's list are read. Without a filter it lists all of them, " +
			"including those that have ended, if the service still lists them. Different filters are combined with AND, and several values of one filter with OR.",
		Attributes: attributes,
		Fill:       listPlannedComputes,
	}
}

// period is the pair of days that several look-ups accept.
var period = tfkit.Period{First: "start_date", Last: "end_date"}

// contractSort is field:direction, or the direction alone (NOTES section 9).
var contractSort = stringvalidator.RegexMatches(regexp.MustCompile(`^([a-z_]+:)?(asc|desc)$`),
	"must be a field and a direction, for example created_at:desc, or asc or desc alone")

func listPlannedComputes(ctx context.Context, r *tfkit.Reading) (any, error) {
	filter := filterOf(r.Arguments)
	filter.Shortfall = tfkit.WarnShortfall("planned computes", r.Diags)
	rows, err := scp.Collect(r.Client.ListPlannedComputes(ctx, filter))
	return tfkit.Results{"planned_computes": rows}, err
}

// filterOf returns the filters of a data source or a list block.
func filterOf(a tfkit.Arguments) (filter scp.PlannedComputeFilter) {
	a.Into(&filter)
	filter.ContractTypes = a.Strings("contract_types", tfkit.ContractCode)
	filter.NextContractTypes = a.Strings("next_contract_types", tfkit.ContractCode)
	return filter
}

// filterAttributes are the filters of listPlannedComputes.
func filterAttributes() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"start_date":          tfkit.OptionalString("First day of the period, as `YYYY-MM-DD`. The vendor does not say which date of a contract is compared with it.", tfkit.Date()),
		"end_date":            tfkit.OptionalString("Last day of the period, as `YYYY-MM-DD`. The vendor does not say which date of a contract is compared with it.", tfkit.Date()),
		"server_type":         tfkit.OptionalString("Server type, such as `s1v1m2`."),
		"contract_id":         tfkit.OptionalString("Identifier of the contract in the billing system, such as `C002612775`."),
		"contract_types":      tfkit.OptionalStrings("Terms of the running contract: `01`, `03` or `05`. Names such as `1-year` are equivalent.", tfkit.ContractType()),
		"next_contract_types": tfkit.OptionalStrings("Terms of the reserved follow-up contract: `01`, `03` or `05`. Names such as `1-year` are equivalent.", tfkit.ContractType()),
		"service_ids":         tfkit.OptionalStrings("Services, such as `VIRTUAL_SERVER`."),
		"os_types":            tfkit.OptionalStrings("Operating systems, such as `OPEN_SOURCE`. They are sent unchanged."),
		"states":              tfkit.OptionalStrings("States, such as `ACTIVE`, the only one that the vendor documents."),
		"created_by":          tfkit.OptionalString("Who bought the contract."),
		"modified_by":         tfkit.OptionalString("Who last changed the contract."),
		"sort":                tfkit.OptionalString("Sort order of the rows: a field and `asc` or `desc`, for example `created_at:desc`, or only `asc` or `desc`.", contractSort),
	}
}
