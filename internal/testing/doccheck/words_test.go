package doccheck

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// words that read as translated, each with the one to write instead. The pattern is
// written so that this file does not match itself.
var foreign = map[string]string{
	`tell[s]? whether`: "reports whether", `is no (text|list|object|number)\b`: "is not a", `\bwhole number[s]?`: "integer",
	`\bwhen it stay[s]`: "if the problem persists", `\bleft ou[t]\b`: "omitted", `coun[t]s? as not set`: "is treated as unset",
	`\bstra[y]s?\b`: "orphan", `\bmail[s]\b`: "emails", `\ban answe[r]\b`: "a response", `\b(the|no|clear|lost|its|their|whole|unreadable|service's|provider's|in) answer[s]?\b`: "response", `\banswer[s]? (\d|with|a list|one page)`: "responds with", `\ba tex[t]\b`: "a string", `contract perio[d]`: "contract term",
	`\btext[s] (of|as|that|are|for)\b`: "strings", `\b(of|list of|any other|plain) text[s]\b`: "strings", `\bcannot be tol[d]\b`: "it is unknown whether", `\bhand[s] (it|the|its|over|on)\b`: "passes", `\b(pace|lane)[s]? (of|that|towards)\b`: "rate, slot",
	`\bcontracts? of (one|this|the same) kin[d]\b`: "contract spec", `\bkind[s] of contract`: "contract specs", `\bdisclai[m]`: "release", `switch[-]on\b`: "enabled", `\bglanc[e]\b`: "pollInterval", `(?i)are tol[d]\b`: "are notified",
	`(?i)in the way i[s]`: "already has", `(?i)possible ar[e]\b`: "you can change to", `is for a perso[n]`: "is for people",
	`says the vendo[r]`: "according to the vendor", `\bOmitted, (i[t]|none)\b`: "if omitted, it", `was see[n] to`: "has been observed to", `what .{3,30} rest[s]? on\b`: "how reliable ... is",
}

// more are single words, whatever stands beside them.
var more = map[string]string{
	`(?i)\banswer[s]?\b`: "response", `(?i)\bstra[y]s?\b`: "orphan", `(?i)\bclai[m]s?\b`: "ledger, release", `(?i)\blan[e]s?\b`: "slot", `(?i)\bpac[e]s?\b`: "rate limiter",
	`\bfit[s]\b`: "matches", `(?i)\bmail[ ]address`: "email address", `(?i)\bwhole numbe[r]`: "integer", `\bhand[s]\b`: "passes", `\btell[s] (of|that)\b`: "returns",
	`\b(no|of the|a|another|running) contract perio[d]`: "term", `\bapi contrac[t]\b`: "API spec", `\btext[s] (in|which|from|to|with)\b`: "strings", `\bprivate note[s]`: "private state",
	`(?i)\bkind of (contract|spec|purchas[e])`: "contract spec", `\bcatalogue of (offering|server|servic[e])`: "offerings", `\bno agai[n]\b`: "not retryable",
}

// Words that style rules out stay out: in code, messages and documents.
func TestWords(t *testing.T) {
	t.Parallel()
	patterns := map[*regexp.Regexp]string{}
	for _, list := range []map[string]string{foreign, more} {
		for pattern, instead := range list {
			patterns[regexp.MustCompile(pattern)] = instead
		}
	}
	files := 0
	for _, folder := range []string{"internal", "examples", "templates", "README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"} {
		err := filepath.WalkDir(path(t, folder), func(file string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case entry.IsDir():
				if entry.Name() == "node_modules" || entry.Name() == ".terraform" {
					return filepath.SkipDir
				}
				return nil
			case !strings.Contains(" .go .md .tf .tmpl .sh .hcl .tftpl ", " "+filepath.Ext(file)+" "), entry.Name() == "NOTES.md", entry.Name() == "words_test.go":
				return nil // the notes quote others
			}
			files++
			text, err := os.ReadFile(file)
			if err != nil {
				return err
			}
			for pattern, instead := range patterns {
				for _, at := range pattern.FindAllStringIndex(string(text), 3) {
					t.Errorf("%s:%d: %q; write %q", file, 1+strings.Count(string(text[:at[0]]), "\n"), text[at[0]:at[1]], instead)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 200 {
		t.Errorf("%d files were read", files)
	}
}
