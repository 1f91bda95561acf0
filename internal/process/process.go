// Package process sets what belongs to the whole provider process: its log level,
// its garbage collection, and that it leaves no core dump. Only main calls it.
package process

import (
	"os"
	"runtime/debug"
)

// Prepare sets up the process before the provider is served. With a debugger
// attached, core dumps stay possible and the libraries log everything.
func Prepare(debugging bool) {
	relaxCollection()
	if debugging {
		return
	}
	forbidCoreDumps()
	adoptLogLevel()
}

// relaxCollection lets garbage gather. A provider keeps a few megabytes alive, and
// Go's default collects whenever they have doubled, which took a fifth of the CPU
// time of a plan. The memory limit keeps a large heap from growing as generously.
// A user's own GOGC or GOMEMLIMIT stays.
func relaxCollection() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(400)
	}
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(256 << 20)
	}
}
