package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/provider"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// report runs the command against an emulator with something in it.
func report(t *testing.T, e *acctest.Env) (output string, err error) {
	t.Helper()
	environment := map[string]string{}
	for _, line := range e.Environment() {
		name, value, _ := strings.Cut(line, "=")
		environment[name] = value
	}
	home := t.TempDir()
	config, err := provider.EnvironmentConfig(func(name string) string { return environment[name] }, func() (string, error) { return home, nil })
	if err != nil {
		t.Fatal(err)
	}
	config.MaxRetries = 0
	var out strings.Builder
	err = check(t.Context(), config, &out)
	return out.String(), err
}

// filled is an emulator with the demo seed and a secret that must not come out.
func filled(t *testing.T, g emulator.Guesses) *acctest.Env {
	t.Helper()
	return acctest.New(t, acctest.WithEmulator(emulator.Options{Seed: "demo", Guesses: g}), acctest.WithSetting("account_id", emulator.ExampleAccountID), acctest.WithSetting("auth_token", "example-token"))
}

// verdictOf finds the line of a guess, without its number and words.
func verdictOf(t *testing.T, output, number string) string {
	t.Helper()
	line := regexp.MustCompile(fmt.Sprintf(`(?m)^ +%s .* (%s|%s|%s)`, number, confirmed, refuted, notSeen)).FindStringSubmatch(output)
	if line == nil {
		t.Fatalf("no line about guess %s:\n%s", number, output)
	}
	return line[1]
}

// Each guess both ways.
func TestGuesses(t *testing.T) {
	t.Parallel()
	as, err := report(t, filled(t, emulator.Guesses{}))
	if err != nil {
		t.Errorf("%v\n%s", err, as)
	}
	other := emulator.Guesses{
		SearchNameIsWhole: true, PageSizeIgnored: true, StartSameDay: true, TermEndsOnAnniversary: true, StateBeforeStart: "SCHEDULED", DefaultPeriod: "all",
		CountAlways: true, MarkerIsNextRow: true, DiscountsNegative: true,
	}
	e := filled(t, other)
	e.SCP.PutPlannedCompute(emulator.PlannedCompute{State: "SCHEDULED", CreatedAt: time.Now()})
	otherwise, err := report(t, e)
	if err != nil {
		t.Errorf("%v\n%s", err, otherwise)
	}
	for _, number := range []string{"9", "10", "12", "13", "14", "18", "20", "21", "23"} {
		if got := verdictOf(t, as, number); got != confirmed {
			t.Errorf("guess %s as guessed: %s", number, got)
		}
		if got := verdictOf(t, otherwise, number); got != refuted {
			t.Errorf("guess %s otherwise: %s", number, got)
		}
	}
	for _, number := range []string{"19", "22", "25", "28"} {
		if got := verdictOf(t, as, number); got != confirmed {
			t.Errorf("guess %s: %s", number, got)
		}
	}
	printed, err := report(t, filled(t, emulator.Guesses{StatusCodeAsString: true}))
	if err == nil || verdictOf(t, printed, "22") != refuted || !strings.Contains(printed, "DIFFERS") {
		t.Errorf("status codes as strings: %v\n%s", err, printed)
	}
	old, err := report(t, acctest.New(t, acctest.WithEmulator(emulator.Options{Seed: "demo", APIVersions: map[string][]string{"budget": {"1.1"}}})))
	if err != nil || verdictOf(t, old, "28") != refuted {
		t.Errorf("a service without budget 1.0: %v\n%s", err, old)
	}
	if testing.Verbose() {
		t.Log("\n" + as)
	}
}

// It reads, and nothing that names somebody comes out.
func TestNothingIsWrittenOrTold(t *testing.T) {
	t.Parallel()
	e := filled(t, emulator.Guesses{})
	out, _ := report(t, e)
	for _, r := range e.SCP.Requests() {
		if r.Method != "GET" && !strings.HasSuffix(r.Path, "/cancellation-fee") {
			t.Errorf("%s %s", r.Method, r.Path)
		}
	}
	for _, secret := range []string{emulator.ExampleAccessKey, emulator.ExampleSecretKey, emulator.ExampleAccountID, "example-token", "5f3688a1", "@example.com", "http://"} {
		if strings.Contains(out, secret) {
			t.Errorf("%q is in the output:\n%s", secret, out)
		}
	}
}

// An empty account, a service that refuses and one that responses something else.
func TestOtherServices(t *testing.T) {
	t.Parallel()
	empty := acctest.New(t)
	out, err := report(t, empty)
	if err != nil || !strings.Contains(out, "not called: there is no contract") || verdictOf(t, out, "13") != notSeen {
		t.Errorf("an empty account: %v\n%s", err, out)
	}
	refusing := acctest.New(t)
	refusing.Fault(t, "method=GET,path=/v1/bills,status=403")
	out, err = report(t, refusing)
	if err != nil || !strings.Contains(out, "refused: status 403") {
		t.Errorf("refused: %v\n%s", err, out)
	}
	other := filled(t, emulator.Guesses{})
	other.Fault(t, "method=GET,path=/v1/usages,mode=wrong-shape")
	out, err = report(t, other)
	if err == nil || !strings.Contains(fmt.Sprint(err), "differ from the API specification") || !strings.Contains(out, "DIFFERS") {
		t.Errorf("another shape: %v\n%s", err, out)
	}
	_, err = provider.EnvironmentConfig(func(string) string { return "" }, func() (string, error) { return t.TempDir(), os.ErrNotExist })
	if err == nil || !strings.Contains(err.Error(), "Missing access_key") {
		t.Errorf("without credentials: %v", err)
	}
}
