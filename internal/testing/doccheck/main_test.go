// Package doccheck keeps what readers see honest: prose against schemas, translations
// against their originals, and every example and the first steps by running them.
package doccheck

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// environment is that of the user, before the harness clears it: the Go tool needs it.
var environment = os.Environ()

func TestMain(m *testing.M) { acctest.Main(m) }

// read is the content of a file of the project.
func read(t testing.TB, elements ...string) string {
	t.Helper()
	return acctest.ReadFile(t, acctest.Path(t, elements...))
}

// files are the files below folders of the project, by their path in it.
func files(t testing.TB, folders ...string) (out []string) {
	t.Helper()
	project := os.DirFS(acctest.Path(t))
	for _, folder := range folders {
		err := fs.WalkDir(project, folder, func(name string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			base := entry.Name()
			switch {
			case entry.IsDir() && name != folder && (strings.HasPrefix(base, ".") || slices.Contains([]string{"bin", "dist", "node_modules", "testdata"}, base)):
				return fs.SkipDir
			case !entry.IsDir():
				out = append(out, name)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// code is all Go code of packages below internal, of tests or of what is shipped.
func code(t testing.TB, tests bool) string {
	t.Helper()
	var out strings.Builder
	for _, file := range files(t, "internal") {
		shipped := !strings.HasPrefix(file, "internal/testing/") && !strings.HasPrefix(file, "internal/emulator/")
		if strings.HasSuffix(file, ".go") && strings.HasSuffix(file, "_test.go") == tests && (tests || shipped) {
			out.WriteString(read(t, file))
		}
	}
	return out.String()
}

// blocksOf are the blocks of a configuration.
func blocksOf(t testing.TB, file, text string) hclsyntax.Blocks {
	t.Helper()
	parsed, diags := hclsyntax.ParseConfig([]byte(text), file, hcl.InitialPos)
	body, ok := parsed.Body.(*hclsyntax.Body)
	if diags.HasErrors() || !ok {
		t.Errorf("%s: a configuration cannot be read: %s\n%s", file, diags, text)
		return nil
	}
	return body.Blocks
}
