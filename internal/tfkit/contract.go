package tfkit

// The two values that the API spells in several ways: contract terms and
// operating systems (internal/testing/apispec/NOTES.md section 9).

import (
	"context"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

// contractPattern covers the code (01), the name (1-year) and plain spellings of it.
var contractPattern = regexp.MustCompile(`(?i)^0?([1-9])(?:[-_ ]?years?)?$`)

// knownYears are the terms that the API takes. Only 01 is tied to a name by
// the vendor; that 03 and 05 are three and five years is inferred.
var knownYears = []int{1, 3, 5}

// ContractYears reads a contract term in any spelling; ok is false for any other string.
func ContractYears(text string) (years int, ok bool) {
	match := contractPattern.FindStringSubmatch(strings.TrimSpace(text))
	if match == nil {
		return 0, false
	}
	years, err := strconv.Atoi(match[1])
	return years, err == nil
}

// ContractCode returns the code that the API takes, such as 01. A string that is not a term is
// returned unchanged, for the service to judge.
func ContractCode(text string) string {
	years, ok := ContractYears(text)
	if !ok {
		return text
	}
	return fmt.Sprintf("%02d", years)
}

// IsContractType reports whether a string is one of the terms that the API takes.
func IsContractType(text string) bool {
	years, ok := ContractYears(text)
	return ok && slices.Contains(knownYears, years)
}

// SameContractType reports whether two spellings mean the same term.
func SameContractType(a, b string) bool { return ContractCode(a) == ContractCode(b) }

// ContractEnd returns the last day of a term that starts on start: the day
// before the anniversary. The service's rule is not stated; this is a guess
// from the vendor's own example of a follow-up contract.
func ContractEnd(start time.Time, years int) time.Time {
	return start.AddDate(years, 0, -1)
}

// OSValue returns the spelling of an operating system that the API takes, such
// as opensource for OPEN_SOURCE or "Open Source".
func OSValue(text string) string {
	return strings.Map(func(r rune) rune {
		if r == '_' || r == '-' || r == ' ' {
			return -1
		}
		return r
	}, strings.ToLower(text))
}

// SameOS reports whether two spellings mean the same operating system.
func SameOS(a, b string) bool { return OSValue(a) == OSValue(b) }

// ContractType accepts a contract term as a code or a name.
func ContractType() validator.String {
	return stringRule{
		ok:        IsContractType,
		Described: `value must be a contract term: "01", "03" or "05" (or "1-year", "3-year", "5-year")`,
		summary:   "Unknown contract term",
		detail:    `%q is not a contract term. Choose "01" (1-year), "03" (3-year) or "05" (5-year).`,
	}
}

// KeepPriorWhenSame keeps the state's spelling if the configuration means the same value. It
// has to come before RequiresReplace: the semantic equality of types is not used while
// planning, and a different spelling must never replace a contract.
func KeepPriorWhenSame(same func(a, b string) bool) planmodifier.String {
	return keepPriorWhenSame{"A different spelling of the same value is not a change.", same}
}

type keepPriorWhenSame struct {
	Described
	same func(a, b string) bool
}

func (m keepPriorWhenSame) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if req.StateValue.IsNull() || req.PlanValue.IsNull() || req.PlanValue.IsUnknown() {
		return
	}
	if m.same(req.StateValue.ValueString(), req.PlanValue.ValueString()) {
		resp.PlanValue = req.StateValue
	}
}
