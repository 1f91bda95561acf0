package doccheck

import (
	"path/filepath"
	"regexp"
	"regexp/syntax"
	"slices"
	"strings"
	"testing"
)

// plainer lists what reads as translated, or has a plainer name throughout the project. It is
// looked for in any letter case.
var plainer = []struct{ pattern, instead string }{
	// Strings, numbers and responses.
	{`\btexts\b`, "strings"},
	{`\b(a|no|any|plain|empty) text\b`, "a string"},
	{`\bis no (text|list|object|number|integer|string|boolean|decimal|duration|redirect|error|json)\b`, "is not a"},
	{`\bwhole numbers?\b`, "integer"},
	{`\banswers?\b`, "response"},
	{`\banswer(s|ed|ing) (the|a|with|\d)`, "responds"},
	{`\bcounts? as not set\b`, "is treated as unset"},

	// What functions do.
	{`\btells? (whether|of|that|how|when|what|which)\b|\btells\b|\bcannot be told\b`, "reports, returns"},
	{`\bhands\b|\bhanded\b`, "passes"},
	{`(?m)^\s*// \w+ makes (a|an|the) (new )?(request|purchase|list|map|set|string|error|data source|resource|model|servers?|body)\b`, "returns, builds"},
	{`\bglances?\b`, "pollInterval"},

	// Pools and rates.
	{`\blanes?\b`, "pool, slot"},
	{`\bpac(e|es|ed|ing)\b`, "rate limiter"},
	{`\b(its|a|another|no|next|the next) turn\b|\bturns? (of|for) (a|the) (call|request|purchase)`, "slot, reservation"},
	{`\b(free|waits? for a|enters? a|leaves? a|gives? back a|takes? a) places?\b|\bplaces? in the (queue|pool|line)\b`, "slot; acquire, release"},

	// Contracts.
	{`\bkinds? of (contract|purchase|spec)|\b(contracts?|purchases?) of (one|this|that|the same|another|its) kind\b`, "contract spec"},
	{`\bcontract periods?\b|\bperiods? of (the|a|its|this) contract\b|\b(running|first|new|follow-up) period\b|\b(one|three|five|1|3|5)-year period\b`, "term"},
	{`\bfits\b`, "matches; is within"},
	{`\bstrays?\b`, "orphan, orphaned contract"},
	{`claim`, "ledger, record as owned, release"},
	{`\bprivate notes?\b|\bnotes? in the private state\b`, "private state"},
	{`\bcatalogues? of (offerings?|servers?|server types?|operating systems?|terms?|prices?)\b|\b(offerings?|price|product) catalogues?\b`, "offerings"},
	{`\bapi('s)? contract\b|\bcontract of the api\b`, "API spec"},

	// Messages.
	{`\bmails\b|\bmail address`, "email, email address"},
	{`\b(are|is|was|were|be) told\b`, "is notified; reports"},
	{`\bagain\s+bool\b`, "retryable"},
	{`\b(when|if) it stays\b`, "if the problem persists"},
	{`\bswitch(ed)?[- ]on\b`, "enabled"},
	{`\b(left|leave|leaves|leaving) (it |them )?out\b`, "omitted"},
	{`\bin the way is\b`, "already has"},
	{`\bpossible are\b`, "choose from"},
	{`\ballowed (is|are)\b`, "choose from; must be"},
	{`\bis for a person\b`, "is for people"},
	{`\bsays the vendor\b`, "according to the vendor"},
	{`(?-i:\bOmitted, (it|none)\b)`, "if omitted, it"},
	{`\bwas seen to\b`, "has been observed to"},
	{`\bwhat .{3,30} rests? on\b`, "how reliable ... is"},
}

// exceptions are phrases that may stay, each with the reason.
var exceptions = map[string]string{
	`each answered by`:         "questions are answered; it is responses that are not",
	`Answered by`:              "the same, as a heading",
	`switch on := `:            "a switch of Go, over a value named on",
	`"net/mail"`:               "a package of Go",
	`notification_send_period`: "the API's own name",
}

// unread are files that keep the words of others.
var unread = map[string]string{
	"NOTES.md":      "quotes the vendor and those who observed the service",
	"openapi.yaml":  "the same",
	"words_test.go": "has the words in its list",
	"LICENSE":       "is a legal text",
}

// parts returns strings of which each match of an expression has one; none if it may have
// others. Looking for them is a hundred times faster than the expression.
func parts(re *syntax.Regexp) (found []string) {
	switch re.Op {
	case syntax.OpLiteral:
		return []string{strings.ToLower(string(re.Rune))}
	case syntax.OpCapture, syntax.OpPlus:
		return parts(re.Sub[0])
	case syntax.OpAlternate:
		for _, sub := range re.Sub {
			of := parts(sub)
			if of == nil {
				return nil
			}
			found = append(found, of...)
		}
	case syntax.OpConcat:
		shortest := func(all []string) (n int) {
			for i, part := range all {
				if i == 0 || len(part) < n {
					n = len(part)
				}
			}
			return n
		}
		for _, sub := range re.Sub {
			if of := parts(sub); shortest(of) > shortest(found) {
				found = of
			}
		}
	default:
	}
	return found
}

// Words that the style of the project rules out stay out: of code, messages and documents.
func TestWords(t *testing.T) {
	t.Parallel()
	patterns, needed := make([]*regexp.Regexp, len(plainer)), make([][]string, len(plainer))
	for i, word := range plainer {
		patterns[i] = regexp.MustCompile("(?i)" + word.pattern)
		parsed, err := syntax.Parse("(?i)"+word.pattern, syntax.Perl)
		if err != nil {
			t.Fatal(err)
		}
		if needed[i] = parts(parsed); needed[i] == nil {
			t.Errorf("no word is in each match of %s", word.pattern)
		}
	}
	var except []string
	for phrase := range exceptions {
		except = append(except, phrase, strings.Repeat("_", len(phrase)))
	}
	mask := strings.NewReplacer(except...)
	checked := 0
	folders := []string{"internal", "examples", "templates", ".ci", ".github", "main.go", "GNUmakefile", "README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"}
	for _, file := range files(t, folders...) {
		if unread[filepath.Base(file)] != "" || !strings.Contains(" .go .md .tf .tofu .rego .tmpl .sh .mjs .yml .hcl .tftpl  ", " "+filepath.Ext(file)+" ") {
			continue
		}
		checked++
		number := 0
		for line := range strings.Lines(mask.Replace(read(t, file))) {
			number++
			lower := strings.ToLower(line)
			for i, pattern := range patterns {
				if slices.ContainsFunc(needed[i], func(part string) bool { return strings.Contains(lower, part) }) {
					for _, found := range pattern.FindAllString(line, 3) {
						t.Errorf("%s:%d: %q; write %q", file, number, found, plainer[i].instead)
					}
				}
			}
		}
	}
	if checked < 200 {
		t.Errorf("%d files were read", checked)
	}
}
