// Package money adds amounts of money exactly.
//
// An amount is a plain decimal string, as the services send it: an optional sign,
// digits, and an optional fraction, such as "106.3225806452" (NOTES section 5).
// An exponent may follow, as in "0E-10": that is how Java's BigDecimal and
// Python's Decimal write some numbers, zero among them. "5." is 5. This grammar is the
// only one: what a row may hold, a sum takes. The arithmetic is that
// of the library decimal, whose Add is exact; nothing is ever rounded, and no
// float is involved. The package knows neither Terraform nor the client.
package money

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/shopspring/decimal"
)

// maxLength is the longest string that is read as an amount, in bytes. Ours: the
// longest amounts seen have some twenty characters, and a number that Terraform has
// divided has about 160.
const maxLength = 256

// maxExponent is the largest exponent that is read, and the negative of the
// smallest. Ours: with it a sum has a few hundred digits at most, whatever is
// added; the library would read ten thousand out of a string of seven characters.
const maxExponent = 100

// A SyntaxError is a string that is no amount.
type SyntaxError struct{ Text string }

// Error names the string, cut when it is long.
func (e *SyntaxError) Error() string {
	if len(e.Text) > maxLength {
		return fmt.Sprintf("%.*q... is too long for an amount: it has %d characters, and at most %d are read", 40, e.Text, len(e.Text), maxLength)
	}
	return fmt.Sprintf("%q is not an amount; expected a decimal string such as -106.3225806452, or 0E-10 (exponent from -%d to %[2]d)", e.Text, maxExponent)
}

// Sum adds amounts up. The zero value is an empty sum.
type Sum struct{ total decimal.Decimal }

// Add adds one amount. When the string is not an amount, the sum stays as it was and
// the error is a *SyntaxError.
func (s *Sum) Add(text string) error {
	amount, err := parse(text)
	if err != nil {
		return err
	}
	s.total = s.total.Add(amount)
	return nil
}

// AddSum adds what another sum holds.
func (s *Sum) AddSum(other *Sum) { s.total = s.total.Add(other.total) }

// Text is the sum as a plain decimal string, "0" for an empty one. It has as many
// fraction digits as the amount that had the most: "500.000" and "0.0" make
// "500.000". Zero never carries a minus, and nothing an exponent.
func (s *Sum) Text() string {
	return s.total.StringFixed(max(0, -s.total.Exponent()))
}

// Format writes an amount for people: rounded half away from zero to so many fraction
// digits, 0 to maxLength, with commas between thousands. An error is a *SyntaxError.
func Format(text string, digits int) (string, error) {
	amount, err := parse(text)
	if err != nil {
		return "", err
	}
	plain := amount.StringFixed(int32(min(max(digits, 0), maxLength)))
	sign := ""
	if strings.HasPrefix(plain, "-") {
		sign, plain = "-", plain[1:]
	}
	whole, fraction, _ := strings.Cut(plain, ".")
	if strings.Trim(whole+fraction, "0") == "" {
		sign = "" // Zero never carries a minus.
	}
	var b strings.Builder
	b.WriteString(sign)
	for i, digit := range []byte(whole) {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteByte(digit)
	}
	if fraction != "" {
		b.WriteString("." + fraction)
	}
	return b.String(), nil
}

// parse reads a decimal string. The library itself takes more, such as exponents of
// thousands and ".5".
func parse(text string) (decimal.Decimal, error) {
	if !Valid(text) {
		return decimal.Decimal{}, &SyntaxError{text}
	}
	amount, err := decimal.NewFromString(text)
	if err != nil {
		return decimal.Decimal{}, &SyntaxError{text}
	}
	return amount, nil
}

// Valid reports whether a string is an amount within the bounds.
func Valid(text string) bool {
	if len(text) > maxLength {
		return false
	}
	number := text
	if text != "" && (text[0] == '-' || text[0] == '+') {
		number = text[1:]
	}
	if i := strings.IndexAny(number, "eE"); i >= 0 {
		if exponent, err := strconv.Atoi(number[i+1:]); err != nil || exponent < -maxExponent || exponent > maxExponent {
			return false
		}
		number = number[:i]
	}
	whole, fraction, _ := strings.Cut(number, ".")
	return whole != "" && onlyDigits(whole) && onlyDigits(fraction)
}

func onlyDigits(text string) bool {
	for i := range len(text) {
		if text[i] < '0' || text[i] > '9' {
			return false
		}
	}
	return true
}
