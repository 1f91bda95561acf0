package billingplan_test

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// The life of a contract: bought once, renewed, the renewal dropped, imported, cancelled.
// On the real service this signs a contract, which costs money; cancelling it on the day
// of its purchase is free, if the guess about that holds.
func TestAccPlannedCompute(t *testing.T) {
	t.Parallel()
	e := acctest.New(t, acctest.Paid())
	const address = typeName + ".this"
	policy := `deletion_policy = "CANCEL"`
	e.Test(
		t,
		resource.TestStep{
			Config: hcl("this", policy),
			Check: resource.ComposeTestCheckFunc(
				resource.TestCheckResourceAttrSet(address, "id"),
				resource.TestCheckResourceAttrSet(address, "contract_id"),
				resource.TestCheckResourceAttrSet(address, "end_date"),
				resource.TestCheckNoResourceAttr(address, "next_start_date"),
				wantChanges(e, 1, 0),
			),
		},
		resource.TestStep{
			Config: hcl("this", policy, `next_contract_type = "01"`),
			Check: resource.ComposeTestCheckFunc(
				resource.TestCheckResourceAttrSet(address, "next_start_date"),
				resource.TestCheckResourceAttrSet(address, "next_end_date"),
				wantChanges(e, 1, 1),
			),
		},
		resource.TestStep{
			Config: hcl("this", policy),
			Check: resource.ComposeTestCheckFunc(
				resource.TestCheckNoResourceAttr(address, "next_contract_type"),
				wantChanges(e, 1, 2),
			),
		},
		resource.TestStep{
			ResourceName: address, ImportState: true, ImportStateVerify: true,
			ImportStateVerifyIgnore: []string{"deletion_policy", "contract_type", "os_type"},
		},
	)
	if err := wantChanges(e, 1, 3)(nil); err != nil {
		t.Errorf("after the destroy: %v", err)
	}
}

// wantChanges wants as many purchases and changes so far. In a live run it is no check.
func wantChanges(e *acctest.Env, purchases, changes int) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if e.SCP == nil {
			return nil
		}
		if got, changed := e.Count("POST", computesPath), e.Count("PUT", computePath); got != purchases || changed != changes {
			return fmt.Errorf("%d purchases and %d changes, want %d and %d: %v", got, changed, purchases, changes, e.Requests())
		}
		return nil
	}
}
