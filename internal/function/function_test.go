package function_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"pgregory.net/rapid"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/provider"
)

// fataler is what *testing.T, *testing.F's T and *rapid.T have in common.
type fataler interface{ Fatalf(string, ...any) }

// call calls a function over the plugin protocol, as Terraform does.
func call(t fataler, name string, result tftypes.Type, arguments ...tftypes.Value) (tftypes.Value, *tfprotov6.FunctionError) {
	server := provider.NewServer("test")()
	req := &tfprotov6.CallFunctionRequest{Name: name}
	for _, argument := range arguments {
		encoded, err := tfprotov6.NewDynamicValue(argument.Type(), argument)
		if err != nil {
			t.Fatalf("encode an argument: %v", err)
		}
		req.Arguments = append(req.Arguments, &encoded)
	}
	resp, err := server.CallFunction(context.Background(), req)
	if err != nil {
		t.Fatalf("call %s: %v", name, err)
	}
	if resp.Error != nil {
		return tftypes.Value{}, resp.Error
	}
	value, err := resp.Result.Unmarshal(result)
	if err != nil {
		t.Fatalf("decode the result of %s: %v", name, err)
	}
	return value, nil
}

func text(value any) tftypes.Value { return tftypes.NewValue(tftypes.String, value) }

var (
	srnObject    = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"environment": tftypes.String, "account_id": tftypes.String, "region": tftypes.String, "service": tftypes.String, "resource_type": tftypes.String, "resource_id": tftypes.String}}
	amountObject = tftypes.Object{AttributeTypes: map[string]tftypes.Type{"krw": tftypes.String, "usd": tftypes.String}}
)

// stringsOf reads an object of strings; null is "(null)", unknown "(unknown)".
func stringsOf(t fataler, value tftypes.Value) map[string]string {
	fields := map[string]tftypes.Value{}
	if err := value.As(&fields); err != nil {
		t.Fatalf("%v", err)
	}
	result := map[string]string{}
	for name, field := range fields {
		switch {
		case !field.IsKnown():
			result[name] = "(unknown)"
		case field.IsNull():
			result[name] = "(null)"
		default:
			var s string
			if err := field.As(&s); err != nil {
				t.Fatalf("%v", err)
			}
			result[name] = s
		}
	}
	return result
}

// wantArgumentError asserts which argument an error is about, and its content.
func wantArgumentError(t *testing.T, err *tfprotov6.FunctionError, argument int64, contents ...string) {
	t.Helper()
	if err == nil || err.FunctionArgument == nil || *err.FunctionArgument != argument {
		t.Fatalf("error %+v, want one about argument %d", err, argument)
	}
	// Terraform puts the error into a sentence of its own, which ends with a full stop.
	if strings.HasSuffix(err.Text, ".") {
		t.Errorf("the error %q would end with two full stops", err.Text)
	}
	for _, content := range contents {
		if !strings.Contains(err.Text, content) {
			t.Errorf("the error %q does not say %q", err.Text, content)
		}
	}
}

func TestParseSRN(t *testing.T) {
	for _, test := range []struct {
		srn  string
		want map[string]string
	}{
		{
			"srn:e::26affb52e16944038a0cd2cc26060e1c:kr1-west1::compute:instance/INSTANCE-UPOg3Z6ZqyiMM0QyC3sI2m",
			map[string]string{"environment": "e", "account_id": "26affb52e16944038a0cd2cc26060e1c", "region": "kr1-west1", "service": "compute", "resource_type": "instance", "resource_id": "INSTANCE-UPOg3Z6ZqyiMM0QyC3sI2m"},
		},
		{
			"srn:e:::::iam:policy/policy-12345678",
			map[string]string{"environment": "e", "account_id": "(null)", "region": "(null)", "service": "iam", "resource_type": "policy", "resource_id": "policy-12345678"},
		},
		{
			"srn:s::acct:::scp-iam:root",
			map[string]string{"environment": "s", "account_id": "acct", "region": "(null)", "service": "scp-iam", "resource_type": "root", "resource_id": "(null)"},
		},
		{
			"srn:g:x:acct:kr-south1:y:storage:bucket/한글 이름:with/colons",
			map[string]string{"environment": "g", "account_id": "acct", "region": "kr-south1", "service": "storage", "resource_type": "bucket", "resource_id": "한글 이름:with/colons"},
		},
	} {
		got, err := call(t, "parse_srn", srnObject, text(test.srn))
		if err != nil {
			t.Errorf("%s: %v", test.srn, err.Text)
			continue
		}
		if diff := cmp.Diff(test.want, stringsOf(t, got)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", test.srn, diff)
		}
	}
}

func TestParseSRNRefuses(t *testing.T) {
	for _, test := range []struct{ srn, want string }{
		{"", `does not begin with "srn:"`},
		{"arn:aws:s3:::bucket/x", `"arn:aws:s3:::bucket/x" is not an SRN: it does not begin with "srn:"`},
		{"SRN:e::a:r::s:t/i", `does not begin with "srn:"`},
		{"srn:s::kr-west1:quota:account-quota/123456789", "6 parts"},
		{"srn:::a:r::s:t/i", "environment is empty"},
		{"srn:e::a:r:::t/i", "service is empty"},
		{"srn:e::a:r::s:/i", "resource type is empty"},
		{"srn:e::a:r::s:", "resource type is empty"},
		{"srn:e::a:r::s:t/", "resource id is empty"},
		{"srn:" + strings.Repeat("e", 5000), "too long"},
	} {
		_, err := call(t, "parse_srn", srnObject, text(test.srn))
		wantArgumentError(t, err, 0, test.want)
	}
}

// No string makes the parser panic, and what it accepts can be put together again
// from the parts.
func FuzzParseSRN(f *testing.F) {
	for _, s := range []string{"", "srn:e::a:r::s:t/i", "srn:e:::::s:t", "srn:::::::", "srn:e::a:r::s:t/i:j/k", "srn"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		value, problem := call(t, "parse_srn", srnObject, text(s))
		if problem != nil {
			if len(problem.Text) > 12_000 {
				t.Fatalf("the error for %d characters has %d", len(s), len(problem.Text))
			}
			return
		}
		parsed := stringsOf(t, value)
		for name, part := range parsed {
			parsed[name] = strings.TrimPrefix(part, "(null)")
		}
		resource := parsed["resource_type"]
		if parsed["resource_id"] != "" {
			resource += "/" + parsed["resource_id"]
		}
		parts := strings.SplitN(s, ":", 8)
		again := strings.Join([]string{"srn", parsed["environment"], parts[2], parsed["account_id"], parsed["region"], parts[5], parsed["service"], resource}, ":")
		if again != s {
			t.Fatalf("%q became %q", s, again)
		}
	})
}

func amount(krw, usd any) tftypes.Value {
	return tftypes.NewValue(amountObject, map[string]tftypes.Value{"krw": text(krw), "usd": text(usd)})
}

func amountList(rows ...tftypes.Value) tftypes.Value {
	return tftypes.NewValue(tftypes.List{ElementType: amountObject}, rows)
}

func TestSumAmounts(t *testing.T) {
	for name, test := range map[string]struct {
		rows     any
		krw, usd string
	}{
		"unknown list":         {tftypes.UnknownValue, "(unknown)", "(unknown)"},
		"none":                 {[]tftypes.Value{}, "0", "0"},
		"one, unchanged":       {[]tftypes.Value{amount("106.3225806452", "500.0000000000")}, "106.3225806452", "500.0000000000"},
		"exact":                {[]tftypes.Value{amount("0.1", "1"), amount("0.2", "-3")}, "0.3", "-2"},
		"most fraction digits": {[]tftypes.Value{amount("500.000", "0.0"), amount("0.0", "0.00")}, "500.000", "0.00"},
		"null currency":        {[]tftypes.Value{amount("1", nil), amount(nil, nil), amount("2", nil)}, "3", "0"},
		"null amount":          {[]tftypes.Value{tftypes.NewValue(amountObject, nil), amount("1", "2")}, "1", "2"},
		"only null amounts":    {[]tftypes.Value{tftypes.NewValue(amountObject, nil)}, "0", "0"},
		"unknown currency":     {[]tftypes.Value{amount("1", "1"), amount(tftypes.UnknownValue, "2")}, "(unknown)", "3"},
		"unknown amount":       {[]tftypes.Value{amount("1", "1"), tftypes.NewValue(amountObject, tftypes.UnknownValue)}, "(unknown)", "(unknown)"},
		"unknown then null":    {[]tftypes.Value{amount(tftypes.UnknownValue, nil), amount(nil, nil)}, "(unknown)", "0"},
		"zero is not null":     {[]tftypes.Value{amount("0", "-0.0")}, "0", "0.0"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := call(t, "sum_amounts", amountObject, tftypes.NewValue(tftypes.List{ElementType: amountObject}, test.rows))
			if err != nil {
				t.Fatal(err.Text)
			}
			if diff := cmp.Diff(map[string]string{"krw": test.krw, "usd": test.usd}, stringsOf(t, got)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestSumAmountsRefuses(t *testing.T) {
	for _, test := range []struct {
		amounts tftypes.Value
		want    []string
	}{
		{amountList(amount("1", "1"), amount("1", "1,5")), []string{"amounts[1].usd", `"1,5"`}},
		{amountList(amount("1E+999999999", "1")), []string{"amounts[0].krw", `"1E+999999999"`, "-100 to 100"}},
		{amountList(amount("", "1")), []string{"amounts[0].krw", `""`}},
		{tftypes.NewValue(tftypes.List{ElementType: amountObject}, nil), []string{"null"}},
	} {
		_, err := call(t, "sum_amounts", amountObject, test.amounts)
		wantArgumentError(t, err, 0, test.want...)
	}
}

func TestContractEndDate(t *testing.T) {
	for _, test := range []struct{ start, contractType, want string }{
		{"2026-03-10", "01", "2027-03-09"},
		{"2026-03-10", "1-year", "2027-03-09"},
		{"2026-03-10", "03", "2029-03-09"},
		{"2026-03-10", "3-year", "2029-03-09"},
		{"2026-03-10", "05", "2031-03-09"},
		{"2026-03-10", "5-year", "2031-03-09"},
		{"2026-03-10", "1 Year", "2027-03-09"},
		{"2026-01-01", "01", "2026-12-31"},
		{"2023-03-01", "01", "2024-02-29"},
		{"2024-02-29", "01", "2025-02-28"},
		{"2024-02-29", "03", "2027-02-28"},
		{"9998-01-01", "01", "9998-12-31"},
	} {
		got, err := call(t, "contract_end_date", tftypes.String, text(test.start), text(test.contractType))
		if err != nil {
			t.Errorf("%s, %s: %s", test.start, test.contractType, err.Text)
			continue
		}
		var day string
		if err := got.As(&day); err != nil || day != test.want {
			t.Errorf("%s, %s: %q (%v), want %q", test.start, test.contractType, day, err, test.want)
		}
	}
}

func TestContractEndDateRefuses(t *testing.T) {
	for _, start := range []string{"", "2026-02-29", "2026-3-1", "2026-03-10T00:00:00", "10.03.2026", "soon"} {
		_, err := call(t, "contract_end_date", tftypes.String, text(start), text("01"))
		wantArgumentError(t, err, 0, "YYYY-MM-DD")
	}
	for _, contractType := range []string{"", "02", "one-year", "2-year", "10", "1.5"} {
		_, err := call(t, "contract_end_date", tftypes.String, text("2026-03-10"), text(contractType))
		wantArgumentError(t, err, 1, "1-year", "5-year)")
	}
	_, err := call(t, "contract_end_date", tftypes.String, text("9999-01-01"), text("05"))
	wantArgumentError(t, err, 0, "9999")
}

// The day after the end, one term later, is the start of the next term, except
// for a start on 29 February.
func TestContractEndDateIsTheDayBeforeTheAnniversary(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		start := time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 20000).Draw(t, "days"))
		years := rapid.SampledFrom([]int{1, 3, 5}).Draw(t, "years")
		got, ferr := call(t, "contract_end_date", tftypes.String, text(start.Format(time.DateOnly)), text("0"+string(rune('0'+years))))
		if ferr != nil {
			t.Fatal(ferr.Text)
		}
		var day string
		if err := got.As(&day); err != nil {
			t.Fatal(err)
		}
		end, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		next := end.AddDate(0, 0, 1)
		wantMonth, wantDay := start.Month(), start.Day()
		if wantMonth == time.February && wantDay == 29 && next.Day() != 29 {
			wantMonth, wantDay = time.March, 1
		}
		if next.Year() != start.Year()+years || next.Month() != wantMonth || next.Day() != wantDay {
			t.Errorf("%s and %d years end on %s", start.Format(time.DateOnly), years, day)
		}
	})
}

func number(value any) tftypes.Value { return tftypes.NewValue(tftypes.Number, value) }

func TestFormatAmount(t *testing.T) {
	for _, test := range []struct {
		amount string
		digits int
		want   string
	}{
		{"12533525.5", 0, "12,533,526"},
		{"1e3", 1, "1,000.0"},
		{"123456789012345678901234567890.125", 2, "123,456,789,012,345,678,901,234,567,890.13"},
		{"0", 20, "0.00000000000000000000"},
	} {
		got, ferr := call(t, "format_amount", tftypes.String, text(test.amount), number(test.digits))
		if ferr != nil || !got.Equal(text(test.want)) {
			t.Errorf("format_amount(%q, %d) is %v %v, want %s", test.amount, test.digits, got, ferr, test.want)
		}
	}
}

func TestFormatAmountRefuses(t *testing.T) {
	for _, bad := range []string{"", "1,000", "abc", "0x10", "1.2.3"} {
		_, err := call(t, "format_amount", tftypes.String, text(bad), number(0))
		wantArgumentError(t, err, 0, bad)
	}
	for digits, shown := range map[any]string{0.5: "0.5", -1: "-1", 21: "21", 1e23: "1e+23"} {
		_, err := call(t, "format_amount", tftypes.String, text("1"), number(digits))
		wantArgumentError(t, err, 1, shown, "an integer from 0 to 20")
	}
}
