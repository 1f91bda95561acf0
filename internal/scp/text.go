package scp

// Strings from the network, made safe for terminals and logs.

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// isUnprintable reports whether a character can change a terminal or hide other characters:
// control characters, and the invisible ones that reorder or join characters.
func isUnprintable(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)
}

// cleanString puts a string from the network on one line of at most max characters: control
// characters and runs of spaces become one space.
func cleanString(text string, max int) string {
	// Anything beyond this many bytes cannot be shown anyway.
	if limit := 8 * max; len(text) > limit {
		text = text[:limit]
	}
	var b strings.Builder
	count, space := 0, false
	for _, r := range text {
		if r == utf8.RuneError || unicode.IsSpace(r) || isUnprintable(r) {
			space = true
			continue
		}
		if space && b.Len() > 0 {
			b.WriteByte(' ')
			count++
		}
		space = false
		if count >= max {
			return strings.TrimRight(b.String(), " ") + "..."
		}
		b.WriteRune(r)
		count++
	}
	return b.String()
}
