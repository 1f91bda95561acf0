package run

import (
	"bytes"
	"fmt"
	"os"
	"strings"
)

// identity identifies a process: its number, its start time relative to the boot, the boot
// itself, and the namespace of the number.
func identity(pid int) (string, bool) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return "", false
	}
	boot, err := os.ReadFile("/proc/sys/kernel/random/boot_id")
	if err != nil {
		return "", false
	}
	namespace, err := os.Readlink("/proc/self/ns/pid")
	if err != nil {
		return "", false
	}
	// The name in brackets may contain anything; the start is the 20th field after it.
	end := bytes.LastIndexByte(stat, ')')
	if end < 0 {
		return "", false
	}
	fields := strings.Fields(string(stat[end+1:]))
	if len(fields) < 20 {
		return "", false
	}
	return fmt.Sprintf("%s %s %d %s", strings.TrimSpace(string(boot)), namespace, pid, fields[19]), true
}
