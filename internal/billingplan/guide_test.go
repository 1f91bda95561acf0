package billingplan_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/emulator"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// What the guide "Contracts" quotes of a plan is what Terraform prints.
func TestGuideQuotesRealPlans(t *testing.T) {
	t.Parallel()
	acctest.NeedEmulator(t, "moves the clock")
	guide := acctest.ReadFile(t, acctest.Path(t, "templates", "guides", "contracts.md"))
	p := newProject(t, emulator.Guesses{}, hcl("this", `next_contract_type = "03"`)).attached()
	printed := p.ok("plan")
	p.ok("apply")
	p.SCP.Advance(370 * day)
	printed += p.ok("plan")
	// The place in the configuration stands between summary and detail.
	at := regexp.MustCompile(`with scpbilling_planned_compute\.this, on main\.tf line \d+, in resource "[^"]+" "this": \d+: (?:resource "[^"]+" "this" \{|[a-z_]+ = "[^"]*") `)
	printed = at.ReplaceAllString(strings.ReplaceAll(printed, p.held()[0].ID, "5f3688a192094ddeb0c94166a3e88935"), "")
	quotes := regexp.MustCompile("(?s)```text\n(.*?)```").FindAllStringSubmatch(guide, -1)
	if len(quotes) != 2 {
		t.Errorf("the guide has %d quotes, want 2", len(quotes))
	}
	for _, quote := range quotes {
		if !strings.Contains(printed, flat(quote[1])) {
			t.Errorf("the guide quotes what Terraform does not print:\n%s\nprinted:\n%s", flat(quote[1]), printed)
		}
	}
}
