package heap

import (
	"math"
	"os"
	"os/exec"
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
)

func TestPercent(t *testing.T) {
	t.Parallel()
	for alive, want := range map[uint64]int{
		0: most, 1: most, 4 << 20: most, 8 << 20: 400, 16 << 20: 200,
		32 << 20: usual, 300 << 20: usual, math.MaxUint64: usual,
	} {
		if got := percent(alive); got != want {
			t.Errorf("with %d bytes alive it is %d%%, want %d%%", alive, got, want)
		}
	}
}

// childVariable makes this test binary do what a test says, in a process of its
// own: the collector belongs to the whole process.
const childVariable = "SCPBILLING_HEAP_CHILD"

func child(t *testing.T, setting string) bool {
	t.Helper()
	if os.Getenv(childVariable) != "" {
		return true
	}
	command := exec.Command(os.Args[0], "-test.run=^"+t.Name()+"$", "-test.v")
	command.Env = append(os.Environ(), childVariable+"=1", "GOGC="+setting)
	if out, err := command.CombinedOutput(); err != nil {
		t.Errorf("%v\n%s", err, out)
	}
	return false
}

// setting is the collector's present setting.
func setting() uint64 {
	sample := []metrics.Sample{{Name: "/gc/gogc:percent"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// collect collects until the setting is as wanted. Finalizers run a moment after
// a collection, in a goroutine of their own.
func collect(t *testing.T, want uint64) {
	t.Helper()
	for range 1000 {
		runtime.GC()
		if setting() == want {
			return
		}
		runtime.Gosched()
	}
	t.Fatalf("after many collections the setting is %d%%, want %d%%", setting(), want)
}

func TestRelaxFollowsTheHeap(t *testing.T) {
	if !child(t, "") {
		return
	}
	Relax()
	if got := setting(); got != most {
		t.Fatalf("at the start it is %d%%, want %d%%", got, most)
	}
	large := make([]byte, 64<<20)
	collect(t, usual)
	runtime.KeepAlive(large)
	collect(t, most)
}

func TestRelaxLeavesTheUsersSetting(t *testing.T) {
	if !child(t, "50") {
		return
	}
	Relax()
	if got := debug.SetGCPercent(50); got != 50 {
		t.Errorf("GOGC=50 became %d%%", got)
	}
}
