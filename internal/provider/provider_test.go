package provider_test

// The provider block, over the bare protocol.

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

const budgets = "scpbilling_account_budgets"

func TestProviderBlockIsValidated(t *testing.T) {
	t.Parallel()
	p := acctest.NewProvider(t)
	for _, c := range []struct {
		config acctest.Object
		want   string
	}{
		{acctest.Object{"environment": "x"}, `"e"`},
		{acctest.Object{"language": "ko"}, `"ko-KR"`},
		{acctest.Object{"request_timeout": "soon"}, "45s or 2m"},
		{acctest.Object{"request_timeout": "-5s"}, "45s or 2m"},
		{acctest.Object{"max_retries": -1}, "between 0 and 100"},
		{acctest.Object{"max_retries": 101}, "between 0 and 100"},
		{acctest.Object{"max_requests_per_second": -0.5}, "at least 0"},
	} {
		p.ValidateConfig(c.config).WantError(t, c.want)
	}
	for _, config := range []acctest.Object{
		{},
		{"environment": "", "language": "", "request_timeout": "", "auth_url": "", "access_key": ""},
		{"environment": "s", "language": "ko-KR", "request_timeout": "1m30s", "max_retries": 0, "max_requests_per_second": 0.5},
		{"endpoints": acctest.Object{}},
	} {
		p.ValidateConfig(config).WantNone(t)
	}
}

// A value that is only known after apply ends no plan, and a call that needs it
// names it; so every argument is read, and none is forgotten.
func TestEveryArgumentMayBeUnknown(t *testing.T) {
	t.Parallel()
	p := acctest.NewProvider(t)
	for _, attribute := range p.Schema.Provider.Block.Attributes {
		config := acctest.Object{"access_key": "AK", "secret_key": "hush-hush", "environment": "e", attribute.Name: acctest.Unknown}
		p := acctest.NewProvider(t)
		p.ValidateConfig(config).WantNone(t)
		p.Configure(config).WantNone(t)
		_, d := p.ReadData(budgets, acctest.Object{})
		d.WantError(t, "Could not list account budgets", attribute.Name+" will only be known after apply")
	}
	p.Configure(acctest.Object{"endpoints": acctest.Object{"budget": acctest.Unknown}}).WantNone(t)
	_, d := p.ReadData(budgets, acctest.Object{})
	d.WantError(t, "endpoints.budget will only be known after apply")
}

// What the block says is what is sent.
func TestProviderBlockIsUsed(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "looks at requests")
	e := acctest.New(
		t,
		acctest.WithEmulator(emulator.Options{AccessKey: "ANOTHERKEY", SecretKey: "another-secret"}),
		acctest.WithSetting("access_key", "ANOTHERKEY"), acctest.WithSetting("secret_key", "another-secret"),
		acctest.WithSetting("account_id", emulator.ExampleAccountID), acctest.WithSetting("auth_token", "a-token"),
		acctest.WithSetting("language", "ko-KR"), acctest.WithSetting("max_requests_per_second", 1000.5),
	)
	_, d := e.Protocol(t).ReadData(budgets, acctest.Object{})
	d.WantNone(t)
	requests := e.SCP.Requests()
	if len(requests) != 1 {
		t.Fatalf("%d requests", len(requests))
	}
	for name, want := range map[string]string{
		"Scp-AccountId":   emulator.ExampleAccountID,
		"Accept-Language": "ko-KR",
		"User-Agent":      "terraform-provider-scpbilling/" + acctest.Version + " (Terraform 1.14.0)",
	} {
		if got := requests[0].Header.Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	if requests[0].Header.Get("X-Auth-Token") == "" {
		t.Error("the token was not sent")
	}

	// Without retries one failure is one request; with them it is more.
	for retries, want := range map[int]int{0: 1, 1: 2} {
		e := acctest.New(t, acctest.WithSetting("max_retries", retries))
		e.Fault(t, "status=503,retry-after=0")
		_, d := e.Protocol(t).ReadData(budgets, acctest.Object{})
		d.WantError(t, "503")
		e.MustCheck(t, acctest.Exactly(want, "GET", acctest.BudgetsPath))
	}

	// A time-out of one attempt ends it, and the message says what to do.
	slow := acctest.New(t, acctest.WithSetting("max_retries", 0), acctest.WithSetting("request_timeout", "100ms"))
	slow.Fault(t, "delay=30s")
	_, d = slow.Protocol(t).ReadData(budgets, acctest.Object{})
	d.WantError(t, "listAccountBudgets", "request_timeout")
}

// The files in the home folder are enough for a working provider. The test
// changes the process's environment, so it runs alone.
func TestFilesAreEnough(t *testing.T) {
	acctest.NeedEmulator(t, "brings files of its own")
	e := acctest.New(t, acctest.ThroughCatalogue())
	home := t.TempDir()
	t.Setenv("HOME", home)
	t.Setenv("USERPROFILE", home)
	folder := filepath.Join(home, ".scpconf")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	credentials := filepath.Join(folder, "credentials.json")
	acctest.WriteFile(t, filepath.Join(folder, "config.json"), fmt.Sprintf(`{"auth-url":%q,"default-region":"kr-west1"}`, e.URL+"/v1/endpoints"))
	acctest.WriteFile(t, credentials, fmt.Sprintf(`{"access-key":%q,"secret-key":%q}`, emulator.ExampleAccessKey, emulator.ExampleSecretKey))
	p := acctest.NewProvider(t)
	p.Configure(acctest.Object{}).WantNone(t)
	_, d := p.ReadData(budgets, acctest.Object{})
	d.WantNone(t)
	e.MustCheck(t, acctest.Exactly(1, "GET", acctest.CataloguePath), acctest.Exactly(1, "GET", acctest.BudgetsPath))

	if runtime.GOOS != "windows" { // there are no such modes
		if err := os.Chmod(credentials, 0o644); err != nil {
			t.Fatal(err)
		}
		p = acctest.NewProvider(t)
		p.Configure(acctest.Object{}).WantWarning(t, "credentials.json", "readable by other users", "chmod 600")
		_, d = p.ReadData(budgets, acctest.Object{})
		d.WantNone(t)
	}

	acctest.WriteFile(t, credentials, `{"secret-key": hush-hush}`)
	d = acctest.NewProvider(t).Configure(acctest.Object{})
	if !d.HasError() || strings.Contains(d.String(), "hush") || !strings.Contains(d.String(), "credentials.json") {
		t.Errorf("a malformed file: %s", d)
	}
}

// Credentials that another resource brings: the plan of a creation works, and so
// does the apply.
func TestAccCredentialsFromAResource(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "needs the credentials in the configuration")
	e := acctest.New(t)
	e.Test(t, resource.TestStep{
		Config: fmt.Sprintf(`
resource "terraform_data" "credentials" {
  input = { access_key = %q, secret_key = %q }
}
provider "scpbilling" {
  endpoint_override = %q
  access_key        = terraform_data.credentials.output.access_key
  secret_key        = terraform_data.credentials.output.secret_key
}
`, emulator.ExampleAccessKey, emulator.ExampleSecretKey, e.URL) + `
resource "scpbilling_account_budget" "this" {
  name        = "team-a"
  amount      = 1000
  unit        = "MONTHLY"
  start_month = "2099-01"
}
`,
		Check: resource.TestCheckResourceAttrSet("scpbilling_account_budget.this", "id"),
	})
}
