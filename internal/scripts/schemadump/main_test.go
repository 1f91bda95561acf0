package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	tfjson "github.com/hashicorp/terraform-json"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/provider"
	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

func TestMain(m *testing.M) { acctest.Main(m) }

// described is a provider server that only describes itself.
type described struct {
	tfprotov6.ProviderServer

	schemas    tfprotov6.GetProviderSchemaResponse
	identities tfprotov6.GetResourceIdentitySchemasResponse
}

func (d *described) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &d.schemas, nil
}

func (d *described) GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error) {
	return &d.identities, nil
}

func schemaOf(attributes ...*tfprotov6.SchemaAttribute) *tfprotov6.Schema {
	return &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{Attributes: attributes}}
}

// TestDumpEveryPart covers what a schema can hold, whether or not this provider
// uses it today.
func TestDumpEveryPart(t *testing.T) {
	server := &described{
		schemas: tfprotov6.GetProviderSchemaResponse{
			Provider: schemaOf(&tfprotov6.SchemaAttribute{Name: "secret", Type: tftypes.String, Optional: true, Sensitive: true, Description: "Says *what*.", DescriptionKind: tfprotov6.StringKindMarkdown}),
			ResourceSchemas: map[string]*tfprotov6.Schema{"x_thing": {Version: 3, Block: &tfprotov6.SchemaBlock{
				Description:     "A thing.",
				DescriptionKind: tfprotov6.StringKindMarkdown,
				Deprecated:      true,
				Attributes: []*tfprotov6.SchemaAttribute{
					{Name: "name", Type: tftypes.String, Required: true, Deprecated: true, WriteOnly: true},
					{Name: "labels", Type: tftypes.Map{ElementType: tftypes.Set{ElementType: tftypes.Number}}, Optional: true, Computed: true},
					{Name: "parts", Optional: true, NestedType: &tfprotov6.SchemaObject{
						Nesting: tfprotov6.SchemaObjectNestingModeSet,
						Attributes: []*tfprotov6.SchemaAttribute{{Name: "inner", Computed: true, NestedType: &tfprotov6.SchemaObject{
							Nesting:    tfprotov6.SchemaObjectNestingModeSingle,
							Attributes: []*tfprotov6.SchemaAttribute{{Name: "on", Type: tftypes.Bool, Computed: true}},
						}}},
					}},
				},
				BlockTypes: []*tfprotov6.SchemaNestedBlock{{
					TypeName: "rule", Nesting: tfprotov6.SchemaNestedBlockNestingModeList, MinItems: 1, MaxItems: 2,
					Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{{Name: "n", Type: tftypes.Number, Required: true}}},
				}},
			}}},
			DataSourceSchemas:        map[string]*tfprotov6.Schema{"x_data": schemaOf(&tfprotov6.SchemaAttribute{Name: "id", Type: tftypes.String, Required: true})},
			EphemeralResourceSchemas: map[string]*tfprotov6.Schema{"x_short": schemaOf()},
			ListResourceSchemas:      map[string]*tfprotov6.Schema{"x_thing": schemaOf(&tfprotov6.SchemaAttribute{Name: "search", Type: tftypes.String, Optional: true})},
			ActionSchemas:            map[string]*tfprotov6.ActionSchema{"x_do": {Schema: schemaOf(&tfprotov6.SchemaAttribute{Name: "id", Type: tftypes.String, Required: true})}},
			Functions: map[string]*tfprotov6.Function{"add": {
				Summary: "Adds.", Description: "Adds them.", DeprecationMessage: "Use +.",
				Parameters:        []*tfprotov6.FunctionParameter{{Name: "a", Type: tftypes.Number, AllowNullValue: true, Description: "First."}},
				VariadicParameter: &tfprotov6.FunctionParameter{Name: "more", Type: tftypes.Number},
				Return:            &tfprotov6.FunctionReturn{Type: tftypes.Object{AttributeTypes: map[string]tftypes.Type{"sum": tftypes.Number}}},
			}},
		},
		identities: tfprotov6.GetResourceIdentitySchemasResponse{IdentitySchemas: map[string]*tfprotov6.ResourceIdentitySchema{
			"x_thing": {Version: 1, IdentityAttributes: []*tfprotov6.ResourceIdentitySchemaAttribute{
				{Name: "id", Type: tftypes.String, RequiredForImport: true, Description: "Its id."},
				{Name: "region", Type: tftypes.String, OptionalForImport: true},
			}},
		}},
	}
	const want = `{
		"provider": {"version": 0, "block": {"description_kind": "plain", "attributes": {
			"secret": {"type": "string", "optional": true, "sensitive": true, "description": "Says *what*.", "description_kind": "markdown"}}}},
		"resource_schemas": {"x_thing": {"version": 3, "block": {
			"description": "A thing.", "description_kind": "markdown", "deprecated": true,
			"attributes": {
				"name": {"type": "string", "required": true, "deprecated": true, "write_only": true, "description_kind": "plain"},
				"labels": {"type": ["map", ["set", "number"]], "optional": true, "computed": true, "description_kind": "plain"},
				"parts": {"optional": true, "description_kind": "plain", "nested_type": {"nesting_mode": "set", "attributes": {
					"inner": {"computed": true, "description_kind": "plain", "nested_type": {"nesting_mode": "single", "attributes": {
						"on": {"type": "bool", "computed": true, "description_kind": "plain"}}}}}}}
			},
			"block_types": {"rule": {"nesting_mode": "list", "min_items": 1, "max_items": 2, "block": {"description_kind": "plain", "attributes": {
				"n": {"type": "number", "required": true, "description_kind": "plain"}}}}}}}},
		"data_source_schemas": {"x_data": {"version": 0, "block": {"description_kind": "plain", "attributes": {
			"id": {"type": "string", "required": true, "description_kind": "plain"}}}}},
		"ephemeral_resource_schemas": {"x_short": {"version": 0, "block": {"description_kind": "plain"}}},
		"list_resource_schemas": {"x_thing": {"version": 0, "block": {"description_kind": "plain", "attributes": {
			"search": {"type": "string", "optional": true, "description_kind": "plain"}}}}},
		"action_schemas": {"x_do": {"block": {"description_kind": "plain", "attributes": {
			"id": {"type": "string", "required": true, "description_kind": "plain"}}}}},
		"functions": {"add": {"summary": "Adds.", "description": "Adds them.", "deprecation_message": "Use +.",
			"parameters": [{"name": "a", "type": "number", "is_nullable": true, "description": "First."}],
			"variadic_parameter": {"name": "more", "type": "number"},
			"return_type": ["object", {"sum": "number"}]}},
		"resource_identity_schemas": {"x_thing": {"version": 1, "attributes": {
			"id": {"type": "string", "description": "Its id.", "required_for_import": true},
			"region": {"type": "string", "optional_for_import": true}}}}
	}`

	if diff := cmp.Diff(decode(t, []byte(want)), dumped(t, server)); diff != "" {
		t.Errorf("other JSON than wanted (-want +got):\n%s", diff)
	}
}

// dumped is the dump of a provider, which the documentation generator can read.
func dumped(t *testing.T, server tfprotov6.ProviderServer) any {
	t.Helper()
	var out bytes.Buffer
	if err := dump(t.Context(), &out, server); err != nil {
		t.Fatal(err)
	}
	var schemas tfjson.ProviderSchemas
	if err := json.Unmarshal(out.Bytes(), &schemas); err != nil || schemas.FormatVersion != "1.0" {
		t.Fatalf("format version %q: %v", schemas.FormatVersion, err)
	}
	providers, _ := decode(t, out.Bytes())["provider_schemas"].(map[string]any)
	return providers[address]
}

func TestDumpPassesOnErrors(t *testing.T) {
	broken := []*tfprotov6.Diagnostic{
		{Severity: tfprotov6.DiagnosticSeverityWarning, Summary: "old"},
		{Severity: tfprotov6.DiagnosticSeverityError, Summary: "Invalid schema", Detail: "Two of a kind."},
	}
	for name, server := range map[string]*described{
		"asking for the schemas: Invalid schema: Two of a kind.":             {schemas: tfprotov6.GetProviderSchemaResponse{Diagnostics: broken}},
		"asking for the resource identities: Invalid schema: Two of a kind.": {identities: tfprotov6.GetResourceIdentitySchemasResponse{Diagnostics: broken}},
	} {
		if err := dump(t.Context(), io.Discard, server); err == nil || err.Error() != name {
			t.Errorf("got %v, want %s", err, name)
		}
	}
}

// TestDumpEqualsTerraform compares the dump of this provider with what Terraform
// prints for the built provider, in every section that this Terraform prints.
func TestDumpEqualsTerraform(t *testing.T) {
	ours, _ := dumped(t, provider.NewServer("test")()).(map[string]any)
	if resources, _ := ours["resource_schemas"].(map[string]any); resources["scpbilling_account_budget"] == nil {
		t.Error("the dump lacks the resource scpbilling_account_budget")
	}
	printed := decode(t, []byte(acctest.RunTerraform(t, acctest.New(t).Workspace(t, ""), nil, "providers", "schema", "-json").Must(t).Stdout))
	var theirs map[string]any
	providers, _ := printed["provider_schemas"].(map[string]any)
	for name, schema := range providers {
		if strings.HasSuffix(name, "/scpbilling/scpbilling") {
			theirs, _ = schema.(map[string]any)
		}
	}
	for _, section := range []string{"provider", "resource_schemas", "data_source_schemas"} {
		if theirs[section] == nil {
			t.Errorf("Terraform printed no %s, only of %v", section, providers)
		}
	}
	for section, want := range theirs {
		if diff := cmp.Diff(want, ours[section]); diff != "" {
			t.Errorf("%s differs (-Terraform +dump):\n%s", section, diff)
		}
	}
}

func decode(t *testing.T, text []byte) map[string]any {
	t.Helper()
	var out map[string]any
	if err := json.Unmarshal(text, &out); err != nil {
		t.Fatalf("not JSON: %v\n%s", err, text)
	}
	return out
}
