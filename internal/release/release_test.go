package main

import (
	"archive/zip"
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// TestRelease builds a small module twice, with other file times and elsewhere,
// and wants the same archives and what a registry needs beside them.
func TestRelease(t *testing.T) {
	here := []platform{{runtime.GOOS, runtime.GOARCH}, {"windows", "amd64"}}
	files := map[string]string{
		"go.mod":                           "module example.invalid/p\n\ngo 1.26\n",
		"main.go":                          "package main\n\nvar version = \"unset\"\n\nfunc main() { println(version) }\n",
		"README.md":                        "# Read me\n",
		"LICENSE":                          "Yes.\n",
		"CHANGELOG.md":                     "## 1.2.3\n",
		"terraform-registry-manifest.json": "{}\n",
	}
	var sums [2]string
	for i := range sums {
		root, out := t.TempDir(), filepath.Join(t.TempDir(), "dist")
		for name, text := range files {
			if err := os.WriteFile(filepath.Join(root, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		// An archive of an earlier run may not stay beside the new ones.
		if err := os.Mkdir(out, 0o700); err != nil {
			t.Fatal(err)
		}
		stale := filepath.Join(out, project+"_0.0.1_linux_amd64.zip")
		if err := os.WriteFile(stale, nil, 0o600); err != nil {
			t.Fatal(err)
		}

		var report bytes.Buffer
		if err := release(t.Context(), root, out, "1.2.3", here, &report); err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat(stale); !os.IsNotExist(err) {
			t.Errorf("an earlier archive is still there: %v", err)
		}
		text, err := os.ReadFile(filepath.Join(out, project+"_1.2.3_SHA256SUMS"))
		if err != nil {
			t.Fatal(err)
		}
		sums[i] = string(text)
		for line := range strings.Lines(sums[i]) {
			sum, name, _ := strings.Cut(strings.TrimSpace(line), "  ")
			got, _, err := sha256Of(filepath.Join(out, name))
			if err != nil || got != sum {
				t.Errorf("%s: sum %s in the file, %s of the file (%v)", name, sum, got, err)
			}
			if !strings.Contains(report.String(), sum) {
				t.Errorf("the report lacks the sum of %s:\n%s", name, &report)
			}
		}
		if i == 0 {
			checkArchive(t, filepath.Join(out, project+"_1.2.3_windows_amd64.zip"), project+"_v1.2.3.exe")
		}
	}
	if sums[0] != sums[1] {
		t.Errorf("two builds differ:\n%s\n%s", sums[0], sums[1])
	}
	if !regexp.MustCompile(`(?m)^[0-9a-f]{64}  terraform-provider-scpbilling_1\.2\.3_manifest\.json$`).MatchString(sums[0]) {
		t.Errorf("the checksums lack the manifest:\n%s", sums[0])
	}
	if n := strings.Count(sums[0], "\n"); n != 3 {
		t.Errorf("%d files in the checksums, not 3:\n%s", n, sums[0])
	}
}

func checkArchive(t *testing.T, path, binary string) {
	t.Helper()
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer archive.Close()
	var names []string
	for _, file := range archive.File {
		names = append(names, file.Name)
		wantMode := os.FileMode(0o644)
		if file.Name == binary {
			wantMode = 0o755
		}
		if file.Mode() != wantMode || !file.Modified.Equal(epoch) {
			t.Errorf("%s: mode %v, time %v", file.Name, file.Mode(), file.Modified)
		}
	}
	if got, want := strings.Join(names, " "), binary+" CHANGELOG.md LICENSE README.md"; got != want {
		t.Errorf("archive holds %s, not %s", got, want)
	}
}

func TestReleaseSaysWhyABuildFailed(t *testing.T) {
	root := t.TempDir()
	if err := os.WriteFile(filepath.Join(root, "go.mod"), []byte("module example.invalid/p\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "main.go"), []byte("package main\n\nfunc main() { nothing() }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	err := release(t.Context(), root, t.TempDir(), "1.2.3", []platform{{"linux", "arm64"}}, &bytes.Buffer{})
	if err == nil || !strings.Contains(err.Error(), "building for linux/arm64") || !strings.Contains(err.Error(), "undefined: nothing") {
		t.Errorf("got %v", err)
	}
}
