// Command schemadump prints the provider's schemas as JSON, in the form of
// `terraform providers schema -json`.
//
// It asks the provider in process and so needs no Terraform. It also prints
// what an older Terraform omits: resource identities, list resources and
// actions. The documentation is generated from its output.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"reflect"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/provider"
)

// address is the only one, besides the bare name, under which the documentation
// generator looks a provider up.
const address = "registry.terraform.io/hashicorp/scpbilling"

func main() {
	if err := dump(context.Background(), os.Stdout, provider.NewServer("dev")()); err != nil {
		fmt.Fprintln(os.Stderr, "schemadump:", err)
		os.Exit(1)
	}
}

// dump asks a provider for its schemas and prints them.
func dump(ctx context.Context, out io.Writer, server tfprotov6.ProviderServer) error {
	reply, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err == nil {
		err = failed(reply.Diagnostics)
	}
	if err != nil {
		return fmt.Errorf("asking for the schemas: %w", err)
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err == nil {
		err = failed(identities.Diagnostics)
	}
	if err != nil {
		return fmt.Errorf("asking for the resource identities: %w", err)
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	return encoder.Encode(object{"format_version": "1.0", "provider_schemas": object{address: object{
		"provider":                   schema(reply.Provider),
		"resource_schemas":           each(reply.ResourceSchemas, schema),
		"data_source_schemas":        each(reply.DataSourceSchemas, schema),
		"ephemeral_resource_schemas": each(reply.EphemeralResourceSchemas, schema),
		"list_resource_schemas":      each(reply.ListResourceSchemas, schema),
		"action_schemas":             each(reply.ActionSchemas, func(a *tfprotov6.ActionSchema) object { return object{"block": block(a.Schema.Block)} }),
		"functions":                  each(reply.Functions, function),
		"resource_identity_schemas":  each(identities.IdentitySchemas, identity),
	}.compact()}})
}

// failed returns the errors among diagnostics, or nil.
func failed(diagnostics []*tfprotov6.Diagnostic) error {
	var errs []error
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			errs = append(errs, fmt.Errorf("%s: %s", d.Summary, d.Detail))
		}
	}
	return errors.Join(errs...)
}

// object is a JSON object.
type object map[string]any

// compact removes what is empty, as Terraform does.
func (o object) compact() object {
	maps.DeleteFunc(o, func(_ string, value any) bool { return value == nil || reflect.ValueOf(value).IsZero() })
	return o
}

// each converts the values of a map; of an empty one it returns nil.
func each[From any](from map[string]From, convert func(From) object) (to object) {
	for name, value := range from {
		if to == nil {
			to = object{}
		}
		to[name] = convert(value)
	}
	return to
}

func schema(s *tfprotov6.Schema) object {
	return object{"version": s.Version, "block": block(s.Block)}
}

func block(b *tfprotov6.SchemaBlock) object {
	nested := map[string]*tfprotov6.SchemaNestedBlock{}
	for _, n := range b.BlockTypes {
		nested[n.TypeName] = n
	}
	return object{
		"description": b.Description, "description_kind": kind(b.DescriptionKind), "deprecated": b.Deprecated,
		"attributes": attributes(b.Attributes),
		"block_types": each(nested, func(n *tfprotov6.SchemaNestedBlock) object {
			return object{"nesting_mode": lower(n.Nesting), "min_items": n.MinItems, "max_items": n.MaxItems, "block": block(n.Block)}.compact()
		}),
	}.compact()
}

func attributes(list []*tfprotov6.SchemaAttribute) object {
	named := map[string]*tfprotov6.SchemaAttribute{}
	for _, a := range list {
		named[a.Name] = a
	}
	return each(named, func(a *tfprotov6.SchemaAttribute) object {
		out := object{
			"description": a.Description, "description_kind": kind(a.DescriptionKind), "deprecated": a.Deprecated, "type": a.Type,
			"required": a.Required, "optional": a.Optional, "computed": a.Computed, "sensitive": a.Sensitive, "write_only": a.WriteOnly,
		}
		if a.NestedType != nil {
			out["nested_type"] = object{"nesting_mode": lower(a.NestedType.Nesting), "attributes": attributes(a.NestedType.Attributes)}
		}
		return out.compact()
	})
}

func identity(s *tfprotov6.ResourceIdentitySchema) object {
	all := object{}
	for _, a := range s.IdentityAttributes {
		all[a.Name] = object{"type": a.Type, "description": a.Description, "required_for_import": a.RequiredForImport, "optional_for_import": a.OptionalForImport}.compact()
	}
	return object{"version": s.Version, "attributes": all}
}

func function(f *tfprotov6.Function) object {
	var parameters []object
	for _, p := range f.Parameters {
		parameters = append(parameters, parameter(p))
	}
	return object{
		"summary": f.Summary, "description": f.Description, "deprecation_message": f.DeprecationMessage,
		"parameters": parameters, "variadic_parameter": parameter(f.VariadicParameter), "return_type": f.Return.Type,
	}.compact()
}

func parameter(p *tfprotov6.FunctionParameter) object {
	if p == nil {
		return nil
	}
	return object{"name": p.Name, "type": p.Type, "is_nullable": p.AllowNullValue, "description": p.Description}.compact()
}

func kind(k tfprotov6.StringKind) string {
	if k == tfprotov6.StringKindMarkdown {
		return "markdown"
	}
	return "plain"
}

// lower is a nesting mode as Terraform writes it.
func lower(mode fmt.Stringer) string { return strings.ToLower(mode.String()) }
