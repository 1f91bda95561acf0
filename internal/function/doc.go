// Package function holds the provider's functions. They compute from their
// arguments alone and never call the service.
package function

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"
)

// pure is a function.
type pure struct {
	name       string
	definition function.Definition
	run        func(ctx context.Context, req function.RunRequest, resp *function.RunResponse)
}

// Metadata sets the name.
func (p pure) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = p.name
}

// Definition describes the function.
func (p pure) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = p.definition
	resp.Definition.MarkdownDescription += "\n\nNeeds Terraform 1.8 or newer, or OpenTofu 1.7 or newer."
}

// Run computes the result.
func (p pure) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	p.run(ctx, req, resp)
}

// argumentError creates an error about one argument. Terraform prints it as
//
//	Invalid value for "amounts" parameter: {reason}.
//
// so the reason's own full stop is dropped.
func argumentError(argument int64, reason string) *function.FuncError {
	return function.NewArgumentFuncError(argument, strings.TrimSuffix(reason, "."))
}
