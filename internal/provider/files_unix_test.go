//go:build unix

package provider

import (
	"path/filepath"
	"syscall"
	"testing"
)

// A pipe would let the provider wait forever.
func TestFileThatIsAPipe(t *testing.T) {
	t.Parallel()
	home := homeWith(t, "", "")
	directory, _ := home()
	if err := syscall.Mkfifo(filepath.Join(directory, ".scpconf", "credentials.json"), 0o600); err != nil {
		t.Fatal(err)
	}
	wantProblems(t, resolve(nil, noEnvironment, home).diags.Errors(), []string{"credentials.json", "not a regular file"})
}
