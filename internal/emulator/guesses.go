package emulator

// The guesses about the service that are options.

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Guesses sets the guesses. The zero value is the guess that NOTES supports best. In the tags:
// guess is the name for the command line, note the number in NOTES section 10 (or another
// section), values the strings that are allowed, the first being the default, and is what the
// zero value does where that is not a string.
type Guesses struct {
	// All services.

	TimestampTolerance time.Duration `guess:"timestamp-tolerance" note:"10.1" is:"5m; below zero is no check" help:"how far Scp-Timestamp may be off"`
	TimesZone          string        `guess:"times-zone" note:"5" values:"UTC,Asia/Seoul" help:"zone of times that carry none"`
	TimeForm           string        `guess:"time-form" note:"5" values:"T,space,rfc3339,fraction" help:"form of times"`

	// Budget.

	DuplicateNamesAllowed bool   `guess:"duplicate-names-allowed" note:"10.4" is:"409 for a second budget of a name" help:"several budgets may have one name"`
	OffClearsLists        bool   `guess:"off-clears-lists" note:"10.8" is:"kept" help:"switching a setting off with empty lists clears those stored"`
	EmptyListsAsNull      bool   `guess:"empty-lists-as-null" note:"6" is:"[]" help:"empty lists are returned as null"`
	ListOrder             string `guess:"list-order" note:"6" values:"sent,reversed,sorted" help:"order of receivers and thresholds in responses"`
	SearchNameIsWhole     bool   `guess:"search-name-is-whole" note:"10.9" is:"a part" help:"search_name compares the whole name"`
	PageSizeIgnored       bool   `guess:"page-size-ignored" note:"10.10" is:"honoured" help:"the budget list returns all budgets on page 0"`
	PageSizeCap           int    `guess:"page-size-cap" note:"10.19" is:"no cap" help:"largest page of any list; a larger size or limit is cut down to it"`
	AmountAsString        bool   `guess:"amount-as-string" note:"9" is:"number" help:"a budget's amount is returned as a string"`
	AmountFraction        bool   `guess:"amount-fraction" note:"9" is:"none" help:"an amount ends in .0"`
	DeleteReturnsBody     bool   `guess:"delete-returns-body" note:"9" is:"204 without a body" help:"deleteAccountBudget returns 200 with the budget"`

	// Budget and BillingPlan.

	ReadableAfter      time.Duration `guess:"readable-after" note:"6" is:"at once" help:"emulated time until a new budget or planned compute can be read"`
	ReadableAfterReads int           `guess:"readable-after-reads" note:"6" is:"at once" help:"how many reads of a new budget or planned compute get a 404"`

	// BillingPlan.

	StartSameDay             bool   `guess:"start-same-day" note:"10.12" is:"the next day" help:"a new contract starts on the day of application"`
	TermEndsOnAnniversary    bool   `guess:"term-ends-on-anniversary" note:"10.13" is:"the day before" help:"the last day of a term is the calendar day of its start"`
	StateBeforeStart         string `guess:"state-before-start" note:"10.14" is:"ACTIVE" help:"state of a contract that has not started"`
	ExpiredState             string `guess:"expired-state" note:"10.14" is:"EXPIRED" help:"state of a contract that has run out"`
	CancelledState           string `guess:"cancelled-state" note:"10.14" is:"CANCELED" help:"state of a contract that was cancelled"`
	EndedForm                string `guess:"ended-form" note:"10.14" values:"both,state,delete-yn,dates,gone" help:"what shows that a contract has ended: state and delete_yn, one of them, the dates alone, or a 404"`
	RolloverNewContractID    bool   `guess:"rollover-new-contract-id" note:"7" is:"stays" help:"a follow-up contract that starts has another contract_id"`
	ContractIDLater          bool   `guess:"contract-id-later" note:"7" is:"at once" help:"contract_id is null until the contract has started"`
	CreateWithoutID          bool   `guess:"create-without-id" note:"7" is:"with id" help:"the response to a purchase has a null id"`
	SettlementStatus         int    `guess:"settlement-status" note:"10.15" is:"400" help:"status of a purchase from 23:30 to 23:59 in Seoul"`
	SettlementCode           string `guess:"settlement-code" note:"10.15" is:"ValidationError" help:"error code of that refusal"`
	NoSettlement             bool   `guess:"no-settlement" note:"7" is:"no purchase from 23:30 to 23:59 in Seoul" help:"contracts can be bought at any time of the day"`
	ContractTypeForm         string `guess:"contract-type-form" note:"9" values:"name,code" help:"contract_type in responses: 1-year or 01"`
	OSTypeForm               string `guess:"os-type-form" note:"9" values:"id,value" help:"os_type in responses: OPEN_SOURCE or opensource"`
	NoNextAs                 string `guess:"no-next-as" note:"7" values:"null,empty,absent" help:"next_* of a contract without a follow-up"`
	DescriptionForm          string `guess:"description-form" note:"9" values:"object,empty,null" help:"server_type_description of a planned compute: an object, an empty string or null"`
	ServiceNameFromOfferings bool   `guess:"service-name-from-offerings" note:"9" is:"as sent" help:"service_name in responses is that of the offerings, whatever was sent"`
	FirstStartWithTime       bool   `guess:"first-start-with-time" note:"9" is:"a date" help:"first_contract_start_at has a time"`
	CountersAsString         bool   `guess:"counters-as-string" note:"9" is:"numbers" help:"total_count, total_pages and current_page are strings"`
	FeeAsNumber              bool   `guess:"fee-as-number" note:"9" is:"string" help:"cancellation_fee is a number"`
	ScaleUpAsString          bool   `guess:"scale-up-as-string" note:"9" is:"true, false" help:"scale_up_yn is Y or N"`
	CoverageFlat             bool   `guess:"coverage-flat" note:"9" is:"objects" help:"os of /instances is a string and its sums are plain zeros"`
	CoverageOfNone           bool   `guess:"coverage-of-none" note:"7" is:"500" help:"an account without planned computes gets coverage"`

	// CostExplorer.

	DefaultPeriod      string `guess:"default-period" note:"10.18" values:"current-month,all" help:"the rows of bills and usages that are returned without dates"`
	CountAlways        bool   `guess:"count-always" note:"10.20" is:"null" help:"count is given without with_count"`
	MarkerIsNextRow    bool   `guess:"marker-is-next-row" note:"10.21" is:"the last row of the page" help:"a marker is the first row of the next page"`
	MarkerForm         string `guess:"marker-form" note:"5" values:"id,token" help:"a marker is a row id, or a token with +, / and = in it"`
	DiscountsNegative  bool   `guess:"discounts-negative" note:"10.23" is:"positive" help:"discounts and credits of bills are negative"`
	NegativeAmounts    bool   `guess:"negative-amounts" note:"10.23" is:"none" help:"some rows are corrections with negative amounts"`
	StatusCodeAsString bool   `guess:"status-code-as-string" note:"8" is:"a number" help:"status_code of usages is a string"`
}

// Guess describes one field of Guesses.
type Guess struct {
	Name    string // as ParseGuess takes it
	Note    string // number in NOTES section 10, or another section
	Help    string
	Default string
	Allowed string // the values that are allowed, for a reader
}

// allowedValues describes the values of an option, by the type of its field.
func allowedValues(field any) string {
	switch field.(type) {
	case bool, *bool:
		return "true or false"
	case int, *int:
		return "an integer of 0 or more"
	case time.Duration, *time.Duration:
		return "a duration like 90s"
	}
	return "any string"
}

// parseOption reads a value of the command line into the field that is pointed to.
func parseOption(field any, value string) (err error) {
	switch p := field.(type) {
	case *bool:
		*p, err = strconv.ParseBool(value)
	case *int:
		if *p, err = strconv.Atoi(value); *p < 0 {
			err = strconv.ErrRange
		}
	case *time.Duration:
		*p, err = time.ParseDuration(value)
	case *string:
		*p = value
	}
	if err != nil {
		return fmt.Errorf("%q is not %s", value, allowedValues(field))
	}
	return nil
}

// ListGuesses describes all guesses.
func ListGuesses() []Guess {
	var out []Guess
	t := reflect.TypeFor[Guesses]()
	for i := range t.NumField() {
		tag := t.Field(i).Tag
		g := Guess{
			Name: tag.Get("guess"), Note: tag.Get("note"), Help: tag.Get("help"), Default: tag.Get("is"),
			Allowed: allowedValues(reflect.Zero(t.Field(i).Type).Interface()),
		}
		if values := tag.Get("values"); values != "" {
			g.Allowed = strings.ReplaceAll(values, ",", ", ")
			g.Default, _, _ = strings.Cut(values, ",")
		}
		out = append(out, g)
	}
	return out
}

// ParseGuess sets one field from "name=value"; the name alone sets a boolean.
func ParseGuess(g *Guesses, setting string) error {
	name, value, given := strings.Cut(setting, "=")
	i := slices.IndexFunc(ListGuesses(), func(known Guess) bool { return known.Name == name })
	if i < 0 {
		var names []string
		for _, known := range ListGuesses() {
			names = append(names, known.Name)
		}
		return fmt.Errorf("guess %q is unknown; choose from %s", name, strings.Join(names, ", "))
	}
	field := reflect.ValueOf(g).Elem().Field(i).Addr().Interface()
	if _, isBool := field.(*bool); isBool && !given {
		value = "true"
	}
	if err := parseOption(field, value); err != nil {
		return fmt.Errorf("guess %s: %w", name, err)
	}
	return g.check()
}

// check refuses values outside the allowed ones.
func (g *Guesses) check() error {
	v := reflect.ValueOf(g).Elem()
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag
		name := tag.Get("guess")
		switch value := v.Field(i).Interface().(type) {
		case string:
			list := strings.Split(tag.Get("values"), ",")
			if list[0] != "" && value != "" && !slices.Contains(list, value) {
				return fmt.Errorf("guess %s: %q is not allowed; choose from %s", name, value, strings.Join(list, ", "))
			}
		case int:
			if value < 0 {
				return fmt.Errorf("guess %s: %d is not an integer of 0 or more", name, value)
			}
		}
	}
	if n := g.SettlementStatus; n != 0 && (n < 400 || n > 599) {
		return fmt.Errorf("guess settlement-status: %d is not a status from 400 to 599", n)
	}
	return nil
}

// pageSize returns the effective page size for a requested one.
func (s *Server) pageSize(asked int64) int64 {
	if most := int64(s.opt.Guesses.PageSizeCap); most > 0 && asked > most {
		return most
	}
	return asked
}
