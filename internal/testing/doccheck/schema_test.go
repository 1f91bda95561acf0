package doccheck

// The provider's schemas as a set of names, and what each of them must say.

import (
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// A described is anything in a schema that has a name and a description.
type described struct {
	// where is a path such as "resource scpbilling_account_budget: prevention.threshold".
	where, name, description string
}

// page is what one page of docs/ is about.
type page struct {
	// file is below docs/, such as resources/account_budget.md; example is its folder below
	// examples/.
	file, example string
	attributes    []*tfprotov6.SchemaAttribute
	items         []described
}

// pages are those of everything that the provider has.
func pages(t testing.TB) []page {
	t.Helper()
	schema := acctest.NewProvider(t).Schema
	var out []page
	add := func(kind, folder, name string, block *tfprotov6.SchemaBlock) {
		where := strings.TrimSpace(kind + " " + name)
		p := page{file: folder + strings.TrimPrefix(name, "scpbilling_") + ".md", example: folder + name, attributes: block.Attributes}
		p.items = append([]described{{where, name, block.Description}}, attributes(where+": ", block.Attributes)...)
		out = append(out, p)
	}
	add("provider", "index", "", schema.Provider.Block)
	out[0].example = "provider"
	for _, kind := range []struct {
		name, folder string
		schemas      map[string]*tfprotov6.Schema
	}{
		{"resource", "resources/", schema.ResourceSchemas},
		{"data source", "data-sources/", schema.DataSourceSchemas},
		{"list resource", "list-resources/", schema.ListResourceSchemas},
	} {
		for _, name := range slices.Sorted(maps.Keys(kind.schemas)) {
			add(kind.name, kind.folder, name, kind.schemas[name].Block)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(schema.ActionSchemas)) {
		add("action", "actions/", name, schema.ActionSchemas[name].Schema.Block)
	}
	for _, name := range slices.Sorted(maps.Keys(schema.Functions)) {
		function := schema.Functions[name]
		where := "function " + name
		p := page{file: "functions/" + name + ".md", example: "functions/" + name, items: []described{{where, name, function.Description}}}
		for _, parameter := range function.Parameters {
			p.items = append(p.items, described{where + ": " + parameter.Name, parameter.Name, parameter.Description})
		}
		out = append(out, p)
	}
	return out
}

func attributes(where string, all []*tfprotov6.SchemaAttribute) []described {
	var out []described
	for _, a := range all {
		out = append(out, described{where + a.Name, a.Name, a.Description})
		if a.NestedType != nil {
			out = append(out, attributes(where+a.Name+".", a.NestedType.Attributes)...)
		}
	}
	return out
}

// timeoutsName is the attribute whose parts a library describes, without a full stop.
const timeoutsName = "timeouts"

func TestEverythingIsDescribed(t *testing.T) {
	t.Parallel()
	for _, page := range pages(t) {
		for _, item := range page.items {
			switch {
			case item.description == "":
				t.Errorf("%s has no description", item.where)
			case !strings.HasSuffix(item.description, ".") && !strings.Contains(item.where, timeoutsName+"."):
				t.Errorf("the description of %s is no sentence: %q", item.where, item.description)
			}
		}
	}
}

// Each type has a page that names all that it has. docs/ is generated: make docs.
func TestEverythingHasAPage(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, page := range pages(t) {
		known[page.file] = true
		data, err := os.ReadFile(acctest.Path(t, "docs", page.file))
		if err != nil {
			t.Errorf("%v; run make docs", err)
			continue
		}
		for _, item := range page.items[1:] {
			if !strings.Contains(string(data), fmt.Sprintf("`%s`", item.name)) && !strings.Contains(string(data), item.name+" (") {
				t.Errorf("docs/%s does not name %s; run make docs", page.file, item.where)
			}
		}
	}
	for _, folder := range []string{"resources", "data-sources", "list-resources", "actions", "functions"} {
		files, err := os.ReadDir(acctest.Path(t, "docs", folder))
		if err != nil {
			continue // A missing page is reported above.
		}
		for _, file := range files {
			if !known[folder+"/"+file.Name()] {
				t.Errorf("docs/%s/%s is about nothing that the provider has; run make docs", folder, file.Name())
			}
		}
	}
}
