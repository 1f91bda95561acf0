package billingplan

// Terraform plans and applies in two processes of this provider, and the second
// one reads no state. The first leaves the ids that it has read in a small file
// for the second, so that contracts of the state are not taken for strays.
//
// The file is named after the Terraform process that started both. It holds ids
// only. Without it nothing breaks: a warning may name a contract too many.

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	// handoffAge is how long a file counts; process numbers come round again.
	handoffAge   = 6 * time.Hour
	handoffLimit = 4 << 20
)

// handoff is the file; an empty name means that there is none.
type handoff struct{ file string }

// openHandoff names the file, and removes those of Terraform runs long gone.
func openHandoff() *handoff {
	cache, err := os.UserCacheDir()
	if err != nil {
		return &handoff{}
	}
	directory := filepath.Join(cache, "terraform-provider-scpbilling")
	if err := os.MkdirAll(directory, 0o700); err != nil {
		return &handoff{}
	}
	old, _ := filepath.Glob(filepath.Join(directory, "run-*"))
	for _, file := range old {
		if info, err := os.Stat(file); err == nil && time.Since(info.ModTime()) > handoffAge {
			_ = os.Remove(file)
		}
	}
	return &handoff{file: filepath.Join(directory, fmt.Sprintf("run-%d", os.Getppid()))}
}

// ids returns what an earlier process of the same run has left.
func (h *handoff) ids() []string {
	if h.file == "" {
		return nil
	}
	info, err := os.Stat(h.file)
	if err != nil || !info.Mode().IsRegular() || info.Size() > handoffLimit || time.Since(info.ModTime()) > handoffAge {
		return nil
	}
	data, err := os.ReadFile(h.file)
	if err != nil {
		return nil
	}
	return strings.Fields(string(data))
}

// add leaves an id. A failure is not worth a word to the user.
func (h *handoff) add(id string) {
	if h.file == "" || strings.ContainsAny(id, " \t\r\n") {
		return
	}
	file, err := os.OpenFile(h.file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	_, _ = file.WriteString(id + "\n")
	_ = file.Close()
}
