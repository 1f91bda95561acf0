//go:build !linux

package run

import (
	"fmt"

	"github.com/shirou/gopsutil/v4/process"
)

// identity identifies a process: its number and its start time.
func identity(pid int) (string, bool) {
	p, err := process.NewProcess(int32(pid)) //nolint:gosec // Process numbers are 32 bits wide there.
	if err != nil {
		return "", false
	}
	started, err := p.CreateTime()
	if err != nil || started <= 0 {
		return "", false
	}
	return fmt.Sprintf("%d %d", pid, started), true
}
