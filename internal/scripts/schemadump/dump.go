package main

// Turns the responses of a protocol 6 provider into the types of terraform-json.

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/zclconf/go-cty/cty"
)

const (
	// formatVersion is the version of Terraform's own output.
	formatVersion = "1.0"

	// address is the only one, besides the bare name, under which the
	// documentation generator looks a provider up.
	address = "registry.terraform.io/hashicorp/scpbilling"
)

// dump asks a provider for its schemas. It fails when the provider responds with
// an error or with something that has no place in the output.
func dump(ctx context.Context, server tfprotov6.ProviderServer) (*tfjson.ProviderSchemas, error) {
	reply, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, fmt.Errorf("asking for the schemas: %w", err)
	}
	if err := failed(reply.Diagnostics); err != nil {
		return nil, fmt.Errorf("asking for the schemas: %w", err)
	}
	identities, err := server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return nil, fmt.Errorf("asking for the resource identities: %w", err)
	}
	if err := failed(identities.Diagnostics); err != nil {
		return nil, fmt.Errorf("asking for the resource identities: %w", err)
	}

	var c converter
	out := &tfjson.ProviderSchema{
		ConfigSchema:             c.schema(reply.Provider),
		ResourceSchemas:          convertMap(reply.ResourceSchemas, c.schema),
		DataSourceSchemas:        convertMap(reply.DataSourceSchemas, c.schema),
		EphemeralResourceSchemas: convertMap(reply.EphemeralResourceSchemas, c.schema),
		ListResourceSchemas:      convertMap(reply.ListResourceSchemas, c.schema),
		ActionSchemas:            convertMap(reply.ActionSchemas, c.action),
		Functions:                convertMap(reply.Functions, c.function),
		ResourceIdentitySchemas:  convertMap(identities.IdentitySchemas, c.identity),
	}
	if err := errors.Join(c.errs...); err != nil {
		return nil, err
	}
	return &tfjson.ProviderSchemas{
		FormatVersion: formatVersion,
		Schemas:       map[string]*tfjson.ProviderSchema{address: out},
	}, nil
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

func convertMap[From, To any](from map[string]From, convert func(From) To) map[string]To {
	to := make(map[string]To, len(from))
	for name, value := range from {
		to[name] = convert(value)
	}
	return to
}

// converter collects what it cannot convert, so that one run names all of it.
type converter struct {
	errs []error
}

func (c *converter) schema(s *tfprotov6.Schema) *tfjson.Schema {
	if s == nil {
		return nil
	}
	return &tfjson.Schema{Version: c.count("a schema's version", s.Version), Block: c.block(s.Block)}
}

func (c *converter) action(s *tfprotov6.ActionSchema) *tfjson.ActionSchema {
	if s == nil || s.Schema == nil {
		return nil
	}
	return &tfjson.ActionSchema{Block: c.block(s.Schema.Block)}
}

func (c *converter) block(b *tfprotov6.SchemaBlock) *tfjson.SchemaBlock {
	if b == nil {
		return nil
	}
	out := &tfjson.SchemaBlock{
		Attributes:      c.attributes(b.Attributes),
		Description:     b.Description,
		DescriptionKind: descriptionKind(b.DescriptionKind),
		Deprecated:      b.Deprecated,
	}
	if len(b.BlockTypes) > 0 {
		out.NestedBlocks = make(map[string]*tfjson.SchemaBlockType, len(b.BlockTypes))
	}
	for _, nested := range b.BlockTypes {
		out.NestedBlocks[nested.TypeName] = &tfjson.SchemaBlockType{
			NestingMode: c.blockNesting(nested),
			Block:       c.block(nested.Block),
			MinItems:    c.count(nested.TypeName+": min items", nested.MinItems),
			MaxItems:    c.count(nested.TypeName+": max items", nested.MaxItems),
		}
	}
	return out
}

func (c *converter) attributes(attributes []*tfprotov6.SchemaAttribute) map[string]*tfjson.SchemaAttribute {
	if len(attributes) == 0 {
		return nil
	}
	out := make(map[string]*tfjson.SchemaAttribute, len(attributes))
	for _, a := range attributes {
		attribute := &tfjson.SchemaAttribute{
			Description:     a.Description,
			DescriptionKind: descriptionKind(a.DescriptionKind),
			Deprecated:      a.Deprecated,
			Required:        a.Required,
			Optional:        a.Optional,
			Computed:        a.Computed,
			Sensitive:       a.Sensitive,
			WriteOnly:       a.WriteOnly,
		}
		if a.NestedType != nil {
			attribute.AttributeNestedType = &tfjson.SchemaNestedAttributeType{
				Attributes:  c.attributes(a.NestedType.Attributes),
				NestingMode: c.objectNesting(a),
			}
		} else {
			attribute.AttributeType = c.typ(a.Name, a.Type)
		}
		out[a.Name] = attribute
	}
	return out
}

func (c *converter) identity(s *tfprotov6.ResourceIdentitySchema) *tfjson.IdentitySchema {
	if s == nil {
		return nil
	}
	out := &tfjson.IdentitySchema{
		Version:    c.count("an identity's version", s.Version),
		Attributes: make(map[string]*tfjson.IdentityAttribute, len(s.IdentityAttributes)),
	}
	for _, a := range s.IdentityAttributes {
		out.Attributes[a.Name] = &tfjson.IdentityAttribute{
			IdentityType:      c.typ(a.Name, a.Type),
			Description:       a.Description,
			RequiredForImport: a.RequiredForImport,
			OptionalForImport: a.OptionalForImport,
		}
	}
	return out
}

func (c *converter) function(f *tfprotov6.Function) *tfjson.FunctionSignature {
	if f == nil {
		return nil
	}
	out := &tfjson.FunctionSignature{
		Description:        f.Description,
		Summary:            f.Summary,
		DeprecationMessage: f.DeprecationMessage,
		VariadicParameter:  c.parameter(f.VariadicParameter),
	}
	if f.Return != nil {
		out.ReturnType = c.typ("a function's result", f.Return.Type)
	}
	for _, p := range f.Parameters {
		out.Parameters = append(out.Parameters, c.parameter(p))
	}
	return out
}

func (c *converter) parameter(p *tfprotov6.FunctionParameter) *tfjson.FunctionParameter {
	if p == nil {
		return nil
	}
	return &tfjson.FunctionParameter{
		Name:        p.Name,
		Description: p.Description,
		IsNullable:  p.AllowNullValue,
		Type:        c.typ(p.Name, p.Type),
	}
}

// typ converts a type by way of the JSON that both libraries write and read.
func (c *converter) typ(name string, t tftypes.Type) cty.Type {
	text, err := json.Marshal(t)
	if err != nil {
		c.fail(name, err)
		return cty.NilType
	}
	var out cty.Type
	if err := json.Unmarshal(text, &out); err != nil {
		c.fail(name, err)
		return cty.NilType
	}
	return out
}

func (c *converter) blockNesting(b *tfprotov6.SchemaNestedBlock) tfjson.SchemaNestingMode {
	switch b.Nesting {
	case tfprotov6.SchemaNestedBlockNestingModeSingle:
		return tfjson.SchemaNestingModeSingle
	case tfprotov6.SchemaNestedBlockNestingModeList:
		return tfjson.SchemaNestingModeList
	case tfprotov6.SchemaNestedBlockNestingModeSet:
		return tfjson.SchemaNestingModeSet
	case tfprotov6.SchemaNestedBlockNestingModeMap:
		return tfjson.SchemaNestingModeMap
	case tfprotov6.SchemaNestedBlockNestingModeGroup:
		return tfjson.SchemaNestingModeGroup
	case tfprotov6.SchemaNestedBlockNestingModeInvalid:
	}
	c.fail(b.TypeName, fmt.Errorf("no such nesting: %s", b.Nesting))
	return ""
}

func (c *converter) objectNesting(a *tfprotov6.SchemaAttribute) tfjson.SchemaNestingMode {
	switch a.NestedType.Nesting {
	case tfprotov6.SchemaObjectNestingModeSingle:
		return tfjson.SchemaNestingModeSingle
	case tfprotov6.SchemaObjectNestingModeList:
		return tfjson.SchemaNestingModeList
	case tfprotov6.SchemaObjectNestingModeSet:
		return tfjson.SchemaNestingModeSet
	case tfprotov6.SchemaObjectNestingModeMap:
		return tfjson.SchemaNestingModeMap
	case tfprotov6.SchemaObjectNestingModeInvalid:
	}
	c.fail(a.Name, fmt.Errorf("no such nesting: %s", a.NestedType.Nesting))
	return ""
}

// count converts a number that may not be negative.
func (c *converter) count(name string, n int64) uint64 {
	if n < 0 {
		c.fail(name, fmt.Errorf("negative: %d", n))
		return 0
	}
	return uint64(n)
}

func (c *converter) fail(name string, err error) {
	c.errs = append(c.errs, fmt.Errorf("%s: %w", name, err))
}

func descriptionKind(kind tfprotov6.StringKind) tfjson.SchemaDescriptionKind {
	if kind == tfprotov6.StringKindMarkdown {
		return tfjson.SchemaDescriptionKindMarkdown
	}
	return tfjson.SchemaDescriptionKindPlain
}
