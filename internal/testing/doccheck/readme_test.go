package doccheck

// The Korean readme is kept in step with the English one.

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var (
	headingPattern = regexp.MustCompile(`(?m)^(#+) `)
	linkPattern    = regexp.MustCompile(`\]\(([^)]+)\)`)
	itemPattern    = regexp.MustCompile(`(?m)^(- |\|)`)
	comment        = regexp.MustCompile(`(^|\s)#.*$`)
	hangul         = regexp.MustCompile(`[가-힣]`)
)

// outline is what has to be the same in both languages.
type outline struct {
	headings, links, commands, items []string
}

func outlineOf(text string) outline {
	var o outline
	sentences, blocks := split(text)
	for _, match := range headingPattern.FindAllStringSubmatch(sentences, -1) {
		o.headings = append(o.headings, match[1])
	}
	for _, match := range linkPattern.FindAllStringSubmatch(sentences, -1) {
		if !strings.HasPrefix(match[1], "README") {
			o.links = append(o.links, match[1])
		}
	}
	slices.Sort(o.links)
	o.links = slices.Compact(o.links)
	// Bullets and rows of tables, by their number below each heading.
	for _, section := range headingPattern.Split(sentences, -1) {
		o.items = append(o.items, strconv.Itoa(len(itemPattern.FindAllString(section, -1))))
	}
	for _, block := range blocks {
		o.commands = append(o.commands, "```"+block.language)
		for line := range strings.Lines(block.text) {
			// Comments are translated.
			if line = strings.TrimSpace(comment.ReplaceAllString(strings.TrimRight(line, "\n"), "")); line != "" {
				o.commands = append(o.commands, line)
			}
		}
	}
	return o
}

func TestReadmesAreInStep(t *testing.T) {
	t.Parallel()
	english, korean := outlineOf(read(t, "README.md")), outlineOf(read(t, "README.ko.md"))
	for what, pair := range map[string][2][]string{
		"headings": {english.headings, korean.headings},
		"links":    {english.links, korean.links},
		"commands": {english.commands, korean.commands},
		"bullets":  {english.items, korean.items},
	} {
		if len(pair[0]) == 0 {
			t.Errorf("README.md has no %s; the search is broken", what)
		}
		if !slices.Equal(pair[0], pair[1]) {
			t.Errorf("the %s of README.ko.md are not those of README.md:\n%s\n--- against\n%s", what, strings.Join(pair[1], "\n"), strings.Join(pair[0], "\n"))
		}
	}
	sentences, _ := split(read(t, "README.ko.md"))
	for _, paragraph := range strings.Split(sentences, "\n\n") {
		if len(paragraph) > 200 && !hangul.MatchString(paragraph) {
			t.Errorf("a paragraph of README.ko.md is not in Korean:\n%s", paragraph)
		}
	}
}
