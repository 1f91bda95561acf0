package e2e

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

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
