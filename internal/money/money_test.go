package money

import (
	"errors"
	"math/big"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func sum(t *testing.T, list ...string) string {
	t.Helper()
	var s Sum
	for _, text := range list {
		if err := s.Add(text); err != nil {
			t.Fatal(err)
		}
	}
	return s.Text()
}

func TestSum(t *testing.T) {
	for _, test := range []struct {
		list []string
		want string
	}{
		{nil, "0"},
		{[]string{"106.3225806452"}, "106.3225806452"},
		{[]string{"500.0000000000"}, "500.0000000000"},
		{[]string{"500.000", "0.0"}, "500.000"},
		{[]string{"0.0", "500.000"}, "500.000"},
		{[]string{"0.1", "0.2"}, "0.3"},
		{[]string{"1", "2"}, "3"},
		{[]string{"0.000"}, "0.000"},
		{[]string{"-0"}, "0"},
		{[]string{"-0.00", "-0.0"}, "0.00"},
		{[]string{"-1.5", "1.50"}, "0.00"},
		{[]string{"1.5", "-1.50"}, "0.00"},
		{[]string{"-1.5", "1.25"}, "-0.25"},
		{[]string{"-100", "-0.001"}, "-100.001"},
		{[]string{"007.50"}, "7.50"},
		{[]string{"999999999999999999", "1"}, "1000000000000000000"},
		{[]string{"9999999999999999999", "0.1"}, "9999999999999999999.1"},
		{[]string{"-99999999999999999999.9999999999", "99999999999999999999.9999999999"}, "0.0000000000"},
		{[]string{strings.Repeat("9", 100), "1"}, "1" + strings.Repeat("0", 100)},
		// The strings of Java's BigDecimal and of Python's Decimal have exponents.
		{[]string{"0E-10"}, "0.0000000000"},
		{[]string{"-0E-3", "0E-2"}, "0.000"},
		{[]string{"1.5E-7", "1"}, "1.00000015"},
		{[]string{"-1E-10", "1e-10"}, "0.0000000000"},
		{[]string{"1E+3"}, "1000"},
		{[]string{"1E3", "-1E+3"}, "0"},
		{[]string{"0E+7"}, "0"},
		{[]string{"0e100", "0.5"}, "0.5"},
		{[]string{"1.50e1"}, "15.0"},
		{[]string{"1.50e2", "0.1"}, "150.1"},
		{[]string{"12e0"}, "12"},
		{[]string{"12e-0"}, "12"},
		{[]string{"+5.", "5.e2", "-5.E-2"}, "504.95"},
		{[]string{"+0.", "-0.e3"}, "0"},
		{[]string{"12e00000000000000000007"}, "120000000"},
		{[]string{"123456789012345678901234567890E-29"}, "1.23456789012345678901234567890"},
		{[]string{"123456789012345678901234567890E2"}, "12345678901234567890123456789000"},
		{[]string{"1e100", "1e-100"}, "1" + strings.Repeat("0", 100) + "." + strings.Repeat("0", 99) + "1"},
		{[]string{"0." + strings.Repeat("0", 97) + "1", "1"}, "1." + strings.Repeat("0", 97) + "1"},
	} {
		if got := sum(t, test.list...); got != test.want {
			t.Errorf("sum of %v is %q, want %q", test.list, got, test.want)
		}
	}
}

func TestAddSum(t *testing.T) {
	var all, part, empty Sum
	if all.AddSum(&empty); all.Text() != "0" {
		t.Errorf("the sum of nothing is %q", all.Text())
	}
	for _, text := range []string{"1.50", "-0.25"} {
		if err := part.Add(text); err != nil {
			t.Fatal(err)
		}
	}
	all.AddSum(&part)
	all.AddSum(&part)
	if all.Text() != "2.50" || part.Text() != "1.25" {
		t.Errorf("%s and %s", all.Text(), part.Text())
	}
}

func TestFormat(t *testing.T) {
	for _, c := range []struct {
		text   string
		digits int
		want   string
	}{
		{"12533525.5", 0, "12,533,526"},
		{"12533525.4999", 0, "12,533,525"},
		{"-12533525.5", 0, "-12,533,526"},
		{"0.5", 0, "1"},
		{"-0.5", 0, "-1"},
		{"0.4", 0, "0"},
		{"-0.4", 0, "0"},
		{"999.995", 2, "1,000.00"},
		{"1", 2, "1.00"},
		{"1000", 0, "1,000"},
		{"100", 0, "100"},
		{"-100000", 0, "-100,000"},
		{"1e6", 0, "1,000,000"},
		{"0E-10", 1, "0.0"},
		{"+5.", 0, "5"},
		{"1E2", 3, "100.000"},
		{"9223372036854775808000.125", 2, "9,223,372,036,854,775,808,000.13"},
	} {
		if got, err := Format(c.text, c.digits); err != nil || got != c.want {
			t.Errorf("%s with %d digits is %q, %v; want %q", c.text, c.digits, got, err, c.want)
		}
	}
	for _, bad := range []string{"", "x", "1,000", "1e999", ".5", "NaN", "-", "1.2.3"} {
		if got, err := Format(bad, 0); err == nil {
			t.Errorf("%q is formatted as %q", bad, got)
		}
	}
}

func TestSumRefuses(t *testing.T) {
	for _, text := range []string{
		"", "-", "--1", " 1", "1 ", "1,000", ".5", "-.5", ".", "-.", "1.2.3", "0x10", "1_000",
		"e5", "-e5", "1e", "1E", "1e+", "1e-", "1e+-5", "1e5.0", "1e5e5", ".5e1", "1e 5", "1e5-", "0x1p5",
		"1e101", "1e-101", "0e101", "1e+99999999999999999999999", "1e-99999999999999999999999", "1e2147483648",
		"NaN", "nan", "sNaN", "Inf", "-Infinity", "infinity", "१", "1\x00", "1\n", strings.Repeat("1", maxLength+1), "1e100000000",
	} {
		s := Sum{}
		if err := s.Add("1.5"); err != nil {
			t.Fatal(err)
		}
		err := s.Add(text)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || syntax.Text != text {
			t.Errorf("adding %q: error %v, want a SyntaxError with the string", text, err)
		}
		if got := s.Text(); got != "1.5" {
			t.Errorf("after the refused %q the sum is %q, want 1.5", text, got)
		}
	}
}

func TestSyntaxErrorNamesTheString(t *testing.T) {
	if got := (&SyntaxError{"1e500"}).Error(); !strings.Contains(got, `"1e500"`) || !strings.Contains(got, "-100 to 100") {
		t.Errorf("the error %q does not name the string and the bounds", got)
	}
	long := strings.Repeat("7", 5000)
	if got := (&SyntaxError{long}).Error(); !strings.Contains(got, strings.Repeat("7", 40)) || !strings.Contains(got, "5000") || len(got) > 300 {
		t.Errorf("the error %q does not name the beginning and the length of a long string", got)
	}
}

// amounts draws strings of every accepted form, from one digit to very many.
func amounts() *rapid.Generator[string] {
	return rapid.OneOf(
		rapid.StringMatching(`[-+]?[0-9]{1,12}(\.[0-9]{0,10})?`),
		rapid.StringMatching(`-?[0-9]{1,40}(\.[0-9]{1,40})?`),
		rapid.StringMatching(`-?[0-9]{1,30}(\.[0-9]{1,30})?[eE][-+]?(100|[0-9]{1,2})`),
		rapid.SampledFrom([]string{"0E-10", "-0e+5", "1E-100", "1e100", "0", "-0", "0.0", "-0.000", "0.0000000000", "106.3225806452"}),
	)
}

// The sum is that of math/big's rationals, in any order, with the most fraction
// digits that were seen, and without a minus before zero.
func TestSumAgainstRationals(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		list := rapid.SliceOfN(amounts(), 0, 60).Draw(t, "list")
		want, fraction := new(big.Rat), 0
		var forward, backward Sum
		for i, text := range list {
			r, ok := new(big.Rat).SetString(text)
			if !ok {
				t.Fatalf("%q is no rational", text)
			}
			want.Add(want, r)
			fraction = max(fraction, fractionOf(text))
			if err := errors.Join(forward.Add(text), backward.Add(list[len(list)-1-i])); err != nil {
				t.Fatal(err)
			}
		}
		if got := forward.Text(); got != want.FloatString(fraction) {
			t.Errorf("the sum is %q, want %q", got, want.FloatString(fraction))
		}
		if f, b := forward.Text(), backward.Text(); f != b {
			t.Errorf("the order matters: %q and %q", f, b)
		}
	})
}

// fractionOf is how many fraction digits a string means.
func fractionOf(text string) int {
	mantissa, power, _ := strings.Cut(strings.ToLower(text), "e")
	_, digits, _ := strings.Cut(mantissa, ".")
	exponent, _ := strconv.Atoi(power) // 0 for none
	return len(digits) - exponent
}

// Whatever the string, Add accepts it exactly when it has the form that the API
// reference returns for amounts and is short enough.
func FuzzAdd(f *testing.F) {
	for _, text := range []string{"", "1", "-1.50", "1e5", "0E-10", "1e+101", "1e99999999999", "NaN", "+1", ".5", "5.", "0.0.", strings.Repeat("9", 101)} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var s Sum
		err := s.Add(text)
		if (err == nil) != accepted(text) {
			t.Fatalf("adding %q: error %v", text, err)
		}
		if err == nil && (!plain(s.Text()) || len(s.Text()) > 2*maxLength+maxExponent) {
			t.Fatalf("%q became %q", text, s.Text())
		}
		if err == nil && strings.HasPrefix(s.Text(), "-0") && !strings.ContainsAny(s.Text(), "123456789") {
			t.Fatalf("%q became %q", text, s.Text())
		}
	})
}

// accepted is the form of amounts, written another way than in the code under test.
func accepted(text string) bool {
	mantissa, power, found := strings.Cut(strings.ReplaceAll(text, "E", "e"), "e")
	if found {
		if power == "" || strings.Trim(power[1:], "0123456789") != "" || !strings.ContainsAny(power, "0123456789") || !strings.ContainsAny(power[:1], "+-0123456789") {
			return false
		}
		// ParseInt returns the nearest number for one that does not fit.
		if exponent, _ := strconv.ParseInt(power, 10, 64); exponent > 100 || exponent < -100 {
			return false
		}
	}
	mantissa = strings.TrimPrefix(mantissa, "+")
	if strings.Count(mantissa, ".") == 1 {
		mantissa = strings.TrimSuffix(mantissa, ".")
	}
	if strings.HasPrefix(text, "+-") {
		return false
	}
	return len(text) <= maxLength && plain(mantissa)
}

// plain is the form that the API reference gives for amounts.
func plain(text string) bool {
	whole, fraction, found := strings.Cut(strings.TrimPrefix(text, "-"), ".")
	digits := func(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }
	return digits(whole) && (!found || digits(fraction))
}

func BenchmarkAdd(b *testing.B) {
	list := [...]string{"106.3225806452", "0.0000000000", "12.5", "-3.0000000001"}
	b.ReportAllocs()
	var s Sum
	for i := range b.N {
		if err := s.Add(list[i%len(list)]); err != nil {
			b.Fatal(err)
		}
	}
}
