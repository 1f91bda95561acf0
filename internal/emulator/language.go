package emulator

// Languages of display names. Which strings the real service translates is unknown
// (NOTES section 10 number 25); details of errors are always English here.

import "strings"

// isKorean reads Accept-Language. Its first entry counts; any language but Korean gets
// English.
func isKorean(header string) bool {
	return strings.HasPrefix(strings.ToLower(strings.TrimLeft(header, " \t")), "ko")
}

// text is a name in both languages.
type text struct{ en, ko string }

func (t text) in(korean bool) string {
	if korean && t.ko != "" {
		return t.ko
	}
	return t.en
}
