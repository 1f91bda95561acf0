package emulator

// Languages of display names. Which strings the real service translates is unknown
// (NOTES section 10 number 25); details of errors are always English here.

import "strings"

type language int

const (
	english language = iota
	korean
)

// languageOf reads Accept-Language. Its first entry counts; any language but Korean gets
// English.
func languageOf(header string) language {
	first, _, _ := strings.Cut(header, ",")
	if strings.HasPrefix(strings.ToLower(strings.TrimSpace(first)), "ko") {
		return korean
	}
	return english
}

// text is a name in both languages.
type text struct{ en, ko string }

func (t text) in(l language) string {
	if l == korean && t.ko != "" {
		return t.ko
	}
	return t.en
}
