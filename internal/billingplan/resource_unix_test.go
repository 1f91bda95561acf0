//go:build unix

package billingplan_test

import (
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// ownGroup puts a command and its children into a process group.
func ownGroup(command *exec.Cmd) { command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// killGroup kills a command and its children at once.
func killGroup(t *testing.T, command *exec.Cmd) {
	t.Helper()
	if err := syscall.Kill(-command.Process.Pid, syscall.SIGKILL); err != nil {
		t.Errorf("kill: %v", err)
	}
}

// killChildren kills the children of a process, but not the process.
func killChildren(t *testing.T, parent int) {
	t.Helper()
	out, err := exec.Command("ps", "-A", "-o", "pid=,ppid=").Output()
	if err != nil {
		t.Errorf("ps: %v", err)
		return
	}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		if len(fields) != 2 || fields[1] != strconv.Itoa(parent) {
			continue
		}
		if pid, err := strconv.Atoi(fields[0]); err == nil {
			_ = syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}
