package billingplan

// The data source that sums up how much of the usage contracts cover.

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"golang.org/x/sync/errgroup"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/scp"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/tfkit"
)

// parallelCoverage is how many combinations are requested at a time.
const parallelCoverage = 10

// maxRefused is how many refused combinations a warning lists.
const maxRefused = 10

// combinationRow is the coverage of one combination. Percentages are decimals, nil if there is
// nothing to divide by.
type combinationRow struct {
	ServiceID          string              `json:"service_id"`
	OSType             string              `json:"os_type"`
	ServerType         string              `json:"server_type"`
	ContractCount      int64               `json:"contract_count"`
	ContractedHours    int64               `json:"contracted_hours"`
	UsedHours          int64               `json:"used_hours"`
	CoveredHours       int64               `json:"covered_hours"`
	UncoveredHours     int64               `json:"uncovered_hours"`
	UtilizationPercent *string             `json:"utilization_percent"`
	CoveragePercent    *string             `json:"coverage_percent"`
	CoveredAmount      scp.Amount          `json:"covered_amount"`
	CoveredListAmount  scp.Amount          `json:"covered_list_amount"`
	UncoveredAmount    scp.Amount          `json:"uncovered_amount"`
	Amount             *scp.CoverageAmount `json:"amount"`
}

// NewCoverageDataSource returns the data source.
func NewCoverageDataSource() datasource.DataSource {
	hours := func(description string) schema.Int64Attribute {
		return schema.Int64Attribute{Computed: true, MarkdownDescription: description}
	}
	percent := func(description string) schema.NumberAttribute {
		return schema.NumberAttribute{Computed: true, MarkdownDescription: description}
	}
	return &tfkit.Source{
		Name: "planned_compute_coverage", Doing: "compute the coverage of planned computes", Validators: []datasource.ConfigValidator{period},
		Description: "Computes how much of the usage is covered by planned computes, with one row for each combination of service, operating system and server type. " +
			"It sends one request for each page of the list of contracts, and one for each combination.\n\n" +
			"The service supplies the start and end dates of the contracts and the hours of the resources. " +
			"From the names of the fields, the provider infers what the amounts mean, that one contract covers one server around the clock, and that a resource is covered by the contract that its row names; these points are marked *(inferred)* below. " +
			"For an account without planned computes, the service has been observed to fail instead of returning an empty list; the result then has no rows, and a warning says so.",
		Attributes: map[string]schema.Attribute{
			"start_date": tfkit.RequiredString("First day, as `YYYY-MM-DD`.", tfkit.Date()),
			"end_date":   tfkit.RequiredString("Last day, as `YYYY-MM-DD`. According to the vendor, data is available up to two days before today; later days count neither as contracted nor as used.", tfkit.Date()),
			"service_ids": tfkit.OptionalStrings("Services, such as `VIRTUAL_SERVER`. With filters, all combinations of the given values are read, so that demand without a contract is found too; " +
				"an omitted filter takes its values from the contracts."),
			"os_types":      tfkit.OptionalStrings("Operating systems, such as `OPEN_SOURCE`."),
			"server_types":  tfkit.OptionalStrings("Server types, such as `s1v1m2`."),
			"last_data_day": tfkit.ComputedString("Last day that is counted: `end_date`, or two days before today if that is earlier."),
			"coverages": tfkit.ComputedRows("The combinations, ordered by service, operating system and server type. Without filters, these are the combinations that have a contract in the period. "+
				"A combination that the service refuses is omitted; if it refuses every combination that contains a given filter value, a warning says so.",
				map[string]schema.Attribute{
					"service_id":          tfkit.ComputedString("Service."),
					"os_type":             tfkit.ComputedString("Operating system, as the filter or the contracts spell it."),
					"server_type":         tfkit.ComputedString("Server type."),
					"contract_count":      hours("Number of contracts that run on at least one day of the period."),
					"contracted_hours":    hours("Hours that are paid for with contracts: 24 per contract per day *(inferred)*. A contract that has been changed counts under its current server type; a cancelled contract counts until the day of its last change *(inferred)*."),
					"used_hours":          hours("Hours that resources of this combination ran. A resource for which the service returns no hours adds nothing."),
					"covered_hours":       hours("Hours of the resources whose rows name a contract *(inferred)*."),
					"uncovered_hours":     hours("`used_hours` minus `covered_hours`."),
					"utilization_percent": percent("`covered_hours` as a percentage of `contracted_hours`, with four decimals: how much of what is paid for is used. Null if there are no contracted hours."),
					"coverage_percent":    percent("`covered_hours` as a percentage of `used_hours`, with four decimals: how much of what is used is covered. Null if there are no used hours."),
					"covered_amount":      tfkit.ComputedAmount("What the covered hours cost under contracts: the sum of `used_amount` of the covered resources *(inferred)*."),
					"covered_list_amount": tfkit.ComputedAmount("What the covered hours would have cost without contracts: the sum of `non_applied_amount` of the covered resources *(inferred)*. The difference from `covered_amount` is what the contracts save."),
					"uncovered_amount":    tfkit.ComputedAmount("What the uncovered hours cost: the sum of `non_applied_amount` of the other resources *(inferred)*."),
					"amount":              coverageAmountAttribute(),
				}),
		},
		Fill: readCoverage,
	}
}

// readCoverage reads the contracts, then each combination.
func readCoverage(ctx context.Context, r *tfkit.Reading) (any, error) {
	// An incomplete list is an error: the sum of a part would be taken for the total.
	all, err := listContracts(ctx, r.Client, scp.PlannedComputeFilter{})
	if err != nil {
		return nil, err
	}
	first, end := r.String("start_date"), r.String("end_date")
	last := min(end, r.Client.Now().In(scp.Seoul).AddDate(0, 0, -2).Format(dateLayout))
	contracts := runningBetween(all, first, end)
	given := coverageFilters{r.Strings("service_ids", nil), r.Strings("os_types", nil), r.Strings("server_types", nil)}
	combinations := given.combinations(contracts)
	rows := make([]*combinationRow, len(combinations)) // nil where the service refuses the combination
	read := func(ctx context.Context, i int) error {
		k := combinations[i]
		count, hours := contracted(contracts, k, first, last)
		found, err := r.Client.ListPlannedComputeInstances(ctx, scp.InstanceQuery{
			ServiceID: k.service, OSType: k.os, ServerType: k.server, StartDate: first, EndDate: end,
		})
		if count == 0 && hasStatus(err, http.StatusBadRequest) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("%s: %w", k, err)
		}
		rows[i], err = cover(k, count, hours, found)
		return err
	}
	next := 0
	if len(all) == 0 && len(combinations) > 0 {
		// The service fails for such an account, whatever the request (NOTES section 7), so
		// one combination is tried first.
		if err := read(ctx, 0); hasStatus(err, http.StatusInternalServerError) {
			r.Diags.AddWarning("Uncovered demand cannot be read", "The service returns no coverage for an account without planned computes, so demand in this account is unknown, not zero. "+tfkit.Explain(err))
			return tfkit.Results{"last_data_day": last, "coverages": []combinationRow{}}, nil
		} else if err != nil {
			return nil, err
		}
		next = 1
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(parallelCoverage)
	for i := next; i < len(combinations); i++ {
		group.Go(func() error { return read(ctx, i) })
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	if refused := given.refused(combinations, rows); len(refused) > 0 {
		r.Diags.AddWarning("Some combinations were omitted", "The service refuses these combinations, and no contract covers them: "+strings.Join(refused, "; ")+". The data source scpbilling_server_types lists the possible combinations.")
	}
	rows = slices.DeleteFunc(rows, func(row *combinationRow) bool { return row == nil })
	return tfkit.Results{"last_data_day": last, "coverages": rows}, nil
}

// refused lists the combinations without a row, if they have a given value that is in no row.
// Every value is combined with every other, so some combinations of valid values do not exist.
func (f coverageFilters) refused(combinations []combination, rows []*combinationRow) (names []string) {
	good := map[combination]bool{}
	for i, row := range rows {
		if row != nil {
			k := combinations[i].same()
			good[combination{service: k.service}], good[combination{os: k.os}], good[combination{server: k.server}] = true, true, true
		}
	}
	for i, row := range rows {
		k := combinations[i].same()
		bad := f.services != nil && !good[combination{service: k.service}] ||
			f.systems != nil && !good[combination{os: k.os}] || f.servers != nil && !good[combination{server: k.server}]
		if row != nil || !bad {
			continue
		}
		if len(names) == maxRefused {
			return append(names, "and more")
		}
		names = append(names, combinations[i].String())
	}
	return names
}

// hasStatus reports whether the service itself responded with a status.
func hasStatus(err error, status int) bool {
	var e *scp.Error
	return errors.As(err, &e) && e.Kind == scp.KindService && e.StatusCode == status
}

// combination is what a contract covers.
type combination struct{ service, os, server string }

func (k combination) String() string { return k.service + ", " + k.os + ", " + k.server }

// same is the combination in a uniform spelling.
func (k combination) same() combination {
	return combination{strings.ToUpper(k.service), tfkit.OSValue(k.os), strings.ToLower(k.server)}
}

func combinationOf(pc *scp.PlannedCompute) combination {
	return combination{text(pc.ServiceID), text(pc.OSType), text(pc.ServerType)}
}

// coverageFilters are the filters; nil is an omitted one.
type coverageFilters struct{ services, systems, servers []string }

// combinations returns the combinations of the filters. An omitted filter takes its values
// from the contracts.
func (f coverageFilters) combinations(contracts []*scp.PlannedCompute) []combination {
	found := []combination{{}}
	if f.services == nil || f.systems == nil || f.servers == nil {
		found = nil
		for _, pc := range contracts {
			found = append(found, combinationOf(pc))
		}
	}
	seen := map[combination]bool{}
	var out []combination
	for _, of := range found {
		for _, service := range orElse(f.services, of.service) {
			for _, os := range orElse(f.systems, of.os) {
				for _, server := range orElse(f.servers, of.server) {
					k := combination{service, os, server}
					if !seen[k.same()] {
						seen[k.same()] = true
						out = append(out, k)
					}
				}
			}
		}
	}
	slices.SortFunc(out, func(a, b combination) int {
		return cmp.Or(strings.Compare(a.service, b.service), strings.Compare(a.os, b.os), strings.Compare(a.server, b.server))
	})
	return out
}

func orElse(given []string, other string) []string {
	if given == nil {
		return []string{other}
	}
	return given
}

// runningBetween returns the contracts that run on at least one day of a period.
func runningBetween(all []*scp.PlannedCompute, first, last string) (contracts []*scp.PlannedCompute) {
	for _, pc := range all {
		if from, to := runs(pc); from != "" && from <= to && from <= last && to >= first {
			contracts = append(contracts, pc)
		}
	}
	return contracts
}

// runs returns the first and the last day of a contract, including earlier terms; empty if
// unknown.
func runs(pc *scp.PlannedCompute) (from, to string) {
	from, to = day(text(pc.StartDate)), day(text(pc.EndDate))
	if first := day(text(pc.FirstContractStartAt)); first != "" && first < from {
		from = first
	}
	if changed := dayInSeoul(text(pc.ModifiedAt)); markedEnded(pc) && changed != "" {
		to = min(to, changed)
	}
	if to == "" {
		return "", ""
	}
	return from, to
}

// dayInSeoul returns the day of a time. A time without a zone is read as UTC, as the vendor's
// clients do (NOTES section 5). It is empty if the time cannot be read.
func dayInSeoul(text string) string {
	for _, layout := range []string{"2006-01-02T15:04:05", time.DateTime, time.RFC3339} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.In(scp.Seoul).Format(dateLayout)
		}
	}
	return day(text)
}

// contracted counts the contracts of a combination, and their hours between two days.
func contracted(contracts []*scp.PlannedCompute, k combination, first, last string) (count, hours int64) {
	for _, pc := range contracts {
		if combinationOf(pc).same() != k.same() {
			continue
		}
		count++
		from, to := runs(pc)
		start, ok := dateOf(max(from, first))
		end, alsoOK := dateOf(min(to, last))
		if ok && alsoOK && !end.Before(start) {
			hours += (end.Unix()-start.Unix())/3600 + 24 // a time.Duration ends after 292 years
		}
	}
	return count, hours
}

// cover sums up what the service returns for one combination.
func cover(k combination, count, contracted int64, found *scp.PlannedComputeInstances) (*combinationRow, error) {
	var used, covered int64
	var paid, list, uncovered tfkit.AmountSum
	for _, row := range found.Coverages {
		var hours int64
		if row.UsedTime != nil {
			hours = *row.UsedTime
		}
		if hours < 0 || hours > math.MaxInt64-used {
			return nil, fmt.Errorf("%s: the resource %q: %d hours cannot be added", k, text(row.ResourceName), hours)
		}
		used += hours
		var err error
		if text(row.ContractID) != "" {
			covered += hours
			err = errors.Join(paid.Add(row.UsedAmount), list.Add(row.NonAppliedAmount))
		} else {
			err = uncovered.Add(row.NonAppliedAmount)
		}
		if err != nil {
			return nil, fmt.Errorf("%s: the resource %q: %w", k, text(row.ResourceName), err)
		}
	}
	return &combinationRow{
		ServiceID: k.service, OSType: k.os, ServerType: k.server,
		ContractCount: count, ContractedHours: contracted, UsedHours: used, CoveredHours: covered, UncoveredHours: used - covered,
		UtilizationPercent: percentOf(covered, contracted), CoveragePercent: percentOf(covered, used),
		CoveredAmount: paid.Amount(), CoveredListAmount: list.Amount(), UncoveredAmount: uncovered.Amount(), Amount: found.Amount,
	}, nil
}

// percentOf rounds to four decimals; it is nil if the divisor is zero.
func percentOf(part, whole int64) *string {
	if whole == 0 {
		return nil
	}
	ratio := big.NewRat(part, whole)
	text := ratio.Mul(ratio, big.NewRat(100, 1)).FloatString(4)
	return &text
}
