package e2e

// Encrypted connections of the real provider process: certificates are verified,
// nothing older than TLS 1.2 is spoken, and no setting turns that off.

import (
	"crypto/tls"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

func TestTLS(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "speaks TLS in its own ways")
	const config = `
terraform {
  required_providers {
    scpbilling = { source = "scpbilling/scpbilling" }
  }
}
provider "scpbilling" { max_retries = 0 }
data "scpbilling_account_budgets" "all" {}
`
	for _, test := range []struct {
		name    string
		version uint16
		trusted bool
		want    string // of the error; "" is success
	}{
		{"trusted", tls.VersionTLS13, true, ""},
		{"trusted, TLS 1.2", tls.VersionTLS12, true, ""},
		{"unknown authority", tls.VersionTLS13, false, "certificate"},
		{"TLS 1.1", tls.VersionTLS11, true, "protocol version"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server, err := emulator.New(emulator.Options{Now: func() time.Time { return seoulNoon }, Guesses: emulator.Guesses{TimestampTolerance: -1}})
			if err != nil {
				t.Fatal(err)
			}
			var arrived atomic.Int64
			web := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
				arrived.Add(1)
				server.ServeHTTP(rw, r)
			}))
			web.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: test.version}
			web.StartTLS()
			t.Cleanup(func() {
				_ = server.Close()
				web.Close()
			})
			folder := t.TempDir()
			authority := filepath.Join(folder, "authority.pem")
			text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: web.Certificate().Raw})
			if !test.trusted {
				text = nil
			}
			for name, data := range map[string][]byte{authority: text, filepath.Join(folder, "main.tf"): []byte(config)} {
				if err := os.WriteFile(name, data, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			r := acctest.RunTerraform(t, folder, []string{
				"SSL_CERT_FILE=" + authority, "SSL_CERT_DIR=" + folder, "SCP_TF_ENDPOINT_OVERRIDE=" + web.URL,
				"SCP_TF_ACCESS_KEY=" + emulator.ExampleAccessKey, "SCP_TF_SECRET_KEY=" + emulator.ExampleSecretKey,
			}, "plan", "-no-color", "-input=false")
			output := strings.Join(strings.Fields(strings.ReplaceAll(r.Output(), "│", " ")), " ")
			if test.want == "" {
				if r.ExitCode != 0 || arrived.Load() == 0 {
					t.Errorf("ended with %d after %d requests: %s", r.ExitCode, arrived.Load(), output)
				}
				return
			}
			if r.ExitCode == 0 || !strings.Contains(output, test.want) || !strings.Contains(output, "no connection") {
				t.Errorf("ended with %d: %s", r.ExitCode, output)
			}
			if n := arrived.Load(); n > 0 {
				t.Errorf("%d requests with credentials arrived", n)
			}
		})
	}
}

// No setting of the provider has to do with the verification of certificates.
func TestNoSettingTurnsVerificationOff(t *testing.T) {
	t.Parallel()
	suspicious := regexp.MustCompile(`(?i)insecure|skip|verif|tls|ssl|cert`)
	var look func(attributes []*tfprotov6.SchemaAttribute) int
	look = func(attributes []*tfprotov6.SchemaAttribute) (n int) {
		for _, a := range attributes {
			n++
			if suspicious.MatchString(a.Name) {
				t.Errorf("the provider has a setting %s", a.Name)
			}
			if a.NestedType != nil {
				n += look(a.NestedType.Attributes)
			}
		}
		return n
	}
	if n := look(acctest.NewProvider(t).Schema.Provider.Block.Attributes); n < 10 {
		t.Errorf("only %d settings were looked at", n)
	}
}
