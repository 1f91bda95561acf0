package main

import (
	"os"
	"strings"
	"testing"
)

func TestDated(t *testing.T) {
	const changelog = "## 1.10.0 (Unreleased)\n\n* new\n\n## 1.2.3 (2026-11-23)\r\n\n* older, see ## 1.9.9 (2026-01-01)\n\n## 1.2.2 (March 10, 2026)\n\n## 0.1.0 (2026-02-30)\n\n## 0.0.9\n"
	for _, test := range []struct{ version, problem string }{
		{"1.2.3", ""},
		{"1.10.0", `"(Unreleased)"`},
		{"1.2.2", `"(March 10, 2026)"`},
		{"0.1.0", `"(2026-02-30)"`},
		{"0.0.9", "YYYY-MM-DD"},
		{"1.9.9", "no heading"},
		{"1.2", "no heading"},
		{"1.2.3-rc1", "no heading"},
		{"1x2x3", "no heading"},
		{"", "no heading"},
	} {
		err := dated([]byte(changelog), test.version)
		if test.problem == "" && err != nil || test.problem != "" && (err == nil || !strings.Contains(err.Error(), test.problem)) {
			t.Errorf("%q: error %v, want %q", test.version, err, test.problem)
		}
	}
}

// The workflow checks the changelog, and does so before it builds anything.
func TestWorkflowChecksTheChangelog(t *testing.T) {
	text, err := os.ReadFile("../../.github/workflows/release.yml")
	if err != nil {
		t.Fatal(err)
	}
	check := strings.Index(string(text), `run: go run ./internal/release -check-changelog -version "${GITHUB_REF_NAME#v}"`)
	if build := strings.Index(string(text), "goreleaser/goreleaser-action"); check < 0 || build < check {
		t.Errorf("the check stands at %d, the build at %d", check, build)
	}
}
