package main

// What the changelog says about a version.

import (
	"fmt"
	"strings"
	"time"
)

// dated wants a heading "## 1.2.3 (2026-11-23)" for a version. One that still
// says "Unreleased" was forgotten.
func dated(changelog []byte, version string) error {
	for line := range strings.Lines(string(changelog)) {
		after, found := strings.CutPrefix(strings.TrimSpace(line), "## "+version)
		if !found || version == "" || after != "" && after[0] != ' ' {
			continue
		}
		if _, err := time.Parse(" ("+time.DateOnly+")", after); err != nil {
			return fmt.Errorf("CHANGELOG.md: %q stands behind %s; write the day of the release there, as (YYYY-MM-DD)", strings.TrimSpace(after), version)
		}
		return nil
	}
	return fmt.Errorf("CHANGELOG.md has no heading for %q; write ## %[1]s (YYYY-MM-DD)", version)
}
