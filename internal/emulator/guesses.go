package emulator

// Every guess about the service that can be turned the other way.

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	detailSentence = "sentence"
	detailPrinted  = "printed-list"
	detailList     = "list"

	zoneUTC   = "UTC"
	zoneSeoul = "Asia/Seoul"

	timeT        = "T"
	timeSpace    = "space"
	timeRFC3339  = "rfc3339"
	timeFraction = "fraction"

	settingsOff      = "off"
	settingsDefaults = "defaults"
	settingsKeep     = "keep"

	orderSent     = "sent"
	orderReversed = "reversed"
	orderSorted   = "sorted"
)

// Guesses switches the guesses. The zero value is the guess that NOTES supports
// best. In the tags: guess is the name for the command line, note the number in
// NOTES section 10 (or another section), values the texts that are allowed, the
// first being the default, and is what the zero value does where that is no text.
type Guesses struct {
	// All services.

	TimestampTolerance time.Duration `guess:"timestamp-tolerance" note:"10.1" is:"5m; below zero is no check" help:"how far Scp-Timestamp may be off"`
	ClockMessage       string        `guess:"clock-message" note:"10.2" is:"HmacValidFail" help:"message of the 401 for a timestamp that is off"`
	DetailForm         string        `guess:"detail-form" note:"4" values:",sentence,printed-list,list" is:"each service its own" help:"form of detail in errors"`
	MalformedBody500   bool          `guess:"malformed-body-500" note:"4" is:"400" help:"a body that is no JSON object is answered 500"`
	TimesZone          string        `guess:"times-zone" note:"5" values:"UTC,Asia/Seoul" help:"zone of times that carry none"`
	TimeForm           string        `guess:"time-form" note:"5" values:"T,space,rfc3339,fraction" help:"form of times"`

	// Budget.

	ConflictCode            string        `guess:"conflict-code" note:"10.4" is:"Conflict" help:"code of a 409"`
	DuplicateNamesAllowed   bool          `guess:"duplicate-names-allowed" note:"10.4" is:"409 for a second budget of a name" help:"several budgets may have one name"`
	MaxBudgets              int           `guess:"max-budgets" note:"10.5" is:"no limit" help:"most budgets of an account; one more is answered 400"`
	MaxReceivers            int           `guess:"max-receivers" note:"10.5" is:"no limit" help:"most receivers of one list"`
	NameMax                 int           `guess:"name-max" note:"9" is:"20" help:"longest name of a budget in characters"`
	PastMonthsRefused       bool          `guess:"past-months-refused" note:"10.6" is:"allowed" help:"a new start_month before the current month is refused"`
	UnitAndMonthFixed       bool          `guess:"unit-and-month-fixed" note:"10.6" is:"may change" help:"set refuses another unit or start_month"`
	CreateWithoutSettings   string        `guess:"create-without-settings" note:"6" values:"defaults,off" help:"what create does with settings that are left out"`
	SetWithoutSettings      string        `guess:"set-without-settings" note:"10.7" values:"off,defaults,keep" help:"what set does with settings that are left out"`
	EmptyListsWhenOnRefused bool          `guess:"empty-lists-when-on-refused" note:"10.8" is:"accepted" help:"receivers or thresholds that are empty in a setting that is on are refused"`
	OffClearsLists          bool          `guess:"off-clears-lists" note:"10.8" is:"kept" help:"switching a setting off with empty lists clears those stored"`
	EmptyListsAsNull        bool          `guess:"empty-lists-as-null" note:"6" is:"[]" help:"empty lists are answered as null"`
	ListOrder               string        `guess:"list-order" note:"6" values:"sent,reversed,sorted" help:"order of receivers and thresholds in answers"`
	SearchNameIsWhole       bool          `guess:"search-name-is-whole" note:"10.9" is:"a part" help:"search_name compares the whole name"`
	PageSizeIgnored         bool          `guess:"page-size-ignored" note:"10.10" is:"honoured" help:"the budget list answers all budgets on page 0"`
	PageSizeCap             int           `guess:"page-size-cap" note:"10.19" is:"no cap" help:"largest page of any list; a larger size or limit is cut down to it"`
	AmountAsText            bool          `guess:"amount-as-text" note:"9" is:"number" help:"a budget's amount is answered as text"`
	AmountFraction          bool          `guess:"amount-fraction" note:"9" is:"none" help:"the text of an amount ends in .0"`
	ShowStatus201           bool          `guess:"show-status-201" note:"9" is:"200" help:"showAccountBudget answers 201"`
	DeleteAnswersBody       bool          `guess:"delete-answers-body" note:"9" is:"204 without a body" help:"deleteAccountBudget answers 200 with the budget"`
	ReadableAfter           time.Duration `guess:"readable-after" note:"6" is:"at once" help:"emulated time until a new budget can be read"`
	ReadableAfterReads      int           `guess:"readable-after-reads" note:"6" is:"at once" help:"how many reads of a new budget are answered 404"`
}

// Guess describes one field of Guesses.
type Guess struct {
	Name    string // as ParseGuess takes it
	Note    string // number in NOTES section 10, or another section
	Help    string
	Default string
	Allowed string // the values that are allowed, for a reader
}

// ListGuesses describes all guesses.
func ListGuesses() []Guess {
	var out []Guess
	t := reflect.TypeFor[Guesses]()
	for i := range t.NumField() {
		tag := t.Field(i).Tag
		g := Guess{Name: tag.Get("guess"), Note: tag.Get("note"), Help: tag.Get("help"), Default: tag.Get("is")}
		switch t.Field(i).Type {
		case reflect.TypeFor[bool]():
			g.Allowed = "true, false"
		case reflect.TypeFor[int]():
			g.Allowed = "a whole number from 0 on"
		case reflect.TypeFor[time.Duration]():
			g.Allowed = "a duration like 90s"
		default:
			g.Allowed = "any text"
			if values, limited := tag.Lookup("values"); limited {
				list := strings.Split(values, ",")
				if g.Default == "" {
					g.Default = list[0]
				}
				g.Allowed = strings.Join(slices.DeleteFunc(list, func(v string) bool { return v == "" }), ", ")
			}
		}
		out = append(out, g)
	}
	return out
}

// ParseGuess sets one field from "name=value"; the name alone sets a boolean.
func ParseGuess(g *Guesses, setting string) error {
	name, value, given := strings.Cut(setting, "=")
	v := reflect.ValueOf(g).Elem()
	for i := range v.NumField() {
		field := v.Type().Field(i)
		if field.Tag.Get("guess") != name {
			continue
		}
		refuse := func(allowed string) error {
			return fmt.Errorf("guess %s: %q is not allowed; allowed is %s", name, value, allowed)
		}
		switch p := v.Field(i).Addr().Interface().(type) {
		case *bool:
			if !given {
				value = "true"
			}
			b, err := strconv.ParseBool(value)
			if err != nil {
				return refuse("true or false")
			}
			*p = b
		case *int:
			n, err := strconv.Atoi(value)
			if err != nil || n < 0 {
				return refuse("a whole number from 0 on")
			}
			*p = n
		case *time.Duration:
			d, err := time.ParseDuration(value)
			if err != nil {
				return refuse("a duration like 90s")
			}
			*p = d
		case *string:
			*p = value
		}
		return g.check()
	}
	var names []string
	for _, known := range ListGuesses() {
		names = append(names, known.Name)
	}
	return fmt.Errorf("guess %q is unknown; there are %s", name, strings.Join(names, ", "))
}

// check refuses values outside the allowed ones.
func (g *Guesses) check() error {
	v := reflect.ValueOf(g).Elem()
	for i := range v.NumField() {
		tag := v.Type().Field(i).Tag
		name := tag.Get("guess")
		switch value := v.Field(i).Interface().(type) {
		case string:
			values, limited := tag.Lookup("values")
			if list := strings.Split(values, ","); limited && value != "" && !slices.Contains(list, value) {
				list = slices.DeleteFunc(list, func(v string) bool { return v == "" })
				return fmt.Errorf("guess %s: %q is not allowed; allowed is one of %s", name, value, strings.Join(list, ", "))
			}
		case int:
			if value < 0 {
				return fmt.Errorf("guess %s: %d is not allowed; allowed is a whole number from 0 on", name, value)
			}
		}
	}
	return nil
}

func (s *Server) conflictCode() string {
	if code := s.opt.Guesses.ConflictCode; code != "" {
		return code
	}
	return codeConflict
}

// pageSize is the size that is in force for one that was asked for.
func (s *Server) pageSize(asked int64) int64 {
	if most := int64(s.opt.Guesses.PageSizeCap); most > 0 && asked > most {
		return most
	}
	return asked
}
