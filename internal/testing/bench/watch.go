package main

// What processes take, from the figures that Linux keeps of them. Elsewhere
// nothing is seen, and the figures are zero.

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// watchEvery is the time between two looks. What a process takes after the last
// look is not seen.
const watchEvery = 10 * time.Millisecond

// seen is what was seen of processes.
type seen struct {
	// CPU is their computing time, of all together.
	CPU time.Duration
	// Peak is the most memory that one of them had resident, in bytes.
	Peak int64
}

// watch looks at the provider processes that run in a folder, again and again.
type watch struct {
	folder     string
	stop, done chan struct{}
	// processes are those that were met by their ids; nil is one of somebody else.
	processes map[string]*seen
}

func startWatch(folder string) *watch {
	w := &watch{folder: folder, stop: make(chan struct{}), done: make(chan struct{}), processes: map[string]*seen{}}
	go func() {
		defer close(w.done)
		tick := time.NewTicker(watchEvery)
		defer tick.Stop()
		for {
			w.look()
			select {
			case <-w.stop:
				return
			case <-tick.C:
			}
		}
	}()
	return w
}

// end stops to look and gives what was seen.
func (w *watch) end() seen {
	close(w.stop)
	<-w.done
	var all seen
	for _, one := range w.processes {
		if one != nil {
			all.CPU += one.CPU
			all.Peak = max(all.Peak, one.Peak)
		}
	}
	return all
}

func (w *watch) look() {
	proc, err := os.Open("/proc")
	if err != nil {
		return
	}
	names, _ := proc.Readdirnames(-1)
	_ = proc.Close()
	for _, id := range names {
		if id[0] < '0' || id[0] > '9' {
			continue
		}
		one, met := w.processes[id]
		if met && one == nil {
			continue
		}
		if !met {
			program, err := os.Readlink(filepath.Join("/proc", id, "exe"))
			if err != nil {
				continue // Not readable, or not yet a program of its own.
			}
			if strings.HasPrefix(filepath.Base(program), "terraform-provider-") {
				if at, err := os.Readlink(filepath.Join("/proc", id, "cwd")); err == nil && at == w.folder {
					one = &seen{}
				}
			}
			// A new process may be a copy of its parent that becomes a provider in a moment.
			if one != nil || !strings.Contains(filepath.Base(program), "terraform") && !strings.Contains(filepath.Base(program), "tofu") {
				w.processes[id] = one
			}
		}
		if one != nil {
			now := figures(id)
			one.CPU, one.Peak = max(one.CPU, now.CPU), max(one.Peak, now.Peak)
		}
	}
}

// figures are those of one process, "self" or its id.
func figures(id string) seen {
	var s seen
	if text, err := os.ReadFile(filepath.Join("/proc", id, "status")); err == nil { //nolint:gosec // Figures of the system.
		for line := range strings.Lines(string(text)) {
			if rest, found := strings.CutPrefix(line, "VmHWM:"); found {
				kib, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
				s.Peak = kib << 10
			}
		}
	}
	threads, _ := filepath.Glob(filepath.Join("/proc", id, "task", "*", "schedstat"))
	for _, thread := range threads {
		if text, err := os.ReadFile(thread); err == nil { //nolint:gosec // Figures of the system.
			nanoseconds, _, _ := strings.Cut(string(text), " ")
			n, _ := strconv.ParseInt(nanoseconds, 10, 64)
			s.CPU += time.Duration(n)
		}
	}
	return s
}
