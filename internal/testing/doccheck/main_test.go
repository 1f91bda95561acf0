// Package doccheck keeps what readers see honest: prose against schemas, translations
// against their originals, and every example and the first steps by running them.
package doccheck

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/scpbilling/terraform-provider-scpbilling/internal/testing/acctest"
)

// environment is that of the user, before the harness clears it: the Go tool needs it.
var environment = os.Environ()

func TestMain(m *testing.M) { acctest.Main(m) }

// path is a file or folder of the project.
func path(t testing.TB, elements ...string) string {
	t.Helper()
	root, err := acctest.Root()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(append([]string{root}, elements...)...)
}

func read(t testing.TB, elements ...string) string {
	t.Helper()
	text, err := os.ReadFile(path(t, elements...))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
