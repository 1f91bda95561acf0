// Command release builds the archives of a release without publishing them.
//
// It makes what .goreleaser.yml makes for the registry, with Go alone: one zip
// for each platform, the manifest, and the file of checksums. The same source
// and Go version give the same bytes.
package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
)

// platforms are those that the registry's users get archives for.
var platforms = []platform{
	{"darwin", "amd64"},
	{"darwin", "arm64"},
	{"linux", "amd64"},
	{"linux", "arm64"},
	{"windows", "amd64"},
	{"windows", "arm64"},
}

const project = "terraform-provider-scpbilling"

type platform struct{ os, arch string }

func main() {
	out := flag.String("out", "dist", "folder for the archives; its earlier archives are removed")
	version := flag.String("version", "0.0.0-dev", "version, without the v")
	check := flag.Bool("check-changelog", false, "only tell whether CHANGELOG.md has the version with the day of its release")
	flag.Parse()
	if *check {
		text, err := os.ReadFile("CHANGELOG.md")
		if err == nil {
			err = dated(text, *version)
		}
		exit(err)
		return
	}
	exit(release(context.Background(), ".", *out, *version, platforms, os.Stdout))
}

// exit ends the program with what went wrong.
func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "release:", err)
		os.Exit(1)
	}
}

// release builds the platforms' archives of the module in root into out.
func release(ctx context.Context, root, out, version string, platforms []platform, report io.Writer) error {
	old, err := filepath.Glob(filepath.Join(out, project+"_*"))
	if err != nil {
		return err
	}
	for _, path := range old {
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	work, err := os.MkdirTemp("", "release")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)

	sums := map[string]string{}
	fmt.Fprintf(report, "%12s  %12s  %-64s  %s\n", "binary", "archive", "sha256", "name")
	for _, p := range platforms {
		binary, err := build(ctx, root, work, version, p)
		if err != nil {
			return err
		}
		files := []entry{{binary, true}}
		for _, name := range []string{"CHANGELOG.md", "LICENSE", "README.md"} {
			files = append(files, entry{filepath.Join(root, name), false})
		}
		archive := filepath.Join(out, fmt.Sprintf("%s_%s_%s_%s.zip", project, version, p.os, p.arch))
		if err := writeZip(archive, files); err != nil {
			return err
		}
		if err := note(report, sums, archive, binary); err != nil {
			return err
		}
	}

	manifest := filepath.Join(out, fmt.Sprintf("%s_%s_manifest.json", project, version))
	text, err := os.ReadFile(filepath.Join(root, "terraform-registry-manifest.json"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(manifest, text, 0o644); err != nil {
		return err
	}
	if err := note(report, sums, manifest, ""); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(out, fmt.Sprintf("%s_%s_SHA256SUMS", project, version)), []byte(sumsFile(sums)), 0o644)
}

// build compiles the provider for one platform, as .goreleaser.yml does.
func build(ctx context.Context, root, work, version string, p platform) (string, error) {
	binary := filepath.Join(work, p.os+"_"+p.arch, fmt.Sprintf("%s_v%s", project, version))
	if p.os == "windows" {
		binary += ".exe"
	}
	cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-buildvcs=false",
		"-ldflags", "-s -w -X main.version="+version, "-o", binary, ".")
	cmd.Dir = root
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=", "GOOS="+p.os, "GOARCH="+p.arch)
	if text, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("building for %s/%s: %w\n%s", p.os, p.arch, err, text)
	}
	return binary, nil
}

// note adds a file to the checksums and to the report.
func note(report io.Writer, sums map[string]string, path, binary string) error {
	sum, size, err := sha256Of(path)
	if err != nil {
		return err
	}
	sums[filepath.Base(path)] = sum
	binarySize := ""
	if binary != "" {
		info, err := os.Stat(binary)
		if err != nil {
			return err
		}
		binarySize = megabytes(info.Size())
	}
	_, err = fmt.Fprintf(report, "%12s  %12s  %s  %s\n", binarySize, megabytes(size), sum, filepath.Base(path))
	return err
}

func megabytes(bytes int64) string {
	return fmt.Sprintf("%.2f MB", float64(bytes)/1e6)
}

func sha256Of(path string) (sum string, size int64, err error) {
	file, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer file.Close()
	hash := sha256.New()
	size, err = io.Copy(hash, file)
	if err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(hash.Sum(nil)), size, nil
}

// sumsFile is the file of checksums in the form of sha256sum, sorted by name.
func sumsFile(sums map[string]string) string {
	names := make([]string, 0, len(sums))
	for name := range sums {
		names = append(names, name)
	}
	sort.Strings(names)
	var text strings.Builder
	for _, name := range names {
		fmt.Fprintf(&text, "%s  %s\n", sums[name], name)
	}
	return text.String()
}
