package budget

// The rule for names (user guide), and which part of it applies to existing budgets.

import (
	"fmt"
	"regexp"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// The limits count characters, not bytes.
const (
	nameLimit = 20
	// officialNameLimit is the limit of the official provider (NOTES section 6).
	officialNameLimit = 64
)

// nameSigns are the characters that the user guide lists.
var nameSigns = regexp.MustCompile(`^[0-9A-Za-zㄱ-ㅎㅏ-ㅣ가-힣 +=.,@_-]*$`)

const nameSignsRule = "A budget name can contain only Korean and Latin letters, digits, spaces and the characters + = . , @ - _; %q contains others."

// validateName checks what is known without a state. Whether the service itself rejects other
// characters is unknown, and a budget that has them may come from the official provider, which
// does not check them: so that is a warning.
func validateName(name types.String, diags *diag.Diagnostics) {
	if name.IsNull() || name.IsUnknown() {
		return
	}
	text := name.ValueString()
	checkNameLength(text, officialNameLimit, diags)
	if !nameSigns.MatchString(text) {
		diags.AddAttributeWarning(path.Root("name"), "No new budget can have this name",
			fmt.Sprintf(nameSignsRule+" An existing budget keeps this name until the name is changed.", text))
	}
}

// checkName rejects what the console rejects. An unchanged name in the state passes: the
// official provider allows others.
func checkName(name types.String, state *resourceModel, diags *diag.Diagnostics) {
	if name.IsNull() || name.IsUnknown() || (state != nil && name.Equal(state.Name)) {
		return
	}
	text := name.ValueString()
	checkNameLength(text, nameLimit, diags)
	if !nameSigns.MatchString(text) {
		diags.AddAttributeError(path.Root("name"), "Invalid budget name", fmt.Sprintf(nameSignsRule, text))
	}
}

// checkNameLength reports the rule for new names, whatever the limit is here.
func checkNameLength(text string, limit int, diags *diag.Diagnostics) {
	if n := utf8.RuneCountInString(text); n < 1 || n > limit {
		diags.AddAttributeError(path.Root("name"), "Invalid budget name",
			fmt.Sprintf("A budget name has 1 to %d characters; %q has %d.", nameLimit, text, n))
	}
}
