package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// A timeout that lets no request through is a mistake; it is reported at plan time,
// before anything was asked of the service.
func TestUselessTimeouts(t *testing.T) {
	t.Parallel()
	env := acctest.New(t)
	p := env.Protocol(t)
	resources := map[string]acctest.Object{
		"scpbilling_account_budget":  {"name": "a", "amount": 1, "unit": "MONTHLY", "start_month": "2099-03"},
		"scpbilling_planned_compute": {"service_id": "VIRTUAL_SERVER", "os_type": "opensource", "server_type": "s1v2m4", "contract_type": "01"},
	}
	for typeName, config := range resources {
		for _, operation := range []string{"create", "read", "update", "delete"} {
			for _, text := range []string{"0s", "-1s", "-0.5h", "0", "", "5", "1 m", "soon"} {
				config["timeouts"] = acctest.Object{operation: text}
				diags := p.Validate(typeName, config)
				diags.WantError(t, fmt.Sprintf("%q", text), "longer than 0", "30m")
				if at := diags.String(); !strings.Contains(at, `AttributeName("timeouts").AttributeName("`+operation) {
					t.Errorf("the error is at another attribute: %s", at)
				}
			}
			for _, text := range []any{"1s", "1h30m", "0.5s", nil, acctest.Unknown} {
				config["timeouts"] = acctest.Object{operation: text}
				p.Validate(typeName, config).WantNone(t)
			}
		}
	}
	if lines := env.Requests(); len(lines) != 0 {
		t.Errorf("requests: %s", strings.Join(lines, ", "))
	}
}
