package run

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

func as(run string) func() (string, bool) { return func() (string, bool) { return run, run != "" } }

func TestNotesAreSharedByOneRun(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "notes")
	plan, apply, other := open(folder, as("1 100")), open(folder, as("1 100")), open(folder, as("1 101"))
	plan.Add("contract", "a")
	plan.Add("budget", "b")
	plan.Add("contract", "c")
	plan.Add("contract", "not one word")
	if got := apply.Read("contract"); !slices.Equal(got, []string{"a", "c"}) {
		t.Errorf("the same run reads %q", got)
	}
	// The same number, as in another container that shares the home, started at another time.
	if got := other.Read("contract"); got != nil {
		t.Errorf("another run reads %q", got)
	}
	info, err := os.Stat(folder)
	if err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("%v %v", info.Mode(), err)
	}
}

func TestNotesThatCannotBeShared(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	unknown := open(folder, as(""))
	unknown.Add("contract", "a")
	if got := unknown.Read("contract"); got != nil {
		t.Errorf("a run without an identity reads %q", got)
	}
	file := filepath.Join(folder, "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(folder, "link")
	if err := os.Symlink(t.TempDir(), link); err != nil {
		t.Skip(err)
	}
	for _, place := range []string{file, link} {
		n := open(place, as("1"))
		n.Add("contract", "a")
		if got := n.Read("contract"); got != nil || n.file != "" {
			t.Errorf("%s is used", place)
		}
	}
	// Somebody puts a link where the file will be.
	n, target := open(folder, as("1")), filepath.Join(folder, "target")
	if err := os.Symlink(target, n.file); err != nil {
		t.Fatal(err)
	}
	n.Add("contract", "a")
	if _, err := os.Stat(target); err == nil || n.Read("contract") != nil {
		t.Error("a link is followed")
	}
}

func TestStaleNotesAreRemoved(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	old, young := open(folder, as("1")), open(folder, as("2"))
	old.Add("contract", "a")
	young.Add("contract", "b")
	past := time.Now().Add(-staleAfter - time.Minute)
	if err := os.Chtimes(old.file, past, past); err != nil {
		t.Fatal(err)
	}
	open(folder, as("3"))
	if old.Read("contract") != nil || young.Read("contract") == nil {
		t.Error("the wrong notes were removed")
	}
}

func TestHalfALineIsNotRead(t *testing.T) {
	t.Parallel()
	n := open(t.TempDir(), as("1"))
	n.Add("contract", "a")
	file, err := os.OpenFile(n.file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = file.WriteString("contract abc")
	_ = file.Close()
	if got := n.Read("contract"); !slices.Equal(got, []string{"a"}) {
		t.Errorf("read %q", got)
	}
}

func TestIdentity(t *testing.T) {
	t.Parallel()
	own, ok := identity(os.Getpid())
	again, _ := identity(os.Getpid())
	parent, _ := identity(os.Getppid())
	if !ok || own != again || own == parent {
		t.Errorf("%q, %q, parent %q", own, again, parent)
	}
	if gone, ok := identity(1 << 22); ok {
		t.Errorf("a process that does not exist is %q", gone)
	}
}
