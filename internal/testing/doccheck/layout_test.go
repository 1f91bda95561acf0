package doccheck

// CONTRIBUTING.md against the code: its map of folders, its drawing of imports, and the
// functions of its walk through an attribute.

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	slashes "path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

const module = "github.com/scpbilling/terraform-provider-scpbilling"

var (
	drawing = regexp.MustCompile("(?s)```mermaid\n(.*?)```")
	arrow   = regexp.MustCompile(`^\s*([\w.]+)(?:\["([^"]*)"\])?\s+(-->|-\.->)\s+([\w.]+)(?:\["([^"]*)"\])?\s*$`)
	onMap   = regexp.MustCompile(`(?m)^(internal/[a-z0-9/]+?)/\s`)
	// A step of the walk: a file, and functions or types in it.
	walkStep = regexp.MustCompile("(?m)^\\d+\\. `(internal/[\\w/]+\\.go)`: (.*)$")
)

// unit is the box of the drawing that holds a package: the folder below internal.
func unit(importPath string) string {
	rest, ok := strings.CutPrefix(importPath, module+"/internal/")
	if !ok {
		return "main.go"
	}
	first, _, _ := strings.Cut(rest, "/")
	return first
}

// sources calls visit for each Go file of the project.
func sources(t *testing.T, visit func(folder string, file *ast.File, isTest bool)) {
	t.Helper()
	for _, name := range files(t, ".") {
		if !strings.HasSuffix(name, ".go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), acctest.Path(t, name), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		visit(slashes.Dir(name), file, strings.HasSuffix(name, "_test.go"))
	}
}

// Each import is an arrow of the drawing, and each arrow is an import. Imports of test
// files count below internal/testing only.
func TestDrawingOfImports(t *testing.T) {
	t.Parallel()
	box := map[string]string{} // of a unit, where boxes hold several
	drawn := map[[2]string]bool{}
	chart := drawing.FindStringSubmatch(read(t, "CONTRIBUTING.md"))
	if chart == nil {
		t.Fatal("CONTRIBUTING.md has no drawing")
	}
	for _, line := range strings.Split(strings.TrimSpace(chart[1]), "\n")[1:] {
		m := arrow.FindStringSubmatch(line)
		if m == nil {
			t.Fatalf("this line of the drawing is no arrow: %q", line)
		}
		drawn[[2]string{m[1], m[4]}] = true
		for _, end := range [][2]string{{m[1], m[2]}, {m[4], m[5]}} {
			for _, name := range strings.Split(end[1], ", ") {
				if name != "" {
					box[name] = end[0]
				}
			}
		}
	}
	boxOf := func(importPath string) string {
		name := unit(importPath)
		if in, ok := box[name]; ok {
			return in
		}
		return name
	}
	imported := map[[2]string]string{} // to one of its imports
	sources(t, func(folder string, file *ast.File, isTest bool) {
		importer := module + "/" + folder
		if isTest && unit(importer) != "testing" {
			return
		}
		for _, spec := range file.Imports {
			importee := strings.Trim(spec.Path.Value, `"`)
			if !strings.HasPrefix(importee, module) {
				continue
			}
			ends := [2]string{boxOf(importer), boxOf(importee)}
			if unit(importer) != unit(importee) {
				imported[ends] = folder + " imports " + importee
			}
		}
	})
	for ends, example := range imported {
		if !drawn[ends] {
			t.Errorf("CONTRIBUTING.md draws no arrow from %s to %s, but %s", ends[0], ends[1], example)
		}
	}
	for ends := range drawn {
		if imported[ends] == "" {
			t.Errorf("CONTRIBUTING.md draws an arrow from %s to %s, and nothing is imported there", ends[0], ends[1])
		}
	}
}

// The map names each folder of Go code below internal, or one above it, and nothing else.
func TestMapOfFolders(t *testing.T) {
	t.Parallel()
	var named []string
	for _, m := range onMap.FindAllStringSubmatch(read(t, "CONTRIBUTING.md"), -1) {
		named = append(named, m[1])
		if info, err := os.Stat(acctest.Path(t, m[1])); err != nil || !info.IsDir() {
			t.Errorf("CONTRIBUTING.md names the folder %s, which does not exist", m[1])
		}
	}
	sources(t, func(folder string, _ *ast.File, _ bool) {
		above := func(name string) bool { return folder == name || strings.HasPrefix(folder, name+"/") }
		if folder != "." && !slices.ContainsFunc(named, above) {
			t.Errorf("the map in CONTRIBUTING.md has no line for %s", folder)
			named = append(named, folder)
		}
	})
}

// The walk from a value in HCL to the state takes six files at most, and what it names
// is in them.
func TestWalkThroughAnAttribute(t *testing.T) {
	t.Parallel()
	var files []string
	for _, step := range walkStep.FindAllStringSubmatch(read(t, "CONTRIBUTING.md"), -1) {
		if !slices.Contains(files, step[1]) {
			files = append(files, step[1])
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), acctest.Path(t, step[1]), nil, 0)
		if err != nil {
			t.Error(err)
			continue
		}
		var declared []string
		ast.Inspect(parsed, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.FuncDecl:
				declared = append(declared, n.Name.Name)
			case *ast.TypeSpec:
				declared = append(declared, n.Name.Name)
			}
			return true
		})
		names := backtick.FindAllStringSubmatch(step[2], -1)
		if len(names) == 0 {
			t.Errorf("the step through %s names nothing in it", step[1])
		}
		for _, name := range names {
			if !slices.Contains(declared, name[1]) {
				t.Errorf("CONTRIBUTING.md finds %s in %s, which does not declare it", name[1], step[1])
			}
		}
	}
	if len(files) == 0 || len(files) > 6 {
		t.Errorf("the walk takes %d files, %v; it should take one to six", len(files), files)
	}
}
