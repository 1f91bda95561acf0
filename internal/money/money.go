// Package money adds amounts of money exactly.
//
// An amount is plain decimal text, as the services send it: an optional minus,
// digits, and an optional fraction, such as "106.3225806452" (NOTES section 5).
// An exponent may follow, as in "0E-10": that is how Java's BigDecimal and
// Python's Decimal write some numbers, zero among them. The arithmetic is that of the decimal library apd; nothing is ever rounded,
// and no float is involved. The package knows neither Terraform nor the client.
package money

import (
	"fmt"
	"strings"

	"github.com/cockroachdb/apd/v3"
)

// MaxLength is the longest text that is read as an amount, in bytes. Ours: the
// longest amounts seen have some twenty characters.
const MaxLength = 100

// MaxExponent is the largest exponent that is read, and the negative of the
// smallest. Ours: with it a sum has a few hundred digits at most, whatever is
// added; apd would make a hundred thousand of a text of seven characters.
const MaxExponent = 100

// quickDigits is how many digits always fit an int64.
const quickDigits = 18

// A SyntaxError is a text that is no amount.
type SyntaxError struct{ Text string }

// Error names the text, cut when it is long.
func (e *SyntaxError) Error() string {
	if len(e.Text) > MaxLength {
		return fmt.Sprintf("%.*q... is too long for an amount: it has %d characters, and at most %d are read", 40, e.Text, len(e.Text), MaxLength)
	}
	return fmt.Sprintf("%q is not an amount: want decimal text such as -106.3225806452, or 0E-10 with an exponent from -%d to %[2]d", e.Text, MaxExponent)
}

// Sum adds amounts up. The zero value is an empty sum. A Sum must not be copied
// once it was used.
type Sum struct {
	total apd.Decimal
	any   bool
}

// Add adds one amount. Ordinary amounts, of up to 18 digits, allocate nothing.
// When the text is no amount, the sum stays as it was and the error is a
// *SyntaxError.
func (s *Sum) Add(text string) error {
	var amount apd.Decimal
	if err := parse(&amount, text); err != nil {
		return err
	}
	// The base context has no precision, so Add never rounds. It fails only for
	// exponents that MaxLength and MaxExponent rule out.
	if _, err := apd.BaseContext.Add(&s.total, &s.total, &amount); err != nil {
		return fmt.Errorf("add %q: %w", text, err)
	}
	s.any = true
	return nil
}

// AddSum adds what another sum holds. An empty one adds nothing.
func (s *Sum) AddSum(other *Sum) error {
	if !other.any {
		return nil
	}
	if _, err := apd.BaseContext.Add(&s.total, &s.total, &other.total); err != nil {
		return fmt.Errorf("add a sum: %w", err)
	}
	s.any = true
	return nil
}

// Empty tells whether nothing was added yet.
func (s *Sum) Empty() bool { return !s.any }

// Text is the sum as plain decimal text, "0" for an empty one. It has as many
// fraction digits as the amount that had the most: "500.000" and "0.0" make
// "500.000". Zero never carries a minus, and nothing an exponent.
func (s *Sum) Text() string {
	if s.total.IsZero() {
		// Zero has a sign in decimal arithmetic: -0.0 and -0.0 make -0.0.
		s.total.Negative = false
	}
	return s.total.Text('f')
}

// parse reads decimal text. apd itself takes much more, such as exponents of many
// thousands of digits, "+1", ".5", "NaN" and "Infinity".
func parse(d *apd.Decimal, text string) error {
	if len(text) > MaxLength {
		return &SyntaxError{text}
	}
	negative := len(text) > 0 && text[0] == '-'
	digits := text
	if negative {
		digits = text[1:]
	}
	var exponent int32
	if i := strings.IndexAny(digits, "eE"); i >= 0 {
		var ok bool
		if exponent, ok = parseExponent(digits[i+1:]); !ok {
			return &SyntaxError{text}
		}
		digits = digits[:i]
	}
	var coefficient int64
	count, point := 0, -1
	for i := range len(digits) {
		switch c := digits[i]; {
		case c >= '0' && c <= '9':
			count++
			if count <= quickDigits {
				coefficient = coefficient*10 + int64(c-'0')
			}
		case c == '.' && point < 0 && i > 0 && i < len(digits)-1:
			point = i
		default:
			return &SyntaxError{text}
		}
	}
	if count == 0 {
		return &SyntaxError{text}
	}
	if count <= quickDigits {
		if point >= 0 {
			exponent -= int32(len(digits) - point - 1) //nolint:gosec // At most MaxLength.
		}
		d.SetFinite(coefficient, exponent)
		d.Negative = negative
	} else if _, _, err := d.SetString(text); err != nil {
		return &SyntaxError{text}
	}
	if d.Exponent > 0 {
		// As plain text: a zero of thousands has no thousand zeros.
		var power apd.BigInt
		power.Exp(apd.NewBigInt(10), apd.NewBigInt(int64(d.Exponent)), nil)
		d.Coeff.Mul(&d.Coeff, &power)
		d.Exponent = 0
	}
	return nil
}

// parseExponent reads what follows the e.
func parseExponent(text string) (exponent int32, ok bool) {
	digits := text
	if text != "" && (text[0] == '-' || text[0] == '+') {
		digits = text[1:]
	}
	for i := range len(digits) {
		c := digits[i]
		if c < '0' || c > '9' {
			return 0, false
		}
		if exponent = exponent*10 + int32(c-'0'); exponent > MaxExponent {
			return 0, false
		}
	}
	if text != digits && text[0] == '-' {
		exponent = -exponent
	}
	return exponent, digits != ""
}
