package tfkit

// Strings that a configuration may hold: no panic, and what is accepted is what
// the API describes.

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// accepts runs one validator.
func accepts(v validator.String, text string) bool {
	var resp validator.StringResponse
	v.ValidateString(context.Background(), validator.StringRequest{Path: path.Root("x"), ConfigValue: types.StringValue(text)}, &resp)
	return !resp.Diagnostics.HasError()
}

// A term keeps its meaning through every spelling, and a string that is none
// stays as it is.
func FuzzContractTerm(f *testing.F) {
	for _, seed := range []string{"01", "03", "05", "1-year", "3 Years", "5_YEAR", "1year", "", "0", "00", "10", "01-year-01", "1-year\n", "١-year", "1ーyear", "1.0", "-1", strings.Repeat("0", 99) + "1"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		years, ok := ContractYears(a)
		code := ContractCode(a)
		switch {
		case !ok && code != a:
			t.Errorf("%q is not a term and became %q", a, code)
		case ok && (years < 1 || years > 9 || len(code) != 2 || !SameContractType(a, code) || ContractCode(code) != code):
			t.Errorf("%q is %d years and became %q", a, years, code)
		}
		if accepts(ContractType(), a) != (ok && slices.Contains(knownYears, years)) {
			t.Errorf("%q is accepted: %t", a, !ok)
		}
		if SameContractType(a, b) != SameContractType(b, a) || !SameContractType(a, a) {
			t.Errorf("%q and %q are compared in one direction only", a, b)
		}
		otherYears, otherOK := ContractYears(b)
		if ok && otherOK && SameContractType(a, b) != (years == otherYears) {
			t.Errorf("%q and %q: %d and %d years", a, b, years, otherYears)
		}
		if ok != otherOK && SameContractType(a, b) {
			t.Errorf("%q and %q are the same, and one is not a term", a, b)
		}
	})
}

// The last day of a term lies a day before the anniversary, and never before the start.
func FuzzContractEnd(f *testing.F) {
	f.Add("2024-02-29", 1)
	f.Add("2025-12-31", 5)
	f.Add("0001-01-01", 9)
	f.Fuzz(func(t *testing.T, text string, years int) {
		start, err := time.Parse(time.DateOnly, text)
		if err != nil || years < 1 || years > 9 {
			return
		}
		end := ContractEnd(start, years)
		if next := end.AddDate(0, 0, 1); !end.After(start) || next.Year() != start.Year()+years {
			t.Errorf("%d years from %s end on %s", years, text, end.Format(time.DateOnly))
		}
	})
}

// Spellings of an operating system form classes.
func FuzzOS(f *testing.F) {
	for _, seed := range []string{"opensource", "OPEN_SOURCE", "Open Source", "rhel", "", "_", "\xff", "İ"} {
		f.Add(seed, seed)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		if value := OSValue(a); !SameOS(a, value) && strings.ToLower(value) == value {
			t.Errorf("%q became %q, which means something else", a, value)
		}
		if SameOS(a, b) != SameOS(b, a) || !SameOS(a, a) {
			t.Errorf("%q and %q are compared in one direction only", a, b)
		}
	})
}

var (
	plainMonth = regexp.MustCompile(`\A[0-9]{4}-[0-9]{2}\z`)
	plainDay   = regexp.MustCompile(`\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z`)
	plainSort  = regexp.MustCompile(`\A[a-z_]+:(asc|desc)\z`)
)

// What passes as a month, a day, a sort order or an address goes into a query
// or a body, so it holds nothing else.
func FuzzValidators(f *testing.F) {
	for _, seed := range []string{
		"2026-01", "2026-13", "2026-01\n", "2026-1", "２０２６-01", "2026-02-29", "2024-02-29", "2026-01-01T00:00:00Z", "created_at:desc", "a:asc\n", ":asc",
		"user@example.com", "User <user@example.com>", "a@b\r\nBcc: c@d", "", "\"a b\"@c", "a@[127.0.0.1]", "김@example.com", "a@b,c@d", "(x)a@b",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if accepts(Month(), text) {
			if _, err := time.Parse("2006-01", text); err != nil || !plainMonth.MatchString(text) {
				t.Errorf("%q passes for a month", text)
			}
		}
		if accepts(Date(), text) && !plainDay.MatchString(text) {
			t.Errorf("%q passes for a day", text)
		}
		if accepts(SortOrder(), text) && !plainSort.MatchString(text) {
			t.Errorf("%q passes for a sort order", text)
		}
		if accepts(NotEmpty(), text) != (text != "") {
			t.Errorf("%q is empty or not", text)
		}
		if accepts(EmailAddress(), text) && (strings.ContainsAny(text, " <>\r\n\x00\x1b") || !strings.Contains(text, "@")) {
			t.Errorf("%q passes for one bare address", text)
		}
	})
}
