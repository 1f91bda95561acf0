package function

// How a function refuses an argument.

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"
)

// argumentError creates an error about one argument. Terraform prints it as
//
//	Invalid value for "amounts" parameter: {reason}.
//
// so the reason's own full stop is dropped.
func argumentError(argument int64, reason string) *function.FuncError {
	return function.NewArgumentFuncError(argument, strings.TrimSuffix(reason, "."))
}
