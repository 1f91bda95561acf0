package acctest

import (
	"context"
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// tools are the paths of the programs that Tool built.
var tools sync.Map // of func() (string, error), by name

// Tool builds a program that internal/tools/tests pins and returns its path. It is built
// once, into Go's build cache.
func Tool(t testing.TB, name string) string {
	t.Helper()
	root := Path(t)
	build, _ := tools.LoadOrStore(name, sync.OnceValues(func() (string, error) {
		//nolint:gosec // The names are the tests' own.
		command := exec.CommandContext(context.Background(), "go", "tool", "-modfile="+filepath.Join(root, "internal", "tools", "tests", "go.mod"), "-n", name)
		command.Dir, command.Env = root, surroundings.environment
		out, err := command.CombinedOutput()
		if err != nil {
			return "", fmt.Errorf("build %s: %w\n%s", name, err, out)
		}
		lines := strings.Split(strings.TrimSpace(string(out)), "\n")
		return lines[len(lines)-1], nil
	}))
	once, _ := build.(func() (string, error))
	path, err := once()
	if err != nil {
		t.Fatal(err)
	}
	return path
}
