// Package heap spares a small process most of its garbage collection.
//
// The Go runtime collects when the heap has doubled, and at 4 MiB for the first
// time. A provider keeps a few megabytes, and each call of Terraform makes about
// one megabyte of garbage, so it would collect after every few calls, which takes
// a fifth of its computing time and of its start. [Relax] lets some garbage gather
// first. A large heap is collected as ever, so that the most memory that a process
// takes grows by no more than that.
package heap

import (
	"os"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
)

// slack is how much garbage may gather, in bytes.
const slack = 32 << 20

// The bounds of Go's setting, in percent of what is alive. At usual the runtime
// starts with 4 MiB, so at most it starts with slack.
const (
	usual = 100
	most  = 800
)

// Relax adjusts the collector now and after each collection. It does nothing where
// the environment variable GOGC is set: then the user has decided.
func Relax() {
	if os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(most)
	adjustAfterCollection()
}

// sentinel is garbage at once, so its finalizer tells of the next collection.
type sentinel struct{ _ *byte }

func adjustAfterCollection() {
	runtime.SetFinalizer(&sentinel{}, func(*sentinel) {
		debug.SetGCPercent(percent(alive()))
		adjustAfterCollection()
	})
}

// percent lets slack gather on top of what is alive, or as much as is alive when
// that is more.
func percent(alive uint64) int {
	return int(min(max(slack*100/max(alive, 1), usual), most))
}

// alive is what the last collection left, in bytes.
func alive() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/live:bytes"}}
	metrics.Read(sample)
	if sample[0].Value.Kind() != metrics.KindUint64 {
		return slack
	}
	return sample[0].Value.Uint64()
}
