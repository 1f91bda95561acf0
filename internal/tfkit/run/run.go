// Package run lets the provider processes of one Terraform run know what the others have read.
// Terraform plans in one process and applies in another, which reads no state: so that it does
// not take an object of the state for somebody else's, the first process notes what it has
// read for the second.
//
// A run is identified by the Terraform process: its number together with its start time and,
// on Linux, its PID namespace. A number alone is not enough, since numbers are reused, and in
// every container Terraform is process 1. A run that cannot be identified shares nothing. Only
// ids are noted; without them a message may list an object too many, but nothing is done
// differently.
package run

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	// staleAfter is how old a file of another run has to be to be removed.
	staleAfter = 6 * time.Hour
	// maxSize bounds what is read.
	maxSize = 4 << 20
)

// Notes are shared by the processes of one run. The zero value shares nothing.
type Notes struct{ file string }

// Open finds the notes of the run that this process belongs to.
func Open() *Notes {
	cache, err := os.UserCacheDir()
	if err != nil {
		return &Notes{}
	}
	return open(filepath.Join(cache, "terraform-provider-scpbilling"), func() (string, bool) { return identity(os.Getppid()) })
}

func open(folder string, identify func() (string, bool)) *Notes {
	run, ok := identify()
	if !ok || !ownFolder(folder) {
		return &Notes{}
	}
	removeStale(folder)
	hash := sha256.Sum256([]byte(run))
	return &Notes{file: filepath.Join(folder, "run-"+hex.EncodeToString(hash[:16]))}
}

// ownFolder creates the folder, and rejects anything that is not a folder of this user.
func ownFolder(folder string) bool {
	if os.MkdirAll(folder, 0o700) != nil {
		return false
	}
	info, err := os.Lstat(folder)
	return err == nil && info.IsDir() && os.Chmod(folder, 0o700) == nil //nolint:gosec // A folder has to be entered.
}

// removeStale removes the files of runs that were killed.
func removeStale(folder string) {
	files, _ := filepath.Glob(filepath.Join(folder, "run-*"))
	for _, file := range files {
		if info, err := os.Lstat(file); err == nil && time.Since(info.ModTime()) > staleAfter {
			_ = os.Remove(file)
		}
	}
}

// Read returns what the processes of this run have noted under one key.
func (n *Notes) Read(kind string) (words []string) {
	if n.file == "" {
		return nil
	}
	info, err := os.Lstat(n.file)
	if err != nil || !info.Mode().IsRegular() || info.Size() > maxSize {
		return nil
	}
	data, err := os.ReadFile(n.file)
	if err != nil {
		return nil
	}
	for line := range strings.Lines(string(data)) {
		// An incomplete line is still being written.
		if word, ok := strings.CutPrefix(strings.TrimSuffix(line, "\n"), kind+" "); ok && strings.HasSuffix(line, "\n") {
			words = append(words, word)
		}
	}
	return words
}

// Add notes a word. A failure to write it does not deserve a message.
func (n *Notes) Add(kind, word string) {
	if n.file == "" || strings.ContainsAny(word, " \t\r\n") {
		return
	}
	if info, err := os.Lstat(n.file); err == nil && !info.Mode().IsRegular() {
		return
	}
	file, err := os.OpenFile(n.file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return
	}
	_, _ = fmt.Fprintf(file, "%s %s\n", kind, word)
	_ = file.Close()
}
