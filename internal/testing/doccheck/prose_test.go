package doccheck

// Prose against schemas: a name in backticks, and every configuration in a code
// block, has to be one that the provider knows.

import (
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// codeBlock is a fenced block.
type codeBlock struct{ language, text string }

var (
	fence    = regexp.MustCompile("(?m)^[ \t]*```([a-z]*)[^\n]*\n((?:.*\n)*?)[ \t]*```[ \t]*$")
	backtick = regexp.MustCompile("`([^`\n]+)`")
	// A name with an underscore is meant as a name; single words are too often just words.
	name = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)+$`)
)

// words are names in prose that no schema of this provider has.
var words = []string{
	// Terraform's own.
	"create_before_destroy", "prevent_destroy", "for_each", "depends_on", "required_providers", "required_version", "provider_installation",
	"filesystem_mirror", "dev_overrides", "mock_provider", "include_resource", "ignore_changes",
	// A key to group by that is computed from another.
	"usage_month",
}

// officialNames may stand in the guide about the official provider.
var officialNames = []string{"last_updated", "budget_id", "planned_compute", "samsungcloudplatformv2_budget_budget", "samsungcloudplatformv2_budget_budgets", "samsungcloudplatformv2_billing_planned_compute", "samsungcloudplatformv2_billing_planned_computes"}

const officialGuide = "official-provider.md"

// document is written for users.
type document struct {
	file string // its path in the project
	// sentences are all of it but the fenced blocks.
	sentences string
	blocks    []codeBlock
}

// configurations are its blocks in Terraform's language.
func (d document) configurations() (out []string) {
	for _, block := range d.blocks {
		if slices.Contains([]string{"terraform", "hcl", "tf"}, block.language) {
			out = append(out, block.text)
		}
	}
	return out
}

// documents are all of them.
func documents(t testing.TB) (out []document) {
	t.Helper()
	for _, file := range append(files(t, "docs", "templates"), "README.md", "README.ko.md") {
		out = append(out, readDocument(t, file))
	}
	return out
}

func readDocument(t testing.TB, file string) document {
	t.Helper()
	text := read(t, file)
	d := document{file: file, sentences: fence.ReplaceAllString(text, "")}
	for _, match := range fence.FindAllStringSubmatch(text, -1) {
		d.blocks = append(d.blocks, codeBlock{match[1], match[2]})
	}
	return d
}

func knownNames(t testing.TB) map[string]bool {
	t.Helper()
	known := map[string]bool{}
	for _, word := range words {
		known[word] = true
	}
	for _, page := range pages(t) {
		for _, item := range page.items {
			known[item.name] = true
		}
	}
	for _, function := range acctest.NewProvider(t).Schema.Functions {
		if object, ok := function.Return.Type.(interface{ String() string }); ok {
			for _, match := range regexp.MustCompile(`"([a-z_]+)":`).FindAllStringSubmatch(object.String(), -1) {
				known[match[1]] = true
			}
		}
	}
	return known
}

func TestProseNamesWhatExists(t *testing.T) {
	t.Parallel()
	known := knownNames(t)
	checked := 0
	for _, d := range documents(t) {
		for _, match := range backtick.FindAllStringSubmatch(d.sentences, -1) {
			for _, segment := range strings.FieldsFunc(match[1], func(r rune) bool { return strings.ContainsRune(`.=" {}()[],`, r) }) {
				if !name.MatchString(segment) {
					continue
				}
				checked++
				if !known[segment] && (filepath.Base(d.file) != officialGuide || !slices.Contains(officialNames, segment)) {
					t.Errorf("%s speaks of `%s`, and nothing in the provider has the name %s", d.file, match[1], segment)
				}
			}
		}
	}
	if checked < 100 {
		t.Errorf("only %d names were found in all documents; the search is broken", checked)
	}
}

func TestConfigurationInProseIsValid(t *testing.T) {
	t.Parallel()
	schema := acctest.NewProvider(t).Schema
	checked := 0
	for _, d := range documents(t) {
		for _, text := range d.configurations() {
			for _, block := range blocksOf(t, d.file, text) {
				checked += checkBlock(t, d.file, schema, block)
			}
		}
	}
	if checked < 20 {
		t.Errorf("only %d arguments were found in all documents; the search is broken", checked)
	}
}

// metaArguments are Terraform's own.
var metaArguments = []string{"alias", "count", "for_each", "provider", "depends_on", "limit", "include_resource"}

// checkBlock compares the arguments of a block with its schema, and counts them.
func checkBlock(t *testing.T, file string, schema *tfprotov6.GetProviderSchemaResponse, b *hclsyntax.Block) (checked int) {
	t.Helper()
	if len(b.Labels) == 0 || !strings.HasPrefix(b.Labels[0], "scpbilling") {
		return 0
	}
	body := b.Body
	found := map[string]map[string]*tfprotov6.Schema{
		"provider": {"scpbilling": schema.Provider}, "resource": schema.ResourceSchemas, "data": schema.DataSourceSchemas, "list": schema.ListResourceSchemas,
	}[b.Type][b.Labels[0]]
	if action := schema.ActionSchemas[b.Labels[0]]; b.Type == "action" && action != nil {
		found = action.Schema
	}
	if found == nil {
		t.Errorf("%s: there is no %s %s", file, b.Type, b.Labels[0])
		return 0
	}
	where := file + ": " + b.Type + " " + b.Labels[0]
	for _, inner := range b.Body.Blocks {
		switch {
		case (b.Type == "list" || b.Type == "action") && inner.Type == "config":
			body = inner.Body
		case inner.Type != "lifecycle":
			t.Errorf("%s has no block %s", where, inner.Type)
		}
	}
	for _, argument := range body.Attributes {
		if body == b.Body && slices.Contains(metaArguments, argument.Name) {
			continue
		}
		checked += checkArgument(t, where, found.Block.Attributes, argument.Name, argument.Expr)
	}
	return checked
}

func checkArgument(t *testing.T, where string, attributes []*tfprotov6.SchemaAttribute, name string, value hclsyntax.Expression) (checked int) {
	t.Helper()
	i := slices.IndexFunc(attributes, func(a *tfprotov6.SchemaAttribute) bool { return a.Name == name })
	switch {
	case i < 0:
		t.Errorf("%s has no argument %s", where, name)
		return 1
	case !attributes[i].Optional && !attributes[i].Required:
		t.Errorf("%s: %s cannot be set", where, name)
		return 1
	}
	object, ok := value.(*hclsyntax.ObjectConsExpr)
	if attributes[i].NestedType == nil || !ok {
		return 1
	}
	for _, item := range object.Items {
		checked += checkArgument(t, where+"."+name, attributes[i].NestedType.Attributes, hcl.ExprAsKeyword(item.KeyExpr), item.ValueExpr)
	}
	return checked + 1
}
