//go:build !unix

package billingplan_test

import (
	"os/exec"
	"testing"
)

// Without process groups the tests that kill are omitted.

func ownGroup(*exec.Cmd) {}

func killGroup(t *testing.T, command *exec.Cmd) {
	t.Helper()
	_ = command.Process.Kill()
	t.Skip("kills process groups, which this system does not have")
}

func killChildren(t *testing.T, _ int) {
	t.Helper()
	t.Errorf("kills children of a process, which this system cannot")
}
